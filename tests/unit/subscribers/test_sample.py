"""The sample is invented, the same for the same seed, and rich enough for every command; nothing real is mixed in."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from register_kit import NOW, a_company, a_person
from sqlalchemy import insert, select, update

from newsletter.problems import Refused
from newsletter.store.kinds import METADATA
from newsletter.store.tables import (
    audit,
    companies,
    company_interests,
    consents,
    follow_ups,
    meta,
    network_members,
    people,
    results,
    sign_ups,
    suppressions,
    visit_topics,
    visits,
    workplaces,
)
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.consent import Entry, fold
from newsletter.subscribers.cpr import holds_cpr
from newsletter.subscribers.industries import nomenclature
from newsletter.subscribers.rules.bands import BANDS, limits
from newsletter.subscribers.sample import making
from newsletter.subscribers.sample.making import sample
from newsletter.subscribers.sample.mark import is_sample, refuse_sample
from newsletter.subscribers.sample.scene import Effort, Happening, Scene, scene_of
from newsletter.subscribers.sample.words import cvr_numbers, trades
from newsletter.workspace import read_workspace

if TYPE_CHECKING:
    from newsletter.store.register import Register

SCENE = Scene(
    consultants=("anna-eksempel", "bo-eksempel"),
    campaigns=(
        Effort(slug="vejen", first=date(2026, 10, 1), last=date(2027, 6, 30), visits=120),
        Effort(slug="senere", first=date(2027, 3, 1), last=date(2027, 9, 30), visits=40),
    ),
    events=(
        Happening(slug="holdt", day=date(2026, 11, 3), capacity=20),
        Happening(slug="snart", day=date(2026, 12, 10), capacity=10),
        Happening(slug="langt-ude", day=date(2027, 5, 20), capacity=30),
    ),
    networks=("virksomhedsnetvaerket",),
    schemes=("fleksjob", "mentorstoette"),
)


@pytest.fixture
def make(register: Register):
    def made(**options: Any):
        return sample(register, **{"number": 300, "now": NOW, "actor": "eva", "scene": SCENE, **options})

    return made


def rows(register: Register, table: Any) -> list[Any]:
    with register.read() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key)).all())


def facts(register: Register) -> list[Any]:
    """Everything but what is kept by the register itself, without the numbers of the consent log."""
    skipped = {"audit", "meta", "wordings", "sends"}
    kept = [table for table in METADATA.sorted_tables if table.name not in skipped]
    with register.read() as connection:
        return [
            sorted(
                repr({name: value for name, value in row.items() if name not in ("id", "wording_id")})
                for row in connection.execute(select(table)).mappings()
            )
            for table in kept
        ]


def test_the_same_seed_makes_the_same_register_and_another_seed_another(register, make):
    make(number=60)
    first = facts(register)
    make(number=60)
    assert facts(register) == first
    make(number=60, seed=2)
    assert facts(register) != first


class TestInvented:
    def test_no_company_can_be_a_real_one(self, register, make):
        make()
        for company in rows(register, companies):
            assert company.name.startswith("Eksempel")
            assert re.fullmatch(r"0[0-9]{7}", company.cvr), "CVR numbers begin with 1 to 9"
            assert company.source == "sample"
        assert rows(register, workplaces)
        for place in rows(register, workplaces):
            assert re.fullmatch(r"199[0-9]{7}", place.p_number)
            assert not holds_cpr(place.p_number)

    def test_no_address_can_be_reached_and_each_stands_as_the_register_writes_it(self, register, make):
        make()
        for person in rows(register, people):
            assert person.address.endswith(".example")
            address = parse_address(person.address)
            assert (person.address, person.address_key, person.smtputf8) == address
            assert person.address_hash == register.hash_of(person.address_key)
            assert person.name.endswith(" Eksempel")

    def test_there_are_numbers_enough_all_with_a_check_digit_that_fits_and_none_twice(self):
        numbers = list(cvr_numbers())
        assert len(set(numbers)) == len(numbers) > 800_000
        for number in numbers[::997]:
            assert (
                sum(int(digit) * weight for digit, weight in zip(number, (2, 7, 6, 5, 4, 3, 2, 1), strict=True)) % 11
                == 0
            )

    def test_every_trade_has_codes_that_exist(self):
        for trade in trades()[0]:
            assert nomenclature("DB25").company_code(trade.db25) == trade.db25
            assert nomenclature("DB07").company_code(trade.db07) == trade.db07


class TestRich:
    """What every command needs to show something."""

    @pytest.fixture(autouse=True)
    def _make(self, make):
        make()

    def test_companies_of_all_kinds(self, register):
        found = rows(register, companies)
        assert {company.state for company in found} == {"active", "closing", "ceased"}
        assert {company.protected for company in found} == {True, False}
        assert {company.public_employer for company in found} == {True, False}
        assert {company.nomenclature for company in found} == {"DB25", "DB07"}
        assert {company.contact for company in found} == {None, "anna-eksempel", "bo-eksempel"}
        assert {"ENK", "PMV", "APS", "A/S", "I/S", "KOM"} <= {company.form for company in found}
        assert {company.size for company in found} <= {limits(band)[0] for band in BANDS}
        small = sum(company.size < 10 for company in found)
        assert small > len(found) * 0.75
        sections = {nomenclature(each.nomenclature).section_of(each.industry) for each in found}
        assert set("ACFGHIKLMNORST") <= sections

    def test_the_municipality_is_its_first_company(self, register):
        first = rows(register, companies)[0]
        assert (first.name, first.public_employer, first.size) == ("Eksempelkommune", True, 1000)

    def test_people_stand_where_their_consents_end(self, register):
        said: dict[int, list[Entry]] = {}
        for line in rows(register, consents):
            said.setdefault(line.person_id, []).append(
                Entry(person_id=line.person_id, kind=line.kind, basis=line.basis, source=line.source, at=line.at)
            )
            assert line.recorded_at == NOW
            assert line.at <= NOW
            assert line.basis == "other" or line.kind == "withdrawn" or line.wording_id
        everybody = rows(register, people)
        for person in everybody:
            standing = fold(said.get(person.id, []))
            assert (person.state, person.basis, person.subscribed_on) == (
                standing.state,
                standing.basis,
                standing.subscribed_on,
            )
        assert {person.state for person in everybody} == {"none", "pending", "subscribed", "unsubscribed"}
        assert {person.basis for person in everybody} == {"consent", "other", None}
        assert None in {person.company_id for person in everybody}
        assert {"hr", "ejer", "tillidsrepræsentant", "social-tillidsperson"} <= {person.role for person in everybody}

    def test_who_unsubscribed_is_kept_out(self, register):
        kept_out = {row.address_hash: row.reason for row in rows(register, suppressions)}
        gone = [each for each in rows(register, people) if each.state == "unsubscribed"]
        term = NOW - timedelta(days=725)
        assert gone
        assert all(each.address_hash in kept_out for each in gone if each.updated_at > term)

    def test_on_some_visits_needs_and_interests_were_heard(self, register):
        heard = rows(register, visit_topics)
        numbers = {visit.id for visit in rows(register, visits)}
        assert {each.kind for each in heard} == {"need", "interest"}
        assert {each.visit_id for each in heard} < numbers

    def test_the_campaign_has_visits_up_to_now_and_a_later_one_none(self, register):
        active = {company.id: company for company in rows(register, companies) if company.state == "active"}
        in_campaign = [visit for visit in rows(register, visits) if visit.campaign == "vejen"]
        assert 15 <= len(in_campaign) <= 30
        assert {visit.visited_on.month for visit in in_campaign} == {10, 11}
        assert len({visit.company_id for visit in in_campaign}) < len(in_campaign)
        for visit in rows(register, visits):
            assert visit.campaign in ("vejen", None)
            assert visit.visited_on <= NOW.date()
            assert visit.visited_on.weekday() < 5
            assert visit.company_id in active
            assert visit.recorded_at <= NOW

    def test_promises_events_networks_and_results(self, register):
        assert {row.state for row in rows(register, follow_ups)} >= {"open", "done"}
        assert any(row.state == "open" and row.due_on < NOW.date() for row in rows(register, follow_ups))
        events = Counter(row.event for row in rows(register, sign_ups))
        assert events["holdt"] > 5
        assert events["langt-ude"] < events["snart"]
        assert {row.attended for row in rows(register, sign_ups) if row.event == "holdt"} >= {True}
        assert {row.attended for row in rows(register, sign_ups) if row.event == "snart"} == {None}
        assert rows(register, network_members)
        assert rows(register, company_interests)
        assert {row.measure for row in rows(register, results)} >= {"agreement", "ambassador", "pledge", "press"}
        agreed = {row.measure for row in rows(register, results) if row.consent_until}
        assert agreed <= {"ambassador", "mentor", "pledge"}

    def test_whoever_comes_after_gets_the_next_number(self, register):
        with register.write() as connection:
            number = a_company(connection, cvr="13748136")
            person = a_person(connection, register, "ny@firma.example", company_id=number)
        assert number == 301
        assert person == max(each.id for each in rows(register, people))

    def test_the_audit_log_says_so(self, register):
        assert [(line.actor, line.action) for line in rows(register, audit)] == [("eva", "register sample")]


class TestRefuses:
    @pytest.mark.parametrize("what", ["company", "person", "suppression"])
    def test_a_register_that_holds_anything_is_left_alone(self, register, make, what):
        with register.write() as connection:
            if what == "company":
                a_company(connection, cvr="13748136")
            elif what == "person":
                a_person(connection, register, "a@b.example")
            else:
                values = {"address_hash": b"x" * 16, "reason": "asked", "at": NOW, "expires_at": NOW}
                connection.execute(insert(suppressions).values(**values))
        with pytest.raises(Refused, match="holds more than a sample"):
            make()
        assert not [row for row in rows(register, meta) if row.name == "sample"]

    def test_a_sample_with_something_real_in_it_is_left_alone(self, register, make):
        make(number=5)
        with register.write() as connection:
            number = a_company(connection, cvr="13748136")
            a_person(connection, register, "anna@firma.dk")
        with pytest.raises(Refused):
            make(number=5)
        with register.write() as connection:
            connection.execute(update(companies).where(companies.c.id == number).values(source="sample"))
        with pytest.raises(Refused):
            make(number=5)

    def test_what_is_real_is_refused_by_a_sample(self, register, make):
        with register.read() as connection:
            assert not is_sample(connection)
            refuse_sample(connection)
        make(number=5)
        with register.read() as connection:
            assert is_sample(connection)
            with pytest.raises(Refused, match="is a sample"):
                refuse_sample(connection)


class TestSizes:
    def test_so_many_people_as_are_asked_for(self, make):
        made = make(number=40, people_number=101)
        assert (made.companies, made.people) == (40, 101)
        assert make(number=3, people_number=0).people == 0

    def test_progress_is_told(self, make, monkeypatch):
        monkeypatch.setattr(making, "_CHUNK", 20)
        told: list[int] = []
        make(number=50, people_number=0, told=told.append)
        assert told == [20, 40, 50]

    def test_without_a_workspace_and_at_another_time_of_day(self, register, make):
        make(number=50, scene=Scene(), now=datetime.fromisoformat("2026-11-22T00:30:00+01:00"))
        assert not rows(register, visits)
        assert rows(register, companies)[0].updated_at == datetime(2026, 11, 21, 23, 30, tzinfo=UTC)


def test_the_scene_of_a_workspace_has_its_contacts_campaigns_events_and_words(starter):
    scene = scene_of(read_workspace(starter))
    assert scene.consultants == ("anna-eksempel", "bo-eksempel")
    assert [(each.slug, each.visits) for each in scene.campaigns] == [
        ("bliv-i-jobbet", 40),
        ("virksomheder-viser-vejen", 120),
    ]
    assert "netvaerk-december" in {each.slug for each in scene.events}
    assert scene.networks == ("virksomhedsnetvaerket",)
    assert "fastholdelse" in scene.interests
    assert "fleksjob" in scene.schemes
