"""Pictures and calendar files, published under names that carry their digest: a sent mail never changes its picture."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from newsletter.workspace import IMAGES

if TYPE_CHECKING:
    from newsletter.build.cache import Cache
    from newsletter.content.item import Item
    from newsletter.content.items import Event
    from newsletter.workspace import Workspace

ASSETS = "assets"
"""Folder below build/ and below the public address."""


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A file that letters point to: its published name, the SHA-256 of its bytes, and how to get them."""

    name: str
    digest: str
    read: Callable[[], bytes]


def assets_for(workspace: Workspace, names: Iterable[str], cache: Cache) -> dict[str, Asset]:
    """The assets behind slots such as `images/logo.png` and `events/aarsmoede.ics`, by slot name.

    A name nobody has is left out; the checks tell the author.
    """
    found: dict[str, Asset] = {}
    for name in sorted(names):
        folder, _, file = name.partition("/")
        if folder == "images" and file in workspace.images:
            image = workspace.images[file]
            found[name] = _asset(file, image.digest, (workspace.root / IMAGES / file).read_bytes)
        elif folder == "events" and file.removesuffix(".ics") in workspace.items["event"]:
            event = workspace.items["event"][file.removesuffix(".ics")]
            found[name] = _calendar(workspace, event, file, cache)
    return found


def _asset(file: str, digest: str, read: Callable[[], bytes]) -> Asset:
    path = PurePosixPath(file)
    return Asset(name=f"{path.stem}-{digest[:12]}{path.suffix.lower()}", digest=digest, read=read)


def _calendar(workspace: Workspace, event: Item[Event], file: str, cache: Cache) -> Asset:
    from newsletter.campaigns.events.ics import calendar_text, method_of, organizer_of

    settings = workspace.settings
    names = [settings.public_url, settings.sender.name, organizer_of(settings)]
    inputs = [event.slug, event.source.text, settings.time_zone, settings.language, *names]
    text: str = cache.get_or("calendar", inputs, lambda: calendar_text([event], settings, method_of(event.fields)))
    data = text.encode()
    return _asset(file, hashlib.sha256(data).hexdigest(), lambda: data)
