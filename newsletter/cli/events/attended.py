"""`newsletter events attended`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import by_option, workspace_option
from newsletter.cli.events.guests import read_addresses

if TYPE_CHECKING:
    from newsletter.campaigns.signups.attendance import Noted
    from newsletter.cli.events.guests import House
    from newsletter.subscribers.act import Act
    from newsletter.subscribers.addresses import Address

_CAME = ("deltog", "mødt", "modt", "fremmødt", "attended", "til stede")
_WORDS = {"ja": True, "j": True, "x": True, "1": True, "yes": True, "nej": False, "n": False, "0": False, "no": False}


@click.command("attended")
@click.argument("slug")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]…", callback=read_addresses)
@click.option(
    "--all-but",
    "absent",
    multiple=True,
    metavar="ADDRESS",
    callback=read_addresses,
    help="Everybody who had a seat was there, but not this one; may be said several times.",
)
@click.option("--rest-absent", is_flag=True, help="The others who had a seat were not there.")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A list with addresses, and ja or nej in a column Deltog; without one, all in it were there.",
)
@by_option
@workspace_option
def command(
    slug: str,
    addresses: list[Address],
    absent: list[Address],
    file: Path | None,
    *,
    rest_absent: bool,
    actor: str,
    root: Path,
) -> None:
    """Note who was at the event called SLUG. Of those nothing is said of, nothing is known.

    Who came without having signed up is written down too, and comes into the register without any consent.
    """
    from newsletter.campaigns.signups.attendance import note_attendance
    from newsletter.cli.events.guests import house

    if sum(map(bool, (addresses, absent, file))) != 1:
        raise click.UsageError("say who was there: addresses, or --all-but, or --file; one of the three")
    if rest_absent and absent:
        raise click.UsageError("--all-but says that the others were there, --rest-absent that they were not")
    others = True if absent else False if rest_absent else None
    came, away = ([*addresses], [*absent]) if file is None else _read(file)
    with house(root, slug) as found, found.acting(actor) as act:
        noted = note_attendance(
            act, found.terms, came=_numbers(act, came, new=True), absent=_numbers(act, away, new=False), others=others
        )
    click.echo(_told(found, noted))


def _numbers(act: Act, addresses: Sequence[Address], *, new: bool) -> list[int]:
    from newsletter.subscribers.people import Details, enter, known

    if new:
        return [enter(act, each, Details())[0] for each in addresses]
    return [known(act.connection, each.key).id for each in addresses]


def _read(file: Path) -> tuple[list[Address], list[Address]]:
    """Who came and who did not, by a list. Raises Invalid with every row that cannot be used."""
    from newsletter.problems import Invalid, Place, Problem
    from newsletter.subscribers.importing.fields import field_named
    from newsletter.subscribers.importing.sheets import CODE, read_sheet

    sheet = read_sheet(file)
    columns = [number for number, heading in enumerate(sheet.headings) if field_named(heading) == "address"]
    if not columns:
        raise click.UsageError(f"{file.name}: no column is called E-mail; name the one with the addresses so")
    said = next((number for number, heading in enumerate(sheet.headings) if heading.casefold() in _CAME), None)
    told: dict[bool, list[Address]] = {True: [], False: []}
    problems = []
    for line, cells, reason in sheet.rows():
        try:
            _take(told, cells[columns[0]], "ja" if said is None else cells[said], reason)
        except ValueError as error:
            text, _, hint = str(error).partition("; ")
            problems.append(Problem.at(Place(file.name, line), CODE, text, hint))
    if problems:
        raise Invalid(problems)
    return told[True], told[False]


def _take(told: dict[bool, list[Address]], address: str, said: str, reason: str) -> None:
    """One row; one without an address or without a word says nothing. Raises ValueError."""
    from newsletter.subscribers.addresses import parse_address

    if reason:
        raise ValueError(reason)
    if said.strip() and address.strip():
        told[_word(said.strip().casefold())].append(parse_address(address))


def _word(word: str) -> bool:
    if word not in _WORDS:
        raise ValueError(f"{word!r} says neither ja nor nej; write ja, nej or nothing")
    return _WORDS[word]


def _told(house: House, noted: Noted) -> str:
    parts = [f"{noted.attended} were there", f"{noted.absent} were not", f"of {noted.unknown} nothing is known"]
    walked = f"; {noted.walked_in} of them had not signed up" if noted.walked_in else ""
    return f"{house.terms.event}: {', '.join(parts)}{walked}"
