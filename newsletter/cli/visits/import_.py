"""`newsletter visits import`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import FILES, now, opened
from newsletter.cli.importing import check_somebody_is_here, import_options, map_option, rehearsed
from newsletter.cli.visits.known import new_words_option, read_all, rules_of

if TYPE_CHECKING:
    from newsletter.campaigns.visits.importing.apply import Outcome
    from newsletter.campaigns.visits.importing.fields import FieldName
    from newsletter.campaigns.visits.importing.rows import Find, Row, Usual
    from newsletter.campaigns.visits.reading import Rules
    from newsletter.cli.subscribers.import_showing import Shown
    from newsletter.store.register import Register
    from newsletter.subscribers.companies.choosing import Known
    from newsletter.subscribers.importing.rows import BadRow
    from newsletter.subscribers.importing.sheets import Sheet


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@map_option
@click.option("--consultant", metavar="CONTACT", help="Of the rows that name none.")
@click.option("--campaign", metavar="NAME", help="Of the rows that name none; `none` is no campaign.")
@new_words_option
@import_options
def command(
    *,
    file: Path,
    maps: tuple[str, ...],
    consultant: str | None,
    campaign: str | None,
    new_words: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    actor: str,
    root: Path,
) -> None:
    """Take a list of visits into the register: FILE is CSV, Excel (.xlsx) or JSON lines.

    It says first what the columns are taken for and what would happen, and asks. Rows that cannot be read go to a file
    to mend; the others go in. A visit that is there already is left as it is, so the same list twice is once.
    """
    from newsletter.subscribers.importing.sheets import read_sheet

    check_somebody_is_here(dry_run=dry_run, yes=yes, as_json=as_json)
    sheet = read_sheet(file)
    columns = _columns(sheet, maps)
    with opened(root, must_exist=True) as (settings, register):
        rules = rules_of(root, settings, register, now(), new_words=new_words)
        usual = _usual(rules, consultant, campaign)
        shown = _shown(sheet, columns, as_json=as_json)
        rows = _checked(register, sheet, columns, rules, usual)
        job = _Job(root=root, register=register, shown=shown, rows=rows, actor=actor)
        outcome = rehearsed(job.run, _asked, dry_run=dry_run, yes=yes)
    if outcome and outcome.bad:
        raise SystemExit(FILES)


@dataclass(frozen=True, kw_only=True)
class _Job:
    """One list, to be rehearsed and imported."""

    root: Path
    register: Register
    shown: Shown
    rows: list[Row | BadRow]
    actor: str

    def run(self, *, rehearse: bool) -> Outcome:
        """Write the list down, and tell what happened."""
        from newsletter.campaigns.visits.importing.apply import import_visits
        from newsletter.subscribers.importing.mend import MEND_FOLDER, MendFile
        from newsletter.subscribers.importing.rows import BadRow

        bad = [row for row in self.rows if isinstance(row, BadRow)]
        sheet = self.shown.sheet
        outcome = import_visits(self.register, self.rows, now=now(), actor=self.actor, rehearse=rehearse)
        with MendFile(self.root / MEND_FOLDER, sheet.name, sheet.headings) as mend:
            for row in () if rehearse else bad:
                mend.add(row)
        path = mend.path.relative_to(self.root).as_posix() if mend.path else None
        self.shown.outcome(outcome, bad[: self.shown.kept], rehearsed=rehearse, to_mend=path)
        return outcome


def _columns(sheet: Sheet, maps: tuple[str, ...]) -> dict[str, FieldName]:
    from newsletter.campaigns.visits.importing.fields import columns_of

    try:
        columns = columns_of(sheet.headings, ",".join(maps))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    listed = f"the list has: {', '.join(sheet.headings)}"
    if not {"cvr", "p_number", "company"} & set(columns.values()):
        raise click.UsageError(f"no column seems to hold the company; {listed}. Say which: --map HEADING=cvr")
    if "visited_on" not in columns.values():
        raise click.UsageError(f"no column seems to hold the day; {listed}. Say which: --map HEADING=visited_on")
    return columns


def _usual(rules: Rules, consultant: str | None, campaign: str | None) -> Usual:
    from newsletter.campaigns.visits.importing.rows import Usual
    from newsletter.campaigns.visits.reading import readers

    said = {"consultant": consultant, "campaign": campaign}
    return Usual(**read_all(said, readers(rules), {name: f"--{name}" for name in said}))


def _checked(
    register: Register, sheet: Sheet, columns: dict[str, FieldName], rules: Rules, usual: Usual
) -> list[Row | BadRow]:
    """The rows, read once: the rehearsal and the import take the same."""
    from newsletter.campaigns.visits.importing.rows import check_rows
    from newsletter.subscribers.companies.choosing import find_company

    with register.read() as connection:

        @cache
        def known(text: str) -> Known:
            return find_company(connection, text)

        find: Find = known
        return [*check_rows(sheet, columns, rules, find, usual)]


def _shown(sheet: Sheet, columns: dict[str, FieldName], *, as_json: bool) -> Shown:
    from newsletter.campaigns.visits.importing.fields import FIELDS
    from newsletter.cli.subscribers.import_showing import Shown

    return Shown(sheet, columns, as_json=as_json, fields=FIELDS, lines=_lines)


def _lines(outcome: Outcome, would: str) -> Iterator[str]:
    """Counts, in words; what is zero and not news is left out."""
    yield f"visits: {outcome.new} {would}new, {outcome.known} there already"
    for number, text in (
        (outcome.steps, "of the new ones with a next step"),
        (outcome.agreements, "of the new ones with an agreement, to be noted with `newsletter campaign result add`"),
        (outcome.undone, "left out, since they were undone or put right"),
        (outcome.bad, "rows to mend"),
    ):
        if number:
            yield f"{text}: {number}"


def _asked(outcome: Outcome) -> bool:
    if not outcome.new:
        click.echo("the register says all that already" if not outcome.bad else "there is nothing to import")
        return False
    return click.confirm("Import it?", default=False)
