"""How long things are kept: one rule, one function, in the order in which `register tidy` applies them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, delete, exists, or_, select

from newsletter.store.tables import (
    audit,
    companies,
    consents,
    deliveries,
    enquiries,
    network_members,
    people,
    segment_snapshots,
    sign_ups,
    suppressions,
)
from newsletter.subscribers.privacy import records
from newsletter.subscribers.privacy.forget import UNDER_WAY, forget, unlink
from newsletter.subscribers.terms import months_after

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Table

    from newsletter.settings import Privacy

Find = Callable[["Privacy", datetime], Select[Any]]
"""The keys of what has been kept for long enough, in order."""
Apply = Callable[["Connection", Sequence[Any]], object]
_LATELY = 12
"""Months. An event somebody signed up for, or a question, is not waited for any longer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """One rule: what it says (with its setting), whom it finds, and what becomes of them."""

    name: str
    says: str
    find: Find
    apply: Apply | None
    """None: it is only counted, for people to decide."""

    def words(self, privacy: Privacy) -> str:
        """What the rule says, with the number that is set."""
        return self.says.format(**privacy.model_dump())


def requests(privacy: Privacy, now: datetime) -> Select[Any]:
    """Those who asked for the newsletter and never confirmed."""
    return _in_state("pending", now - timedelta(days=privacy.keep_pending_days), now)


def withdrawn(privacy: Privacy, now: datetime) -> Select[Any]:
    """Those who unsubscribed. Their suppression stays for its own time."""
    return _in_state("unsubscribed", months_after(now, -privacy.keep_withdrawn_months), now)


def unwritten(privacy: Privacy, now: datetime) -> Select[Any]:
    """Those we never had a basis to write to."""
    old = people.c.created_at <= months_after(now, -privacy.keep_unwritten_months)
    return _people(and_(people.c.state == "none", old), now)


def expired(_privacy: Privacy, now: datetime) -> Select[Any]:
    """Suppressions whose time is over."""
    mark = suppressions.c.address_hash
    return select(mark).where(suppressions.c.expires_at <= now).order_by(mark)


def erased(_privacy: Privacy, _now: datetime) -> Select[Any]:
    """Deliveries that were under way when somebody was erased, and are settled now: they still hold the hash."""
    known = exists().where(suppressions.c.address_hash == deliveries.c.address_hash, suppressions.c.reason == "erased")
    settled = ~deliveries.c.state.in_(UNDER_WAY)
    mark = deliveries.c.address_hash
    return select(mark).distinct().where(deliveries.c.person_id.is_(None), settled, known).order_by(mark)


def old_audit(privacy: Privacy, now: datetime) -> Select[Any]:
    """Old lines of the audit log."""
    return _old(audit, audit.c.at, months_after(now, -privacy.keep_audit_months))


def old_snapshots(privacy: Privacy, now: datetime) -> Select[Any]:
    """Old snapshots of segments."""
    return _old(segment_snapshots, segment_snapshots.c.taken_at, months_after(now, -privacy.keep_snapshots_months))


def ceased(_privacy: Privacy, _now: datetime) -> Select[Any]:
    """People of companies that are no more."""
    gone = exists().where(companies.c.id == people.c.company_id, companies.c.state == "ceased")
    return select(people.c.id).where(gone).order_by(people.c.id)


def _in_state(state: str, until: datetime, now: datetime) -> Select[Any]:
    """People whose last word, which left them in this state, was written down by then."""
    last = select(consents.c.recorded_at).where(consents.c.person_id == people.c.id)
    said = last.order_by(consents.c.id.desc()).limit(1).scalar_subquery()
    return _people(and_(people.c.state == state, said <= until), now)


def _people(chosen: ColumnElement[bool], now: datetime) -> Select[Any]:
    """These people, less those with whom we have something else to do."""
    lately = months_after(now, -_LATELY)
    member = exists().where(network_members.c.person_id == people.c.id, network_members.c.left_on.is_(None))
    comes = and_(sign_ups.c.state != "cancelled", sign_ups.c.attended.is_(None), sign_ups.c.signed_up_at > lately)
    asks = and_(enquiries.c.answered_at.is_(None), enquiries.c.received_at > lately)
    coming = exists().where(sign_ups.c.person_id == people.c.id, comes)
    asking = exists().where(enquiries.c.person_id == people.c.id, asks)
    return select(people.c.id).where(chosen, ~or_(member, coming, asking)).order_by(people.c.id)


def _old(table: Table, moment: ColumnElement[datetime], until: datetime) -> Select[Any]:
    return select(table.c.id).where(moment <= until).order_by(table.c.id)


def _drop(column: ColumnElement[Any], table: Table) -> Apply:
    return lambda connection, keys: connection.execute(delete(table).where(column.in_(keys)))


def _unlink(connection: Connection, keys: Sequence[bytes]) -> None:
    mine = and_(deliveries.c.address_hash.in_(keys), deliveries.c.person_id.is_(None))
    unlink(connection, and_(mine, ~deliveries.c.state.in_(UNDER_WAY)))


RULES = (
    Retention(
        name="requests",
        says="asked for the newsletter and did not confirm within {keep_pending_days} days",
        find=requests,
        apply=forget,
    ),
    Retention(
        name="withdrawn",
        says="unsubscribed {keep_withdrawn_months} months ago or more; the hash stays for its own time",
        find=withdrawn,
        apply=forget,
    ),
    Retention(
        name="unwritten",
        says="{keep_unwritten_months} months in the register without a basis to write to them",
        find=unwritten,
        apply=forget,
    ),
    Retention(
        name="erased",
        says="mails that were under way when somebody was erased; they lose the hash",
        find=erased,
        apply=_unlink,
    ),
    Retention(
        name="suppressions",
        says="hashes of addresses whose time is over",
        find=expired,
        apply=_drop(suppressions.c.address_hash, suppressions),
    ),
    Retention(
        name="audit",
        says="lines of the audit log older than {keep_audit_months} months",
        find=old_audit,
        apply=_drop(audit.c.id, audit),
    ),
    Retention(
        name="snapshots",
        says="snapshots of segments older than {keep_snapshots_months} months",
        find=old_snapshots,
        apply=_drop(segment_snapshots.c.id, segment_snapshots),
    ),
    Retention(
        name="enquiries",
        says="enquiries over for {keep_enquiry_texts_months} months: words and person go, they are counted still",
        find=records.old_enquiries,
        apply=records.empty_enquiries,
    ),
    Retention(
        name="sign-ups",
        says="sign-ups older than {keep_sign_ups_months} months: the person goes, they are counted still",
        find=records.old_sign_ups,
        apply=records.empty_sign_ups,
    ),
    Retention(
        name="notes",
        says="notes of visits older than {keep_notes_months} months; the visits stay",
        find=records.old_notes,
        apply=records.empty_notes,
    ),
    Retention(
        name="next-steps",
        says="next steps settled {keep_notes_months} months ago or more: their words go, they are counted still",
        find=records.old_steps,
        apply=records.empty_steps,
    ),
    Retention(
        name="notices",
        says="automatic mails older than {keep_notices_months} months, none that could be sent again",
        find=records.old_notices,
        apply=records.drop_notices,
    ),
    Retention(
        name="ceased",
        says="people of companies that are no more: look at them, nothing is removed",
        find=ceased,
        apply=None,
    ),
)
"""All rules, in order. `erased` comes before `suppressions`, by which it knows them; `sign-ups` before `notices`, since
nobody is told of a seat that has lost its person."""
