"""What a campaign brought: written down, taken back, and who may be named for it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_kit import NOW, a_company
from sqlalchemy import select, update

from newsletter.campaigns.results.listing import list_results, naming_state
from newsletter.campaigns.results.naming import count_results, danish, named
from newsletter.campaigns.results.recording import add, give_consent, undo, withdraw_consent
from newsletter.campaigns.results.values import Consent, NewResult
from newsletter.problems import Refused
from newsletter.store.tables import audit, companies, results
from newsletter.store.tables.contacts import MEASURES

TODAY = NOW.date()
YEAR = Consent(given_on=date(2026, 11, 1), until=date(2027, 10, 31))
ALL = ("ambassador", "mentor", "pledge")
CPR = "010190-" + "1234"


def new(company: int | None, **words) -> NewResult:
    values = {"campaign": "besoeg", "measure": "ambassador", "happened_on": TODAY, "company_id": company}
    return NewResult(**{**values, **words})


def write(register, **words) -> int:
    with register.write() as connection:
        return add(connection, new(**words), today=TODAY, now=NOW, actor="maja")


def company(register, name="Eksempel ApS", **columns) -> int:
    with register.write() as connection:
        return a_company(connection, name=name, **columns)


def who(register, on=TODAY, measures=ALL, campaign="besoeg") -> list[str]:
    with register.read() as connection:
        return [each.company for each in named(connection, campaign, measures, on)]


def lines(register) -> list[tuple[str, str, int | None, dict]]:
    query = select(audit.c.action, audit.c.about, audit.c.about_id, audit.c.detail).order_by(audit.c.id)
    with register.read() as connection:
        return [(*row[:3], json.loads(row[3])) for row in connection.execute(query)]


def test_the_words_are_those_of_the_register():
    from typing import get_args

    from newsletter.campaigns.results.values import Measure
    from newsletter.cli.campaign.result.add import MEASURES as ASKED

    assert get_args(Measure) == ASKED == MEASURES


class TestAdd:
    def test_it_stands_in_the_list_with_who_wrote_it(self, register):
        firm = company(register, "Eksempelsmeden", cvr="13748136")
        number = write(
            register, company=firm, measure="agreement", scheme="fleksjob", number=2, note="Lageret", consent=YEAR
        )
        with register.read() as connection:
            (row,) = list_results(connection, "besoeg", TODAY)
        assert row == {
            "result": number,
            "measure": "agreement",
            "company": "Eksempelsmeden",
            "cvr": "13748136",
            "scheme": "fleksjob",
            "happened_on": "2026-11-22",
            "number": 2,
            "note": "Lageret",
            "naming": "agreed",
            "consented_on": "2026-11-01",
            "consent_until": "2027-10-31",
            "recorded_by": "maja",
        }

    def test_the_audit_log_names_the_company_by_number_only(self, register):
        firm = company(register, "Eksempelsmeden")
        number = write(register, company=firm, note="Smeden sagde ja")
        (line,) = lines(register)
        assert line[:3] == ("campaign result add", "company", firm)
        assert line[3] == {"campaign": "besoeg", "measure": "ambassador", "number": 1, "result": number}

    def test_the_press_needs_no_company(self, register):
        write(register, company=None, measure="press", note="Eksempelavisen: tre virksomheder fortæller")
        assert lines(register)[0][1:3] == ("register", None)

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ({"measure": "agreement", "number": 0}, ("0 is no number", "an agreement needs its scheme")),
            ({"scheme": "fleksjob", "happened_on": TODAY + timedelta(1)}, ("yet to come", "only an agreement")),
            ({"measure": "press", "company": None, "scheme": "x"}, ("needs a note", "only an agreement")),
            (
                {"company": None, "measure": "mentor", "note": f"Ring {CPR}"},
                ("needs its company", "looks like a CPR number"),
            ),
            (
                {"company": None, "consent": Consent(given_on=date(2026, 12, 1), until=date(2027, 1, 1))},
                ("consent is of 2026-12-01, which is yet to come", "no company is said"),
            ),
        ],
    )
    def test_all_that_is_wrong_is_told_at_once_and_nothing_is_written(self, register, words, told):
        firm = company(register)
        with pytest.raises(Refused) as refused:
            write(register, **{"company": firm, **words})
        assert all(text in refused.value.text for text in told)
        with register.read() as connection:
            assert list_results(connection, "besoeg", TODAY) == []

    def test_a_consent_that_ends_before_it_begins_cannot_be(self):
        with pytest.raises(ValueError, match="before 2026-11-02"):
            Consent(given_on=date(2026, 11, 2), until=date(2026, 11, 1))


class TestUndo:
    def test_it_counts_no_more_and_names_nobody(self, register):
        number = write(register, company=company(register), consent=YEAR)
        with register.write() as connection:
            undo(connection, number, now=NOW, actor="bo")
        assert who(register) == []
        with register.read() as connection:
            assert list_results(connection, "besoeg", TODAY) == []
            assert count_results(connection, "besoeg", ALL) == 0
        assert lines(register)[-1][0] == "campaign result undo"

    def test_what_is_not_there_and_what_is_undone_already_are_refused(self, register):
        number = write(register, company=company(register))
        with register.write() as connection:
            undo(connection, number, now=NOW, actor="bo")
            for wanted, text in ((number, "was undone on 2026-11-22"), (number + 7, f"no result {number + 7}")):
                with pytest.raises(Refused, match=text):
                    undo(connection, wanted, now=NOW, actor="bo")


class TestNamed:
    def test_only_on_the_days_of_their_consent_first_and_last_included(self, register):
        write(register, company=company(register), consent=YEAR)
        days = [date(2026, 10, 31), date(2026, 11, 1), date(2027, 10, 31), date(2027, 11, 1)]
        assert [bool(who(register, day)) for day in days] == [False, True, True, False]

    def test_nobody_without_a_consent_of_their_own(self, register):
        write(register, company=company(register))
        write(register, company=company(register, "To ApS"), measure="pledge", consent=YEAR)
        assert who(register) == ["To ApS"]

    def test_only_for_the_kinds_and_the_campaign_asked_for(self, register):
        write(register, company=company(register, "A"), consent=YEAR)
        write(register, company=company(register, "B"), measure="mentor", consent=YEAR)
        write(register, company=company(register, "C"), campaign="andet", consent=YEAR)
        assert who(register, measures=["ambassador"]) == ["A"]
        assert who(register) == ["A", "B"]

    def test_a_company_with_two_results_is_named_once(self, register):
        firm = company(register)
        first, second = (write(register, company=firm, measure=each, consent=YEAR) for each in ("mentor", "pledge"))
        with register.read() as connection:
            (found,) = named(connection, "besoeg", ALL, TODAY)
        assert found.results == (first, second)

    def test_a_protected_one_that_agreed_is_named_and_one_that_closed_is_not(self, register):
        write(register, company=company(register, "Åben", protected=True), consent=YEAR)
        write(register, company=company(register, "Lukket", state="ceased"), consent=YEAR)
        write(register, company=company(register, "Lukker", state="closing"), consent=YEAR)
        assert who(register) == ["Åben"]

    def test_one_that_was_erased_is_gone(self, register):
        firm = company(register)
        write(register, company=firm, consent=YEAR)
        with register.write() as connection:
            connection.execute(companies.delete().where(companies.c.id == firm))
        assert who(register) == []

    def test_in_danish_order(self, register):
        order = ["Aarup", "Ås", "Ærø", "Zebra", "Ødum", "aalborg", "Øster", "andet", "Ürsin", "Yt", "1. maj"]
        for name in order:
            write(register, company=company(register, name), consent=YEAR)
        assert who(register) == [
            "1. maj",
            "andet",
            "Ürsin",
            "Yt",
            "Zebra",
            "Ærø",
            "Ødum",
            "Øster",
            "aalborg",
            "Aarup",
            "Ås",
        ]

    @given(st.lists(st.text(alphabet="aAbzæøåÆØÅüé 1", max_size=6), max_size=6))
    def test_the_order_is_one_of_letters_not_of_how_they_are_written(self, names):
        """Capitals and stray spaces move nobody."""
        shouted = [f" {name.upper()} " for name in names]
        assert [danish(name) for name in sorted(names, key=danish)] == sorted(map(danish, shouted))


class TestConsent:
    def test_given_later_it_names_from_then_on(self, register):
        number = write(register, company=company(register))
        with register.write() as connection:
            give_consent(connection, number, YEAR, today=TODAY, now=NOW, actor="bo")
        assert who(register) == ["Eksempel ApS"]
        assert lines(register)[-1][3]["consent_until"] == "2027-10-31"

    def test_withdrawn_it_holds_at_once_for_all_results_and_all_days(self, register):
        """An issue of last week that is built again must not name it either."""
        firm, other = company(register), company(register, "Andre")
        numbers = [write(register, company=firm, measure=each, consent=YEAR) for each in ("mentor", "pledge")]
        write(register, company=firm, campaign="andet", consent=YEAR)
        write(register, company=other, consent=YEAR)
        with register.write() as connection:
            found = withdraw_consent(connection, numbers[0], now=NOW, actor="bo")
        assert len(found) == 3
        for day in (date(2026, 11, 1), TODAY, date(2027, 6, 1)):
            assert who(register, day) == ["Andre"]
            assert who(register, day, campaign="andet") == []
        with register.read() as connection:
            assert {row["naming"] for row in list_results(connection, "besoeg", TODAY)} == {"withdrawn", "agreed"}
            assert withdraw_consent(connection, numbers[1], now=NOW, actor="bo") == []

    def test_it_can_be_given_anew(self, register):
        number = write(register, company=company(register), consent=YEAR)
        with register.write() as connection:
            withdraw_consent(connection, number, now=NOW, actor="bo")
            give_consent(connection, number, YEAR, today=TODAY, now=NOW, actor="bo")
        assert who(register) == ["Eksempel ApS"]

    def test_one_from_tomorrow_on_and_one_of_no_company_are_refused(self, register):
        number = write(register, company=company(register))
        press = write(register, company=None, measure="press", note="Radio")
        later = Consent(given_on=TODAY + timedelta(1), until=date(2027, 10, 31))
        with register.write() as connection:
            for wanted, consent, text in ((number, later, "yet to come"), (press, YEAR, "is no company's")):
                with pytest.raises(Refused, match=text):
                    give_consent(connection, wanted, consent, today=TODAY, now=NOW, actor="bo")

    @given(st.dates(), st.dates() | st.none(), st.dates() | st.none())
    def test_the_word_for_it_says_agreed_exactly_when_it_holds(self, on, given_on, until):
        holds = given_on is not None and until is not None and given_on <= on <= until
        assert (naming_state(given_on, until, on) == "agreed") is holds

    def test_a_leap_day_is_a_last_day_too(self, register):
        write(register, company=company(register), consent=Consent(given_on=TODAY, until=date(2028, 2, 29)))
        assert [bool(who(register, date(2028, *day))) for day in ((2, 28), (2, 29), (3, 1))] == [True, True, False]


def test_without_days_of_an_end_nobody_is_named(register):
    """A row that an older version or another program wrote."""
    number = write(register, company=company(register), consent=YEAR)
    with register.write() as connection:
        connection.execute(update(results).where(results.c.id == number).values(consent_until=None))
    assert who(register) == []
