"""The ledger's promises, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ledger_kit import (
    Clock,
    a_ledger,
    accepted,
    frozen,
    lose,
    new_send,
    rows,
    send_all,
    some_people,
    state_of_send,
    states,
)
from register_kit import NOW, a_company, a_person
from sqlalchemy import delete, insert, select, update

from newsletter.delivery.ledger import (
    AlreadySent,
    Halted,
    Outcome,
    Replaced,
    freeze,
    read_letter,
    read_sheet,
)
from newsletter.store.tables import batches, companies, deliveries, people, sends, suppressions


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(register, clock):
    ledger = a_ledger(register, clock)
    yield ledger
    ledger.close()


@pytest.fixture
def other(register, clock):
    """A ledger on another machine."""
    ledger = a_ledger(register, clock, 2)
    yield ledger
    ledger.close()


def set_state(register, send_id, state):
    with register.write() as connection:
        connection.execute(update(sends).where(sends.c.id == send_id).values(state=state))


class TestFreezing:
    def test_everybody_has_a_row_and_a_batch(self, register):
        send = frozen(register, 7, batch_size=3)
        assert (send.size, send.batches, send.already) == (7, 3, 0)
        with register.read() as connection:
            found = [row.batch for row in connection.execute(select(deliveries).order_by(deliveries.c.batch))]
            assert found == [1, 1, 1, 2, 2, 2, 3]
            assert read_letter(connection, send.send_id).subject == "Nyt i januar"
            assert read_sheet(connection, send.send_id, "some").text == "some"

    def test_an_issue_is_sent_once(self, register):
        frozen(register, 2)
        with pytest.raises(AlreadySent) as error:
            freeze(register, new_send(), [], now=NOW)
        assert "late send" in error.value.hint
        assert states(register) == {"planned": 2}

    def test_a_late_send_leaves_out_who_has_it(self, register):
        first = frozen(register, 3)
        with register.write() as connection:
            ids = connection.scalars(select(people.c.id)).all()
        fresh = some_people(register, 2, "ny.example")
        late = new_send(kind="late", parent_id=first.send_id)
        send = freeze(register, late, [(one, "some") for one in [*ids, *fresh]], now=NOW)
        assert (send.size, send.already) == (2, 3)
        again = freeze(register, late, [(one, "some") for one in [*ids, *fresh]], now=NOW)
        assert (again.size, again.already) == (0, 5)
        assert state_of_send(register, again.send_id) == "done"

    def test_nobody_is_an_audience_too(self, register, ledger):
        send = freeze(register, new_send(), iter(()), now=NOW)
        assert (send.size, send.batches) == (0, 0)
        assert state_of_send(register, send.send_id) == "done"
        assert ledger.take() is None

    def test_who_is_named_twice_gets_one(self, register, ledger):
        ids = some_people(register, 2)
        send = freeze(register, new_send(), [(ids[0], "all"), (ids[1], "all"), (ids[0], "all")], now=NOW, batch_size=1)
        assert send.size == 2
        while batch := ledger.take():
            send_all(ledger, batch)
            ledger.finish(batch)
        assert states(register) == {"accepted": 2}
        assert state_of_send(register, send.send_id) == "done"

    def test_an_edition_that_is_not_there_stops_it_all(self, register):
        ids = some_people(register, 2)
        with pytest.raises(ValueError, match="'others'"):
            freeze(register, new_send(), [(ids[0], "all"), (ids[1], "others")], now=NOW)
        with register.read() as connection:
            assert connection.execute(select(sends)).all() == []

    def test_people_are_asked_with_the_connection(self, register):
        some_people(register, 2)

        def everybody(connection):
            return ((one, "all") for one in connection.scalars(select(people.c.id)))

        assert freeze(register, new_send(), everybody, now=NOW).size == 2

    def test_names_of_editions_may_hold_anything(self, register, ledger):
        ids = some_people(register, 1)
        name = "a\tb\\n%s:x"
        sheets = {name: new_send().sheets["all"]}
        freeze(register, new_send(sheets=sheets), [(ids[0], name)], now=NOW)
        assert [turn.edition for turn in ledger.hold(ledger.take())] == [name]


class TestWorking:
    def test_a_send_goes_out_once(self, register, ledger):
        send = frozen(register, 45, batch_size=30)
        sent = []
        while batch := ledger.take():
            sent += send_all(ledger, batch)
            assert ledger.finish(batch) == "done"
        assert len(sent) == len(set(sent)) == 45
        assert states(register) == {"accepted": 45}
        assert state_of_send(register, send.send_id) == "done"

    def test_a_turn_knows_its_person(self, register, ledger):
        with register.write() as connection:
            company = a_company(connection, name="Bageri ApS", contact="lone")
            one = a_person(
                connection, register, "Åse@firma.example", state="subscribed", basis="consent", name="Åse Ø",
                first_name="Åse", company_id=company, smtputf8=True,
            )  # fmt: skip
            key = connection.execute(select(people.c.address_hash)).scalar_one()
        freeze(register, new_send(), [(one, "some")], now=NOW)
        (turn,) = ledger.hold(ledger.take())
        assert turn == (key, one, "some", 0, "Åse@firma.example", True, "Åse Ø", "Åse", "Bageri ApS", "lone")
        assert isinstance(turn.address_hash, bytes)
        assert turn.smtputf8 is True
        assert turn.domain == "firma.example"

    def test_what_the_server_said_is_kept(self, register, ledger):
        frozen(register, 3)
        batch = ledger.take()
        batch.relay = "mx:25"
        one, two, three = ledger.hold(batch)
        ledger.step(batch, [], one)
        ledger.step(batch, [accepted(one)], two)
        ledger.step(batch, [Outcome(two, "rejected", 550, "5.1.1 \0no\udce5")], three)
        ledger.step(batch, [Outcome(three, "deferred", 451, "4.7.1 later", 300)], None)
        found = rows(register)
        assert (found[one.address].smtp_code, found[one.address].relay) == (250, "mx:25")
        assert (found[two.address].state, found[two.address].smtp_text) == ("rejected", "5.1.1 no?")
        last = found[three.address]
        assert (last.state, last.attempt, last.next_at) == ("deferred", 1, NOW + timedelta(minutes=5))
        assert ledger.finish(batch) == "waiting"

    def test_a_deferred_one_waits_for_its_time(self, register, ledger, clock):
        send = frozen(register, 1)
        batch = ledger.take()
        (turn,) = ledger.hold(batch)
        ledger.step(batch, [], turn)
        ledger.step(batch, [Outcome(turn, "deferred", 451, "later", 300)], None)
        assert ledger.hold(batch) == []
        assert ledger.finish(batch) == "waiting"
        assert ledger.take() is None
        assert ledger.soonest() == NOW + timedelta(minutes=5)
        clock.on(minutes=5)
        batch = ledger.take()
        assert [turn.attempt for turn in ledger.hold(batch)] == [1]
        assert state_of_send(register, send.send_id) == "sending"

    def test_a_time_from_a_wrong_clock_is_not_waited_for(self, register, ledger, clock):
        frozen(register, 1)
        clock.on(days=1000)
        batch = ledger.take()
        (turn,) = ledger.hold(batch)
        ledger.step(batch, [Outcome(turn, "deferred", 451, "later", 300)], None)
        ledger.finish(batch)
        clock.on(days=-1000)
        assert len(ledger.hold(ledger.take())) == 1

    def test_windows_are_as_large_as_asked(self, register, ledger):
        frozen(register, 10)
        batch = ledger.take()
        assert [len(ledger.hold(batch, 4)) for _ in range(4)] == [4, 4, 2, 0]

    def test_many_at_once_without_dots(self, register, ledger):
        send = frozen(register, 30)
        batch = ledger.take()
        ledger.settle(batch, [accepted(turn) for turn in ledger.hold(batch, 500)])
        assert ledger.finish(batch) == "done"
        assert states(register) == {"accepted": 30}
        assert state_of_send(register, send.send_id) == "done"

    def test_what_is_given_back_is_taken_again(self, register, ledger):
        frozen(register, 3)
        batch = ledger.take()
        one, two, _ = ledger.hold(batch)
        ledger.step(batch, [], one)
        ledger.step(batch, [Outcome(one, "planned")], two)
        assert ledger.finish(batch) == "open"
        assert states(register) == {"planned": 2, "in_doubt": 1}

    def test_a_body_without_an_answer_is_in_doubt(self, register, ledger):
        send = frozen(register, 2)
        batch = ledger.take()
        one, two = ledger.hold(batch)
        ledger.step(batch, [], one)
        ledger.step(batch, [Outcome(one, "in_doubt", None, "no answer")], two)
        ledger.step(batch, [accepted(two)], None)
        assert ledger.finish(batch) == "done"
        assert states(register) == {"in_doubt": 1, "accepted": 1}
        assert state_of_send(register, send.send_id) == "done"

    def test_issues_take_turns(self, register, ledger):
        first = frozen(register, 3, batch_size=1)
        ids = some_people(register, 3, "b.example")
        second = freeze(register, new_send("2027-02"), [(one, "all") for one in ids], now=NOW, batch_size=1)
        taken = [ledger.take() for _ in range(6)]
        assert [batch.send_id for batch in taken] == [first.send_id, second.send_id] * 3

    def test_one_batch_can_be_asked_for(self, register, ledger, other):
        send = frozen(register, 3, batch_size=1)
        batch = ledger.take(send.send_id, 2)
        assert batch.number == 2
        assert other.take(send.send_id, 2) is None
        ledger.settle(batch, [accepted(turn) for turn in ledger.hold(batch)])
        ledger.finish(batch)
        assert other.take(send.send_id, 2) is None
        rest = [other.take(send.send_id) for _ in range(3)]
        assert [each and each.number for each in rest] == [1, 3, None]


class TestWhoIsNoLongerWanted:
    @pytest.mark.parametrize("held", [False, True])
    @pytest.mark.parametrize("change", ["unsubscribed", "suppressed", "protected", "ceased", "erased", "moved"])
    def test_is_not_sent_to(self, register, ledger, change, held):
        with register.write() as connection:
            company = a_company(connection)
            beside = {"state": "subscribed", "basis": "other", "company_id": company}
            one = a_person(connection, register, "a@firma.example", **beside)
        two = some_people(register, 1)[0]
        freeze(register, new_send(), [(one, "all"), (two, "all")], now=NOW)
        batch = ledger.take()
        turns = ledger.hold(batch) if held else []
        with register.write() as connection:
            self.change(connection, register, change, one, company)
        turns = turns or ledger.hold(batch)
        sent = [turn.address for turn in turns if ledger.step(batch, [], turn)]
        assert sent == ["p0@firma.example"]
        assert batch.why in {None, "changed"}
        ledger.step(batch, [accepted(turn) for turn in turns if turn.address in sent], None)
        assert ledger.finish(batch) == "done"
        assert states(register) == {"accepted": 1, "skipped": 1}

    def change(self, connection, register, change, one, company):
        mine = update(people).where(people.c.id == one)
        if change == "unsubscribed":
            connection.execute(mine.values(state="unsubscribed"))
        elif change == "suppressed":
            expires = NOW + timedelta(days=1)
            values = {"address_hash": register.hash_of("a@firma.example"), "reason": "bounced", "expires_at": expires}
            connection.execute(insert(suppressions).values(at=NOW, **values))
        elif change == "erased":
            connection.execute(delete(people).where(people.c.id == one))
        elif change == "moved":
            connection.execute(mine.values(address="b@firma.example", address_hash=b"b" * 16))
        else:
            values = {"protected": True} if change == "protected" else {"state": "ceased"}
            connection.execute(update(companies).where(companies.c.id == company).values(values))

    def test_a_window_is_filled_past_them(self, register, ledger):
        frozen(register, 30)
        with register.write() as connection:
            gone = connection.scalars(select(deliveries.c.person_id).limit(25)).all()
            connection.execute(update(people).where(people.c.id.in_(gone)).values(state="none"))
        batch = ledger.take()
        assert len(ledger.hold(batch, 5)) == 5
        assert ledger.hold(batch, 5) == []
        assert states(register) == {"held": 5, "skipped": 25}


class TestDomains:
    def test_a_paused_domain_waits_and_the_others_go(self, register, ledger, clock):
        ids = [*some_people(register, 2, "Slow.example"), *some_people(register, 2, "quick.example")]
        freeze(register, new_send(transport="mx"), [(one, "all") for one in ids], now=NOW)
        until = ledger.pause_domain("mx", "slow.example", 90)
        assert ledger.paused_domains("mx") == {"slow.example": until}
        batch = ledger.take()
        turns = ledger.hold(batch, 20, ledger.paused_domains("mx"))
        assert {turn.domain for turn in turns} == {"quick.example"}
        ledger.settle(batch, [accepted(turn) for turn in turns])
        assert ledger.hold(batch, 20, ledger.paused_domains("mx")) == []
        assert ledger.finish(batch) == "waiting"
        assert ledger.take() is None
        assert ledger.soonest() == until
        clock.on(seconds=91)
        assert ledger.paused_domains("mx") == {}
        assert len(ledger.hold(ledger.take())) == 2

    def test_a_busy_domain_rests_a_moment(self, register, ledger, clock):
        frozen(register, 1)
        batch = ledger.take()
        assert ledger.hold(batch, 20, {"firma.example"}) == []
        assert ledger.finish(batch) == "waiting"
        assert ledger.take() is None
        clock.on(seconds=1)
        assert ledger.take() is not None

    def test_pauses_grow_until_a_mail_is_taken(self, ledger, clock):
        waits = [(ledger.pause_domain("mx", "a.example") - NOW).total_seconds() for _ in range(12)]
        assert waits[:4] == [60, 120, 240, 480]
        assert waits[-1] == 4 * 3600
        ledger.resume_domain("mx", "A.example")
        assert (ledger.pause_domain("mx", "a.example") - NOW).total_seconds() == 60


class TestHands:
    """Batches change hands."""

    def test_a_dead_worker_s_batch_goes_on(self, register, ledger, other):
        send = frozen(register, 10)
        batch = other.take()
        one, two, *_ = other.hold(batch, 5)
        other.step(batch, [], one)
        other.step(batch, [accepted(one)], two)
        assert ledger.take() is None
        lose(register, other)
        mine = ledger.take()
        assert (mine.send_id, mine.number, mine.fence) == (send.send_id, 1, batch.fence + 1)
        assert states(register) == {"accepted": 1, "in_doubt": 1, "planned": 8}
        assert len(send_all(ledger, mine)) == 8
        assert ledger.finish(mine) == "done"
        assert states(register) == {"accepted": 9, "in_doubt": 1}

    def test_after_a_crash_of_the_machine_what_was_held_is_in_doubt(self, register, ledger, other):
        frozen(register, 10)
        batch = other.take()
        other.hold(batch, 5)
        lose(register, other)
        with register.write() as connection:
            connection.execute(update(batches).values(epoch="another boot"))
        ledger.take()
        assert states(register) == {"in_doubt": 5, "planned": 5}

    def test_a_process_that_is_gone_is_seen_at_once(self, register, ledger, clock):
        gone = a_ledger(register, clock)
        process = gone.worker.process
        with register.write() as connection:
            from newsletter.store.tables import workers

            mine = update(workers).where(workers.c.name == gone.worker.name)
            connection.execute(mine.values(host=f"{process.machine}/12"))  # the pid lives on as another process
        frozen(register, 1)
        gone.hold(batch := gone.take())
        assert ledger.take().fence == batch.fence + 1
        gone.close()

    def test_a_worker_that_has_left_leaves_its_batch(self, register, ledger, other):
        frozen(register, 1)
        other.hold(batch := other.take())
        other.worker.leave()
        assert ledger.take().fence == batch.fence + 1

    def test_a_zombie_s_window_is_refused_and_its_late_answer_taken(self, register, ledger, other):
        frozen(register, 3)
        batch = other.take()
        one, two, _ = other.hold(batch)
        assert other.step(batch, [], one)
        lose(register, other)
        mine = ledger.take()
        assert states(register) == {"in_doubt": 1, "planned": 2}
        assert other.step(batch, [accepted(one)], two) is False
        assert batch.why == "replaced"
        with pytest.raises(Replaced):
            other.hold(batch)
        assert other.finish(batch) == "open"
        assert states(register) == {"accepted": 1, "planned": 2}
        assert len(send_all(ledger, mine)) == 2
        assert ledger.finish(mine) == "done"

    @pytest.mark.parametrize("state", ["planned", "deferred"])
    def test_a_zombie_that_knows_it_was_not_sent_opens_the_batch_again(self, register, ledger, other, clock, state):
        send = frozen(register, 2)
        batch = other.take()
        one, _ = other.hold(batch)
        other.step(batch, [], one)
        lose(register, other)
        mine = ledger.take()
        send_all(ledger, mine)
        assert ledger.finish(mine) == "done"
        assert state_of_send(register, send.send_id) == "done"
        other.step(batch, [Outcome(one, state, 451, "later", 60)], None)
        assert state_of_send(register, send.send_id) == "sending"
        clock.on(minutes=2)
        mine = ledger.take()
        assert send_all(ledger, mine) == [one.address_hash]
        assert ledger.finish(mine) == "done"
        assert states(register) == {"accepted": 2}
        assert state_of_send(register, send.send_id) == "done"

    def test_a_batch_that_a_thread_has_dropped_is_taken_again(self, register, ledger):
        frozen(register, 3)
        batch = ledger.take()
        one, *_ = ledger.hold(batch)
        ledger.step(batch, [], one)
        assert ledger.take() is None
        del batch
        assert ledger.take().fence == 2
        assert states(register) == {"in_doubt": 1, "planned": 2}


class TestRests:
    @pytest.mark.parametrize("state", ["paused", "stopped", "cancelled"])
    def test_nothing_more_is_sent(self, register, ledger, state):
        send = frozen(register, 3)
        batch = ledger.take()
        one, two, _ = ledger.hold(batch, 3)
        assert ledger.step(batch, [], one)
        set_state(register, send.send_id, state)
        assert ledger.step(batch, [accepted(one)], two) is False
        assert batch.why == "halted"
        with pytest.raises(Halted) as halt:
            ledger.hold(batch)
        assert halt.value.state == state
        rest = ledger.finish(batch)
        left = "skipped" if state == "cancelled" else "planned"
        assert rest == ("done" if state == "cancelled" else "open")
        assert states(register) == {"accepted": 1, left: 2}
        assert ledger.take() is None
        assert ledger.take(send.send_id, 1) is None

    @pytest.mark.parametrize("state", ["paused", "cancelled"])
    def test_a_dead_worker_s_rows_are_settled_all_the_same(self, register, ledger, other, state):
        send = frozen(register, 3)
        batch = other.take()
        one, *_ = other.hold(batch, 2)
        other.step(batch, [], one)
        set_state(register, send.send_id, state)
        lose(register, other)
        assert ledger.take() is None
        assert states(register) == {"in_doubt": 1, "skipped" if state == "cancelled" else "planned": 2}

    def test_a_refusal_of_us_stops_the_send(self, register, ledger):
        send = frozen(register, 2)
        assert ledger.stop(send.send_id, "5.7.1 not from you") is True
        assert ledger.stop(send.send_id, "again") is False
        with register.read() as connection:
            row = connection.execute(select(sends)).one()
        assert (row.state, row.reason) == ("stopped", "5.7.1 not from you")


class TestLimits:
    def test_lanes_are_shared(self, register, ledger, other):
        assert [ledger.lane("mx", 2), other.lane("mx", 2), ledger.lane("mx", 2)] == [0, 1, None]
        ledger.free_lane("mx", 0)
        assert other.lane("mx", 2) == 0
        assert ledger.lane("mx", 2) is None
        lose(register, other)
        assert [ledger.lane("mx", 2) for _ in range(3)] == [0, 1, None]
        assert ledger.lane("other relay", 1) == 0

    def test_a_lane_whose_answer_was_lost_is_given_out_again(self, ledger):
        assert ledger.lane("mx", 1) == 0
        ledger._lanes.clear()  # the ledger says it is ours, and no thread has it
        assert [ledger.lane("mx", 1), ledger.lane("mx", 1)] == [0, None]

    def test_leaving_frees_lanes(self, ledger, other):
        assert other.lane("mx", 1) == 0
        other.worker.leave()
        assert ledger.lane("mx", 1) == 0

    def test_without_a_rate_all_may_go(self, ledger):
        assert ledger.tokens("mx", 500) == (500, 0.0)

    def age(self, register, **span):
        """Let so much time pass, on either database's own clock."""
        from newsletter.store.tables import rate_buckets

        with register.write() as connection:
            at = connection.execute(select(rate_buckets.c.at)).scalar_one()
            connection.execute(update(rate_buckets).values(at=at - timedelta(**span)))

    def test_tokens_come_at_the_rate(self, register, clock):
        with_rate = a_ledger(register, clock, rate=600)
        assert with_rate.tokens("mx", 5) == (1, 0.1)
        granted, wait = with_rate.tokens("mx", 5)
        assert granted == 0
        assert wait == pytest.approx(0.1, abs=0.05)
        self.age(register, seconds=0.5)
        assert with_rate.tokens("mx", 20)[0] == 5
        with_rate.close()

    def test_a_clock_that_jumps_gives_no_flood_and_no_standstill(self, register, clock):
        with_rate = a_ledger(register, clock, rate=600)
        with_rate.tokens("mx", 1)
        self.age(register, days=400)
        assert with_rate.tokens("mx", 10_000)[0] == 10
        self.age(register, days=-400)
        granted, wait = with_rate.tokens("mx", 1)
        assert granted == 0
        assert wait <= 0.1
        self.age(register, seconds=1)
        assert with_rate.tokens("mx", 20)[0] in {10, 11}
        with_rate.close()
