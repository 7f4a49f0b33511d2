"""Notes, next steps, enquiries, sign-ups and automatic mails lose their words and people in time; figures stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from events_kit import terms
from people_kit import PRIVACY
from privacy_kit import put
from progress_kit import a_basis, a_campaign, a_next_step, a_visit, at
from register_kit import NOW, a_company, a_person
from sqlalchemy import select

from newsletter.campaigns.progress.plain import as_json
from newsletter.campaigns.progress.report import report
from newsletter.delivery.notices.rows import known
from newsletter.delivery.places.due import due
from newsletter.store.tables import enquiries, follow_ups, notices, sign_ups, visits
from newsletter.subscribers.privacy.tidy import find_old, tidy
from newsletter.subscribers.terms import months_after

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def would(register, now):
    return {each.rule: each.count for each in find_old(register, PRIVACY, now) if each.count}


def clean(register, now):
    return {each.rule: each.count for each in tidy(register, PRIVACY, now=now, actor="maja") if each.count}


def rows(register, table, *columns):
    with register.read() as connection:
        found = connection.execute(select(*(table.c[name] for name in columns)).order_by(table.c.id))
        return [tuple(row) for row in found]


class TestTerms:
    """Each to the second or the day: nothing before it, both kinds of row on it."""

    def test_an_enquiry_keeps_what_figures_count(self, register):
        with register.write() as connection:
            company, other = a_company(connection), a_company(connection)
            person = a_person(connection, register, "bo@firma.example", state="subscribed", company_id=other)
            facts = {"channel": "mail", "topic": "fleksjob", "received_at": NOW - DAY, "text": "Kan vi?"}
            put(connection, enquiries, **facts, company_id=company, answered_at=NOW, outcome="meeting")
            put(connection, enquiries, **facts, person_id=person)
        late = months_after(NOW, PRIVACY.keep_enquiry_texts_months)
        assert clean(register, late - SECOND - DAY) == {}
        assert would(register, late - SECOND) == clean(register, late - SECOND) == {"enquiries": 1}
        assert clean(register, late) == {"enquiries": 1}
        told = rows(register, enquiries, "company_id", "person_id", "text", "outcome", "topic", "answered_at")
        assert told == [(company, None, None, None, "fleksjob", NOW), (other, None, None, None, "fleksjob", None)]
        assert would(register, late) == {}

    def test_a_sign_up_loses_the_person_and_keeps_company_and_seats(self, register):
        with register.write() as connection:
            company = a_company(connection)
            person = a_person(connection, register, "bo@firma.example", state="subscribed", company_id=company)
            facts = {"event": "kaffe", "seats": 3, "attended": True}
            put(connection, sign_ups, **facts, person_id=person, signed_up_at=NOW)
            put(connection, sign_ups, **{**facts, "event": "te"}, person_id=person, signed_up_at=NOW + SECOND)
        late = months_after(NOW, PRIVACY.keep_sign_ups_months)
        assert clean(register, late - SECOND) == {}
        assert would(register, late) == clean(register, late) == {"sign-ups": 1}
        told = rows(register, sign_ups, "person_id", "company_id", "seats", "attended")
        assert told == [(None, company, 3, True), (person, None, 3, True)]

    def test_notes_go_by_the_day_of_the_visit_also_of_visits_that_were_undone(self, register):
        with register.write() as connection:
            for day in ("2026-01-13", "2026-01-14"):
                a_visit(connection, day, note="Taler helst om morgenen", undone_at=at("2026-02-01"), outcome="thinking")
        late = months_after(at("2026-01-13"), PRIVACY.keep_notes_months)
        assert clean(register, late - DAY) == {}
        assert would(register, late) == clean(register, late) == {"notes": 1}
        assert rows(register, visits, "note", "outcome") == [
            (None, "thinking"),
            ("Taler helst om morgenen", "thinking"),
        ]

    def test_words_of_next_steps_go_when_they_are_settled_and_never_before(self, register):
        with register.write() as connection:
            company = a_company(connection)
            visit = a_visit(connection, "2026-01-13", company)
            for facts in (
                {"state": "done", "settled_at": NOW, "remark": "Ringet"},
                {"state": "dropped", "settled_at": NOW + SECOND},
                {"state": "open"},
            ):
                a_next_step(connection, visit, company, "2026-01-13", **facts)
        late = months_after(NOW, PRIVACY.keep_notes_months)
        assert clean(register, late - SECOND) == {}
        assert would(register, late) == clean(register, late) == {"next-steps": 1}
        assert clean(register, late + DAY) == {"next-steps": 1}
        told = [("", None, "done"), ("", None, "dropped"), ("Ring", None, "open")]
        assert rows(register, follow_ups, "what", "remark", "state") == told

    def test_notices_go(self, register):
        with register.write() as connection:
            facts = {"kind": "reminder", "contact": "anna", "state": "accepted"}
            put(connection, notices, key="reminder/anna/2026-01-13", at=NOW, **facts)
            put(connection, notices, key="reminder/anna/2026-01-14", at=NOW + SECOND, **facts)
        late = months_after(NOW, PRIVACY.keep_notices_months)
        assert clean(register, late - SECOND) == {}
        assert would(register, late) == clean(register, late) == {"notices": 1}
        assert rows(register, notices, "key") == [("reminder/anna/2026-01-14",)]


def test_a_mail_about_a_seat_is_remembered_while_it_could_be_sent_again(register):
    """Whose event was called off long ahead is told so once; a year later the key is still there."""
    far = months_after(NOW, 18)
    event = terms(event="kaffe", start=far, end=far, cancelled=True)
    with register.write() as connection:
        persons = [
            a_person(connection, register, f"{name}@firma.example", state="subscribed") for name in ("bo", "ida")
        ]
        for person in persons:
            put(connection, sign_ups, event="kaffe", person_id=person, signed_up_at=NOW)
        told = due(connection, event, NOW)
        assert [each.news for each in told] == ["called-off", "called-off"]
        for each in told:
            facts = {"key": each.key, "kind": "place", "person_id": each.person_id, "state": "accepted", "at": NOW}
            put(connection, notices, **facts)
        put(connection, notices, **{**facts, "key": "place/kaffe/99/x/seat"})
    late = months_after(NOW, PRIVACY.keep_notices_months)
    assert would(register, late) == clean(register, late) == {"notices": 1}
    with register.read() as connection:
        assert due(connection, event, late) == []
        assert known(connection, [each.key for each in told]).keys() == {each.key for each in told}
    late = months_after(NOW, PRIVACY.keep_sign_ups_months)
    both = {"sign-ups": 2, "notices": 2}
    assert would(register, late) == clean(register, late) == both
    with register.read() as connection:
        assert due(connection, replace(event, end=months_after(late, 1)), late) == []


def test_a_report_of_the_past_says_the_same_before_and_after(register):
    campaign = a_campaign(events=1, attendance=20, follow_up={"within_days": 10, "share": 80})
    basis = a_basis(campaign, events={"kaffe": at("2027-01-18")})
    with register.write() as connection:
        company, other = a_company(connection), a_company(connection)
        person = a_person(connection, register, "bo@firma.example", state="subscribed", company_id=other)
        visit = a_visit(connection, "2027-01-12", company, note="Ring først")
        a_next_step(
            connection, visit, company, "2027-01-12", state="done", settled_at=at("2027-01-14"), remark="Ringet"
        )
        a_next_step(connection, visit, company, "2027-01-12")
        asked = {"channel": "mail", "topic": "x", "text": "Kan vi?", "received_at": at("2027-01-13")}
        put(connection, enquiries, **asked, person_id=person)
        facts = {"event": "kaffe", "seats": 2, "attended": True, "attended_noted_at": at("2027-01-18")}
        put(connection, sign_ups, **facts, person_id=person, signed_up_at=at("2027-01-11"))
        before = [as_json(report(connection, basis, at(day).date())) for day in ("2027-01-14", "2027-01-31")]
    assert before[0] != before[1]
    done = tidy(register, PRIVACY, now=at("2030-03-01"), actor="maja")
    assert {each.rule for each in done if each.count} == {"enquiries", "sign-ups", "notes", "next-steps"}
    with register.read() as connection:
        after = [as_json(report(connection, basis, at(day).date())) for day in ("2027-01-14", "2027-01-31")]
    assert after == before
