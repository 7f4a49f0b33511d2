"""`newsletter calendar`."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import FILES, now, opened, workspace_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from newsletter.delivery.schedule.outings import Standing
    from newsletter.delivery.schedule.year import Entry
    from newsletter.workspace import Workspace

COLOURS = {
    "holiday": "red",
    "between-holidays": "magenta",
    "school-holiday": "magenta",
    "clock-change": "bright_black",
    "content-deadline": "yellow",
    "review": "yellow",
    "send": "green",
    "reminder": "yellow",
    "event": "cyan",
}
WIDTHS = (6, 6, 5)
"""Of week, day and time."""
STATES = {
    "missed": "red",
    "stopped": "red",
    "cancelled": "red",
    "paused": "yellow",
    "no issue yet": "yellow",
    "not sent": "yellow",
}


@click.command("calendar")
@click.argument("year", required=False, type=click.IntRange(2000, 2099))
@click.option("--ics", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write the year as iCalendar.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(year: int | None, file: Path | None, *, as_json: bool, root: Path) -> None:
    """Show the year: content deadlines, reviews, sends, days off, events and clock changes.

    Without YEAR, this year. Sends come from the issues, from what is planned, and from the campaigns' schedules for
    months that have no issue yet.
    """
    from newsletter.delivery.schedule.outings import outings
    from newsletter.delivery.schedule.wall import wall_of
    from newsletter.delivery.schedule.year import year_of
    from newsletter.workspace import read_workspace

    workspace, moment = read_workspace(root), now()
    today = wall_of(moment, workspace.settings.zone).date()
    year = year or today.year
    entries = year_of(workspace, outings(workspace, _standings(root, workspace, moment), moment), year)
    if file is not None:
        _export(workspace, entries, file, year)
    if as_json:
        facts = {"year": year, "today": f"{today}", "time_zone": workspace.settings.time_zone}
        click.echo(json.dumps({**facts, "entries": [_facts(each) for each in entries]}, ensure_ascii=False, indent=1))
    elif file is None:
        _show(entries, year, today)
    if workspace.broken:
        from newsletter.cli.terminal import count

        click.echo(f"{count(len(workspace.broken), 'file')} cannot be read: `newsletter check` says why", err=True)
        raise SystemExit(FILES)


def _standings(root: Path, workspace: Workspace, moment: datetime) -> dict[str, Standing]:
    """What the register knows, when there is one."""
    from newsletter.delivery.schedule.outings import standings
    from newsletter.store.register import find_register

    if find_register(root, workspace.settings) is None:
        return {}
    with opened(root) as (settings, register), register.read() as connection:
        return standings(connection, settings.zone, moment)


def _export(workspace: Workspace, entries: Sequence[Entry], file: Path, year: int) -> None:
    from newsletter.build.seal import write_whole
    from newsletter.cli.terminal import count
    from newsletter.delivery.schedule.export import calendar_file

    changed = write_whole(file, calendar_file(workspace.settings, entries))
    told = f"{year} with {count(len(entries), 'entry').replace('entrys', 'entries')}"
    click.echo(f"{file}: {told}" if changed else f"{file}: {told}, as it was", err=True)


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "day": f"{entry.day}",
        "last": f"{entry.last}",
        "week": entry.week,
        "time": f"{entry.at:%H:%M}" if entry.at else None,
        "end": entry.end.isoformat(" ", "minutes") if entry.end else None,
        "kind": entry.kind,
        "title": entry.title,
        "state": entry.state or None,
        "issue": entry.issue,
        "campaign": entry.campaign,
    }


def _show(entries: Sequence[Entry], year: int, today: date) -> None:
    """A table by month on a terminal; in a pipe, a line for each entry with tabs."""
    from newsletter.cli.terminal import is_terminal

    lines = [(_shown_day(entry, year), entry) for entry in entries]
    rows = [(day, _cells(day, entry)) for day, entry in lines]
    if today.year == year:
        rows.append((today, _cells(today, None)))
    rows.sort(key=lambda row: row[0])
    if is_terminal():
        _show_months(rows)
    else:
        for _, cells in rows:
            click.echo("\t".join(cells))


def _shown_day(entry: Entry, year: int) -> date:
    """The day it stands at: its own, or New Year's Day when it began the year before."""
    return entry.day if entry.day.year == year else entry.day.replace(year=year, month=1, day=1)


def _cells(day: date, entry: Entry | None) -> list[str]:
    """Week, weekday, day, time, kind, title and state; without an entry, today."""
    when = [f"uge {day.isocalendar().week}", f"{day:%a}", f"{day}"]
    if entry is None:
        return [*when, "", "today", "", ""]
    title = f"{entry.issue}: {entry.title}" if entry.issue else entry.title
    last = f", to {entry.last}" if entry.last > entry.day else ""
    return [*when, f"{entry.at:%H:%M}" if entry.at else "", entry.kind, f"{title}{last}", entry.state]


def _show_months(rows: Sequence[tuple[date, list[str]]]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    widths = [max(len(cells[number]) for _, cells in rows) for number in (4, 5, 6)]
    title = min(widths[1], max(20, console.width - sum(WIDTHS) - widths[0] - widths[2] - 12))  # two after each cell
    for (_, _), group in groupby(rows, key=lambda row: (row[0].year, row[0].month)):
        month = [*group]
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), title_justify="left", title_style="bold")
        table.title = f"{month[0][0]:%B %Y}"
        for width in (*WIDTHS, widths[0]):
            table.add_column(min_width=width, no_wrap=True)
        table.add_column(width=title)
        table.add_column(min_width=widths[2], no_wrap=True)
        week = ""
        for _, cells in month:
            table.add_row(*_styled(cells, week))
            week = cells[0]
        console.print(table)
        console.print()


def _styled(cells: Sequence[str], seen: str) -> list[Any]:
    """The cells of a terminal's row; the week is said once for all its rows."""
    from rich.text import Text

    week, weekday, day, at, kind, title, state = cells
    mark = "reverse" if kind == "today" else ""
    return [
        Text("" if week == seen else week, "bright_black"),
        Text(f"{weekday} {int(day[8:]):2}", mark),
        Text(at),
        Text(kind.replace("-", " "), mark or COLOURS[kind]),
        Text(title, "bold" if kind == "send" else ""),
        Text(state, STATES.get(state, "")),
    ]
