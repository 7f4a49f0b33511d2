"""What is no longer needed leaves by rules; what is needed stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from people_kit import NONE, PRIVACY, act, join, said
from privacy_kit import ADDRESS, KEY, a_send, everyone, put, somebody_known_well
from register_kit import NOW, a_company
from sqlalchemy import insert, select, update

from newsletter.settings import Privacy
from newsletter.store.audit import note
from newsletter.store.tables import (
    audit,
    deliveries,
    delivery_events,
    enquiries,
    network_members,
    networks,
    segment_snapshots,
    sign_ups,
    suppressions,
)
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.people import Details, suppress, unsubscribe
from newsletter.subscribers.privacy import tidy as module
from newsletter.subscribers.privacy.erase import erase
from newsletter.subscribers.privacy.retention import RULES
from newsletter.subscribers.privacy.tidy import find_old, tidy
from newsletter.subscribers.snapshots import pack
from newsletter.subscribers.terms import months_after

SECOND = timedelta(seconds=1)


def would(register, now):
    return {each.rule: each.count for each in find_old(register, PRIVACY, now) if each.count}


def clean(register, now):
    return {each.rule: each.count for each in tidy(register, PRIVACY, now=now, actor="maja") if each.count}


def left(register):
    with register.read() as connection:
        return set(everyone(connection))


def leave(register, address, now=NOW):
    with act(register, now) as doing:
        unsubscribe(doing, address, "brev")


def test_every_setting_about_keeping_has_a_rule_and_stands_in_its_words():
    told = {name for rule in RULES for name in Privacy.model_fields if f"{{{name}}}" in rule.says}
    kept = {name for name in Privacy.model_fields if name.startswith("keep_")}
    assert told == kept - {"keep_suppressions_months"}  # stands in each row, as its expiry
    assert all(str(number) in RULES[0].words(PRIVACY) for number in [PRIVACY.keep_pending_days])


def test_a_fresh_register_has_nothing_to_tidy(register):
    assert would(register, NOW) == clean(register, NOW) == {}


def test_a_request_not_confirmed_in_time_is_forgotten_on_the_day_and_not_before(register):
    join(register, "bo@firma.example", pending=True)
    join(register, "anne@firma.example")
    late = NOW + timedelta(days=PRIVACY.keep_pending_days)
    assert clean(register, late - SECOND) == {}
    assert would(register, late) == clean(register, late) == {"requests": 1}
    assert left(register) == {"anne@firma.example"}


def test_a_request_made_again_waits_anew(register):
    join(register, "bo@firma.example", pending=True)
    later = NOW + timedelta(days=10)
    join(register, "bo@firma.example", said(later.date()), now=later, pending=True)
    assert clean(register, NOW + timedelta(days=20)) == {}


def test_who_unsubscribed_is_erased_in_time_and_stays_out(register):
    join(register, "bo@firma.example")
    leave(register, "bo@firma.example")
    late = months_after(NOW, PRIVACY.keep_withdrawn_months)
    assert clean(register, late - SECOND) == {}
    assert clean(register, late) == {"withdrawn": 1}
    assert left(register) == set()
    with register.read() as connection:
        assert connection.scalars(select(suppressions.c.reason)).all() == ["unsubscribed"]


def test_who_may_not_be_written_to_is_not_kept_for_ever(register):
    join(register, "bo@firma.example", NONE)
    assert clean(register, months_after(NOW, PRIVACY.keep_unwritten_months)) == {"unwritten": 1}
    assert left(register) == set()


def test_who_is_in_a_network_signed_up_or_waits_for_an_answer_stays(register):
    numbers = [join(register, f"p{number}@firma.example", pending=True).person_id for number in range(4)]
    late = NOW + timedelta(days=30)
    with register.write() as connection:
        company = a_company(connection)
        network = put(connection, networks, slug="netvaerket", title="Netværket")
        put(connection, network_members, network_id=network, company_id=company, person_id=numbers[0])
        put(connection, sign_ups, event="morgenmoede", person_id=numbers[1], signed_up_at=late)
        put(connection, enquiries, channel="mail", topic="fleksjob", person_id=numbers[2], received_at=late)
    assert clean(register, late) == {"requests": 1}
    assert left(register) == {f"p{number}@firma.example" for number in range(3)}
    assert clean(register, months_after(late, 13)) == {"requests": 2}


def test_hashes_go_when_their_time_is_over(register):
    with act(register) as doing:
        suppress(doing, KEY, "asked")
    late = months_after(NOW, PRIVACY.keep_suppressions_months)
    assert clean(register, late - SECOND) == {}
    assert clean(register, late)["suppressions"] == 1
    assert join(register, ADDRESS, now=late).standing.state == "subscribed"


def test_old_lines_and_old_snapshots_go(register):
    packed = {"people": pack([1]), "companies": pack([])}
    with register.write() as connection:
        for months in (40, 30, 1):
            then = months_after(NOW, -months)
            note(connection, now=then, actor="maja", action="test", about="register")
            snapshot = {"taken_at": then, "actor": "maja", "reason": "r", "segment": "byggeri", "rule": "r"}
            connection.execute(insert(segment_snapshots).values(**snapshot, **packed))
    assert would(register, NOW) == clean(register, NOW) == {"audit": 1, "snapshots": 2}
    with register.read() as connection:
        last = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(1)).one()
        assert (last.action, last.detail) == ("register tidy", '{"audit": 1, "snapshots": 2}')


def test_people_of_companies_that_are_no_more_are_counted_and_kept(register):
    with register.write() as connection:
        company = a_company(connection, state="ceased")
    join(register, "bo@firma.example", details=Details(company_id=company))
    assert would(register, NOW) == clean(register, NOW) == {"ceased": 1}
    assert left(register) == {"bo@firma.example"}


def test_mails_that_were_under_way_lose_the_hash_when_they_are_settled(register, tmp_path):
    somebody_known_well(register)
    erase(register, PRIVACY, tmp_path, parse_address(ADDRESS), now=NOW, actor="maja")
    assert clean(register, NOW) == {}
    with register.write() as connection:
        connection.execute(update(deliveries).where(deliveries.c.state == "held").values(state="accepted"))
    assert would(register, NOW) == clean(register, NOW) == {"erased": 1}
    with register.read() as connection:
        known = register.hash_of(KEY)
        assert known not in connection.scalars(select(deliveries.c.address_hash)).all()
        assert set(connection.scalars(select(delivery_events.c.address_hash))) == {None}


def test_many_are_removed_in_steps(register, monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 7)
    for number in range(30):
        join(register, f"p{number}@firma.example", pending=True)
    with register.write() as connection:
        a_send(connection)
    assert clean(register, NOW + timedelta(days=30)) == {"requests": 30}
    assert left(register) == set()


@pytest.mark.parametrize("register", ["sqlite"], indirect=True)
def test_what_was_tidied_away_is_gone_from_the_file(register):
    join(register, "bo.langt.navn@firma.example", pending=True)
    clean(register, NOW + timedelta(days=30))
    files = [register.path, *register.path.parent.glob(f"{register.path.name}-*")]
    assert not any(b"langt.navn" in path.read_bytes() for path in files)
