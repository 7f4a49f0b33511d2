"""What somebody approves, put together: the seal as it stands, the plan behind it, and who would get it today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from newsletter.build.audiences import Audiences
from newsletter.build.cache import Cache
from newsletter.build.compose import compose_all
from newsletter.delivery.approval import Approval, Standing, approve, standing
from newsletter.delivery.invitations.sent import must_be_newer
from newsletter.delivery.plan import Counts, SendPlan, make_plan
from newsletter.delivery.sealed import BUILD, Sealed, read_sealed
from newsletter.store.tables import segment_snapshots
from newsletter.subscribers.rules.book import Book, read_book
from newsletter.subscribers.snapshots import remember

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.store.register import Register
    from newsletter.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """All there is to see before saying yes."""

    sealed: Sealed
    plan: SendPlan
    counts: Counts
    standing: Standing


class Approving:
    """Approving one issue of a workspace that has just been built."""

    def __init__(self, workspace: Workspace, register: Register, issue: str) -> None:
        self.workspace, self.register = workspace, register
        self.sealed = read_sealed(workspace.root, issue)
        self.plan = make_plan(workspace, self.sealed, self._memberships(issue))
        self.book: Book = read_book(workspace)

    def _memberships(self, issue: str) -> dict[frozenset[str], int] | None:
        """As the build asked for them, so that the editions have the names they are sealed under."""
        compositions, _ = compose_all(self.workspace)
        with Cache(self.workspace.root / BUILD) as cache:
            found = Audiences(self.workspace, cache).of(compositions[issue]) if issue in compositions else None
        return None if found is None else dict(found)

    def look(self, now: datetime) -> Proposal:
        """What would be approved, and who has done so already. Writes nothing."""
        with self.register.read() as connection:
            counts = self.plan.count(connection, self.book, now)
            found = standing(connection, self.sealed, counts.readers, self.workspace.settings.delivery)
        return Proposal(sealed=self.sealed, plan=self.plan, counts=counts, standing=found)

    def approve(self, *, now: datetime, actor: str) -> tuple[Proposal, Approval]:
        """Say yes; the segments that matter are remembered, so that later anybody can see whom they held.

        Raises Refused for an invitation that calendars would not take.
        """
        delivery = self.workspace.settings.delivery
        with self.register.write() as connection:
            must_be_newer(connection, self.sealed.issue, self.plan.letter.invites)
            counts = self.plan.count(connection, self.book, now)
            given = approve(connection, self.plan, counts.readers, now=now, actor=actor)
            self._remember(connection, now, actor)
            found = standing(connection, self.sealed, counts.readers, delivery)
        return Proposal(sealed=self.sealed, plan=self.plan, counts=counts, standing=found), given

    def _remember(self, connection: Connection, now: datetime, actor: str) -> None:
        known = connection.scalars(select(segment_snapshots.c.segment).where(segment_snapshots.c.taken_at == now)).all()
        names: Sequence[str] = sorted({*self.plan.named, *self.plan.audience} - {*known})
        if names:
            language = self.workspace.settings.language
            reason = f"approved {self.sealed.issue}"
            remember(connection, names, self.book, now=now, actor=actor, reason=reason, language=language)
