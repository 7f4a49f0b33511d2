"""Generated rules and generated registers: what the SQL of segments is held against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st
from register_kit import NOW
from sqlalchemy import insert

from newsletter.store.tables import (
    companies,
    company_interests,
    company_needs,
    invitations,
    network_members,
    networks,
    people,
    sign_ups,
    suppressions,
    visits,
)
from newsletter.subscribers.industries import Industries, make_key, nomenclature
from newsletter.subscribers.rules.bands import BANDS, limits
from newsletter.subscribers.rules.book import Book
from newsletter.subscribers.rules.facts import EVENT_KEYS, CompanyFacts, PersonFacts, Subject, VisitFacts
from newsletter.subscribers.segments import Rule, Segment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from newsletter.store.register import Register

CODES = ["011100", "432200", "4322", "439990", "451120", "472000", "561110", "620100", "682040", "862110", "990000"]
RULE_CODES = ["A", "F", "G", "K", "N", "V", "43", "43.2", "43.22", "4322", "47", "47.2", "56.11", "68", "86.21.10"]
OLD_RULE_CODES = ["A", "F", "G", "J", "L", "45", "43.2", "47", "62", "68"]
KEY = make_key(
    [
        ("432200", "432200"),
        ("451120", "478100"),
        ("451120", "467100"),
        ("472000", "472700"),
        ("620100", "621000"),
        ("682040", "682000"),
    ]
)
INJECTIONS = [
    "'; DROP TABLE people; --",
    '" OR 1=1 --',
    "%",
    "_",
    "a%b_c",
    "\\",
    "{{ reader.name }}",
    ":word",
    "%(word)s",
    "?",
    "$1",
    "köp/*",
]
WORDS = ["HR", "hr", "Køkken", "KØKKEN", "køkken", "Anna", "anna", "Straße", "ÉT", "fleksjob", *INJECTIONS]
CAMPAIGNS = ["besoeg", "viser-vejen"]
EVENTS = ["morgenmoede", "tema"]
NETWORKS = ["netvaerket", "hr-klubben"]
DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in (0, 1, 50, 200, 320)]
PLACES = {"0751": "Aarhus", "0101": "København", "0461": "0461"}
POSTCODES = ["1000", "5000", "8000", "8100", "8299", "9999"]

words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)
days = st.sampled_from(DAYS).map(str)
ATOMS: dict[str, st.SearchStrategy[Any]] = {
    "group10": st.lists(st.integers(1, 11).map(str), min_size=1, max_size=3),
    "size": st.lists(st.sampled_from(BANDS), min_size=1, max_size=4),
    "municipality": st.lists(st.sampled_from(sorted(PLACES.values())), min_size=1, max_size=2),
    "postcode": st.lists(st.sampled_from(["8000", "8000-8299", "1000-5000"]), min_size=1, max_size=2),
    "interests": words,
    "needs": words,
    "network": st.sampled_from([*NETWORKS, *INJECTIONS]),
    "role": words,
    "language": st.sampled_from(["da", "en", "DA"]),
    "contact": words,
    "subscribed_since": days,
    **dict.fromkeys(EVENT_KEYS, st.lists(st.sampled_from([*EVENTS, *INJECTIONS]), min_size=1, max_size=2)),
    "visited_in": st.sampled_from(CAMPAIGNS),
    "not_visited_in": st.sampled_from(CAMPAIGNS),
    "visited_since": days,
    "not_visited_since": days,
    "public_employer": st.sampled_from(["true", "false"]),
}


def _simple(codes: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    every = {**ATOMS, "industry": st.lists(st.sampled_from(codes), min_size=1, max_size=3)}
    keys = st.lists(st.sampled_from(sorted(every)), min_size=1, max_size=3, unique=True)
    return keys.flatmap(lambda names: st.fixed_dictionaries({name: every[name] for name in names}))


def _around(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(inner, min_size=1, max_size=3)
    one = st.sampled_from(["all", "any"]).flatmap(lambda key: st.fixed_dictionaries({key: several}))
    turned = st.fixed_dictionaries({"not": inner})
    both = st.tuples(inner, st.one_of(one, turned)).map(lambda pair: {**pair[0], **pair[1]})
    return st.one_of(one, turned, both)


def rules(codes: list[str] = RULE_CODES, names: tuple[str, ...] = ()) -> st.SearchStrategy[Rule]:
    """Rules with every key, nested; `names` are segments they may name."""
    simple: st.SearchStrategy[dict[str, Any]] = _simple(codes)
    if names:
        simple = st.one_of(simple, st.sampled_from(names).map(lambda name: {"segment": name}))
    return st.recursive(simple, _around, max_leaves=6).map(Rule.model_validate)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Books with segments that lean on the ones before them."""
    name = draw(st.sampled_from(["DB25", "DB25", "DB07"]))
    codes = RULE_CODES if name == "DB25" else OLD_RULE_CODES
    segments: dict[str, Segment] = {}
    for slug in ("en", "to", "tre")[: draw(st.integers(1, 3))]:
        rule = draw(rules(codes, tuple(segments)))
        segments[slug] = Segment.model_construct(title=slug.title(), description=None, where=rule)
    return a_book(segments, name, key=draw(st.booleans()))


def a_book(segments: dict[str, Segment] | None = None, name: Any = "DB25", *, key: bool = True) -> Book:
    """A book of the test's world."""
    return Book(
        segments=segments or {},
        industries=Industries(
            db25=nomenclature("DB25"), db07=nomenclature("DB07"), key=KEY if key else None, problems=()
        ),
        nomenclature=name,
        campaigns={"besoeg": "Besøg"},
        events={"tema": "Temadag"},
        contacts={"anna": "Anna Eksempel"},
    )


@dataclass(frozen=True, kw_only=True)
class Firm:
    """A company of a generated register."""

    facts: CompanyFacts
    state: str = "active"
    protected: bool = False
    noise: bool = False
    """Whether it also has what must not count: an undone visit, a membership that ended."""


class EventWords(NamedTuple):
    """What the register holds of one reader and one event; None where there is no row."""

    sign_up: str | None
    came: bool | None
    answer: str | None
    """`none` for an invitation that was not answered."""

    @property
    def keys(self) -> set[str]:
        """The keys of a rule that this fits."""
        held = {"signed_up"} if self.sign_up == "signed-up" else set()
        held |= {"declined"} if self.sign_up == "cancelled" else set()
        held |= {"declined"} if self.answer == "declined" and self.sign_up is None else set()
        if self.sign_up is not None and self.came is not None:
            held.add("attended" if self.came else "absent")
        return held | ({"invited"} if self.answer is not None else set())


event_words = st.builds(
    EventWords,
    sign_up=st.sampled_from([None, "signed-up", "waiting", "cancelled"]),
    came=st.sampled_from([None, True, False]),
    answer=st.sampled_from([None, "none", "accepted", "declined", "tentative"]),
)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A person of a generated register; `firm` is a number in its list of companies."""

    facts: PersonFacts
    firm: int | None = None
    basis: str | None = None
    suppressed: timedelta | None = None
    """How long the suppression still holds; it is over when negative."""
    says: Mapping[str, EventWords] = field(default_factory=dict)
    """Event → what the register holds of the reader and it."""


@dataclass(frozen=True, kw_only=True)
class World:
    """A generated register, before it is written."""

    firms: list[Firm]
    readers: list[Reader]

    def subjects(self) -> list[tuple[int | None, int | None, Subject]]:
        """Companies and people as rules look at them: numbers from 1, or None."""
        of_people = [
            (
                None if each.firm is None else each.firm + 1,
                number,
                Subject(company=self._facts(each), person=each.facts),
            )
            for number, each in enumerate(self.readers, 1)
        ]
        peopled = {company for company, _, _ in of_people}
        empty = [
            (number, None, Subject(company=firm.facts))
            for number, firm in enumerate(self.firms, 1)
            if number not in peopled
        ]
        return [*of_people, *empty]

    def _facts(self, reader: Reader) -> CompanyFacts | None:
        return None if reader.firm is None else self.firms[reader.firm].facts


some_words = st.frozensets(st.sampled_from(WORDS), max_size=2)
visit_facts = st.builds(
    VisitFacts,
    campaign=st.sampled_from([*CAMPAIGNS, None]),
    kind=st.sampled_from(["visit", "phone", "online", "network-meeting"]),
    visited_on=st.sampled_from(DAYS),
)
coded = st.one_of(st.tuples(st.sampled_from(CODES), st.sampled_from(["DB25", "DB25", "DB07"])), st.just((None, None)))


@st.composite
def firms(draw: st.DrawFn) -> Firm:
    code, name = draw(coded)
    facts = CompanyFacts(
        industry=code,
        nomenclature=name,
        size=draw(st.sampled_from([None, *(limits(band)[0] for band in BANDS)])),
        municipality=draw(st.sampled_from([None, *PLACES])),
        postcode=draw(st.sampled_from([None, *POSTCODES])),
        contact=draw(st.sampled_from([None, *WORDS])),
        public_employer=draw(st.booleans()),
        interests=draw(some_words),
        needs=draw(some_words),
        networks=draw(st.frozensets(st.sampled_from(NETWORKS), max_size=2)),
        visits=tuple(draw(st.lists(visit_facts, max_size=2))),
    )
    state = draw(st.sampled_from(["active", "active", "active", "closing", "ceased"]))
    return Firm(facts=facts, state=state, protected=draw(st.booleans()), noise=draw(st.booleans()))


@st.composite
def readers(draw: st.DrawFn, among: int) -> Reader:
    state = draw(st.sampled_from(["none", "pending", "subscribed", "subscribed", "subscribed", "unsubscribed"]))
    says = {event: draw(event_words) for event in EVENTS}
    facts = PersonFacts(
        role=draw(st.sampled_from([None, *WORDS])),
        language=draw(st.sampled_from(["da", "en"])),
        state=state,
        subscribed_on=draw(st.sampled_from(DAYS)) if state == "subscribed" else None,
        **{key: frozenset(event for event in EVENTS if key in says[event].keys) for key in EVENT_KEYS},
    )
    return Reader(
        facts=facts,
        says=says,
        firm=draw(st.none() | st.integers(0, among - 1)) if among else None,
        basis=draw(st.sampled_from(["consent", "other"])) if state in ("pending", "subscribed") else None,
        suppressed=draw(st.sampled_from([None, None, timedelta(days=1), timedelta(days=-1)])),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Registers of a few companies and people."""
    made = draw(st.lists(firms(), max_size=5))
    return World(firms=made, readers=draw(st.lists(readers(len(made)), max_size=6)))


def write(connection: Connection, register: Register, world: World) -> None:
    """Write a generated register to an empty one. Companies and people have the numbers that `subjects` gives them."""
    connection.execute(insert(networks), [{"id": n, "slug": slug, "title": slug} for n, slug in enumerate(NETWORKS, 1)])
    for number, firm in enumerate(world.firms, 1):
        _write_firm(connection, number, firm)
    for number, reader in enumerate(world.readers, 1):
        _write_reader(connection, register, number, reader)


def _write_firm(connection: Connection, number: int, firm: Firm) -> None:
    facts = firm.facts
    columns = ("industry", "nomenclature", "size", "municipality", "postcode", "contact", "public_employer")
    row = {name: getattr(facts, name) for name in columns}
    row |= {"id": number, "name": f"Firma {number}", "source": "sample", "updated_at": NOW}
    connection.execute(insert(companies).values(**row, state=firm.state, protected=firm.protected))
    here = {"company_id": number}
    _many(connection, company_interests, [{**here, "interest": word} for word in facts.interests])
    _many(connection, company_needs, [{**here, "need": word} for word in facts.needs])
    members = [{**here, "network_id": NETWORKS.index(slug) + 1, "left_on": None} for slug in facts.networks]
    others = [slug for slug in NETWORKS if slug not in facts.networks]
    if firm.noise and others:
        members.append({**here, "network_id": NETWORKS.index(others[0]) + 1, "left_on": DAYS[0]})
    _many(connection, network_members, members)
    said = [(visit, None) for visit in facts.visits]
    if firm.noise:
        said.append((VisitFacts(campaign=CAMPAIGNS[0], kind="visit", visited_on=DAYS[-1]), NOW))
    _many(connection, visits, [{**here, **_visit(visit), "undone_at": undone} for visit, undone in said])


def _visit(visit: VisitFacts) -> dict[str, Any]:
    common: dict[str, Any] = {"consultant": "anna", "recorded_by": "anna", "recorded_at": NOW}
    return {**common, "campaign": visit.campaign, "kind": visit.kind, "visited_on": visit.visited_on}


def _write_reader(connection: Connection, register: Register, number: int, reader: Reader) -> None:
    key = f"person{number}@example.dk"
    row: dict[str, Any] = {"id": number, "address": key, "address_key": key, "address_hash": register.hash_of(key)}
    row |= {name: getattr(reader.facts, name) for name in ("role", "language", "state", "subscribed_on")}
    row |= {"company_id": None if reader.firm is None else reader.firm + 1, "basis": reader.basis}
    connection.execute(insert(people).values(**row, created_at=NOW, updated_at=NOW))
    for event, (state, came, answer) in reader.says.items():
        here: dict[str, Any] = {"person_id": number, "event": event}
        if state is not None:
            signed = insert(sign_ups).values(**here, state=state, attended=came, signed_up_at=NOW)
            connection.execute(signed)
        if answer is not None:
            said = None if answer == "none" else answer
            connection.execute(insert(invitations).values(**here, sequence=0, sent_at=NOW, answer=said))
    if reader.suppressed is not None:
        expires: datetime = NOW + reader.suppressed
        values = {"address_hash": row["address_hash"], "reason": "asked", "at": NOW, "expires_at": expires}
        connection.execute(insert(suppressions).values(**values))


def _many(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
