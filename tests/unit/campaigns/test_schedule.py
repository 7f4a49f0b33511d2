"""When a campaign's issue goes out."""

from __future__ import annotations

from calendar import monthcalendar
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import CAMPAIGN, lines, problems_of, source

from newsletter.campaigns.campaign import NTH, WEEKDAYS, Campaign, Schedule
from newsletter.campaigns.schedule import earlier, later, send_in
from newsletter.fields import read_yaml, validate
from newsletter.workdays import is_workday, next_workday, workday_before

MONTHS = [(year, month) for year in range(2024, 2036) for month in range(1, 13)]
HOLIDAYS = ("next workday", "workday before", "skip")


def schedule(on: str, holiday: str = "next workday") -> Schedule:
    return Schedule.model_validate({"on": on, "at": "09:00", "holiday": holiday})


@pytest.mark.parametrize("weekday", range(5))
@pytest.mark.parametrize("nth", NTH)
def test_the_nth_weekday_is_that_of_the_calendar(nth, weekday):
    for year, month in MONTHS:
        day = [week[weekday] for week in monthcalendar(year, month) if week[weekday]][NTH[nth]]
        expected = date(year, month, day)
        sent = send_in(schedule(f"{nth} {WEEKDAYS[weekday]}"), f"{year}-{month:02}")
        assert sent == datetime.combine(next_workday(expected), time(9))
        if is_workday(expected):
            assert sent.date() == expected


@pytest.mark.parametrize("nth", NTH)
def test_the_nth_workday_is_a_workday_with_so_many_before_it(nth):
    for year, month in MONTHS:
        day = send_in(schedule(f"{nth} workday", "skip"), f"{year}-{month:02}").date()
        assert is_workday(day)
        days = [date(year, month, each) for each in range(1, day.day)]
        if nth != "last":
            assert sum(map(is_workday, days)) == NTH[nth]
        else:
            assert next_workday(date.fromordinal(day.toordinal() + 1)).month != month


@pytest.mark.parametrize(
    ("on", "month", "holiday", "day"),
    [
        ("first friday", "2027-01", "next workday", "2027-01-04"),  # 1 January
        ("first friday", "2027-01", "workday before", "2026-12-30"),  # 31 December is no working day either
        ("first friday", "2027-01", "skip", None),
        ("last thursday", "2026-12", "next workday", "2027-01-04"),
        ("last thursday", "2027-03", "workday before", "2027-03-24"),  # Maundy Thursday
        ("last saturday", "2027-02", "next workday", "2027-03-01"),
        ("first tuesday", "2027-01", "skip", "2027-01-05"),
        ("first workday", "2027-01", "skip", "2027-01-04"),
    ],
)
def test_holidays_are_minded(on, month, holiday, day):
    sent = send_in(schedule(on, holiday), month)
    assert sent == (datetime.fromisoformat(f"{day} 09:00") if day else None)


@given(
    st.sampled_from(MONTHS),
    st.sampled_from(sorted(NTH)),
    st.sampled_from([*WEEKDAYS, "workday"]),
    st.sampled_from(HOLIDAYS),
)
def test_a_send_is_always_on_a_workday(when, nth, word, holiday):
    year, month = when
    plain = send_in(schedule(f"{nth} {word}", "next workday"), f"{year}-{month:02}")
    sent = send_in(schedule(f"{nth} {word}", holiday), f"{year}-{month:02}")
    assert is_workday(plain.date())
    if sent is None:
        assert holiday == "skip"
    else:
        assert is_workday(sent.date())
        assert sent <= plain
        assert sent == plain or sent.date() == workday_before(sent.date())


def test_the_last_and_the_first_month_there_are():
    assert send_in(schedule("last friday"), "2099-12")
    assert send_in(schedule("first monday", "workday before"), "2000-01")


@pytest.mark.parametrize(
    ("span", "before", "after"),
    [
        ("6 hours", "2027-01-05 03:00", "2027-01-05 15:00"),
        ("1 hour", "2027-01-05 08:00", "2027-01-05 10:00"),
        ("5 days", "2026-12-31 09:00", "2027-01-10 09:00"),
        ("1 workday", "2027-01-04 09:00", "2027-01-06 09:00"),
        ("5 workdays", "2026-12-23 09:00", "2027-01-12 09:00"),
        ("0 days", "2027-01-05 09:00", "2027-01-05 09:00"),
    ],
)
def test_a_span_leads_back_and_on(span, before, after):
    sent = datetime.fromisoformat("2027-01-05 09:00")
    assert earlier(span, sent) == datetime.fromisoformat(before)
    assert later(span, sent) == datetime.fromisoformat(after)


class TestCampaign:
    """campaigns/*.yml."""

    def read(self, text: str) -> Campaign:
        return validate(Campaign, read_yaml(source(text, "campaigns/a.yml")))

    def test_two_errors_are_both_told(self):
        text = CAMPAIGN.replace("first tuesday", "fifth tuesday").replace("last: 2027-06-30", "last: 2026-06-30")
        assert lines(problems_of(lambda: self.read(text))) == ["campaigns/a.yml:3:9 value", "campaigns/a.yml:7:7 value"]

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("total: 12", "total: -1", "too small"),
            ("total: 12", "total: 12\n    by_month: {2027-1: 3}", "does not have the form"),
            ("total: 12", "total: 12\n    by_industry: {bager: 3}", "not an industry code"),
            ('at: "09:00"', "at: 9", "not a time of day"),
            ('at: "09:00"', 'at: "09:00Z"', "wall clock"),
            ('at: "09:00"', 'at: "09:00"\n  late: soon', "no span of time"),
            ('at: "09:00"', 'at: "09:00"\n  holiday: ignore', "write 'next workday', 'workday before' or 'skip'"),
            ("  {issue: 2027-01, role: Åbner}", "  {issue: Januar, role: Åbner}", "not a short name"),
        ],
    )
    def test_each_mistake_is_told(self, old, new, says):
        (problem,) = problems_of(lambda: self.read(CAMPAIGN.replace(old.strip(), new.strip())))
        assert says in f"{problem.text} {problem.hint}"
