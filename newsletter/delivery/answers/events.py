"""The events that calendars can answer, read from the workspace when the first answer comes."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from newsletter.campaigns.events.ics import uid
from newsletter.campaigns.signups.values import Terms
from newsletter.content.item import Item, read_item
from newsletter.inputs import list_files
from newsletter.problems import Invalid
from newsletter.source import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.content.items import Event
    from newsletter.settings import Settings

_FOLDER = "content/events/"


class Events:
    """The workspace's events as an answer or a sign-up looks at them. A file that cannot be read is left out."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self._root, self._settings = root, settings

    @cached_property
    def items(self) -> dict[str, Item[Event]]:
        """By short name."""
        return {item.slug: item for item in self._read()}

    @cached_property
    def terms(self) -> dict[str, Terms]:
        """By short name."""
        return {slug: Terms.of(item, self._settings.zone) for slug, item in self.items.items()}

    def by_uid(self, name: str) -> Terms | None:
        """The event that calendars know by this name."""
        wanted = name.strip().casefold()
        return next((self.terms[slug] for slug in self.items if uid(slug, self._settings).casefold() == wanted), None)

    def _read(self) -> Iterator[Item[Event]]:
        for path in sorted(list_files(self._root)):
            if path.startswith(_FOLDER) and path.endswith(".md"):
                try:
                    yield cast("Item[Event]", read_item(read_source(self._root, path), "events"))
                except Invalid:
                    continue
