"""`newsletter status`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import now, opened, workspace_option

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from newsletter.delivery.ledger import SendStatus

_WORDS = {
    "accepted": "accepted by the relay",
    "planned": "not begun",
    "held": "in a worker's hands",
    "dotted": "on the line",
    "deferred": "put off, tried again",
    "rejected": "refused for good",
    "skipped": "left out",
    "in_doubt": "in doubt",
}
_STATES = {
    "sending": ("going out", "cyan"),
    "paused": ("paused", "yellow"),
    "stopped": ("stopped", "red"),
    "done": ("done", "green"),
    "cancelled": ("cancelled", "yellow"),
}
_KINDS = {"issue": "", "late": "late send {number}, ", "test": "rehearsal {number}, "}


@click.command("status")
@click.argument("issue", required=False)
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(issue: str | None, *, as_json: bool, root: Path) -> None:
    """How sends stand: counts, pace, when they will be through, and by name those in doubt.

    Without ISSUE, the sends of all issues. In doubt is who may have got the mail, or may not, since something was
    killed at that very moment; nothing is sent to them again until `newsletter reconcile` has settled it.
    Without ISSUE also the automatic mails of the last 30 days that were perhaps sent.
    """
    from newsletter.cli import perhaps
    from newsletter.cli.build import check_names
    from newsletter.delivery.ledger import status
    from newsletter.delivery.notices import in_doubt

    if issue is not None:
        check_names(root, [issue])
    with opened(root, must_exist=True) as (settings, register), register.read() as connection:
        found = status(connection, issue, now())
        doubts = [] if issue else in_doubt(connection, now())
    if as_json:
        told = [facts(group) for group in _by_issue(found)]
        told += [perhaps.facts(doubts, nothing(perhaps.NOTICES))] if doubts else []
        click.echo(json.dumps(told if issue is None else (told or [nothing(issue)])[0], ensure_ascii=False, indent=1))
        return
    for each in found:
        tell_status(each, settings.zone)
    if not found:
        click.echo(f"{issue} has not been sent" if issue else "nothing has been sent yet")
    perhaps.tell(doubts)


def _by_issue(found: Sequence[SendStatus]) -> list[list[SendStatus]]:
    """The sends of each issue, in their order; rehearsals only where there is nothing else."""
    groups: dict[str, list[SendStatus]] = {}
    for each in found:
        groups.setdefault(each.issue, []).append(each)
    return [[each for each in group if each.kind != "test"] or group[:1] for group in groups.values()]


def facts(sends: Sequence[SendStatus]) -> dict[str, Any]:
    """The sends of an issue, as programs read them: sums, then each send."""
    from newsletter.store.tables.sends import DELIVERY_STATES

    return {
        "issue": sends[0].issue,
        "counts": {state: sum(each.counts[state] for each in sends) for state in DELIVERY_STATES},
        "in_doubt": [doubt.address for each in sends for doubt in each.in_doubt],
        "sends": [_send(each) for each in sends],
    }


def nothing(issue: str) -> dict[str, Any]:
    """An issue that was not sent, as programs read it."""
    from newsletter.store.tables.sends import DELIVERY_STATES

    return {"issue": issue, "counts": dict.fromkeys(DELIVERY_STATES, 0), "in_doubt": [], "sends": []}


def _send(each: SendStatus) -> dict[str, Any]:
    def moment(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    return {
        "kind": each.kind,
        "number": each.number,
        "state": each.state,
        "reason": each.reason,
        "transport": each.transport,
        "approved_by": each.approved_by,
        "size": each.size,
        "counts": dict(each.counts),
        "editions": {name: dict(counts) for name, counts in each.editions.items()},
        "started_at": moment(each.started_at),
        "ended_at": moment(each.ended_at),
        "per_minute": each.per_minute,
        "expected_end": moment(each.expected_end),
        "next_at": moment(each.next_at),
    }


def tell_status(each: SendStatus, zone: ZoneInfo) -> None:
    """One send, for people."""
    from newsletter.cli.terminal import count, styled

    word, colour = _STATES.get(each.state, (each.state, "yellow"))
    kind = _KINDS.get(each.kind, "").format(number=each.number)
    way = "by the relay" if each.transport == "smtp" else f"into the {each.transport}"
    click.echo(f"{each.issue}: {kind}{styled(word, colour)}, {count(each.size, 'reader')}, {way}{_times(each, zone)}")
    if each.reason:
        click.echo(f"    {each.reason}")
    for state, number in each.counts.items():
        if number:
            word = "written" if state == "accepted" and each.transport != "smtp" else _WORDS[state]
            click.echo(f"    {number:>7}  {word}")
    if each.state == "sending" and each.per_minute:
        end = f", through at about {_clock(each.expected_end, zone)}" if each.expected_end else ""
        click.echo(f"    {each.per_minute:.0f} a minute{end}")
    if each.next_at:
        click.echo(f"    tried again at {_clock(each.next_at, zone)}, by newsletter run or newsletter send")
    _tell_doubt(each)
    if each.state in ("paused", "stopped"):
        click.echo(f"    newsletter resume {each.issue} goes on; newsletter cancel {each.issue} ends it")


def _tell_doubt(each: SendStatus) -> None:
    for doubt in each.in_doubt:
        click.echo(f"    in doubt: {doubt.address}{f' ({doubt.text})' if doubt.text else ''}")
    if each.in_doubt:
        click.echo(f"    newsletter reconcile {each.issue} settles them, by the relay's log or by your word")


def _times(each: SendStatus, zone: ZoneInfo) -> str:
    if each.ended_at:
        return f", ended {_clock(each.ended_at, zone)}"
    return f", since {_clock(each.started_at, zone)}" if each.started_at else ""


def _clock(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""
