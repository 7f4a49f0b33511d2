"""What of persons stands in a file, by its name and its first megabyte. What it says never comes into a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from newsletter.checks.privacy import find_cpr
from newsletter.checks.taken import EXPORT_NAMES

_LOOK = 1_000_000
_SQLITE = b"SQLite format 3\0"
_PUBLISHED = ("campaigns/", "content/", "layouts/")
_TABLES = (".csv", ".jsonl", ".ods", ".tsv", ".xlsm", ".xlsx")
_TEXTS = (".json", ".txt")
_ZIPPED = (".ods", ".xlsm", ".xlsx")
_PARTS = re.compile(r"(?:content|xl/sharedStrings|xl/worksheets/[^/]+)\.xml")
_ADDRESS = re.compile(
    r"(?<![\w.+%'-])(?P<local>[\w.+%'-]{1,64})@(?P<domain>(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w@])"
)
_NOBODYS = re.compile(r"(?:.*\.)?(?:example|invalid|localhost|test|example\.(?:com|dk|net|org))", re.IGNORECASE)
"""RFC 2606, and the domain Danish examples are made of."""
_FILES = re.compile(r".*\.(?:gif|jpe?g|js|md|png|svg|webp)", re.IGNORECASE)
"""logo@2x.png looks like an address."""
_P_NUMBERS = re.compile(r"\bP[-_ .]?(?:nr|no|num(?:mer|ber)|enhed)|produktionsenhed", re.IGNORECASE)


class Found(NamedTuple):
    """Something personal: what it is, and where in the file."""

    what: str
    line: int = 1
    column: int = 1


def find_personal(root: Path, path: str) -> Found | None:
    """The worst that the file holds; None when it is nobody's business."""
    name = PurePosixPath(path).name.lower()
    if name.endswith(".key"):
        return Found("the key of a register") if name == "register.key" else None
    if name.endswith((".eml", ".mbox")):
        return Found("mail")
    try:
        with (root / path).open("rb") as file:
            data = file.read(_LOOK)
    except OSError:
        return None
    if data.startswith(_SQLITE) or name.endswith((".sqlite", ".sqlite-wal")):
        return Found("a backup of the register" if "/backups/" in path else "a database, such as the register")
    if name in EXPORT_NAMES or _is_export(name, data):
        return Found("what the register holds of a person")
    return _in_list(path, _text(name, data, root / path))


def _is_export(name: str, data: bytes) -> bool:
    return name.endswith(".json") and b'"consents"' in data and b'"address"' in data


def _in_list(path: str, text: str) -> Found | None:
    ending = PurePosixPath(path).suffix.lower()
    if ending in _TABLES and (at := _first_cpr(text)) is not None:
        return Found("a list with what looks like CPR numbers", *_place(ending, text, at))
    if ending not in (*_TABLES, *_TEXTS) or path.startswith(_PUBLISHED) or "@" not in text:
        return None
    found = list(_addresses(text))
    number = len({match[0].casefold() for match in found})
    enough = 1 if ending in _TABLES or path.startswith("subscribers/") else 2
    if number < enough:
        return None
    what = "a mail address" if number == 1 else f"{number} mail addresses"
    return Found(f"a list with {what}", *_place(ending, text, found[0].start()))


def _addresses(text: str) -> Iterator[re.Match[str]]:
    """Addresses that may be somebody's."""
    for match in _ADDRESS.finditer(text):
        if match["local"] != "git" and not _NOBODYS.fullmatch(match["domain"]) and not _FILES.fullmatch(match[0]):
            yield match


def _first_cpr(text: str) -> int | None:
    """Where the first stands that cannot be a P-number of a column that says so, nor two cells side by side."""
    p_numbers = _P_NUMBERS.search(text) is not None
    for match in find_cpr(text):
        alone = (
            not text[match.start() - 1 : match.start()].isalnum() and not text[match.end() : match.end() + 1].isalpha()
        )
        if alone and "\t" not in match[0] and not (p_numbers and re.fullmatch(r"1\d{9}", match[0])):
            return match.start()
    return None


def _place(ending: str, text: str, at: int) -> tuple[int, int]:
    if ending in _ZIPPED:
        return 1, 1
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _text(name: str, data: bytes, file: Path) -> str:
    if name.endswith(_ZIPPED):
        return _zipped(file)
    return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "replace")


def _zipped(file: Path) -> str:
    """The words of a spreadsheet, without its marks; nothing of a broken one."""
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(file) as book:
            parts = [name for name in book.namelist() if _PARTS.fullmatch(name)][:20]
            found = [book.open(name).read(_LOOK).decode("utf-8", "replace") for name in parts]
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return ""
    return re.sub(r"<[^<>]*>", " ", " ".join(found)).replace("\n", " ")
