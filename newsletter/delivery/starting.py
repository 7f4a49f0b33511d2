"""Setting an issue on its way: the last questions are asked and its audience is frozen; then the ledger leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from newsletter.delivery.approval import Standing, must_be_enough, plan_of, standing
from newsletter.delivery.invitations.sent import must_be_newer, must_be_newest
from newsletter.delivery.ledger import AlreadySent, Frozen, NewSend, freeze, read_sheet
from newsletter.delivery.letters import letter_of
from newsletter.delivery.plan import Counts, SendPlan
from newsletter.delivery.schedule import start
from newsletter.delivery.sealed import Sealed, read_sealed
from newsletter.problems import Refused
from newsletter.store.tables import sends
from newsletter.subscribers.rules.book import Book, read_book
from newsletter.subscribers.sample.mark import is_sample
from newsletter.subscribers.segments import SEGMENTS_FILE

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from newsletter.delivery.letter import Sheet
    from newsletter.store.register import Register
    from newsletter.workspace import Workspace

Kind = Literal["issue", "late", "test"]
Where = Literal["outbox", "smtp"]
_SMALLEST, _LARGEST = 20, 500
_OF_DELIVERY = ("return_address", "verp", "list_id", "unsubscribe_address", "feedback_id")
_STATUS = "newsletter schedule and newsletter status tell"
_ROUNDS = 4
"""So many batches at least for each connection, so that all end at about the same time."""


@dataclass(frozen=True, kw_only=True)
class Started:
    """A send that has begun, or had begun already."""

    send_id: int
    size: int
    left_out: int
    """People for whom no approved edition is right."""
    is_new: bool


class Starting:
    """Beginning the send of one issue. `where` is the outbox unless a person has said that it shall really go out."""

    def __init__(self, workspace: Workspace, register: Register, issue: str, where: Where) -> None:
        self.workspace, self.register, self.issue, self.where = workspace, register, issue, where
        self.settings = workspace.settings

    def start(
        self, *, now: datetime, actor: str, send_at: datetime | None = None, planned: int | None = None
    ) -> Started:
        """Freeze the audience. A rehearsal into the outbox of the same bytes goes on where it was.

        `planned` is the number of a schedule, which a real send takes in the same transaction: once, whoever else wants
        to. A rehearsal leaves it.

        Raises Refused with the cure when the issue may not be sent.
        """
        kind: Kind = "issue" if self.where == "smtp" else "test"
        planned = planned if kind == "issue" else None
        sealed = read_sealed(self.workspace.root, self.issue)
        under_way = self._under_way(kind, sealed)
        if under_way is not None:
            self._take_planned(planned, now)
            return Started(send_id=under_way.id, size=under_way.audience_size, left_out=0, is_new=False)
        plan, counts, approved = self._approved(sealed, now)
        cure = f"newsletter build {self.issue} makes it without them; then look at it and approve it"
        self._must_still_agree(plan, now, cure)
        self._must_reach_people(counts)
        new = NewSend(
            issue=self.issue,
            kind=kind,
            digest=sealed.digest,
            approved_by=", ".join(approved.names),
            approved_at=approved.approvals[-1].at,
            send_at=send_at or now,
            transport=self.where,
            letter=plan.letter,
            sheets=_Sheets(sealed, plan),
        )
        frozen = self._freeze(new, plan, now, actor, planned)
        return Started(send_id=frozen.send_id, size=frozen.size, left_out=counts.left_out, is_new=True)

    def start_late(self, *, now: datetime, actor: str) -> Started:
        """Send an issue that has gone out to those who have come since: the same bytes, nobody twice."""
        parent = self._sent()
        with self.register.read() as connection:
            plan = plan_of(connection, self.issue, parent.digest)
            must_be_newest(connection, self.issue, plan.letter.invites)
            counts = plan.count(connection, self._book, now)
        self._same_rules(plan)
        self._must_still_agree(plan, now, "it reaches nobody else as it is; what is new goes into a new issue")
        self._must_reach_people(counts)
        with self.register.read() as connection:
            sheets = {name: read_sheet(connection, parent.id, name) for name in plan.editions}
        new = NewSend(
            issue=self.issue,
            kind="late",
            digest=parent.digest,
            approved_by=parent.approved_by,
            approved_at=parent.approved_at,
            send_at=now,
            transport=parent.transport,
            letter=plan.letter,
            sheets=sheets,
            parent_id=parent.id,
        )
        frozen = self._freeze(new, plan, now, actor)
        return Started(send_id=frozen.send_id, size=frozen.size, left_out=counts.left_out, is_new=True)

    def _freeze(self, new: NewSend, plan: SendPlan, now: datetime, actor: str, planned: int | None = None) -> Frozen:
        book = self._book

        def people(connection: Connection) -> Iterator[tuple[int, str]]:
            if planned is not None and not start(connection, planned, now):
                raise AlreadySent(f"{self.issue} was started, moved or cancelled by somebody else", _STATUS)
            return plan.people(connection, book, now)

        with self.register.read() as connection:
            size = plan.count(connection, book, now).readers
        return freeze(self.register, new, people, now=now, actor=actor, batch_size=self._batch_size(size))

    def _take_planned(self, planned: int | None, now: datetime) -> None:
        if planned is not None:
            with self.register.write() as connection:
                start(connection, planned, now)

    def _batch_size(self, size: int) -> int:
        even = -(-size // (self.settings.delivery.connections * _ROUNDS))
        return max(_SMALLEST, min(_LARGEST, even))

    def _approved(self, sealed: Sealed, now: datetime) -> tuple[SendPlan, Counts, Standing]:
        """What was approved, who gets it today, and by whom. Raises Refused when that is not enough."""
        delivery = self.settings.delivery
        with self.register.read() as connection:
            first = standing(connection, sealed, 0, delivery)
            must_be_enough(first, self.issue)
            self._same_rules(first.plan)
            self._same_letter(first.plan, sealed)
            must_be_newer(connection, self.issue, first.plan.letter.invites)
            counts = first.plan.count(connection, self._book, now)
            found = standing(connection, sealed, counts.readers, delivery)
        must_be_enough(found, self.issue)
        return found.plan, counts, found

    @property
    def _book(self) -> Book:
        return read_book(self.workspace)

    def _same_rules(self, plan: SendPlan) -> None:
        """Raises Refused when the segments have other rules than those that were approved."""
        if (plan.named or plan.audience) and self.workspace.digests[SEGMENTS_FILE] != plan.rules:
            raise Refused(
                f"{SEGMENTS_FILE} has changed since {self.issue} was approved, so others might get it",
                f"newsletter build {self.issue}, then newsletter approve {self.issue} --by NAME",
            )

    def _same_letter(self, plan: SendPlan, sealed: Sealed) -> None:
        """Raises Refused when newsletter.yml now says other delivery addresses than those that would go out."""
        now = letter_of(self.workspace, sealed)
        others = [name for name in _OF_DELIVERY if getattr(now, name) != getattr(plan.letter, name)]
        if others:
            raise Refused(
                f"newsletter.yml has changed since {self.issue} was approved: {', '.join(others)}",
                f"newsletter approve {self.issue} --by NAME takes it over",
            )

    def _must_still_agree(self, plan: SendPlan, now: datetime, cure: str) -> None:
        """Raises Refused when a company that the letter names may not be named today."""
        if not plan.names:
            return
        from newsletter.campaigns.results.naming import no_longer_named

        with self.register.read() as connection:
            gone = no_longer_named(connection, plan.names, now.astimezone(self.settings.zone).date())
        if gone:
            listed = ", ".join(map(str, gone))
            raise Refused(f"{self.issue} names companies that may not be named today: results {listed}", cure)

    def _must_reach_people(self, counts: Counts) -> None:
        """Raises Refused for a real send of a sample, and for one that would reach nobody outside production."""
        if self.where != "smtp":
            return
        if self.settings.delivery.transport != "smtp":
            raise Refused(
                "newsletter.yml says `transport: outbox`, so nothing can really be sent",
                "set delivery.transport to smtp and the relay's host; newsletter doctor looks at it",
            )
        if self.settings.environment != "production" and not self.settings.delivery.allow:
            raise Refused(
                "newsletter.yml says `environment: test` and allows nobody, so nobody would get a mail",
                "add addresses to delivery.allow, or set environment: production",
            )
        if counts.readers and self._is_sample() and self.settings.environment == "production":
            raise Refused(
                "this register is a sample: its companies and people are invented",
                "move it away (subscribers/register.sqlite, or another database) and import your own lists",
            )

    def _is_sample(self) -> bool:
        with self.register.read() as connection:
            return is_sample(connection)

    def _under_way(self, kind: Kind, sealed: Sealed) -> Row[Any] | None:
        """The send of these very bytes that is there already. Raises AlreadySent when the issue went out as another."""
        wanted = select(sends).where(sends.c.issue == self.issue, sends.c.kind == kind)
        with self.register.read() as connection:
            row = connection.execute(wanted.order_by(sends.c.number.desc()).limit(1)).one_or_none()
        if row is None or (kind == "test" and (row.digest != sealed.digest or row.state == "cancelled")):
            return None
        if row.digest != sealed.digest or row.state == "cancelled":
            what = "was cancelled" if row.state == "cancelled" else "has gone out, with other bytes than are sealed now"
            raise AlreadySent(
                f"{self.issue} {what}: nobody gets an issue twice",
                "write what is new in a new issue (newsletter new issue); newsletter status tells what became of it",
            )
        return row

    def _sent(self) -> Row[Any]:
        wanted = select(sends).where(sends.c.issue == self.issue, sends.c.kind == "issue")
        with self.register.read() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            raise Refused(f"{self.issue} has not gone out yet", f"newsletter send {self.issue} --really")
        if row.state != "done":
            hint = f"wait for it (newsletter status {self.issue}), then send late"
            raise Refused(f"{self.issue} is not through yet: it is {row.state}", hint)
        return row


class _Sheets(Mapping[str, "Sheet"]):
    """The sealed editions, each read and checked when it is asked for."""

    def __init__(self, sealed: Sealed, plan: SendPlan) -> None:
        self._sealed, self._plan = sealed, plan

    def __getitem__(self, name: str) -> Sheet:
        if name not in self._plan.editions:
            raise KeyError(name)
        return self._sealed.sheet(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._plan.editions)

    def __len__(self) -> int:
        return len(self._plan.editions)
