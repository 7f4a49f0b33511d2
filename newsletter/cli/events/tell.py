"""`newsletter events tell`."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import click

from newsletter.cli.doors import by_option, now, workspace_option

_WORDS = {
    "accepted": "sent",
    "written": "written into build/outbox/notices/ (a rehearsal; --really sends them)",
    "deferred": "put off by the relay: run this again later",
    "rejected": "refused by the relay: look at the addresses",
    "in_doubt": "perhaps sent: the relay did not answer, and they are not sent again",
    "held": "under way in another process",
    "skipped": "not sent: not on delivery.allow, or an address that no mail can go to",
}


@click.command("tell")
@click.argument("slug")
@click.option("--really", is_flag=True, help="Send by the relay; without it, write the mails as files.")
@by_option
@workspace_option
def command(slug: str, *, really: bool, actor: str, root: Path) -> None:
    """Tell guests of the event called SLUG what is new: seat, waiting list, changed, signed off, called off.

    Each thing is told once. Seats that have become free are given to who waits first. Who asked never to be written to
    is left out. `newsletter run --really` does this by itself.
    """
    from newsletter.cli.events.guests import house
    from newsletter.delivery.places import tell_guests

    with house(root, slug) as found:
        posted = tell_guests(
            root,
            found.settings,
            found.register,
            environ=os.environ,
            clock=now,
            really=really,
            actor=actor,
            only=slug,
        )
    if not posted:
        click.echo(f"{slug}: everybody knows")
    for state, number in sorted(Counter(each.state for each in posted).items()):
        click.echo(f"{slug}: {number} {'mail' if number == 1 else 'mails'} {_WORDS[state]}")
