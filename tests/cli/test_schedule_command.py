"""`newsletter schedule`."""

from __future__ import annotations

import json

import pytest
from kit import run
from schedule_kit import Loop, freeze, states, utc
from support import edit, put

KEYS = ["issue", "wall", "week", "time_zone", "send_at", "until", "source", "state", "shifted", "by", "at"]


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", "2026-11-22T13:00:00+01:00")
    monkeypatch.setenv("NEWSLETTER_BY", "maja")


def call(root, *words, exit_code=0):
    result = run("schedule", *words, "--workspace", root)
    assert result.exit_code == exit_code, result.output
    return result


def test_as_the_file_says_and_as_a_person_says(register, root):
    told = call(root, "2027-01").output
    assert "2027-01: goes out Tuesday 2027-01-05 09:00 (uge 1), Europe/Copenhagen\n" in told
    assert "2027-01-05 08:00 UTC; if the machine is off, it may go out until 15:00" in told
    told = call(root, "2027-01", "--at", "2027-05-07 10:30").output
    assert "goes out Friday 2027-05-07 10:30 (uge 18)" in told
    assert "2027-05-07 08:30 UTC" in told  # summer time
    assert "it was planned for 2027-01-05 09:00" in told
    assert "klemmedag" in told
    assert "[other-day]" in told
    assert "is planned already for Friday" in call(root, "2027-01", "--at", "2027-05-07 10:30").output
    assert [each[1:] for each in states(register)] == [
        ("2027-01-05 09:00", "cancelled"),
        ("2027-05-07 10:30", "waiting"),
    ]


def test_what_is_lacking_for_the_send_is_told(register, root):
    told = call(root, "2027-01").output
    assert "2027-01 is not sealed yet; nothing is sent without [approval]\n    newsletter build 2027-01" in told
    assert run("build", "--workspace", root).exit_code == 0
    assert "2027-01 is not approved; nothing is sent without [approval]" in call(root, "2027-01").output
    assert run("approve", "2027-01", "--workspace", root).exit_code == 0
    assert "approval" not in call(root, "2027-01").output
    assert json.loads(call(root, "2027-01", "--json").stdout)["approved"] is True


def test_the_facts_for_programs(register, root):
    told = json.loads(call(root, "2027-02", "--json").stdout)
    assert [*told] == [*KEYS, "before", "approved", "cautions"]
    assert (told["wall"], told["source"], told["state"]) == ("2027-02-02 09:00", "campaign", "waiting")
    assert (told["send_at"], told["until"]) == ("2027-02-02T08:00:00+00:00", "2027-02-02T14:00:00+00:00")
    assert (told["before"], told["approved"], told["by"]) == (None, False, "maja")
    told = json.loads(call(root, "2027-02", "--at", "2027-02-20 05:00", "--json", "--by", "bo").stdout)
    assert [each["code"] for each in told["cautions"]] == ["weekend", "school-holiday", "night", "other-day"]
    assert (told["before"], told["source"], told["by"]) == ("2027-02-02 09:00", "at", "bo")
    listed = json.loads(call(root, "--json").stdout)
    assert [[*each] for each in listed["schedules"]] == [[*KEYS, "approved"]]
    assert json.loads(call(root, "2027-02", "--cancel", "--json").stdout)["state"] == "cancelled"
    assert json.loads(call(root, "--json").stdout) == {"schedules": []}


def test_the_list_says_what_is_planned_and_what_was_missed(register, root, monkeypatch):
    result = call(root)
    assert (result.stdout, result.stderr) == ("", "nothing is planned: newsletter schedule ISSUE\n")
    call(root, "2027-02")
    call(root, "2027-01")
    lines = call(root).stdout.splitlines()
    assert lines == [
        "2027-01\t2027-01-05 09:00\tuge 1\t15:00\twaiting\tnot approved",
        "2027-02\t2027-02-02 09:00\tuge 5\t15:00\twaiting\tnot approved",
    ]
    monkeypatch.setenv("NEWSLETTER_NOW", "2027-01-05T10:00:00+01:00")
    assert "\tdue\t" in call(root).stdout
    monkeypatch.setenv("NEWSLETTER_NOW", "2027-01-05T15:01:00+01:00")
    for _ in range(2):  # before the loop has looked, and after
        result = call(root)
        assert "2027-01\t2027-01-05 09:00\tuge 1\t15:00\tmissed" in result.stdout
        assert "newsletter schedule 2027-01 --at …, or newsletter send 2027-01 --really" in result.stderr
        Loop(register).look(utc("2027-01-05 15:01"))
    told = call(root, "2027-01", "--at", "2027-01-06").output
    assert "it was missed; it was planned for 2027-01-05 09:00" in told
    assert "missed" not in call(root).output


def test_cancelling(register, root):
    call(root, "2027-01")
    assert call(root, "2027-01", "--cancel").output == "2027-01: no longer planned for 2027-01-05 09:00\n"
    told = call(root, "2027-01", "--cancel", exit_code=1).stderr
    assert told == "no send of 2027-01 is planned\n    see what is planned: `newsletter schedule`\n"


def test_two_errors_are_both_told(register, root):
    told = call(root, "2027-03", "--at", "2027-03-28 02:30", exit_code=1).stderr
    assert "there is no content/issues/2027-03.md" in told
    assert "2027-03-28 02:30 does not exist in Europe/Copenhagen: the clock goes from 01:59 to 03:00" in told
    assert "choose 2027-03-28 01:59 or 2027-03-28 03:00" in told
    assert states(register) == []


def test_the_hour_that_comes_twice_is_told(register, root):
    told = call(root, "2027-01", "--at", "2027-10-31 02:30").output
    assert "clocks show 2027-10-31 02:30 twice" in told
    assert "2027-10-31 00:30 UTC" in told


def test_the_past_and_what_has_gone_out_are_refused(register, root):
    told = call(root, "2027-01", "--at", "2026-11-22 13:00", exit_code=1).stderr
    assert "2026-11-22 13:00 is past: it is 2026-11-22 13:00 now" in told
    assert "newsletter send 2027-01 --really" in told
    with register.write() as connection:
        freeze(connection, "2027-01", utc("2026-11-22 12:00"), utc("2026-11-22 12:00"), "done")
    told = call(root, "2027-01", exit_code=1).stderr
    assert "2027-01 has been sent: nobody gets an issue twice" in told


def test_words_that_do_not_go_together(register, root):
    assert "say one of the two" in call(root, "2027-01", "--at", "2027-01-05", "--cancel", exit_code=2).stderr
    assert "say which issue" in call(root, "--at", "2027-01-05", exit_code=2).stderr
    assert "say which issue" in call(root, "--cancel", exit_code=2).stderr


def test_without_a_register_nothing_is_planned_and_nothing_made(root):
    assert "nothing is planned" in call(root).stderr
    assert "there is no register yet" in call(root, "2027-01", exit_code=2).stderr
    assert not (root / "subscribers/register.sqlite").exists()


def test_problems_of_the_files_are_told_with_their_places(register, root):
    edit(root, "content/issues/2027-02.md", "campaign: besoeg", "campaign: besog")
    told = call(root, "2027-02", exit_code=1).stderr
    assert "content/issues/2027-02.md:5:11: error: no campaign is called 'besog'" in told
    assert "did you mean 'besoeg'?" in told
    put(root, "content/issues/2027-01.md", "x")
    assert "content/issues/2027-01.md cannot be read" in call(root, "2027-01", exit_code=1).stderr


def test_when_the_zone_is_another_the_wall_clock_stays(register, root):
    call(root, "2027-01")
    edit(root, "newsletter.yml", "title: Nyt", "title: Nyt\ntime_zone: Europe/London")
    (row,) = json.loads(call(root, "--json").stdout)["schedules"]
    assert (row["wall"], row["send_at"], row["shifted"]) == ("2027-01-05 09:00", "2027-01-05T09:00:00+00:00", True)
    assert "the time zone's rules have changed: now 2027-01-05T09:00:00+00:00" in call(root).stdout
