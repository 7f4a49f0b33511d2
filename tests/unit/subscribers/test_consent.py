"""The log of consents, and where it ends."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people_kit import log, standing
from register_kit import NOW, a_person
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError

from newsletter.store.tables import consents, wordings
from newsletter.subscribers.consent import (
    NOTHING,
    Basis,
    Entry,
    Standing,
    fold,
    is_news,
    moment,
    record,
    standing_after,
    wording_id,
)

KINDS = st.sampled_from(["requested", "given", "confirmed", "withdrawn"])
BASES = st.sampled_from(["consent", "other"])
MOMENTS = st.timedeltas(timedelta(days=-900), timedelta(days=900)).map(lambda far: NOW + far)


def entry(kind="given", person=1, at=NOW, **more):
    return Entry(person_id=person, kind=kind, source="test", at=at, **more)


def test_who_never_said_anything_has_no_standing():
    assert fold([]) == NOTHING == Standing(state="none", basis=None, subscribed_on=None)


def test_a_request_is_pending_until_it_is_confirmed():
    asked, yes = entry("requested"), entry("confirmed", at=NOW + timedelta(days=2))
    assert fold([asked]).state == "pending"
    assert fold([asked, yes]) == Standing(state="subscribed", basis="consent", subscribed_on=date(2026, 11, 24))


def test_the_last_word_decides():
    assert fold([entry("given"), entry("withdrawn")]) == Standing(state="unsubscribed")
    assert fold([entry("withdrawn"), entry("given", basis="other")]).basis == "other"


@given(st.lists(st.builds(entry, KINDS, at=MOMENTS, basis=BASES)))
def test_only_who_is_subscribed_has_a_day_and_who_is_out_has_no_basis(events):
    end = fold(events)
    assert (end.subscribed_on is not None) == (end.state == "subscribed")
    assert (end.basis is None) == (end.state in ("none", "unsubscribed"))
    assert end == (standing_after(events[-1]) if events else NOTHING)


def test_a_day_without_a_time_is_the_same_day_here_and_in_utc():
    assert moment(date(2026, 1, 5)).date() == date(2026, 1, 5)


def test_a_basis_says_all_that_it_lacks():
    with pytest.raises(ValueError, match="needs: wording, date"):
        Basis(kind="consent", wording=" \n", source="messen")
    with pytest.raises(ValueError, match="needs: reason"):
        Basis(kind="other", reason=" ")
    assert Basis(kind="none").lacks() == []


def test_without_a_basis_nothing_is_written_down():
    with pytest.raises(ValueError, match="nothing to write down"):
        Basis(kind="none").entry(1, None, NOW)


def test_a_consent_of_today_is_not_of_the_future():
    today = Basis(kind="consent", wording="Ja", source="messen", said_on=NOW.date())
    early = NOW.replace(hour=6)
    assert today.entry(1, None, early).at == early
    assert not today.is_of_the_future(early)
    assert today.is_of_the_future(NOW - timedelta(days=2))


@pytest.mark.parametrize(
    ("state", "ground", "kind", "news"),
    [
        ("none", None, "consent", True),
        ("none", None, "other", True),
        ("none", None, "none", False),
        ("pending", "consent", "consent", True),
        ("subscribed", "consent", "consent", False),
        ("subscribed", "consent", "other", False),
        ("subscribed", "other", "consent", True),
        ("subscribed", "other", "other", False),
        ("unsubscribed", None, "consent", False),
        ("unsubscribed", None, "other", False),
    ],
)
def test_a_list_adds_what_is_new_and_brings_nobody_back(state, ground, kind, news):
    basis = Basis(kind=kind, wording="Ja", source="messen", said_on=NOW.date(), reason="information")
    assert is_news(state, ground, basis) is news


def test_recording_writes_the_log_and_the_columns(register):
    with register.write() as connection:
        first = a_person(connection, register, "a@firma.example")
        second = a_person(connection, register, "b@firma.example")
        record(connection, [entry("requested", second), entry("given", first)], NOW, "maja")
        record(connection, [entry("confirmed", second), entry("withdrawn", first)], NOW, "maja")
    with register.read() as connection:
        assert standing(connection, first) == fold(log(connection, first)) == Standing(state="unsubscribed")
        assert standing(connection, second) == fold(log(connection, second))
        assert connection.scalars(select(consents.c.actor)).all() == ["maja"] * 4


def test_recording_nothing_is_fine(register):
    with register.write() as connection:
        record(connection, [], NOW, "maja")
        assert connection.scalar(select(func.count()).select_from(consents)) == 0


def test_the_log_cannot_be_rewritten(register):
    with register.write() as connection:
        record(connection, [entry(person=a_person(connection, register, "a@firma.example"))], NOW, "maja")
    with pytest.raises(DatabaseError, match="append-only"), register.write() as connection:
        connection.execute(update(consents).values(source="another"))


def test_a_wording_is_kept_once_for_each_text(register):
    with register.write() as connection:
        first = wording_id(connection, "Ja tak.\r\nJeg kan afmelde mig.  \n", NOW)
        assert wording_id(connection, "Ja tak.\nJeg kan afmelde mig.", NOW) == first
        assert wording_id(connection, "Ja tak!\nJeg kan afmelde mig.", NOW) != first
        assert connection.scalar(select(wordings.c.text).where(wordings.c.id == first)).endswith("afmelde mig.")


NUMBERS = itertools.count()


@given(told=st.lists(st.builds(entry, KINDS, at=MOMENTS, basis=BASES), max_size=6))
def test_the_columns_are_always_the_fold_of_the_log(register, told):
    with register.write() as connection:
        person = a_person(connection, register, f"p{next(NUMBERS)}@firma.example")
        events = [replace(event, person_id=person) for event in told]
        record(connection, events, NOW, "maja")
        assert log(connection, person) == events
        assert standing(connection, person) == fold(events)
