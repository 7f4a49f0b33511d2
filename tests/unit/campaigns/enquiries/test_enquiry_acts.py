"""Asked, answered, told: an enquiry stays open until the company has heard; who answers; how the promise was kept."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from register_kit import NOW, a_company
from sqlalchemy import select

from newsletter.campaigns.enquiries.acts import Asked, add, answer
from newsletter.campaigns.enquiries.listing import Kept, answered_since, how_kept, open_enquiries
from newsletter.campaigns.enquiries.routing import route, taker
from newsletter.problems import Refused
from newsletter.settings import Service, read_settings
from newsletter.store.tables import audit, enquiries

ZONE = ZoneInfo("Europe/Copenhagen")
WHO = {"now": NOW, "actor": "anna-eksempel"}
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


def asked(connection, company, received=MONDAY, hours=24, **facts):
    usual = {"channel": "phone", "topic": "fleksjob", "consultant": "anna-eksempel", "received_at": received}
    values = {"company_id": company, "promised_by": received + timedelta(hours=hours), **usual, **facts}
    return add(connection, Asked(**values), **WHO)


def test_no_match_is_open_until_the_company_has_heard_it(register):
    with register.write() as connection:
        number = asked(connection, a_company(connection))
        assert answer(connection, number, "no-match", told_at=None, **WHO) == "no-match"
        found = open_enquiries(connection)
        assert [(each.number, each.outcome, each.answered_at) for each in found] == [(number, "no-match", None)]
        assert answer(connection, number, None, told_at=NOW, **WHO) == "no-match"
        assert open_enquiries(connection) == []
        done = answered_since(connection, MONDAY)[0]
    assert (done.outcome, done.answered_at) == ("no-match", NOW)


def test_those_promised_first_come_first_and_those_of_others_are_left_out(register):
    with register.write() as connection:
        company = a_company(connection)
        later = asked(connection, company, hours=48)
        first = asked(connection, company, hours=1)
        asked(connection, company, consultant="bo-eksempel")
        assert [each.number for each in open_enquiries(connection, consultants=["anna-eksempel"])] == [first, later]


def test_what_cannot_be_is_refused_with_what_to_do(register):
    with register.write() as connection:
        company = a_company(connection)
        number = asked(connection, company)
        with pytest.raises(Refused, match="how did it end"):
            answer(connection, number, None, told_at=NOW, **WHO)
        with pytest.raises(Refused, match="there is no enquiry number 4711"):
            answer(connection, 4711, "answered", told_at=NOW, **WHO)
        for moment in (MONDAY - timedelta(hours=1), NOW + timedelta(hours=1)):
            with pytest.raises(Refused, match="before it asked, or later than now"):
                answer(connection, number, "answered", told_at=moment, **WHO)
        answer(connection, number, "meeting", told_at=NOW, **WHO)
        with pytest.raises(Refused, match="was answered on 2026-11-22"):
            answer(connection, number, "answered", told_at=NOW, **WHO)


@pytest.mark.parametrize(
    "facts",
    [
        {"topic": "Et spørgsmål"},
        {"topic": "0101901234"},
        {"text": "Det gælder 010190-1234"},
        {"received": NOW + timedelta(hours=1)},
    ],
)
def test_what_nobody_may_keep_is_refused_and_nothing_is_written(register, facts):
    with register.write() as connection:
        company = a_company(connection)
        with pytest.raises(Refused):
            asked(connection, company, **facts)
        assert connection.execute(select(enquiries)).all() == []


def test_the_audit_log_has_no_word_of_the_question(register):
    with register.write() as connection:
        number = asked(connection, a_company(connection), text="Mette spurgte")
        answer(connection, number, "referred", told_at=NOW, **WHO)
        rows = connection.execute(select(audit.c.action, audit.c.detail).order_by(audit.c.id)).all()
    assert [row.action for row in rows] == ["enquiries add", "enquiries answer"]
    assert json.loads(rows[1].detail) == {"enquiry": number, "outcome": "referred", "told": True}
    assert "Mette" not in str(rows)


def test_the_promise_was_kept_for_so_many(register):
    """Of five: one in time (2 h), one late (29 h), one over, one waiting; one that nothing was promised is left out.

    Share: 1 of 1 + 1 + 1. Median of 2 and 29 hours: 15.5.
    """
    with register.write() as connection:
        company = a_company(connection)
        answer(connection, asked(connection, company), "answered", told_at=MONDAY + timedelta(hours=2), **WHO)
        answer(connection, asked(connection, company), "meeting", told_at=MONDAY + timedelta(hours=29), **WHO)
        asked(connection, company)
        asked(connection, company, hours=24 * 30)
        connection.execute(
            enquiries.insert().values(company_id=company, channel="mail", topic="andet", received_at=MONDAY)
        )
        found = [*open_enquiries(connection), *answered_since(connection, MONDAY)]
    assert len(found) == 5
    assert how_kept(found, NOW, ZONE) == Kept(
        on_time=1, late=1, over=1, waiting=1, share=pytest.approx(1 / 3), median_hours=15.5
    )


def test_without_any_there_is_no_share():
    kept = how_kept([], NOW, ZONE)
    assert (kept.share, kept.median_hours, kept.waiting) == (None, None, 0)


@pytest.mark.parametrize(
    ("topic", "own", "day", "who"),
    [
        ("fleksjob", ("bo", None), 5, "anna"),  # the topic's contact
        ("mentor", ("bo", None), 5, "bo"),  # else the company's own
        ("mentor", (None, None), 5, "service"),  # else the entry
        ("fleksjob", (None, None), 1, "bo"),  # anna is away until the 3rd: who stands in
        ("mentor", ("anna", "carl"), 3, "carl"),  # on the last day the company's own stand-in
        ("mentor", ("anna", None), 4, "anna"),  # back
        ("praktik", ("bo", None), 5, "bo"),  # the topic's contact is not in content/contacts/
        ("mentor", ("gone", "gone"), 5, "service"),
        ("mentor", ("dora", None), 5, "service"),  # away, and so is who stands in
    ],
)
def test_an_enquiry_goes_to(root, topic, own, day, who):
    service = Service.model_validate(
        {
            "topics": {"fleksjob": "anna", "praktik": "gone"},
            "stand_ins": {"anna": "bo", "dora": "emil"},
            "away": {"anna": "2027-01-03", "dora": "2027-02-01", "emil": "2027-02-01"},
        }
    )
    settings = read_settings(root).model_copy(update={"service": service})
    contacts = {"anna", "bo", "carl", "dora", "emil", "service"}
    found = route(settings, contacts, topic=topic, fixed=own[0], stand_in=own[1], day=date(2027, 1, day))
    assert found == who


def test_somebodys_things_go_to_who_stands_in_and_those_of_nobody_to_the_entry(root):
    service = Service.model_validate({"stand_ins": {"anna": "bo"}, "away": {"anna": "2027-01-03"}})
    settings = read_settings(root).model_copy(update={"service": service})
    given = [("anna", 3), ("anna", 4), ("gone", 4), (None, 4)]
    found = [taker(settings, {"anna", "bo"}, name, date(2027, 1, day)) for name, day in given]
    assert found == ["bo", "anna", "service", "service"]
