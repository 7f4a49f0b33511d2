"""`newsletter segments show`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import now, workspace_option
from newsletter.cli.segments.asking import Asked, asked
from newsletter.cli.terminal import show_table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.subscribers.counts import Count, Counts

_FIRST = 10
"""So many companies of a segment are named."""


@click.command("show")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--overlaps", is_flag=True, help="How many people any two segments share.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(names: tuple[str, ...], *, overlaps: bool, as_json: bool, root: Path) -> None:
    """How many companies and people each segment holds, and how many of them may be written to.

    With names: what the rule says, what else its people are in, and the first companies.
    """
    from newsletter.subscribers.counts import counts

    with asked(root, names) as ask, ask.register.read() as connection:
        found = counts(connection, list(ask.book.segments), ask.book, now())
        facts = _facts(ask, found, names, connection)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    elif overlaps:
        _show_overlaps(facts)
    elif names:
        for segment in facts["segments"]:
            click.echo("\n".join(_told(segment, facts)))
    else:
        _show_all(facts)


def _facts(ask: Asked, found: Counts, names: tuple[str, ...], connection: Connection) -> dict[str, Any]:
    """All that is told, as JSON tells it."""
    shown = [name for name in found.segments if not names or name in names]
    pairs = [
        {"segments": list(pair), "people": people}
        for pair, people in found.overlaps.items()
        if not names or not set(pair).isdisjoint(names)
    ]
    return {
        "segments": [_segment(ask, name, found.segments[name], connection if names else None) for name in shown],
        "overlaps": pairs,
        "register": asdict(found.everybody),
        "in_none": asdict(found.in_none),
    }


def _segment(ask: Asked, name: str, held: Count, connection: Connection | None) -> dict[str, Any]:
    from newsletter.subscribers.members import first_companies
    from newsletter.subscribers.rules.sentence import sentence

    segment = ask.book.segments[name]
    told: dict[str, Any] = {"name": name, "title": segment.title, "description": segment.description}
    told |= {"da": sentence(segment.where, ask.book, "da"), "en": sentence(segment.where, ask.book, "en")}
    told |= asdict(held)
    if connection is not None:
        firms = first_companies(connection, segment.where, ask.book, _FIRST)
        told["first_companies"] = [{"cvr": firm.cvr, "name": firm.name, "town": firm.town} for firm in firms]
    return told


def _show_all(facts: dict[str, Any]) -> None:
    columns = ("companies", "people", "reachable")
    rows = [
        [segment["name"], segment["title"], *(f"{segment[each]:,}" for each in columns)]
        for segment in facts["segments"]
    ]
    show_table(["Name", "Title", "Companies", "People", "Reachable"], rows)
    click.echo(f"In none of them: {_held(facts['in_none'])}.")
    click.echo(f"The whole register: {_held(facts['register'])}.")


def _show_overlaps(facts: dict[str, Any]) -> None:
    pairs = sorted(facts["overlaps"], key=lambda pair: -pair["people"])
    show_table(["Segment", "And", "People in both"], [[*pair["segments"], f"{pair['people']:,}"] for pair in pairs])


def _told(segment: dict[str, Any], facts: dict[str, Any]) -> Iterator[str]:
    """One segment, line by line."""
    yield f"{segment['name']}: {segment['title']}"
    if segment["description"]:
        yield f"    {segment['description']}"
    yield f"    {segment['da']}"
    yield f"    {segment['en']}"
    yield f"    {_held(segment)}"
    name = segment["name"]
    others = [
        (other, pair["people"])
        for pair in facts["overlaps"]
        for other in _others(pair, name)
        if name in pair["segments"]
    ]
    if others:
        listed = (f"{other} ({people:,})" for other, people in sorted(others, key=lambda each: -each[1]))
        yield f"    people also in: {', '.join(listed)}"
    for firm in segment["first_companies"]:
        known = [firm["name"], firm["town"], firm["cvr"] and f"CVR {firm['cvr']}"]
        yield f"    - {', '.join(filter(None, known))}"
    left = segment["companies"] - len(segment["first_companies"])
    if left > 0:
        yield f"    and {left:,} more"


def _others(pair: dict[str, Any], name: str) -> list[str]:
    return [other for other in pair["segments"] if other != name]


def _held(held: dict[str, Any]) -> str:
    companies = f"{held['companies']:,} {'company' if held['companies'] == 1 else 'companies'}"
    people = f"{held['people']:,} {'person' if held['people'] == 1 else 'people'}"
    return f"{companies}, {people}, {held['reachable']:,} reachable"
