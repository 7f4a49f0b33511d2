"""People come, confirm and go; a no holds."""

from __future__ import annotations

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from people_kit import NONE, OTHER, PRIVACY, act, join, log, refusal, said, standing
from register_kit import NOW, a_company
from sqlalchemy import insert, select, update

from newsletter.problems import Refused
from newsletter.store.tables import audit, batches, deliveries, sends, suppressions
from newsletter.subscribers.consent import fold
from newsletter.subscribers.people import Details, company_with, confirm, find, suppress, unsubscribe
from newsletter.subscribers.suppressions import suppression_of
from newsletter.subscribers.terms import months_after

ANNE = "Anne@firma.example"
KEY = ANNE.lower()
LATER = NOW + timedelta(days=1)


def person(register, key=KEY):
    with register.read() as connection:
        return find(connection, key)


def suppressed(register, key=KEY, now=NOW):
    with register.read() as connection:
        return suppression_of(connection, register.hash_of(key), now)


def leave(register, key=KEY, now=NOW):
    with act(register, now) as doing:
        return unsubscribe(doing, key, "et brev")


def test_who_consents_is_subscribed_from_the_day_of_the_consent(register):
    added = join(register, ANNE, said((NOW - timedelta(days=9)).date()), details=Details(name="Anne Holm", role="HR"))
    anne = person(register)
    assert added.is_new
    assert (anne.address, anne.name, anne.role, anne.language) == (ANNE, "Anne Holm", "HR", "da")
    assert anne.standing == added.standing
    assert (anne.standing.state, str(anne.standing.subscribed_on)) == ("subscribed", "2026-11-13")


def test_who_gave_no_basis_is_kept_and_not_subscribed(register):
    assert join(register, ANNE, NONE).standing.state == "none"
    assert join(register, ANNE, OTHER).standing.basis == "other"


def test_adding_again_changes_what_was_told_and_keeps_the_rest(register):
    join(register, ANNE, details=Details(name="Anne Holm", role="HR"))
    added = join(register, ANNE.upper(), OTHER, details=Details(role="Direktør"))
    anne = person(register)
    assert (added.is_new, anne.name, anne.role, anne.standing.basis) == (False, "Anne Holm", "Direktør", "consent")
    with register.read() as connection:
        assert len(log(connection, anne.id)) == 1


def test_a_protected_company_is_told_of(register):
    with register.write() as connection:
        a_company(connection, cvr="13748136", protected=True)
    with register.read() as connection:
        company = company_with(connection, "13748136")
        assert "12345674" in refusal(lambda: company_with(connection, "12345674"))
    assert join(register, ANNE, OTHER, details=Details(company_id=company)).is_protected
    assert not join(register, "bo@firma.example").is_protected


def test_a_request_is_confirmed_once_and_in_time(register):
    join(register, ANNE, pending=True)
    assert person(register).standing.state == "pending"
    with act(register, LATER) as doing:
        assert confirm(doing, KEY)
        assert not confirm(doing, KEY)
    with register.read() as connection:
        asked, confirmed = log(connection, person(register).id)
        assert (confirmed.kind, confirmed.wording_id) == ("confirmed", asked.wording_id)
        assert standing(connection, person(register).id) == fold([asked, confirmed])


def test_a_request_too_old_cannot_be_confirmed_and_who_never_asked_neither(register):
    join(register, ANNE, pending=True)
    join(register, "bo@firma.example", NONE)
    with act(register, NOW + timedelta(days=PRIVACY.keep_pending_days, seconds=1)) as doing:
        assert "did not confirm within 14 days" in refusal(lambda: confirm(doing, KEY))
        assert "nobody waits" in refusal(lambda: confirm(doing, "bo@firma.example"))


def test_a_request_takes_nothing_from_who_is_subscribed(register):
    join(register, ANNE, OTHER)
    assert join(register, ANNE, pending=True).standing.state == "subscribed"


def test_unsubscribing_works_at_once_and_twice(register):
    join(register, ANNE)
    assert leave(register)
    assert not leave(register, now=LATER)
    assert person(register).standing.state == "unsubscribed"
    found = suppressed(register)
    assert (found.reason, found.expires_at) == ("unsubscribed", months_after(NOW, 24))


def test_mails_that_were_planned_are_not_sent_to_who_unsubscribes(register):
    number = join(register, ANNE).person_id
    with register.write() as connection:
        send = {"issue": "2027-01", "digest": "d", "audience_size": 1, "state": "sending", "approved_by": "maja"}
        send_id = connection.scalar(insert(sends).values(**send, approved_at=NOW, send_at=NOW).returning(sends.c.id))
        connection.execute(insert(batches).values(send_id=send_id, number=1, state="open"))
        row = {"root_id": send_id, "send_id": send_id, "batch": 1, "edition": "a", "person_id": number}
        states = ("planned", "deferred", "held", "dotted", "accepted")
        rows = [{**row, "address_hash": bytes([at] * 16), "state": state} for at, state in enumerate(states)]
        connection.execute(insert(deliveries), rows)
    leave(register)
    with register.read() as connection:
        after = connection.scalars(select(deliveries.c.state).order_by(deliveries.c.address_hash)).all()
        assert after == ["skipped", "skipped", "held", "dotted", "accepted"]


def test_an_unknown_address_gets_no_neighbours_but_a_hint(register):
    join(register, ANNE)
    near, far = (refusal(lambda key=key: leave(register, key)) for key in ("ane@firma.example", "zelda@andet.example"))
    assert near == far
    assert "check the spelling" in near


def test_a_no_holds_against_every_list_and_says_since_when(register):
    join(register, ANNE)
    leave(register)
    for basis in (said(), OTHER, NONE):
        told = refusal(lambda basis=basis: join(register, ANNE, basis, now=LATER))
        assert "they unsubscribed on 2026-11-22" in told
        assert "--again" in told
    assert person(register).standing.state == "unsubscribed"


def test_an_unsubscribed_person_stays_so_when_the_suppression_has_expired(register):
    join(register, ANNE)
    leave(register)
    much_later = months_after(NOW, 25)
    assert suppressed(register, now=much_later) is None
    assert "they unsubscribed" in refusal(lambda: join(register, ANNE, now=much_later))


def test_who_comes_back_gives_a_new_consent_and_the_suppression_ends(register):
    join(register, ANNE)
    leave(register, now=LATER)
    old, none = said(NOW.date()), OTHER
    assert "older than their no" in refusal(lambda: join(register, ANNE, old, now=LATER, again=True))
    assert "only their own consent" in refusal(lambda: join(register, ANNE, none, now=LATER, again=True))
    added = join(register, ANNE, now=LATER, again=True)
    assert (added.came_back, added.standing.state) == (True, "subscribed")
    assert suppressed(register) is None
    with register.read() as connection:
        last = connection.scalars(select(audit.c.detail).order_by(audit.c.id.desc()).limit(1)).one()
        assert json.loads(last)["again"] is True


def test_who_comes_back_and_has_yet_to_confirm_stays_suppressed_until_then(register):
    join(register, ANNE)
    leave(register)
    join(register, ANNE, now=LATER, again=True, pending=True)
    assert person(register).standing.state == "pending"
    assert suppressed(register)
    with act(register, LATER) as doing:
        confirm(doing, KEY)
    assert person(register).standing.state == "subscribed"
    assert suppressed(register) is None


def test_an_address_nobody_has_can_be_suppressed(register):
    with act(register) as doing:
        assert not suppress(doing, KEY, "asked")
    assert "they asked not to be written to" in refusal(lambda: join(register, ANNE))
    assert person(register) is None


def test_a_suppressed_subscriber_is_withdrawn_but_a_bounce_takes_no_consent(register):
    join(register, ANNE)
    join(register, "bo@firma.example")
    with act(register) as doing:
        assert suppress(doing, KEY, "complained")
        assert suppress(doing, "bo@firma.example", "bounced")
    assert person(register).standing.state == "unsubscribed"
    assert person(register, "bo@firma.example").standing.state == "subscribed"
    assert suppressed(register, "bo@firma.example").reason == "bounced"


def test_a_suppression_never_becomes_shorter(register):
    with act(register) as doing:
        suppress(doing, KEY, "asked")
    with register.write() as connection:
        far = months_after(NOW, 60)
        connection.execute(update(suppressions).values(expires_at=far))
    with act(register, LATER) as doing:
        suppress(doing, KEY, "bounced")
    assert suppressed(register).expires_at == far


def test_impossible_wishes_are_refused_and_change_nothing(register):
    tomorrow = said((NOW + timedelta(days=3)).date())
    assert "has not come yet" in refusal(lambda: join(register, ANNE, tomorrow))
    assert "--pending" in refusal(lambda: join(register, ANNE, OTHER, pending=True))
    assert person(register) is None


def test_the_audit_log_holds_neither_name_nor_address(register):
    join(register, ANNE, details=Details(name="Anne Holm"))
    leave(register)
    join(register, ANNE, again=True, details=Details(name="Anne Holm-Lund"))
    with act(register) as doing:
        suppress(doing, KEY, "asked")
    with register.read() as connection:
        rows = connection.execute(select(audit.c.action, audit.c.detail)).all()
    assert [row.action for row in rows] == [f"subscribers {verb}" for verb in ("add", "unsubscribe", "add", "suppress")]
    assert not any(word in row.detail.lower() for row in rows for word in ("anne", "holm", "firma"))


NUMBERS = itertools.count()
COMMANDS = st.sampled_from(
    (
        *("add", "add other", "add none", "add pending", "again", "again pending", "again other"),
        *("confirm", "leave", "asked", "bounced", "complained"),
    )
)


def do(register, command, address, now):
    """One command; what is refused changes nothing."""
    words = command.split()
    basis = {"other": OTHER, "none": NONE}.get(words[-1], said(now.date()))
    try:
        if words[0] in ("add", "again"):
            join(register, address, basis, now=now, again=words[0] == "again", pending=words[-1] == "pending")
            return True
        with act(register, now) as doing:
            if command == "confirm":
                return confirm(doing, address)
            if command == "leave":
                return unsubscribe(doing, address, "test")
            return suppress(doing, address, command)
    except Refused:
        return False


@given(commands=st.lists(st.tuples(COMMANDS, st.integers(0, 40)), min_size=1, max_size=12))
def test_a_no_is_only_ended_by_who_asks_to_come_back(register, commands):
    address = f"p{next(NUMBERS)}@firma.example"
    now, out, invited = NOW, False, False
    for command, days in commands:
        now += timedelta(days=days)
        done = do(register, command, address, now)
        out = (
            out or command in ("asked", "complained") or (command == "leave" and person(register, address) is not None)
        )
        if done and command in ("again", "again pending"):
            out, invited = command == "again pending" and out, True
        if done and command == "confirm":
            out = False
        with register.read() as connection:
            found = find(connection, address)
            if found is None:
                continue
            assert standing(connection, found.id) == fold(log(connection, found.id))
        if out:
            assert found.standing.state != "subscribed", (commands, invited)
            assert suppressed(register, address, now)


def test_many_who_sign_up_at_once_become_one(register):
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda _: join(register, ANNE), range(16)))
    assert len({each.person_id for each in added}) == 1
    with register.read() as connection:
        assert len(log(connection, added[0].person_id)) == 1
