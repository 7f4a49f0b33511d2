"""`newsletter segments diff`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import by_option, now, workspace_option
from newsletter.cli.segments.asking import Asked, asked

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.subscribers.snapshots import Change, Difference

_MANY = 500
"""Numbers asked for at a time."""


@click.command("diff")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="As it was on this day; else when last remembered.",
)
@click.option("--remember", is_flag=True, help="Remember whom the segments hold now, by number, after the comparison.")
@click.option("--reason", default="asked for", show_default=True, help="Why it is remembered.")
@click.option("--people", "with_people", is_flag=True, help="Name the people and companies that came and went.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(
    names: tuple[str, ...],
    *,
    since: datetime | None,
    remember: bool,
    reason: str,
    with_people: bool,
    as_json: bool,
    actor: str,
    root: Path,
) -> None:
    """What has changed in the segments since they were remembered: the rule, and who came and went."""
    with asked(root, names) as ask:
        wanted = list(names or ask.book.segments)
        facts = [_difference(ask, name, since, with_people=with_people) for name in wanted]
        if remember:
            _remember(ask, wanted, actor, reason)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_told(facts)))
        if remember:
            click.echo(f"Remembered: {', '.join(wanted)}.")


def _remember(ask: Asked, names: list[str], actor: str, reason: str) -> None:
    from newsletter.subscribers.snapshots import remember

    language = ask.workspace.settings.language
    with ask.register.write() as connection:
        remember(connection, names, ask.book, now=now(), actor=actor, reason=reason, language=language)


def _difference(ask: Asked, name: str, since: datetime | None, *, with_people: bool) -> dict[str, Any]:
    """What has changed in one segment, as JSON tells it."""
    from newsletter.subscribers.snapshots import difference

    settings = ask.workspace.settings
    before = (since + timedelta(days=1)).replace(tzinfo=settings.zone) if since else None
    with ask.register.read() as connection:
        found = difference(connection, name, ask.book, before=before, language=settings.language)
        if found is None:
            return {"segment": name, "since": None}
        return _facts(connection, found, with_people=with_people)


def _facts(connection: Connection, found: Difference, *, with_people: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {"segment": found.name, "since": found.taken_at.isoformat(), "reason": found.reason}
    facts |= {"rule_then": found.rule_then, "rule_now": found.rule_now}
    people = {"came": len(found.people.came), "went": len(found.people.went)}
    companies = {"came": len(found.companies.came), "went": len(found.companies.went)}
    facts |= {"changed": found.is_any, "people": people, "companies": companies}
    if with_people:
        facts["named_people"] = _named(connection, found.people, "people")
        facts["named_companies"] = _named(connection, found.companies, "companies")
    return facts


def _named(connection: Connection, change: Change, what: str) -> dict[str, list[str]]:
    """Addresses or names of those who came and went; who was erased has only a number left."""
    return {
        "came": list(_names(connection, change.came, what)),
        "went": list(_names(connection, change.went, what)),
    }


def _names(connection: Connection, numbers: tuple[int, ...], what: str) -> Iterator[str]:
    from sqlalchemy import select

    from newsletter.store.tables import companies, people

    table, column = (people, people.c.address) if what == "people" else (companies, companies.c.name)
    for start in range(0, len(numbers), _MANY):
        some = numbers[start : start + _MANY]
        rows = connection.execute(select(table.c.id, column).where(table.c.id.in_(some)))
        known: dict[int, str] = {row[0]: row[1] for row in rows}
        yield from (known.get(number, f"number {number}, no longer in the register") for number in some)


def _told(facts: list[dict[str, Any]]) -> Iterator[str]:
    """The differences, line by line."""
    for each in facts:
        if each["since"] and each["changed"]:
            yield from _changed(each)
    same = [each["segment"] for each in facts if each["since"] and not each["changed"]]
    if same:
        yield f"Unchanged: {', '.join(same)}."
    never = [each["segment"] for each in facts if not each["since"]]
    if never:
        yield f"Not remembered by then: {', '.join(never)}. `newsletter segments diff --remember` remembers them now."


def _changed(each: dict[str, Any]) -> Iterator[str]:
    yield f"{each['segment']}, since {each['since'][:10]} ({each['reason']}):"
    if each["rule_then"] != each["rule_now"]:
        yield f"    the rule was: {each['rule_then']}"
        yield f"    the rule is:  {each['rule_now']}"
    for what in ("companies", "people"):
        yield f"    {what}: {each[what]['came']:,} came, {each[what]['went']:,} went"
        named = each.get(f"named_{what}", {"came": [], "went": []})
        yield from (f"      + {name}" for name in named["came"])
        yield from (f"      - {name}" for name in named["went"])
