"""Showing things: tables and colour on a terminal, plain lines in a pipe. NO_COLOR is kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsletter.build.report import Finding, IssueReport, Report

_WHOLE = len("2027-01-31")
"""Dates, CVR numbers and P-numbers stay on one line: people copy them."""
COLOURS = {"error": "red", "warning": "yellow"}


def is_terminal() -> bool:
    """Whether a person is reading."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def styled(text: str, colour: str) -> str:
    """The text in a colour, where colours are wanted."""
    return click.style(text, fg=colour) if is_terminal() and not os.environ.get("NO_COLOR") else text


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """Something to call before each issue; on a terminal it draws a bar, in a pipe it says nothing."""
    if quiet or not is_terminal():
        yield None
        return
    from rich.progress import Progress

    with Progress(transient=True) as bar:
        task = bar.add_task("building")

        def told(name: str, number: int, total: int) -> None:
            bar.update(task, description=f"building {name}", completed=number - 1, total=total)

        yield told


def show_report(report: Report, *, explain: bool = False) -> None:
    """Findings first, then a line for each issue, then the sum."""
    from newsletter.build.report import findings_of

    findings = findings_of(report)
    show_findings(findings)
    if is_terminal() and report["issues"] and not explain:
        show_table(
            ["Issue", "", "Editions", "Largest", "Digest", "Subject"], [_cells(each) for each in report["issues"]]
        )
    else:
        _show_lines(report, explain=explain)
    click.echo(_sum(report, findings))


def _show_lines(report: Report, *, explain: bool) -> None:
    for issue in report["issues"]:
        click.echo(_issue_line(issue))
        if explain:
            _explain(issue)


def show_findings(findings: Sequence[Finding]) -> None:
    """Each with its place and its cure."""
    for each in findings:
        severity = styled(each["severity"], COLOURS[each["severity"]])
        place = f"{each['path']}:{each['line']}:{each['column']}"
        click.echo(f"{place}: {severity}: {each['text']} [{each['code']}]")
        if each["hint"]:
            click.echo(f"    {each['hint']}")


def show_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal, where nothing is cut off, however narrow; in a pipe, lines with tabs between the cells."""
    if not is_terminal():
        for row in rows:
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for number, heading in enumerate(headings):
        whole = all(len(row[number]) <= _WHOLE and " " not in row[number] for row in rows)
        table.add_column(heading, overflow="fold", no_wrap=whole)
    for row in rows:
        table.add_row(*map(escape, row))
    Console(highlight=False).print(table)


def count(number: int, word: str) -> str:
    """`1 issue`, `2 issues`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _issue_line(issue: IssueReport) -> str:
    name, state, editions, largest, digest, _ = _cells(issue)
    if issue["digest"] is None:
        return f"{name}: {styled(state, 'red')}: mend the errors above; the last good build stays"
    return f"{name}: {styled('sealed', 'green')} {digest}, {editions}, largest {largest}, {state}"


def _cells(issue: IssueReport) -> list[str]:
    """Name, state, editions, size of the largest, digest and subject of an issue."""
    editions = issue["editions"]
    rebuilt = sum(edition["rebuilt"] for edition in editions)
    state = f"{rebuilt} of {count(len(editions), 'edition')} built anew" if rebuilt else "up to date"
    largest = max((edition["html_bytes"] for edition in editions), default=0)
    return [
        issue["issue"],
        state if issue["digest"] else "not sealed",
        count(len(editions), "edition") + _audience(issue),
        f"{largest / 1000:.0f} kB",
        (issue["digest"] or "")[:12],
        issue["subject"],
    ]


def _audience(issue: IssueReport) -> str:
    readers = [edition["readers"] for edition in issue["editions"] if edition["readers"] is not None]
    return f" for {count(sum(readers), 'reader')}" if readers else ""


def _explain(issue: IssueReport) -> None:
    for reason in issue["reasons"] or ["nothing that goes into it has changed"]:
        click.echo(f"    because {reason}" if issue["reasons"] else f"    {reason}")


def _sum(report: Report, findings: Sequence[Finding]) -> str:
    sealed = sum(issue["digest"] is not None for issue in report["issues"])
    errors = sum(each["severity"] == "error" for each in findings)
    parts = [f"{sealed} of {count(len(report['issues']), 'issue')} sealed"]
    parts.append(styled(count(errors, "error"), "red") if errors else "no errors")
    parts.append(count(len(findings) - errors, "warning"))
    return ", ".join(parts) + "; see build/index.html" if report["issues"] else ", ".join(parts)
