"""What was perhaps sent is settled by a person's word, and by nothing else."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from notices_kit import KEYS, MORNING, a_notice, perhaps_sent, states
from sqlalchemy import select

from newsletter.delivery.notices.doubt import reconcile
from newsletter.delivery.notices.rows import WAIT, claim
from newsletter.problems import Refused
from newsletter.store.tables import audit

LATER = MORNING + timedelta(days=90)
ACT = {"now": LATER, "actor": "maja"}


@pytest.fixture
def doubtful(register):
    """And one on the line."""
    perhaps_sent(register)
    with register.write() as connection:
        claim(connection, a_notice("reminder/on-the-line"), LATER - WAIT + timedelta(seconds=1))
    return register


def lines(register):
    with register.read() as connection:
        found = connection.execute(select(audit).where(audit.c.action == "reconcile notices").order_by(audit.c.id))
        return [(row.actor, json.loads(row.detail)["word"], row.detail) for row in found]


def test_what_arrived_keeps_its_key_and_what_is_lost_frees_it(doubtful):
    settled = reconcile(doubtful, {KEYS[0]: "arrived", KEYS[2]: "lost"}, **ACT)
    assert [[each.key for each in part] for part in (settled.arrived, settled.lost, settled.left)] == [
        [KEYS[0]],
        [KEYS[2]],
        [KEYS[1]],
    ]
    assert states(doubtful) == {
        KEYS[0]: "accepted",
        KEYS[1]: "in_doubt",
        "reminder/there": "accepted",
        "reminder/on-the-line": "held",
    }
    assert reconcile(doubtful, {}, **ACT).left == settled.left


def test_each_word_is_in_the_audit_log_without_a_name(doubtful):
    reconcile(doubtful, {KEYS[0]: "arrived", KEYS[1]: "lost"}, **ACT)
    found = lines(doubtful)
    assert sorted((actor, word) for actor, word, _ in found) == [("maja", "arrived"), ("maja", "lost")]
    assert not [detail for _, _, detail in found if "anna" in detail or "bo" in detail]


def test_a_word_about_what_is_not_in_doubt_does_nothing_at_all(doubtful):
    """Two that are wrong are told together, and the one that is right is not done."""
    words = {KEYS[0]: "lost", "reminder/there": "lost", "reminder/on-the-line": "arrived"}
    before = states(doubtful)
    with pytest.raises(Refused, match="reminder/on-the-line, reminder/there are not in doubt"):
        reconcile(doubtful, words, **ACT)
    assert (states(doubtful), lines(doubtful)) == (before, [])
