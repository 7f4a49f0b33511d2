"""Who is in which segment and who may be written to: the few passes give what asking one by one gives."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from register_kit import NOW, a_company, a_person
from rules_kit import RULE_CODES, World, a_book, books, rules, worlds, write
from sqlalchemy import func, select

from newsletter.store.tables import people
from newsletter.subscribers.audience import SUBJECTS, block_sets, membership, reachable, readers
from newsletter.subscribers.counts import Count, counts
from newsletter.subscribers.rules.reading import fits
from newsletter.subscribers.segments import Rule, Segment


class ByHand:
    """The same answers, worked out subject by subject in plain Python."""

    def __init__(self, world: World, book, names):
        self.world, self.book, self.names = world, book, names
        self.subjects = [
            (company, person, self.segments(company, person, s)) for company, person, s in world.subjects()
        ]

    def is_member(self, company, person):
        firm = self.world.firms[company - 1] if company else None
        reader = self.world.readers[person - 1] if person else None
        consented = reader is not None and reader.facts.state == "subscribed" and reader.basis == "consent"
        return firm is None or (firm.state == "active" and (not firm.protected or consented))

    def is_reachable(self, company, person):
        reader = self.world.readers[person - 1]
        stopped = reader.suppressed is not None and reader.suppressed.days >= 0
        return reader.facts.state == "subscribed" and not stopped and self.is_member(company, person)

    def segments(self, company, person, subject):
        if not self.is_member(company, person):
            return frozenset()
        return frozenset(name for name in self.names if fits(self.book.rule_of(name), subject, self.book))

    def count(self, wanted):
        """Companies, people and readers of the subjects whose segments are wanted."""
        held = [(company, person) for company, person, segments in self.subjects if wanted(segments)]
        persons = [(company, person) for company, person in held if person]
        return Count(
            companies=len({company for company, _ in held if company}),
            people=len(persons),
            reachable=sum(self.is_reachable(*each) for each in persons),
        )

    def in_none(self):
        in_some = {company for company, _, segments in self.subjects if segments}
        return Count(
            companies=len(set(range(1, len(self.world.firms) + 1)) - in_some),
            people=self.count(lambda segments: not segments).people,
            reachable=self.count(lambda segments: not segments).reachable,
        )

    def overlaps(self):
        shared = Counter()
        for _, person, segments in self.subjects:
            if person:
                shared.update(pair for pair in combinations(self.names, 2) if set(pair) <= segments)
        return dict(shared)


@settings(max_examples=30)
@given(world=worlds(), book=books())
def test_counts_are_what_counting_one_by_one_gives(register, world, book):
    names = list(book.segments)
    with register.read() as connection:
        write(connection, register, world)
        found = counts(connection, names, book, NOW)
        by_hand = ByHand(world, book, names)
        assert found.segments == {name: by_hand.count(lambda segments, name=name: name in segments) for name in names}
        assert found.overlaps == by_hand.overlaps()
        assert found.in_none == by_hand.in_none()
        everybody = by_hand.count(lambda segments: True)
        assert found.everybody == Count(
            companies=len(world.firms), people=len(world.readers), reachable=everybody.reachable
        )
        connection.rollback()


@settings(max_examples=30)
@given(data=st.data(), world=worlds(), book=books())
def test_block_sets_and_readers_are_those_of_everybody_who_may_be_written_to(register, data, world, book):
    every = sorted(book.segments)
    names = data.draw(st.lists(st.sampled_from(every), unique=True))
    audience = data.draw(st.lists(st.sampled_from(every), unique=True))
    by_hand = ByHand(world, book, every)
    wanted = {
        person: segments & frozenset(names)
        for company, person, segments in by_hand.subjects
        if person and by_hand.is_reachable(company, person) and (not audience or segments & frozenset(audience))
    }
    with register.read() as connection:
        write(connection, register, world)
        assert block_sets(connection, names, audience, book, NOW) == dict(Counter(wanted.values()))
        streamed = list(readers(connection, names, audience, book, NOW))
        assert [person for person, _ in streamed] == sorted(wanted)
        masks = {
            person: frozenset(n for place, n in enumerate(names) if mask >> place & 1) for person, mask in streamed
        }
        assert masks == wanted
        connection.rollback()


@settings(max_examples=30)
@given(world=worlds())
def test_who_can_be_in_a_segment_and_who_may_be_written_to(register, world):
    by_hand = ByHand(world, a_book(), [])
    of_people = [(company, person) for company, person, _ in by_hand.subjects if person]
    with register.read() as connection:
        write(connection, register, world)
        asked = select(people.c.id, membership(), reachable(NOW)).select_from(SUBJECTS)
        found = {person: (bool(member), bool(reached)) for person, member, reached in connection.execute(asked)}
        assert found == {p: (by_hand.is_member(c, p), by_hand.is_reachable(c, p)) for c, p in of_people}
        connection.rollback()


def test_more_segments_than_a_number_has_bits(register):
    sizes = ["0", "1", "2-4", "5-9", "10-19", "20-49", "50-99"]
    rules_ = {f"s{n}": Rule.model_validate({"size": sizes[n % 7], "postcode": f"{1000 + n}"}) for n in range(70)}
    rules_ |= {f"r{n}": Rule.model_validate({"role": f"role {n}"}) for n in range(70)}
    rules_ |= {f"i{n}": Rule.model_validate({"interests": f"interest {n}"}) for n in range(70)}
    book = a_book({name: Segment.model_construct(title=name, description=None, where=r) for name, r in rules_.items()})
    with register.write() as connection:
        company = a_company(connection, size=5, postcode="1066")
        a_person(connection, register, "a@example.dk", role="Role 69", company_id=company, state="subscribed")
        found = block_sets(connection, list(rules_), [], book, NOW)
        assert found == {frozenset({"s66", "r69"}): 1}
        held = counts(connection, list(rules_), book, NOW)
        assert {name for name, count in held.segments.items() if count.people} == {"s66", "r69"}
        assert held.overlaps == {("s66", "r69"): 1}


@pytest.mark.parametrize("audience", [[], ["nobody"]])
def test_an_empty_register_has_nobody(register, audience):
    book = a_book({"nobody": Segment.model_construct(title="", description=None, where=Rule(size="1"))})
    with register.read() as connection:
        assert block_sets(connection, [], audience, book, NOW) == {}
        assert list(readers(connection, [], audience, book, NOW)) == []
        assert counts(connection, [], book, NOW).in_none == Count(companies=0, people=0, reachable=0)
        assert connection.scalar(select(func.count()).select_from(people)) == 0


@given(data=st.data(), world=worlds())
def test_parts_put_together_are_the_rule(data, world):
    from newsletter.subscribers.rules.bits import fitting
    from newsletter.subscribers.rules.parts import Found, Parts

    book = a_book()
    parts = Parts(book)
    rule = data.draw(rules(RULE_CODES))
    formula = parts.formula(rule)
    for _, _, subject in world.subjects():
        marks = sum(
            1 << place
            for (key, value), place in parts.marks.items()
            if fits(Rule.model_construct(**{key: value}), subject, book)
        )
        row = fitting({part: 1 << place for part, place in parts.rows.items()}, subject, book)
        person = fitting({part: 1 << place for part, place in parts.people.items()}, subject, book)
        assert formula(Found(subject.company is not None, row, marks, person)) == fits(rule, subject, book)
