"""No CPR number gets through, however it is written; a P-number with its label does; no story without consents."""

from __future__ import annotations

from datetime import date

import pytest
from checks_kit import a_file, places, said, shown
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.privacy import find_cpr

DAYS = [*range(1, 32), *range(61, 92)]
GAPS = ["", "-", " ", "\u00a0", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", " - ", " \u2013 ", "\u202f"]
GAPS += ["\u00ad", "\u200b", "_", "-\u00a0", "- ", "-\n"]

cprs = st.builds(
    "{:02}{}{:02}{}{:02}{}{:04}".format,
    st.sampled_from(DAYS),
    st.shared(st.sampled_from(["", " ", ".", "-"]), key="mark"),
    st.integers(1, 12),
    st.shared(st.sampled_from(["", " ", ".", "-"]), key="mark"),
    st.integers(0, 99),
    st.sampled_from(GAPS),
    st.integers(0, 9999),
)
no_digit_end = st.text(max_size=40).filter(lambda text: not text[-1:].isdigit())
no_digit_start = st.text(max_size=40).filter(lambda text: not text[:1].isdigit())
labels = st.sampled_from(
    [
        *(
            "P-nr. ",
            "P-nr.",
            "P-nr ",
            "p-nr: ",
            "P-nummer ",
            "P-nummeret ",
            "P-nummer: ",
            "Pnr. ",
            "P nummer ",
            "P\u2011nummer\u00a0",
        ),
        *(
            "produktionsenhed ",
            "Produktionsenheden ",
            "produktionsenhedsnummer: ",
            "p_nummer: ",
            "**P-nr.** ",
            "| P-nr. | ",
        ),
        *(
            "P-nummer er ",
            "P-nr. (",
            "P-numre: 1003456789, ",
            "P-numrene 1003456789 og ",
            "P-nr. 1001000000, 1012999999 og ",
        ),
    ],
)
p_numbers = st.one_of(st.integers(1_001_000_000, 1_012_999_999), st.integers(1_000_000_000, 1_999_999_999)).map(str)


@given(no_digit_end, cprs, no_digit_start)
def test_every_formatted_cpr_number_is_found_in_any_text(before, cpr, after):
    assert any(cpr in match[0] or match[0] in cpr for match in find_cpr(f"{before}{cpr}{after}"))


@given(st.text(max_size=40).map(lambda text: f"{text} "), labels, p_numbers, no_digit_start)
def test_a_p_number_with_its_label_is_never_a_cpr_number(before, label, number, after):
    text = f"{before}{label}{number}{after}"
    start = len(before) + len(label)
    assert not any(match.start() == start for match in find_cpr(text))


@given(st.integers(11, 20).flatmap(lambda length: st.text("0123456789", min_size=length, max_size=length)))
def test_a_longer_run_of_digits_is_no_cpr_number(digits):
    assert not list(find_cpr(f"Nr. {digits} slut"))


@pytest.mark.parametrize(
    "text",
    [
        *("Ring 12 34 56 78 kl. 10.12", "+4512345678", "CVR 13748136", "2026-12-10 09:00", "10.12.2026 kl. 1900"),
        *(
            "EAN 5798009811578",
            "§ 56, stk. 2, nr. 3",
            "3212901234",
            "0113901234",
            "4001901234",
            "01011234",
            "LBK nr. 1294",
        ),
        *("P-nr. 1003456789", "P-nr. 1001000000 og 1002000000", "https://a.dk/2026/12/10/1234", "010190\n1234"),
    ],
)
def test_other_numbers_pass(text):
    assert said("cpr-number", a_file(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "010190-1234",
            "0101901234",
            "010190 1234",
            "010190\u00a01234",
            "610190-1234",
            "CPR010190-1234x",
            "01.01.90-1234",
        ),
        *(
            "P-nr. 0101901234",
            "P-nr. 101190-1234",
            "Skole-nr. 1001000000",
            "chip-nr. 1001000000",
            "1001000000 er vores P-nr.",
        ),
        *("010190&nbsp;1234", "010190-**1234**", "010190&#8209;1234", "0101&shy;90-1234"),
        *("[x](https://a.dk/?id=0101901234)", "[x](https://a.dk/?id=010190%201234)", "![x](010190-1234.png)"),
        *("`010190-1234`", "<!-- 010190-1234 -->", "[x](https://a.dk '010190-1234')"),
    ],
)
def test_cpr_numbers_are_refused_wherever_they_stand(text):
    (one,) = said("cpr-number", a_file(text))
    assert one.endswith("this looks like a CPR number")
    assert len(said("cpr-number", a_file(f"{text}\n\nog 020290-1234"))) == 2


def test_cpr_numbers_have_places_and_are_never_repeated_in_the_message():
    subject = a_file(
        "Han er 010190-1234\nog 020290-1234.\n\nTal: 030390-**1234**",
        '# husk 040490-1234\nsource: {title: "05\\x3059\\x30-1234"}\n',
        name="060690-1234-historie",
    )
    assert places("cpr-number", subject) == ["1:1", "5:8", "6:17", "8:1", "8:8", "9:4"]
    assert {each.partition(" ")[2] for each in said("cpr-number", subject)} == {"this looks like a CPR number"}


@pytest.mark.parametrize("cells", ["| 010190 | 1234 |", "| 01 | 0190 1234 |"])
def test_neighbouring_cells_are_not_read_as_one_number(cells):
    assert said("cpr-number", a_file(f"| A | B |\n|---|---|\n{cells}")) == []


CONSENT = "{{given: {}, by: Direktør, scope: {}, until: {}}}"
GOOD = CONSENT.format("2026-10-01", "[newsletter, web]", "2027-12-31")


def a_story(company: str = GOOD, person: str = GOOD, sent: date = date(2026, 12, 1)):
    front = (
        "title: Bageren\nsummary: Kort\ndate: 2026-11-01\ncompany: {name: Bageren, industry: C}\nconsents:\n"
        + (f"  company: {company}\n" if company else "")
        + (f"  person: {person}\n" if person else "")
        + ("" if company or person else "  {}\n")
    )
    return shown("stories", front=front, sent=sent)


RULES = ["consent-missing", "consent-expired", "consent-later"]


@pytest.mark.parametrize("code", RULES)
def test_a_story_with_both_consents_passes_on_their_first_and_last_day(code):
    for sent in (date(2026, 10, 1), date(2026, 12, 1), date(2027, 12, 31)):
        assert said(code, a_story(sent=sent)) == []


@pytest.mark.parametrize("code", RULES)
def test_other_items_need_no_consent(code):
    assert said(code, shown("articles")) == []


def test_missing_consents_are_refused():
    assert said("consent-missing", a_story("", "")) == [
        "7:3 the story has no consent from the company",
        "7:3 the story has no consent from the person",
    ]


def test_consents_for_something_else_are_refused():
    web = CONSENT.format("2026-10-01", "[web, press]", "2027-12-31")
    assert said("consent-missing", a_story(web, web)) == [
        "7:53 the company's consent does not cover the newsletter, only: web, press",
        "8:52 the person's consent does not cover the newsletter, only: web, press",
    ]


def test_consents_that_ran_out_are_refused():
    old = CONSENT.format("2026-10-01", "[newsletter]", "2026-11-30")
    assert said("consent-expired", a_story(old, old)) == [
        "7:74 the company's consent ran out on 2026-11-30, and the issue is sent on 2026-12-01",
        "8:73 the person's consent ran out on 2026-11-30, and the issue is sent on 2026-12-01",
    ]


def test_consents_given_after_the_send_are_refused():
    later = CONSENT.format("2026-12-02", "[newsletter]", "2027-11-30")
    assert said("consent-later", a_story(later, later)) == [
        "7:20 the company's consent is dated 2026-12-02, after the issue is sent on 2026-12-01",
        "8:19 the person's consent is dated 2026-12-02, after the issue is sent on 2026-12-01",
    ]
