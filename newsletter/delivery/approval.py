"""Approvals: somebody says yes to exactly these bytes for so many readers. A changed byte or more readers end it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from newsletter.delivery.plan import SendPlan
from newsletter.problems import Refused
from newsletter.store.audit import note
from newsletter.store.tables import approvals

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from newsletter.delivery.sealed import Sealed
    from newsletter.settings import Delivery

_TOLD = 4
"""So many changed files are named; the rest is counted."""


@dataclass(frozen=True, kw_only=True)
class Approval:
    """One person's yes."""

    number: int
    actor: str
    at: datetime
    digest: str
    audience_size: int
    plan: SendPlan


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where the approval of an issue stands."""

    approvals: tuple[Approval, ...]
    """Those that count."""
    needed: int
    ended: tuple[str, ...]
    """Why those that counted until now do not any more."""

    @property
    def is_enough(self) -> bool:
        """Whether the issue may be sent."""
        return len(self.approvals) >= self.needed

    @property
    def names(self) -> tuple[str, ...]:
        """Who has approved."""
        return tuple(each.actor for each in self.approvals)

    @property
    def plan(self) -> SendPlan:
        """What the last of them said yes to."""
        return self.approvals[-1].plan


def approve(connection: Connection, plan: SendPlan, size: int, *, now: datetime, actor: str) -> Approval:
    """Write down that somebody approves. What they approved of the issue before is replaced."""
    issue, actor = plan.letter.issue, " ".join(actor.split())
    _end(connection, [row.id for row in _open(connection, issue) if _same(row.actor, actor)], "approved anew", now)
    values: dict[str, Any] = {"issue": issue, "digest": plan.digest, "audience_size": size, "plan": plan.to_json()}
    number = connection.scalar(insert(approvals).values(**values, actor=actor, at=now).returning(approvals.c.id))
    detail = {"issue": issue, "digest": plan.digest, "readers": size}
    note(connection, now=now, actor=actor, action="approve", about="register", about_id=number, **detail)
    assert number is not None
    return Approval(number=number, actor=actor, at=now, digest=plan.digest, audience_size=size, plan=plan)


def withdraw(connection: Connection, issue: str, *, now: datetime, actor: str) -> int:
    """Take back all approvals of an issue; how many there were."""
    numbers = [row.id for row in _open(connection, issue)]
    _end(connection, numbers, f"withdrawn by {actor}", now)
    if numbers:
        note(connection, now=now, actor=actor, action="approve withdraw", about="register", issue=issue)
    return len(numbers)


def standing(connection: Connection, sealed: Sealed, readers: int, delivery: Delivery) -> Standing:
    """Which approvals hold for what is sealed now and would go to so many. Writes nothing."""
    held, ended = [], []
    for row in _open(connection, sealed.issue):
        reason = _why_not(row, sealed, readers, delivery.audience_growth)
        if reason:
            ended.append(f"{row.actor}'s approval of {row.at:%Y-%m-%d} no longer counts: {reason}")
        else:
            held.append(_approval(row))
    return Standing(approvals=tuple(held), needed=delivery.approvals, ended=tuple(ended))


def plan_of(connection: Connection, issue: str, digest: str) -> SendPlan:
    """What was approved when an issue went out with this digest."""
    mine = (approvals.c.issue == issue) & (approvals.c.digest == digest)
    wanted = select(approvals.c.plan).where(mine).order_by(approvals.c.id.desc()).limit(1)
    return SendPlan.from_json(connection.execute(wanted).scalar_one())


def must_be_enough(standing: Standing, issue: str) -> None:
    """Raises Refused when an issue may not be sent: who is missing, and what ended which approval."""
    if standing.is_enough:
        return
    lack = standing.needed - len(standing.approvals)
    if standing.ended:
        text = f"{issue} is not approved any more: {'; '.join(standing.ended)}"
    elif standing.names:
        text = f"{issue} is approved by {', '.join(standing.names)}; newsletter.yml asks for {standing.needed} persons"
    else:
        text = f"{issue} is not approved"
    who = "somebody else" if lack == 1 and standing.names else "somebody"
    raise Refused(text, f"let {who} look at build/index.html and run `newsletter approve {issue} --by NAME`")


def _why_not(row: Row[Any], sealed: Sealed, readers: int, growth: int) -> str:
    if row.digest != sealed.digest:
        return _changed(json.loads(row.plan), sealed)
    most = row.audience_size * (100 + growth) // 100
    if readers > most:
        return f"the audience grew from {row.audience_size} to {readers} (newsletter.yml lets it grow to {most})"
    return ""


def _changed(plan: dict[str, Any], sealed: Sealed) -> str:
    """What is not as it was approved, in words."""
    then, now = plan["inputs"], sealed.manifest["inputs"]
    paths = [path for path in sorted({*then, *now}) if then.get(path) != now.get(path)]
    if not paths:
        return (
            "it was built by another version of the tool"
            if plan["tool"] != sealed.manifest["tool"]
            else _editions(plan, sealed)
        )
    more = f" and {len(paths) - _TOLD} more" if len(paths) > _TOLD else ""
    return f"changed since: {', '.join(paths[:_TOLD])}{more}"


def _editions(plan: dict[str, Any], sealed: Sealed) -> str:
    came = [name for name in sealed.editions if name not in plan["editions"]]
    went = [name for name in plan["editions"] if name not in sealed.editions]
    told = [f"edition {name} came in" for name in came] + [f"edition {name} is gone" for name in went]
    return ", ".join(told) or "its bytes are others"


def _open(connection: Connection, issue: str) -> Sequence[Row[Any]]:
    wanted = select(approvals).where(approvals.c.issue == issue, approvals.c.ended_at.is_(None))
    return connection.execute(wanted.order_by(approvals.c.id)).all()


def _end(connection: Connection, numbers: Sequence[int], reason: str, now: datetime) -> None:
    connection.execute(update(approvals).where(approvals.c.id.in_(numbers)).values(ended_at=now, reason=reason))


def _same(one: str, other: str) -> bool:
    """Whether two names are one person's."""
    return one.casefold() == other.casefold()


def _approval(row: Row[Any]) -> Approval:
    return Approval(
        number=row.id,
        actor=row.actor,
        at=row.at,
        digest=row.digest,
        audience_size=row.audience_size,
        plan=SendPlan.from_json(row.plan),
    )
