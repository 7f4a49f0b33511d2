"""Needs and interests heard on visits: kept with the visit, and with the company for as long as a visit says so.

What a company said otherwise (a list told it) is its own: no visit changes it, and no undoing takes it away. The
audit log says which words came by a visit; when it has forgotten, they stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, insert, select, update

from newsletter.campaigns.visits.visit import TopicKind, Topics
from newsletter.store.tables import audit, company_interests, company_needs, visit_topics, visits
from newsletter.subscribers.inserts import insert_into

if TYPE_CHECKING:
    from sqlalchemy import Connection

BROUGHT, TAKEN_BACK = "brought", "taken_back"
"""In a line of the audit log: pairs of a kind and a word."""
_KEPT = {"need": (company_needs, company_needs.c.need), "interest": (company_interests, company_interests.c.interest)}


def keep_topics(connection: Connection, visit_id: int, topics: Topics) -> None:
    """Keep what was heard with the visit."""
    rows = [{"visit_id": visit_id, "kind": kind, "word": word} for kind, word in sorted(topics)]
    if rows:
        connection.execute(insert(visit_topics), rows)


def bring(connection: Connection, company_id: int, heard_on: date, topics: Topics) -> Topics:
    """Keep what was heard with the company; what it had not said before."""
    return frozenset(each for each in sorted(topics) if _is_new(connection, company_id, heard_on, *each))


def settle(connection: Connection, company_id: int, topics: Topics) -> Topics:
    """After visits have changed: what none says any more is taken back, else the last one says when. What went."""
    ours = topics & brought(connection, company_id) if topics else topics
    if not ours:
        return ours
    said = _said(connection, company_id)
    for kind, word in sorted(ours):
        table, column = _KEPT[kind]
        theirs = and_(table.c.company_id == company_id, column == word)
        if (kind, word) not in said:
            connection.execute(delete(table).where(theirs))
        elif kind == "need":
            connection.execute(update(table).where(theirs).values(heard_on=said[kind, word]))
    return ours - said.keys()


def brought(connection: Connection, company_id: int) -> Topics:
    """What the company is known for by visits only."""
    mine = and_(audit.c.about == "company", audit.c.about_id == company_id, audit.c.action.like("visit%"))
    found: Topics = frozenset()
    for detail in connection.scalars(select(audit.c.detail).where(mine).order_by(audit.c.id)):
        told = json.loads(detail)
        found = (found | _pairs(told.get(BROUGHT, ()))) - _pairs(told.get(TAKEN_BACK, ()))
    return found


def topics_of_visit(connection: Connection, visit_id: int) -> Topics:
    """What was heard on a visit."""
    rows = connection.execute(
        select(visit_topics.c.kind, visit_topics.c.word).where(visit_topics.c.visit_id == visit_id)
    )
    return frozenset((row.kind, row.word) for row in rows)


def known_words(connection: Connection, kind: TopicKind) -> frozenset[str]:
    """The needs or the interests that companies are known for."""
    _, column = _KEPT[kind]
    return frozenset(connection.scalars(select(column).distinct()))


def _is_new(connection: Connection, company_id: int, heard_on: date, kind: TopicKind, word: str) -> bool:
    table, column = _KEPT[kind]
    values = {"company_id": company_id, column.name: word}
    values |= {"heard_on": heard_on} if kind == "need" else {}
    statement = insert_into(connection, table).values(**values).on_conflict_do_nothing()
    return connection.execute(statement.returning(column)).first() is not None


def _said(connection: Connection, company_id: int) -> dict[tuple[TopicKind, str], date]:
    """What the company's visits that count say, and when last."""
    joined = visit_topics.join(visits, visits.c.id == visit_topics.c.visit_id)
    columns = (visit_topics.c.kind, visit_topics.c.word)
    counting = and_(visits.c.company_id == company_id, visits.c.undone_at.is_(None))
    found = select(*columns, func.max(visits.c.visited_on)).select_from(joined).where(counting).group_by(*columns)
    return {(kind, word): last for kind, word, last in connection.execute(found)}


def _pairs(told: Iterable[tuple[TopicKind, str]]) -> Topics:
    return frozenset((kind, word) for kind, word in told)
