"""`newsletter companies show`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import now, opened, workspace_option
from newsletter.cli.private import check_folder, write_private

if TYPE_CHECKING:
    from newsletter.settings import Settings
    from newsletter.subscribers.companies.showing import CompanyFacts

_BEFORE: dict[str, tuple[str, ...]] = {"people": ("name", "role", "address", "state", "basis", "subscribed_on")}
_AFTER: dict[str, tuple[str, ...]] = {
    "needs": ("need", "heard_on"),
    "follow_ups": ("due_on", "what", "consultant"),
    "networks": ("title", "joined_on", "left_on"),
    "workplaces": ("p_number", "name", "size", "street", "postcode", "town"),
}
"""Lists of a company around its timeline, and what is shown of each; --json has all of it."""


@click.command("show")
@click.argument("company", nargs=-1, required=True, metavar="CVR|P-NUMBER|NAME")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page to read on a phone.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(*, company: tuple[str, ...], html: Path | None, as_json: bool, root: Path) -> None:
    """Show all that is known of one company: what to read before going there.

    By its CVR number, the P-number of a workplace, or a part of its name.
    """
    from newsletter.campaigns.visits.titled import titled
    from newsletter.cli.companies.titles import titles_of
    from newsletter.subscribers.companies.choosing import find_company
    from newsletter.subscribers.companies.showing import show
    from newsletter.subscribers.industries import load

    with opened(root, must_exist=True) as (settings, register), register.read() as connection:
        number = find_company(connection, " ".join(company)).id
        facts = show(connection, number, load(root), settings.zone)
    readable = titled(facts, titles_of(root))
    if html:
        _write(html, readable, settings)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    elif not html:
        _show(readable)


def _write(path: Path, facts: CompanyFacts, settings: Settings) -> None:
    """The page, for its owner's eyes only."""
    from newsletter.campaigns.visits.page import company_page

    check_folder(path)
    write_private(path, company_page(facts, settings.language, now().astimezone(settings.zone)).encode())
    click.echo(f"{path}: {facts['name']}; it holds personal data: delete it after the visit", err=True)


def _show(facts: CompanyFacts) -> None:
    click.echo(f"{facts['name']}, CVR {facts['cvr'] or 'unknown'}")
    for label, text in _profile(facts):
        if text:
            click.echo(f"  {label:<13} {text}")
    told: dict[str, Any] = {**facts}
    told["follow_ups"] = [row for row in facts["follow_ups"] if row["state"] == "open"]
    for part, names in _BEFORE.items():
        _show_part(part, names, told[part])
    _show_timeline(facts)
    for part, names in _AFTER.items():
        _show_part(part, names, told[part])


def _show_timeline(facts: CompanyFacts) -> None:
    from newsletter.campaigns.visits.outcomes import title_of
    from newsletter.cli.terminal import show_table

    if not facts["timeline"]:
        return
    click.echo(f"\nTimeline ({len(facts['timeline'])})")
    rows = [
        [
            each["on"],
            title_of(each["what"], "en").lower() + (f" {each['number']}" if each["number"] else ""),
            each["who"] or "",
            title_of(each["about"], "en"),
            "; ".join(filter(None, (each["text"], ", ".join(each["words"])))),
        ]
        for each in facts["timeline"]
    ]
    show_table(["Date", "What", "Who", "About", "More"], rows)


def _profile(facts: CompanyFacts) -> list[tuple[str, str]]:
    place = " ".join(filter(None, (facts["postcode"], facts["town"])))
    return [
        ("form", _form(facts)),
        ("state", _state(facts)),
        ("protected", "advertising-protected: written to only with their own consent" if facts["protected"] else ""),
        ("industry", _industry(facts)),
        ("employees", facts["size"] or ""),
        ("address", ", ".join(filter(None, (facts["street"], place)))),
        ("municipality", " ".join(filter(None, (facts["municipality"], facts["municipality_name"])))),
        ("contact", _contact(facts)),
        ("wishes", _wishes(facts)),
        ("interests", ", ".join(facts["interests"])),
        ("source", f"{facts['source']}, changed {facts['updated_at'][:10]}"),
    ]


def _form(facts: CompanyFacts) -> str:
    remarks = [facts["form"] or ""]
    remarks += ["a person: name and address are personal data"] if facts["natural_person"] else []
    remarks += ["public employer"] if facts["public_employer"] else []
    return ", ".join(filter(None, remarks))


def _state(facts: CompanyFacts) -> str:
    word = f" ({facts['cvr_status']})" if facts["cvr_status"] else ""
    return facts["state"] + word + ("" if facts["state"] == "active" else ": nobody there is written to")


def _industry(facts: CompanyFacts) -> str:
    from newsletter.subscribers.industries import printed

    known = facts["industry"]
    if known is None:
        return ""
    return f"{printed(known['code'])} {known['heading']} ({known['nomenclature']}, {known['section']})"


def _contact(facts: CompanyFacts) -> str:
    stand_in = f", stand-in {facts['stand_in']}" if facts["stand_in"] else ""
    return (facts["contact"] or "nobody yet: give one with `newsletter companies contact`") + stand_in


def _wishes(facts: CompanyFacts) -> str:
    wishes = [facts["contact_time"] or ""]
    wishes += ["call first"] if facts["call_first"] else []
    wishes += ["no visits"] if facts["no_visits"] else []
    return ", ".join(filter(None, wishes))


_TITLES = {"follow_ups": "open follow-ups"}


def _show_part(part: str, names: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    from newsletter.cli.terminal import show_table

    if not rows:
        return
    title = _TITLES.get(part, part)
    click.echo(f"\n{title[0].upper()}{title[1:]} ({len(rows)})")
    headings = [name.replace("_", " ") for name in names]
    show_table(headings, [[_cell(row[name]) for name in names] for row in rows])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return text[:16].replace("T", " ") if len(text) > len("2026-11-22T12:00") and text[10:11] == "T" else text
