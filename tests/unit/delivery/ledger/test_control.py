"""Pausing, resuming, cancelling, counting, and settling doubts."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from ledger_kit import Clock, a_ledger, accepted, frozen, lose, new_send, rows, send_all, some_people, states
from register_kit import NOW
from sqlalchemy import select, update

from newsletter.delivery.ledger import (
    Outcome,
    cancel,
    freeze,
    pause,
    reconcile,
    resume,
    status,
)
from newsletter.problems import Refused
from newsletter.store.tables import audit, people, sends

ACT = {"now": NOW, "actor": "Anne"}


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(register, clock):
    ledger = a_ledger(register, clock)
    yield ledger
    ledger.close()


def status_of(register, issue="2027-01", now=NOW):
    with register.read() as connection:
        return status(connection, issue, now)


def doubted(register, ledger, count=3):
    """A send that is over but for so many in doubt."""
    send = frozen(register, count + 1)
    batch = ledger.take()
    turns = ledger.hold(batch)
    for turn in turns[:-1]:
        ledger.step(batch, [], turn)
        ledger.step(batch, [Outcome(turn, "in_doubt", None, "no answer")], None)
    ledger.step(batch, [accepted(turns[-1])], None)
    assert ledger.finish(batch) == "done"
    return send, turns[:-1]


class TestControl:
    def test_a_paused_send_goes_on_where_it_was(self, register, ledger):
        send = frozen(register, 4)
        batch = ledger.take()
        one, *_ = ledger.hold(batch, 2)
        ledger.step(batch, [], one)
        done = pause(register, "2027-01", **ACT)
        assert (done.before, done.state, done.under_way) == ("sending", "paused", 2)
        ledger.step(batch, [accepted(one)], None)
        ledger.finish(batch)
        assert ledger.take() is None
        assert status_of(register)[0].reason == "paused by Anne"
        assert resume(register, "2027-01", **ACT).state == "sending"
        assert len(send_all(ledger, ledger.take())) == 3
        assert states(register, send.send_id) == {"accepted": 4}

    def test_who_is_through_while_paused_is_done_when_resumed(self, register, ledger):
        frozen(register, 1)
        batch = ledger.take()
        (turn,) = ledger.hold(batch)
        ledger.step(batch, [], turn)
        pause(register, "2027-01", **ACT)
        ledger.step(batch, [accepted(turn)], None)
        assert ledger.finish(batch) == "done"
        assert resume(register, "2027-01", **ACT).state == "done"

    def test_cancelling_skips_who_has_not_had_it(self, register, ledger):
        frozen(register, 4, batch_size=2)
        batch = ledger.take()
        one, two = ledger.hold(batch)
        ledger.step(batch, [], one)
        done = cancel(register, "2027-01", **ACT)
        assert (done.skipped, done.under_way) == (2, 2)
        ledger.step(batch, [Outcome(one, "deferred", 451, "later", 60)], None)
        assert ledger.step(batch, [], two) is False
        assert ledger.finish(batch) == "done"
        assert states(register) == {"skipped": 4}
        assert ledger.take() is None

    def test_it_is_written_down_who_did_it(self, register):
        frozen(register, 2)
        pause(register, "2027-01", **ACT)
        resume(register, "2027-01", **ACT)
        cancel(register, "2027-01", **ACT)
        with register.read() as connection:
            found = connection.execute(select(audit).order_by(audit.c.id)).all()
        assert [(row.action, row.about, row.actor) for row in found] == [
            ("pause", "send", "Anne"), ("resume", "send", "Anne"), ("cancel", "send", "Anne"),
        ]  # fmt: skip
        assert json.loads(found[-1].detail) == {"issue": "2027-01", "before": "sending", "skipped": 2}

    @pytest.mark.parametrize(("act", "states"), [
        (pause, ("paused", "stopped", "done", "cancelled")),
        (resume, ("sending", "done", "cancelled")),
        (cancel, ("done", "cancelled")),
    ])  # fmt: skip
    def test_what_makes_no_sense_is_refused_with_the_state(self, register, act, states):
        frozen(register, 1)
        for state in states:
            with register.write() as connection:
                connection.execute(update(sends).values(state=state))
            with pytest.raises(Refused, match="2027-01 ") as error:
                act(register, "2027-01", **ACT)
            assert "newsletter status 2027-01" in error.value.hint
        with pytest.raises(Refused, match="has not been sent"):
            act(register, "2027-02", **ACT)

    def test_the_newest_send_that_it_fits_is_meant(self, register):
        first = frozen(register, 1)
        late = new_send(kind="late", parent_id=first.send_id)
        freeze(register, late, [(some_people(register, 1, "b.example")[0], "all")], now=NOW)
        assert pause(register, "2027-01", **ACT).send_id != first.send_id
        assert pause(register, "2027-01", **ACT).send_id == first.send_id


class TestStatus:
    def test_it_adds_up(self, register, ledger, clock):
        ids = some_people(register, 6)
        freeze(register, new_send(), [(one, ("all", "some")[one % 2]) for one in ids], now=NOW)
        batch = ledger.take()
        one, two, three, *_ = ledger.hold(batch, 4)
        clock.on(seconds=30)
        ledger.step(batch, [], one)
        ledger.step(batch, [accepted(one)], two)
        ledger.step(batch, [Outcome(two, "in_doubt", None, "no answer")], three)
        clock.on(seconds=30)
        (found,) = status_of(register, now=clock())
        assert found.counts == {
            "planned": 2, "held": 1, "dotted": 1, "accepted": 1, "rejected": 0, "deferred": 0, "skipped": 0,
            "in_doubt": 1,
        }  # fmt: skip
        assert sum(found.counts.values()) == found.size == 6
        assert {name: sum(counts.values()) for name, counts in found.editions.items()} == {"all": 3, "some": 3}
        assert found.left == 4
        assert found.per_minute == 2.0
        assert found.expected_end == clock() + timedelta(minutes=2)
        assert [(doubt.address, doubt.text) for doubt in found.in_doubt] == [(two.address, "no answer")]

    def test_a_send_that_rests_has_no_end(self, register, ledger):
        frozen(register, 3)
        pause(register, "2027-01", **ACT)
        (found,) = status_of(register)
        assert (found.per_minute, found.expected_end, found.state) == (0.0, None, "paused")

    def test_somebody_erased_stays_in_doubt_without_a_name(self, register, ledger):
        doubted(register, ledger, 1)
        with register.write() as connection:
            connection.execute(people.delete())
        assert [doubt.address for doubt in status_of(register)[0].in_doubt] == ["(erased)"]

    def test_the_next_attempt_is_told(self, register, ledger):
        frozen(register, 1)
        batch = ledger.take()
        (turn,) = ledger.hold(batch)
        ledger.step(batch, [Outcome(turn, "deferred", 451, "later", 300)], None)
        ledger.finish(batch)
        assert status_of(register)[0].next_at == NOW + timedelta(minutes=5)

    def test_all_issues_newest_first(self, register):
        frozen(register, 1)
        freeze(register, new_send("2027-02"), [], now=NOW)
        assert [found.issue for found in status_of(register, None)] == ["2027-02", "2027-01"]


def log_of(send, turns, *endings):
    """Postfix's log of these mails."""
    for number, (turn, ending) in enumerate(zip(turns, endings, strict=True)):
        queue = f"4F2A{number}C0DE"
        identity = f"2027-01.{send.send_id}.{turn.address_hash.hex()}@kommune.example"
        yield f"Nov 22 mx postfix/smtpd[1]: {queue}: client=localhost[127.0.0.1]"
        yield f"Nov 22 mx postfix/cleanup[2]: {queue}: message-id=<{identity}>"
        if ending:
            yield f"Nov 22 mx postfix/qmgr[3]: {queue}: from=<nyt@kommune.example>, size=250, nrcpt=1 (queue active)"
            yield f"Nov 22 mx postfix/smtp[4]: {queue}: to=<x@firma.example>, relay=mx[10.0.0.1]:25, {ending}"
            yield f"Nov 22 mx postfix/qmgr[3]: {queue}: removed"


class TestReconcile:
    def test_the_relay_s_log_settles(self, register, ledger):
        send, turns = doubted(register, ledger, 4)
        endings = ("dsn=2.0.0, status=sent (250 2.0.0 Ok)", "dsn=5.1.1, status=bounced (550 no)", None,
                   "dsn=4.4.1, status=deferred (timed out)")  # fmt: skip
        done = reconcile(register, "2027-01", log=log_of(send, turns, *endings), **ACT)
        assert done.accepted == tuple(sorted((turns[0].address, turns[3].address)))
        assert done.rejected == (turns[1].address,)
        assert done.left == (turns[2].address,)
        assert states(register) == {"accepted": 3, "rejected": 1, "in_doubt": 1}

    def test_a_queue_id_used_again_is_another_mail(self, register, ledger):
        send, turns = doubted(register, ledger, 1)
        log = [*log_of(send, turns, None), *log_of(send, turns, "status=sent (250 ok)")]
        log[3] = log[3].replace("message-id=<2027-01", "message-id=<another").replace(turns[0].address_hash.hex(), "x")
        assert reconcile(register, "2027-01", log=log, **ACT).accepted == ()

    @pytest.mark.parametrize("ending", [
        "250 2.0.0 OK queued", "status=sent", "queued as 9A8B7C", "250 OK", "RECV <= nyt@kommune.example",
    ])  # fmt: skip
    def test_all_on_one_line(self, register, ledger, ending):
        send, turns = doubted(register, ledger, 1)
        line = f"relay said of <2027-01.{send.send_id}.{turns[0].address_hash.hex()}@kommune.example>: {ending}"
        assert reconcile(register, "2027-01", log=[line], **ACT).accepted == (turns[0].address,)

    def test_another_send_s_mail_proves_nothing(self, register, ledger):
        send, turns = doubted(register, ledger, 1)
        line = f"<2027-01.9{send.send_id}.{turns[0].address_hash.hex()}@kommune.example>: status=sent (250 ok)"
        assert reconcile(register, "2027-01", log=[line], **ACT).left == (turns[0].address,)

    def test_a_person_s_word(self, register, ledger):
        send, (one, two, three) = doubted(register, ledger)
        words = {one.address.upper(): "accepted", two.address: "resend"}
        done = reconcile(register, "2027-01", words=words, **ACT)
        assert (done.accepted, done.resent, done.left) == ((one.address,), (two.address,), (three.address,))
        found = rows(register)[two.address]
        assert (found.state, found.attempt, found.token) == ("planned", 1, None)
        assert status_of(register)[0].state == "sending"
        assert send_all(ledger, batch := ledger.take()) == [two.address_hash]
        assert ledger.finish(batch) == "done"
        assert status_of(register)[0].state == "done"
        with register.read() as connection:
            notes = connection.execute(select(audit).where(audit.c.action == "reconcile")).all()
        assert [json.loads(row.detail)["word"] for row in notes] == ["accepted", "resend"]
        assert not any(one.address in row.detail for row in notes)
        assert send.send_id == notes[0].about_id

    def test_a_word_for_the_rest(self, register, ledger):
        doubted(register, ledger)
        assert len(reconcile(register, "2027-01", rest="accepted", **ACT).accepted) == 3
        assert states(register) == {"accepted": 4}

    def test_words_about_others_do_nothing(self, register, ledger):
        _, (one, *_) = doubted(register, ledger)
        words = {"b@b.example": "resend", one.address: "accepted", "a@a.example": "resend"}
        with pytest.raises(Refused, match=r"a@a.example, b@b.example are not in doubt"):
            reconcile(register, "2027-01", words=words, **ACT)
        assert states(register) == {"in_doubt": 3, "accepted": 1}

    def test_a_zombie_s_late_answer_after_a_resend_is_not_taken(self, register, ledger, clock):
        other = a_ledger(register, clock, 2)
        frozen(register, 1)
        (one,) = other.hold(batch := other.take())
        other.step(batch, [], one)
        lose(register, other)
        ledger.finish(ledger.take())
        reconcile(register, "2027-01", words={one.address: "resend"}, **ACT)
        other.step(batch, [accepted(one)], None)
        assert states(register) == {"planned": 1}
        other.close()

    def test_a_cancelled_send_sends_nothing_again(self, register, ledger):
        doubted(register, ledger, 1)
        with register.write() as connection:
            connection.execute(update(sends).values(state="cancelled"))
        with pytest.raises(Refused, match="is cancelled"):
            reconcile(register, "2027-01", rest="resend", **ACT)

    def test_an_issue_nobody_sent(self, register):
        with pytest.raises(Refused, match="has not been sent"):
            reconcile(register, "2027-09", **ACT)
