"""A line for every number that a campaign promises, in the order of measures.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from newsletter.campaigns.progress import parts
from newsletter.campaigns.progress.counts import Count, Outlook, Stretch, line_of, share_of
from newsletter.campaigns.progress.keeping import Kept
from newsletter.campaigns.progress.measures import title
from newsletter.campaigns.progress.words import Words, words_of

if TYPE_CHECKING:
    from newsletter.campaigns.progress.basis import Basis
    from newsletter.campaigns.progress.plan import Plan
    from newsletter.campaigns.progress.seen import Days, Visited
    from newsletter.campaigns.progress.values import Line

_ONCE = {"ambassadors": "ambassador", "mentor_companies": "mentor", "pledges": "pledge"}
"""Measures of which a company counts once → what the register calls them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """What the register says of a campaign; what is not promised was not asked for."""

    visited: Visited
    kept: Kept
    sums: Mapping[tuple[str, str | None], Days]
    firsts: Mapping[str, Days]
    held: int
    attendance: int = 0
    new_subscribers: Days


@dataclass(frozen=True, kw_only=True, eq=False)
class Lines:
    """Makes the lines of a campaign on a day."""

    basis: Basis
    as_of: date
    found: Found

    def all(self) -> tuple[Line, ...]:
        """Every line."""
        of_visits = (self._visits(), self._companies(), self._follow_up())
        of_others = (self._events(), self._results(), self._readers())
        return tuple(line for each in (*of_visits, *of_others) for line in each)

    @cached_property
    def visits(self) -> Stretch:
        """The period, as visits are planned in it."""
        return self._stretch(self.basis.plan)

    @cached_property
    def even(self) -> Stretch:
        """The period, all days alike."""
        return self._stretch(self.basis.even)

    @cached_property
    def outlook(self) -> Outlook:
        """Of visits and their parts: a part varies as the whole does, or less."""
        target = self.basis.campaign.targets.visits.total
        spread = self.visits.dispersion(self.found.visited.days, target)
        return Outlook(words=self.words, whole=self.visits, dispersion=spread)

    @cached_property
    def words(self) -> Words:
        """The words of the workspace's language."""
        return words_of(self.basis.language)

    def _stretch(self, plan: Plan) -> Stretch:
        return Stretch(plan=plan, first=plan.first, last=plan.last, as_of=self.as_of)

    def _title(self, measure: str) -> str:
        return title(measure, self.basis.language)

    def _visits(self) -> Iterator[Line]:
        total, promised = self.found.visited.total, self.basis.campaign.targets.visits
        whole = Count(measure="visits", label=self._title("visits"), target=promised.total, actual=total)
        yield line_of(whole, self.visits, self.outlook)
        yield from self._months(total, promised.total)
        for count in (*self._industries(), *self._consultants(), *self._sizes()):
            yield line_of(count, self.visits, self.outlook)

    def _months(self, total: int, target: int) -> Iterator[Line]:
        actual = parts.months(self.found.visited.days)
        outlook = Outlook(
            words=self.words, whole=self.visits, dispersion=self.outlook.dispersion, of_whole=(total, target)
        )
        plan = self.basis.plan
        for key, number in sorted(self.basis.campaign.targets.visits.by_month.items()):
            first, last = plan.months.get(key, (date.fromisoformat(f"{key}-01"),) * 2)
            label = self.words.month(date.fromisoformat(f"{key}-01"))
            count = Count(measure="visits", by="month", key=key, label=label, target=number, actual=actual[key])
            yield line_of(count, Stretch(plan=plan, first=first, last=last, as_of=self.as_of), outlook)

    def _industries(self) -> Iterator[Count]:
        known = self.basis.industries.of(self.basis.nomenclature)
        for key, target in self.basis.campaign.targets.visits.by_industry.items():
            code = parts.code_of(key, self.basis)
            label = known.heading(code, self.basis.language) if code else key
            actual = parts.industry(self.found.visited.industries, key, self.basis)
            yield Count(measure="visits", by="industry", key=key, label=label, target=target, actual=actual)

    def _consultants(self) -> Iterator[Count]:
        actual = self.found.visited.consultants
        for key, target in self.basis.campaign.targets.visits.by_consultant.items():
            label = self.basis.contacts.get(key, key)
            yield Count(
                measure="visits", by="consultant", key=key, label=label, target=target, actual=actual.get(key, 0)
            )

    def _sizes(self) -> Iterator[Count]:
        actual = parts.sizes(self.found.visited.sizes)
        for key, target in self.basis.campaign.targets.visits.by_size.items():
            label = self.words.employees.format(key)
            yield Count(measure="visits", by="size", key=key, label=label, target=target, actual=actual[key])

    def _companies(self) -> Iterator[Line]:
        targets, why = self.basis.campaign.targets, self.words.once
        yield from self._plain("unique_companies", targets.unique_companies, len(self.found.visited.companies), why)
        yield from self._plain("workplaces", targets.workplaces, len(self.found.visited.places - {""}), why)

    def _plain(self, measure: str, target: int | None, actual: int, why: str) -> Iterator[Line]:
        """A number that is never foretold. Those of visits follow the plan of the visits."""
        if target is not None:
            stretch = self.visits if why == self.words.once else self.even
            yield line_of(
                Count(measure=measure, label=self._title(measure), target=target, actual=actual), stretch, why
            )

    def _follow_up(self) -> Iterator[Line]:
        promised = self.basis.campaign.targets.follow_up
        if promised is not None:
            label = self._title("follow_up")
            yield share_of(promised.share, self.found.kept, self.visits, label=label, early=self.words.no_share)

    def _events(self) -> Iterator[Line]:
        targets = self.basis.campaign.targets
        yield from self._plain("events", targets.events, self.found.held, self.words.arranged)
        yield from self._plain("attendance", targets.attendance, self.found.attendance, self.words.arranged)

    def _results(self) -> Iterator[Line]:
        targets = self.basis.campaign.targets
        for measure, name in _ONCE.items():
            yield from self._counted(measure, getattr(targets, measure), self.found.firsts.get(name, {}))
        if targets.agreements is not None:
            yield from self._agreements(targets.agreements.total, targets.agreements.by_scheme)
        yield from self._counted("press", targets.press, self._sum("press"))

    def _agreements(self, total: int, by_scheme: Mapping[str, int]) -> Iterator[Line]:
        yield from self._counted("agreements", total, self._sum("agreement"))
        for key, target in by_scheme.items():
            counted = self.found.sums.get(("agreement", key), {})
            label = self.basis.schemes.get(key, key)
            count = Count(
                measure="agreements",
                by="scheme",
                key=key,
                label=label,
                target=target,
                actual=sum(counted.values()),
            )
            yield line_of(count, self.even, self._own_outlook(counted, target))

    def _readers(self) -> Iterator[Line]:
        target = self.basis.campaign.targets.new_subscribers
        yield from self._counted("new_subscribers", target, self.found.new_subscribers)

    def _counted(self, measure: str, target: int | None, counted: Days) -> Iterator[Line]:
        """A number whose end is foretold from its own weeks."""
        if target is not None:
            count = Count(measure=measure, label=self._title(measure), target=target, actual=sum(counted.values()))
            yield line_of(count, self.even, self._own_outlook(counted, target))

    def _own_outlook(self, counted: Days, target: int) -> Outlook:
        return Outlook(words=self.words, whole=self.even, dispersion=self.even.dispersion(counted, target))

    def _sum(self, measure: str) -> Days:
        """A measure's numbers by day, all schemes together."""
        found: Counter[date] = Counter()
        for (name, _), counted in self.found.sums.items():
            if name == measure:
                found.update(counted)
        return found
