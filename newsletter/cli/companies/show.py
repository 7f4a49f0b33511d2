"""`newsletter companies show`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import opened, workspace_option

if TYPE_CHECKING:
    from newsletter.subscribers.companies.showing import CompanyFacts

_PARTS = {
    "needs": ("need", "heard_on"),
    "networks": ("title", "joined_on", "left_on"),
    "workplaces": ("p_number", "name", "size", "street", "postcode", "town"),
    "people": ("name", "role", "address", "state", "basis", "subscribed_on"),
    "visits": ("visited_on", "kind", "consultant", "campaign", "outcome", "note"),
    "follow_ups": ("due_on", "state", "what", "consultant"),
    "enquiries": ("received_at", "channel", "topic", "consultant", "answered_at", "outcome"),
    "sign_ups": ("event", "name", "state", "seats", "attended"),
    "results": ("happened_on", "campaign", "measure", "scheme", "number"),
}
"""Lists of a company, and what is shown of each; --json has all of it."""


@click.command("show")
@click.argument("company", nargs=-1, required=True, metavar="CVR|NAME")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(*, company: tuple[str, ...], as_json: bool, root: Path) -> None:
    """Show all that is known of one company: CVR number, or a part of its name."""
    from newsletter.subscribers.companies.choosing import find_company
    from newsletter.subscribers.companies.showing import show
    from newsletter.subscribers.industries import load

    with opened(root, must_exist=True) as (_, register), register.read() as connection:
        facts = show(connection, find_company(connection, " ".join(company)).id, load(root))
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        _show(facts)


def _show(facts: CompanyFacts) -> None:
    click.echo(f"{facts['name']}, CVR {facts['cvr'] or 'unknown'}")
    for label, text in _profile(facts):
        if text:
            click.echo(f"  {label:<13} {text}")
    told: dict[str, Any] = {**facts}
    for part, names in _PARTS.items():
        _show_part(part, names, told[part])


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


def _show_part(part: str, names: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    from newsletter.cli.terminal import show_table

    if not rows:
        return
    title = part.replace("_", " ")
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
