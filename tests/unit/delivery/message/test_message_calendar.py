"""Event mails: what a calendar program reads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from event_kit import both_read, event_of, settings_of
from icalendar import Calendar
from message_kit import CALENDAR, DATE, IDENTITY, KEY, LETTER, READER, SHEET, bodies, filled, read

from newsletter.campaigns.events.ics import calendar_text
from newsletter.delivery.message import Template
from newsletter.problems import Refused


def sheet_of(method: str = "PUBLISH"):
    return replace(SHEET, calendar=CALENDAR.replace("METHOD:PUBLISH", f"METHOD:{method}"), method=method)


def test_the_calendar_is_last_in_the_alternative_and_a_file_beside_it():
    mail = read(filled(sheet=sheet_of()))
    assert mail.get_content_type() == "multipart/mixed"
    alternative, file = mail.iter_parts()
    kinds = [part.get_content_type() for part in alternative.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    calendar = list(alternative.iter_parts())[-1]
    assert calendar["Content-Type"].params == {"charset": "utf-8", "method": "PUBLISH"}
    assert b"\r\nContent-Type: text/calendar; charset=utf-8; method=PUBLISH\r\n" in filled(sheet=sheet_of())
    assert (file.get_filename(), file.get_content_disposition()) == ("invite.ics", "attachment")
    assert file.get_payload(decode=True) == calendar.get_payload(decode=True) == CALENDAR.encode()


def test_what_is_published_names_nobody():
    assert "ATTENDEE" not in bodies(filled(sheet=sheet_of()))["text/calendar"]


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_invitation_names_its_reader_alone_and_is_a_calendar(method):
    mail = filled(sheet=sheet_of(method))
    text = bodies(mail)["text/calendar"]
    (event,) = Calendar.from_ical(text.replace("\n", "\r\n")).walk("VEVENT")
    assert event["ATTENDEE"] == "mailto:soren@firma.example"
    assert event["ATTENDEE"].params["CN"] == "Søren Åkjær"
    assert event["ATTENDEE"].params.get("RSVP") == ("TRUE" if method == "REQUEST" else None)
    assert text == bodies(mail)["application/ics"]
    assert f"method={method}".encode() in mail


@pytest.mark.parametrize(("method", "more"), [("REQUEST", {}), ("CANCEL", {"cancelled": "true"})])
def test_our_own_calendar_of_an_event_takes_its_reader(method, more):
    event = event_of(title="Møde, kaffe & " + "æøå " * 30, **more)
    text = calendar_text([event], settings_of(), method)
    mail = bodies(filled(sheet=replace(SHEET, calendar=text, method=method)))["text/calendar"]
    theirs, strict = both_read(mail.replace("\n", "\r\n"))
    assert str(theirs["ATTENDEE"]) == str(strict.attendees[0].uri) == "mailto:soren@firma.example"
    assert len(strict.attendees) == 1
    assert mail.replace("\n", "\r\n").startswith(text.partition("END:VEVENT")[0])


def test_without_a_name_the_address_is_shown():
    template = Template(LETTER, sheet_of("REQUEST"), KEY)
    mail = template.fill(replace(READER, name=None), IDENTITY, DATE)
    assert 'ATTENDEE;CN="soren@firma.example"' in bodies(mail)["text/calendar"]


@pytest.mark.parametrize(
    ("calendar", "method", "told"),
    [
        (CALENDAR, "REQUEST", "method is REQUEST, its file says PUBLISH"),
        (CALENDAR.replace("METHOD:PUBLISH\r\n", ""), "PUBLISH", "its file says none"),
        (CALENDAR.replace("METHOD:PUBLISH", "METHOD:REPLY"), "REPLY", "method is REPLY"),
        (CALENDAR.replace("END:VEVENT", "ATTENDEE:mailto:a@x.example\r\nEND:VEVENT"), "PUBLISH", "all would read it"),
        (CALENDAR.replace("END:VEVENT", "attendee;CN=A:mailto:a@x.example\r\nEND:VEVENT"), "PUBLISH", "would read it"),
    ],
)
def test_a_calendar_that_would_mislead_is_refused(calendar, method, told):
    with pytest.raises(Refused, match=told):
        Template(LETTER, replace(SHEET, calendar=calendar, method=method), KEY)
