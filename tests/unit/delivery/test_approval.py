"""An approval is a yes to exactly these bytes for so many readers, and to nothing else."""

from __future__ import annotations

import pytest
from delivery_kit import ISSUE, approved, numbered, reworded, started, subscribe
from register_kit import NOW
from sqlalchemy import func, select
from support import edit

from newsletter.build.pipeline import Builder
from newsletter.delivery.approval import must_be_enough, standing, withdraw
from newsletter.delivery.plan import SendPlan
from newsletter.delivery.sealed import read_sealed
from newsletter.problems import Refused
from newsletter.settings import read_settings
from newsletter.store.tables import audit, segment_snapshots, sends

BUILDER = "432200"


def stands(root, register, readers):
    with register.read() as connection:
        return standing(connection, read_sealed(root, ISSUE), readers, read_settings(root).delivery)


def test_an_approval_names_editions_readers_and_segments(root, register):
    subscribe(register, "a@x.example", "b@x.example", industry=BUILDER)
    subscribe(register, "c@x.example")
    proposal = approved(root, register).look(NOW)
    assert proposal.counts.editions == {"standard": 1, "byggeri": 2}
    assert proposal.counts.segments == {"byggeri": 2, "handel": 0}
    assert proposal.standing.names == ("Maja",)
    assert proposal.standing.is_enough


def test_a_changed_byte_ends_it_and_says_what_changed(root, register):
    subscribe(register, "a@x.example")
    approved(root, register)
    reworded(root)
    Builder(root).build()
    found = stands(root, register, 1)
    assert not found.is_enough
    assert found.ended == ("Maja's approval of 2026-11-22 no longer counts: changed since: content/issues/2027-01.md",)
    with pytest.raises(Refused, match=r"2027-01 is not approved any more.*changed since") as refused:
        started(root, register, "outbox")
    assert "newsletter approve 2027-01" in refused.value.hint


@pytest.mark.parametrize(("came", "holds"), [(5, True), (6, False)])
def test_an_audience_may_grow_by_the_share_in_the_settings(root, register, came, holds):
    """Of 100, five per cent is five."""
    subscribe(register, *numbered(100))
    approved(root, register)
    found = stands(root, register, 100 + came)
    assert found.is_enough is holds
    told = ["Maja's approval of 2026-11-22 no longer counts: the audience grew from 100 to 106 "]
    assert [each[: len(told[0])] for each in found.ended] == ([] if holds else told)


def test_a_new_reader_in_a_known_edition_leaves_it_as_it_is(root, register):
    subscribe(register, *numbered(20))
    approved(root, register)
    subscribe(register, "ny@x.example")
    Builder(root).build()
    assert stands(root, register, 21).is_enough


def test_two_persons_are_two_persons(root, register):
    edit(root, "newsletter.yml", "unit:", "delivery: {approvals: 2}\nunit:")
    subscribe(register, "a@x.example")
    approved(root, register, "Maja", " maja ")
    with pytest.raises(Refused, match=r"approved by maja; newsletter\.yml asks for 2 persons") as refused:
        must_be_enough(stands(root, register, 1), ISSUE)
    assert "let somebody else look" in refused.value.hint
    approved(root, register, "Bo")
    assert stands(root, register, 1).is_enough


def test_it_can_be_withdrawn(root, register):
    subscribe(register, "a@x.example")
    approved(root, register)
    with register.write() as connection:
        assert withdraw(connection, ISSUE, now=NOW, actor="bo") == 1
        assert withdraw(connection, ISSUE, now=NOW, actor="bo") == 0
    with pytest.raises(Refused, match=r"2027-01 is not approved\n"):
        must_be_enough(stands(root, register, 1), ISSUE)


def test_it_is_written_down_with_whom_the_segments_held(root, register):
    subscribe(register, "a@x.example", industry=BUILDER)
    approved(root, register, "Maja", "Bo")
    with register.read() as connection:
        assert sorted(connection.scalars(select(segment_snapshots.c.segment))) == ["byggeri", "handel"]
        done = connection.scalars(select(audit.c.action).where(audit.c.about == "register")).all()
        assert done.count("approve") == 2


def test_the_plan_is_read_back_as_it_was(root, register):
    subscribe(register, "a@x.example", industry=BUILDER)
    plan = approved(root, register).plan
    assert SendPlan.from_json(plan.to_json()) == plan


def test_nothing_tampered_with_is_sent(root, register):
    """A byte changed in a sealed file, and one in the manifest."""
    subscribe(register, "a@x.example")
    approving = approved(root, register)
    (entry,) = (each for each in approving.sealed.manifest["editions"] if each["name"] == "standard")
    page = approving.sealed.folder / entry["folder"] / "email.html"
    page.write_bytes(page.read_bytes().replace(b"Nyt", b"Nys", 1))
    with pytest.raises(Refused, match=r"build/2027-01/standard-\w+/email.html was changed after it was sealed"):
        started(root, register, "outbox")
    manifest = approving.sealed.folder / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("Nyt i januar", "Nyt i marts"), "utf-8")
    with pytest.raises(Refused, match=r"manifest.json was changed after it was sealed"):
        started(root, register, "outbox")
    with register.read() as connection:
        assert connection.scalar(select(func.count()).select_from(sends)) == 0


def plan_with(editions, blocks):
    """A plan of which only blocks and editions matter."""
    return SendPlan(
        digest="d", tool="t", inputs={}, letter=None, named=("a", "b"), audience=(), blocks=blocks, editions=editions,
        rules="r",
    )  # fmt: skip


def test_who_fits_no_edition_gets_the_fullest_that_shows_nothing_not_theirs():
    """Blocks: 0 for all, 1 for a, 2 not for b, 3 for b."""
    blocks = (((), ()), (("a",), ()), ((), ("b",)), (("b",), ()))
    plan = plan_with({"standard": (0, 2), "a": (0, 1, 2), "b": (0, 3)}, blocks)
    assert plan.edition_for(frozenset()) == "standard"
    assert plan.edition_for(frozenset("a")) == "a"
    assert plan.edition_for(frozenset("ab")) == "b", "0 and 1 and 3 would be theirs; 2 is not for b"
    assert plan_with({"standard": (0, 2)}, blocks).edition_for(frozenset("b")) == "", "2 is not for them: left out"
