"""A small campaign for the tests of its report: its file, and hands to write visits and what follows from them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from register_kit import a_company
from sqlalchemy import insert

from newsletter.campaigns.campaign import Campaign
from newsletter.campaigns.progress.basis import Basis
from newsletter.store.tables import follow_ups, results, visits
from newsletter.subscribers.industries import Industries, make_key, nomenclature

if TYPE_CHECKING:
    from sqlalchemy import Connection

SLUG = "besoeg"
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
KEY = make_key([("432200", "432200"), ("451120", "478100"), ("451120", "467100"), ("472000", "472700")])
INDUSTRIES = Industries(db25=nomenclature("DB25"), db07=nomenclature("DB07"), key=KEY, problems=())


def a_campaign(first: str = "2027-01-01", last: str = "2027-06-30", **targets: Any) -> Campaign:
    """A campaign with these targets."""
    return Campaign.model_validate(
        {
            "title": "Besøg",
            "summary": "Vi besøger.",
            "period": {"first": date.fromisoformat(first), "last": date.fromisoformat(last)},
            "owner": "Lederen",
            "schedule": {"on": "first tuesday", "at": "09:00"},
            "targets": {"visits": {"total": 12}, **targets},
        }
    )


def a_basis(campaign: Campaign | None = None, **parts: Any) -> Basis:
    """What its report is made from."""
    values: dict[str, Any] = {
        "slug": SLUG,
        "campaign": campaign or a_campaign(),
        "zone": COPENHAGEN,
        "language": "da",
        "industries": INDUSTRIES,
        "nomenclature": "DB25",
        "issues": (),
        "events": {},
        "contacts": {"anna": "Anna Eksempel", "bo": "Bo Eksempel"},
        "schemes": {"fleksjob": "Fleksjob"},
    }
    return Basis(**{**values, **parts})


def at(day: str, clock: str = "16:00") -> datetime:
    """A moment by the clock in Copenhagen."""
    wall = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), COPENHAGEN)
    return wall.astimezone(UTC)


def a_visit(connection: Connection, day: str, company: int | None = None, **columns: Any) -> int:
    """A visit that was written down on its own day; its number."""
    values = {
        "company_id": company or a_company(connection),
        "campaign": SLUG,
        "consultant": "anna",
        "kind": "visit",
        "visited_on": date.fromisoformat(day),
        "recorded_by": "anna",
        "recorded_at": at(day),
        **columns,
    }
    return connection.execute(insert(visits).values(**values).returning(visits.c.id)).scalar_one()


def a_next_step(connection: Connection, visit: int, company: int, day: str, **columns: Any) -> int:
    """A next step that was promised on a day; its number."""
    values = {
        "company_id": company,
        "visit_id": visit,
        "what": "Ring",
        "consultant": "anna",
        "due_on": date.fromisoformat(day),
        "created_at": at(day),
        **columns,
    }
    return connection.execute(insert(follow_ups).values(**values).returning(follow_ups.c.id)).scalar_one()


def a_result(connection: Connection, day: str, measure: str = "agreement", **columns: Any) -> int:
    """A result that was written down on its own day; its number."""
    values = {
        "campaign": SLUG,
        "measure": measure,
        "happened_on": date.fromisoformat(day),
        "recorded_at": at(day),
        **columns,
    }
    return connection.execute(insert(results).values(**values).returning(results.c.id)).scalar_one()
