"""`newsletter subscribers import`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.contacts import known_contacts
from newsletter.cli.doors import FILES, now, opened, this_day
from newsletter.cli.importing import check_somebody_is_here, import_options, map_option, rehearsed
from newsletter.cli.subscribers.basis import basis_options, read_basis

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.cli.subscribers.import_showing import Shown
    from newsletter.settings import Settings
    from newsletter.store.register import Register
    from newsletter.subscribers.consent import Basis
    from newsletter.subscribers.importing.fields import FieldName
    from newsletter.subscribers.importing.outcome import Outcome
    from newsletter.subscribers.importing.readers import Rules
    from newsletter.subscribers.importing.rows import BadRow
    from newsletter.subscribers.importing.sheets import Sheet


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@basis_options
@map_option
@click.option("--mapping", metavar="NAME", help="What columns hold, as it was remembered under this name.")
@click.option("--remember", metavar="NAME", help="Remember what the columns hold, in subscribers/mappings.yml.")
@import_options
def command(
    file: Path,
    maps: tuple[str, ...],
    mapping: str | None,
    remember: str | None,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    actor: str,
    root: Path,
    **told: Any,
) -> None:
    """Take a list of people into the register: FILE is CSV, Excel (.xlsx) or JSON lines.

    It says first what the columns are taken for and what would happen, and asks. Rows that cannot be read go to a file
    to mend; the others go in. Who unsubscribed, was erased or is suppressed stays out.
    """
    from newsletter.cli.subscribers.import_showing import Shown, asked, lines
    from newsletter.subscribers.importing.fields import FIELDS
    from newsletter.subscribers.importing.sheets import read_sheet

    check_somebody_is_here(dry_run=dry_run, yes=yes, as_json=as_json)
    basis = _basis(told)
    _check_name(remember)
    sheet = read_sheet(file)
    columns = _columns(root, sheet, mapping, maps)
    shown = Shown(sheet, columns, as_json=as_json, fields=FIELDS, lines=lines)
    with opened(root) as (settings, register):
        _refuse_sample(register)
        job = _Job(root=root, register=register, rules=_rules(root, settings), basis=basis, shown=shown, actor=actor)
        outcome = rehearsed(job.run, asked, dry_run=dry_run, yes=yes)
    if outcome and remember and not dry_run:
        _remember(root, remember, columns)
    if outcome and outcome.bad:
        raise SystemExit(FILES)


def _basis(told: dict[str, Any]) -> Basis:
    from newsletter.subscribers.cpr import holds_cpr

    basis = read_basis(**told)
    if basis.is_of_the_future(now()):
        raise click.UsageError(f"--date {basis.said_on} has not come yet: give the day on which they said yes")
    if any(text and holds_cpr(text) for text in (basis.source, basis.reason, basis.wording)):
        raise click.UsageError("the basis holds what looks like a CPR number: no such number belongs in the register")
    return basis


@dataclass(frozen=True, kw_only=True)
class _Job:
    """One list, to be rehearsed and imported."""

    root: Path
    register: Register
    rules: Rules
    basis: Basis
    shown: Shown
    actor: str
    now: datetime = field(default_factory=now)

    def run(self, *, rehearse: bool) -> Outcome:
        """Go through the list, and tell what happened."""
        from newsletter.subscribers.importing.apply import import_rows
        from newsletter.subscribers.importing.mend import MEND_FOLDER, MendFile
        from newsletter.subscribers.importing.rows import check_rows

        sheet = self.shown.sheet
        first: list[BadRow] = []
        rows = check_rows(sheet, self.shown.columns, self.rules)
        with (
            MendFile(self.root / MEND_FOLDER, sheet.name, sheet.headings) as mend,
            self.shown.progress() as told,
        ):

            def to_mend(row: BadRow) -> None:
                if len(first) < self.shown.kept:
                    first.append(row)
                if not rehearse:
                    mend.add(row)

            act: dict[str, Any] = {"now": self.now, "actor": self.actor, "to_mend": to_mend, "told": told}
            outcome = import_rows(self.register, rows, self.basis, rehearse=rehearse, **act)
        path = mend.path.relative_to(self.root).as_posix() if mend.path else None
        self.shown.outcome(outcome, first, rehearsed=rehearse, to_mend=path)
        return outcome


def _rules(root: Path, settings: Settings) -> Rules:
    from newsletter.subscribers.importing.readers import Rules
    from newsletter.subscribers.industries.files import load

    today = this_day(settings)
    return Rules(default=settings.industries, codes=load(root).of, contacts=known_contacts(root), today=today)


def _columns(root: Path, sheet: Sheet, mapping: str | None, maps: tuple[str, ...]) -> dict[str, FieldName]:
    """What the columns hold: as remembered or guessed, and then as told."""
    from newsletter.subscribers.importing.columns import guess_columns, parse_map, told_columns
    from newsletter.subscribers.importing.mappings import known_columns, mapping_named

    try:
        if mapping:
            guessed = known_columns(mapping_named(root, mapping), sheet.headings)
        else:
            guessed = guess_columns(sheet.headings, sheet.sample())
        columns = told_columns(guessed, parse_map(",".join(maps), sheet.headings))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if not {"address", "cvr"} & set(columns.values()):
        listed = ", ".join(sheet.headings)
        raise click.UsageError(
            f"no column seems to hold the address; the list has: {listed}. Say which: --map HEADING=address"
        )
    return columns


def _check_name(name: str | None) -> None:
    from newsletter.values import check_slug

    try:
        if name is not None:
            check_slug(name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--remember") from error


def _remember(root: Path, name: str, columns: dict[str, FieldName]) -> None:
    from newsletter.subscribers.importing.mappings import remember_mapping

    remember_mapping(root, name, columns)


def _refuse_sample(register: Register) -> None:
    from newsletter.subscribers.sample.mark import refuse_sample

    with register.read() as connection:
        refuse_sample(connection)
