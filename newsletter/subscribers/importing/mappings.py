"""subscribers/mappings.yml: what the columns of a list hold, by a name. Written by the import and read by it."""

import os
from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import ConfigDict, RootModel

from newsletter.fields import Document, read_yaml, validate
from newsletter.problems import guess
from newsletter.source import Source, read_source
from newsletter.subscribers.importing.columns import Columns
from newsletter.subscribers.importing.fields import FieldName
from newsletter.values import Slug, check_slug

MAPPINGS_FILE = "subscribers/mappings.yml"
_BEGINNING = "# What the columns of our lists hold: written by `newsletter subscribers import --remember NAME`.\n"


class Mappings(RootModel[dict[Slug, dict[str, FieldName]]]):
    """The whole file: name → heading → field."""

    model_config = ConfigDict(defer_build=True)


def read_mappings(root: Path) -> dict[str, dict[str, FieldName]]:
    """The mappings of a workspace by name; none when there is no file. Raises Invalid for a file that is not right."""
    if not (root / MAPPINGS_FILE).exists():
        return {}
    return validate(Mappings, read_yaml(read_source(root, MAPPINGS_FILE))).root


def mapping_named(root: Path, name: str) -> dict[str, FieldName]:
    """One mapping. Raises ValueError, with a guess, for a name nobody remembers."""
    known = read_mappings(root)
    if name not in known:
        raise ValueError(f"no mapping is called {name!r}; {guess(name, known) or 'remember one with --remember NAME'}")
    return known[name]


def known_columns(mapping: Columns, headings: Sequence[str]) -> dict[str, FieldName]:
    """A remembered mapping for a list with these headings. Raises ValueError for headings that the list lacks."""
    lacking = [heading for heading in mapping if heading not in headings]
    if lacking:
        raise ValueError(f"the list has no column {', '.join(map(repr, lacking))}; {guess(lacking[0], headings)}")
    return {heading: mapping[heading] for heading in headings if heading in mapping}


def remember_mapping(root: Path, name: str, columns: Columns) -> None:
    """Keep the mapping under a name, in place of an older one. What else the file says stays, comments too.

    Raises ValueError for a name that is no short name, Invalid for a file that is not right.
    """
    check_slug(name)
    read_mappings(root)
    path = root / MAPPINGS_FILE
    text = read_source(root, MAPPINGS_FILE).text if path.exists() else _BEGINNING
    block = yaml.safe_dump({name: dict(columns)}, allow_unicode=True, sort_keys=False, width=1000)
    _replace(path, _with_block(text, name, block))


def _with_block(text: str, name: str, block: str) -> str:
    """The text with the block of that name put in, where an older one stood or at the end."""
    lines = text.splitlines(keepends=True)
    document = read_yaml(Source(path=MAPPINGS_FILE, text=text, digest=""))
    if name not in document.data:
        return f"{text.rstrip()}\n\n{block}"
    first, after = _lines_of(document, name, len(lines))
    while after > first + 1 and (not lines[after - 1].strip() or lines[after - 1].startswith("#")):
        after -= 1  # a comment before the next block is the next block's
    return "".join([*lines[:first], block, *lines[after:]])


def _lines_of(document: Document, name: str, count: int) -> tuple[int, int]:
    starts = sorted(place.line - 1 for key, place in document.keys.items() if len(key) == 1)
    first = document.keys[(name,)].line - 1
    return first, next((start for start in starts if start > first), count)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, "utf-8")
    draft.replace(path)
