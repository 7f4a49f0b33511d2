"""Looking for what is left of a person: through the text columns of the register, and through the bytes of files."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from sqlalchemy import String, func, or_, select

from newsletter.store.kinds import METADATA

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection, Table

_BLOCK = 1 << 20
_AROUND = 1 << 10
"""Bytes looked at on each side of a find; no address is longer, in whatever encoding."""
_MARGIN = 4 * _AROUND
"""A find so near to the end of a block is left to the next block, where what follows is seen."""
_ENCODINGS = ("utf-8", "utf-16-le", "cp1252")
_PACKED = (".docx", ".ods", ".xlsx", ".zip")
_NOT_OURS = {".git", ".hg", ".venv", "node_modules", "__pycache__"}
_WORD_BEFORE = re.compile(rb"[\w.%+\x80-\xff-]$")
_WORD_AFTER = re.compile(rb"(?!s([^\w-]|$))\.?[\w\x80-\xff-]")
"""A genitive is no other word: Annes."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Mention:
    """A text in the register that holds what was looked for."""

    table: str
    column: str
    number: str
    text: str


def address_forms(*addresses: str) -> tuple[str, ...]:
    """All ways an address may be written: as given, and with the domain in letters instead of xn--."""
    forms: dict[str, None] = {}
    for address in addresses:
        forms[address.lower()] = None
        local, _, domain = address.lower().rpartition("@")
        with suppress(UnicodeError):
            forms[f"{local}@{domain.encode('ascii').decode('idna')}"] = None
    return tuple(forms)


def mentions(connection: Connection, forms: Iterable[str]) -> list[Mention]:
    """Where a text column of the register holds one of the forms, whatever its case."""
    wanted = tuple(forms)
    found = (_mentions(connection, table, wanted) for table in METADATA.sorted_tables if wanted)
    return sorted(mention for each in found for mention in each)


def says(text: str, forms: Iterable[str]) -> bool:
    """Whether one of the forms stands in the text, not as a part of a longer word."""
    whole = text.lower().encode()
    needles = [form.lower().encode() for form in forms]
    return any(not _in_word(whole, at, needle) for needle in needles for at in _places(whole, needle))


def look(stream: IO[bytes], forms: Sequence[str], explained: Collection[str] = (), *, is_text: bool = False) -> int:
    """How often a form stands in the bytes. Not counted: a part of a longer text in `explained`, which stays.

    In a file of text, a part of a longer word is not counted either: anne@ in marianne@.
    """
    needles = _bytes(forms)
    longer = [text for text in _bytes(explained) if any(needle in text for needle in needles)]
    places = (
        (block, at, needle)
        for block, first, last in _blocks(stream)
        for needle in needles
        for at in _places(block, needle)
        if first <= at < last
    )
    return sum(
        not _is_explained(block, at, needle, longer) and not (is_text and _in_word(block, at, needle))
        for block, at, needle in places
    )


def look_in_file(path: Path, forms: Sequence[str], explained: Collection[str] = ()) -> int:
    """How often a form stands in a file, also inside what is packed (.xlsx, .zip, .gz)."""
    total = 0
    for stream in _streams(path):
        with stream:
            total += look(stream, forms, explained, is_text=_is_text(stream))
    return total


def files_of(folder: Path, without: Collection[Path] = ()) -> Iterator[Path]:
    """All files of a folder but those of the tools around it, sorted."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and not path.is_symlink() and path not in without and not _NOT_OURS.intersection(inside):
            yield path


def _mentions(connection: Connection, table: Table, wanted: Sequence[str]) -> Iterator[Mention]:
    columns = [column for column in table.columns if isinstance(column.type, String)]
    if not columns:
        return
    cased = {_small(case) for form in wanted for case in _cases(form)}
    held = or_(*(func.lower(column).contains(form, autoescape=True) for column in columns for form in cased))
    for row in connection.execute(select(table).where(held)).mappings():
        for column in columns:
            text = row[column.name] or ""
            if any(form.lower() in text.lower() for form in wanted):
                yield Mention(table=table.name, column=column.name, number=_number(table.primary_key, row), text=text)


def _number(key: Iterable[Column[object]], row: object) -> str:
    values = (row[column.name] for column in key)  # type: ignore[index]
    return "/".join(value.hex() if isinstance(value, bytes) else str(value) for value in values)


def _bytes(forms: Iterable[str]) -> list[bytes]:
    """The forms as they may stand in a file, in small ASCII letters."""
    found: set[bytes] = set()
    for text in (case for form in forms for case in _cases(form)):
        for encoding in _ENCODINGS:
            with suppress(UnicodeEncodeError):
                found.add(text.encode(encoding).lower())
    return sorted(found)


def _cases(form: str) -> tuple[str, ...]:
    return form, form.lower(), form.upper()


def _small(text: str) -> str:
    """In small letters as SQLite makes them: A to Z only."""
    return re.sub("[A-Z]+", lambda found: found[0].lower(), text)


def _blocks(stream: IO[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """The bytes in small ASCII letters, block by block, each with the part of it in which finds are counted."""
    before, block = b"", stream.read(_BLOCK)
    while block:
        after = stream.read(_BLOCK)
        whole = before + block.lower()
        yield whole, _MARGIN if before else 0, len(whole) - _MARGIN if after else len(whole)
        before, block = whole[-2 * _MARGIN :], after


def _places(block: bytes, needle: bytes) -> Iterator[int]:
    at = block.find(needle)
    while at >= 0:
        yield at
        at = block.find(needle, at + 1)


def _is_explained(block: bytes, at: int, needle: bytes, longer: Iterable[bytes]) -> bool:
    """Whether the find is a part of one of the longer texts, which stands there whole (as far as we look)."""
    for text in longer:
        for inside in _places(text, needle):
            first, last = max(inside - _AROUND, 0), inside + len(needle) + _AROUND
            part = text[first:last]
            begin = at - (inside - first)
            if begin >= 0 and len(part) > len(needle) and block.startswith(part, begin):
                return True
    return False


def _in_word(block: bytes, at: int, needle: bytes) -> bool:
    after = at + len(needle)
    return bool(_WORD_BEFORE.search(block[max(at - 1, 0) : at]) or _WORD_AFTER.match(block[after : after + 2]))


def _streams(path: Path) -> Iterator[IO[bytes]]:
    yield path.open("rb")
    if path.suffix == ".gz":
        yield cast("IO[bytes]", gzip.open(path))  # noqa: SIM115 - whoever takes it closes it
    if path.suffix in _PACKED and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                yield packed.open(name)


def _is_text(stream: IO[bytes]) -> bool:
    start = stream.read(_BLOCK)
    stream.seek(0)
    return b"\0" not in start
