"""`newsletter campaign report`: for people, for programs, and in files."""

from __future__ import annotations

import json
import sys
from types import ModuleType

import pytest
from kit import run
from progress_kit import a_visit, at
from register_kit import a_company
from sqlalchemy import update
from support import edit, put

from newsletter.campaigns.charts import CHARTS
from newsletter.cli.campaign.report import _CHARTS
from newsletter.store.tables import visits

TARGETS = """\
targets:
  visits:
    total: 12
    by_month: {2027-01: 6, 2027-02: 6}
    by_industry: {F: 12}
  follow_up: {within_days: 10, share: 80}
  press: 1
"""


@pytest.fixture
def campaigning(register, root, monkeypatch):
    """The small workspace with a campaign under way and three visits; it is Friday 22 January 2027."""
    monkeypatch.setenv("NEWSLETTER_NOW", "2027-01-22T12:00:00+01:00")
    edit(root, "campaigns/besoeg.yml", "targets:\n  visits:\n    total: 12\n", TARGETS)
    edit(root, "campaigns/besoeg.yml", "last: 2027-06-30", "last: 2027-02-28")
    with register.write() as connection:
        company = a_company(connection)
        for day in ("2027-01-05", "2027-01-12", "2027-01-13"):
            a_visit(connection, day, company, industry="432200", nomenclature="DB25")
    return root


def test_for_people_with_words_for_states_and_bars_of_plain_signs(campaigning):
    """4.5 of 12 are due: 20 signs x 4.5 / 12 is the eighth; three of 12 are five signs; 9 / 25 x 5 = 1.8 a week."""
    shown = run("campaign", "report", "besoeg", "--workspace", campaigning)
    assert shown.exit_code == 0
    lines = shown.output.splitlines()
    assert lines[0] == "Besøg: 2027-01-01 to 2027-02-28, as it was known at the end of 2027-01-22"
    assert next(line for line in lines if line.startswith("  Besøg ")).split() == [
        *("Besøg", "3", "12", "4.5", "-1.5", "1.8", "-", "[#####..|............]", "BEHIND")
    ]
    share = next(line for line in lines if line.startswith("  Opfølgning til tiden "))
    assert share.split("  [")[0].split() == ["Opfølgning", "til", "tiden", "-", "80", "%", "-", "-", "-", "-"]
    assert "  F Bygge- og anlægsaktiviteter" in shown.output
    assert "  2027-W02      2  ##############################" in lines
    assert "  - Besøg er bagud: 3 mod 4,5 ventet indtil nu." in lines
    assert lines[-1] == "What each number counts: --definitions"
    assert "\x1b" not in shown.output


def test_the_definitions_are_told_when_asked_for(campaigning):
    shown = run("campaign", "report", "besoeg", "--definitions", "--workspace", campaigning)
    assert "  Samarbejdsgrad (officielt tal)" in shown.output
    assert "fortrudte besøg tæller aldrig" in shown.output


def test_for_programs_as_the_design_says(campaigning):
    shown = run("campaign", "report", "besoeg", "--format", "json", "--workspace", campaigning)
    facts = json.loads(shown.output)
    assert (facts["campaign"], facts["as_of"]) == ("besoeg", "2027-01-22")
    whole, month = facts["targets"][:2]
    wanted = ("measure", "by", "target", "actual", "expected", "gap", "pace_needed", "forecast")
    assert [whole[key] for key in wanted] == ["visits", None, 12, 3, 4.5, -1.5, 1.8, None]
    assert (month["by"], month["state"]) == ({"month": "2027-01"}, "behind")


def test_a_report_of_the_past_is_the_same_bytes_whenever_it_is_made(campaigning, register, monkeypatch):
    words = ("campaign", "report", "besoeg", "--as-of", "2027-01-20", "--format", "json", "--workspace", campaigning)
    before = run(*words).output
    with register.write() as connection:
        a_visit(connection, "2027-01-19", recorded_at=at("2027-01-25"))
        connection.execute(update(visits).where(visits.c.id == 1).values(undone_at=at("2027-01-25")))
    monkeypatch.setenv("NEWSLETTER_NOW", "2027-03-01T12:00:00+01:00")
    assert run(*words).output == before
    told = run("campaign", "report", "besoeg", "--as-of", "2027-01-20", "--workspace", campaigning).output
    assert "Et besøg til og med rapportens dag er skrevet ned senere og er ikke med i tallene." in told
    assert run("campaign", "report", "besoeg", "--workspace", campaigning).output != told


def test_into_a_file(campaigning, tmp_path):
    file = tmp_path / "folder" / "report.json"
    words = ("campaign", "report", "besoeg", "--format", "json", "--workspace", campaigning)
    assert run(*words, "--output", file).output == f"Written: {file}\n"
    assert file.read_text("utf-8") == run(*words).output


@pytest.mark.parametrize(
    "drawing",
    [
        ("html", "documents", "html_page"),
        ("png", "charts", "chart_png"),
        ("svg", "charts", "chart_svg"),
        ("xlsx", "documents", "workbook"),
    ],
)
def test_what_is_drawn_is_the_rooms_own_bytes(campaigning, tmp_path, monkeypatch, drawing):
    form, room, function = drawing
    drawn = ModuleType(room)
    setattr(drawn, function, lambda report: f"{form} of {report.campaign}".encode())
    monkeypatch.setitem(sys.modules, f"newsletter.campaigns.{room}", drawn)
    file = tmp_path / f"report.{form}"
    words = ("campaign", "report", "besoeg", "--format", form, "--workspace", campaigning)
    assert run(*words, "--output", file).exit_code == 0
    assert file.read_bytes() == f"{form} of besoeg".encode()
    refused = run(*words)
    assert refused.exit_code == 2
    assert f"say where the {form} is to be written: --output FILE" in refused.output


@pytest.mark.parametrize(("form", "slide"), [("png", True), ("svg", False)])
def test_every_chart_can_be_asked_for_by_name(campaigning, tmp_path, form, slide):
    """And what the command offers is what there is."""
    assert tuple(CHARTS) == _CHARTS
    made = set()
    for name in CHARTS:
        file = tmp_path / f"{name}.{form}"
        words = ("--chart", name, "--output", file, *(["--slide"] if slide else []), "--workspace", campaigning)
        assert run("campaign", "report", "besoeg", "--format", form, *words).exit_code == 0
        made.add(file.read_bytes())
    assert len(made) == len(CHARTS)


@pytest.mark.parametrize("words", [("--chart", "weeks"), ("--slide", "--format", "xlsx", "--output", "x.xlsx")])
def test_a_chart_is_asked_of_pictures_only(campaigning, words):
    refused = run("campaign", "report", "besoeg", *words, "--workspace", campaigning)
    assert refused.exit_code == 2
    assert "--chart and --slide go with --format png or svg" in refused.output


def test_an_unknown_campaign_and_a_day_that_is_none(campaigning):
    unknown = run("campaign", "report", "besog", "--workspace", campaigning)
    assert unknown.exit_code == 2
    assert "there is no campaigns/besog.yml" in unknown.output
    assert "did you mean 'besoeg'?" in unknown.output
    nonsense = run("campaign", "report", "besoeg", "--as-of", "2027-02-30", "--workspace", campaigning)
    assert nonsense.exit_code == 2
    assert "'2027-02-30' is no day of the calendar; write it as 2027-01-31" in nonsense.output


@pytest.mark.parametrize("words", [(), ("--format", "json")])
def test_of_a_day_to_come_nothing_is_known(campaigning, words):
    """The clock says 22 January: no report may claim to be what was known later."""
    asked = ("campaign", "report", "besoeg", *words, "--workspace", campaigning, "--as-of")
    assert run(*asked, "2027-01-22").exit_code == 0
    refused = run(*asked, "2027-01-23")
    assert refused.exit_code == 2
    assert "--as-of 2027-01-23 is yet to come, and nothing is known of it; today is 2027-01-22" in refused.output


def test_a_campaign_whose_file_needs_mending_tells_all_that_is_wrong(campaigning):
    edit(campaigning, "campaigns/besoeg.yml", "total: 12", "total: many")
    edit(campaigning, "campaigns/besoeg.yml", "owner:", "ower:")
    shown = run("campaign", "report", "besoeg", "--workspace", campaigning)
    assert shown.exit_code == 1
    assert len([line for line in shown.output.splitlines() if line.startswith("campaigns/besoeg.yml:")]) >= 2


def test_without_a_register_it_says_how_to_make_one(root):
    shown = run("campaign", "report", "besoeg", "--workspace", root)
    assert shown.exit_code == 2
    assert "there is no register yet" in shown.output


def test_in_english_where_the_newsletter_is(campaigning):
    put(campaigning, "newsletter.yml", (campaigning / "newsletter.yml").read_text("utf-8") + "language: en\n")
    shown = run("campaign", "report", "besoeg", "--workspace", campaigning)
    assert "  - Visits are behind: 3 against 4.5 expected by now." in shown.output
    assert "Bygge" not in shown.output
