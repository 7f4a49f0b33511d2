"""Companies and questions for the tests of the next list."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rules_kit import a_book

from newsletter.campaigns.next.asking import Ask
from newsletter.campaigns.next.gaps import Gap, Gaps
from newsletter.campaigns.next.scoring import Facts
from newsletter.campaigns.next.weights import Next

if TYPE_CHECKING:
    from collections.abc import Mapping

TODAY = date(2027, 3, 15)
_NOTHING = ("cvr", "industry", "nomenclature", "size", "street", "postcode", "town", "contact", "stand_in")


def a_company(**known: Any) -> Facts:
    """A company of which little is known."""
    values = {**dict.fromkeys(_NOTHING), "contact_time": None, "call_first": False, "id": 1, "name": "Eksempel ApS"}
    return Facts(**{**values, **known})


def an_ask(
    *,
    industries: Mapping[str, int] | None = None,
    sizes: Mapping[str, int] | None = None,
    weights: Next | None = None,
    today: date = TODAY,
) -> Ask:
    """A question with gaps of these points: 1 visit was made of 4 that are wanted."""
    made = [
        [Gap(key=key, actual=1, wanted=4, points=points) for key, points in (found or {}).items()]
        for found in (industries, sizes)
    ]
    return Ask(
        campaign="besoeg",
        weights=weights or Next.model_validate({}),
        interests=(),
        audience=(),
        gaps=Gaps(industries=made[0], sizes=made[1], book=a_book()),
        wanted_by=date(2027, 3, 29),
        events={"tema": "Temadag"},
        today=today,
        zone=ZoneInfo("Europe/Copenhagen"),
    )
