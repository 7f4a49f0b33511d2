"""What segments held, remembered by number, and what changed since."""

from __future__ import annotations

import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from register_kit import NOW, a_company, a_person
from rules_kit import a_book
from sqlalchemy import delete, select, update

from newsletter.store.tables import audit, companies, people, segment_snapshots
from newsletter.subscribers.segments import Rule, Segment
from newsletter.subscribers.snapshots import Change, difference, pack, remember, unpack


@given(st.sets(st.integers(1, 2**40)))
def test_numbers_come_back_as_they_went_in(numbers):
    assert list(unpack(pack(sorted(numbers)))) == sorted(numbers)


def test_a_million_numbers_take_little_room():
    chance = random.Random(1)
    some = [number for number in range(1, 1_250_000) if chance.random() < 0.8]
    assert len(pack(range(1, 1_000_001))) < 10_000
    assert len(pack(some)) < 200_000


def book_of(**wheres):
    rules = {name: Rule.model_validate(where) for name, where in wheres.items()}
    return a_book({name: Segment.model_construct(title=name, description=None, where=r) for name, r in rules.items()})


def test_what_came_and_went_and_how_the_rule_read(register):
    then = book_of(byggeri={"industry": "F"}, alle={"language": ["da", "en"]})
    now = book_of(byggeri={"industry": ["F", "G"]}, alle={"language": ["da", "en"]})
    with register.write() as connection:
        firm = a_company(connection, industry="432200", nomenclature="DB25")
        shop = a_company(connection, industry="472000", nomenclature="DB25")
        mason = a_person(connection, register, "a@example.dk", company_id=firm)
        grocer = a_person(connection, register, "b@example.dk", company_id=shop)
        gone = a_person(connection, register, "c@example.dk", company_id=firm)
        remember(connection, ["byggeri", "alle"], then, now=NOW, actor="Lis", reason="asked", language="da")
        connection.execute(delete(people).where(people.c.id == gone))
        found = difference(connection, "byggeri", now, language="da")
    assert found is not None
    assert found.is_any
    assert found.people == Change(came=(grocer,), went=(gone,))
    assert found.companies == Change(came=(shop,), went=())
    assert (found.rule_then, found.taken_at) == ("virksomheder i Bygge- og anlægsaktiviteter (F)", NOW)
    assert found.rule_now.endswith("eller Engroshandel og detailhandel (G)")
    assert mason not in found.people.came


def test_a_day_asks_for_what_was_remembered_by_then(register):
    book = book_of(alle={"language": "da"})
    with register.write() as connection:
        remember(connection, ["alle"], book, now=NOW - timedelta(days=9), actor="Lis", reason="first", language="da")
        person = a_person(connection, register, "a@example.dk")
        remember(connection, ["alle"], book, now=NOW, actor="Lis", reason="second", language="da")
        latest = difference(connection, "alle", book, language="da")
        older = difference(connection, "alle", book, before=NOW - timedelta(days=1), language="da")
        none = difference(connection, "alle", book, before=NOW - timedelta(days=10), language="da")
    assert (latest.reason, latest.is_any, none) == ("second", False, None)
    assert (older.reason, older.people.came) == ("first", (person,))


def test_who_wanted_it_stands_in_the_audit_log_without_names(register):
    with register.write() as connection:
        a_person(connection, register, "a@example.dk", name="Anna")
        remember(
            connection, ["alle"], book_of(alle={"language": "da"}), now=NOW, actor="Lis", reason="x", language="da"
        )
        line = connection.execute(select(audit)).one()
        kept = connection.execute(select(segment_snapshots)).one()
    assert (line.actor, line.action, line.detail) == (
        "Lis",
        "segments remember",
        '{"reason": "x", "segments": ["alle"]}',
    )
    assert not any("anna" in str(value).lower() or "@" in str(value) for value in kept)


def test_a_company_that_ceases_goes_with_its_people(register):
    book = book_of(alle={"size": "0"})
    with register.write() as connection:
        firm = a_company(connection, size=0)
        person = a_person(connection, register, "a@example.dk", company_id=firm)
        remember(connection, ["alle"], book, now=NOW, actor="Lis", reason="x", language="en")
        connection.execute(update(companies).values(state="ceased"))
        found = difference(connection, "alle", book, language="en")
    assert (found.people.went, found.companies.went) == ((person,), (firm,))
