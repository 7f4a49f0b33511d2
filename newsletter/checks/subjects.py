"""What the rules look at: an item, an issue, an edition, the theme. Values; a rule reads no file and no clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from newsletter.problems import Place

if TYPE_CHECKING:
    from newsletter.content.issues import Issue
    from newsletter.content.item import Item
    from newsletter.content.tree import Element
    from newsletter.settings import Settings
    from newsletter.workspace import Page


@dataclass(frozen=True, kw_only=True)
class ItemSubject:
    """A file of content/ as it stands, whenever it is sent. `kind` is `story`, `issue` and so on."""

    kind: str
    item: Item[Any]
    tree: Element
    """Its Markdown."""
    images: frozenset[str]
    """Files in content/images/."""


@dataclass(frozen=True, kw_only=True)
class ShownSubject:
    """An item in an issue: what may not be shown at that time, and where its links lead."""

    kind: str
    item: Item[Any]
    sent: date
    settings: Settings
    links: tuple[str, ...]
    """Targets of its links to other items, as written: `../schemes/fleksjob.md`."""
    beside: frozenset[str]
    """Items in the same issue, as `schemes/fleksjob`."""


@dataclass(frozen=True, kw_only=True)
class IssueSubject:
    """An issue's own words."""

    issue: Item[Issue]
    sent: date


@dataclass(frozen=True, kw_only=True)
class EditionSubject:
    """A finished edition. Its place is the issue file: nobody mends HTML."""

    issue: Item[Issue]
    name: str
    html: str
    text: str
    anchors: tuple[str, ...]
    """Ids of the items in it, in order."""
    sender_address: str
    """The first line of the sender's postal address, which must be in the letter."""


@dataclass(frozen=True, kw_only=True)
class ThemeSubject:
    """The theme and the places in its file."""

    theme: Page


def texts(item: Item[Any]) -> Iterator[tuple[Place, str]]:
    """Every text an author wrote in a file: each front-matter value with its place, and the body."""
    yield from _leaves(item, item.document.data, ())
    yield item.source.place(item.body_start), item.body


def _leaves(item: Item[Any], value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield item.place(*path), value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(item, inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(item, inner, (*path, index))
