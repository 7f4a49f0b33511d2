"""Whom one segment holds, by number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, not_, select, union

from newsletter.store.tables import companies, people
from newsletter.subscribers.audience import SUBJECTS, membership, stream
from newsletter.subscribers.rules.book import Book
from newsletter.subscribers.rules.sql import compile_rule
from newsletter.subscribers.segments import Rule

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect, Connection, Row


def people_in(connection: Connection, rule: Rule, book: Book) -> Iterator[int]:
    """People by number, in order, as a stream; also those who may not be written to."""
    wanted = select(people.c.id).select_from(SUBJECTS).where(membership(), compile_rule(rule, book))
    return (row.id for row in stream(connection, wanted.order_by(people.c.id)))


def companies_in(connection: Connection, rule: Rule, book: Book) -> Iterator[int]:
    """Companies by number, in order, as a stream."""
    wanted = _companies(rule, book).subquery()
    return (row.id for row in stream(connection, select(wanted.c.id).order_by(wanted.c.id)))


def first_companies(connection: Connection, rule: Rule, book: Book, limit: int) -> list[Row[Any]]:
    """Some companies of the segment, the first of the alphabet: number, CVR number, name and town."""
    columns = (companies.c.id, companies.c.cvr, companies.c.name, companies.c.town)
    here = companies.c.id.in_(_companies(rule, book))
    return list(
        connection.execute(select(*columns).where(here).order_by(companies.c.name, companies.c.id).limit(limit))
    )


def _companies(rule: Rule, book: Book) -> CompoundSelect[tuple[int]]:
    """Companies with somebody in the segment, and those without people that fit by themselves."""
    fits = compile_rule(rule, book)
    through: Select[Any] = select(companies.c.id).select_from(SUBJECTS).where(companies.c.id.is_not(None))
    empty = companies.outerjoin(people, people.c.company_id == companies.c.id)
    open_to_us = and_(people.c.id.is_(None), companies.c.state == "active", not_(companies.c.protected))
    alone: Select[Any] = select(companies.c.id).select_from(empty).where(open_to_us, fits)
    return union(through.where(membership(), fits), alone)
