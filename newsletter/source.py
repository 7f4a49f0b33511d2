"""A file of the workspace, read once: its text with plain newlines, its digest, and places in it."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from codecs import BOM_UTF8
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from newsletter.problems import Invalid, Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 1_000_000
"""A text file above this size is a mistake (a novel has 600 kB)."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """The text of one file and the SHA-256 of its bytes."""

    path: str
    text: str
    digest: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def place(self, offset: int) -> Place:
        """The line and column of the character at `offset` (0 is the first)."""
        line = bisect_right(self._starts, offset)
        return Place(self.path, line, offset - self._starts[line - 1] + 1)

    def find(self, needle: str, start: int = 0, nth: int = 0) -> Place:
        """The place of the `nth` (from 0) `needle` at or after `start`; the place of `start` when there is none."""
        offset = start - 1
        for _ in range(nth + 1):
            offset = self.text.find(needle, offset + 1)
            if offset < 0:
                return self.place(start)
        return self.place(offset)


def read_source(root: Path, path: str) -> Source:
    """Read the text file at `root / path`.

    Raises Invalid when it is missing, unreadable, too large or not UTF-8.
    """
    try:
        data = _read_bytes(root / path)
    except OSError as error:
        raise Invalid([_unreadable(path, error)]) from error
    if len(data) > MAX_BYTES:
        text = f"the file is larger than {MAX_BYTES // 1_000_000} MB, too large for a text"
        raise Invalid([Problem.at(Place(path), "file-size", text, "cut it into several files")])
    return Source(path=path, text=_decode(path, data), digest=hashlib.sha256(data).hexdigest())


def _read_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _unreadable(path: str, error: OSError) -> Problem:
    text, hint = "the file cannot be read", error.strerror or str(error)
    if isinstance(error, FileNotFoundError):
        text, hint = "the file is missing", "write it, or run `newsletter init` for a workspace that has it"
    elif isinstance(error, IsADirectoryError):
        text, hint = "this is a folder, a file is expected", "rename the folder"
    elif isinstance(error, PermissionError):
        hint = "you may not read it: ask for permission to the file"
    elif "symbolic links" in hint:
        text, hint = "the link points to itself", "remove the link"
    return Problem.at(Place(path), "file", text, hint)


def _decode(path: str, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Invalid([_wrong_encoding(Place(path), "UTF-16")])
    data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _with_newlines(data[: error.start].decode("utf-8"))
        line = before.count("\n") + 1
        place = Place(path, line, len(before) - before.rfind("\n"))
        raise Invalid([_wrong_encoding(place, "Windows-1252 or another encoding")]) from error
    text = _with_newlines(text)
    if "\0" in text:
        place = Source(path=path, text=text, digest="").find("\0")
        raise Invalid([Problem.at(place, "encoding", "a NUL character: this is not a text file", "remove the file")])
    return text


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _wrong_encoding(place: Place, encoding: str) -> Problem:
    text = f"the file is not UTF-8 but {encoding}"
    return Problem.at(place, "encoding", text, "save it again as UTF-8 (in Notepad: Save as, Encoding, UTF-8)")
