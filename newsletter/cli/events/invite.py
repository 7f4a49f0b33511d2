"""`newsletter events invite`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import now, opened, workspace_option

if TYPE_CHECKING:
    from newsletter.content.item import Item
    from newsletter.content.items import Event
    from newsletter.delivery.invitations.wordings import Occasion
    from newsletter.settings import Settings


@click.command("invite")
@click.argument("slug")
@click.option("--to", "segments", multiple=True, metavar="SEGMENT", help="Who is invited; may be said several times.")
@click.option("--send", "told", metavar="WHEN", help='Day and time, "2027-01-05 09:00"; else the next working day.')
@workspace_option
def command(slug: str, segments: tuple[str, ...], told: str | None, root: Path) -> None:
    """Write an issue that invites to the event called SLUG, one mail for each, to be answered in Outlook or Gmail.

    Once people were invited, this writes what they are told instead: that it has changed, to all but those who said
    no, or that it is cancelled. It is built, approved and sent as every issue is.
    """
    from dataclasses import replace

    from newsletter.cli.events.drafting import named_event, send_time, write_draft
    from newsletter.delivery.invitations.drafts import draft_issue
    from newsletter.problems import guess
    from newsletter.workspace import read_workspace

    workspace = read_workspace(root)
    event = named_event(workspace, slug)
    unknown = [name for name in segments if name not in workspace.segments]
    if unknown:
        raise click.UsageError(f"no segment is called {unknown[0]!r}: {guess(unknown[0], workspace.segments)}")
    occasion, gone = _occasion(root, event, segments)
    send = send_time(workspace.settings, told)
    _must_be_before(event, workspace.settings, send.replace(tzinfo=workspace.settings.zone) if told else None)
    draft = draft_issue(occasion, event, workspace.settings, send=send, audience=segments)
    write_draft(workspace, replace(draft, name=_free(draft.name, gone)))
    if workspace.settings.delivery.bounces is None:
        click.echo("Nobody reads the answers yet: set delivery.bounces.mailbox in newsletter.yml (docs/invitations.md)")


def _free(name: str, gone: frozenset[str]) -> str:
    """The name, with a number when an issue called so has gone out: who is invited later gets one of their own."""
    number = 2
    wanted = name
    while wanted in gone:
        wanted, number = f"{name}-{number}", number + 1
    return wanted


def _occasion(root: Path, event: Item[Event], segments: tuple[str, ...]) -> tuple[Occasion, frozenset[str]]:
    """What is to be told, by what went out before; and the issues that did."""
    from newsletter.campaigns.events.ics import calendar_facts_digest, sequence_of
    from newsletter.delivery.invitations.sent import must_be_newer, sent_for
    from newsletter.problems import Refused

    slug, fields = event.slug, event.fields
    if fields.external:
        raise Refused(
            f"{slug} is held by {fields.external.organizer}, who invite to it themselves", "show it in an issue"
        )
    method = "CANCEL" if fields.cancelled else "REQUEST"
    facts = {"event": slug, "method": method, "sequence": sequence_of(fields), "facts": calendar_facts_digest(fields)}
    with opened(root) as (_, register), register.read() as connection:
        before = sent_for(connection, slug)
        must_be_newer(connection, "a new issue", facts)
    gone = frozenset(each.issue for each in before)
    if fields.cancelled:
        if not before:
            raise Refused(f"{slug} is cancelled, and nobody was invited", "there is nobody to tell")
        return "off", gone
    if before and before[-1].sequence < facts["sequence"] and not segments:  # type: ignore[operator]
        return "change", gone
    if not segments:
        raise click.UsageError("say whom to invite: --to SEGMENT")
    return "invitation", gone


def _must_be_before(event: Item[Event], settings: Settings, send: object) -> None:
    from newsletter.problems import Refused

    start = event.fields.start.replace(tzinfo=settings.zone)
    if start <= now() or (send is not None and start <= send):  # type: ignore[operator]
        raise Refused(f"{event.slug} begins {start:%Y-%m-%d %H:%M}", "an invitation goes out before that")
