"""Setting an issue on its way: once, to those who may be written to, and never what was not approved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from delivery_kit import ISSUE, approved, ledger, numbered, relayed, reworded, started, subscribe, worked
from register_kit import NOW
from sqlalchemy import select
from support import edit

from newsletter.build.pipeline import Builder
from newsletter.delivery.starting import Starting
from newsletter.problems import Refused
from newsletter.store.tables import audit, sends
from newsletter.subscribers.sample.mark import mark
from newsletter.workspace import read_workspace

PORT = 9


def late(root, register):
    return Starting(read_workspace(root), register, ISSUE, "smtp").start_late(now=NOW, actor="maja")


def test_a_rehearsal_writes_every_mail_and_goes_on_where_it_was(root, register):
    subscribe(register, *numbered(7))
    approved(root, register)
    send = started(root, register, "outbox")
    worked(root, register, send)
    files = {path: path.read_bytes() for path in (root / "build/outbox/2027-01").glob("*.eml")}
    assert len(files) == 7
    assert started(root, register, "outbox") == send
    worked(root, register, send)
    assert {path: path.read_bytes() for path in (root / "build/outbox/2027-01").glob("*.eml")} == files
    assert set(ledger(register, send).values()) == {"accepted"}


def test_a_rehearsal_is_not_the_send(root, register):
    subscribe(register, "a@x.example")
    relayed(root, PORT)
    approved(root, register)
    rehearsal, send = started(root, register, "outbox"), started(root, register)
    assert rehearsal != send
    with register.read() as connection:
        kinds = connection.execute(select(sends.c.kind, sends.c.transport).order_by(sends.c.id)).all()
        assert kinds == [("test", "outbox"), ("issue", "smtp")]
        detail = connection.scalars(select(audit.c.detail).where(audit.c.action == "send")).all()
        assert '"readers": 1' in detail[-1]


def test_nobody_gets_an_issue_twice_though_its_bytes_are_others_now(root, register):
    subscribe(register, "a@x.example")
    relayed(root, PORT)
    approved(root, register)
    send = started(root, register)
    assert started(root, register) == send
    reworded(root)
    approved(root, register)
    with pytest.raises(Refused, match="2027-01 has gone out, with other bytes than are sealed now") as refused:
        started(root, register)
    assert "write what is new in a new issue" in refused.value.hint


def test_what_cannot_really_be_sent_says_why(root, register):
    """The outbox in the settings; and a test environment that allows nobody."""
    subscribe(register, "a@x.example")
    approved(root, register)
    with pytest.raises(Refused, match=r"newsletter.yml says `transport: outbox`"):
        started(root, register)
    relayed(root, PORT)
    edit(root, "newsletter.yml", "environment: production\n", "environment: test\n")
    approved(root, register)
    with pytest.raises(Refused, match=r"`environment: test` and allows nobody"):
        started(root, register)


def test_a_sample_is_never_really_sent(root, register):
    subscribe(register, "a@x.example")
    with register.write() as connection:
        mark(connection, "small")
    relayed(root, PORT)
    approved(root, register)
    with pytest.raises(Refused, match="this register is a sample"):
        started(root, register)


def test_segments_with_other_rules_than_were_approved_get_nothing(root, register):
    subscribe(register, "a@x.example")
    approved(root, register)
    edit(root, "subscribers/segments.yml", "industry: G", "industry: H")
    with pytest.raises(Refused, match=r"subscribers/segments\.yml has changed since 2027-01 was approved"):
        started(root, register, "outbox")


def test_an_edit_after_the_approval_changes_nothing_that_is_sent(root, register):
    """The sealed bytes go out; the edit waits for a build, and that for an approval."""
    subscribe(register, "a@x.example")
    approved(root, register)
    reworded(root)
    send = started(root, register, "outbox")
    worked(root, register, send)
    (mail,) = (root / "build/outbox/2027-01").glob("*.eml")
    assert b"Velkommen til et nyt" in mail.read_bytes()
    assert b"godt nyt" not in mail.read_bytes()


def test_a_build_during_the_send_changes_nothing_that_is_sent(root, register):
    subscribe(register, *numbered(3))
    approved(root, register)
    send = started(root, register, "outbox")
    reworded(root)
    Builder(root).build()
    worked(root, register, send)
    mails = [path.read_bytes() for path in (root / "build/outbox/2027-01").glob("*.eml")]
    assert len(mails) == 3
    assert not any(b"godt nyt" in mail for mail in mails)


def test_latecomers_get_it_by_a_send_of_their_own_and_nobody_twice(root, register):
    subscribe(register, *numbered(5))
    relayed(root, PORT)
    approved(root, register)
    with pytest.raises(Refused, match="2027-01 has not gone out yet"):
        late(root, register)
    first = started(root, register)
    with pytest.raises(Refused, match="2027-01 is not through yet: it is sending"):
        late(root, register)
    with register.write() as connection:
        connection.execute(sends.update().values(state="done", ended_at=NOW))
    subscribe(register, "ny@x.example", "nyere@x.example")
    found = late(root, register)
    assert (found.size, found.left_out) == (2, 0)
    assert set(ledger(register, found.send_id)) == {"ny@x.example", "nyere@x.example"}
    assert len(ledger(register, first)) == 5


def test_an_empty_audience_is_done_at_once(root, register):
    relayed(root, PORT)
    subscribe(register, "a@x.example", state="unsubscribed", basis=None)
    approved(root, register)
    started(root, register)
    with register.read() as connection:
        assert connection.execute(select(sends.c.state, sends.c.audience_size)).one() == ("done", 0)


def test_a_planned_send_is_taken_in_the_same_step(root, register):
    from newsletter.store.tables import schedules

    subscribe(register, "a@x.example")
    relayed(root, PORT)
    approved(root, register)
    row = {"issue": ISSUE, "send_at": NOW, "wall": "2026-11-22T13:00:00", "source": "at", "grace_minutes": 60}
    with register.write() as connection:
        number = connection.scalar(
            schedules.insert().values(**row, actor="maja", at=NOW - timedelta(days=1)).returning(schedules.c.id)
        )
        connection.execute(schedules.update().values(state="cancelled"))
    starting = Starting(read_workspace(root), register, ISSUE, "smtp")
    with pytest.raises(Refused, match="started, moved or cancelled by somebody else"):
        starting.start(now=NOW, actor="run", planned=number)
    with register.write() as connection:
        assert connection.execute(select(sends)).all() == []
        connection.execute(schedules.update().values(state="waiting"))
    assert starting.start(now=NOW, actor="run", planned=number).is_new
    with register.read() as connection:
        assert connection.scalar(select(schedules.c.state)) == "started"


def test_naming_a_relay_leaves_an_approval_as_it_is(root, register):
    """Which relay takes the mails is no part of them."""
    subscribe(register, "a@x.example")
    approved(root, register)
    relayed(root, PORT)
    Builder(root).build()
    started(root, register)


def test_headers_that_would_be_others_than_were_approved_are_told(root, register):
    """The address that mails come back to, and how the return address looks. A contact's are as they were approved."""
    subscribe(register, "a@x.example")
    approved(root, register)
    relayed(root, PORT, return_address="retur@kommune.example", verp="true")
    edit(root, "content/contacts/service.md", "email: service@kommune.example", "email: os@kommune.example")
    with pytest.raises(Refused, match=r"has changed since 2027-01 was approved: return_address, verp"):
        started(root, register)
