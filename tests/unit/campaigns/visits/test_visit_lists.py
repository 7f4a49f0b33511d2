"""Lists of visits: what is written into one is read out of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visits_kit import a_campaign

from newsletter.campaigns.visits.importing.fields import FIELDS, columns_of
from newsletter.campaigns.visits.importing.rows import Row, Usual, check_rows
from newsletter.campaigns.visits.outcomes import KINDS, OUTCOMES
from newsletter.campaigns.visits.reading import Rules
from newsletter.campaigns.visits.visit import Step, Visit, topics_of
from newsletter.problems import Refused
from newsletter.subscribers.companies.choosing import Known
from newsletter.subscribers.cpr import holds_cpr
from newsletter.subscribers.importing.rows import BadRow
from newsletter.subscribers.importing.sheets import read_sheet
from newsletter.subscribers.importing.writing import write_list

RULES = Rules(today=date(2027, 3, 1), contacts={"anna": "anna", "bo": "bo"}, campaigns={"besoeg": a_campaign()})
COMPANIES = {"13748136": 1, "25313763": 2}
words = st.text("abcdefgæøå", min_size=3, max_size=9)
lines = (
    st.text("abcæøå =+-@;,'\"1", max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda t: not holds_cpr(t))
)


@st.composite
def told_visits(draw):
    day = draw(st.dates(date(2027, 1, 1), date(2027, 3, 1)))
    step = draw(st.none() | st.builds(Step, what=words, due_on=st.dates(day, date(2027, 12, 31))))
    heard = topics_of(tuple(draw(st.sets(words, max_size=2))), tuple(draw(st.sets(words, max_size=2))))
    return Visit(
        company_id=draw(st.sampled_from((1, 2))),
        consultant=draw(st.sampled_from(("anna", "bo"))),
        kind=draw(st.sampled_from([*KINDS])),
        visited_on=day,
        announced=draw(st.booleans()),
        outcome=draw(st.none() | st.sampled_from([*OUTCOMES])),
        campaign=draw(st.none() | st.just("besoeg")),
        note=draw(lines) or None,
        topics=heard,
        step=step,
    )


def cells(visit: Visit) -> list[str]:
    """A row as somebody writes it, in the order of the fields, with the Danish titles."""
    return [
        f"{visit.visited_on:%d-%m-%Y}",
        next(cvr for cvr, number in COMPANIES.items() if number == visit.company_id),
        *("", "", visit.consultant, KINDS[visit.kind].da, "ja" if visit.announced else "nej"),
        OUTCOMES[visit.outcome].da if visit.outcome else "",
        visit.campaign or "ingen",
        ", ".join(visit.words("need")),
        ", ".join(visit.words("interest")),
        visit.step.what if visit.step else "",
        f"{visit.step.due_on}" if visit.step else "",
        visit.note or "",
    ]


def find(text: str) -> Known:
    if text not in COMPANIES:
        raise Refused("no company in the register has this number", "check it")
    return Known(COMPANIES[text], text, "x")


def check(path, rules=RULES, usual=None):
    sheet = read_sheet(path)
    return [*check_rows(sheet, columns_of(sheet.headings), rules, find, usual or Usual())]


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
@given(visits=st.lists(told_visits(), min_size=1, max_size=4))
def test_a_list_is_read_as_it_was_written(tmp_path, form, visits):
    path = tmp_path / f"liste.{form}"
    write_list(path, form, [each.danish for each in FIELDS.values()], map(cells, visits))
    rules = Rules(today=RULES.today, contacts=RULES.contacts, campaigns=RULES.campaigns, new_words=True)
    found = check(path, rules)
    assert [row.visit for row in found if isinstance(row, Row)] == visits, found


def rows(tmp_path, text, **usual):
    path = tmp_path / "liste.csv"
    path.write_text(text, "utf-8")
    return check(path, usual=Usual(**usual))


def test_all_problems_of_a_row_are_told_in_the_order_of_its_columns(tmp_path):
    headings = "Dato;CVR;Konsulent;Udfald;Næste skridt;Opfølgning senest;Tlf"
    (row,) = rows(tmp_path, f"{headings}\n01-02-2027;12345674;Eva;Fint;;31-01-2027;010190-1234\n")
    assert isinstance(row, BadRow)
    assert [(each.column, bool(each.cure)) for each in row.problems] == [
        (column, True) for column in ("CVR", "Konsulent", "Udfald", "Næste skridt", "Tlf")
    ]


def test_days_that_do_not_go_together_are_told(tmp_path):
    first, second = rows(
        tmp_path, "Dato;CVR;Konsulent;Næste skridt;Frist\n1-2-2027;13748136;anna;Ring;31-1-2027\n3-3-2027;13748136;;;\n"
    )
    assert [each.reason for each in first.problems] == ["the next step is before the visit"]
    assert [each.column for each in second.problems] == ["Dato", "Konsulent"]


def test_a_row_says_more_than_what_holds_for_the_whole_list(tmp_path):
    text = "Dato;CVR;Konsulent;Kampagne\n1-2-2027;13748136;;\n1-2-2027;13748136;anna;ingen\n"
    assert [(row.visit.consultant, row.visit.campaign) for row in rows(tmp_path, text, consultant="bo")] == [
        ("bo", "besoeg"),
        ("anna", None),
    ]
    assert [row.visit.campaign for row in rows(tmp_path, text, consultant="bo", campaign="")] == [None, None]
