"""CSV: which signs part the cells and how the letters are written is found out from the file."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from newsletter.problems import Invalid
from newsletter.subscribers.importing.cells import plain
from newsletter.subscribers.importing.sheets import Row, Sheet, problem, tidy_headings

DELIMITERS = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "bars"}
_PARTING = "".join([*DELIMITERS, " "])
MAX_CELL = 2_000_000
"""A cell with more signs than this is a quote that was never closed."""
_BLOCK = 1 << 20
_SAMPLE = 200_000
_SAMPLE_ROWS = 200

_SHIELDS = re.compile(rb"'[=+\-@\t\r]|=\"")
_MOJIBAKE = re.compile(rb"\xc3[\x85\x86\x98\xa4\xa5\xa6\xa9\xb6\xb8\xbc]")
"""A Danish letter in UTF-8. As Windows-1252 it would be two odd signs that nobody writes."""
_NOT_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}


@dataclass(frozen=True, kw_only=True)
class Form:
    """How one file is written."""

    encoding: str
    delimiter: str = ";"
    skipped: int = 0
    """Lines above the headings that only a program reads (`sep=;`)."""
    shielded: bool = True
    """Whether some cell may be shielded, so that each must be looked at."""


def read_delimited(path: Path) -> Sheet:
    """The list in a CSV file. Raises Invalid when it cannot be read as text or holds no headings."""
    form = _find_delimiter(path, _scan(path))
    line, cells = _headings(path, form)
    headings = tidy_headings(path.name, line, cells)
    described = f"CSV with {DELIMITERS.get(form.delimiter, form.delimiter)}, {_NAMES.get(form.encoding, 'UTF-16')}"
    read = partial(_rows, path, form, len(headings))
    return Sheet(name=path.name, kind="csv", form=described, headings=headings, read=read)


def _rows(path: Path, form: Form, width: int) -> Iterator[Row]:
    """Rows below the headings, each with `width` cells or with a reason why not."""
    with _opened(path, form) as (reader, skipped):
        line = _skip_headings(reader, skipped)
        as_it_stands = not form.shielded
        while True:
            try:
                for cells in reader:
                    if len(cells) == width and as_it_stands and cells[0].strip():
                        yield line, cells, ""
                    elif any(map(str.strip, cells)):
                        yield (line, *_fitted(cells, width, form))
                    line = reader.line_num + skipped + 1
            except csv.Error as error:
                end = reader.line_num + skipped
                yield line, [], _quote_problem(str(error), line, end)
                line = end + 1
            else:
                return


@contextmanager
def _opened(path: Path, form: Form) -> Iterator[tuple[Any, int]]:
    """A reader of the file's rows, and how many lines it does not see."""
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding=form.encoding, newline="") as file:
        for _ in range(form.skipped):
            next(file)
        yield csv.reader(file, delimiter=form.delimiter, strict=True), form.skipped


def _skip_headings(reader: Any, skipped: int) -> int:
    """Read on past the headings; the line after them."""
    for cells in reader:
        if any(map(str.strip, cells)):
            break
    return int(reader.line_num) + skipped + 1


def _fitted(cells: list[str], width: int, form: Form) -> tuple[Sequence[str], str]:
    """The cells with their shields off and without empty ones at the end, and why they still do not fit."""
    if form.shielded:
        cells = [plain(cell) for cell in cells]
    if len(cells) == width:
        return cells, ""
    if len(cells) > width and not any(map(str.strip, cells[width:])):
        return cells[:width], ""
    reason = f"the row has {len(cells)} cells, and the headings are {width}"
    sign = DELIMITERS.get(form.delimiter, "signs")
    return cells, f"{reason}; put quotes around a cell that holds {sign} or a line break"


def _quote_problem(error: str, line: int, end: int) -> str:
    if "expected after" in error:
        return 'a quote stands inside a cell that has quotes around it; write it twice: "Firma ""Nord"" ApS"'
    lines = f"lines {line} to {end} are" if end > line else "the line is"
    return f'a quote is opened here and never closed, so {lines} not read; close it, or remove the "'


def _headings(path: Path, form: Form) -> tuple[int, Sequence[str]]:
    line = form.skipped + 1
    with _opened(path, form) as (reader, skipped):
        try:
            for cells in reader:
                if any(map(str.strip, cells)):
                    return line, [plain(cell) for cell in cells]
                line = reader.line_num + skipped + 1
        except csv.Error as error:
            text, _, hint = _quote_problem(str(error), line, reader.line_num + skipped).partition("; ")
            raise Invalid([problem(path.name, line, text, hint)]) from error
    raise Invalid([problem(path.name, 1, "the file is empty", "choose the file with the list")])


def _find_delimiter(path: Path, form: Form) -> Form:
    with path.open(encoding=form.encoding, newline="") as file:
        text = file.read(_SAMPLE)
    first = re.match(r'"?sep=(.)"?\r?\n?', text, re.IGNORECASE)
    if first:
        return replace(form, delimiter=first[1], skipped=1)
    best = max(DELIMITERS, key=lambda sign: _fit(text, sign))
    return replace(form, delimiter=best)


def _fit(text: str, delimiter: str) -> tuple[bool, float, int]:
    """How well a sign parts the cells: it parts the headings, then most rows have as many cells, then more cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lengths = []
    try:
        for cells in reader:
            if "".join(cells).strip(_PARTING):
                lengths.append(len(cells))
            if len(lengths) > _SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    if not lengths:
        return False, 0.0, 0
    return lengths[0] > 1, Counter(lengths)[lengths[0]] / len(lengths), lengths[0]


def _scan(path: Path) -> Form:
    """How the letters of a file are written, found by reading all of it once."""
    with path.open("rb") as file:
        start = file.read(4)
        encoding = next((name for bom, name in _BOMS.items() if start.startswith(bom)), None) or _bare_utf16(start)
        file.seek(0)
        if encoding and encoding.startswith("utf-16"):
            return Form(encoding=_checked(path, encoding))
        blocks = iter(partial(file.read, _BLOCK), b"")
        decoder = codecs.getincrementaldecoder("utf-8")()
        shielded, lines = False, 0
        for block in blocks:
            shielded = shielded or block[0] in b"'=" or block[-1] in b"'=" or _SHIELDS.search(block) is not None
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                bad = lines + error.object[: error.start].count(b"\n") + 1
                return Form(encoding=_windows(path, bad))
            lines += block.count(b"\n")
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return Form(encoding=_windows(path, lines + 1))
    return Form(encoding=encoding or "utf-8", shielded=shielded)


def _bare_utf16(start: bytes) -> str | None:
    """UTF-16 without the signs that say so: every other byte is zero."""
    if len(start) == len(b"a\0b\0") and start[0] and start[2] and not start[1] and not start[3]:
        return "utf-16-le"
    if len(start) == len(b"\0a\0b") and start[1] and start[3] and not start[0] and not start[2]:
        return "utf-16-be"
    return None


def _checked(path: Path, encoding: str) -> str:
    try:
        with path.open(encoding=encoding, newline="") as file:
            for _ in iter(partial(file.read, _BLOCK), ""):
                pass
    except UnicodeError as error:
        text, hint = "the file begins as UTF-16 but breaks off", "save it again as CSV UTF-8"
        raise Invalid([problem(path.name, 1, text, hint)]) from error
    return encoding


def _windows(path: Path, bad: int) -> str:
    """Windows-1252, when the file can be that. Raises Invalid for a mix of encodings."""
    before = 0
    with path.open("rb") as file:
        for block in iter(partial(file.read, _BLOCK), b""):
            odd = _NOT_1252.search(block) or _MOJIBAKE.search(block)
            if odd:
                line = bad if odd.re is _MOJIBAKE else before + block[: odd.start()].count(b"\n") + 1
                text = "the letters of the file are written in two ways, and here they cannot be read"
                hint = "save it again as CSV UTF-8, and look at æ, ø and å on this line"
                raise Invalid([problem(path.name, line, text, hint)])
            before += block.count(b"\n")
    return "cp1252"
