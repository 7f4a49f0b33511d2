"""What the register tells of a campaign in a letter: figures as known on a day, names by consent."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from click.testing import CliRunner
from delivery_kit import approved, relayed, started, subscribe
from register_kit import NOW, a_company
from sqlalchemy import insert, update
from support import REPOSITORY, edit, put, write_workspace

from newsletter.build.pipeline import Builder
from newsletter.build.plan import TOLD
from newsletter.build.seal import read_manifest
from newsletter.build.state import unchanged
from newsletter.campaigns.progress.basis import read_basis
from newsletter.campaigns.progress.report import report
from newsletter.campaigns.results.recording import add, undo, withdraw_consent
from newsletter.campaigns.results.values import Consent, NewResult
from newsletter.cli import main
from newsletter.delivery.approval import standing
from newsletter.delivery.sealed import read_sealed
from newsletter.delivery.starting import Starting
from newsletter.problems import Refused
from newsletter.settings import read_settings
from newsletter.store.register import open_register
from newsletter.store.tables import sends, visits
from newsletter.workspace import read_workspace

ISSUE = """\
---
subject: Nyt i januar fra kommunen
preheader: Læs om de nye regler, og kom til morgenmøde på rådhuset
send: 2027-01-05 09:00
blocks:
  - lead: opening
  - progress: {campaign: besoeg, as_of: 2026-12-31}
  - ambassadors: {campaign: besoeg}
  - companies: {campaign: besoeg}
---
Hej {{ reader.first_name }}

Velkommen til et nyt år. Vi begynder det med nye regler, et godt råd og en kop kaffe på rådhuset.
"""
YEAR = Consent(given_on=date(2026, 11, 1), until=date(2027, 10, 31))
LAST = datetime(2026, 12, 31, 22, 59, tzinfo=UTC)
"""The last minute of the year in Denmark."""


@pytest.fixture
def root(tmp_path, register):
    return prepared(tmp_path / "workspace")


@pytest.fixture
def alone(tmp_path):
    """A workspace without a register."""
    return prepared(tmp_path / "workspace")


def prepared(folder):
    """A workspace with the repository's layouts and one issue that asks the register."""
    root = write_workspace(folder)
    for path in (root / "content/issues").glob("*.md"):
        path.unlink()
    edit(root, "campaigns/besoeg.yml", "first: 2027-01-01", "first: 2026-10-01")
    edit(root, "campaigns/besoeg.yml", "issues:\n  - {issue: 2027-01, role: Åbner}\n", "")
    shutil.rmtree(root / "layouts")
    shutil.copytree(REPOSITORY / "layouts", root / "layouts")
    put(root, "content/issues/2027-01.md", ISSUE)
    return root


def visit(register, company, **columns) -> int:
    values = {"campaign": "besoeg", "consultant": "service", "kind": "visit", "visited_on": date(2026, 12, 1)}
    values |= {"recorded_by": "service", "recorded_at": NOW, "company_id": company, **columns}
    with register.write() as connection:
        return connection.execute(insert(visits).values(**values).returning(visits.c.id)).scalar_one()


def agree(register, name, town="Byen", measure="pledge", consent=YEAR, **columns) -> int:
    with register.write() as connection:
        company = a_company(connection, name=name, town=town, **columns)
        new = NewResult(campaign="besoeg", measure=measure, happened_on=NOW.date(), company_id=company, consent=consent)
        return add(connection, new, today=NOW.date(), now=NOW, actor="maja")


def firm(register) -> int:
    with register.write() as connection:
        return a_company(connection)


def build(root):
    (issue,) = Builder(root, keep=False).build()["issues"]
    return issue


def text(root) -> str:
    (path,) = (root / "build/2027-01").glob("standard-*/email.txt")
    return path.read_text("utf-8")


def codes(issue) -> list[tuple[int, str]]:
    return [(each["line"], each["code"]) for each in issue["findings"]]


class TestFigure:
    def test_it_is_what_was_known_at_the_end_of_the_day_in_denmark(self, root, register):
        company = firm(register)
        visit(register, company, visited_on=date(2026, 12, 31), recorded_at=LAST)
        visit(register, company, visited_on=date(2026, 12, 31), recorded_at=LAST + timedelta(minutes=1))
        visit(register, company, visited_on=date(2027, 1, 1))
        visit(register, company, campaign="andet")
        build(root)
        assert "Vi har gennemført 1 af 12 virksomhedsbesøg.\nTalt op 31. december 2026" in text(root)

    @pytest.mark.parametrize(("undone", "known"), [(LAST + timedelta(minutes=1), 1), (LAST, 0)])
    def test_what_is_undone_later_counted_then(self, root, register, undone, known):
        visit(register, firm(register), undone_at=undone)
        build(root)
        assert f"gennemført {known} af 12" in text(root)

    def test_it_is_the_figure_of_that_days_report(self, root, register):
        """Calls are no visits; days outside of the period do not count."""
        company = firm(register)
        for columns in ({}, {"kind": "online"}, {"kind": "phone"}, {"visited_on": date(2026, 9, 30)}):
            visit(register, company, **columns)
        basis = read_basis(read_workspace(root), "besoeg")
        with register.read() as connection:
            (line,) = report(connection, basis, date(2026, 12, 31)).of("visits")
        build(root)
        assert f"gennemført {line.actual:.0f} af {line.target:.0f} virksomhedsbesøg" in text(root)
        assert line.actual == 2

    def test_the_authors_own_figure_comes_before_the_registers(self, root, register):
        visit(register, firm(register))
        edit(root, "content/issues/2027-01.md", "as_of: 2026-12-31", "as_of: 2026-12-31, visited: 7")
        build(root)
        assert "gennemført 7 af 12" in text(root)

    def test_a_visit_more_is_another_letter_and_the_input_says_why(self, root, register):
        company = firm(register)
        visit(register, company)
        before = build(root)
        assert build(root)["digest"] == before["digest"]
        visit(register, company)
        after = build(root)
        assert after["digest"] != before["digest"]
        assert f"{TOLD} changed" in after["reasons"]

    def test_what_is_written_down_later_leaves_the_letter_as_it_is(self, root, register):
        company = firm(register)
        visit(register, company)
        before = build(root)
        visit(register, company, recorded_at=datetime(2027, 2, 1, tzinfo=UTC))
        after = build(root)
        assert after["digest"] == before["digest"]
        assert not any(each["rebuilt"] for each in after["editions"])

    def test_days_after_the_send_have_their_places(self, root):
        edit(root, "content/issues/2027-01.md", "as_of: 2026-12-31", "as_of: 2027-01-06")
        edit(
            root,
            "content/issues/2027-01.md",
            "  - lead: opening",
            "  - progress: {campaign: besoeg, as_of: 2028-02-29}",
        )
        assert codes(build(root)) == [(6, "progress-day"), (7, "progress-day")]

    def test_campaigns_that_nobody_knows_have_their_places(self, root):
        for key, word in (("ambassadors", "besog"), ("companies", "besoegene")):
            edit(root, "content/issues/2027-01.md", f"{key}: {{campaign: besoeg}}", f"{key}: {{campaign: {word}}}")
        assert codes(build(root)) == [(8, "unknown-campaign"), (9, "unknown-campaign")]


class TestNames:
    def test_those_whose_consent_holds_on_the_day_of_the_send_in_danish_order(self, root, register):
        agree(register, "Ørnen", measure="ambassador")
        agree(register, "Ærlig & Søn", town=None)
        agree(register, "Åben")
        agree(register, "Tier", consent=None)
        agree(register, "Til nytår", consent=Consent(given_on=date(2026, 11, 1), until=date(2027, 1, 4)))
        build(root)
        ambassadors, companies = text(root).split("Vores ambassadører")[1].split("Virksomheder, som er med")
        assert "\n- Ørnen, Byen\n" in ambassadors
        assert "\n\n- Ærlig & Søn\n- Ørnen, Byen\n- Åben, Byen\n" in companies
        assert "Tier" not in text(root)
        assert "nytår" not in text(root)

    def test_nothing_else_of_a_company_gets_into_a_letter(self, root, register):
        agree(register, "Åben", street="Hemmelig Gade 1", postcode="9999", contact="service", cvr="25313763")
        build(root)
        (folder,) = (root / "build/2027-01").glob("standard-*")
        for path in folder.iterdir():
            assert not {"Hemmelig", "25313763"} & set(path.read_text("utf-8").split()), path

    def test_a_block_with_nobody_is_left_out_and_says_why(self, root, register):
        agree(register, "Tier", consent=None)
        issue = build(root)
        assert codes(issue) == [(8, "nobody-to-name"), (9, "nobody-to-name")]
        first, second = (each["text"] for each in issue["findings"])
        assert first == "the block is left out: nothing is written down for besoeg (ambassador)"
        assert "no company of besoeg may be named on 2027-01-05: 1 written down" in second
        assert issue["editions"][0]["blocks"] == ["lead", "progress"]
        assert "som er med" not in text(root)

    def test_a_consent_that_is_withdrawn_takes_the_name_out_of_the_next_build(self, root, register):
        number = agree(register, "Åben")
        agree(register, "Bliver")
        before = build(root)
        assert "Åben" in text(root)
        with register.write() as connection:
            withdraw_consent(connection, number, now=NOW, actor="bo")
        assert build(root)["digest"] != before["digest"]
        assert "Åben" not in text(root)
        assert "Bliver" in text(root)

    def test_only_people_in_the_blocks_segments_get_it(self, root, register):
        agree(register, "Åben")
        edit(
            root,
            "content/issues/2027-01.md",
            "  - companies: {campaign: besoeg}",
            "  - companies: {campaign: besoeg}\n    only: [byggeri]",
        )
        subscribe(register, "a@x.example", industry="432200")
        editions = {each["name"]: each["blocks"] for each in build(root)["editions"]}
        assert editions == {"standard": ["lead", "progress"], "byggeri": ["lead", "progress", "companies"]}

    def test_the_manifest_says_by_number_whose_names_stand_in_it(self, root, register):
        number = agree(register, "Åben")
        build(root)
        assert read_manifest(root / "build/2027-01")["named"] == [number]


class TestSending:
    @pytest.fixture
    def ready(self, root, register) -> int:
        """Approved, with a name in it and a reader."""
        number = agree(register, "Åben")
        relayed(root, 9)
        subscribe(register, "a@x.example")
        approved(root, register)
        return number

    @pytest.mark.usefixtures("ready")
    def test_it_goes_out_while_they_agree(self, root, register):
        assert started(root, register)

    def test_an_approved_letter_is_not_sent_with_a_name_that_was_withdrawn(self, root, register, ready):
        with register.write() as connection:
            withdraw_consent(connection, ready, now=NOW, actor="bo")
        with pytest.raises(Refused, match=f"may not be named today: results {ready}"):
            Starting(read_workspace(root), register, "2027-01", "smtp").start(now=NOW, actor="maja")

    def test_nor_after_the_last_day_of_a_consent_nor_for_a_result_that_was_undone(self, root, register, ready):
        starting = Starting(read_workspace(root), register, "2027-01", "smtp")
        with pytest.raises(Refused, match="may not be named today"):
            starting.start(now=datetime(2027, 11, 1, tzinfo=UTC), actor="maja")
        with register.write() as connection:
            undo(connection, ready, now=NOW, actor="bo")
        with pytest.raises(Refused, match="may not be named today"):
            starting.start(now=NOW, actor="maja")

    def test_nor_to_those_who_come_later(self, root, register, ready):
        number = started(root, register)
        with register.write() as connection:
            connection.execute(update(sends).where(sends.c.id == number).values(state="done"))
            withdraw_consent(connection, ready, now=NOW, actor="bo")
        with pytest.raises(Refused, match="reaches nobody else"):
            Starting(read_workspace(root), register, "2027-01", "smtp").start_late(now=NOW, actor="maja")

    @pytest.mark.usefixtures("ready")
    def test_why_and_a_sample_tell_of_the_blocks_that_are_in_the_letter(self, root):
        """The ambassadors' block is left out, so what follows it has another number."""
        told = CliRunner().invoke(
            main, ["--workspace", str(root), "subscribers", "why", "a@x.example", "--issue", "2027-01", "--json"]
        )
        assert json.loads(told.stdout)["issue"]["blocks"] == ["lead", "progress", "companies"]
        shown = CliRunner().invoke(main, ["--workspace", str(root), "build", "2027-01", "--sample", "a@x.example"])
        assert shown.exit_code == 0, shown.output
        assert "Virksomheder, som er med" in mail_text(root / "build/samples/2027-01.eml")

    @pytest.mark.usefixtures("ready")
    def test_a_figure_that_has_changed_voids_the_approval(self, root, register):
        delivery = read_settings(root).delivery
        with register.read() as connection:
            assert standing(connection, read_sealed(root, "2027-01"), 1, delivery).is_enough
        visit(register, firm(register))
        with pytest.raises(Refused, match="has changed since 2027-01 was built"):
            approved_as_it_is(root, register)
        build(root)
        with register.read() as connection:
            assert not standing(connection, read_sealed(root, "2027-01"), 1, delivery).is_enough


def mail_text(path) -> str:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    return mail.get_body(("plain",)).get_content()


def approved_as_it_is(root, register):
    """Without building first."""
    from newsletter.delivery.approving import Approving

    Approving(read_workspace(root), register, "2027-01").approve(now=NOW, actor="maja")


class TestWithoutARegister:
    def test_names_are_left_out_in_silence_and_a_figure_is_asked_for(self, alone):
        """A fresh clone has no register, and nobody to name: that is no mistake. A missing figure is one."""
        issue = build(alone)
        assert codes(issue) == [(7, "progress-unknown")]
        assert issue["findings"][0]["severity"] == "error"
        edit(alone, "content/issues/2027-01.md", "as_of: 2026-12-31", "as_of: 2026-12-31, visited: 7")
        issue = build(alone)
        assert (issue["findings"], issue["editions"][0]["blocks"]) == ([], ["lead", "progress"])

    def test_the_register_is_opened_only_when_it_has_changed(self, alone, monkeypatch):
        monkeypatch.setattr("newsletter.store.stamp._TICK_NS", 0)
        monkeypatch.setattr("newsletter.build.state._TICK_NS", 0)
        own = open_register(alone, read_settings(alone))
        company = firm(own)
        visit(own, company)
        own.close()
        with (builder := Builder(alone)).cache:
            builder.build()
        assert unchanged(alone, alone / "build", []) is not None
        edit(alone, "content/issues/2027-01.md", "et godt råd", "et bedre råd")

        def fail(*_):
            raise AssertionError

        with monkeypatch.context() as patched:
            patched.setattr("newsletter.build.told.open_register", fail)
            assert Builder(alone).build()["issues"][0]["digest"]
        own = open_register(alone, read_settings(alone))
        visit(own, company)
        own.close()
        assert unchanged(alone, alone / "build", []) is None
        Builder(alone).build()
        assert "gennemført 2 af 12" in text(alone)
