"""What is approved: the letter, its editions, and who gets which. A send follows it, whatever the files say by then."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from newsletter.build.cache import Cache
from newsletter.build.compose import compose_all
from newsletter.build.editions import editions, named_segments
from newsletter.build.invitation import for_guests
from newsletter.build.plan import TOLD, told_inputs
from newsletter.build.told import Telling
from newsletter.delivery.letter import Letter
from newsletter.delivery.letters import letter_of
from newsletter.problems import Invalid, Refused
from newsletter.subscribers.audience import block_sets, readers
from newsletter.subscribers.segments import SEGMENTS_FILE

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.delivery.sealed import Sealed
    from newsletter.subscribers.rules.book import Book
    from newsletter.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class SendPlan:
    """One approved issue. Blocks are numbered as in its composition."""

    digest: str
    """Of the sealed manifest."""
    tool: str
    inputs: Mapping[str, str]
    """Files that went in, with their digests."""
    letter: Letter
    named: tuple[str, ...]
    """Segments that make a difference, sorted."""
    audience: tuple[str, ...]
    """Segments it goes to; empty is everybody."""
    blocks: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    """For each block the segments that alone get it, and those that do not."""
    editions: Mapping[str, tuple[int, ...]]
    """Names, with the blocks each shows."""
    rules: str
    """Digest of the segments' rules."""
    names: tuple[int, ...] = ()
    """Results whose companies it names: they must agree to it still when it goes out."""

    def to_json(self) -> str:
        """The plan as text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The plan that was written as this text."""
        facts = json.loads(text)
        facts["letter"] = Letter(**facts["letter"])
        facts["blocks"] = tuple((tuple(only), tuple(but)) for only, but in facts["blocks"])
        facts["editions"] = {name: tuple(blocks) for name, blocks in facts["editions"].items()}
        tuples = {name: tuple(facts.get(name, ())) for name in ("named", "audience", "names")}
        return cls(**{**facts, **tuples})

    def edition_for(self, segments: frozenset[str]) -> str:
        """The edition of somebody in exactly these segments.

        Who has come since the approval may fit none; they get the one that shows most of theirs, and nothing that is
        not for them. Empty when there is no such edition.
        """
        theirs = {
            number
            for number, (only, but) in enumerate(self.blocks)
            if (not only or not segments.isdisjoint(only)) and segments.isdisjoint(but)
        }
        fitting = [(len(blocks), name) for name, blocks in self.editions.items() if theirs.issuperset(blocks)]
        return max(fitting, key=lambda each: (each[0], each[1]))[1] if fitting else ""

    @cached_property
    def _editions(self) -> dict[int, str]:
        return {}

    def _of_mask(self, mask: int) -> str:
        """The edition for a mask of the named segments, whose lowest bit is the first."""
        if mask not in self._editions:
            members = frozenset(name for at, name in enumerate(self.named) if mask >> at & 1)
            self._editions[mask] = self.edition_for(members)
        return self._editions[mask]

    def people(self, connection: Connection, book: Book, now: datetime) -> Iterator[tuple[int, str]]:
        """Everybody who gets the issue, by number, each with the edition; who fits none is left out."""
        book, audience = for_guests(book, self.audience, self.letter.invites)
        for person, mask in readers(connection, self.named, audience, book, now):
            edition = self._of_mask(mask)
            if edition:
                yield person, edition

    def count(self, connection: Connection, book: Book, now: datetime) -> Counts:
        """How many get each edition, and how many are in each segment."""
        book, audience = for_guests(book, self.audience, self.letter.invites)
        return self._counted(block_sets(connection, self.named, audience, book, now))

    def _counted(self, sets: Mapping[frozenset[str], int]) -> Counts:
        by_edition = dict.fromkeys(self.editions, 0)
        by_segment = dict.fromkeys(self.named, 0)
        left_out = 0
        for segments, number in sets.items():
            edition = self.edition_for(segments)
            if edition:
                by_edition[edition] += number
            else:
                left_out += number
            for name in segments:
                by_segment[name] += number
        return Counts(editions=by_edition, segments=by_segment, left_out=left_out)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many readers, edition by edition and segment by segment."""

    editions: Mapping[str, int]
    segments: Mapping[str, int]
    left_out: int
    """People for whom no approved edition is right: it must be built and approved again to reach them."""

    @property
    def readers(self) -> int:
        """In all."""
        return sum(self.editions.values())


def make_plan(workspace: Workspace, sealed: Sealed, memberships: Mapping[frozenset[str], int] | None) -> SendPlan:
    """The plan of an issue that has just been built, so that its files and its seal say the same.

    `memberships` is what the build was made for. Raises Invalid for an issue that cannot be composed, and Refused when
    the register tells of its campaigns by now what is not in it.
    """
    compositions, problems = compose_all(workspace)
    if sealed.issue not in compositions:
        raise Invalid(problems)
    composition = Telling(workspace, Cache()).of(compositions[sealed.issue])
    if told_inputs(composition).get(TOLD) != sealed.manifest["inputs"].get(TOLD):
        raise Refused(f"{TOLD} has changed since {sealed.issue} was built", f"newsletter build {sealed.issue}")
    made = editions(composition, None if memberships is None else {*memberships, frozenset()})
    fields = composition.issue.fields
    return SendPlan(
        digest=sealed.digest,
        tool=str(sealed.manifest["tool"]),
        inputs=dict(sealed.manifest["inputs"]),
        letter=letter_of(workspace, sealed),
        named=tuple(sorted(named_segments(fields))),
        audience=tuple(sorted(fields.audience)),
        blocks=tuple((tuple(shown.block.only), tuple(shown.block.except_)) for shown in composition.shown),
        editions={each.name: each.blocks for each in made if each.name in sealed.editions},
        rules=workspace.digests[SEGMENTS_FILE],
        names=tuple(sealed.manifest.get("named", ())),
    )
