"""What each consultant is to be reminded of: what is overdue, what is due today, whom an answer was promised soon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from newsletter.campaigns.enquiries.listing import Enquiry, open_enquiries
from newsletter.campaigns.enquiries.routing import taker
from newsletter.campaigns.followups.listing import FollowUp, open_follow_ups
from newsletter.workdays import ONE_DAY, next_workday

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.settings import Settings


@dataclass(kw_only=True, slots=True)
class Pile:
    """What one contact is to be reminded of today; also what they look after for somebody who is away."""

    contact: str
    overdue: list[FollowUp] = field(default_factory=list)
    today: list[FollowUp] = field(default_factory=list)
    enquiries: list[Enquiry] = field(default_factory=list)


def next_reminder(settings: Settings, today: date) -> datetime:
    """When the reminders after today's go out."""
    return datetime.combine(next_workday(today + ONE_DAY), settings.service.remind_at, settings.zone)


def piles(connection: Connection, settings: Settings, contacts: Collection[str], today: date) -> list[Pile]:
    """One for each contact who has something, by short name.

    An enquiry is in it when its promise ends before the next reminder goes out, or has ended.
    """
    found: dict[str, Pile] = {}
    follow_ups: dict[str, list[FollowUp]] = defaultdict(list)
    for each in open_follow_ups(connection, until=today):
        follow_ups[taker(settings, contacts, each.consultant, today)].append(each)
    for contact, theirs in follow_ups.items():
        pile = found.setdefault(contact, Pile(contact=contact))
        pile.overdue = [each for each in theirs if each.due_on < today]
        pile.today = [each for each in theirs if each.due_on == today]
    soon = next_reminder(settings, today)
    for asked in open_enquiries(connection):
        if asked.promised_by is not None and asked.promised_by < soon:
            contact = taker(settings, contacts, asked.consultant, today)
            found.setdefault(contact, Pile(contact=contact)).enquiries.append(asked)
    return [found[contact] for contact in sorted(found)]
