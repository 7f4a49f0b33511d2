"""The authors' prose: Markdown → one tree → HTML with the theme's styles, and plain text; kept by what was written.

Styles depend on the structure of a text alone, so a changed word asks premailer for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from newsletter.layouts.slots import Prose

if TYPE_CHECKING:
    from newsletter.build.cache import Cache
    from newsletter.content.item import Item


def prose_of(items: Iterable[Item[Any]], sheet: str, cache: Cache) -> dict[str, Prose]:
    """The prose of each item that has any, by its path."""
    written = {item.source.path: item.body for item in items if item.body.strip()}
    bodies = list(written.values())

    def make(missing: list[int]) -> list[tuple[str, str]]:
        return render_prose([bodies[place] for place in missing], sheet, cache)

    made = cache.get_all("prose", [[body, sheet] for body in bodies], make)
    return {path: Prose(html=html, text=text) for path, (html, text) in zip(written, made, strict=True)}


def render_prose(bodies: Sequence[str], sheet: str, cache: Cache) -> list[tuple[str, str]]:
    """HTML and plain text of each Markdown text."""
    from newsletter.content.html import to_html
    from newsletter.content.markdown import parse_markdown
    from newsletter.content.text import to_text
    from newsletter.content.typography import danish
    from newsletter.layouts.inline import inline_all, structure

    trees = [danish(parse_markdown(body)) for body in bodies]

    def make(missing: list[int]) -> Sequence[Any]:
        return inline_all([trees[place] for place in missing], sheet)

    styles = cache.get_all("styles", [[structure(tree), sheet] for tree in trees], make)
    return [(to_html(tree, styled), to_text(tree)) for tree, styled in zip(trees, styles, strict=True)]
