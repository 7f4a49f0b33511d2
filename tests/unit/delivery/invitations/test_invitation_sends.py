"""Inviting over a real line: built, approved, sent, answered, changed and called off."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import smtp_server
from delivery_kit import approved, ledger, relayed, subscribe, worked
from events_kit import EVENT
from icalendar import Calendar
from invitations_kit import EVENT_FILE, INVITATION, calendar_of, invited, inviting, mails, sent
from people_kit import PRIVACY, refusal
from register_kit import NOW
from sqlalchemy import delete, select, update
from support import edit

from newsletter.build.pipeline import Builder
from newsletter.delivery.bounces.reading import ingest_paths
from newsletter.delivery.invitations.sent import note_invited
from newsletter.delivery.sealed import read_sealed
from newsletter.delivery.starting import Starting
from newsletter.settings import read_settings
from newsletter.store.tables import batches, deliveries, invitations, people, sends, sign_ups
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.privacy.erase import erase
from newsletter.workspace import read_workspace

BO, IDA, OLE = "bo@firma.example", "ida@firma.example", "ole@firma.example"
LATER = NOW + timedelta(days=3)


@pytest.fixture
def relay(tmp_path):
    server = smtp_server.start(tmp_path / "accepted.jsonl", "keep")
    yield server
    server.kill()


@pytest.fixture
def town(root, register, relay):
    """A workspace that invites, three readers, and a relay."""
    subscribe(register, BO, IDA, OLE)
    relayed(root, relay.port, answers_address="svar@kommune.example")
    inviting(root)
    return root


def reply(mail, said="ACCEPTED"):
    """What a calendar answers to this very mail: its UID, its SEQUENCE, its one ATTENDEE."""
    event = Calendar.from_ical(calendar_of(mail)).walk("VEVENT")[0]
    who = str(event["ATTENDEE"])
    return f"""\
From: {who.removeprefix("mailto:")}
To: {str(event["ORGANIZER"]).removeprefix("mailto:")}
Subject: {said}
Message-ID: <{said}-{event["SEQUENCE"]}-{who}>
Content-Type: text/calendar; method=REPLY; charset=utf-8

BEGIN:VCALENDAR
METHOD:REPLY
BEGIN:VEVENT
UID:{event["UID"]}
SEQUENCE:{event["SEQUENCE"]}
DTSTAMP:20261123T080000Z
ATTENDEE;PARTSTAT={said}:{who}
END:VEVENT
END:VCALENDAR
""".encode()


def ingested(root, register, *replies, now=LATER):
    folder = root / "svar"
    folder.mkdir(exist_ok=True)
    for number, data in enumerate(replies):
        (folder / f"{number}.eml").write_bytes(data)
    return ingest_paths(register, read_settings(root), root, [(folder, "svar")], clock=lambda: now, actor="maja")


def places(register):
    wanted = select(people.c.address, sign_ups.c.state).join(people, people.c.id == sign_ups.c.person_id)
    with register.read() as connection:
        return dict(connection.execute(wanted).all())


def test_from_the_file_to_a_seat(town, register, relay):
    """The mail asks one reader and nobody else, in the part that Outlook and Gmail read; their yes is a seat."""
    sent(town, register)
    got = mails(relay)
    assert set(got) == {BO, IDA, OLE}
    for address, mail in got.items():
        assert mail.get_content_type() == "multipart/mixed"
        alternative, attached = mail.iter_parts()
        kinds = [part.get_content_type() for part in alternative.iter_parts()]
        assert (alternative.get_content_type(), kinds) == (
            "multipart/alternative",
            ["text/plain", "text/html", "text/calendar"],
        )
        assert [*alternative.iter_parts()][-1].get_param("method") == "REQUEST"
        assert (attached.get_filename(), attached.get_content_type()) == ("invite.ics", "application/ics")
        (event,) = Calendar.from_ical(calendar_of(mail)).walk("VEVENT")
        assert str(event["ATTENDEE"]) == f"mailto:{address}"  # one: a list is no address
        assert event["ATTENDEE"].params["RSVP"] == "TRUE"
        assert (str(event["ORGANIZER"]), event["SEQUENCE"]) == ("mailto:svar@kommune.example", 0)
        assert attached.get_content().decode() == [*alternative.iter_parts()][-1].get_content()
    assert invited(register) == dict.fromkeys([BO, IDA, OLE], (0, False, None))
    found = ingested(town, register, reply(got[BO]), reply(got[IDA], "DECLINED"), reply(got[OLE], "TENTATIVE"))
    assert found.answers == {"signed-up": 1, "declined": 1, "tentative": 1}
    assert (found.look_at, found.unmatched) == ([], 0)
    assert places(register) == {BO: "signed-up"}
    assert {who: told[2] for who, told in invited(register).items()} == {
        BO: "accepted",
        IDA: "declined",
        OLE: "tentative",
    }
    assert ingested(town, register, reply(got[BO])).again == 3


def test_a_change_goes_to_all_but_those_who_said_no_and_old_answers_count_no_more(town, register, relay):
    sent(town, register)
    first = mails(relay)
    ingested(town, register, reply(first[IDA], "DECLINED"))
    edit(town, EVENT_FILE, "start: 2027-01-14 08:30", "sequence: 1\nstart: 2027-01-14 08:00")
    inviting(town, "nyt-tidspunkt")
    send = sent(town, register, "nyt-tidspunkt", now=LATER)
    assert set(ledger(register, send)) == {BO, OLE}
    assert "SEQUENCE:1" in calendar_of(mails(relay)[BO])
    assert {who: told[0] for who, told in invited(register).items()} == {BO: 1, IDA: 0, OLE: 1}
    found = ingested(town, register, reply(first[BO]), reply(mails(relay)[OLE]))
    assert found.answers == {"older": 1, "signed-up": 1}


def test_calling_off_goes_to_those_alone_who_were_invited(town, register, relay):
    sent(town, register)
    ingested(town, register, reply(mails(relay)[IDA], "DECLINED"))
    subscribe(register, "ny@firma.example")
    edit(town, EVENT_FILE, "series: netvaerk", "cancelled: true")
    inviting(town, "aflyst")
    send = sent(town, register, "aflyst", now=LATER)
    assert set(ledger(register, send)) == {BO, OLE}
    mail = mails(relay)[BO]
    (event,) = Calendar.from_ical(calendar_of(mail)).walk("VEVENT")
    assert (str(event["ATTENDEE"]), event["SEQUENCE"], str(event["STATUS"])) == (f"mailto:{BO}", 1, "CANCELLED")
    assert "METHOD:CANCEL" in calendar_of(mail)
    assert invited(register)[BO][:2] == (1, True)


def test_a_change_without_a_higher_number_is_refused_with_the_cure(town, register, relay):
    """Calendars would throw it away, and people would come at the old time."""
    sent(town, register)
    edit(town, EVENT_FILE, "place: {name: Rådhuset}", "place: {name: Biblioteket}")
    inviting(town, "andet-sted")
    said = refusal(lambda: approved(town, register, issue="andet-sted"))
    assert "andet-sted invites to morgenmoede, which has another title, time or place since invitation went out" in said
    assert "write `sequence: 1` in content/events/morgenmoede.md" in said
    edit(town, EVENT_FILE, "host:", "sequence: 1\nhost:")
    sent(town, register, "andet-sted", now=LATER)
    edit(town, EVENT_FILE, "sequence: 1\n", "")
    inviting(town, "tilbage")
    assert "write `sequence: 2`" in refusal(lambda: approved(town, register, issue="tilbage"))


def test_the_number_is_looked_at_again_when_the_send_begins(town, register, relay):
    approved(town, register, issue=INVITATION)
    inviting(town, "anden")
    sent(town, register, "anden")
    with register.write() as connection:  # as though another time had gone out meanwhile
        letter = connection.scalar(select(sends.c.letter))
        told = json.loads(letter)
        told["invites"] |= {"sequence": 4}
        connection.execute(update(sends).values(letter=json.dumps(told)))
    starting = Starting(read_workspace(town), register, INVITATION, "smtp")
    assert "went back to a lower number" in refusal(lambda: starting.start(now=LATER, actor="maja"))


def test_a_second_segment_is_invited_with_the_same_number(town, register, relay):
    sent(town, register)
    inviting(town, "ogsaa-til-jer")
    sent(town, register, "ogsaa-til-jer", now=LATER)
    assert invited(register)[BO] == (0, False, None)


def test_who_comes_later_gets_it_unless_something_else_was_said_since(town, register, relay):
    sent(town, register)
    subscribe(register, "ny@firma.example")
    starting = Starting(read_workspace(town), register, INVITATION, "smtp")
    assert starting.start_late(now=LATER, actor="maja").size == 1
    with register.write() as connection:
        connection.execute(update(sends).values(state="done"))
    edit(town, EVENT_FILE, "series: netvaerk", "cancelled: true")
    inviting(town, "aflyst")
    sent(town, register, "aflyst", now=LATER)
    said = refusal(
        lambda: Starting(read_workspace(town), register, INVITATION, "smtp").start_late(now=LATER, actor="m")
    )
    assert "as it was before aflyst went out" in said


def test_another_time_ends_the_approval(town, register, relay):
    approved(town, register, issue=INVITATION)
    edit(town, EVENT_FILE, "start: 2027-01-14 08:30", "start: 2027-01-14 08:00")
    Builder(town).build()
    starting = Starting(read_workspace(town), register, INVITATION, "smtp")
    assert "changed since: content/events/morgenmoede.md" in refusal(lambda: starting.start(now=NOW, actor="maja"))


def test_another_mailbox_for_answers_makes_another_letter(town, register, relay):
    """Who answers go to stands in the calendar; newsletter.yml's other delivery settings do not."""
    before = approved(town, register, issue=INVITATION).sealed.digest
    edit(town, "newsletter.yml", "answers_address: svar@", "answers_address: nye-svar@")
    assert approved(town, register, issue=INVITATION).sealed.digest != before


def test_a_calendar_that_was_touched_after_sealing_is_not_sent(town, register, relay):
    approved(town, register, issue=INVITATION)
    (file,) = (town / "build/invitation").glob("*/invite.ics")
    file.write_text(file.read_text("utf-8").replace("Rådhuset", "Et andet sted"), "utf-8")
    said = refusal(lambda: read_sealed(town, INVITATION).sheet("standard"))
    assert "invite.ics was changed after it was sealed, so nothing is sent" in said


def test_an_issue_that_does_not_invite_says_nothing_of_it(town, register, relay):
    Builder(town).build()
    manifest = read_sealed(town, "2027-01").manifest
    assert "invites" not in manifest
    assert not list((town / "build/2027-01").glob("*/invite.ics"))


def test_a_rehearsal_invites_nobody(town, register, relay):
    sent(town, register, where="outbox")
    assert invited(register) == {}
    assert len(list((town / "build/outbox/invitation").glob("*.eml"))) == 3


def test_who_is_in_doubt_may_have_it_and_who_was_refused_has_not(town, register, relay):
    """So those in doubt are told when it is called off, and may answer."""
    sent(town, register)
    with register.write() as connection:
        connection.execute(delete(invitations))
        for address, state in ((BO, "in_doubt"), (IDA, "rejected")):
            mine = deliveries.c.address_hash == register.hash_of(address)
            connection.execute(update(deliveries).where(mine).values(state=state))
        for person in connection.scalars(select(people.c.id)).all():
            note_invited(connection, EVENT, person, NOW)
            note_invited(connection, EVENT, person, LATER)  # once more: nothing changes
    assert set(invited(register)) == {BO, OLE}


def test_a_killed_worker_leaves_nobody_uninvited(town, register, relay):
    """It died after the relay took the mails and before its batch ended: who takes the batch over writes it down."""
    send = sent(town, register)
    with register.write() as connection:
        connection.execute(delete(invitations))
        connection.execute(update(sends).values(state="sending", ended_at=None))
        connection.execute(update(batches).values(state="working", owner="gone", next_at=None))
    worked(town, register, send)
    assert set(invited(register)) == {BO, IDA, OLE}
    assert len(relay.accepted) == 3


def test_an_answer_counts_before_the_batch_has_ended(town, register, relay):
    """A fast calendar answers while we still send: the ledger knows already."""
    sent(town, register)
    with register.write() as connection:
        connection.execute(delete(invitations))
    assert ingested(town, register, reply(mails(relay)[BO])).answers == {"signed-up": 1}


def test_who_is_erased_is_invited_no_more(town, register, relay):
    sent(town, register)
    erase(register, PRIVACY, town, parse_address(BO), now=NOW, actor="maja")
    assert set(invited(register)) == {IDA, OLE}
    assert ingested(town, register, reply(mails(relay)[BO])).answers == {"look": 1}
    assert set(invited(register)) == {IDA, OLE}


def test_an_unknown_event_and_others_events_are_problems_with_a_place(root):
    inviting(root)
    edit(root, "content/issues/invitation.md", "invites: morgenmoede", "invites: morgenmode")
    inviting(root, "anden")
    edit(root, EVENT_FILE, "series: netvaerk", "external: {organizer: Handel, uid: x@handel.example}")
    found = Builder(root).check()
    told = [each for issue in found["issues"] for each in issue["findings"]]
    codes = ("invites-others", "unknown-event")
    assert {(each["path"], each["line"], each["code"]) for each in told if each["code"] in codes} == {
        ("content/issues/anden.md", 5, "invites-others"),
        ("content/issues/invitation.md", 5, "unknown-event"),
    }
