"""The plan of an issue: all that goes into it. When the plan's key is the same, so are the bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from newsletter.build.compose import Composition
from newsletter.build.editions import Edition, editions, named_segments
from newsletter.build.invitation import INVITATION, Invitation, invitation_of
from newsletter.build.tool import fingerprint
from newsletter.inputs import WORKSPACE_FILE
from newsletter.layouts.skeleton import OTHER_MAILS
from newsletter.layouts.theme import PROSE_FILE, THEME_FILE
from newsletter.subscribers.segments import SEGMENTS_FILE
from newsletter.workspace import IMAGES

if TYPE_CHECKING:
    from newsletter.workspace import Workspace


TOLD = "the register: what it tells of campaigns"
"""Among an issue's inputs, what is no file."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An issue with its editions, and the files that go into it with their digests."""

    composition: Composition
    editions: tuple[Edition, ...]
    inputs: Mapping[str, str]
    key: str
    readers: Mapping[str, int]
    """How many people get each edition, by its name; empty without a register. No part of the key."""
    invitation: Invitation | None = None

    @property
    def files(self) -> dict[str, bytes]:
        """What each edition has beside its letter."""
        return {INVITATION: self.invitation.text.encode()} if self.invitation else {}

    @cached_property
    def _words(self) -> list[str]:
        return [" ".join([each.block.kind, *(item.slug for item in each.items)]) for each in self.composition.shown]

    def blocks(self, edition: Edition) -> list[str]:
        """An edition's blocks in words: `story eksempelbageriet`."""
        return [self._words[index] for index in edition.blocks]


def make_plan(
    workspace: Workspace, composition: Composition, audience: Mapping[frozenset[str], int] | None = None
) -> Plan:
    """The plan of a composed issue. `audience` says how many people are in which of the issue's segments.

    The standard edition is always there: it is what the web shows, and what somebody gets who comes tomorrow.
    """
    inputs = _inputs(workspace, composition)
    made = editions(composition, None if audience is None else {*audience, frozenset()})
    blocks = [[shown.block.kind, [item.slug for item in shown.items]] for shown in composition.shown]
    remarks = [str(remark) for remark in composition.remarks]
    shape = [[edition.name, edition.blocks] for edition in made]
    invitation = invitation_of(workspace, composition.issue.fields)
    invites = [invitation.text] if invitation else []
    text = json.dumps([fingerprint(), inputs, blocks, shape, composition.sent.isoformat(), remarks, *invites])
    key = hashlib.sha256(text.encode()).hexdigest()
    readers = {} if audience is None else {each.name: _readers(each, audience) for each in made}
    return Plan(composition=composition, editions=made, inputs=inputs, key=key, readers=readers, invitation=invitation)


def _readers(edition: Edition, audience: Mapping[frozenset[str], int]) -> int:
    return sum(audience.get(segments, 0) for segments in edition.segments)


def _inputs(workspace: Workspace, composition: Composition) -> dict[str, str]:
    """The files an issue is made of, with their digests."""
    items = composition.items
    paths = {WORKSPACE_FILE, THEME_FILE, PROSE_FILE, composition.issue.source.path}
    paths |= {f"layouts/{name}" for name in workspace.templates if name not in OTHER_MAILS}
    paths |= {item.source.path for item in items.values()}
    events = workspace.items["event"]
    before = (item.fields.follows for (kind, _), item in items.items() if kind == "event")
    paths |= {events[slug].source.path for slug in before if slug in events}
    paths.add(workspace.items["contact"][workspace.settings.unit.entry].source.path)
    if composition.issue.fields.invites:
        paths.add(workspace.items["event"][composition.issue.fields.invites].source.path)
    if named_segments(composition.issue.fields):
        paths.add(SEGMENTS_FILE)
    campaigns = {composition.issue.fields.campaign, *(shown.block.campaign for shown in composition.shown)}
    paths |= {f"campaigns/{slug}.yml" for slug in campaigns if slug}
    bodies = "\n".join([str(item.document.data) + item.body for item in (composition.issue, *items.values())])
    paths |= {IMAGES + file for file in workspace.images if file in bodies or file == workspace.theme.logo.file}
    digests = {**workspace.digests, WORKSPACE_FILE: _letterhead(workspace)}
    return {path: digests[path] for path in sorted(paths)} | told_inputs(composition)


def told_inputs(composition: Composition) -> dict[str, str]:
    """What the register told of campaigns, as an input with its digest: when that changes, so does the letter."""
    told = [[shown.block.key, repr(shown.told)] for shown in composition.shown if shown.told]
    return {TOLD: hashlib.sha256(json.dumps(told).encode()).hexdigest()} if told else {}


def _letterhead(workspace: Workspace) -> str:
    """Digest of what newsletter.yml says of the letters.

    Which relay takes them, where the register is, and how we answer enquiries is not; whom calendars answer is.
    """
    settings = workspace.settings
    said = settings.model_dump_json(exclude={"delivery", "environment", "register_at", "service"})
    return hashlib.sha256(f"{said}\n{settings.answers_to}".encode()).hexdigest()
