"""`newsletter bounces`: what comes back."""

from __future__ import annotations

import json

import pytest
from bounces_kit import SAMPLES, Town, a_bounce, sample
from kit import run
from register_kit import NOW
from support import edit


@pytest.fixture
def _at_noon(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", NOW.isoformat())


def test_classify_needs_no_workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("bounces", "classify", SAMPLES / "postfix-two.mail", SAMPLES / "silent.mail", "--json")
    assert done.exit_code == 0, done.output
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["file"] == str(SAMPLES / "postfix-two.mail")
    assert [(each["address"], each["kind"], each["status"]) for each in first["recipients"]] == [
        ("bo@firma.example", "hard", "5.1.1"),
        ("ida@firma.example", "soft", "4.2.2"),
    ]
    assert second["recipients"][0]["kind"] == "unknown"


def test_classify_in_words():
    done = run("bounces", "classify", SAMPLES / "eol-en-denied.mail")
    assert "bo@firma.example: hard (no-user), 5.4.1" in done.stdout
    assert "Access denied" in done.stdout


def test_classify_a_folder_and_a_file_that_is_not_there(tmp_path):
    done = run("bounces", "classify", SAMPLES, "--json")
    assert len(done.stdout.splitlines()) > 60
    assert run("bounces", "classify", tmp_path / "nix").exit_code == 2


@pytest.mark.usefixtures("_at_noon")
def test_ingest_tells_what_it_did(register, root):
    town = Town(register)
    send = town.send()
    folder = root / "in"
    folder.mkdir()
    (folder / "a").write_bytes(a_bounce(answers=town.message_id(send)))
    (folder / "b").write_bytes(sample("person"))
    done = run("--workspace", root, "bounces", "ingest", folder, "--by", "maja")
    assert done.exit_code == 0, done.output
    assert "2 mails." in done.stdout
    assert "1  hard" in done.stdout
    assert "1  suppressed" in done.stdout
    assert f"Read it yourself: {folder}/b" in done.stdout
    assert "@" not in done.stdout
    again = json.loads(run("--workspace", root, "bounces", "ingest", folder, "--json").stdout)
    assert (again["mails"], again["again"], again["suppressed"]) == (2, 2, 0)


@pytest.mark.usefixtures("_at_noon")
def test_read_takes_the_configured_mailbox(register, root):
    Town(register)
    refused = run("--workspace", root, "bounces", "read")
    assert (refused.exit_code, "names no mailbox" in refused.stderr) == (1, True)
    edit(root, "newsletter.yml", "unit:", "delivery:\n  bounces: {mailbox: 'mbox:retur'}\nunit:")
    (root / "retur").write_bytes(a_bounce())
    done = run("--workspace", root, "bounces", "read", "--json")
    assert json.loads(done.stdout)["kinds"]["hard"] == 1
