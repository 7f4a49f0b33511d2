"""From mail to agreement, in companies, each once. Counted by what they did and said, never by pixels or clicks."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, func, literal, select, union_all

from newsletter.campaigns.progress.values import Stage
from newsletter.campaigns.progress.window import Window
from newsletter.store.tables import deliveries, enquiries, invitations, people, results, sends, sign_ups, visits

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from newsletter.campaigns.progress.measures import Language

Name = Literal["mail", "dialogue", "visit", "agreement"]
_LABELS: dict[Language, tuple[str, ...]] = {
    "da": ("Fik mail", "I dialog", "Besøgt", "Aftale"),
    "en": ("Got mail", "In dialogue", "Visited", "Agreement"),
}
_STAGES: tuple[Name, ...] = ("mail", "dialogue", "visit", "agreement")
"""In this order; a company's bits say which it is in."""


def companies(connection: Connection, window: Window) -> Counter[int]:
    """How many companies are in exactly which stages: bits, the mail's being 1."""
    marks = union_all(*_mail(window), *_dialogue(window), _visit(window), _agreement(window)).subquery()
    flags = [func.max(marks.c[stage]) for stage in _STAGES]
    bits = sum((flag * (1 << place) for place, flag in enumerate(flags[1:], 1)), flags[0]).label("bits")
    each = select(bits).where(marks.c.company.is_not(None)).group_by(marks.c.company).subquery()
    rows = connection.execute(select(each.c.bits, func.count()).group_by(each.c.bits))
    return Counter({found: number for found, number in rows})  # noqa: C416


def at(found: Counter[int], stage: Name) -> int:
    """How many companies are in a stage."""
    return _count(found, 1 << _STAGES.index(stage))


def stages(found: Counter[int], language: Language) -> tuple[Stage, ...]:
    """The way, step by step; of the first no company was in a step before."""
    before = [0, *(1 << place | 1 << place + 1 for place in range(len(_STAGES) - 1))]
    told = zip(_STAGES, _LABELS[language], before, strict=True)
    return tuple(
        Stage(name=name, label=label, companies=at(found, name), of_previous=_count(found, both) if both else 0)
        for name, label, both in told
    )


def _count(found: Counter[int], bits: int) -> int:
    return sum(number for each, number in found.items() if each & bits == bits)


def _marked(company: ColumnElement[Any], stage: Name) -> Any:
    """Rows of companies in a stage."""
    return select(company.label("company"), *(literal(int(each == stage)).label(each) for each in _STAGES))


def _mail(window: Window) -> list[Any]:
    """Somebody's mail server there took one of the campaign's issues. A rehearsal or a test is no mail."""
    issues = window.basis.issues
    if not issues:
        return []
    of_campaign = and_(sends.c.issue.in_(issues), sends.c.kind != "test")
    took = and_(deliveries.c.state == "accepted", window.known(deliveries.c.at))
    rows = _marked(people.c.company_id, "mail")
    joined = sends.join(deliveries, deliveries.c.send_id == sends.c.id).join(
        people, people.c.id == deliveries.c.person_id
    )
    return [rows.select_from(joined).where(of_campaign, took)]


def _dialogue(window: Window) -> list[Any]:
    """They asked, signed up, or said yes to an invitation."""
    asked = enquiries.outerjoin(people, people.c.id == enquiries.c.person_id)
    came = sign_ups.outerjoin(people, people.c.id == sign_ups.c.person_id)
    said = invitations.join(people, people.c.id == invitations.c.person_id)
    return [
        _marked(func.coalesce(enquiries.c.company_id, people.c.company_id), "dialogue")
        .select_from(asked)
        .where(window.between(enquiries.c.received_at)),
        _marked(func.coalesce(sign_ups.c.company_id, people.c.company_id), "dialogue")
        .select_from(came)
        .where(window.between(sign_ups.c.signed_up_at)),
        _marked(people.c.company_id, "dialogue")
        .select_from(said)
        .where(invitations.c.answer == "accepted", window.between(invitations.c.answered_at)),
    ]


def _visit(window: Window) -> Any:
    return _marked(visits.c.company_id, "visit").where(window.met())


def _agreement(window: Window) -> Any:
    return _marked(results.c.company_id, "agreement").where(results.c.measure == "agreement", window.brought())
