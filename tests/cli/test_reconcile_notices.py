"""`newsletter reconcile notices`, and what `newsletter status` tells of automatic mails."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from kit import run
from notices_kit import KEYS, MORNING, perhaps_sent, states
from sqlalchemy import func, select, update

from newsletter.store.tables import audit, notices


@pytest.fixture
def ask(register, root, monkeypatch):
    """A command of Maja's on the next day."""
    perhaps_sent(register)
    monkeypatch.setenv("NEWSLETTER_NOW", (MORNING + timedelta(days=1)).isoformat())
    monkeypatch.setenv("NEWSLETTER_BY", "maja")
    return lambda *words: run(*words, "--workspace", root)


def test_status_tells_them_to_people_and_programs(ask):
    shown = ask("status").stdout
    assert f"perhaps sent, and not sent again: {KEYS[0]} to anna-eksempel; ask them\n" in shown
    assert "newsletter reconcile notices settles them" in shown
    (told,) = json.loads(ask("status", "--json").stdout)
    assert (told["issue"], told["counts"]["in_doubt"], told["sends"]) == ("notices", 3, [])
    assert sorted(told["in_doubt"]) == sorted(KEYS)
    assert told["notices"][0] == {
        "key": told["in_doubt"][0],
        "kind": "reminder",
        "who": "anna-eksempel",
        "at": MORNING.isoformat(),
    }


def test_without_a_word_it_lists_them(ask):
    shown = ask("reconcile", "notices").stdout
    assert [f"{key} to anna-eksempel: still in doubt\n" in shown for key in KEYS] == [True] * 3
    assert "--arrived KEY or --lost KEY" in shown


def test_it_settles_them_by_key_until_nothing_is_left(ask, register):
    shown = ask("reconcile", "notices", "--arrived", KEYS[0], "--lost", KEYS[1]).stdout
    assert f"{KEYS[0]}: arrived\n{KEYS[1]}: lost; it goes again if it is still due\n" in shown
    told = json.loads(ask("reconcile", "notices", "--arrived", KEYS[2], "--json").stdout)
    assert {part: [each["key"] for each in some] for part, some in told.items()} == {
        "arrived": [KEYS[2]],
        "lost": [],
        "left": [],
    }
    assert ask("reconcile", "notices").stdout == "no automatic mail is in doubt\n"
    assert json.loads(ask("status", "--json").stdout) == []
    with register.read() as connection:
        words = select(func.count()).where(audit.c.action == "reconcile notices")
        assert connection.scalar(words) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["notices", "--arrived", KEYS[0], "--lost", KEYS[0], "--arrived", KEYS[1], "--lost", KEYS[1]], KEYS[1]),
        (["notices", "--resend", "a@firma.example", "--rest", "resend"], "--arrived KEY and --lost KEY only"),
        (["2027-01", "--lost", KEYS[0]], "--resend ADDRESS"),
    ],
)
def test_words_that_do_not_fit_are_refused(ask, register, words, said):
    before = states(register)
    found = ask("reconcile", *words)
    assert (found.exit_code, said in found.stderr, states(register)) == (2, True, before)


def test_who_was_erased_is_told_without_a_name(ask, register):
    with register.write() as connection:
        connection.execute(update(notices).values(contact=None))
    assert "to somebody erased" in ask("reconcile", "notices").stdout
    assert json.loads(ask("status", "--json").stdout)[0]["notices"][0]["who"] is None
