"""Lists come into the register, on both databases."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people_kit import NONE, NOW, OTHER, act, join, log, said, standing
from register_kit import a_company
from sqlalchemy import func, select

from newsletter.settings import read_settings
from newsletter.store.register import connect
from newsletter.store.tables import (
    METADATA,
    audit,
    companies,
    company_interests,
    company_needs,
    consents,
    network_members,
    networks,
    people,
    workplaces,
)
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.consent import Standing, fold
from newsletter.subscribers.importing import apply
from newsletter.subscribers.importing.apply import import_rows
from newsletter.subscribers.importing.outcome import Outcome
from newsletter.subscribers.importing.rows import BadRow, CellProblem, Subscriber
from newsletter.subscribers.people import suppress, unsubscribe
from newsletter.subscribers.privacy.erase import erase

CVR, OTHER_CVR = "13748136", "25313763"


def row(address: str | None = "anna@firma.example", line: int = 2, **values) -> Subscriber:
    return Subscriber(line, parse_address(address) if address else None, **values)


def take(register, *rows, basis=None, **options) -> Outcome:
    return import_rows(register, rows, basis or said(), now=NOW, actor="maja", **options)


def everything(register) -> dict[str, list[tuple]]:
    """All that the register holds but its own notes."""
    tables = [table for table in METADATA.sorted_tables if table.name not in ("audit", "meta")]
    with register.read() as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}


def only(register, table):
    with register.read() as connection:
        return connection.execute(select(table)).mappings().one()


def test_a_row_becomes_a_person_at_a_company(register):
    outcome = take(
        register,
        row(
            "Søren@firma.example",
            name="Søren Holm",
            first_name="Søren",
            role="chef",
            language="en",
            company="Bageriet ApS",
            cvr=CVR,
            p_number="1013456789",
            industry="432200",
            nomenclature="DB25",
            size=10,
            municipality="0751",
            postcode="8000",
            town="Aarhus C",
            street="Nygade 1",
            interests=("fleksjob", "løntilskud"),
            needs=("praktik",),
            networks=("Netværk Nord",),
            contact="mette-holm",
            stand_in="bo-by",
            public_employer=True,
            call_first=True,
            contact_time="formiddag",
        ),
    )
    assert outcome == Outcome(rows=1, new=1, agreed=1, companies_new=1, workplaces_new=1, marks=4)
    person, company, place = only(register, people), only(register, companies), only(register, workplaces)
    assert (person["address"], person["address_key"]) == ("Søren@firma.example", "søren@firma.example")
    assert person["address_hash"] == register.hash_of("søren@firma.example")
    assert person["smtputf8"] is True
    assert [person[name] for name in ("name", "first_name", "role", "language")] == [
        "Søren Holm",
        "Søren",
        "chef",
        "en",
    ]
    assert (person["company_id"], person["workplace_id"]) == (company["id"], place["id"])
    assert (person["state"], person["basis"], person["subscribed_on"]) == ("subscribed", "consent", NOW.date())
    assert person["created_at"] == person["updated_at"] == company["updated_at"] == NOW
    assert (company["name"], company["cvr"], company["source"]) == ("Bageriet ApS", CVR, "import")
    place_facts = ("432200", "DB25", 10, "0751", "8000", "Aarhus C", "Nygade 1")
    names = ("industry", "nomenclature", "size", "municipality", "postcode", "town", "street")
    assert tuple(company[name] for name in names) == tuple(place[name] for name in names) == place_facts
    assert (company["contact"], company["stand_in"], company["contact_time"]) == ("mette-holm", "bo-by", "formiddag")
    assert company["call_first"] is True
    assert company["public_employer"] is True
    assert company["protected"] is False
    with register.read() as connection:
        assert connection.scalars(select(company_interests.c.interest)).all() == ["fleksjob", "løntilskud"]
        assert connection.scalars(select(company_needs.c.need)).all() == ["praktik"]
        assert connection.execute(select(networks.c.slug, networks.c.title)).one() == ("netvaerk-nord", "Netværk Nord")
        member = connection.execute(select(network_members)).one()
        assert (member.company_id, member.person_id) == (company["id"], person["id"])
        (entry,) = log(connection, person["id"])
    assert (entry.kind, entry.source, entry.basis) == ("given", "en formular", "consent")
    assert entry.wording_id


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        (said(date(2026, 11, 1)), Standing(state="subscribed", basis="consent", subscribed_on=date(2026, 11, 1))),
        (OTHER, Standing(state="subscribed", basis="other", subscribed_on=NOW.date())),
        (NONE, Standing()),
    ],
)
def test_people_stand_as_the_basis_of_the_list_says(register, basis, expected):
    outcome = take(register, row(), basis=basis)
    person = only(register, people)
    with register.read() as connection:
        assert standing(connection, person["id"]) == expected == fold(log(connection, person["id"]))
    assert (outcome.agreed, outcome.without_basis) == ((0, 1) if basis is NONE else (1, 0))


def test_a_row_may_say_the_day_of_its_own_consent(register):
    rows = [row("a@b.dk", consented_on=date(2026, 3, 1)), row("b@b.dk")]
    take(register, *rows, basis=said(date(2026, 11, 1)))
    with register.read() as connection:
        days = connection.scalars(select(people.c.subscribed_on).order_by(people.c.address_key)).all()
        said_at = connection.scalars(select(consents.c.at).order_by(consents.c.at)).all()
    assert days == [date(2026, 3, 1), date(2026, 11, 1)]
    assert [moment.date() for moment in said_at] == days


def test_the_same_list_again_changes_nothing(register):
    rows = [
        row("a@b.dk", name="Åse", cvr=CVR, company="Nord", size=10, interests=("x",), networks=("Net",)),
        row("b@b.dk", name="Bo", cvr=CVR, company="Syd", size=20, p_number="1013456789"),
        row("c@b.dk", company="Uden CVR", postcode="8000"),
        row("A@b.dk", name="En anden", role="chef"),
        row(None, cvr=OTHER_CVR, company="Kun firma"),
    ]
    first = take(register, *rows)
    assert (first.new, first.repeated, first.companies_new) == (3, 1, 3)
    before = everything(register)
    with register.read() as connection:
        noted = connection.scalar(select(func.count()).select_from(audit))
    again = take(register, *rows)
    assert everything(register) == before
    assert again == Outcome(rows=5, unchanged=3, repeated=1)
    with register.read() as connection:
        assert connection.scalar(select(func.count()).select_from(audit)) == noted, "nothing to note"


def test_the_same_list_again_changes_nothing_across_chunks(register, monkeypatch):
    monkeypatch.setattr(apply, "CHUNK", 2)
    rows = [row(f"a{number % 7}@b.dk", name=f"N{number}", cvr=CVR, size=number, town=None) for number in range(20)]
    rows += [row(f"b{number % 3}@b.dk", company="Uden", town=f"By {number}") for number in range(9)]
    first = take(register, *rows)
    assert (first.new, first.repeated, first.companies_new) == (10, 19, 2)
    before = everything(register)
    assert take(register, *rows).writes == 0
    assert everything(register) == before


def test_only_what_is_said_changes(register):
    take(
        register,
        row(name="Anna Hansen", first_name="Anna", role="chef", cvr=CVR, company="Nord", size=10, town="Vejle"),
    )
    changed = take(register, row("ANNA@firma.example", name="Hansen, A", cvr=CVR, size=20))
    assert changed == Outcome(rows=1, changed=1, companies_changed=1)
    person, company = only(register, people), only(register, companies)
    assert (person["name"], person["first_name"], person["role"]) == ("Hansen, A", None, "chef")
    assert (company["name"], company["size"], company["town"]) == ("Nord", 20, "Vejle")


def test_a_person_moves_to_another_company(register):
    take(register, row(cvr=CVR, company="Nord"))
    assert take(register, row(cvr=OTHER_CVR, company="Syd")).changed == 1
    assert take(register, row()).unchanged == 1
    with register.read() as connection:
        wanted = select(companies.c.name).join(people, people.c.company_id == companies.c.id)
        assert connection.scalars(wanted).all() == ["Syd"]


def test_what_cvr_said_of_a_company_is_not_changed_by_a_list(register):
    with register.write() as connection:
        a_company(connection, cvr=CVR, name="Nord A/S", size=50, source="cvr", protected=True)
    outcome = take(
        register, row(cvr=CVR, company="nord", size=2, town="Vejle", contact="mette-holm", public_employer=True)
    )
    company = only(register, companies)
    assert (company["name"], company["size"], company["town"]) == ("Nord A/S", 50, None)
    assert (company["contact"], company["public_employer"], company["protected"]) == ("mette-holm", False, True)
    assert outcome.companies_changed == 1


def test_what_cvr_said_of_a_workplace_is_not_changed_by_a_list(register):
    with register.write() as connection:
        company = a_company(connection, cvr=CVR, name="Nord A/S", source="cvr")
        connection.execute(
            workplaces.insert().values(p_number="1013456789", company_id=company, size=5, updated_at=NOW)
        )
    take(register, row("a@b.dk", cvr=CVR, p_number="1013456789", size=2))
    take(register, row("b@b.dk", cvr=OTHER_CVR, p_number="1013456789", size=2, company="Syd"))
    place = only(register, workplaces)
    assert (place["company_id"], place["size"]) == (company, 5)


def test_a_workplace_is_told_what_is_new_and_may_change_hands(register):
    take(register, row(cvr=CVR, company="Nord", p_number="1013456789", size=2, town="Vejle"))
    outcome = take(register, row(cvr=OTHER_CVR, company="Syd", p_number="1013456789", size=5))
    assert outcome.workplaces_changed == 1
    with register.read() as connection:
        wanted = select(workplaces.c.size, workplaces.c.town, companies.c.name).join(companies)
        assert connection.execute(wanted).one() == (5, "Vejle", "Syd")


def test_a_company_without_a_name_is_known_by_its_number(register):
    take(register, row(cvr=CVR))
    assert only(register, companies)["name"] == f"CVR {CVR}"
    take(register, row(cvr=CVR, company="Nord"))
    assert only(register, companies)["name"] == "Nord"


def test_companies_without_a_number_are_told_apart_by_name_and_postcode(register):
    rows = [("a", "Nord", "8000"), ("b", "NORD", "8000"), ("c", "Nord", "9000"), ("d", "Nord", None)]
    take(register, *(row(f"{name}@b.dk", company=company, postcode=code) for name, company, code in rows))
    take(register, row("e@b.dk", company="Nord", postcode="9000", town="Aalborg"))
    with register.read() as connection:
        found = connection.execute(select(companies.c.name, companies.c.postcode, companies.c.town)).all()
    assert Counter(found) == Counter([("Nord", "8000", None), ("Nord", "9000", "Aalborg"), ("Nord", None, None)])


def test_marks_are_added_and_none_is_taken_away(register):
    take(register, row("a@b.dk", cvr=CVR, interests=("x", "y"), networks=("Net",)))
    outcome = take(register, row("b@b.dk", cvr=CVR, interests=("y", "z"), networks=("NET", "Andet net")))
    assert outcome.marks == 2
    with register.read() as connection:
        assert sorted(connection.scalars(select(company_interests.c.interest))) == ["x", "y", "z"]
        assert sorted(connection.scalars(select(networks.c.slug))) == ["andet-net", "net"]


def test_marks_that_belong_to_no_company_are_counted(register):
    assert take(register, row("a@b.dk", interests=("x",)), row("b@b.dk")).homeless == 1


def test_who_said_no_stays_out_whatever_is_imported(register, tmp_path):
    for name in "abcde":
        join(register, f"{name}@b.dk")
    with act(register) as doing:
        unsubscribe(doing, "a@b.dk", "en mail")
        suppress(doing, "b@b.dk", "complained")
        suppress(doing, "x@b.dk", "asked")
    erase(register, read_settings_of().privacy, tmp_path, parse_address("c@b.dk"), now=NOW, actor="maja")
    before = everything(register)
    rows = [row(f"{name.upper()}@B.dk", name="Igen", cvr=CVR, company="Nord") for name in "abcx"]
    for basis in (said(), OTHER, NONE):
        outcome = take(register, *rows, basis=basis)
        assert sum(outcome.kept_out.values()) == 4
        assert outcome.kept_out["erased"] == outcome.kept_out["complained"] == outcome.kept_out["asked"] == 1
        assert outcome.writes == 0
    assert everything(register) == before, "not even their company"
    assert take(register, row("d@b.dk", name="Dorte")).changed == 1


def read_settings_of():
    from support import REPOSITORY

    return read_settings(REPOSITORY)


def test_a_suppression_that_has_run_out_keeps_nobody_out(register):
    with act(register) as doing:
        suppress(doing, "a@b.dk", "bounced")
    late = NOW + timedelta(days=3000)
    outcome = import_rows(register, [row("a@b.dk")], said(), now=late, actor="maja")
    assert (outcome.new, outcome.kept_out) == (1, Counter())


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        (NONE, OTHER, ("subscribed", "other", 1)),
        (OTHER, said(), ("subscribed", "consent", 1)),
        (said(), OTHER, ("subscribed", "consent", 0)),
        (said(), NONE, ("subscribed", "consent", 0)),
        (said(), said(date(2026, 1, 1)), ("subscribed", "consent", 0)),
    ],
)
def test_a_better_basis_is_written_down_and_a_weaker_one_is_not(register, first, then, expected):
    take(register, row(), basis=first)
    agreed = take(register, row(), basis=then).agreed
    person = only(register, people)
    assert (person["state"], person["basis"], agreed) == expected
    with register.read() as connection:
        assert fold(log(connection, person["id"])) == standing(connection, person["id"])


def test_a_rehearsal_counts_the_same_and_keeps_nothing(register, monkeypatch):
    monkeypatch.setattr(apply, "CHUNK", 2)
    join(register, "a@b.dk")
    rows = [row(f"{name}@b.dk", name="N", cvr=CVR, company="Nord", size=3) for name in "abcdeabc"]
    before = everything(register)
    rehearsed = take(register, *rows, rehearse=True)
    assert everything(register) == before
    assert rehearsed == take(register, *rows)
    assert (rehearsed.new, rehearsed.changed, rehearsed.repeated) == (4, 1, 3)


def test_bad_rows_are_handed_on_and_good_ones_go_in(register):
    bad = BadRow(3, ["x"], (CellProblem(3, "E-mail", "forkert", "ret den"),))
    handed: list[BadRow] = []
    told: list[int] = []
    outcome = take(register, row("a@b.dk"), bad, row("b@b.dk"), to_mend=handed.append, told=told.append)
    assert (outcome.rows, outcome.bad, outcome.new) == (3, 1, 2)
    assert (handed, told) == ([bad], [3])


def test_the_audit_log_counts_and_names_nobody(register):
    take(register, row(name="Anna Hansen", cvr=CVR, company="Nord"))
    with register.read() as connection:
        noted = connection.execute(select(audit).where(audit.c.action == "subscribers import")).one()
    assert (noted.actor, noted.about) == ("maja", "register")
    assert '"new": 1' in noted.detail
    assert not any(word in noted.detail for word in ("anna", "Anna", "Nord", CVR))


def test_free_texts_are_never_a_part_of_a_statement(register):
    nasty = "'); DROP TABLE people; -- %s ? :x \\"
    take(register, row(name=nasty, role=nasty, cvr=CVR, company=nasty, interests=(nasty,), networks=(nasty,)))
    assert take(register, row(name=nasty + "!", company=nasty + "!", cvr=CVR)).changed == 1
    assert only(register, people)["name"] == nasty + "!"
    assert only(register, companies)["name"] == nasty + "!"


VALUES = {
    "name": st.sampled_from(["Anna", "Bo"]),
    "company": st.sampled_from(["Nord", "Syd"]),
    "cvr": st.sampled_from([CVR, OTHER_CVR]),
    "size": st.sampled_from([0, 10]),
    "postcode": st.sampled_from(["8000", "9000"]),
    "p_number": st.sampled_from(["1013456789", "1013456790"]),
    "interests": st.sampled_from([("x",), ("x", "y")]),
    "networks": st.sampled_from([("Net",), ("Net", "Andet")]),
    "call_first": st.booleans(),
    "contact": st.sampled_from(["mette-holm", "bo-by"]),
}


@st.composite
def a_row(draw) -> Subscriber:
    address = draw(st.sampled_from(["a@b.dk", "A@b.dk", "b@b.dk", "c@b.dk", None]))
    values = draw(st.fixed_dictionaries({}, optional=VALUES))
    if address is None:
        values.setdefault("cvr", CVR)
    if "p_number" in values and "cvr" not in values:
        values.setdefault("company", "Nord")
    return row(address, **values)


@settings(max_examples=25)
@given(st.lists(a_row(), max_size=12), st.sampled_from([1, 3, 50]))
def test_any_list_twice_is_the_list_once_and_its_rehearsal_tells_the_truth(register, rows, chunk):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apply, "CHUNK", chunk)
        rehearsed = take(register, *rows, rehearse=True)
        assert take(register, *rows) == rehearsed
        before = everything(register)
        again = take(register, *rows)
    assert everything(register) == before
    assert (again.writes, again.agreed, again.marks) == (0, 0, 0)


def _import_slowly(named: str, key: str, folder, rows, gate) -> None:
    os.environ["NEWSLETTER_KEY"] = key
    register = connect(folder, named)
    apply.CHUNK = 50

    def told(read: int) -> None:
        gate.put(read)

    import_rows(register, rows, said(), now=NOW, actor="maja", told=told)
    register.close()


def _start(register, tmp_path, rows):
    named = str(register.path) if register.is_sqlite else os.environ["NEWSLETTER_REGISTER"]
    context = multiprocessing.get_context("spawn")
    gate = context.Queue()
    process = context.Process(
        target=_import_slowly, args=(named, register.key.hex(), tmp_path, rows, gate), daemon=True
    )
    process.start()
    return process, gate


def many(number: int) -> list[Subscriber]:
    return [row(f"p{each}@b.dk", name=f"N{each}", cvr=CVR, company="Nord") for each in range(number)]


def test_a_killed_import_leaves_whole_chunks_and_running_it_again_completes_it(register, tmp_path):
    rows = many(4000)
    process, gate = _start(register, tmp_path, rows)
    gate.get(timeout=60)
    os.kill(process.pid, signal.SIGKILL)
    process.join(30)
    with register.read() as connection:
        written = connection.scalar(select(func.count()).select_from(people))
        agreed = connection.scalar(select(func.count()).select_from(consents))
    assert written == agreed
    assert 50 <= written <= 4000
    assert written % 50 == 0
    outcome = take(register, *rows)
    assert (outcome.new, outcome.unchanged) == (4000 - written, written)


def test_two_imports_of_one_list_at_once_write_it_once(register, tmp_path):
    rows = many(1000)
    running = [_start(register, tmp_path, part) for part in (rows, rows[::-1])]
    for process, _ in running:
        process.join(90)
        assert process.exitcode == 0
    with register.read() as connection:
        assert connection.scalar(select(func.count()).select_from(people)) == 1000
        assert connection.scalar(select(func.count()).select_from(consents)) == 1000
        assert connection.scalar(select(func.count()).select_from(companies)) == 1
