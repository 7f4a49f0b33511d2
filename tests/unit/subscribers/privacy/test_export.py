"""What a person is given: everything, readable, and nothing of anybody else."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from people_kit import act, join, refusal
from privacy_kit import ADDRESS, KEY, NAME, others, somebody_known_well
from register_kit import NOW
from support import write_workspace

from newsletter.settings import read_settings
from newsletter.store import tables
from newsletter.store.kinds import METADATA
from newsletter.subscribers.people import Details, suppress
from newsletter.subscribers.privacy.danish import COLUMNS, TABLES
from newsletter.subscribers.privacy.export import COLLEAGUES, export_person, tables_with_people
from newsletter.subscribers.privacy.page import person_page

ELSEWHERE = {"wording", "network", "issue"}
"""Columns that come from a table beside."""


@pytest.fixture
def settings(tmp_path):
    return read_settings(write_workspace(tmp_path / "workspace"))


def test_every_table_that_leads_to_people_is_exported_and_has_a_danish_name(register):
    somebody_known_well(register)
    linked = {
        table.name
        for table in METADATA.tables.values()
        if any(key.column.table is tables.people for key in table.foreign_keys)
    }
    held = export_person(register, KEY)
    assert {table.name for table in tables_with_people()} == linked
    assert linked <= set(held) <= set(TABLES)


def test_every_column_has_a_danish_name(register):
    somebody_known_well(register)
    with act(register) as doing:
        suppress(doing, KEY, "bounced")
    held = export_person(register, KEY)
    columns = {column for rows in held.values() for row in rows for column in row}
    told = {column.name for name in TABLES for column in METADATA.tables[name].columns} - {"people", "companies"}
    assert columns - set(COLUMNS) == set()
    assert (told | ELSEWHERE) - set(COLLEAGUES) - set(COLUMNS) == set()


def test_the_person_gets_all_of_it_as_json(register):
    number = somebody_known_well(register)
    others(register, 3)
    with act(register) as doing:
        suppress(doing, KEY, "bounced")
    held = json.loads(json.dumps(export_person(register, KEY)))
    assert {name: len(rows) for name, rows in held.items()} == {
        "people": 1,
        "companies": 1,
        "consents": 2,
        "network_members": 1,
        "sign_ups": 1,
        "invitations": 1,
        "notices": 1,
        "enquiries": 1,
        "deliveries": 3,
        "delivery_events": 4,
        "suppressions": 1,
        "segment_snapshots": 1,
        "audit": 4,
    }
    (person,) = held["people"]
    assert (person["id"], person["address"], person["name"]) == (number, ADDRESS, NAME)
    assert held["consents"][0]["wording"].startswith("Ja tak")
    assert held["network_members"][0]["network"] == "Virksomhedsnetværket"
    assert [row["issue"] for row in held["deliveries"]] == ["2027-01", "2027-02", "2027-03"]
    assert held["segment_snapshots"][0]["segment"] == "byggeri"


def test_nobody_else_stands_in_it(register, settings):
    somebody_known_well(register)
    others(register, 3)
    held = export_person(register, KEY)
    for told in (json.dumps(held), person_page(held, settings, NOW)):
        assert "andre.example" not in told
        assert "Navn 1" not in told
        assert "maja" not in told


def test_an_unknown_address_is_told_nothing(register):
    join(register, "bo@firma.example")
    assert "check the spelling" in refusal(lambda: export_person(register, "b0@firma.example"))


def test_the_page_is_accessible_and_whole(register, settings):
    somebody_known_well(register)
    page = person_page(export_person(register, KEY), settings, NOW)
    assert '<html lang="da">' in page
    assert page.count("<h1>") == page.count("<main>") == page.count("<title>") == 1
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.count("<th ") == page.count('scope="row"') + page.count('scope="col"')
    assert page.count("<table>") == page.count("</table>") > 5
    assert all(f"<h3>{TABLES[name]}</h3>" in page for name in ("people", "consents", "sign_ups"))


def test_the_page_says_why_from_where_how_long_and_whom_to_complain_to(register, settings):
    somebody_known_well(register)
    page = person_page(export_person(register, KEY), settings, NOW)
    for said in (
        "Hvad vi bruger oplysningerne til",
        "Hvor oplysningerne kommer fra",
        "Hvem der får dem",
        "i 3 måneder",
        "i 24 måneder",
        "inden 14 dage",
        "Dine rettigheder",
        "Datatilsynet",
        "13748136",
        "den 22. november 2026 kl. 13.00",
        "bekræftet",
        "reklamebeskyttet",
    ):
        assert said.lower() in page.lower(), said
    assert not re.search(r"\b\d\d \d\d \d\d \d\d\b|tlf", page)


def test_what_people_typed_is_text_on_the_page(register, settings):
    join(register, "bo@firma.example", details=Details(name="<script>alert(1)</script>", role='"><img src=x>'))
    page = person_page(export_person(register, "bo@firma.example"), settings, NOW)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
