"""`newsletter campaign report --send`: the status mail, by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.campaign.naming import check_campaign
from newsletter.cli.companies.choice import check_contacts
from newsletter.cli.doors import clock, opened, this_day

if TYPE_CHECKING:
    from newsletter.delivery.notices import Posted
    from newsletter.workspace import Workspace


def send_status(root: Path, name: str, as_of: date | None, to: Sequence[str], *, really: bool, as_json: bool) -> None:
    """Send the status of a campaign, and tell what became of each mail."""
    from newsletter.delivery.reporting import by_hand, send_status
    from newsletter.workspace import read_workspace

    workspace = read_workspace(root)
    check_campaign(workspace, name)
    contacts = to or _named(workspace, name)
    check_contacts(root, contacts)
    with opened(root, must_exist=True) as (settings, register):
        last = this_day(settings)
        if as_of and as_of > last:
            raise click.UsageError(f"nobody knows the figures of {as_of} yet: send those of {last}")
        occasion = by_hand(name, as_of or last)
        posted = send_status(workspace, register, occasion, contacts, environ=os.environ, clock=clock(), really=really)
    if as_json:
        facts = [{"key": each.key, "state": each.state, "again": each.again, "answer": each.answer} for each in posted]
        click.echo(json.dumps({"mails": facts}, ensure_ascii=False, indent=1))
    else:
        _show(posted)


def _named(workspace: Workspace, name: str) -> Sequence[str]:
    status = workspace.campaigns[name].report
    if status is None:
        raise click.UsageError(f"campaigns/{name}.yml names nobody in `report: to:`; say --to CONTACT")
    return status.to


def _show(posted: Sequence[Posted]) -> None:
    from newsletter.cli.terminal import show_table

    show_table(["Status mail", "", ""], [[each.key, _words(each), each.answer] for each in posted])


def _words(each: Posted) -> str:
    return f"{each.state.replace('_', ' ')}, earlier" if each.again else each.state.replace("_", " ")
