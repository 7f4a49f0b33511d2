"""Writing results down, taking them back, and a company's consent to being named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from newsletter.campaigns.results.values import OF_A_COMPANY, Consent, NewResult
from newsletter.problems import Refused
from newsletter.store.audit import note
from newsletter.store.tables import results
from newsletter.subscribers.cpr import holds_cpr

if TYPE_CHECKING:
    from sqlalchemy import Connection

_CURE = "nothing was written; say it again with what is put right"


def add(connection: Connection, new: NewResult, *, today: date, now: datetime, actor: str) -> int:
    """Write a result down; its number. Raises Refused, naming all that is wrong with it."""
    faults = list(_faults(new, today))
    if faults:
        raise Refused("; ".join(faults), _CURE)
    consent = new.consent
    values = {
        "campaign": new.campaign,
        "measure": new.measure,
        "company_id": new.company_id,
        "scheme": new.scheme,
        "happened_on": new.happened_on,
        "number": new.number,
        "note": new.note,
        "consented_on": consent.given_on if consent else None,
        "consent_until": consent.until if consent else None,
        "recorded_by": actor,
        "recorded_at": now,
    }
    number: int = connection.execute(insert(results).values(**values).returning(results.c.id)).scalar_one()
    told = {"campaign": new.campaign, "measure": new.measure, "number": new.number, **_days(consent)}
    _log(connection, "campaign result add", [(number, new.company_id)], now, actor, **told)
    return number


def _faults(new: NewResult, today: date) -> Iterator[str]:
    if new.number < 1:
        yield f"{new.number} is no number of results; it is 1 or more"
    if new.happened_on > today:
        yield f"{new.happened_on} is yet to come"
    if new.consent and new.consent.given_on > today:
        yield f"the consent is of {new.consent.given_on}, which is yet to come"
    if new.consent and new.company_id is None:
        yield "a consent to being named is a company's, and no company is said"
    if new.company_id is None and new.measure in OF_A_COMPANY:
        yield f"a result of the kind {new.measure} needs its company"
    if (new.scheme is None) is (new.measure == "agreement"):
        yield "an agreement needs its scheme" if new.scheme is None else "only an agreement has a scheme"
    if new.measure == "press" and not new.note:
        yield "a mention in the press needs a note: which medium, and what about"
    if new.note and holds_cpr(new.note):
        yield "the note holds what looks like a CPR number: no such number belongs in the register"


def undo(connection: Connection, number: int, *, now: datetime, actor: str) -> None:
    """It was a mistake, or is so no longer: it counts no more, and names nobody. Raises Refused."""
    company = _counting(connection, number)
    connection.execute(update(results).where(results.c.id == number).values(undone_at=now))
    _log(connection, "campaign result undo", [(number, company)], now, actor)


def give_consent(
    connection: Connection, number: int, consent: Consent, *, today: date, now: datetime, actor: str
) -> None:
    """The company may be named for this result. Raises Refused."""
    company = _of_a_company(connection, number)
    if consent.given_on > today:
        raise Refused(f"{consent.given_on} is yet to come", "say with --on when the company agreed")
    days = {"consented_on": consent.given_on, "consent_until": consent.until}
    connection.execute(update(results).where(results.c.id == number).values(**days))
    _log(connection, "campaign result consent", [(number, company)], now, actor, **_days(consent))


def withdraw_consent(connection: Connection, number: int, *, now: datetime, actor: str) -> list[int]:
    """The company of this result is to be named nowhere any more: the numbers of all its results that named it.

    What is left is the day on which it had agreed, without an end: that names nobody, on whatever day it is asked of.
    """
    company = _of_a_company(connection, number)
    theirs = select(results.c.id).where(results.c.company_id == company, results.c.consent_until.is_not(None))
    found = list(connection.scalars(theirs.order_by(results.c.id)))
    connection.execute(update(results).where(results.c.id.in_(found)).values(consent_until=None))
    said = [(each, company) for each in found]
    _log(connection, "campaign result consent", said, now, actor, withdrawn=True)
    return found


def _of_a_company(connection: Connection, number: int) -> int:
    """The company of a result. Raises Refused when it has none."""
    company = _counting(connection, number)
    if company is None:
        raise Refused(f"result {number} is no company's, so nobody is named by it")
    return company


def _counting(connection: Connection, number: int) -> int | None:
    """The company of the result with this number. Raises Refused when there is no such result, or it was undone."""
    columns = (results.c.company_id, results.c.undone_at)
    row = connection.execute(select(*columns).where(results.c.id == number)).one_or_none()
    if row is None:
        raise Refused(f"there is no result {number}", "newsletter campaign results NAME lists them with their numbers")
    if row.undone_at is not None:
        raise Refused(f"result {number} was undone on {row.undone_at:%Y-%m-%d}", "write it down anew")
    company: int | None = row.company_id
    return company


def _days(consent: Consent | None) -> dict[str, str]:
    if consent is None:
        return {}
    return {"consented_on": consent.given_on.isoformat(), "consent_until": consent.until.isoformat()}


def _log(
    connection: Connection,
    action: str,
    found: Sequence[tuple[int, int | None]],
    now: datetime,
    actor: str,
    **detail: Any,
) -> None:
    """A line for each result and its company; for the register, where there is none."""
    for number, company in found:
        about: dict[str, Any] = {"about": "register"}
        if company is not None:
            about = {"about": "company", "about_id": company}
        note(connection, now=now, actor=actor, action=action, **about, result=number, **detail)
