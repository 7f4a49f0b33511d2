"""Titles of content by their short names, one file at a time: who looks at a company needs a few of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.campaigns.visits.titled import TitleOf


def titles_of(root: Path) -> TitleOf:
    """What tells titles; a file that is not there or cannot be read is called by its short name."""
    from newsletter.content.item import read_item
    from newsletter.problems import Invalid
    from newsletter.source import read_source

    @cache
    def known(folder: str) -> frozenset[str]:
        return frozenset(path.stem for path in (root / "content" / folder).glob("*.md"))

    @cache
    def title(folder: str, name: str) -> str:
        if name not in known(folder):
            return name
        try:
            fields = read_item(read_source(root, f"content/{folder}/{name}.md"), folder).fields
        except Invalid:
            return name  # `newsletter check` says why
        return str(getattr(fields, "subject" if folder == "issues" else "title"))

    return title
