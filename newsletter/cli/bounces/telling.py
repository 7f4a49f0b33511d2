"""What `bounces read` and `bounces ingest` show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from newsletter.delivery.bounces.work_in import Worked

_WORDS = {
    "hard": "hard: the address takes no mail",
    "soft": "soft: not this time",
    "sender": "refused because of us: look at what the servers say, the addresses are fine",
    "complaint": "complaints",
    "unsubscribe": "asked to be unsubscribed",
    "auto-reply": "automatic answers",
    "delayed": "delayed: the server goes on trying",
    "delivered": "delivered",
    "unknown": "not understood: for a person to read",
}
_ANSWERS = {
    "signed-up": "yes: signed up",
    "waiting": "yes: on the waiting list",
    "declined": "no",
    "tentative": "perhaps: nothing is done",
    "older": "older than what is known",
    "over": "to an event that is over or cancelled",
    "look": "for a person to read",
}
_MOST = 20


def show(worked: Worked, *, as_json: bool) -> None:
    """The numbers, and the mails for a person to read."""
    if as_json:
        click.echo(json.dumps(_facts(worked), ensure_ascii=False))
        return
    again = f", {worked.again} of them read before" if worked.again else ""
    click.echo(f"{worked.mails} {'mail' if worked.mails == 1 else 'mails'}{again}.")
    for kind, words in _WORDS.items():
        if worked.kinds[kind]:
            click.echo(f"{worked.kinds[kind]:>6}  {words}")
    _answers(worked)
    _changes(worked)
    for reason in worked.ignored[:_MOST]:
        click.echo(f"Changed nothing: {reason}")
    for name in worked.look_at[:_MOST]:
        click.echo(f"Read it yourself: {name}")
    if len(worked.look_at) > _MOST:
        click.echo(f"… and {len(worked.look_at) - _MOST} more; --json lists them all.")


def _answers(worked: Worked) -> None:
    told = [f"{worked.answers[became]:>6}  {words}" for became, words in _ANSWERS.items() if worked.answers[became]]
    if told:
        click.echo("Answers to invitations:")
        click.echo("\n".join(told))


def _changes(worked: Worked) -> None:
    told = {
        "suppressed: not written to any more": worked.suppressed,
        "unsubscribed": worked.unsubscribed,
        "in doubt before, settled now": worked.settled,
        "about nobody in the register": worked.unmatched,
    }
    lines = [f"{count:>6}  {words}" for words, count in told.items() if count]
    if lines:
        click.echo("What changed:")
        click.echo("\n".join(lines))


def _facts(worked: Worked) -> dict[str, object]:
    return {
        "mails": worked.mails,
        "again": worked.again,
        "kinds": {kind: worked.kinds[kind] for kind in _WORDS},
        "answers": {became: worked.answers[became] for became in _ANSWERS},
        "ignored": worked.ignored,
        "suppressed": worked.suppressed,
        "unsubscribed": worked.unsubscribed,
        "settled": worked.settled,
        "unmatched": worked.unmatched,
        "look_at": worked.look_at,
    }
