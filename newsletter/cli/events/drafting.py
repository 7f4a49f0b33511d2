"""What `events invite` and `events thanks` share: when it goes out, writing the draft and its segment, what is next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import this_day

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.content.item import Item
    from newsletter.content.items import Event
    from newsletter.delivery.invitations.drafts import Draft
    from newsletter.settings import Settings
    from newsletter.workspace import Workspace


def named_event(workspace: Workspace, slug: str) -> Item[Event]:
    """The event called so, else a guess."""
    from newsletter.problems import guess

    events = workspace.items["event"]
    if slug not in events:
        raise click.UsageError(f"no event is called {slug!r}: {guess(slug, events)}")
    event: Item[Event] = events[slug]
    return event


def send_time(settings: Settings, told: str | None) -> datetime:
    """When it goes out, wall clock: as told, else on the next working day at the usual time."""
    from datetime import datetime, timedelta

    from newsletter.delivery.schedule.wall import read_wall
    from newsletter.workdays import next_workday

    if told is not None:
        return read_wall(told, settings.send_at)
    tomorrow = this_day(settings) + timedelta(days=1)
    return datetime.combine(next_workday(tomorrow), settings.send_at)


def write_draft(workspace: Workspace, draft: Draft) -> None:
    """Write the issue, and its segment where the file has none of that name; nothing is written over."""
    from newsletter.delivery.invitations.drafts import with_segment
    from newsletter.subscribers.segments import SEGMENTS_FILE

    path, segments = workspace.root / draft.path, workspace.root / SEGMENTS_FILE
    if path.exists():
        raise click.UsageError(f"{draft.path} is there already: write on in it, or rename it")
    if draft.segment and draft.segment.name not in workspace.segments:
        _write(segments, with_segment(segments.read_text("utf-8"), draft.segment))
        click.echo(f"{SEGMENTS_FILE}: segment {draft.segment.name} added (approvals by segment must be given anew)")
    _write(path, draft.text)
    click.echo(f"{draft.path} written: write on in it, then:")
    click.echo(f"    newsletter build {draft.name}")
    click.echo(f"    newsletter send {draft.name} --test ADDRESS")
    click.echo(f"    newsletter approve {draft.name} --by NAME")
    click.echo(f"    newsletter schedule {draft.name}")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
