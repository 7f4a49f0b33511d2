"""What has been between us and a company, as one line of time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from register_kit import NOW, a_company, a_person
from sqlalchemy import insert

from newsletter.store.tables import batches, deliveries, enquiries, results, sends, sign_ups, visit_topics, visits
from newsletter.subscribers.companies.timeline import timeline

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.fixture
def company(register):
    with register.write() as connection:
        return a_company(connection)


def put(register, table, **values):
    with register.write() as connection:
        return connection.execute(insert(table).values(**values).returning(*table.primary_key)).first()


def told(register, company, zone=COPENHAGEN):
    with register.read() as connection:
        return [(each["on"], each["what"], each["who"], each["about"]) for each in timeline(connection, company, zone)]


def a_delivery(register, person, at, *, state="accepted", kind="issue", issue="2026-11", number=1):
    values = {"digest": "d", "audience_size": 1, "state": "done", "approved_by": "eva", "approved_at": at}
    send = put(register, sends, **values, issue=issue, kind=kind, number=number, send_at=at).id
    put(register, batches, send_id=send, number=1, state="done")
    keys = {"root_id": send, "send_id": send, "address_hash": bytes([person % 250]) * 16, "batch": 1}
    put(register, deliveries, **keys, person_id=person, edition="alle", state=state, at=at)


def test_all_of_it_stands_in_one_line_the_newest_first(register, company):
    with register.write() as connection:
        eva = a_person(connection, register, "eva@x.example", name="Eva Eksempel", company_id=company)
    visit = {"company_id": company, "consultant": "anna", "recorded_by": "anna", "recorded_at": NOW}
    number = put(
        register, visits, **visit, kind="visit", visited_on=date(2026, 11, 20), outcome="thinking", note="Ring"
    ).id
    put(register, visit_topics, visit_id=number, kind="need", word="it")
    put(register, visits, **visit, kind="phone", visited_on=date(2026, 11, 3))
    put(register, visits, **visit, kind="phone", visited_on=date(2026, 11, 4), undone_at=NOW)
    a_delivery(register, eva, datetime(2026, 11, 5, 8, tzinfo=UTC))
    asked = datetime(2026, 11, 10, 9, tzinfo=UTC)
    answered = {"answered_at": datetime(2026, 11, 12, 9, tzinfo=UTC), "outcome": "meeting", "consultant": "bo"}
    put(register, enquiries, company_id=company, channel="mail", topic="fleksjob", received_at=asked, **answered)
    came = {"attended": True, "attended_noted_at": datetime(2026, 11, 18, 12, tzinfo=UTC)}
    signed = datetime(2026, 11, 6, 9, tzinfo=UTC)
    put(register, sign_ups, event="moede", person_id=eva, company_id=company, signed_up_at=signed, **came)
    brought = {"campaign": "vejen", "company_id": company, "recorded_by": "anna"}
    put(register, results, **brought, measure="agreement", scheme="fleksjob", happened_on=date(2026, 11, 21))
    put(register, results, **brought, measure="pledge", happened_on=date(2026, 11, 21), undone_at=NOW)
    assert told(register, company) == [
        ("2026-11-21", "agreement", "anna", "fleksjob"),
        ("2026-11-20", "visit", "anna", "thinking"),
        ("2026-11-18", "attended", "Eva Eksempel", "moede"),
        ("2026-11-12", "answer", "bo", "fleksjob"),
        ("2026-11-10", "enquiry", "bo", "fleksjob"),
        ("2026-11-06", "sign-up", "Eva Eksempel", "moede"),
        ("2026-11-05", "mail", "Eva Eksempel", "2026-11"),
        ("2026-11-03", "phone", "anna", None),
    ]
    with register.read() as connection:
        line = timeline(connection, company, COPENHAGEN)[1]
    assert (line["number"], line["text"], line["words"]) == (number, "Ring", ["it"])


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "2027-01-01"),
        (datetime(2026, 12, 31, 22, 30, tzinfo=UTC), "2026-12-31"),
        (datetime(2028, 2, 28, 23, 15, tzinfo=UTC), "2028-02-29"),
        (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), "2026-03-30"),  # summer time has begun that morning
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), "2026-10-25"),  # and has ended on this one
    ],
)
def test_days_are_those_of_the_wall_clock(register, company, moment, day):
    put(register, enquiries, company_id=company, channel="mail", topic="fleksjob", received_at=moment)
    assert told(register, company)[0][0] == day


def test_only_mails_that_were_taken_count_no_rehearsal_and_an_issue_once(register, company):
    with register.write() as connection:
        eva, bo = (a_person(connection, register, f"{name}@x.example", company_id=company) for name in ("eva", "bo"))
    for number, (person, facts) in enumerate(
        [
            (eva, {"kind": "test"}),
            (eva, {"state": "rejected"}),
            (eva, {"state": "in_doubt"}),
            (eva, {"issue": "2026-12"}),
            (bo, {"issue": "2026-12", "kind": "late"}),
        ],
        2,
    ):
        a_delivery(register, person, NOW, number=number, **facts)
    assert told(register, company) == [("2026-11-22", "mail", "eva@x.example, bo@x.example", "2026-12")]


def test_who_was_erased_has_no_name_and_another_company_is_not_told_of(register, company):
    with register.write() as connection:
        other = a_company(connection)
    gone = {"cancelled_at": NOW, "state": "cancelled"}
    put(register, sign_ups, event="moede", person_id=None, company_id=company, signed_up_at=NOW, **gone)
    assert told(register, company) == [
        ("2026-11-22", "cancelled", None, "moede"),
        ("2026-11-22", "sign-up", None, "moede"),
    ]
    assert told(register, other) == []
