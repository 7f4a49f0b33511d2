"""The list: whom to visit next in a campaign, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import TYPE_CHECKING

from newsletter.campaigns.next.asking import Ask
from newsletter.campaigns.next.gaps import gaps
from newsletter.campaigns.next.points import Worth
from newsletter.campaigns.next.reading import LeftOut, left_out, read_facts, visits_done
from newsletter.campaigns.next.scoring import Suggestion, suggest
from newsletter.campaigns.next.search import candidates
from newsletter.campaigns.progress.plan import Plan
from newsletter.subscribers.questions import prepare
from newsletter.workdays import workdays_on

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.campaigns.campaign import Campaign
    from newsletter.subscribers.rules.book import Book


@dataclass(frozen=True, kw_only=True, slots=True)
class NextList:
    """Companies to visit, the best first, and how many were left out."""

    ask: Ask
    suggestions: tuple[Suggestion, ...]
    left_out: LeftOut


def whom_next(connection: Connection, ask: Ask, limit: int) -> NextList:
    """The first `limit` companies."""
    prepare(connection)
    worth = Worth(ask)
    found = read_facts(connection, ask, candidates(connection, worth, limit), worth)
    ranked = sorted((suggest(company, ask) for company in found), key=lambda each: each.rank)
    return NextList(ask=ask, suggestions=tuple(ranked[:limit]), left_out=left_out(connection, worth))


def ask_for(
    connection: Connection,
    slug: str,
    campaign: Campaign,
    book: Book,
    *,
    consultant: str | None = None,
    today: date,
    zone: tzinfo,
) -> Ask:
    """The question for a campaign on a day, with the gaps as the register has them."""
    period, targets, weights = campaign.period, campaign.targets, campaign.next
    plan = Plan(first=period.first, last=period.last, by_month=targets.visits.by_month)
    wanted_by = min(workdays_on(today, weights.ahead_workdays), period.last)
    schemes = targets.agreements.by_scheme if targets.agreements else ()
    return Ask(
        campaign=slug,
        weights=weights,
        interests=tuple(schemes) if weights.interests is None else weights.interests,
        audience=campaign.audience,
        gaps=gaps(campaign, plan.part(period.first, wanted_by), visits_done(connection, slug), book),
        wanted_by=wanted_by,
        events=book.events,
        consultant=consultant,
        today=today,
        zone=zone,
    )
