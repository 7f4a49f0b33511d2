"""A rule in SQL and its plain reading say the same, on both databases."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules_kit import INJECTIONS, OLD_RULE_CODES, RULE_CODES, World, a_book, books, rules, worlds, write
from sqlalchemy import func, select

from newsletter.store.tables import companies, people
from newsletter.subscribers.rules.facts import COMPANY_KEYS, EVENT_KEYS, PERSON_KEYS
from newsletter.subscribers.rules.reading import fits
from newsletter.subscribers.rules.sql import _ATOMS, compile_rule
from newsletter.subscribers.segments import Rule


@settings(max_examples=60)
@given(data=st.data(), world=worlds(), book=books())
def test_sql_is_the_plain_reading_for_every_rule(register, data, world: World, book):
    codes = RULE_CODES if book.nomenclature == "DB25" else OLD_RULE_CODES
    asked = data.draw(st.lists(rules(codes, tuple(book.segments)), min_size=1, max_size=4))
    with register.read() as connection:
        write(connection, register, world)
        for rule in asked:
            found = answers(connection, rule, book)
            assert found == {(c, p): fits(rule, subject, book) for c, p, subject in world.subjects()}, rule
        connection.rollback()


def answers(connection, rule, book):
    """Subject → whether it fits, by the database; a NULL would come as None."""
    truth = compile_rule(rule, book)
    of_people = select(people.c.company_id, people.c.id, truth).select_from(people.outerjoin(companies))
    empty = people.c.id.is_(None)
    of_companies = select(companies.c.id, people.c.id, truth).select_from(companies.outerjoin(people)).where(empty)
    rows = [*connection.execute(of_people), *connection.execute(of_companies)]
    return {(row[0], row[1]): row[2] if row[2] is None else bool(row[2]) for row in rows}


def test_every_key_of_a_rule_is_read():
    assert set(_ATOMS) == set(Rule.model_fields)
    assert set(Rule.model_fields) - COMPANY_KEYS - PERSON_KEYS == {"segment", "all", "any", "not_"}


FREE = ("interests", "needs", "network", "role", "contact", *EVENT_KEYS, "language")


@pytest.mark.parametrize("key", FREE)
def test_no_word_of_a_rule_becomes_sql(register, key):
    rule = Rule.model_validate({key: INJECTIONS})
    with register.read() as connection:
        truth = compile_rule(rule, a_book())
        sql = str(truth.compile(connection.engine))
        connection.execute(select(people.c.id).select_from(people.outerjoin(companies)).where(truth)).all()
        assert connection.scalar(select(func.count()).select_from(people)) == 0  # and the table is still there
    assert not any(word in sql for word in INJECTIONS if len(word) > 2)


def test_a_percent_sign_fits_itself_only(register):
    from register_kit import a_company, a_person

    rule = Rule.model_validate({"role": ["%", "_"]})
    with register.write() as connection:
        company = a_company(connection)
        a_person(connection, register, "a@example.dk", role="x", company_id=company)
        wanted = a_person(connection, register, "b@example.dk", role="%", company_id=company)
        found = connection.scalars(
            select(people.c.id).select_from(people.outerjoin(companies)).where(compile_rule(rule, a_book()))
        )
        assert found.all() == [wanted]
