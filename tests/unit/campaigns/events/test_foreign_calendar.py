"""Others' calendars: what is taken, and what is refused with its place."""

from __future__ import annotations

import time
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from event_kit import wall
from hypothesis import given
from hypothesis import strategies as st
from support import lines, problems_of, source

from newsletter.campaigns.events.foreign import MOST, read_calendar

ZONE = ZoneInfo("Europe/Copenhagen")
TODAY = date(2027, 1, 1)


def ics(*events, head=""):
    body = "\n".join(f"BEGIN:VEVENT\n{each}\nEND:VEVENT" for each in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{head}{body}\nEND:VCALENDAR\n"


def entry(uid="a@x.example", start="DTSTART:20270301T080000Z", more="SUMMARY:Møde"):
    return f"UID:{uid}\nDTSTAMP:20260101T000000Z\n{start}\n{more}"


def read(text, only=""):
    return read_calendar(source(text, "andres.ics"), ZONE, TODAY, only)


def times(text, only=""):
    return [(f"{each.start:%m-%d %H:%M}", f"{each.end:%m-%d %H:%M}") for each in read(text, only).events]


def told(text, only=""):
    return [(f"{each.line}", each.text) for each in problems_of(lambda: read(text, only))]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("DTSTART:20270301T080000Z", "DTEND:20270301T093000Z", ("03-01 09:00", "03-01 10:30")),
        ("DTSTART:20270701T080000Z", "DURATION:PT90M", ("07-01 10:00", "07-01 11:30")),
        ("DTSTART:20270301T080000", "DTEND:20270301T090000", ("03-01 08:00", "03-01 09:00")),  # floating: by our clock
        ("DTSTART;TZID=Romance Standard Time:20270301T080000", "", ("03-01 08:00", "03-01 09:00")),
        ("DTSTART;TZID=America/New_York:20270310T200000", "DURATION:PT1H", ("03-11 02:00", "03-11 03:00")),
        ("DTSTART;VALUE=DATE:20280229", "", ("02-29 00:00", "03-01 00:00")),
        ("DTSTART;VALUE=DATE:20271231", "DTEND;VALUE=DATE:20280102", ("12-31 00:00", "01-02 00:00")),
        ("DTSTART;TZID=Europe/Copenhagen:20270328T013000", "DURATION:PT1H", ("03-28 01:30", "03-28 03:30")),
        ("DTSTART;TZID=Europe/London:20271031T020000", "DURATION:PT1H", ("10-31 03:00", "10-31 04:00")),
        ("DTSTART:20270301T080000Z", "DTEND:20270228T080000Z", ("03-01 09:00", "03-01 10:00")),  # ends before it begins
        ("DTSTART:20271031T003000Z", "DTEND:20271031T013000Z", ("10-31 02:30", "10-31 03:30")),  # the clock is put back
        ("DTSTART:20270301T080000Z", "DTEND:20270301T080030Z", ("03-01 09:00", "03-01 10:00")),  # seconds long
    ],
)
def test_times_are_told_by_our_own_clock(start, end, found):
    assert times(ics(entry(start=start, more=f"{end}\nSUMMARY:x" if end else "SUMMARY:x"))) == [found]


def test_a_zone_that_the_file_brings_along_is_read():
    zone = """\
BEGIN:VTIMEZONE
TZID:Vores egen
BEGIN:STANDARD
DTSTART:16010101T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
END:DAYLIGHT
END:VTIMEZONE
"""
    events = [
        entry("a", "DTSTART;TZID=Vores egen:20270120T100000"),
        entry("b", "DTSTART;TZID=Vores egen:20270720T100000"),
    ]
    assert [start for start, _ in times(ics(*events, head=zone))] == ["01-20 09:00", "07-20 09:00"]


def test_what_is_over_stays_out_and_what_is_on_today_is_taken():
    events = [
        entry("a", "DTSTART;VALUE=DATE:20261231"),
        entry("b", "DTSTART:20261231T210000Z", "DTEND:20270101T010000Z\nSUMMARY:x"),
        entry("c", "DTSTART;VALUE=DATE:20261230", "DTEND;VALUE=DATE:20270101\nSUMMARY:x"),
        entry("d", "DTSTART:20310101T080000Z"),
    ]
    assert [each.uid for each in read(ics(*events)).events] == ["b", "d"]


class TestRecurring:
    """Events that come back."""

    def test_twelve_months_with_exceptions_and_across_the_change_of_the_clock(self):
        master = entry(
            start="DTSTART;TZID=Europe/Copenhagen:20261118T083000",
            more=(
                "DURATION:PT2H\nRRULE:FREQ=MONTHLY;BYDAY=3WE\nSUMMARY:Netværk\n"
                "EXDATE;TZID=Europe/Copenhagen:20270217T083000\nRDATE;TZID=Europe/Copenhagen:20270224T083000"
            ),
        )
        moved = entry(
            start="DTSTART:20270318T090000Z",
            more="RECURRENCE-ID;TZID=Europe/Copenhagen:20270317T083000\nSUMMARY:Flyttet\nSTATUS:CANCELLED",
        )
        found = read(ics(master, moved))
        assert [f"{each.start:%m-%d %H:%M}" for each in found.events][:5] == [
            "01-20 08:30",
            "02-24 08:30",
            "03-18 10:00",
            "04-21 08:30",
            "05-19 08:30",
        ]
        assert found.events[-1].start == wall("2027-12-15 08:30")
        assert [each.cancelled for each in found.events[:4]] == [False, False, True, False]
        assert len({each.uid for each in found.events}) == len(found.events)
        assert found.recurring == {"a@x.example"}

    def test_an_endless_rule_ends_after_a_year(self):
        begun = time.perf_counter()
        found = read(ics(entry(start="DTSTART:19700101T080000Z", more="RRULE:FREQ=DAILY\nSUMMARY:x"))).events
        assert (found[0].start.date(), found[-1].start.date(), len(found)) == (TODAY, date(2028, 1, 1), 366)
        assert time.perf_counter() - begun < 5

    def test_whole_days_come_back_as_whole_days(self):
        text = ics(entry(start="DTSTART;VALUE=DATE:20240229", more="RRULE:FREQ=YEARLY;UNTIL=20280229\nSUMMARY:x"))
        assert times(text) == []
        assert [each.uid for each in read_calendar(source(text), ZONE, date(2027, 6, 1), "").events] == [
            "a@x.example/2028-02-29"
        ]

    def test_an_end_in_utc_is_held_against_the_events_own_clock(self):
        text = ics(
            entry(
                start="DTSTART;TZID=Europe/Copenhagen:20270105T003000",
                more="RRULE:FREQ=DAILY;UNTIL=20270106T233000Z\nSUMMARY:x",
            )
        )
        assert [start for start, _ in times(text)] == ["01-05 00:30", "01-06 00:30", "01-07 00:30"]


class TestTexts:
    """What is kept of others' words."""

    def test_texts_are_one_line_short_and_fill_no_slot_of_a_reader(self):
        more = (
            "SUMMARY:Kom {{ reader.name }}\\n nu\nDESCRIPTION:Først\\, det.\\n\\nSiden andet\n"
            f"LOCATION:{'x' * 400}\nURL:javascript:alert(1)\nORGANIZER;CN=Foreningen:mailto:a@x.example"
        )
        (found,) = read(ics(entry(more=more))).events
        assert (found.title, found.summary, found.url, found.organizer) == (
            "Kom { { reader.name }} nu",
            "Først, det.",
            "",
            "Foreningen",
        )
        assert len(found.place) == 150

    def test_a_description_in_html_is_read_as_its_words(self):
        """As Google writes them; a lesser-than sign alone is no tag."""
        html = '<p><b>Café</b> &amp; <a href="https://x.example">snak</a><br>Kom</p><br><ul><li>Siden andet</li></ul>'
        (google,) = read(ics(entry(more=f"SUMMARY:x\nDESCRIPTION:{html}"))).events
        (other,) = read(ics(entry(more="SUMMARY:x\nDESCRIPTION:Under <50 ansatte &amp; over> 5"))).events
        assert google.summary == "Café & snak Kom"
        assert other.summary == "Under <50 ansatte &amp; over> 5"

    def test_only_what_was_asked_for_is_taken_and_looked_at(self):
        events = [entry("a", more="SUMMARY:Fleksjob i dag"), entry("b", "DTSTART:x", "SUMMARY:Andet")]
        assert [each.uid for each in read(ics(*events), "FLEKSJOB").events] == ["a"]
        assert len(told(ics(*events))) == 1

    def test_a_calendars_name_and_its_cancelling_are_read(self):
        found = read(ics(entry(), head="METHOD:CANCEL\nX-WR-CALNAME:Foreningen\n"))
        assert (found.name, [each.cancelled for each in found.events]) == ("Foreningen", [True])
        assert read(ics(entry(), head="X-WR-CALNAME:Ring til 010190-1234\n")).name == ""

    def test_a_uid_that_looks_like_a_cpr_number_or_is_odd_is_written_otherwise(self):
        found = read(ics(entry("010190-1234"), entry("a b\\n;"))).events
        assert all(each.uid.startswith("x-") and not any(sign.isdigit() for sign in each.uid) for each in found)
        assert found[0].uid != found[1].uid


class TestHostile:
    """Everything wrong is told, with its line, and nothing is taken."""

    def test_each_problem_stands_at_its_event(self):
        text = ics(
            entry("a", more="SUMMARY:Ring til 010190-1234"),
            entry("b"),
            entry("", more="SUMMARY:x"),
            entry("c", "DTSTART;TZID=Mars/Olympus:20270301T080000"),
            entry("d", more="RRULE:FREQ=SECONDLY\nSUMMARY:x"),
            entry("e", "DTSTART:2027-03-01"),
            entry("f", more="RRULE:FREQ=DAILY;INTERVAL=99999999999\nSUMMARY:x"),
            entry("g", "DTSTART:99990301T080000Z"),
            entry("h", more="DTEND;VALUE=DATE:20270302\nSUMMARY:x"),
            "UID:i\nSUMMARY:x",
            entry("j", more="DESCRIPTION:010190-<b>1234</b>"),
            entry("k", more="RRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:x"),
            entry("k", more="RECURRENCE-ID;RANGE=THISANDFUTURE:20270308T080000Z\nSUMMARY:y"),
        )
        assert told(text) == [
            ("4", "the event holds what looks like a CPR number"),
            ("16", "the event has no UID, so it could not be found again"),
            ("22", "the time zone 'Mars/Olympus' is not known"),
            ("28", "it comes back secondly"),
            ("35", "the event's DTSTART cannot be read"),
            ("41", "the event's RRULE cannot be read"),
            ("48", "the year 9999 is a slip"),
            ("54", "the event's start and end are of two kinds"),
            ("61", "the event's DTSTART is missing or cannot be read"),
            ("65", "the event holds what looks like a CPR number"),
            ("78", "it changes all that follow (RANGE=THISANDFUTURE), which is not read"),
        ]

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "this is no calendar file"),
            ("<html>", "this is no calendar file"),
            ("BEGIN:VCALENDAR\n:::\nEND:VCALENDAR\n", "the file cannot be read as a calendar"),
            ("BEGIN:VCALENDAR\n" * 50, "the file cannot be read as a calendar"),
            (ics(*[f"UID:{number}" for number in range(5001)]), "the file holds 5001 events"),
            (ics(*[entry(f"{number}") for number in range(MOST + 1)]), f"more than {MOST} events are to come"),
            (
                ics(*[entry(f"{number}", more="RRULE:FREQ=DAILY\nSUMMARY:x") for number in range(20)]),
                f"more than {MOST} events are to come",
            ),
            (
                ics(
                    *[
                        entry(
                            f"{number}",
                            "DTSTART:19010101T080000Z",
                            "RRULE:FREQ=DAILY;COUNT=9999999;BYMONTH=2;BYMONTHDAY=30",
                        )
                        for number in range(30)
                    ]
                ),
                "too many events come back",
            ),
        ],
    )
    def test_a_file_that_is_none_or_too_much(self, text, problem):
        found = problems_of(lambda: read(text))
        assert len(found) == 1
        assert found[0].text.startswith(problem)
        assert found[0].hint

    @pytest.mark.parametrize(
        "rule",
        ["FREQ=SECONDLY", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;\n BYMONTHDAY=30", "BYMONTH=2"],
    )
    def test_a_zone_that_would_be_worked_out_for_ever(self, rule):
        parts = "".join(
            f"BEGIN:{kind}\nDTSTART:16010101T000000\nRRULE:{rule}\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0{hours}00\nEND:{kind}\n"
            for kind, hours in (("STANDARD", 1), ("DAYLIGHT", 2))
        )
        head = f"BEGIN:VTIMEZONE\nTZID:x\n{parts}END:VTIMEZONE\n"
        begun = time.perf_counter()
        found = problems_of(lambda: read(ics(entry(start="DTSTART;TZID=x:20270301T080000"), head=head)))
        assert lines(found) == ["andres.ics:4:7 calendar"]
        assert time.perf_counter() - begun < 5

    @given(
        st.lists(
            st.sampled_from(
                [
                    *(
                        "BEGIN:VEVENT",
                        "END:VEVENT",
                        "BEGIN:VTIMEZONE",
                        "END:VTIMEZONE",
                        "END:VCALENDAR",
                        "BEGIN:VALARM",
                    ),
                    *(
                        "UID:a",
                        "UID:b",
                        "DTSTART:20270101T080000Z",
                        "DTSTART;VALUE=DATE:20270101",
                        "DTSTART;TZID=x:20270101T1",
                    ),
                    *("DTEND:20270101", "DTEND;TZID=Europe/Paris:20270101T090000", "DURATION:-P9999D", "DURATION:P1W"),
                    *(
                        "RRULE:FREQ=DAILY",
                        "RRULE:FREQ=MONTHLY;BYDAY=9XX",
                        "RRULE:FREQ=YEARLY;COUNT=0",
                        "RRULE:",
                        "RRULE:FREQ",
                    ),
                    *(
                        "EXDATE:20270102T080000Z",
                        "EXDATE;VALUE=DATE:20270103",
                        "EXDATE:",
                        "RDATE;VALUE=PERIOD:20270105T080000Z/PT1H",
                    ),
                    *(
                        "RECURRENCE-ID:20270102T080000Z",
                        "RECURRENCE-ID;VALUE=DATE:20270102",
                        "SUMMARY:ø",
                        "SUMMARY",
                        "TZID:x",
                    ),
                    *(
                        "ORGANIZER:x",
                        "URL;VALUE=x:y",
                        "STATUS:CANCELLED",
                        "METHOD:CANCEL",
                        " folded",
                        'LOCATION;ALTREP="a:b":c',
                    ),
                ]
            ),
            max_size=25,
        )
    )
    def test_whatever_comes_is_read_or_told(self, rows):
        problems_of(lambda: read("BEGIN:VCALENDAR\n" + "\n".join(rows) + "\nEND:VCALENDAR\n"))
        problems_of(lambda: read(ics("\n".join(rows))))
