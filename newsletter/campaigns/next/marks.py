"""What counts as a reason in the register's tables: rows of enquiries, sign-ups, needs, interests and follow-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, func, or_

from newsletter.store.tables import companies, company_interests, company_needs, enquiries, follow_ups, sign_ups
from newsletter.subscribers.rules.functions import among

if TYPE_CHECKING:
    from newsletter.campaigns.next.asking import Ask

Truth = ColumnElement[bool]


def asked(ask: Ask) -> Truth:
    """A company's question that is open, or was asked lately."""
    table = enquiries.c
    return and_(table.company_id.is_not(None), or_(table.answered_at.is_(None), table.received_at >= ask.asked_since))


def waits() -> Truth:
    """A company's question without an answer."""
    return and_(enquiries.c.company_id.is_not(None), enquiries.c.answered_at.is_(None))


def came(ask: Ask) -> Truth:
    """A company's sign-up of late that was kept, as far as is known."""
    table = sign_ups.c
    there = and_(table.state != "cancelled", func.coalesce(table.attended, True))
    return and_(table.company_id.is_not(None), there, table.signed_up_at >= ask.came_since)


def overdue(ask: Ask) -> Truth:
    """An open promise whose day has passed."""
    return and_(follow_ups.c.state == "open", follow_ups.c.due_on < ask.today)


def needs(ask: Ask) -> Truth:
    """A need that the campaign can help with."""
    return among(company_needs.c.need, ask.weights.needs)


def interests(ask: Ask) -> Truth:
    """An interest in what the campaign is about."""
    return among(company_interests.c.interest, ask.interests)


def interested(ask: Ask) -> Truth:
    """A company with such an interest."""
    found = exists().where(company_interests.c.company_id == companies.c.id, interests(ask))
    return found.correlate(companies)
