"""`newsletter subscribers unsubscribe | suppress | export-person | erase`."""

from __future__ import annotations

import json
import stat

import pytest
from kit import run
from people_kit import join
from privacy_kit import ADDRESS, KEY, NAME, everyone, others, somebody_known_well
from sqlalchemy import select
from support import put

from newsletter.cli import main
from newsletter.store.tables import audit, suppressions
from newsletter.subscribers.people import find


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", "2026-11-22T13:00:00+01:00")
    monkeypatch.setenv("NEWSLETTER_BY", "maja")
    monkeypatch.setattr(main, "names", tuple({*main.names, "subscribers"}))


def call(root, verb, *words, given=None):
    result = run("subscribers", verb, *words, "--workspace", root, given=given)
    assert result.exit_code in (0, 1, 2), result.output
    return result


def states(register):
    with register.read() as connection:
        return {key: find(connection, key).standing.state for key in sorted(everyone(connection))}


def test_several_leave_at_once_and_twice(register, root):
    bo, *_ = others(register, 3)
    assert call(root, "unsubscribe", bo, "PERSON1@andre.example").output == "2 unsubscribed now, 0 before\n"
    assert call(root, "unsubscribe", bo).output == "0 unsubscribed now, 1 before\n"
    assert list(states(register).values()) == ["unsubscribed", "unsubscribed", "subscribed"]


def test_a_list_is_read_and_what_cannot_be_done_is_told_by_line(register, root):
    others(register, 3)
    given = "person0@andre.example\n\nperson9@andre.example\nperson1.andre.example\nperson2@andre.example\n"
    result = call(root, "unsubscribe", "-", "--source", "mails til os", given=given)
    assert result.exit_code == 1
    assert "2 unsubscribed now" in result.stdout
    assert "line 3: nobody in the register has this address; check the spelling" in result.stderr
    assert "line 4: this is not a mail address: it has no @" in result.stderr
    told = json.loads(call(root, "unsubscribe", "-", "--json", given=given).stdout)
    assert (told["unsubscribed"], told["before"], sorted(told["refused"])) == (0, 2, ["3", "4"])


def test_two_unknown_addresses_are_both_told(register, root):
    others(register, 1)
    told = call(root, "unsubscribe", "a@b.example", "c@d.example").stderr
    assert "a@b.example: nobody" in told
    assert "c@d.example: nobody" in told


def test_any_address_is_suppressed(register, root):
    others(register, 1)
    told = call(root, "suppress", "person0@andre.example").output
    assert told == "person0@andre.example: suppressed until 2028-11-22\n"
    told = call(root, "suppress", "x@y.example", "--reason", "bounced").output
    assert "until 2028-11-22; nobody in the register has the address" in told
    with register.read() as connection:
        assert set(connection.scalars(select(suppressions.c.reason))) == {"asked", "bounced"}
    assert call(root, "suppress", "x@y.example", "--reason", "else").exit_code == 2


def test_a_person_is_handed_out_in_files_of_their_own(register, root, tmp_path):
    somebody_known_well(register)
    folder = tmp_path / "out" / "anne"
    put(folder, "person.json", "an older one")
    told = call(root, "export-person", ADDRESS, "--to", folder)
    assert told.exit_code == 0
    assert "person.json and person.html" in told.output
    assert "within a month" in told.output
    held = json.loads((folder / "person.json").read_text("utf-8"))
    assert held["people"][0]["name"] == NAME
    assert "<h1>Dine oplysninger hos Virksomhedsservice</h1>" in (folder / "person.html").read_text("utf-8")
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert sorted(path.name for path in folder.iterdir()) == ["person.html", "person.json"]
    with register.read() as connection:
        last = connection.scalars(select(audit.c.action).order_by(audit.c.id.desc()).limit(1)).one()
    assert last == "subscribers export-person"


def test_nothing_is_written_for_an_unknown_address(register, root, tmp_path):
    others(register, 1)
    assert call(root, "export-person", "x@y.example", "--to", tmp_path / "out").exit_code == 1
    assert not (tmp_path / "out").exists()


def test_erasing_asks_first(register, root):
    somebody_known_well(register)
    said_no = call(root, "erase", ADDRESS, given="n\n")
    assert said_no.exit_code == 1
    assert "Nothing brings it back" in said_no.output
    assert KEY in states(register)
    assert call(root, "erase", ADDRESS, given="y\n").exit_code == 0
    assert states(register) == {}


def test_erasing_prints_the_proof_and_they_stay_out(register, root):
    somebody_known_well(register)
    put(root, "subscribers/imports/list.csv", f"{ADDRESS};Anne\n")
    told = call(root, "erase", ADDRESS, "--yes")
    assert told.exit_code == 0
    assert "Proof of erasure, 2026-11-22 12:00 UTC, by maja" in told.stdout
    assert "subscribers/imports/list.csv" in told.stdout
    assert KEY not in told.stdout.lower()
    refused = call(root, "add", ADDRESS, "--basis", "none")
    assert (refused.exit_code, "they were erased on 2026-11-22" in refused.stderr) == (1, True)


def test_the_proof_for_programs(register, root):
    join(register, ADDRESS)
    told = json.loads(call(root, "erase", ADDRESS, "--yes", "--json").stdout)
    assert told["complete"] is True
    assert told["removed"] == {"people": 1, "consents": 1, "audit": 1}
    assert told["hash_until"].startswith("2028-11-22")


def test_who_is_not_there_cannot_be_erased_and_a_slip_neither(register, root):
    others(register, 1)
    unknown = call(root, "erase", "person8@andre.example", "--yes")
    assert (unknown.exit_code, "check the spelling" in unknown.stderr) == (1, True)
    slip = call(root, "erase", "person0@andre", "--yes")
    assert slip.exit_code == 2
    assert list(states(register)) == ["person0@andre.example"]
