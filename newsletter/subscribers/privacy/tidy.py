"""Letting go in time: applies the rules of retention, in transactions short enough for others to work meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newsletter.store.audit import note
from newsletter.store.tables import people
from newsletter.subscribers.privacy.files import write_log_back
from newsletter.subscribers.privacy.forget import forget
from newsletter.subscribers.privacy.retention import RULES, Retention

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.settings import Privacy
    from newsletter.store.register import Register

_AT_ONCE = 500
"""Rows in a transaction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tidied:
    """What a rule found, and whether it was removed."""

    rule: str
    says: str
    count: int
    is_removed: bool


def find_old(register: Register, privacy: Privacy, now: datetime) -> list[Tidied]:
    """What the rules would remove now."""
    with register.read() as connection:
        return [_tidied(rule, privacy, _count(connection, rule, privacy, now), is_removed=False) for rule in RULES]


def tidy(register: Register, privacy: Privacy, *, now: datetime, actor: str) -> list[Tidied]:
    """Remove what the rules find. What others work on at this moment is left for the next time."""
    done = list(_apply_all(register, privacy, now))
    removed = {each.rule: each.count for each in done if each.is_removed and each.count}
    with register.write() as connection:
        note(connection, now=now, actor=actor, action="register tidy", about="register", **removed)
    if register.is_sqlite and removed:
        write_log_back(register)
    return done


def _apply_all(register: Register, privacy: Privacy, now: datetime) -> Iterator[Tidied]:
    for rule in RULES:
        if rule.apply is None:
            with register.read() as connection:
                yield _tidied(rule, privacy, _count(connection, rule, privacy, now), is_removed=False)
            continue
        total = 0
        while count := _step(register, rule, privacy, now):
            total += count
        yield _tidied(rule, privacy, total, is_removed=True)


def _step(register: Register, rule: Retention, privacy: Privacy, now: datetime) -> int:
    """One transaction's worth of a rule."""
    assert rule.apply is not None
    with register.write() as connection:
        found = rule.find(privacy, now).limit(_AT_ONCE)
        if rule.apply is forget:
            found = found.with_for_update(of=people, skip_locked=True)
        keys = connection.scalars(found).all()
        if keys:
            rule.apply(connection, keys)
        return len(keys)


def _count(connection: Connection, rule: Retention, privacy: Privacy, now: datetime) -> int:
    return connection.scalar(select(func.count()).select_from(rule.find(privacy, now).subquery())) or 0


def _tidied(rule: Retention, privacy: Privacy, count: int, *, is_removed: bool) -> Tidied:
    return Tidied(rule=rule.name, says=rule.words(privacy), count=count, is_removed=is_removed)
