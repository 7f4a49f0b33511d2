"""`newsletter segments`: counts, one segment in words, overlaps, what changed, and mistakes told before anything."""

from __future__ import annotations

import json

import pytest
from kit import run
from register_kit import a_company, a_person
from sqlalchemy import delete, update
from support import edit, put

from newsletter.store.tables import companies, people

BUILDERS = "virksomheder i Bygge- og anlægsaktiviteter (F)"


@pytest.fixture
def peopled(register, root, monkeypatch):
    """The small workspace with a builder, a shop and a protected one."""
    monkeypatch.setenv("NEWSLETTER_NOW", "2026-11-22T12:00:00+01:00")
    with register.write() as connection:
        builder = a_company(
            connection, name="Byg ApS", cvr="13748136", town="Byen", industry="432200", nomenclature="DB25"
        )
        shop = a_company(connection, name="Butikken", industry="472000", nomenclature="DB25")
        a_company(connection, name="Skjult ApS", industry="432200", nomenclature="DB25", protected=True)
        given = {"state": "subscribed", "basis": "consent"}
        a_person(connection, register, "bo@byg.example", company_id=builder, **given)
        a_person(connection, register, "lis@byg.example", company_id=builder)
        a_person(connection, register, "ib@butik.example", company_id=shop, **given)
        a_person(connection, register, "una@alene.example", **given)
    return root


def test_a_line_for_each_segment_and_who_is_in_none(peopled):
    shown = run("segments", "--workspace", peopled)
    assert shown.output.splitlines() == [
        "byggeri\tBygge og anlæg\t1\t2\t1",
        "handel\tHandel\t1\t1\t1",
        "begge\tBegge\t2\t3\t2",
        "In none of them: 1 company, 1 person, 1 reachable.",
        "The whole register: 3 companies, 4 people, 3 reachable.",
    ]
    assert run("--workspace", peopled, "segments", "show").output == shown.output


def test_one_segment_in_words(peopled):
    assert run("segments", "byggeri", "--workspace", peopled).output.splitlines() == [
        "byggeri: Bygge og anlæg",
        "    virksomheder i Bygge- og anlægsaktiviteter (F)",
        "    companies in Construction (F)",
        "    1 company, 2 people, 1 reachable",
        "    people also in: begge (2)",
        "    - Byg ApS, Byen, CVR 13748136",
    ]


def test_overlaps(peopled):
    assert run("segments", "--overlaps", "--workspace", peopled).output == "byggeri\tbegge\t2\nhandel\tbegge\t1\n"


def test_the_same_facts_for_programs(peopled):
    facts = json.loads(run("segments", "show", "handel", "--json", "--workspace", peopled).output)
    assert facts["segments"] == [
        {
            "name": "handel",
            "title": "Handel",
            "description": None,
            "da": "virksomheder i Engroshandel og detailhandel (G)",
            "en": "companies in Wholesale and retail trade (G)",
            "companies": 1,
            "people": 1,
            "reachable": 1,
            "first_companies": [{"cvr": None, "name": "Butikken", "town": None}],
        }
    ]
    assert facts["overlaps"] == [{"segments": ["handel", "begge"], "people": 1}]
    assert facts["register"] == {"companies": 3, "people": 4, "reachable": 3}
    assert facts["in_none"] == {"companies": 1, "people": 1, "reachable": 1}


def test_two_unknown_names_are_told_with_guesses(peopled):
    shown = run("segments", "bygeri", "hadel", "--workspace", peopled)
    assert shown.exit_code == 2
    assert "no segment is called 'bygeri': did you mean 'byggeri'?" in shown.output
    assert "no segment is called 'hadel': did you mean 'handel'?" in shown.output


def test_rules_are_mended_first(peopled):
    put(
        peopled,
        "subscribers/segments.yml",
        "a: {title: A, where: {industry: '45'}}\nb: {title: B, where: {segment: c}}\n",
    )
    shown = run("segments", "--workspace", peopled)
    assert shown.exit_code == 1
    assert "subscribers/segments.yml:1:33: error: DB25 has no code 45" in shown.output
    assert "subscribers/segments.yml:2:32: error: no segment is called 'c'" in shown.output


def test_without_a_register(root, monkeypatch):
    monkeypatch.delenv("NEWSLETTER_REGISTER", raising=False)
    shown = run("segments", "--workspace", root)
    assert (shown.exit_code, "there is no register yet" in shown.output) == (2, True)


class TestDiff:
    def test_nothing_was_remembered_yet(self, peopled):
        shown = run("segments", "diff", "--workspace", peopled)
        assert "Not remembered by then: byggeri, handel, begge." in shown.output

    def test_what_changed(self, peopled, register):
        remembered = run(
            "segments", "diff", "--remember", "--by", "Lis", "--reason", "approved", "--workspace", peopled
        )
        assert remembered.output.endswith("Remembered: byggeri, handel, begge.\n")
        assert run("segments", "diff", "--workspace", peopled).output == "Unchanged: byggeri, handel, begge.\n"
        with register.write() as connection:
            connection.execute(delete(people).where(people.c.address == "ib@butik.example"))
            connection.execute(update(companies).where(companies.c.name == "Byg ApS").values(industry="472000"))
        edit(peopled, "subscribers/segments.yml", "industry: F", "industry: [F, A]")
        shown = run("segments", "diff", "byggeri", "handel", "--people", "--workspace", peopled)
        assert shown.output.splitlines() == [
            "byggeri, since 2026-11-22 (approved):",
            f"    the rule was: {BUILDERS}",
            f"    the rule is:  {BUILDERS} eller Landbrug, jagt, skovbrug og fiskeri (A)",
            "    companies: 0 came, 1 went",
            "      - Byg ApS",
            "    people: 0 came, 2 went",
            "      - bo@byg.example",
            "      - lis@byg.example",
            "handel, since 2026-11-22 (approved):",
            "    companies: 1 came, 0 went",
            "      + Byg ApS",
            "    people: 2 came, 1 went",
            "      + bo@byg.example",
            "      + lis@byg.example",
            "      - number 3, no longer in the register",
        ]

    def test_names_nobody_unless_asked(self, peopled, register):
        run("segments", "diff", "--remember", "--workspace", peopled)
        with register.write() as connection:
            connection.execute(delete(people))
        shown = run("segments", "diff", "--json", "--workspace", peopled)
        facts = {each["segment"]: each for each in json.loads(shown.output)}
        assert facts["byggeri"]["people"] == {"came": 0, "went": 2}
        assert facts["byggeri"]["companies"] == {"came": 0, "went": 0}
        assert "@" not in shown.output

    def test_since_a_day(self, peopled):
        run("segments", "diff", "--remember", "--workspace", peopled)
        same = run("segments", "diff", "--since", "2026-11-22", "--workspace", peopled)
        assert same.output.startswith("Unchanged")
        before = run("segments", "diff", "--since", "2026-11-21", "--json", "byggeri", "--workspace", peopled)
        assert json.loads(before.output) == [{"segment": "byggeri", "since": None}]


class TestWhy:
    def test_segments_and_edition(self, peopled):
        shown = run("subscribers", "why", "Bo@Byg.example", "--issue", "2027-01", "--workspace", peopled)
        assert shown.exit_code == 0, shown.output
        assert shown.output.splitlines() == [
            "Bo@byg.example",
            "    May be written to: their own consent.",
            "    Segments: byggeri (Bygge og anlæg), begge (Begge).",
            "    Issue 2027-01: gets the edition byggeri.",
            "      + lead",
            "      + article nye-regler",
            "      + story bageriet",
            "      + event morgenmoede",
        ]

    def test_not_written_to_and_what_it_would_be(self, peopled):
        edit(peopled, "content/issues/2027-01.md", "campaign: besoeg", "campaign: besoeg\naudience: [handel]")
        shown = run("subscribers", "why", "lis@byg.example", "--issue", "2027-01", "--workspace", peopled)
        assert shown.output.splitlines() == [
            "lis@byg.example",
            "    Is not written to:",
            "    - they never agreed to anything, and no other basis is written down [no-basis]",
            "    Segments: byggeri (Bygge og anlæg), begge (Begge).",
            "    Issue 2027-01: does not get it; it goes to handel.",
        ]

    def test_the_same_facts_for_programs(self, peopled):
        shown = run("subscribers", "why", "ib@butik.example", "--issue", "2027-01", "--json", "--workspace", peopled)
        facts = json.loads(shown.output)
        assert (facts["reachable"], [each["name"] for each in facts["segments"]]) == (True, ["handel", "begge"])
        assert facts["issue"]["left_out"] == ["story bageriet", "event morgenmoede"]
        unknown = json.loads(run("subscribers", "why", "x@butik.example", "--json", "--workspace", peopled).output)
        assert (unknown["known"], unknown["reasons"][0]["code"]) == (False, "unknown-address")

    @pytest.mark.parametrize(
        ("words", "told"),
        [(["bo@byg"], "this is not a mail address"), (["bo@byg.example", "--issue", "2027-1"], "2027-01")],
    )
    def test_mistakes_on_the_command_line(self, peopled, words, told):
        shown = run("subscribers", "why", *words, "--workspace", peopled)
        assert (shown.exit_code, told in shown.output) == (2, True)
