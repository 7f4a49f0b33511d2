"""`newsletter events signups`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import by_option, now, workspace_option

if TYPE_CHECKING:
    from datetime import tzinfo

    from newsletter.campaigns.signups.listing import Line, Listed

HEADINGS = ("Navn", "Virksomhed", "E-mail", "Pladser", "Status", "Deltog")
_STATES = {"signed-up": "tilmeldt", "waiting": "venteliste", "cancelled": "meldt fra"}


@click.command("signups")
@click.argument("slug")
@click.option(
    "--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write the list to FILE, to be filled in."
)
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(slug: str, file: Path | None, *, as_json: bool, actor: str, root: Path) -> None:
    """The list of the event called SLUG, to print: who comes, in Danish order, then who waits, in their turn.

    A file of --csv has a column `Deltog`: write ja or nej there, and give it to `newsletter events attended --file`.
    """
    from newsletter.campaigns.signups.listing import listed
    from newsletter.cli.events.guests import house
    from newsletter.store.audit import note

    if file and file.exists():
        raise click.UsageError(f"{file} is there already; give another name")
    with house(root, slug) as found:
        with found.register.read() as connection:
            told = listed(connection, found.terms)
        if file:
            _write(file, told)
            with found.register.write() as connection:
                facts: dict[str, Any] = {"event": slug, "people": len(told.lines)}
                note(connection, now=now(), actor=actor, action="events signups", about="register", **facts)
    if file:
        click.echo(f"{file}: {len(told.lines)} lines; it holds personal data: delete it when you are done")
    elif as_json:
        click.echo(json.dumps(_facts(told), ensure_ascii=False, indent=1, default=str))
    else:
        click.echo("\n".join(_page(told, found.settings.zone)))


def _page(told: Listed, zone: tzinfo) -> Iterator[str]:
    """The list as a sheet for the door: a box to tick before each name."""
    terms = told.terms
    room = f" of {terms.capacity}" if terms.capacity else ""
    yield f"{terms.title}, {terms.start:%Y-%m-%d %H:%M}"
    yield f"{told.seats('signed-up')}{room} seats taken, {told.seats('waiting')} on the waiting list"
    if told.invited:
        said = told.answered
        yield (
            f"{told.invited} invited: {said['accepted']} said yes, {said['declined']} no, {said['tentative']} perhaps"
        )
    for title, place in (("", "signed-up"), ("Waiting", "waiting"), ("Signed off", "cancelled")):
        lines = told.of(place)  # type: ignore[arg-type]  # one of the three
        if lines:
            yield ""
            yield from [title] if title else []
            yield from _rows(lines, zone)


def _rows(lines: tuple[Line, ...], zone: tzinfo) -> Iterator[str]:
    names = [line.name or line.address or "(erased)" for line in lines]
    firms = [line.company for line in lines]
    wide, wider = max(map(len, names)), max(map(len, firms))
    for name, firm, line in zip(names, firms, lines, strict=True):
        mark = {True: "[x]", False: "[-]", None: "[ ]"}[line.attended]
        seats = f"{line.seats} seats" if line.seats > 1 else ""
        since = f"{line.signed_up_at.astimezone(zone):%Y-%m-%d}"
        yield f"{mark} {name:<{wide}}  {firm:<{wider}}  {since}  {seats}".rstrip()


def _write(file: Path, told: Listed) -> None:
    from newsletter.subscribers.importing.writing import write_list

    rows = (
        [
            line.name,
            line.company,
            line.address,
            str(line.seats),
            _STATES[line.place],
            {True: "ja", False: "nej", None: ""}[line.attended],
        ]
        for line in told.lines
    )
    write_list(file, "csv", HEADINGS, rows)


def _facts(told: Listed) -> dict[str, Any]:
    return {
        "event": told.terms.event,
        "title": told.terms.title,
        "start": told.terms.start.isoformat(),
        "capacity": told.terms.capacity,
        "seats": told.seats("signed-up"),
        "waiting": told.seats("waiting"),
        "invited": told.invited,
        "answered": told.answered,
        "signups": [{**asdict(line), "signed_up_at": line.signed_up_at.isoformat()} for line in told.lines],
    }
