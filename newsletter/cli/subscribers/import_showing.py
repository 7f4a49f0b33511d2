"""What an import shows: the columns, a bar while it works, counts, and the first rows that are to be mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.terminal import count, is_terminal, show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.subscribers.importing.fields import Field
    from newsletter.subscribers.importing.outcome import Outcome
    from newsletter.subscribers.importing.rows import BadRow
    from newsletter.subscribers.importing.sheets import Sheet

_FIRST, _FIRST_JSON = 10, 1_000
_SAMPLES, _LONG = 2, 24


class Shown:
    """One import on the screen, or as JSON. The columns are shown once, before anything else."""

    def __init__(
        self,
        sheet: Sheet,
        columns: Mapping[str, Any],
        *,
        as_json: bool,
        fields: Mapping[Any, Field],
        lines: Callable[[Any, str], Iterator[str]],
    ) -> None:
        self.sheet = sheet
        self.columns = columns
        self.as_json = as_json
        self.fields = fields
        self.lines = lines
        """What is told of an outcome."""
        self.kept = _FIRST_JSON if as_json else _FIRST
        """So many bad rows are told."""
        if not as_json:
            self._show_columns()

    @contextmanager
    def progress(self) -> Iterator[Callable[[int], None] | None]:
        """Something to tell how many rows were read; on a terminal it draws."""
        if self.as_json or not is_terminal():
            yield None
            return
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = SpinnerColumn(), TextColumn("{task.completed} rows"), TimeElapsedColumn()
        with Progress(*columns, transient=True) as bar:
            task = bar.add_task("reading", total=None)
            yield lambda read: bar.update(task, completed=read)

    def outcome(self, outcome: Any, first: Sequence[BadRow], *, rehearsed: bool, to_mend: str | None) -> None:
        """Tell what was done, or would be."""
        if self.as_json:
            self._show_json(outcome, first, rehearsed=rehearsed, to_mend=to_mend)
            return
        for line in _problem_lines(self.sheet.name, first):
            click.echo(line, err=True)
        if outcome.bad > len(first):
            click.echo(f"… and {count(outcome.bad - len(first), 'row')} more to mend", err=True)
        for line in self.lines(outcome, "would be " if rehearsed else ""):
            click.echo(line)
        if to_mend:
            click.echo(f"to mend: {to_mend}; mend it there and import that file")
        elif outcome.bad:
            click.echo("rows to mend are written to a file in subscribers/imports/ when you import")

    def _show_columns(self) -> None:
        click.echo(f"{self.sheet.name}: {self.sheet.form}")
        samples = self.sheet.sample()
        rows = []
        for index, heading in enumerate(self.sheet.headings):
            name = self.columns.get(heading)
            meaning = self.fields[name].english if name else "not read"
            rows.append([heading, name or "-", meaning, _sample([cells[index] for cells in samples])])
        show_table(["Column", "Field", "Is", "For example"], rows)

    def _show_json(self, outcome: Any, first: Sequence[BadRow], *, rehearsed: bool, to_mend: str | None) -> None:
        from dataclasses import asdict

        problems = [
            {"line": each.line, "column": each.column, "text": each.reason, "hint": each.cure}
            for row in first
            for each in row.problems
        ]
        facts: dict[str, Any] = {
            "file": self.sheet.name,
            "form": self.sheet.form,
            "columns": {heading: self.columns.get(heading) for heading in self.sheet.headings},
            "dry_run": rehearsed,
            **asdict(outcome),
            "problems": problems,
            "to_mend": to_mend,
        }
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))


def asked(outcome: Outcome) -> bool:
    """Whether the person wants what was rehearsed."""
    if not outcome.writes and not outcome.agreed and not outcome.marks:
        click.echo("the register says all that already")
        return False
    return click.confirm("Import it?", default=False)


def _sample(cells: Sequence[str]) -> str:
    """Some values of a column, short, and without what nobody should see."""
    from newsletter.subscribers.cpr import without_cpr

    found = dict.fromkeys(" ".join(without_cpr(cell).split()) for cell in cells if cell.strip())
    short = (cell if len(cell) <= _LONG else f"{cell[:_LONG]}…" for cell in [*found][:_SAMPLES])
    return ", ".join(sign for sign in short if sign.isprintable())


def _problem_lines(name: str, rows: Sequence[BadRow]) -> Iterator[str]:
    for row in rows:
        for each in row.problems:
            column = f"{each.column}: " if each.column else ""
            yield f"{name}:{each.line}: {column}{each.reason}"
            if each.cure:
                yield f"    {each.cure}"


_WHY = {
    "unsubscribed": "they unsubscribed",
    "erased": "they were erased",
    "asked": "they asked not to be written to",
    "bounced": "mail to them came back",
    "complained": "they complained",
}


def lines(outcome: Outcome, would: str) -> Iterator[str]:
    """Counts, in words; what is zero and not news is left out."""
    yield f"people: {outcome.new} {would}new, {outcome.changed} {would}changed, {outcome.unchanged} as before"
    companies = f"{outcome.companies_new} {would}new, {outcome.companies_changed} {would}changed"
    places = f"{outcome.workplaces_new} {would}new, {outcome.workplaces_changed} {would}changed"
    yield f"companies: {companies}; workplaces: {places}"
    for reason, number in sorted(outcome.kept_out.items()):
        yield f"{number} kept out: {_WHY.get(reason, reason)}"
    for number, text in (
        (outcome.agreed, f"{would}subscribed on this basis, and not before"),
        (outcome.without_basis, "not to be written to, for want of a basis"),
        (outcome.marks, "new interests, needs and memberships"),
        (outcome.repeated, "rows about somebody further up, where only the first counts"),
        (outcome.homeless, "rows with interests, needs or networks and no company to keep them with"),
        (outcome.bad, "rows to mend"),
    ):
        if number:
            yield f"{text}: {number}"
    if outcome.companies_new:
        yield "a list does not say which companies are advertising-protected: CVR does (newsletter companies import)"
