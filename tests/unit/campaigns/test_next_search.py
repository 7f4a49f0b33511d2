"""The quick search finds what scoring every company finds, on both databases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from register_kit import NOW
from rules_kit import (
    DAYS,
    EVENTS,
    OLD_RULE_CODES,
    RULE_CODES,
    WORDS,
    Firm,
    World,
    books,
    firms,
    readers,
    write,
)
from sqlalchemy import insert, update

from newsletter.campaigns.next import search
from newsletter.campaigns.next.asking import Ask
from newsletter.campaigns.next.gaps import Gap, Gaps
from newsletter.campaigns.next.listing import whom_next
from newsletter.campaigns.next.scoring import Facts, suggest
from newsletter.campaigns.next.weights import Next
from newsletter.campaigns.targets import SIZES
from newsletter.store.tables import companies, enquiries, follow_ups, sign_ups
from newsletter.subscribers.rules.facts import MEETINGS, folded
from newsletter.subscribers.rules.reading import fits

if TYPE_CHECKING:
    from newsletter.subscribers.rules.book import Book

TODAY = date(2026, 11, 22)
CAMPAIGN = "besoeg"
INTERESTS = ("fleksjob", "KØKKEN")
MOMENTS = [datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for day in DAYS]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What a company did besides what rules look at."""

    no_visits: bool
    questions: list[tuple[datetime, bool]]
    """When, and whether it was answered."""
    promises: list[tuple[date, str]]
    """For when, and how it stands."""
    seats: list[tuple[str, datetime, str, bool | None]]
    """Event, when they signed up, state, attended."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A register, the question, and how many companies are wanted."""

    world: World
    beside: list[Beside]
    ask: Ask
    limit: int
    facts: dict[int, Facts] = field(default_factory=dict)


beside = st.builds(
    Beside,
    no_visits=st.sampled_from([False, False, False, True]),
    questions=st.lists(st.tuples(st.sampled_from(MOMENTS), st.booleans()), max_size=1),
    promises=st.lists(st.tuples(st.sampled_from([*DAYS, TODAY]), st.sampled_from(["open", "done"])), max_size=1),
    seats=st.lists(
        st.tuples(
            st.sampled_from(EVENTS),
            st.sampled_from(MOMENTS),
            st.sampled_from(["signed-up", "waiting", "cancelled"]),
            st.sampled_from([None, True, False]),
        ),
        max_size=1,
    ),
)
points = st.sampled_from([0, 1, 5, 10, 20])
days = st.sampled_from([0, 30, 60, 200, 400])


@st.composite
def weights(draw: st.DrawFn) -> Next:
    values: dict[str, Any] = {name: draw(points) for name in Next.model_fields if Next.model_fields[name].default}
    values |= {name: draw(days) for name in Next.model_fields if name.endswith("_days")}
    values["needs"] = draw(st.lists(st.sampled_from(WORDS), max_size=2))
    return Next.model_validate({name: value for name, value in values.items() if name != "ahead_workdays"})


@st.composite
def gaps(draw: st.DrawFn, book: Book) -> Gaps:
    codes = RULE_CODES if book.nomenclature == "DB25" else OLD_RULE_CODES
    industries = draw(st.dictionaries(st.sampled_from([*map(book.code, codes)]), st.integers(1, 20), max_size=3))
    sizes = draw(st.dictionaries(st.sampled_from(SIZES), st.integers(1, 20), max_size=3))
    made = [
        sorted((Gap(key=key, actual=0, wanted=1, points=each) for key, each in some.items()), key=lambda g: -g.points)
        for some in (industries, sizes)
    ]
    return Gaps(industries=made[0], sizes=made[1], book=book)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    book = draw(books())
    there = draw(st.lists(firms(), min_size=3, max_size=9))
    ask = Ask(
        campaign=CAMPAIGN,
        weights=draw(weights()),
        interests=draw(st.sampled_from([(), INTERESTS])),
        audience=draw(st.sampled_from([(), tuple(book.segments)[:2]])),
        gaps=draw(gaps(book)),
        wanted_by=TODAY,
        events={},
        consultant=draw(st.sampled_from([None, None, "anna", "HR"])),
        today=TODAY,
        zone=UTC,
    )
    return Scene(
        world=World(firms=there, readers=draw(st.lists(readers(len(there)), max_size=6))),
        beside=[draw(beside) for _ in there],
        ask=ask,
        limit=draw(st.integers(1, 4)),
    )


@settings(max_examples=40)
@given(scene=scenes())
def test_the_list_is_the_plain_one(register, scene: Scene):
    held(register, scene)


@settings(max_examples=15)
@given(scene=scenes(), few=st.integers(1, 2))
def test_so_it_is_when_the_search_is_patient_and_begins_with_few(register, scene: Scene, few):
    """Kind by kind to the end, never the register as a whole; and with a first look at hardly anybody."""
    before = search._PATIENCE, search._FEW
    search._PATIENCE, search._FEW = 100_000, few
    try:
        held(register, scene)
    finally:
        search._PATIENCE, search._FEW = before


def held(register, scene: Scene) -> None:
    expected = sorted((suggest(facts, scene.ask) for facts in plain(scene)), key=lambda each: each.rank)
    with register.read() as connection:
        write(connection, register, scene.world)
        write_beside(connection, scene)
        found = whom_next(connection, scene.ask, scene.limit)
        connection.rollback()
    assert list(found.suggestions) == expected[: scene.limit]
    assert found.left_out == hidden(scene)


def write_beside(connection, scene: Scene) -> None:
    for number, each in enumerate(scene.beside, 1):
        if each.no_visits:
            connection.execute(update(companies).where(companies.c.id == number).values(no_visits=True))
        here: dict[str, Any] = {"company_id": number}
        for at, answered in each.questions:
            row = {**here, "channel": "mail", "topic": "fleksjob", "received_at": at}
            connection.execute(insert(enquiries).values(**row, answered_at=NOW if answered else None))
        for due, state in each.promises:
            row = {**here, "what": "Ring", "consultant": "anna", "due_on": due, "state": state, "created_at": NOW}
            connection.execute(insert(follow_ups).values(**row))
        for event, at, state, there in each.seats:
            row = {**here, "event": event, "signed_up_at": at, "state": state, "attended": there}
            connection.execute(insert(sign_ups).values(**row))


def plain(scene: Scene) -> list[Facts]:
    """The facts of all companies that may be visited."""
    numbers = range(1, len(scene.world.firms) + 1)
    return [
        facts_of(scene, number)
        for number in numbers
        if in_question(scene, number) and is_open(scene, number) and not scene.beside[number - 1].no_visits
    ]


def hidden(scene: Scene) -> tuple[int, int]:
    protected = no_visits = 0
    for number, each in enumerate(scene.beside, 1):
        facts = facts_of(scene, number)
        if in_question(scene, number) and (facts.asked_open or facts.event):
            protected += not is_open(scene, number)
            no_visits += is_open(scene, number) and each.no_visits
    return protected, no_visits


def in_question(scene: Scene, number: int) -> bool:
    firm, ask = scene.world.firms[number - 1], scene.ask
    visits = firm.facts.visits
    here = any(visit.campaign == CAMPAIGN and visit.kind in MEETINGS for visit in visits)
    lately = any(visit.visited_on > ask.too_soon for visit in visits)
    ours = ask.consultant is None or firm.facts.contact in (None, ask.consultant)
    return firm.state == "active" and ours and not here and not lately


def is_open(scene: Scene, number: int) -> bool:
    people = [each for each in scene.world.readers if each.firm == number - 1]
    consented = any(each.facts.state == "subscribed" and each.basis == "consent" for each in people)
    return not scene.world.firms[number - 1].protected or consented


def facts_of(scene: Scene, number: int) -> Facts:
    firm, each, ask = scene.world.firms[number - 1], scene.beside[number - 1], scene.ask
    known: dict[str, Any] = {}
    for at, answered in each.questions:
        if not answered or at >= ask.asked_since:
            known |= {"asked_on": at.date(), "asked_topic": "fleksjob", "asked_open": not answered}
    for due, state in each.promises:
        if state == "open" and due < TODAY:
            known |= {"promised_for": due, "promised": "Ring"}
    for event, at, state, there in each.seats:
        if state != "cancelled" and there is not False and at >= ask.came_since:
            known |= {"event": event, "attended": bool(there)}
    met = [visit.visited_on for visit in firm.facts.visits if visit.kind in MEETINGS]
    return Facts(
        id=number,
        cvr=None,
        name=f"Firma {number}",
        street=None,
        town=None,
        stand_in=None,
        contact_time=None,
        call_first=False,
        **{name: getattr(firm.facts, name) for name in ("industry", "nomenclature", "size", "postcode", "contact")},
        needs=among(firm, "needs", ask.weights.needs),
        interests=among(firm, "interests", ask.interests),
        in_audience=any(
            fits(ask.gaps.book.rule_of(name), subject, ask.gaps.book)
            for name in ask.audience
            for company, _, subject in scene.world.subjects()
            if company == number
        ),
        last_contact=max((visit.visited_on for visit in firm.facts.visits), default=None),
        last_visit=max(met, default=None),
        **known,
    )


def among(firm: Firm, name: str, words) -> tuple[str, ...]:
    wanted = set(map(folded, words))
    return tuple(sorted(word for word in getattr(firm.facts, name) if folded(word) in wanted))
