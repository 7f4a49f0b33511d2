"""Promised, moved, done, dropped: the register does as a simple model does; the audit log tells it without words."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from register_kit import NOW, a_company
from sqlalchemy import delete, insert, select

from newsletter.campaigns.followups import Promise, promise
from newsletter.campaigns.followups.acts import move, settle
from newsletter.campaigns.followups.listing import agenda, open_follow_ups
from newsletter.problems import Refused
from newsletter.store.tables import audit, follow_ups, visits
from newsletter.workdays import next_workday

TODAY = date(2026, 11, 23)
WHO = {"now": NOW, "actor": "anna-eksempel"}
CPR = "010190-1234"


def promised(connection, company, what="Send faktaark om fleksjob", due=TODAY, consultant="anna-eksempel", **facts):
    return promise(
        connection, Promise(company_id=company, what=what, consultant=consultant, due_on=due, **facts), **WHO
    )


def a_visit(connection, company, **columns):
    usual = {"consultant": "anna-eksempel", "kind": "phone", "recorded_by": "anna", "recorded_at": NOW}
    values = {"company_id": company, "visited_on": date(2026, 11, 10), **usual, **columns}
    return connection.execute(insert(visits).values(values).returning(visits.c.id)).scalar_one()


def log(connection):
    return [
        (row.action, json.loads(row.detail))
        for row in connection.execute(select(audit.c.action, audit.c.detail).order_by(audit.c.id))
    ]


def test_a_promise_is_due_on_a_working_day_and_is_told_with_its_visit(register):
    with register.write() as connection:
        company = a_company(connection, name="Byg ApS", cvr="13748136", call_first=True, contact_time="før kl. 9")
        visit = a_visit(connection, company)
        number = promised(connection, company, "  Send\n faktaark ", date(2026, 12, 24), visit_id=visit)
        found = open_follow_ups(connection)[0]
    assert (found.number, found.what, found.due_on) == (number, "Send faktaark", date(2026, 12, 28))
    assert (found.company, found.cvr, found.call_first, found.contact_time) == (
        "Byg ApS",
        "13748136",
        True,
        "før kl. 9",
    )
    assert (found.visit, found.visited_on, found.visit_kind) == (visit, date(2026, 11, 10), "phone")


def test_the_agenda_has_what_is_overdue_first_and_counts_working_days(register):
    with register.write() as connection:
        company = a_company(connection)
        days = {
            "late": TODAY - timedelta(7),
            "today": TODAY,
            "coming": TODAY + timedelta(7),
            "far": TODAY + timedelta(50),
        }
        numbers = {name: promised(connection, company, name, day) for name, day in days.items()}
        promised(connection, company, "of another", TODAY, "bo-eksempel")
        found = agenda(open_follow_ups(connection, consultants=["anna-eksempel"]), TODAY)
        until = open_follow_ups(connection, until=TODAY)
    assert [each.number for each in found.overdue] == [numbers["late"]]
    assert [each.number for each in found.today] == [numbers["today"]]
    assert [each.number for each in found.coming] == [numbers["coming"]]
    assert found.overdue[0].late(TODAY) == 5
    assert [each.what for each in until] == ["late", "today", "of another"]


@pytest.mark.parametrize("what", ["", "  ", f"Ring om {CPR}", "x" * 501])
def test_a_text_that_nobody_may_keep_is_refused_and_nothing_is_written(register, what):
    with register.write() as connection:
        company = a_company(connection)
        with pytest.raises(Refused):
            promised(connection, company, what)
        assert connection.execute(select(follow_ups)).all() == []
        assert log(connection) == []


def test_no_word_of_a_reason_may_hold_a_cpr_number(register):
    with register.write() as connection:
        number = promised(connection, a_company(connection))
        with pytest.raises(Refused, match="remark looks like a CPR number"):
            settle(connection, number, "done", CPR, **WHO)
        with pytest.raises(Refused, match="reason looks like a CPR number"):
            move(connection, number, TODAY, CPR, **WHO)


def test_what_is_no_longer_open_or_not_there_is_refused_with_what_to_do(register):
    with register.write() as connection:
        number = promised(connection, a_company(connection))
        settle(connection, number, "dropped", "De har fundet en anden", **WHO)
        with pytest.raises(Refused, match=rf"follow-up {number} is dropped since 2026-11-22 by anna-eksempel"):
            move(connection, number, TODAY, None, **WHO)
        with pytest.raises(Refused, match="there is no follow-up number 4711"):
            settle(connection, 4711, "done", None, **WHO)


def test_the_audit_log_has_every_step_and_no_word_of_it(register):
    with register.write() as connection:
        number = promised(connection, a_company(connection), "Ring til Mette")
        move(connection, number, TODAY + timedelta(1), "Mette er på ferie", **WHO)
        settle(connection, number, "done", "Mette ringede selv", **WHO)
        told = log(connection)
    assert [action for action, _ in told] == ["followups add", "followups move", "followups done"]
    assert told[1][1] == {"follow_up": number, "from": "2026-11-23", "to": "2026-11-24"}
    assert "Mette" not in str(told)


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(-20, 60), st.just("")),
        st.tuples(st.just("move"), st.integers(-20, 60), st.sampled_from(["", "because"])),
        st.tuples(st.sampled_from(["done", "dropped"]), st.just(0), st.sampled_from(["", "so"])),
    ).flatmap(lambda act: st.tuples(st.just(act), st.integers(0, 3))),
    max_size=25,
)


@given(acts=ACTS)
@settings(max_examples=40)
def test_any_acts_leave_what_a_model_leaves(register, acts):
    """The model: a list of [due, state, remark]; an act on what is not open changes nothing."""
    model, numbers = [], []
    with register.write() as connection:
        connection.execute(delete(follow_ups))
        company = a_company(connection)
        for (act, days, why), which in acts:
            day = TODAY + timedelta(days)
            if act == "add":
                numbers.append(promised(connection, company, due=day))
                model.append([next_workday(day), "open", None])
            elif which < len(model) and model[which][1] == "open":
                if act == "move":
                    assert move(connection, numbers[which], day, why, **WHO) == next_workday(day)
                    model[which][0] = next_workday(day)
                else:
                    settle(connection, numbers[which], act, why, **WHO)
                    model[which][1] = act
                model[which][2] = why or model[which][2]
            else:
                number = numbers[which] if which < len(numbers) else 10**6
                with pytest.raises(Refused):
                    move(connection, number, day, why, **WHO) if act == "move" else settle(
                        connection, number, act, why, **WHO
                    )
        rows = connection.execute(select(follow_ups).order_by(follow_ups.c.id)).all()
        found = open_follow_ups(connection)
    assert [[row.due_on, row.state, row.remark] for row in rows] == model
    assert all((row.settled_at is None) is (row.state == "open") for row in rows)
    assert sorted(each.number for each in found) == [row.id for row in rows if row.state == "open"]
    assert [each.due_on for each in found] == sorted(each.due_on for each in found)


def test_two_who_end_it_at_once_are_told_so(register):
    """The second waits for the first, and finds it ended."""
    import threading

    with register.write() as connection:
        number = promised(connection, a_company(connection))
    told = []

    def end():
        try:
            with register.write() as connection:
                settle(connection, number, "done", None, **WHO)
            told.append("done")
        except Refused:
            told.append("refused")

    threads = [threading.Thread(target=end) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "refused"]
