"""`newsletter campaign report --send`, and the status mails of `newsletter run`."""

from __future__ import annotations

import json
from email import message_from_bytes, policy

import pytest
from kit import run
from register_kit import NOW, a_company
from support import edit


@pytest.fixture
def ask(register, root, monkeypatch):
    """A command in a workspace whose campaign sends its status to one contact."""
    monkeypatch.setenv("NEWSLETTER_NOW", NOW.replace(year=2027, month=2, day=1).isoformat())
    with register.write() as connection:
        a_company(connection)
    said = 'report: {to: [service], on: first workday, at: "08:00"}\ntargets:\n'
    edit(root, "campaigns/besoeg.yml", "targets:\n", said)
    return lambda *words: run(*words, "--workspace", root)


def mails(root):
    paths = sorted((root / "build/outbox/notices").glob("*.eml"))
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]


def test_without_really_it_is_a_file(ask, root):
    made = ask("campaign", "report", "besoeg", "--send")
    assert made.exit_code == 0, made.stderr
    assert made.stdout == "status/besoeg/2027-02-01/service\twritten\tbuild/outbox/notices\n"
    (mail,) = mails(root)
    assert mail["To"].addresses[0].addr_spec == "service@kommune.example"
    assert mail["Subject"].startswith("Besøg, 1. feb. 2027 – ")


def test_json_tells_what_became_of_each(ask):
    made = ask("campaign", "report", "besoeg", "--send", "--format", "json")
    (mail,) = json.loads(made.stdout)["mails"]
    assert (mail["key"], mail["state"], mail["again"]) == ("status/besoeg/2027-02-01/service", "written", False)


def test_to_somebody_else_as_of_another_day(ask):
    made = ask("campaign", "report", "besoeg", "--send", "--to", "service", "--as-of", "2027-01-31")
    assert made.stdout.startswith("status/besoeg/2027-01-31/service\twritten")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("besoeg", "--to", "service"), "--to and --really go with --send"),
        (("besoeg", "--send", "--to", "servise"), "did you mean 'service'?"),
        (("besoeg", "--send", "--format", "html"), "--send makes a mail"),
        (("besoget", "--send"), "did you mean 'besoeg'?"),
    ],
)
def test_what_is_not_understood_is_told(ask, words, told):
    made = ask("campaign", "report", *words)
    assert made.exit_code == 2
    assert told in made.stderr


def test_a_campaign_that_names_nobody_wants_to_be_told_whom(ask, root):
    edit(root, "campaigns/besoeg.yml", 'report: {to: [service], on: first workday, at: "08:00"}\n', "")
    assert "say --to CONTACT" in ask("campaign", "report", "besoeg", "--send").stderr


def test_really_needs_a_relay(ask):
    made = ask("campaign", "report", "besoeg", "--send", "--really")
    assert made.exit_code == 1
    assert "transport: outbox" in made.stderr


def test_the_figures_of_a_day_whose_mails_are_forgotten_are_not_sent(ask):
    """Tidied away, the key would let the same figures go twice. Written as a file they harm nobody."""
    words = ("campaign", "report", "besoeg", "--send", "--as-of")
    made = ask(*words, "2026-02-01", "--really")
    assert (made.exit_code, "who got them is remembered for 12 months" in made.stderr) == (1, True)
    assert ask(*words, "2026-02-01").exit_code == 0
    assert "transport: outbox" in ask(*words, "2026-02-02", "--really").stderr


def test_nor_are_those_of_a_day_that_has_not_come(ask):
    made = ask("campaign", "report", "besoeg", "--send", "--as-of", "2027-02-02")
    assert (made.exit_code, "nobody knows the figures of 2027-02-02 yet" in made.stderr) == (2, True)


def test_two_contacts_nobody_knows_are_problems_with_their_places(ask, root):
    edit(root, "campaigns/besoeg.yml", "to: [service]", "to: [servise, chefen]")
    found = ask("check").stdout
    assert "campaigns/besoeg.yml:9:15: error: no contact is called 'servise' [unknown-contact]" in found
    assert "no contact is called 'chefen'" in found


def test_run_sends_it_when_its_time_has_come(ask, root):
    made = ask("run", "--once")
    assert made.exit_code == 0, made.output
    assert "status of besoeg, 1 mail: written into build/outbox/notices/" in made.output
    assert len(mails(root)) == 1
