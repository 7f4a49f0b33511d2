"""The editions of an issue: people with the same blocks share one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.build.compose import Composition
    from newsletter.content.issues import Issue

STANDARD = "standard"
"""Name of the edition for people in none of the issue's segments."""

_NAME_LENGTH = 60


@dataclass(frozen=True, kw_only=True)
class Edition:
    """An issue as one audience sees it: the blocks it gets, and who gets them."""

    name: str
    blocks: tuple[int, ...]
    segments: tuple[frozenset[str], ...]
    """The sets of segments a reader of this edition is in, of those the issue names."""


def editions(composition: Composition, memberships: Iterable[frozenset[str]] | None = None) -> tuple[Edition, ...]:
    """The editions of an issue: people who get the same blocks share one.

    `memberships` are the sets of segments that people really are in. Without a register, one set for each segment the
    issue names, and the empty one for people in none.
    """
    named = named_segments(composition.issue.fields)
    alone: set[frozenset[str]] = {frozenset(), *(frozenset([name]) for name in named)}
    sets = alone if memberships is None else set(memberships)
    shared: dict[tuple[int, ...], list[frozenset[str]]] = {}
    for segments in sorted({each & named for each in sets}, key=_by_size):
        shared.setdefault(_blocks(composition, segments), []).append(segments)
    names = _names(composition, list(shared))
    found = (
        Edition(name=name, blocks=blocks, segments=tuple(members))
        for name, (blocks, members) in zip(names, shared.items(), strict=True)
    )
    return tuple(sorted(found, key=lambda edition: (edition.name != STANDARD, edition.name)))


def _blocks(composition: Composition, segments: frozenset[str]) -> tuple[int, ...]:
    """The blocks of somebody in exactly these segments."""
    return tuple(shown.index for shown in composition.shown if shown.is_for(segments))


def named_segments(issue: Issue) -> frozenset[str]:
    """The segments that make a difference in the issue."""
    return frozenset(name for block in issue.blocks for name in (*block.only, *block.except_))


def _by_size(segments: frozenset[str]) -> tuple[int, list[str]]:
    return len(segments), sorted(segments)


def _names(composition: Composition, editions: Sequence[tuple[int, ...]]) -> list[str]:
    """A name for each edition, no two alike: one that is too long or not the only one ends in a mark of its own.

    A name tells the blocks and not who has them today, so it stays when people come and go.
    """
    standard = _blocks(composition, frozenset())
    alone: dict[tuple[int, ...], list[str]] = {}
    for name in sorted(named_segments(composition.issue.fields)):
        alone.setdefault(_blocks(composition, frozenset([name])), []).append(name)
    names = [
        STANDARD if blocks == standard else "-".join(alone.get(blocks, ())) or _difference(composition, blocks)
        for blocks in editions
    ]
    return [
        name
        if blocks == standard or (name != STANDARD and len(name) <= _NAME_LENGTH and names.count(name) == 1)
        else _marked(name, blocks)
        for name, blocks in zip(names, editions, strict=True)
    ]


def _difference(composition: Composition, blocks: Sequence[int]) -> str:
    """What sets an edition apart from the standard one: `byggeri-industri+netvaerket`, either of two and a third.

    Who is in one of a few is in one of more that hold them, so the wider is left unsaid.
    """
    told = {
        frozenset(shown.block.only if shown.index in blocks else shown.block.except_)
        for shown in composition.shown
        if (shown.index in blocks) != shown.is_for(frozenset())
    }
    return "+".join(sorted("-".join(sorted(some)) for some in told if not any(fewer < some for fewer in told)))


def _marked(name: str, blocks: Sequence[int]) -> str:
    mark = hashlib.sha256(repr(tuple(blocks)).encode()).hexdigest()[:8]
    return f"{name[: _NAME_LENGTH - 9]}~{mark}"
