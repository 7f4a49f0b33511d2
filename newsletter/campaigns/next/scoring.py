"""What speaks for visiting a company, in points. Facts in, reasons out: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from newsletter.campaigns.next.asking import Ask
    from newsletter.subscribers.industries import Name

Code = Literal[
    "asked",
    "overdue",
    "industry-behind",
    "size-behind",
    "came",
    "need",
    "interest",
    "audience",
    "never-visited",
    "long-ago",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is known of a company that may be visited."""

    id: int
    cvr: str | None
    name: str
    industry: str | None
    nomenclature: Name | None
    size: int | None
    street: str | None
    postcode: str | None
    town: str | None
    contact: str | None
    stand_in: str | None
    contact_time: str | None
    call_first: bool
    asked_on: date | None = None
    asked_topic: str = ""
    asked_open: bool = False
    """Not answered yet."""
    promised_for: date | None = None
    """The day of the oldest promise that is overdue."""
    promised: str = ""
    event: str = ""
    """Short name of the last event that somebody came to or signed up for."""
    attended: bool = False
    needs: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    """Those of them that the campaign names."""
    in_audience: bool = False
    last_contact: date | None = None
    last_visit: date | None = None

    @property
    def address(self) -> str:
        """Street, postcode and town, on one line."""
        place = " ".join(filter(None, (self.postcode, self.town)))
        return ", ".join(filter(None, (self.street, place)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One thing that speaks for a visit. What is told of it is in words.py."""

    code: Code
    points: int
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A company to visit, and why; the strongest reason first."""

    company: Facts
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        """All its points."""
        return sum(reason.points for reason in self.reasons)

    @property
    def rank(self) -> tuple[Any, ...]:
        """Sorts the best first; of equals the larger company, then by industry code, then by number."""
        size, code = self.company.size, self.company.industry
        return (-self.score, size is None, -(size or 0), code is None, code or "", self.company.id)


def suggest(company: Facts, ask: Ask) -> Suggestion:
    """The company with its reasons."""
    found = (reason for reason in _reasons(company, ask) if reason.points)
    return Suggestion(company=company, reasons=tuple(sorted(found, key=lambda reason: -reason.points)))


def _reasons(company: Facts, ask: Ask) -> Iterator[Reason]:
    weights = ask.weights
    if company.asked_on is not None:
        about = {"day": company.asked_on, "topic": company.asked_topic, "open": company.asked_open}
        yield Reason(code="asked", points=weights.asked, about=about)
    if company.promised_for is not None:
        about = {"day": company.promised_for, "what": company.promised}
        yield Reason(code="overdue", points=weights.overdue, about=about)
    if company.event:
        about = {"event": ask.events.get(company.event, company.event), "attended": company.attended}
        yield Reason(code="came", points=weights.came, about=about)
    if company.needs:
        yield Reason(code="need", points=weights.need, about={"words": company.needs})
    if company.interests:
        yield Reason(code="interest", points=weights.interest, about={"words": company.interests})
    if company.in_audience:
        yield Reason(code="audience", points=weights.audience)
    yield from _behind(company, ask)
    yield from _visits(company, ask)


def _behind(company: Facts, ask: Ask) -> Iterator[Reason]:
    codes: tuple[Code, Code] = ("industry-behind", "size-behind")
    found = (ask.gaps.of_industry(company.industry, company.nomenclature), ask.gaps.of_size(company.size))
    for code, gap in zip(codes, found, strict=True):
        if gap is not None:
            about = {"key": gap.key, "actual": gap.actual, "wanted": gap.wanted, "day": ask.wanted_by}
            yield Reason(code=code, points=gap.points, about=about)


def _visits(company: Facts, ask: Ask) -> Iterator[Reason]:
    if company.last_visit is None:
        yield Reason(code="never-visited", points=ask.weights.never_visited)
    elif company.last_visit <= ask.long_ago:
        about = {"day": company.last_visit, "months": (ask.today - company.last_visit).days // 30}
        yield Reason(code="long-ago", points=ask.weights.long_ago, about=about)
