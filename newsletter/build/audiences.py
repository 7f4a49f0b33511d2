"""How many people get each edition. The register is opened only when it has changed since it was last asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from newsletter.build.compose import Composition
from newsletter.build.editions import named_segments
from newsletter.build.invitation import for_guests, invitation_of
from newsletter.inputs import INDUSTRIES_FOLDER
from newsletter.store.register import find_register, open_register
from newsletter.store.stamp import stamp
from newsletter.subscribers.segments import SEGMENTS_FILE

if TYPE_CHECKING:
    from newsletter.build.cache import Cache
    from newsletter.workspace import Workspace


class Audiences:
    """Who may be written to, by the segments an issue names; asked of the register as it is now."""

    def __init__(self, workspace: Workspace, cache: Cache) -> None:
        self.workspace, self.cache = workspace, cache
        self.stamp = stamp(workspace.root, workspace.settings.register_at)

    def of(self, composition: Composition) -> Mapping[frozenset[str], int] | None:
        """Sets of the issue's segments → how many people are in exactly these; None without a register.

        Raises Invalid for a register that cannot be opened.
        """
        if find_register(self.workspace.root, self.workspace.settings) is None:
            return None
        if self.stamp is None:
            counted = self._ask(composition)
        else:
            invites = self._invites(composition)
            asked = [*_question(composition), invites] if invites else _question(composition)
            question = [self.stamp, self._rules(), *asked, composition.sent.isoformat()]
            counted = self.cache.get_or("audience", question, lambda: self._ask(composition))
        return {frozenset(names): readers for names, readers in counted}

    def _rules(self) -> list[str]:
        """Digests of all that says how segments are read."""
        lists = sorted((self.workspace.root / INDUSTRIES_FOLDER).glob("*.csv"))
        digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in lists]
        return [self.workspace.digests[SEGMENTS_FILE], self.workspace.settings.industries, *digests]

    def _ask(self, composition: Composition) -> list[Any]:
        from newsletter.subscribers.audience import block_sets
        from newsletter.subscribers.rules.book import read_book

        names, segments = _question(composition)
        sent = composition.sent.replace(tzinfo=self.workspace.settings.zone)
        book, audience = for_guests(read_book(self.workspace), segments, self._invites(composition))
        with closing(open_register(self.workspace.root, self.workspace.settings)) as register, register.read() as now:
            counted = block_sets(now, names, audience, book, sent)
        return [[sorted(names), readers] for names, readers in counted.items()]

    def _invites(self, composition: Composition) -> dict[str, Any] | None:
        invitation = invitation_of(self.workspace, composition.issue.fields)
        return invitation.to_json() if invitation else None


def _question(composition: Composition) -> tuple[list[str], list[str]]:
    """The segments that make a difference, and those that get the issue at all."""
    fields = composition.issue.fields
    return sorted(named_segments(fields)), sorted(fields.audience)
