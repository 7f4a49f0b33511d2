"""`newsletter followups remind`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import clock, opened, workspace_option

if TYPE_CHECKING:
    from newsletter.delivery.notices import Posted


@click.command("remind")
@click.option("--really", is_flag=True, help="By the relay; without this, into build/outbox/notices/.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(*, really: bool, as_json: bool, root: Path) -> None:
    """Remind consultants by mail of what is overdue, due today, or soon to be answered: each once a day.

    `newsletter run` does it in the morning of every working day.
    """
    from newsletter.delivery.reminding import remind

    with opened(root, must_exist=True) as (settings, register):
        posted = remind(root, settings, register, environ=os.environ, clock=clock(), really=really)
    if as_json:
        facts = [{"key": each.key, "state": each.state, "again": each.again, "answer": each.answer} for each in posted]
        click.echo(json.dumps({"reminders": facts}, ensure_ascii=False, indent=1))
    else:
        _show(posted)


def _show(posted: list[Posted]) -> None:
    from newsletter.cli.terminal import show_table

    if not posted:
        click.echo("nobody needs reminding")
        return
    show_table(["Reminder", "", ""], [[each.key, _words(each), each.answer] for each in posted])


def _words(each: Posted) -> str:
    return f"{each.state.replace('_', ' ')}, earlier" if each.again else each.state.replace("_", " ")
