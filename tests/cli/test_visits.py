"""`newsletter visit add` and `newsletter visits import | list | edit | undo`."""

from __future__ import annotations

import csv
import json
import shlex

import pytest
from kit import run
from register_kit import NOW, a_company
from sqlalchemy import func, select
from visits_kit import known_for

from newsletter.campaigns.visits.listing import Listed
from newsletter.store.tables import company_needs, follow_ups, results, visits, workplaces

CPR = "010190-1234"
LIST = (
    "Dato;CVR;Firma;P-nr;Konsulent;Type;Udfald;Behov;Næste skridt;Noter;Tlf\r\n"
    "20-11-2026;13748136;;;Anna Eksempel;Besøg;Interesseret;Køkken;Send faktaark;Fin snak;86556677\r\n"
    "19-11-2026;;Smeden;;bo-eksempel;Telefon;;;;;\r\n"
    "18-11-2026;;;1990000001;Anna Eksempel;;Tænker over det;;;;\r\n"
    f"31-02-2026;13748137;;;Ana;Brevdue;;;;Fru Holm {CPR};\r\n"
    f"26-11-2026;25313763;;;Bo Eksempel;;;;;;{CPR}\r\n"
    "20-11-2026;13748136;;;Anna Eksempel;Besøg;;;;to gange;\r\n"
)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", NOW.isoformat())
    monkeypatch.setenv("NEWSLETTER_BY", "anna-eksempel")


@pytest.fixture
def company(register):
    with register.write() as connection:
        wishes = {"no_visits": True, "call_first": True, "protected": True}
        other = a_company(connection, cvr="25313763", name="Smeden ApS", **wishes)
        connection.execute(company_needs.insert().values(company_id=other, need="koekken"))
        number = a_company(connection, cvr="13748136", name="Brødhuset ApS", industry="107100", nomenclature="DB25")
        values = {"p_number": "1990000001", "company_id": number, "updated_at": NOW}
        connection.execute(workplaces.insert().values(**values))
        return number


@pytest.fixture
def ask(starter, company):
    def asked(*words, given=None):
        result = run(*words, "--workspace", starter, given=given)
        assert result.exit_code in (0, 1, 2), result.output
        assert "1234" not in result.output, "a CPR number is never told back"
        return result

    return asked


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "besoeg.csv"
    path.write_bytes(LIST.encode("cp1252"))
    return path


def number_of(register, table=visits, *conditions):
    with register.read() as connection:
        return connection.scalar(select(func.count()).select_from(table).where(*conditions))


class TestAdd:
    def test_said_in_one_line(self, ask, register, company):
        found = ask(
            *("visit", "add", "13748136", "--yes", "--outcome", "Interesseret", "--need", "Køkken", "--need", "lager"),
            *("--interest", "mentor", "--next", "Send faktaark", "--note", "De søger en kok"),
        )
        assert found.exit_code == 0, found.output
        assert found.stdout.splitlines() == [
            "visit 1 is written down: 2026-11-22, Brødhuset ApS, anna-eksempel, virksomheder-viser-vejen",
            "    needs: koekken, lager",
            "    interests: mentor",
            "    next step by 2026-12-04: Send faktaark",
        ]
        assert set(known_for(register, company)) == {("need", "koekken"), ("need", "lager"), ("interest", "mentor")}

    def test_an_agreement_tells_the_command_that_writes_the_result(self, ask, register):
        """What it says can be run as it stands, and asks for the scheme only. Without a campaign there is no result."""
        with register.write() as connection:
            a_company(connection, cvr=None, name="Ole's Smedje")
        add = ("visit", "add", "--yes", "--outcome", "agreement")
        for company in ("13748136", "Ole's Smedje"):
            told = ask(*add, company).stdout
            (line,) = [line.strip() for line in told.splitlines() if "campaign result add" in line]
            words = shlex.split(line)[1:]
            assert words[:5] == ["campaign", "result", "add", "virksomheder-viser-vejen", "agreement"]
            assert ask(*words, given="fleksjob\n").exit_code == 0
        with register.read() as connection:
            assert {row.scheme for row in connection.execute(select(results))} == {"fleksjob"}
        others = (
            ask(*add, "25313763", "--campaign", "none"),
            ask(*add, "25313763", "--again", "--outcome", "thinking"),
            ask(*add, "25313763", "--again", "--json"),
        )
        assert [(found.exit_code, "result add" in found.stdout) for found in others] == [(0, False)] * 3

    def test_asked_for_one_thing_after_the_other(self, ask):
        answers = (
            "brødhuset",
            "telefon",
            "20-11-2026",
            "ja",
            "Bo Eksempel",
            "Tænker over det",
            "køkken",
            "",
            "Ring",
            "",
        )
        found = ask("visit", "add", given="\n".join((*answers, "Fin snak", "")))
        assert found.exit_code == 0, found.output
        assert "2026-11-20, Brødhuset ApS, bo-eksempel, virksomheder-viser-vejen" in found.stdout
        assert "next step by 2026-12-04: Ring" in found.stdout
        assert "Needs heard, with commas between (such as koekken)" in found.stdout
        told = json.loads(ask("visits", "list", "--json").stdout)["visits"][0]
        assert (told["kind"], told["announced"], told["outcome"], told["note"]) == (
            "phone",
            True,
            "thinking",
            "Fin snak",
        )

    def test_a_wrong_answer_is_asked_for_again_and_no_answer_writes_nothing(self, ask, register):
        found = ask("visit", "add", "13748136", given="brevdue\nvisit\n")
        assert found.exit_code == 2
        assert "this is no kind of visit" in found.output
        assert "a question was not answered" in found.output
        assert number_of(register) == 0

    def test_all_that_is_wrong_is_told_together(self, ask, register):
        wrong = {
            "--date": ("2026-11-23", "the day 2026-11-23 is yet to come"),
            "--consultant": ("Ana Eksempel", "there is no such contact"),
            "--need": ("kokken", "no company has the need 'kokken' yet; did you mean 'koekken'?"),
            "--campaign": ("vejen", "there is no such campaign"),
            "--outcome": ("dårligt", "this is no outcome of a visit"),
            "--announced": ("tja", "this is neither yes nor no"),
            "--kind": ("brev", "this is no kind of visit"),
            "--next-on": ("i dag", "this is not a date"),
        }
        words = [word for option, (text, _) in wrong.items() for word in (option, text)]
        found = ask("visit", "add", "Brodhuset", "--yes", *words)
        assert found.exit_code == 2
        assert "did you mean 'Brødhuset ApS'?" in found.stderr
        for option, (_, told) in wrong.items():
            assert f"{option}: {told}" in found.stderr, option
        assert number_of(register) == 0

    @pytest.mark.parametrize(
        "words",
        [
            *(("--note", f"Fru Holm {CPR}"), ("--next", CPR), ("--need", CPR), ("--interest", CPR), ("--kind", CPR)),
            *(("--date", CPR), ("--announced", CPR), ("--consultant", CPR), ("--campaign", CPR), ("--outcome", CPR)),
            ("--next-on", CPR),
        ],
        ids=lambda words: words[0],
    )
    def test_what_looks_like_a_cpr_number_is_refused_in_every_field(self, ask, register, words):
        found = ask("visit", "add", f"Eva {CPR}", "--yes", *words)
        assert found.exit_code == 2
        assert found.stderr.count("looks like a CPR number") == 2, "the company's name and the option"
        assert number_of(register) == 0

    def test_a_p_number_is_the_workplace(self, ask, register):
        told = json.loads(ask("visit", "add", "1990000001", "--yes", "--json").stdout)
        assert list(told["visit"]) == list(Listed.__annotations__)
        assert (told["visit"]["p_number"], told["next_step"], told["warnings"]) == ("1990000001", None, [])

    def test_wishes_are_told_and_stop_nothing(self, ask):
        found = ask("visit", "add", "Smeden", "--yes", "--date", "2026-09-30", "--campaign", "virksomheder-viser-vejen")
        assert found.exit_code == 0
        for told in ("wants no visits", "advertising-protected", "call first", "2026-09-30 is outside the period"):
            assert told in found.stderr, told

    def test_the_same_again_is_refused_unless_there_were_two(self, ask, register):
        words = ("visit", "add", "13748136", "--yes")
        ask(*words)
        found = ask(*words, "--outcome", "thinking")
        assert (found.exit_code, "visit 1 is to the same company" in found.stderr) == (1, True)
        assert ask(*words, "--again").exit_code == 0
        assert number_of(register) == 2

    def test_what_is_needed_is_named_when_nobody_is_asked(self, ask):
        found = ask("visit", "add", "--yes")
        assert "say which company" in found.stderr
        assert "say --consultant" in ask("visit", "add", "13748136", "--yes", "--by", "eva").stderr
        found = ask("visit", "add", "13748136", "--yes", "--next-on", "2026-12-01")
        assert "--next-on is a day without a next step" in found.stderr
        found = ask("visit", "add", "13748136", "--yes", "--next", "Ring", "--next-on", "2026-11-21")
        assert "the next step is before the visit" in found.stderr

    def test_of_several_campaigns_one_is_asked_for(self, ask, register):
        """In spring, the two campaigns of the starter overlap."""
        words = ("visit", "add", "13748136", "--date", "2027-03-01")
        later = {"NEWSLETTER_NOW": "2027-03-02T12:00:00+01:00"}
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NEWSLETTER_NOW", later["NEWSLETTER_NOW"])
            found = ask(*words, "--yes")
            assert "bliv-i-jobbet and virksomheder-viser-vejen both hold 2027-03-01" in found.stderr
            found = ask(*words, given="\n\n\nBliv i jobbet\n\n\n\n\n\n")
            assert "anna-eksempel, bliv-i-jobbet" in found.stdout, found.output
            found = ask(*words, "--yes", "--campaign", "none", "--kind", "phone")
            assert "anna-eksempel, no campaign" in found.stdout

    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            ("2026-12-31T22:59:00+00:00", "2026-12-31"),
            ("2026-12-31T23:00:00+00:00", "2027-01-01"),
            ("2028-02-28T23:30:00+00:00", "2028-02-29"),
            ("2027-03-28T22:30:00+00:00", "2027-03-29"),  # summer time has begun that morning
        ],
    )
    def test_today_is_the_day_on_the_wall_clock(self, ask, monkeypatch, moment, day):
        monkeypatch.setenv("NEWSLETTER_NOW", moment)
        assert f": {day}, " in ask("visit", "add", "13748136", "--yes", "--campaign", "none").stdout


class TestEditAndUndo:
    def test_only_what_is_said_is_different(self, ask):
        ask("visit", "add", "13748136", "--yes", "--need", "lager", "--next", "Ring", "--note", "Kom igen")
        found = ask("visits", "edit", "1", "--outcome", "agreement", "--note", "", "--next-on", "2026-12-01")
        assert found.exit_code == 0, found.output
        assert "next step by 2026-12-01: Ring" in found.stdout
        assert "agreement --company 13748136 --on 2026-11-22\n" in found.stdout
        told = json.loads(ask("visits", "list", "--json").stdout)["visits"][0]
        assert (told["number"], told["replaces"], told["outcome"], told["note"]) == (2, 1, "agreement", None)
        assert (told["needs"], told["promised"]) == (["lager"], True)
        found = ask("visits", "edit", "2", "--next", "", "--need", "", "--company", "1990000001", "--json")
        told = json.loads(found.stdout)
        assert (told["visit"]["needs"], told["next_step"], told["visit"]["p_number"]) == ([], None, "1990000001")

    def test_two_slips_at_once_and_what_a_visit_needs(self, ask):
        ask("visit", "add", "13748136", "--yes")
        found = ask("visits", "edit", "1", "--outcome", "godt", "--note", CPR)
        assert "--outcome: this is no outcome" in found.stderr
        assert "--note: this looks like a CPR number" in found.stderr
        assert "write something for --kind and --date" in ask("visits", "edit", "1", "--kind", "", "--date", "").stderr
        assert "without a next step" in ask("visits", "edit", "1", "--next-on", "2026-12-01").stderr
        found = ask("visits", "edit", "1", "--next", "Ring", "--next-on", "2026-11-01")
        assert "the next step is before the visit" in found.stderr
        assert "says just that already" in ask("visits", "edit", "1", "--kind", "visit").stderr

    def test_several_are_undone_together_or_none(self, ask, register):
        for day in ("2026-11-19", "2026-11-20"):
            ask("visit", "add", "13748136", "--yes", "--date", day, "--next", "Ring")
        assert "there is no visit 9" in ask("visits", "undo", "1", "9").stderr
        assert number_of(register, visits, visits.c.undone_at.is_not(None)) == 0
        found = ask("visits", "undo", "1", "2")
        assert found.stdout.count("is undone") == 2
        assert number_of(register, follow_ups, follow_ups.c.state == "open") == 0
        assert "visit 1 was undone on 2026-11-22" in ask("visits", "undo", "1").stderr

    def test_several_that_are_undone_are_one_answer_for_programs(self, ask):
        added = [ask("visit", "add", "13748136", "--yes", "--again").exit_code for _ in range(2)]
        told = json.loads(ask("visits", "undo", "1", "2", "1", "--json").stdout)
        assert added == [0, 0]
        assert [(each["number"], each["undone_at"] is not None) for each in told["undone"]] == [(1, True), (2, True)]


class TestList:
    def test_pages_and_choices(self, ask):
        for day in ("2026-11-18", "2026-11-20", "2026-09-01"):
            ask("visit", "add", "Smeden", "--yes", "--date", day)
        found = ask("visits", "list", "--limit", "2")
        assert [line.split("\t")[:3] for line in found.stdout.splitlines()] == [
            ["2", "2026-11-20", "visit"],
            ["1", "2026-11-18", "visit"],
        ]
        assert found.stderr == (
            "1-2 of 3 visits; --page 2 shows the next; "
            "3 to advertising-protected companies: write to nobody from this list\n"
        )
        assert ask("visits", "list", "--limit", "2", "--page", "2").stdout.startswith("3\t2026-09-01")
        assert "1 visit" in ask("visits", "list", "--campaign", "none").stderr
        assert "2 visits" in ask("visits", "list", "--since", "2026-11-01", "--until", "20-11-2026").stderr
        assert ask("visits", "list", "--company", "13748136", "--undone").stderr == "0 visits\n"

    def test_two_slips_are_told_together(self, ask):
        found = ask("visits", "list", "--consultant", "Ana Eksempel", "--since", "i går")
        assert found.exit_code == 2
        assert "did you mean 'anna-eksempel'?" in found.stderr
        assert "--since: this is not a date" in found.stderr
        assert ("nothing is listed:" in found.stderr, "written" in found.stderr) == (True, False)


class TestImport:
    def test_a_dry_run_tells_and_writes_nothing(self, ask, register, listed, starter):
        found = ask("visits", "import", listed, "--dry-run")
        assert found.exit_code == 1
        lines = found.stdout.splitlines()
        assert lines[0] == "besoeg.csv: CSV with semicolons, Windows-1252"
        assert lines[1] == "Dato\tvisited_on\tDate\t20-11-2026, 19-11-2026"
        assert lines[11] == "Tlf\t-\tnot read\t86556677, «CPR-nummer fjernet»"
        assert lines[12:] == [
            "visits: 3 would be new, 1 there already",
            "of the new ones with a next step: 1",
            "rows to mend: 2",
            "rows to mend are written to a file in subscribers/imports/ when you import",
        ]
        told = [line for line in found.stderr.splitlines() if not line.startswith(" ")]
        assert [line.split(": ", 2)[:2] for line in told] == [
            ["besoeg.csv:5", column] for column in ("Dato", "CVR", "Konsulent", "Type", "Noter")
        ] + [["besoeg.csv:6", column] for column in ("Dato", "Tlf")]
        assert number_of(register) == 0
        assert not (starter / "subscribers/imports").exists()

    def test_the_same_list_twice_is_once_and_what_was_mended_goes_in(self, ask, register, listed, starter):
        assert ask("visits", "import", listed, "--yes").exit_code == 1
        assert number_of(register) == 3
        mend = starter / "subscribers/imports/besoeg-fejl.csv"
        again = ask("visits", "import", listed, "--yes")
        assert "visits: 0 new, 4 there already" in again.stdout
        assert number_of(register, follow_ups) == 1
        with mend.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        assert CPR not in mend.read_text("utf-8-sig")
        assert rows[0]["fejl"].count(" | ") == 4
        rows[0] |= {"Dato": "17-11-2026", "CVR": "13748136", "Konsulent": "anna-eksempel", "Type": "", "Noter": ""}
        rows[1] |= {"Dato": "17-11-2026", "Tlf": ""}
        with mend.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
        assert "visits: 2 new" in ask("visits", "import", mend, "--yes").stdout
        told = json.loads(ask("visits", "list", "--json").stdout)
        assert [each["visited_on"] for each in told["visits"]][:2] == ["2026-11-20", "2026-11-19"]
        assert told["visits"][0]["needs"] == ["koekken"]
        assert told["visits"][2]["p_number"] == "1990000001"

    def test_no_list_brings_back_what_was_undone_or_put_right(self, ask, register, listed):
        ask("visits", "import", listed, "--yes")
        ask("visits", "undo", "1")
        ask("visits", "edit", "2", "--date", "2026-11-16")
        found = ask("visits", "import", listed, "--yes")
        assert "visits: 0 new, 1 there already" in found.stdout
        assert "left out, since they were undone or put right: 3" in found.stdout

    def test_agreements_of_a_list_are_counted_where_a_campaign_has_them(self, ask, tmp_path):
        path = tmp_path / "aftaler.csv"
        rows = ("20-11-2026;13748136;aftale indgået;", "19-11-2026;13748136;agreement;ingen", "18-11-2026;13748136;;")
        path.write_text("\n".join(("Dato;CVR;Udfald;Kampagne", *rows)), "utf-8")
        words = ("visits", "import", path, "--consultant", "anna-eksempel")
        for more in (("--dry-run",), ("--yes",)):
            told = ask(*words, *more).stdout
            assert "with an agreement, to be noted with `newsletter campaign result add`: 1\n" in told
        assert json.loads(ask(*words, "--yes", "--json").stdout)["agreements"] == 0, "they are no news any more"

    def test_what_a_list_lacks_is_said_for_all_of_it(self, ask, tmp_path):
        path = tmp_path / "kort.csv"
        path.write_text("Dag;Virksomhed\n2026-11-20;Brødhuset\n2026-11-20;\n;Smeden\n", "utf-8")
        found = ask("visits", "import", path, "--dry-run", "--json")
        told = json.loads(found.stdout)
        assert [(each["line"], each["column"], each["text"]) for each in told["problems"]] == [
            (2, "", "the consultant is missing"),
            (3, "", "the row names no company"),
            (4, "", "the consultant is missing"),
            (4, "Dag", "the day is missing"),
        ]
        words = ("--consultant", "Bo Eksempel", "--campaign", "none", "--yes", "--json")
        told = json.loads(ask("visits", "import", path, *words).stdout)
        assert (told["new"], told["bad"], told["known"]) == (1, 2, 0)

    @pytest.mark.parametrize(
        ("text", "words", "message"),
        [
            ("Dag;Tlf\n1;2\n", (), "no column seems to hold the company"),
            ("CVR;Tlf\n1;2\n", (), "no column seems to hold the day"),
            ("CVR;Dag\n1;2\n", ("--map", "Dage=visited_on"), "known are: CVR, Dag"),
            ("CVR;Dag\n1;2\n", ("--consultant", "Ana", "--campaign", "vej"), "--campaign: there is no such campaign"),
        ],
    )
    def test_what_cannot_be_is_told(self, ask, tmp_path, text, words, message):
        path = tmp_path / "kort.csv"
        path.write_text(text, "utf-8")
        found = ask("visits", "import", path, "--dry-run", *words)
        assert found.exit_code == 2
        assert message in found.stderr

    def test_without_somebody_to_ask_yes_must_be_said(self, ask, listed):
        assert "say --yes to import" in ask("visits", "import", listed).stderr
