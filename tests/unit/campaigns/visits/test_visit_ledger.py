"""Whatever is written down, put right and taken back, in whatever order: the register says what a plain model says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from register_kit import NOW, a_company
from sqlalchemy import or_, select
from visits_kit import a_list_says, a_step, a_visit, changed, is_done, known_for, recorded, undone

from newsletter.problems import Refused
from newsletter.store.tables import follow_ups, visit_topics, visits

KEYS = ("company", "day", "topics", "step")
WORDS = ("koekken", "lager")
days = st.dates(date(2026, 10, 1), date(2026, 11, 20))
needs = st.sets(st.sampled_from(WORDS)).map(lambda words: tuple(sorted(words)))
interests = st.sets(st.sampled_from(("mentor",))).map(tuple)
steps = st.none() | st.dates(date(2026, 11, 21), date(2026, 12, 24)).map(lambda day: a_step(due_on=day))
told = st.fixed_dictionaries({"visited_on": days, "needs": needs, "interests": interests, "step": steps})
place = st.integers(0, 99)
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.booleans(), told),
        st.tuples(st.just("edit"), place, st.booleans(), told),
        st.tuples(st.just("undo"), place),
        st.tuples(st.just("done"), place),
        st.tuples(st.just("list"), st.booleans(), st.sampled_from(WORDS)),
    ),
    max_size=12,
)


@dataclass
class Model:
    """What should be so: visits that count by number, and what a list has said of each company."""

    companies: tuple[int, int]
    visits: dict[int, dict] = field(default_factory=dict)
    listed: dict[int, set] = field(default_factory=dict)

    def words(self, company):
        """Topic → the day it was heard last; none for what a list said."""
        heard = {}
        for each in self.visits.values():
            if each["company"] == company:
                for topic in each["topics"]:
                    heard[topic] = max(heard.get(topic, date.min), each["day"])
        return {
            topic: None if topic[0] == "interest" or topic in self.listed.get(company, ()) else heard[topic]
            for topic in {*heard, *self.listed.get(company, ())}
        }


@settings(max_examples=40)
@given(st.lists(st.tuples(st.just("list"), st.booleans(), st.sampled_from(WORDS)), max_size=2), deeds)
def test_the_register_says_what_the_model_says_and_the_past_stays(register, lists, deeds):
    with register.write() as connection:
        model = Model((a_company(connection), a_company(connection)))
    moment, past = NOW, []
    for deed in (*lists, *deeds):
        moment += timedelta(minutes=1)
        do(register, model, deed, moment)
        assert read(register, model) == expected(model)
        past.append((moment, known_then(register, model, moment)))
    for then, said in past:
        assert known_then(register, model, then) == said


def do(register, model: Model, deed: tuple, now: datetime) -> None:
    kind, *rest = deed
    if kind == "add":
        second, values = rest
        keep(model, recorded(register, a_visit(model.companies[second], **values), now, again=True), second, values)
    elif kind == "list":
        second, word = rest
        company = model.companies[second]
        if ("need", word) not in model.words(company):
            a_list_says(register, company, need=word)
            model.listed.setdefault(company, set()).add(("need", word))
    elif model.visits:
        number = sorted(model.visits)[rest[0] % len(model.visits)]
        if kind == "edit":
            alter(register, model, number, rest[1:], now)
        elif kind == "undo":
            undone(register, number, now)
            del model.visits[number]
        elif model.visits[number]["step"]:
            is_done(register, number, now)
            model.visits[number]["done"] += 1
            model.visits[number]["step"] = None


def alter(register, model: Model, number: int, rest: tuple, now: datetime) -> None:
    second, values = rest
    visit = a_visit(model.companies[second], **values)
    before = model.visits[number]
    if (visit.company_id, visit.visited_on, visit.topics, visit.step) == tuple(before[key] for key in KEYS):
        with pytest.raises(Refused, match="just that already"):
            changed(register, number, visit, now, again=True)
        return
    after = changed(register, number, visit, now, again=True)
    done = model.visits.pop(number)["done"]
    keep(model, after, second, values)
    model.visits[after]["done"] = done


def keep(model: Model, number: int, second: bool, values: dict) -> None:
    visit = a_visit(model.companies[second], **values)
    facts = (visit.company_id, visit.visited_on, visit.topics, visit.step)
    model.visits[number] = {**dict(zip(KEYS, facts, strict=True)), "done": 0}


def expected(model: Model):
    told = {
        number: (each["company"], each["day"], each["topics"], bool(each["step"]), each["done"])
        for number, each in model.visits.items()
    }
    return told, [model.words(company) for company in model.companies]


def read(register, model: Model):
    found = {}
    with register.read() as connection:
        counting = visits.c.undone_at.is_(None), visits.c.company_id.in_(model.companies)
        for row in connection.execute(select(visits).where(*counting)):
            topics = connection.execute(select(visit_topics).where(visit_topics.c.visit_id == row.id))
            states = list(connection.scalars(select(follow_ups.c.state).where(follow_ups.c.visit_id == row.id)))
            heard = frozenset((each.kind, each.word) for each in topics)
            steps = (states.count("open") == 1, states.count("done"))
            assert states.count("open") <= 1
            found[row.id] = (row.company_id, row.visited_on, heard, *steps)
        gone = select(visits.c.id).where(visits.c.undone_at.is_not(None))
        open_ones = select(follow_ups.c.id).where(follow_ups.c.state == "open", follow_ups.c.visit_id.in_(gone))
        assert list(connection.scalars(open_ones)) == []
    return found, [known_for(register, company) for company in model.companies]


def known_then(register, model: Model, then: datetime):
    """What a report for that moment reads."""
    table, step = visits.c, follow_ups.c
    counting = (table.recorded_at <= then, or_(table.undone_at.is_(None), table.undone_at > then))
    with register.read() as connection:
        rows = connection.execute(select(visits).where(*counting, table.company_id.in_(model.companies))).all()
        told = {(row.id, row.company_id, row.visited_on, row.outcome, row.size) for row in rows}
        wanted = select(follow_ups).where(step.visit_id.in_([row.id for row in rows]), step.created_at <= then)
        steps = {
            (row.id, row.due_on, row.settled_at is None or row.settled_at > then) for row in connection.execute(wanted)
        }
    return told, steps
