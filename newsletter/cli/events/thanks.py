"""`newsletter events thanks`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from newsletter.cli.doors import opened, workspace_option


@click.command("thanks")
@click.argument("slug")
@click.option(
    "--who",
    type=click.Choice(["attended", "absent"]),
    default="attended",
    show_default=True,
    help="Those who were there, or those who had signed up and were not.",
)
@click.option("--send", "told", metavar="WHEN", help='Day and time, "2027-01-05 09:00"; else the next working day.')
@workspace_option
def command(slug: str, who: Literal["attended", "absent"], told: str | None, root: Path) -> None:
    """Write an issue that thanks those who were at the event called SLUG, or that tells those who were not.

    It goes to a segment of the event's own, which is added to subscribers/segments.yml. As every issue it reaches those
    alone who want the newsletter.
    """
    from newsletter.cli.events.drafting import named_event, send_time, write_draft
    from newsletter.delivery.invitations.drafts import draft_issue
    from newsletter.workspace import read_workspace

    workspace = read_workspace(root)
    event = named_event(workspace, slug)
    _must_be_noted(root, slug)
    send = send_time(workspace.settings, told)
    occasion: Literal["thanks", "missed"] = "thanks" if who == "attended" else "missed"
    write_draft(workspace, draft_issue(occasion, event, workspace.settings, send=send))


def _must_be_noted(root: Path, slug: str) -> None:
    from sqlalchemy import func, select

    from newsletter.problems import Refused
    from newsletter.store.tables import sign_ups

    noted = select(func.count()).where(sign_ups.c.event == slug, sign_ups.c.attended.is_not(None))
    with opened(root) as (_, register), register.read() as connection:
        if not connection.scalar(noted):
            raise Refused(f"nobody has noted who was at {slug}", f"newsletter events attended {slug} --all-but ADDRESS")
