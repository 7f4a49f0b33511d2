"""Who was there: noted person by person, or all but some."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from newsletter.campaigns.signups.values import Terms
from newsletter.problems import Refused
from newsletter.store.tables import sign_ups

if TYPE_CHECKING:
    from newsletter.subscribers.act import Act

_ROW = sign_ups.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted:
    """How many were there and how many were not; of the others nothing is known."""

    attended: int
    absent: int
    unknown: int
    walked_in: int
    """Of those who were there: how many had not signed up."""


def note_attendance(
    act: Act, terms: Terms, *, came: Collection[int] = (), absent: Collection[int] = (), others: bool | None = None
) -> Noted:
    """Note who was there, by number; `others`: whether all the others who had a seat were.

    Who came without a seat is written down too. Raises Refused for an event that has not begun, and for somebody who is
    said to be absent and had no seat.
    """
    if act.now < terms.start:
        raise Refused(f"{terms.event} has not begun", f"it begins {terms.start:%Y-%m-%d %H:%M}")
    rows = act.connection.execute(select(sign_ups).where(_ROW.event == terms.event).with_for_update()).all()
    known = {row.person_id: row for row in rows if row.person_id is not None}
    seated = {person for person, row in known.items() if row.state == "signed-up"}
    strangers = [person for person in absent if person not in seated]
    if strangers:
        raise Refused(
            f"{len(strangers)} of those said to be absent had no seat", f"newsletter events signups {terms.event}"
        )
    told = dict.fromkeys(seated, others) if others is not None else {}
    told |= dict.fromkeys(came, True) | dict.fromkeys(absent, False)
    walked_in = [person for person in came if person not in seated]
    for person, was_there in told.items():
        _note(act, terms, person, was_there=bool(was_there), is_known=person in known)
    after = act.connection.scalars(
        select(_ROW.attended).where(_ROW.event == terms.event, _ROW.state == "signed-up")
    ).all()
    return Noted(
        attended=after.count(True), absent=after.count(False), unknown=after.count(None), walked_in=len(walked_in)
    )


def _note(act: Act, terms: Terms, person_id: int, *, was_there: bool, is_known: bool) -> None:
    noted = {"attended": was_there, "attended_noted_at": act.now}
    if is_known:
        mine = (_ROW.event == terms.event) & (_ROW.person_id == person_id)
        seat = {"state": "signed-up", "cancelled_at": None} if was_there else {}
        act.connection.execute(update(sign_ups).where(mine).values(**noted, **seat))
    else:
        new = {"event": terms.event, "person_id": person_id, "source": "door", "signed_up_at": act.now}
        act.connection.execute(insert(sign_ups).values(**new, **noted))
    act.note("events attended", person_id, event=terms.event, attended=was_there)
