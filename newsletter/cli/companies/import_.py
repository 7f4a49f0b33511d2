"""`newsletter companies import`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import FILES, by_option, now, opened, workspace_option

if TYPE_CHECKING:
    from newsletter.subscribers.companies.importing import Outcome
    from newsletter.subscribers.cvr import Entry

_SHOWN = 20
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--dry-run", is_flag=True, help="Read and compare everything, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(*, files: tuple[Path, ...], dry_run: bool, as_json: bool, actor: str, root: Path) -> None:
    """Take over companies and workplaces from FILES of CVR's public JSON.

    What you know yourselves (contact, interests, needs) stays as it is, and no address of anybody is taken.
    """
    from newsletter.subscribers.companies.importing import import_companies
    from newsletter.subscribers.sample.mark import refuse_sample

    with opened(root) as (settings, register):
        with register.read() as connection:
            refuse_sample(connection)
        moment = now()
        entries = _read(files, moment.astimezone(settings.zone).date())
        with _progress(quiet=as_json) as told:
            outcome = import_companies(register, entries, now=moment, actor=actor, rehearse=dry_run, told=told)
    _show_json(outcome) if as_json else _show(outcome, dry_run=dry_run)
    if outcome.errors:
        raise SystemExit(FILES)


def _read(files: tuple[Path, ...], on: date) -> Iterator[Entry]:
    from newsletter.subscribers.cvr import read_companies

    for path in files:
        yield from read_companies(path, on, str(path))


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    from newsletter.cli.terminal import is_terminal

    if quiet or not is_terminal():
        yield None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn

    with Progress(SpinnerColumn(), TextColumn("{task.completed} read"), transient=True) as bar:
        task = bar.add_task("reading")
        yield lambda read: bar.update(task, completed=read)


def _show(outcome: Outcome, *, dry_run: bool) -> None:
    for problem in outcome.problems[:_SHOWN]:
        click.echo(str(problem), err=True)
    more = outcome.errors + outcome.warnings - _SHOWN
    if more > 0:
        click.echo(f"… and {more} more; --json has the first 1000", err=True)
    would = "would be " if dry_run else ""
    click.echo(f"companies: {outcome.new} {would}new, {outcome.changed} {would}changed, {outcome.unchanged} as before")
    click.echo(_workplaces(outcome, would))
    for number, text in _remarks(outcome):
        if number:
            click.echo(f"{number} {text}")
    if dry_run:
        click.echo("nothing was written: leave --dry-run out to do it")


def _workplaces(outcome: Outcome, would: str) -> str:
    changed = f"{outcome.workplaces_new} {would}new, {outcome.workplaces_changed} {would}changed"
    return f"workplaces: {changed}, {outcome.workplaces_closed} {would}closed"


def _remarks(outcome: Outcome) -> list[tuple[int, str]]:
    return [
        (outcome.stopped, "no longer active: nobody there is written to"),
        (outcome.left_out, "left out: they had ceased before we knew them"),
        (outcome.protected, "advertising-protected: in no segment and no list without their own consent"),
        (outcome.unsaid, "new ones counted as advertising-protected, since the file does not say"),
        (outcome.errors, "not read: mend or fetch them again, the lines above say why"),
    ]


def _show_json(outcome: Outcome) -> None:
    facts: dict[str, Any] = {each.name: getattr(outcome, each.name) for each in fields(outcome)}
    names = ("path", "line", "column", "code", "severity", "text", "hint")
    facts["problems"] = [{name: getattr(problem, name) for name in names} for problem in outcome.problems]
    click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
