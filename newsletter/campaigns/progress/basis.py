"""What a report is made from beside the register: the campaign's file, and the files that name things in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any, Protocol

from newsletter.campaigns.campaign import Campaign
from newsletter.campaigns.progress.plan import Plan
from newsletter.problems import Refused, guess
from newsletter.speech import Language
from newsletter.subscribers.industries import Industries, Name, load
from newsletter.subscribers.rules import book as rules
from newsletter.workdays import ONE_DAY


class Shelf(rules.Shelf, Protocol):
    """The parts of a workspace that a report is made from."""

    @property
    def campaigns(self) -> Mapping[str, Campaign]:
        """Campaigns by short name."""

    @property
    def issues(self) -> Mapping[str, Any]:
        """Issues by short name."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Basis:
    """A campaign, and what its report needs of the workspace."""

    slug: str
    campaign: Campaign
    zone: tzinfo
    language: Language
    industries: Industries
    nomenclature: Name
    """Of the codes in targets."""
    issues: tuple[str, ...]
    events: Mapping[str, datetime]
    """When each event of ours that began in the period is over, wall clock."""
    contacts: Mapping[str, str]
    schemes: Mapping[str, str]
    """Titles by short name."""

    @property
    def plan(self) -> Plan:
        """How the promised visits are spread over the period; what follows from visits is spread alike."""
        period = self.campaign.period
        return Plan(first=period.first, last=period.last, by_month=self.campaign.targets.visits.by_month)

    @property
    def even(self) -> Plan:
        """How all else is spread."""
        return Plan(first=self.campaign.period.first, last=self.campaign.period.last, by_month={})

    def start_of(self, day: date) -> datetime:
        """When a day begins on the workspace's clock."""
        return datetime.combine(day, time(), self.zone)

    def end_of(self, day: date) -> datetime:
        """When a day is over on the workspace's clock: no longer in it."""
        return self.start_of(day + ONE_DAY)


def read_basis(shelf: Shelf, slug: str) -> Basis:
    """The basis of a campaign's report. Raises Refused, with a guess, when there is no such campaign."""
    campaign = shelf.campaigns.get(slug)
    if campaign is None:
        raise Refused(f"no campaign is called {slug!r}", guess(slug, shelf.campaigns))
    titles = {kind: {name: item.fields.title for name, item in shelf.items[kind].items()} for kind in _NAMED}
    return Basis(
        slug=slug,
        campaign=campaign,
        zone=shelf.settings.zone,
        language=shelf.settings.language,
        industries=load(shelf.root),
        nomenclature=shelf.settings.industries,
        issues=_issues(shelf, slug, campaign),
        events={name: item.fields.end for name, item in shelf.items["event"].items() if _counts(item.fields, campaign)},
        contacts=titles["contact"],
        schemes=titles["scheme"],
    )


_NAMED = ("contact", "scheme")


def _issues(shelf: Shelf, slug: str, campaign: Campaign) -> tuple[str, ...]:
    """The issues that the campaign names, and those that name it."""
    named = {each.issue for each in campaign.issues}
    naming = {name for name, issue in shelf.issues.items() if issue.fields.campaign == slug}
    return tuple(sorted(named | naming))


def _counts(event: Any, campaign: Campaign) -> bool:
    """Whether an event is ours, not cancelled, and began in the period."""
    ours = not event.cancelled and event.external is None
    return ours and campaign.period.first <= event.start.date() <= campaign.period.last
