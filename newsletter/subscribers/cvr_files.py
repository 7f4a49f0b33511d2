"""Files of CVR's public JSON: one object, a list, a search answer, or a line for each. Every object with its place."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsletter.problems import Place, Problem

MAX_BYTES = 1_000_000_000
"""Above this size a file that is one single text is not read; a file with a line for each company may be any size."""

_HITS = '"hits"'
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One object of a file, and where it begins."""

    value: Any
    place: Place


def read_objects(path: Path, name: str) -> Iterator[Found | Problem]:
    """Every object of a file, in order; `name` is how its places name the file."""
    with path.open("rb") as file:
        first = file.readline(MAX_BYTES)
        if _is_whole(first):
            yield from _line(first, name, 1)
            for number, line in enumerate(file, 2):
                yield from _line(line, name, number)
            return
        rest = file.read(MAX_BYTES)
    if len(first) + len(rest) > MAX_BYTES:
        text = f"the file is larger than {MAX_BYTES // 1_000_000} MB and not written a line for each company"
        yield Problem.at(Place(name), "cvr-size", text, "fetch it in parts, or write it as JSON lines")
    else:
        yield from _line(first + rest, name, 1)


def _is_whole(line: bytes) -> bool:
    """Whether the first line says something by itself: then every line does."""
    try:
        json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return True


def _line(data: bytes, name: str, number: int) -> Iterator[Found | Problem]:
    try:
        text = data.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        line = number + data.count(b"\n", 0, error.start)
        hint = "save it again as UTF-8, or fetch it again from CVR"
        yield Problem.at(Place(name, line), "encoding", "the file is not UTF-8", hint)
        return
    if text.strip():
        yield from _Text(text.rstrip(), name, number).objects()


class _Text:
    """A text of JSON, and where in the file its characters are."""

    def __init__(self, text: str, name: str, first_line: int) -> None:
        self.text = text
        self.name = name
        self.first_line = first_line
        self.starts = [0]
        self.seen = 0

    def place(self, offset: int) -> Place:
        """Line and column of a character. Asked in rising order, a long text is gone through once."""
        while (end := self.text.find("\n", self.seen, offset)) >= 0:
            self.starts.append(end + 1)
            self.seen = end + 1
        line = bisect_right(self.starts, offset)
        return Place(self.name, self.first_line + line - 1, offset - self.starts[line - 1] + 1)

    def objects(self) -> Iterator[Found | Problem]:
        start = self._after_space(0)
        if self.text[start] == "[":
            yield from self._items(start)
        elif (hits := self._hits()) is not None:
            yield from self._items(hits)
        else:
            yield self._one(start)

    def _hits(self) -> int | None:
        """Where the list of a search answer begins. A quote within a value would be escaped, so this is a key."""
        key = self.text.find(_HITS)
        while key >= 0:
            colon = self._after_space(key + len(_HITS))
            value = self._after_space(colon + 1)
            if self.text[colon : colon + 1] == ":" and self.text[value : value + 1] == "[":
                return value
            key = self.text.find(_HITS, key + 1)
        return None

    def _items(self, start: int) -> Iterator[Found | Problem]:
        """What a list holds, one by one: the whole of a large answer is never kept as objects."""
        at = self._after_space(start + 1)
        while self.text[at : at + 1] != "]":
            found, end = self._decode(at)
            yield found
            if isinstance(found, Problem):
                return
            at = self._after_space(end)
            if self.text[at : at + 1] not in (",", "]"):
                cut = "the file ends before its list does" if at >= len(self.text) else "a comma is missing here"
                yield self._broken(at, cut)
                return
            at = self._after_space(at + 1) if self.text[at] == "," else at

    def _one(self, start: int) -> Found | Problem:
        found, end = self._decode(start)
        if isinstance(found, Found) and self.text[end:].strip():
            return self._broken(self._after_space(end), "more follows where the object ends")
        return found

    def _decode(self, start: int) -> tuple[Found | Problem, int]:
        try:
            value, end = _DECODER.raw_decode(self.text, start)
        except RecursionError:
            return self._broken(start, "this is nested too deeply"), len(self.text)
        except json.JSONDecodeError as error:
            return self._broken(error.pos, f"this is not JSON: {error.msg}"), len(self.text)
        except ValueError:  # a number with thousands of digits
            return self._broken(start, "a number here is too long"), len(self.text)
        return Found(value=value, place=self.place(start)), end

    def _broken(self, offset: int, text: str) -> Problem:
        return Problem.at(
            self.place(offset), "cvr-json", text, "fetch the file again; what stands before this was read"
        )

    def _after_space(self, offset: int) -> int:
        while self.text[offset : offset + 1] in (" ", "\n", "\r", "\t") and offset < len(self.text):
            offset += 1
        return offset
