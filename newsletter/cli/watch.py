"""`newsletter build --watch`: build again whenever a file is saved, and never die on what is found there."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import click

from newsletter.cli.doors import bug_report
from newsletter.inputs import FOLDERS, WORKSPACE_FILE

DEBOUNCE_MS, STEP_MS = 30, 5
"""An editor's save is several events: wait for a pause of STEP_MS, at most DEBOUNCE_MS."""


def watch_workspace(root: Path, issues: Sequence[str], *, explain: bool) -> None:
    """Build, then again after each save, until Ctrl+C."""
    from watchfiles import watch

    from newsletter.build.pipeline import Builder

    builder = Builder(root)
    paths = [root / name for name in (*FOLDERS, WORKSPACE_FILE) if (root / name).exists()]
    with builder.cache:
        _build(builder, issues, explain=explain)
        click.echo("watching; save a file to build again, Ctrl+C to end")
        for _changes in watch(*paths, debounce=DEBOUNCE_MS, step=STEP_MS, raise_interrupt=False):
            _build(builder, issues, explain=explain)


def _build(builder: object, issues: Sequence[str], *, explain: bool) -> None:
    from newsletter.build.pipeline import Builder
    from newsletter.cli.terminal import show_report

    assert isinstance(builder, Builder)
    start = time.perf_counter()
    try:
        report = builder.build(issues)
    except Exception as error:  # noqa: BLE001  # watching goes on
        click.echo(bug_report(error), err=True)
        return
    spent = (time.perf_counter() - start) * 1000
    show_report(report, explain=explain)
    click.echo(f"{time.strftime('%H:%M:%S')} built in {spent:.0f} ms")
