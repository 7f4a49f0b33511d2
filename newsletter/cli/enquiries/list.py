"""`newsletter enquiries list`."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option
from newsletter.cli.enquiries.moments import said_moment
from newsletter.cli.whose import whose, whose_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from newsletter.campaigns.enquiries.listing import Enquiry, Kept

_SINCE = timedelta(days=90)
_HEADINGS = ["Number", "Time left", "Consultant", "Company", "How", "Topic", "Question", "Outcome"]


@click.command("list")
@whose_options
@click.option("--answered", is_flag=True, help="Show those that were answered, too.")
@click.option("--since", metavar="DATE", help="Answers to what was received since then; else the last 90 days.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(*, answered: bool, since: str | None, as_json: bool, actor: str, root: Path, **said: Any) -> None:
    """Show what companies asked and wait for, the most urgent first, and how the promise of an answer was kept."""
    from newsletter.campaigns.enquiries.listing import answered_since, how_kept, open_enquiries

    consultants = whose(root, actor, **said)
    with opened(root, must_exist=True) as (settings, register), register.read() as connection:
        moment = now()
        start = said_moment(since, moment - _SINCE, settings.zone).astimezone(settings.zone)
        start = start.replace(hour=0, minute=0, second=0, microsecond=0)
        waiting = open_enquiries(connection, consultants=consultants)
        ended = answered_since(connection, start, consultants=consultants)
    counted = [*(each for each in waiting if each.received_at >= start), *ended]
    kept = how_kept(counted, moment, settings.zone)
    shown = ended if answered else []
    if as_json:
        promise = {"hours": settings.service.answer_hours, "since": start.date().isoformat(), **asdict(kept)}
        parts = {"open": waiting, "answered": shown}
        facts = {name: [_fact(each, moment, settings.zone) for each in part] for name, part in parts.items()}
        click.echo(json.dumps({**facts, "promise": promise}, ensure_ascii=False, indent=1))
    else:
        _show(waiting, shown, moment, settings.zone)
        click.echo(_sentence(kept, settings.service.answer_hours, start))


def _fact(each: Enquiry, moment: datetime, zone: ZoneInfo) -> dict[str, Any]:
    left = None if each.answered_at else each.left(moment, zone)
    return {
        "number": each.number,
        "company": {"cvr": each.cvr, "name": each.company},
        "channel": each.channel,
        "topic": each.topic,
        "text": each.text,
        "consultant": each.consultant,
        "received_at": each.received_at.isoformat(),
        "promised_by": each.promised_by and each.promised_by.isoformat(),
        "hours_left": None if left is None else round(left, 2),
        "outcome": each.outcome,
        "answered_at": each.answered_at and each.answered_at.isoformat(),
    }


def _show(waiting: Sequence[Enquiry], ended: Sequence[Enquiry], moment: datetime, zone: ZoneInfo) -> None:
    from newsletter.cli.terminal import show_table

    if waiting:
        click.echo("Open")
        show_table(_HEADINGS, [[*_cells(each, _left(each, moment, zone)), _outcome(each)] for each in waiting])
        number = waiting[0].number
        click.echo(f"next: newsletter enquiries answer {number} --outcome answered, meeting, referred or no-match")
    else:
        click.echo("nobody waits for an answer")
    if ended:
        click.echo("Answered")
        headings = [*_HEADINGS[:1], "Answered", *_HEADINGS[2:]]
        show_table(headings, [[*_cells(each, _when(each, zone)), each.outcome or ""] for each in ended])


def _cells(each: Enquiry, when: str) -> list[str]:
    company = " ".join(filter(None, [each.company, each.cvr and f"({each.cvr})"]))
    return [str(each.number), when, each.consultant or "", company, each.channel, each.topic, each.text or ""]


def _left(each: Enquiry, moment: datetime, zone: ZoneInfo) -> str:
    left = each.left(moment, zone)
    if left is None:
        return "nothing promised"
    return f"{-left:.1f} h over" if left < 0 else f"{left:.1f} h left"


def _outcome(each: Enquiry) -> str:
    return f"{each.outcome}, not told yet" if each.outcome else ""


def _when(each: Enquiry, zone: ZoneInfo) -> str:
    day = f"{each.answered_at.astimezone(zone):%Y-%m-%d}" if each.answered_at else ""
    return day if each.kept or each.promised_by is None else f"{day}, late"


def _sentence(kept: Kept, hours: int, start: datetime) -> str:
    promise = f"promised: {hours} hours of working days"
    if kept.share is None:
        return f"{promise}; nothing to count since {start:%Y-%m-%d}"
    total = kept.on_time + kept.late + kept.over
    middle = "" if kept.median_hours is None else f", half within {kept.median_hours:.1f} hours"
    kept_words = f"{kept.on_time} of {total} heard in time ({kept.share * 100:.0f} %){middle}; {kept.over} over"
    return f"{promise}; since {start:%Y-%m-%d}: {kept_words}, {kept.waiting} waiting"
