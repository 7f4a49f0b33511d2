"""Why an address gets what it gets, or gets nothing: every reason by name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from register_kit import NOW, a_company, a_person
from rules_kit import a_book, books, worlds, write
from sqlalchemy import insert, select, text

from newsletter.store.tables import consents, people, suppressions
from newsletter.subscribers.audience import SUBJECTS, membership, reachable
from newsletter.subscribers.rules.reading import fits
from newsletter.subscribers.segments import Rule, Segment
from newsletter.subscribers.why import why

KEY = "a@example.dk"
BOOK = a_book(
    {"smaa": Segment.model_construct(title="Små", description=None, where=Rule.model_validate({"size": "0"}))}
)


def ask(connection, register, book=BOOK):
    return why(connection, KEY, register.hash_of(KEY), list(book.segments), book, now=NOW)


def codes(found):
    return [reason.code for reason in found.reasons]


def consent(connection, person, kind, days):
    values = {"person_id": person, "kind": kind, "basis": "consent", "source": "form", "actor": "Lis"}
    connection.execute(insert(consents).values(**values, at=NOW - timedelta(days=days), recorded_at=NOW))


def suppress(connection, register, days):
    values = {"address_hash": register.hash_of(KEY), "reason": "bounced", "at": NOW}
    connection.execute(insert(suppressions).values(**values, expires_at=NOW + timedelta(days=days)))


def test_somebody_who_may_be_written_to(register):
    with register.write() as connection:
        firm = a_company(connection, size=0)
        a_person(
            connection, register, KEY, company_id=firm, state="subscribed", basis="consent", subscribed_on=NOW.date()
        )
        suppress(connection, register, -1)
        found = ask(connection, register)
    assert (found.is_reachable, found.segments) == (True, ("smaa",))
    assert found.basis == "their own consent of 2026-11-22"


def test_nobody_and_suppressed_besides(register):
    with register.write() as connection:
        assert codes(ask(connection, register)) == ["unknown-address"]
        suppress(connection, register, 30)
        found = ask(connection, register)
    assert codes(found) == ["unknown-address", "suppressed"]
    assert found.reasons[1].text == "the address is suppressed until 2026-12-22: mail to the address came back"


@pytest.mark.parametrize(
    ("state", "kind", "code", "words"),
    [
        ("unsubscribed", "withdrawn", "unsubscribed", "they unsubscribed on 2026-11-19"),
        ("pending", "requested", "pending", "they asked for it on 2026-11-19 and have not confirmed it yet"),
        ("none", None, "no-basis", "they never agreed to anything, and no other basis is written down"),
    ],
)
def test_where_consent_is_missing(register, state, kind, code, words):
    with register.write() as connection:
        firm = a_company(connection, state="ceased")
        person = a_person(connection, register, KEY, state=state, company_id=firm)
        if kind:
            consent(connection, person, kind, 3)
        found = ask(connection, register)
    assert codes(found) == [code, "company-not-active"]
    assert found.reasons[0].text == words
    assert (found.segments, found.reasons[1].text) == ((), "their company has ceased")


def test_a_protected_company_needs_their_own_consent(register):
    with register.write() as connection:
        firm = a_company(connection, protected=True, state="closing", size=0)
        a_person(connection, register, KEY, company_id=firm, state="subscribed", basis="other")
        found = ask(connection, register)
    assert codes(found) == ["company-not-active", "company-protected"]
    assert found.reasons[0].text == "their company is being closed"


@settings(max_examples=30)
@given(world=worlds(), book=books())
def test_reasons_are_given_to_those_and_only_those_who_may_not_be_written_to(register, world, book):
    with register.read() as connection:
        write(connection, register, world)
        asked = select(people.c.id, people.c.address_key, reachable(NOW)).select_from(SUBJECTS)
        subjects = {person: subject for _, person, subject in world.subjects() if person}
        for person, key, reached in connection.execute(asked).all():
            found = why(connection, key, register.hash_of(key), list(book.segments), book, now=NOW)
            assert found.is_reachable == bool(reached)
            if reached:
                rules = {name: book.rule_of(name) for name in book.segments}
                assert set(found.segments) == {
                    name for name, rule in rules.items() if fits(rule, subjects[person], book)
                }
        connection.rollback()


def test_the_address_is_found_by_index(register):
    statement = select(people.c.id, membership()).select_from(SUBJECTS).where(people.c.address_key == KEY)
    with register.read() as connection:
        sql = statement.compile(connection.engine, compile_kwargs={"literal_binds": True})
        if register.is_sqlite:
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {sql}")).all()
        else:
            connection.execute(text("SET LOCAL enable_seqscan = off"))  # else a small table is read whole, rightly
            plan = connection.execute(text(f"EXPLAIN {sql}")).all()
    assert "uq_people_address_key" in str(plan) or "sqlite_autoindex_people" in str(plan)
