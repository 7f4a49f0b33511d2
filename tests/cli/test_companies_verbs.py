"""`companies show`, `list`, `contact` and `export`, on a sample."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from kit import run
from privacy_kit import put
from sqlalchemy import func, select, update

from newsletter.store.tables import audit, companies, follow_ups, sign_ups, visits
from newsletter.subscribers.companies.listing import Listed
from newsletter.subscribers.companies.showing import CompanyFacts

NOW = "2026-11-22T12:00:00+01:00"
FIRST = "01000004"
"""Of every sample: Eksempelkommune."""


@pytest.fixture
def ask(register, starter, monkeypatch):
    """A command in a workspace with a sample of 80 companies."""
    monkeypatch.setenv("NEWSLETTER_NOW", NOW)
    made = run("register", "sample", "--companies", "80", "--workspace", starter)
    assert made.exit_code == 0, made.stderr
    return lambda *words: run("companies", *words, "--workspace", starter)


def numbers(register, *conditions) -> int:
    with register.read() as connection:
        return connection.scalar(select(func.count()).select_from(companies).where(*conditions))


@pytest.mark.parametrize("words", [("show", "13748136"), ("list",), ("contact", "service", "--without-contact")])
def test_without_a_register_the_way_to_one_is_told(root, words, monkeypatch):
    monkeypatch.delenv("NEWSLETTER_REGISTER", raising=False)
    found = run("companies", *words, "--workspace", root)
    assert found.exit_code == 2
    assert "newsletter companies import" in found.stderr
    assert not (root / "subscribers/register.sqlite").exists()


class TestShow:
    def test_by_number_and_by_name(self, ask):
        told = ask("show", FIRST).stdout
        assert told.startswith("Eksempelkommune, CVR 01000004\n")
        assert "form          KOM, public employer" in told
        assert "\nWorkplaces (" in told
        assert ask("show", "eksempelKOMMUNE").stdout == told
        assert ask("show", "DK", "01", "00", "00", "04").stdout == told

    def test_json_tells_the_same_to_programs(self, ask):
        facts = json.loads(ask("show", FIRST, "--json").stdout)
        assert list(facts) == list(CompanyFacts.__annotations__)
        assert facts["name"] == "Eksempelkommune"

    def test_people_stand_before_the_timeline_and_what_is_promised_after_it(self, ask, register):
        with register.read() as connection:
            joined = follow_ups.join(visits, visits.c.id == follow_ups.c.visit_id)
            joined = joined.join(companies, companies.c.id == visits.c.company_id)
            counting = (follow_ups.c.state == "open", visits.c.undone_at.is_(None))
            chosen = select(companies.c.cvr).select_from(joined).where(*counting).limit(1)
            cvr = connection.scalar(chosen)
        told = ask("show", cvr).stdout
        places = [told.index(f"\n{title} (") for title in ("Timeline", "Open follow-ups", "Workplaces")]
        assert places == sorted(places)
        facts = json.loads(ask("show", cvr, "--json").stdout)
        days = [each["on"] for each in facts["timeline"]]
        assert days == sorted(days, reverse=True)
        assert len([each for each in facts["timeline"] if each["number"]]) == len(facts["visits"])

    def test_a_page_for_a_phone(self, ask, tmp_path):
        path = tmp_path / "kommune.html"
        found = ask("show", FIRST, "--html", path)
        assert (found.exit_code, found.stdout) == (0, "")
        assert "delete it after the visit" in found.stderr
        assert "<h1>Eksempelkommune</h1>" in path.read_text("utf-8")
        assert path.stat().st_mode & 0o777 == 0o600
        assert "no folder" in ask("show", FIRST, "--html", tmp_path / "nowhere/a.html").stderr

    def test_titles_stand_for_short_names_except_for_programs(self, ask, register, starter, tmp_path):
        """A file that cannot be read, or is there no longer, is called by its short name."""
        (starter / "content/contacts/bo-eksempel.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
        moment = datetime.fromisoformat(NOW)
        with register.write() as connection:
            mine = {"contact": "anna-eksempel", "stand_in": "bo-eksempel"}
            connection.execute(update(companies).where(companies.c.cvr == FIRST).values(**mine))
            number = connection.scalar(select(companies.c.id).where(companies.c.cvr == FIRST))
            for event in ("online-fleksjob", "../contacts/anna-eksempel"):
                put(connection, sign_ups, event=event, company_id=number, signed_up_at=moment)
        shown = ask("show", FIRST).stdout
        assert "  contact       Anna Eksempel, stand-in bo-eksempel\n" in shown
        assert "sign-up\t\tOnline på en time: Fleksjob for begyndere" in shown
        assert "sign-up\t\t../contacts/anna-eksempel" in shown
        ask("show", FIRST, "--html", tmp_path / "a.html")
        assert "<p>Online på en time: Fleksjob for begyndere</p>" in (tmp_path / "a.html").read_text("utf-8")
        facts = json.loads(ask("show", FIRST, "--json").stdout)
        assert (facts["contact"], facts["stand_in"]) == ("anna-eksempel", "bo-eksempel")
        assert "online-fleksjob" in {each["about"] for each in facts["timeline"]}

    def test_two_that_are_not_there_each_have_a_cure(self, ask):
        number, name = ask("show", "13748136"), ask("show", "eksempelkomune")
        assert (number.exit_code, name.exit_code) == (1, 1)
        assert "import the company" in number.stderr
        assert "did you mean 'Eksempelkommune'?" in name.stderr

    def test_a_company_that_has_ceased_says_that_nobody_is_written_to(self, ask, register):
        with register.write() as connection:
            values = {"state": "ceased", "cvr_status": "OPHØRT", "protected": True}
            connection.execute(update(companies).where(companies.c.cvr == FIRST).values(**values))
        told = ask("show", FIRST).stdout
        assert "ceased (OPHØRT): nobody there is written to" in told
        assert "written to only with their own consent" in told


class TestList:
    def test_active_ones_by_name_and_the_protected_ones_counted(self, ask, register):
        found = ask("list")
        cells = [line.split("\t") for line in found.stdout.splitlines()]
        assert [row[1] for row in cells] == sorted(row[1] for row in cells)
        assert {row[6] for row in cells} <= {"active", "active, protected"}
        facts = json.loads(ask("list", "--json").stdout)
        assert list(facts["companies"][0]) == list(Listed.__annotations__)
        active = companies.c.state == "active"
        assert len(cells) + facts["protected"] == numbers(register, active)
        assert found.stderr.startswith(f"{len(cells)} companies; {facts['protected']} advertising-protected")

    def test_protected_ones_are_listed_only_with_their_own_consent(self, ask, register):
        facts = json.loads(ask("list", "--protected", "--json").stdout)
        assert all(row["protected"] for row in facts["companies"])
        held = numbers(register, companies.c.protected, companies.c.state == "active")
        assert len(facts["companies"]) + facts["protected"] == held

    def test_those_that_have_ceased(self, ask):
        facts = json.loads(ask("list", "--ceased", "--json").stdout)
        assert {row["state"] for row in facts["companies"]} <= {"closing", "ceased"}

    @pytest.mark.parametrize(
        ("words", "fits"),
        [
            (("--industry", "F"), lambda row: row["industry"][:2] in ("41", "42", "43")),
            (
                ("--segment", "byggeri", "--segment", "handel"),
                lambda row: row["industry"][:2] in ("41", "43", "46", "47"),
            ),
            (("--postcode", "9995"), lambda row: row["postcode"] == "9995"),
            (("--with", "bo-eksempel", "--postcode", "9991-9995"), lambda row: row["contact"] == "bo-eksempel"),
            (("--without-contact",), lambda row: row["contact"] is None),
        ],
    )
    def test_only_those_that_fit(self, ask, words, fits):
        everybody = json.loads(ask("list", "--json").stdout)["companies"]
        found = json.loads(ask("list", "--json", *words).stdout)["companies"]
        assert found
        assert all(fits(row) or row["nomenclature"] == "DB07" for row in found)
        assert len(found) < len(everybody)

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("--segment", "bygeri"), "no segment is called 'bygeri'; did you mean 'byggeri'?"),
            (("--industry", "04"), "DB25 has no code 04"),
            (("--municipality", "Arhus"), "did you mean 'Aarhus'?"),
            (("--postcode", "99"), "'99' is not a postcode"),
            (("--with", "ana-eksempel"), "did you mean 'anna-eksempel'?"),
        ],
    )
    def test_a_slip_in_a_choice_gets_a_cure(self, ask, words, message):
        found = ask("list", *words)
        assert found.exit_code == 2
        assert message in found.stderr


class TestContact:
    def test_given_to_one_to_a_group_and_taken_away(self, ask, register):
        given = ask("contact", "anna-eksempel", "--company", FIRST, "--stand-in", "bo-eksempel", "--by", "eva")
        assert given.stdout == "1 company now with contact anna-eksempel and stand-in bo-eksempel\n"
        ask("contact", "bo-eksempel", "--without-contact")
        assert numbers(register, companies.c.contact.is_(None), companies.c.state == "active") == 0
        ask("contact", "anna-eksempel", "--with", "bo-eksempel")
        again = ask("contact", "anna-eksempel", "--segment", "byggeri").stdout
        assert again.startswith("0 companies now with contact anna-eksempel; ")
        assert ask("contact", "--remove", "--company", FIRST).stdout == "1 company now without contact and stand-in\n"
        with register.read() as connection:
            actors = list(connection.scalars(select(audit.c.actor).order_by(audit.c.id)))
        assert actors[1] == "eva"

    def test_companies_that_have_ceased_get_none_unless_they_are_named(self, ask, register):
        with register.write() as connection:
            connection.execute(update(companies).values(contact=None))
            connection.execute(update(companies).where(companies.c.cvr == FIRST).values(state="closing"))
        ask("contact", "anna-eksempel", "--without-contact")
        assert numbers(register, companies.c.cvr == FIRST, companies.c.contact.is_(None)) == 1
        ask("contact", "anna-eksempel", "--company", FIRST)
        assert numbers(register, companies.c.cvr == FIRST, companies.c.contact == "anna-eksempel") == 1

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            ((), "give a CONTACT or a --stand-in"),
            (("anna-eksempel", "--remove", "--without-contact"), "give a CONTACT or a --stand-in"),
            (("anna-eksempel",), "say which companies"),
            (("anna-eksempel", "--company", FIRST, "--without-contact"), "say which companies"),
            (("ana-eksempel", "--company", FIRST), "did you mean 'anna-eksempel'?"),
            (("--stand-in", "ana-eksempel", "--company", FIRST), "did you mean 'anna-eksempel'?"),
        ],
    )
    def test_what_is_not_enough_is_told(self, ask, words, message):
        found = ask("contact", *words)
        assert found.exit_code == 2
        assert message in found.stderr

    def test_two_numbers_that_are_not_there_are_told_and_nothing_is_changed(self, ask, register):
        words = [word for cvr in (FIRST, "13748136", "nonsense") for word in ("--company", cvr)]
        found = ask("contact", "anna-eksempel", *words, "--stand-in", "virksomhedsservice")
        assert found.exit_code == 1
        assert found.stderr.startswith("not in the register: 13748136, nonsense\n")
        assert numbers(register, companies.c.stand_in == "virksomhedsservice") == 0


class TestExport:
    def test_what_is_listed_is_written(self, ask, tmp_path, register):
        listed = json.loads(ask("list", "--segment", "byggeri", "--json").stdout)
        path = tmp_path / "byggeri.jsonl"
        found = ask("export", path, "--segment", "byggeri", "--by", "eva")
        assert found.stdout.startswith(f"{path}: {len(listed['companies'])} compan")
        assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == listed["companies"]
        with register.read() as connection:
            last = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(1)).one()
        assert (last.actor, last.action) == ("eva", "companies export")

    @pytest.mark.parametrize(("name", "message"), [("a.doc", "ends in .csv, .jsonl, .xlsx"), ("b/a.csv", "no folder")])
    def test_a_file_that_cannot_be_is_told(self, ask, tmp_path, name, message):
        found = ask("export", tmp_path / name)
        assert found.exit_code == 2
        assert message in found.stderr
