"""From mail to agreement, in companies, each once. Counted by what they did and said, never by pixels or clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, func, select, union

from newsletter.campaigns.progress.values import Stage
from newsletter.campaigns.progress.window import Window
from newsletter.store.tables import deliveries, enquiries, invitations, people, results, sends, sign_ups

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from newsletter.campaigns.progress.measures import Language

Name = Literal["mail", "dialogue", "visit", "agreement"]
_LABELS: dict[Language, tuple[str, ...]] = {
    "da": ("Fik mail", "I dialog", "Besøgt", "Aftale"),
    "en": ("Got mail", "In dialogue", "Visited", "Agreement"),
}


def stages(connection: Connection, window: Window, visited: set[int]) -> tuple[Stage, ...]:
    """The way, step by step; of the first no company was in a step before."""
    dialogue = set(connection.scalars(union(*_dialogue(window))))
    agreement = set(connection.scalars(_agreement(window)))
    mailed, mailed_and_more = _mailed(connection, window)
    told: tuple[tuple[Name, int, int], ...] = (
        ("mail", mailed, 0),
        ("dialogue", len(dialogue), mailed_and_more),
        ("visit", len(visited), len(visited & dialogue)),
        ("agreement", len(agreement), len(agreement & visited)),
    )
    labels = _LABELS[window.basis.language]
    return tuple(
        Stage(name=name, label=label, companies=number, of_previous=both)
        for (name, number, both), label in zip(told, labels, strict=True)
    )


def _mailed(connection: Connection, window: Window) -> tuple[int, int]:
    """How many companies got mail, and how many of these are in dialogue: somebody's mail server took an issue.

    A rehearsal or a test is no mail.
    """
    issues = window.basis.issues
    if not issues:
        return 0, 0
    of_campaign = select(sends.c.id).where(sends.c.issue.in_(issues), sends.c.kind != "test")
    took = and_(deliveries.c.state == "accepted", window.known(deliveries.c.at))
    reached = select(people.c.company_id).join(deliveries, deliveries.c.person_id == people.c.id)
    reached = reached.where(deliveries.c.send_id.in_(of_campaign), took, people.c.company_id.is_not(None)).distinct()
    talking = union(*_dialogue(window)).subquery()
    both = reached.where(people.c.company_id.in_(select(talking.c[0]))).subquery()
    numbers = (select(func.count()).select_from(each).scalar_subquery() for each in (reached.subquery(), both))
    mailed, mailed_and_more = connection.execute(select(*numbers)).one()
    return mailed, mailed_and_more


def _dialogue(window: Window) -> list[Any]:
    """Companies that asked, signed up, or said yes to an invitation."""
    asked = enquiries.outerjoin(people, people.c.id == enquiries.c.person_id)
    came = sign_ups.outerjoin(people, people.c.id == sign_ups.c.person_id)
    said = invitations.join(people, people.c.id == invitations.c.person_id)
    yes = invitations.c.answer == "accepted"
    return [
        _known(asked, func.coalesce(enquiries.c.company_id, people.c.company_id), window, enquiries.c.received_at),
        _known(came, func.coalesce(sign_ups.c.company_id, people.c.company_id), window, sign_ups.c.signed_up_at),
        _known(said, people.c.company_id, window, invitations.c.answered_at).where(yes),
    ]


def _known(rows: Any, company: ColumnElement[Any], window: Window, moment: ColumnElement[Any]) -> Any:
    """Companies of the rows of the period."""
    return select(company).select_from(rows).where(company.is_not(None), window.between(moment))


def _agreement(window: Window) -> Any:
    company = results.c.company_id
    return select(company).where(results.c.measure == "agreement", company.is_not(None), window.brought()).distinct()
