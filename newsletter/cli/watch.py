"""`newsletter build --watch`: build again whenever a file is saved, and never die on what is found there."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import bug_report
from newsletter.inputs import FOLDERS, list_files

if TYPE_CHECKING:
    from newsletter.build.pipeline import Builder

DEBOUNCE_MS, STEP_MS = 30, 5
"""An editor's save is several events: wait for a pause of STEP_MS, at most DEBOUNCE_MS."""
LOOK_MS = 1000
"""How often to look without being told: for newsletter.yml itself, new folders, and drives that tell nothing."""


def watch_workspace(root: Path, issues: Sequence[str], *, explain: bool) -> None:
    """Build, then again after each save, until Ctrl+C."""
    from watchfiles import watch

    from newsletter.build.pipeline import Builder

    builder = Builder(root)
    folders = [root / name for name in FOLDERS if (root / name).is_dir()]
    told = partial(watch, *folders, yield_on_timeout=True, raise_interrupt=False)
    with builder.cache, suppress(KeyboardInterrupt):  # a seal that is cut short leaves the last one whole
        seen = list_files(root)
        _build(builder, issues, explain=explain)
        click.echo("watching; save a file to build again, Ctrl+C to end")
        for _ in told(debounce=DEBOUNCE_MS, step=STEP_MS, rust_timeout=LOOK_MS):
            found = list_files(root)
            if found != seen:
                seen = found
                _build(builder, issues, explain=explain)


def _build(builder: Builder, issues: Sequence[str], *, explain: bool) -> None:
    from newsletter.cli.terminal import show_report

    start = time.perf_counter()
    try:
        report = builder.build(issues)
    except Exception as error:  # noqa: BLE001  # watching goes on
        click.echo(bug_report(error), err=True)
        return
    spent = (time.perf_counter() - start) * 1000
    show_report(report, explain=explain)
    click.echo(f"{time.strftime('%H:%M:%S')} built in {spent:.0f} ms")
