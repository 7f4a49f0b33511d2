"""From mail to agreement, in companies, each once. Counted by what they did and said, never by pixels or clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, select

from newsletter.campaigns.progress.seen import columns_of
from newsletter.campaigns.progress.values import Stage
from newsletter.campaigns.progress.window import Window
from newsletter.store.tables import deliveries, enquiries, invitations, people, results, sends, sign_ups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Connection

    from newsletter.speech import Language

Name = Literal["mail", "dialogue", "visit", "agreement"]
_LABELS: dict[Language, tuple[str, ...]] = {
    "da": ("Fik mail", "I dialog", "Besøgt", "Aftale"),
    "en": ("Got mail", "In dialogue", "Visited", "Agreement"),
}


def stages(connection: Connection, window: Window, visited: set[str]) -> tuple[Stage, ...]:
    """The way, step by step; of the first no company was in a step before."""
    dialogue = {number for rows in _dialogue(window) for number in _numbers(connection, rows)}
    agreement = _numbers(connection, _agreement(window))
    mailed = _mailed(connection, window)
    told: tuple[tuple[Name, int, int], ...] = (
        ("mail", len(mailed), 0),
        ("dialogue", len(dialogue), len(dialogue & mailed)),
        ("visit", len(visited), len(visited & dialogue)),
        ("agreement", len(agreement), len(agreement & visited)),
    )
    labels = _LABELS[window.basis.language]
    return tuple(
        Stage(name=name, label=label, companies=number, of_previous=both)
        for (name, number, both), label in zip(told, labels, strict=True)
    )


def _mailed(connection: Connection, window: Window) -> set[str]:
    """Companies that got mail: somebody's mail server there took an issue. A rehearsal or a test is no mail."""
    issues = window.basis.issues
    if not issues:
        return set()
    of_campaign = select(sends.c.id).where(sends.c.issue.in_(issues), sends.c.kind != "test")
    took = and_(deliveries.c.state == "accepted", window.known(deliveries.c.at))
    readers = select(deliveries.c.person_id).where(deliveries.c.send_id.in_(of_campaign), took)
    there = and_(people.c.company_id.is_not(None), people.c.id.in_(readers))
    return _numbers(connection, select(people.c.company_id).where(there))


def _numbers(connection: Connection, rows: Any) -> set[str]:
    """The numbers in the only column of some rows."""
    (numbers,) = columns_of(connection, rows, rows.selected_columns[0])
    return set(numbers)


def _dialogue(window: Window) -> Iterator[Any]:
    """Companies that asked, signed up, or said yes to an invitation; the company that is not told is the person's."""
    for table, moment in ((enquiries, enquiries.c.received_at), (sign_ups, sign_ups.c.signed_up_at)):
        company, theirs = table.c.company_id, table.join(people, people.c.id == table.c.person_id)
        yield _known(table, company, window, moment)
        yield _known(theirs, people.c.company_id, window, moment).where(company.is_(None))
    said = invitations.join(people, people.c.id == invitations.c.person_id)
    yes = invitations.c.answer == "accepted"
    yield _known(said, people.c.company_id, window, invitations.c.answered_at).where(yes)


def _known(rows: Any, company: ColumnElement[Any], window: Window, moment: ColumnElement[Any]) -> Any:
    """Companies of the rows of the period."""
    return select(company).select_from(rows).where(company.is_not(None), window.between(moment))


def _agreement(window: Window) -> Any:
    company = results.c.company_id
    return select(company).where(results.c.measure == "agreement", company.is_not(None), window.brought())
