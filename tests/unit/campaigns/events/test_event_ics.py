"""An event's calendar file, read back by two readers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from event_kit import both_read, changed, event_of, settings_of
from hypothesis import given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from newsletter.campaigns.events.ics import calendar_facts_digest, calendar_text, fold, sequence_of, uid
from newsletter.content.items import EventPlace
from newsletter.problems import Refused

SETTINGS = settings_of()
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
FILE = """\
BEGIN:VCALENDAR
PRODID:-//newsletter//newsletter//DA
VERSION:2.0
METHOD:PUBLISH
BEGIN:VTIMEZONE
TZID:Europe/Copenhagen
BEGIN:DAYLIGHT
DTSTART:20260329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20261025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:morgenmoede@nyt.example
DTSTAMP:20270114T073000Z
SEQUENCE:2
DTSTART;TZID=Europe/Copenhagen:20270114T083000
DTEND;TZID=Europe/Copenhagen:20270114T100000
SUMMARY:Kaffe\\, te\\; og \\\\ mere
DESCRIPTION:Kom til kaffe.\\n\\nFølg med online: https://x.example/m?a=1&b=2
LOCATION:Rådhuset\\, Torvet 1\\, 9999 Byen
URL:https://x.example/m?a=1&b=2
ORGANIZER;CN="Virksomhedsservice":mailto:nyt@kommune.example
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
"""


def test_the_whole_file():
    event = event_of(
        title="Kaffe, te; og \\ mere",
        online="https://x.example/m?a=1&b=2",
        place="{name: Rådhuset, address: 'Torvet 1, 9999 Byen'}",
        sequence=2,
    )
    assert calendar_text([event], SETTINGS).replace("\r\n", "\n") == FILE


def test_nobody_is_invited_and_nothing_rings():
    for method in ("PUBLISH", "REQUEST"):
        text = calendar_text([event_of()], SETTINGS, method)
        assert f"METHOD:{method}\r\n" in text
        assert not [word for word in ("ATTENDEE", "VALARM") if word in text]


def test_what_is_cancelled_keeps_its_name_and_has_a_higher_sequence():
    before, after = event_of(sequence=3), event_of(sequence=3, cancelled="true")
    theirs, strict = both_read(calendar_text([after], SETTINGS, "CANCEL"))
    assert theirs["UID"] == strict.uid == uid("morgenmoede", SETTINGS)
    assert theirs["SEQUENCE"] == strict.sequence == sequence_of(after.fields) == sequence_of(before.fields) + 1
    assert theirs["STATUS"] == strict.status.value == "CANCELLED"
    assert strict.summary == "Aflyst: Morgenmøde"
    (english,) = Calendar.from_ical(calendar_text([after], settings_of("language: en\n"), "CANCEL")).walk("VEVENT")
    assert english["SUMMARY"] == "Cancelled: Morgenmøde"


def test_what_a_method_cannot_say_is_refused():
    others = event_of(external="{organizer: Erhvervshuset, uid: x}")
    with pytest.raises(Refused, match="they invite to it, not we"):
        calendar_text([event_of(), others], SETTINGS, "REQUEST")
    with pytest.raises(Refused, match="says that it is cancelled"):
        calendar_text([event_of(cancelled="true")], SETTINGS, "REQUEST")
    with pytest.raises(Refused, match="does not say that it is cancelled"):
        calendar_text([event_of()], SETTINGS, "CANCEL")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-03-28 01:30", "2027-03-28 04:00"),  # the hour from 2 is left out
        ("2027-10-31 01:30", "2027-10-31 04:00"),  # the hour from 2 comes twice
        ("2027-03-27 22:00", "2027-03-28 06:00"),
        ("2027-12-31 22:00", "2028-01-01 02:00"),
        ("2028-02-29 08:30", "2028-02-29 10:00"),
        ("2028-02-28 12:00", "2028-03-01 12:00"),
        ("2045-07-03 08:30", "2045-07-03 10:00"),  # beyond the transitions that files of zones list
    ],
)
def test_clock_edges(start, end):
    theirs, strict = both_read(calendar_text([event_of(start=start, end=end)], SETTINGS))
    first, last = (datetime.fromisoformat(each).replace(tzinfo=COPENHAGEN) for each in (start, end))
    assert theirs.decoded("DTSTART").astimezone(UTC) == strict.start.astimezone(UTC) == first.astimezone(UTC)
    assert theirs.decoded("DTEND").astimezone(UTC) == strict.end.astimezone(UTC) == last.astimezone(UTC)
    assert theirs.decoded("DTSTAMP") == first.astimezone(UTC)


def test_whole_days_are_days_and_end_the_day_after():
    text = calendar_text([event_of(start="2027-05-01", end="2027-05-03")], SETTINGS)
    theirs, strict = both_read(text)
    assert (theirs.decoded("DTSTART"), theirs.decoded("DTEND")) == (date(2027, 5, 1), date(2027, 5, 3))
    assert (strict.start, strict.end) == (date(2027, 5, 1), date(2027, 5, 3))
    assert "VTIMEZONE" not in text


def test_several_events_share_a_zone_that_is_right_for_all_of_them():
    events = [event_of("a"), event_of("b", start="2031-07-01 08:30", end="2031-07-01 09:00")]
    text = calendar_text(events, SETTINGS)
    assert text.count("BEGIN:VTIMEZONE") == 1
    starts = [each.decoded("DTSTART").utcoffset().seconds for each in Calendar.from_ical(text).walk("VEVENT")]
    assert starts == [3600, 7200]
    assert [each.uid for each in IcsCalendarStream.calendar_from_ics(text).events] == ["a@nyt.example", "b@nyt.example"]


def test_the_same_file_gives_the_same_bytes_and_a_stamp_is_taken_when_it_is_told():
    event = event_of()
    assert calendar_text([event], SETTINGS) == calendar_text([event_of()], SETTINGS)
    stamp = datetime(2027, 1, 2, 9, 0, tzinfo=COPENHAGEN)
    assert "DTSTAMP:20270102T080000Z\r\n" in calendar_text([event], SETTINGS, "REQUEST", stamp)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1)


@given(TEXTS, TEXTS, TEXTS)
def test_any_title_summary_and_place_is_read_back(title, summary, place):
    event = changed(event_of(), title=title, summary=summary, place=EventPlace(name=place))
    theirs, strict = both_read(calendar_text([event], SETTINGS))
    assert (str(theirs["SUMMARY"]), str(theirs["DESCRIPTION"]), str(theirs["LOCATION"])) == (title, summary, place)
    assert (strict.summary, strict.description, strict.location) == (title, summary, place)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_whatever_stands_in_a_text_the_file_stays_one(text):
    event = changed(event_of(), title=text, summary=text)
    both_read(calendar_text([event], settings_of()))


def test_line_breaks_of_all_kinds_stay_one_and_control_characters_go():
    event = changed(event_of(), title="a\r\nb\u2028c\rd\x07e")
    theirs, strict = both_read(calendar_text([event], SETTINGS))
    assert str(theirs["SUMMARY"]) == strict.summary == "a\nb\nc\nde"


def test_a_senders_name_cannot_leave_its_quotes():
    settings = SETTINGS.model_copy(
        update={"sender": SETTINGS.sender.model_copy(update={"name": 'A "B";X=1:\nATTENDEE:mailto:x@x.example'})}
    )
    theirs, strict = both_read(calendar_text([event_of()], settings))
    assert str(theirs["ORGANIZER"]) == str(strict.organizer.uri) == "mailto:nyt@kommune.example"
    assert "ATTENDEE" not in theirs


def test_answers_go_where_somebody_reads_them():
    settings = SETTINGS.model_copy(update={"sender": SETTINGS.sender.model_copy(update={"reply_to": "svar@x.example"})})
    assert str(both_read(calendar_text([event_of()], settings))[0]["ORGANIZER"]) == "mailto:svar@x.example"


@given(st.text(max_size=300).filter(lambda text: "\ud800" not in text and text.isprintable()))
def test_a_folded_line_is_whole_again(line):
    pieces = list(fold(line))
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert all(len(piece.encode()) > 71 for piece in pieces[:-1])  # full, but for a letter of four octets


@pytest.mark.parametrize(
    ("keys", "same"),
    [
        ({"sequence": 4}, True),
        ({"summary": "Andet"}, True),
        ({"speaker": "Eva"}, True),
        ({"start": "2027-01-14 08:15"}, False),
        ({"end": "2027-01-14 10:15"}, False),
        ({"title": "Andet"}, False),
        ({"place": "{name: Biblioteket}"}, False),
        ({"place": "{name: Rådhuset, address: Torvet 1}"}, False),
        ({"online": "https://x.example"}, False),
    ],
)
def test_the_mark_of_an_events_facts_changes_with_what_stands_in_calendars(keys, same):
    assert (calendar_facts_digest(event_of().fields) == calendar_facts_digest(event_of(**keys).fields)) is same
