"""The contacts of a workspace, as people name them."""

from __future__ import annotations

from pathlib import Path


def contact_names(root: Path) -> frozenset[str]:
    """The short names of content/contacts/, whether or not their files can be read."""
    return frozenset(path.stem for path in (root / "content/contacts").glob("*.md"))


def known_contacts(root: Path) -> dict[str, str]:
    """Folded name and short name of each file in content/contacts/ → its short name."""
    from newsletter.content.item import read_item
    from newsletter.problems import Invalid
    from newsletter.source import read_source
    from newsletter.subscribers.importing.fields import fold

    known = {}
    for path in sorted((root / "content/contacts").glob("*.md")):
        known[fold(path.stem)] = path.stem
        try:
            item = read_item(read_source(root, path.relative_to(root).as_posix()), "contacts")
        except Invalid:
            continue  # `newsletter check` says why
        known.setdefault(fold(str(getattr(item.fields, "title", path.stem))), path.stem)
    return known
