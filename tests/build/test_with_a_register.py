"""A build asks the register who reads what, and opens it only when it has changed."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from click.testing import CliRunner
from invitations_kit import inviting
from register_kit import a_company, a_person
from support import edit, put

from newsletter.build.pipeline import Builder
from newsletter.build.state import unchanged
from newsletter.cli import main
from newsletter.settings import read_settings
from newsletter.store.register import open_register


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


SUBSCRIBED = {"state": "subscribed", "basis": "consent"}
BUILDER, SHOP, FARM = "432200", "471100", "011100"


def fill(root, *people, **columns):
    """A register with a company of its own for each person: (address, industry)."""
    register = open_register(root, read_settings(root))
    with register.write() as connection:
        for address, industry in people:
            company = a_company(connection, name=f"Firma {address}", industry=industry, nomenclature="DB25")
            a_person(connection, register, address, company_id=company, **{**SUBSCRIBED, **columns})
    register.close()


def editions(report, issue="2027-01"):
    (found,) = [each for each in report["issues"] if each["issue"] == issue]
    return {each["name"]: each["readers"] for each in found["editions"]}


def test_editions_are_those_that_people_have_with_their_number_of_readers(root):
    fill(root, ("a@x.example", BUILDER), ("b@x.example", BUILDER), ("c@x.example", FARM))
    report = Builder(root).build()
    assert editions(report) == {"standard": 1, "byggeri": 2}
    assert editions(report, "2027-02") == {"standard": 3}
    sheet = (root / "build/index.html").read_text("utf-8")
    assert "to 3 people" in sheet
    assert "2 readers" in sheet


def test_the_standard_edition_is_there_for_the_web_though_nobody_has_it(root):
    fill(root, ("a@x.example", BUILDER))
    assert editions(Builder(root).build()) == {"standard": 0, "byggeri": 1}


def test_an_issue_with_an_audience_reaches_these_segments_only(root):
    edit(root, "content/issues/2027-01.md", "campaign: besoeg\n", "campaign: besoeg\naudience: [handel]\n")
    fill(root, ("a@x.example", BUILDER), ("b@x.example", SHOP), ("c@x.example", FARM))
    assert editions(Builder(root).build()) == {"standard": 0, "handel": 1}


def test_who_may_not_be_written_to_is_no_reader(root):
    fill(root, ("a@x.example", BUILDER))
    fill(root, ("b@x.example", BUILDER), ("c@x.example", SHOP), state="unsubscribed", basis=None)
    assert editions(Builder(root).build()) == {"standard": 0, "byggeri": 1}


def test_somebody_new_changes_numbers_and_no_bytes(root):
    """The approval is bound to the digest; a subscriber more in a known edition must not void it."""
    fill(root, ("a@x.example", BUILDER))
    before = Builder(root).build()
    fill(root, ("b@x.example", BUILDER))
    assert unchanged(root, root / "build", []) is None
    after = Builder(root).build()
    assert editions(after) == {"standard": 0, "byggeri": 2}
    assert [issue["digest"] for issue in after["issues"]] == [issue["digest"] for issue in before["issues"]]
    assert not any(each["rebuilt"] for issue in after["issues"] for each in issue["editions"])


def test_somebody_of_a_new_kind_brings_a_new_edition(root):
    fill(root, ("a@x.example", BUILDER))
    before = Builder(root).build()
    fill(root, ("b@x.example", SHOP))
    after = Builder(root).build()
    assert editions(after) == {"standard": 0, "byggeri": 1, "handel": 1}
    assert after["issues"][0]["digest"] != before["issues"][0]["digest"]


def test_an_unchanged_register_leaves_the_warm_path_open(root, monkeypatch):
    fill(root, ("a@x.example", BUILDER))
    age(root, monkeypatch)
    Builder(root).build()
    report = unchanged(root, root / "build", [])
    assert report is not None
    assert editions(report) == {"standard": 0, "byggeri": 1}


def test_a_changed_word_opens_no_register(root, monkeypatch):
    fill(root, ("a@x.example", BUILDER))
    age(root, monkeypatch)
    with (builder := Builder(root)).cache:
        builder.build()
    edit(root, "content/issues/2027-01.md", "et godt råd", "et bedre råd")

    def fail(*_):
        raise AssertionError

    monkeypatch.setattr("newsletter.build.audiences.open_register", fail)
    assert editions(Builder(root).build()) == {"standard": 0, "byggeri": 1}


def age(root, monkeypatch):
    """Let the clock tick on, so that the register's file is not of this very moment."""
    monkeypatch.setattr("newsletter.store.stamp._TICK_NS", 0)
    monkeypatch.setattr("newsletter.build.state._TICK_NS", 0)
    assert (root / "subscribers/register.sqlite").exists()


def test_a_rule_that_changes_is_asked_anew(root, monkeypatch):
    fill(root, ("a@x.example", BUILDER))
    age(root, monkeypatch)
    Builder(root).build()
    edit(root, "subscribers/segments.yml", "industry: F", "industry: A")
    assert editions(Builder(root).build()) == {"standard": 1}


def test_a_register_that_cannot_be_opened_stops_the_seal_and_says_why(root):
    """Two issues, and both say it."""
    Builder(root).build()
    fill(root, ("a@x.example", BUILDER))
    put(root, "subscribers/register.key", "00" * 32)
    report = Builder(root).build()
    assert [issue["digest"] for issue in report["issues"]] == [None, None]
    assert {each["code"] for issue in report["issues"] for each in issue["findings"]} == {"register-key"}
    assert (root / "build/2027-01/manifest.json").exists()


def test_without_a_register_no_database_is_opened_or_made(root):
    report = Builder(root).build()
    assert set(editions(report).values()) == {None}
    assert not list((root / "subscribers").glob("register*"))


@pytest.mark.parametrize("name", ["register.sqlite-wal", "liste.csv", "register.key"])
def test_what_comes_and_goes_beside_the_register_is_no_change_of_the_workspace(root, monkeypatch, name):
    monkeypatch.setattr("newsletter.build.state._TICK_NS", 0)
    Builder(root).build()
    put(root, f"subscribers/{name}", "")
    assert unchanged(root, root / "build", []) is not None


def mail(root, issue="2027-01"):
    return message_from_bytes((root / f"build/samples/{issue}.eml").read_bytes(), policy=policy.default)


class TestSample:
    """`build --sample ADDRESS` fills the sealed edition of one person."""

    def test_it_is_the_edition_they_get_with_their_own_values(self, root):
        fill(root, ("Bo@Firma.example", BUILDER), name='Bo "Bob" Ø <Bo>', first_name=None)
        done = run("--workspace", root, "build", "--sample", "bo@firma.example")
        assert done.exit_code == 0
        assert "build/samples/2027-01.eml: edition byggeri of 2027-01" in done.stdout
        filled = mail(root)
        assert filled["To"] == "Bo@Firma.example"
        text, html = (part.get_content() for part in filled.iter_parts())
        assert "Hej Bo\r\n" in text
        assert "{{" not in text + html
        assert "Hej Bo" in html
        assert (root / "build/samples/2027-01.eml").stat().st_mode & 0o077 == 0

    def test_it_and_the_proof_sheet_tell_of_the_calendar_that_goes_along(self, root):
        fill(root, ("bo@firma.example", BUILDER))
        inviting(root)
        done = run("--workspace", root, "build", "--sample", "bo@firma.example")
        ((file,), (other,)) = ((root / "build").glob(f"{name}/standard-*") for name in ("invitation", "2027-02"))
        assert f"    build/invitation/{file.name}/invite.ics goes along, and is not in it" in done.stdout
        assert f"{other.name}/invite.ics" not in done.stdout
        sheet = (root / "build/index.html").read_text("utf-8")
        assert sheet.count("With each mail goes a calendar file that asks for an answer.") == 1
        assert f'href="invitation/{file.name}/invite.ics"' in sheet
        edit(root, "content/events/morgenmoede.md", "series: netvaerk", "cancelled: true")
        run("--workspace", root, "build")
        assert "calendar file that takes the event out of calendars" in (root / "build/index.html").read_text("utf-8")

    def test_who_may_not_be_written_to_is_shown_with_every_reason(self, root):
        """Two reasons: no basis, and a company that has ceased."""
        register = open_register(root, read_settings(root))
        with register.write() as connection:
            company = a_company(connection, state="ceased")
            a_person(connection, register, "a@x.example", company_id=company)
        register.close()
        done = run("--workspace", root, "build", "2027-02", "--sample", "a@x.example")
        told = [line for line in done.stdout.splitlines() if "not sent to them" in line]
        assert len(told) == 2
        assert "edition standard of 2027-02" in done.stdout

    def test_blocks_that_no_reader_gets_are_in_no_edition(self, root):
        fill(root, ("a@x.example", BUILDER), state="none", basis=None)
        done = run("--workspace", root, "build", "--sample", "a@x.example")
        assert "2027-01: no reader gets the blocks that this person would" in done.stdout
        assert not (root / "build/samples/2027-01.eml").exists()

    @pytest.mark.parametrize(
        ("address", "told"), [("b@x.example", "nobody in the register"), ("a@x", "not a mail address"), ("", "")]
    )
    def test_an_address_that_is_none_or_unknown_is_a_slip_of_the_command(self, root, address, told):
        fill(root, ("a@x.example", BUILDER))
        done = run("--workspace", root, "build", "--sample", address)
        assert done.exit_code == (2 if address else 0)
        assert told in done.stderr

    def test_without_a_register_it_says_how_to_make_one(self, root):
        done = run("--workspace", root, "build", "--sample", "a@x.example")
        assert done.exit_code == 2
        assert "newsletter register sample" in done.stderr


def test_people_in_new_combinations_of_segments_void_nothing_while_their_blocks_are_known(root):
    """Names and digests tell the blocks, not who has them today."""
    edit(
        root,
        "subscribers/segments.yml",
        "handel:",
        "smaa:\n  title: Små\n  where: {size: [0, 1]}\nstore:\n  title: Store\n  where: {size: 1000+}\nhandel:",
    )
    edit(root, "content/issues/2027-01.md", "only: [byggeri]", "only: [byggeri, smaa, store]")
    fill(root, ("a@x.example", BUILDER))
    before = Builder(root).build()
    register = open_register(root, read_settings(root))
    with register.write() as connection:
        for address, industry, size in (("b@x.example", BUILDER, 0), ("c@x.example", FARM, 1000)):
            company = a_company(connection, industry=industry, nomenclature="DB25", size=size)
            a_person(connection, register, address, company_id=company, **SUBSCRIBED)
    register.close()
    after = Builder(root).build()
    assert editions(before) == {"standard": 0, "byggeri-smaa-store": 1}
    assert editions(after) == {"standard": 0, "byggeri-smaa-store": 3}
    assert after["issues"][0]["digest"] == before["issues"][0]["digest"]
    assert not any(each["rebuilt"] for each in after["issues"][0]["editions"])
    (edition,) = [each for each in after["issues"][0]["editions"] if each["name"] != "standard"]
    assert edition["segments"] == [["byggeri"], ["store"], ["byggeri", "smaa"]]
