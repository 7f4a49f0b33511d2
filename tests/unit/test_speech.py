"""Dates, numbers and lists in Danish and English; Babel, which knows the CLDR, must write them alike."""

from datetime import date

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from newsletter.speech import WEEKDAYS, Speech, counted, listed

DANISH, ENGLISH = Speech(language="da"), Speech(language="en")
POINT = {"da": ".", "en": ""}
speeches = st.sampled_from([DANISH, ENGLISH])


@given(speeches, st.dates(min_value=date(1, 1, 1)))
def test_every_day_is_written_as_the_cldr_writes_it(says, day):
    language, point = says.language, POINT[says.language]
    told = [says.day(day), says.short_day(day), says.shortest_day(day), says.month(day), says.short_month(day)]
    forms = [f"d{point} MMMM y", f"d{point} MMM y", f"d{point} MMM", "MMMM y", "MMM"]
    assert told == [format_date(day, form, locale=language) for form in forms]
    assert WEEKDAYS[language][day.weekday()] == format_date(day, "EEEE", locale=language)


@given(speeches, st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9))
def test_every_number_is_written_as_the_cldr_writes_it(says, value):
    written = format_decimal(abs(round(value, 1)), format="#,##0.#", locale=says.language)
    assert says.number(value).removeprefix("−") == written
    assert says.number(value).startswith("−") == (round(value, 1) < 0)


def test_by_hand():
    assert (DANISH.day(date(2028, 2, 29)), ENGLISH.day(date(2028, 2, 29))) == ("29. februar 2028", "29 February 2028")
    assert [DANISH.number(value) for value in (1234.56, -3, -0.04, 0.25)] == ["1.234,6", "−3", "0", "0,2"]
    assert [ENGLISH.number(value) for value in (1234.56, -1000)] == ["1,234.6", "−1,000"]


@pytest.mark.parametrize(("words", "told"), [("a", "a"), ("ab", "a og b"), ("abc", "a, b og c")])
def test_a_list_ends_with_its_last_word(words, told):
    assert listed(words, "og") == told


def test_one_is_said_otherwise_than_none_and_several():
    forms = ("{who}: et besøg", "{who}: {n} besøg")
    assert [counted(forms, number, who="Bo") for number in (0, 1, 2)] == ["Bo: 0 besøg", "Bo: et besøg", "Bo: 2 besøg"]
