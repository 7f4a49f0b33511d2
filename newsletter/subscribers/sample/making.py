"""Makes a sample register: writes what was invented, and marks the register, so that nothing real is mixed into it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, not_, select, text

from newsletter.problems import Refused
from newsletter.store.audit import note
from newsletter.store.kinds import METADATA
from newsletter.store.tables import (
    companies,
    company_interests,
    company_needs,
    consents,
    enquiries,
    follow_ups,
    meta,
    network_members,
    networks,
    people,
    results,
    sign_ups,
    suppressions,
    visit_topics,
    visits,
    workplaces,
)
from newsletter.subscribers.consent import log_rows, wording_id
from newsletter.subscribers.sample.bulk import add_rows
from newsletter.subscribers.sample.happenings import Happenings
from newsletter.subscribers.sample.households import Firm, Household, Inventor
from newsletter.subscribers.sample.mark import is_sample, mark, unmark
from newsletter.subscribers.sample.people import WORDINGS
from newsletter.subscribers.sample.scene import Scene

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.store.register import Register

_CHUNK = 10_000
"""Companies at a time."""
_NUMBERED = (companies, workplaces, people, networks, visits)
"""Tables whose numbers the sample gives itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What a sample holds."""

    companies: int
    people: int
    visits: int


def sample(
    register: Register,
    *,
    number: int = 500,
    people_number: int | None = None,
    seed: int = 1,
    now: datetime,
    actor: str,
    scene: Scene | None = None,
    told: Callable[[int], None] | None = None,
) -> Made:
    """Fill the register with so many companies, and as many people as suit them or as are asked for.

    An earlier sample is taken away first. Raises Refused for a register that holds anything else.
    """
    now = now.astimezone(UTC)
    with register.write() as connection:
        _refuse_real(connection)
        _empty(connection)
        mark(connection, json.dumps({"companies": number, "seed": seed}))
        wordings = tuple(wording_id(connection, each, now) for each in WORDINGS)
    setting = scene or Scene()
    inventor = Inventor(seed=seed, now=now, scene=setting, wordings=wordings, hash_of=register.hash_of)
    firms: list[Firm] = []
    for chunk in _chunks(_households(inventor, number, people_number)):
        with register.write() as connection:
            _write(connection, chunk, now, actor)
        firms += [household.firm for household in chunk]
        if told:
            told(len(firms))
    happened = Happenings(inventor.dice, now, setting, firms)
    with register.write() as connection:
        _write_happenings(connection, happened)
        _go_on_counting(connection)
        note(connection, now=now, actor=actor, action="register sample", about="register", companies=number, seed=seed)
    return Made(companies=number, people=inventor.people, visits=happened.visit_number)


def _households(inventor: Inventor, number: int, crowd: int | None) -> Iterator[Household]:
    for place in range(number):
        share = None if crowd is None else (place + 1) * crowd // number - place * crowd // number
        yield inventor.household(share)


def _chunks(households: Iterable[Household]) -> Iterator[list[Household]]:
    remaining = iter(households)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk


def _write(connection: Connection, chunk: list[Household], now: datetime, actor: str) -> None:
    entries = [entry for household in chunk for entry in household.entries]
    add_rows(connection, companies, (household.company for household in chunk))
    add_rows(connection, workplaces, (row for household in chunk for row in household.workplaces))
    add_rows(connection, company_interests, (row for household in chunk for row in household.interests))
    add_rows(connection, company_needs, (row for household in chunk for row in household.needs))
    add_rows(connection, people, (row for household in chunk for row in household.people))
    add_rows(connection, consents, log_rows(entries, now, actor))
    add_rows(connection, suppressions, (row for household in chunk for row in household.suppressions))


def _write_happenings(connection: Connection, happened: Happenings) -> None:
    their_networks, members = happened.networks()
    their_visits, promised = happened.visits()
    add_rows(connection, networks, their_networks)
    add_rows(connection, network_members, members)
    add_rows(connection, visits, their_visits)
    add_rows(connection, follow_ups, promised)
    add_rows(connection, enquiries, happened.enquiries())
    add_rows(connection, sign_ups, happened.sign_ups())
    add_rows(connection, results, happened.results(their_visits))
    add_rows(connection, visit_topics, happened.topics(their_visits))


def _refuse_real(connection: Connection) -> None:
    """A register with anything that no sample made is left alone."""
    count = select(func.count())
    held = [count.select_from(table) for table in (companies, people, suppressions, visits)]
    if is_sample(connection):
        theirs = (companies.c.source != "sample", not_(people.c.address_key.like("%.example")))
        held = [count.where(condition) for condition in theirs]
    if any(connection.scalar(question) for question in held):
        hint = "make a workspace for it with `newsletter init`, and the sample there"
        raise Refused("the register holds more than a sample: it is left as it is", hint)


def _empty(connection: Connection) -> None:
    """Take an earlier sample away."""
    if not is_sample(connection):
        return
    for table in reversed(METADATA.sorted_tables):
        if table is not meta:
            connection.execute(delete(table))
    unmark(connection)


def _go_on_counting(connection: Connection) -> None:
    """On PostgreSQL, let the numbers that come after begin after ours; SQLite does so by itself."""
    if connection.dialect.name == "sqlite":
        return
    for table in _NUMBERED:
        last = connection.scalar(select(func.max(table.c.id)))
        if last:
            sequence = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")
            connection.execute(sequence, {"table": table.name, "last": last})
