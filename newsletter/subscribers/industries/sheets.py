"""The user's own files from Danmarks Statistik: titles of codes, and the key between DB07 and DB25.

Semicolons, commas or tabs; UTF-8 or Windows-1252. What can be read is read, and each bad line is a problem.
"""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from newsletter.problems import Place, Problem
from newsletter.source import Source
from newsletter.subscribers.industries.codes import compact
from newsletter.subscribers.industries.key import Key, make_key
from newsletter.subscribers.industries.nomenclature import Heading, Name, Nomenclature, nomenclature

CODE = "industry-file"
MAX_BYTES = 10_000_000
MAX_PROBLEMS = 20
_UNSTATED = ("X", "9999")
"""Danmarks Statistik's own row for those without a code."""
_DIGITS = {"2": 2, "3": 3, "4": 4, "5": 6}
"""NIVEAU → digits of the code, for those whose first zero is lost."""


@dataclass
class _Sheet:
    """The rows of one file, and what was wrong with it."""

    source: Source
    problems: list[Problem] = field(default_factory=list)

    def say(self, line: int, text: str, hint: str) -> None:
        """Note a problem; many of them are a wrong file, and the first ones tell."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem.at(Place(self.source.path, line), CODE, text, hint))

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with its line; the first holds the headings."""
        text = self.source.text
        first = text.partition("\n")[0]
        delimiter = max(";,\t", key=first.count)
        reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        line = 1
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield line, row
                line = reader.line_num + 1
        except csv.Error:
            self.say(line, "a quote is opened and not closed as it should be", "save the sheet as CSV again")

    def cells(self, wanted: Mapping[str, Callable[[str], bool]], example: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row below the headings: its line, and the wanted cells by name."""
        rows = self.rows()
        line, heading = next(rows, (1, []))
        columns = {name: _column(heading, fits) for name, fits in wanted.items()}
        if None in columns.values():
            self.say(line, "the headings are not those we look for", f"the first line holds {example}")
            return
        for line, row in rows:
            yield (
                line,
                {name: row[at].strip() if at < len(row) else "" for name, at in columns.items() if at is not None},
            )


def _column(heading: list[str], fits: Callable[[str], bool]) -> int | None:
    return next((at for at, cell in enumerate(heading) if fits(cell.strip().upper())), None)


def source_of(path: str, data: bytes) -> Source:
    """The text of a sheet: UTF-8, else Windows-1252. Raises ValueError for what is neither, or too large."""
    if len(data) > MAX_BYTES:
        raise ValueError(f"the file is larger than {MAX_BYTES // 1_000_000} MB; it is another file than we expect")
    if b"\0" in data:
        raise ValueError("this is not a text file; save the sheet as CSV UTF-8")
    try:
        text = data.removeprefix(BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise ValueError("this is neither UTF-8 nor Windows-1252; save the sheet as CSV UTF-8") from None
    return Source(path=path, text=text.replace("\r\n", "\n").replace("\r", "\n"), digest="")


def read_titles(source: Source, name: Name) -> tuple[Nomenclature, list[Problem]]:
    """The nomenclature with the titles of a file in Danmarks Statistik's format (SEKVENS;KODE;NIVEAU;TITEL;…)."""
    sheet, base = _Sheet(source), nomenclature(name)
    wanted = {
        "code": lambda cell: cell == "KODE",
        "level": lambda cell: cell == "NIVEAU",
        "title": lambda cell: cell == "TITEL",
    }
    headings = dict(base.headings)
    found = 0
    for line, cells in sheet.cells(wanted, "SEKVENS;KODE;NIVEAU;TITEL, as Danmarks Statistik writes it"):
        if cells["code"].startswith(_UNSTATED):
            continue
        code = _existing(sheet, line, _whole(cells["code"], cells["level"]), base)
        if code and not cells["title"]:
            sheet.say(line, f"{cells['code']} has no title", "write one, or take the line out")
        elif code:
            found += 1
            headings[code] = Heading(cells["title"], base.headings.get(code, Heading("")).en)
    complete = base.complete or found > 0
    return replace(base, headings=headings, complete=complete), sheet.problems


def read_key(source: Source, db07: Nomenclature, db25: Nomenclature) -> tuple[Key, list[Problem]]:
    """The key of a file with one column of DB07 codes and one of DB25 codes, each named so in its heading."""
    sheet = _Sheet(source)
    wanted = {"DB07": lambda cell: "DB07" in cell, "DB25": lambda cell: "DB25" in cell}
    pairs = []
    for line, cells in sheet.cells(wanted, "a heading with DB07 and one with DB25"):
        old = _existing(sheet, line, _whole(cells["DB07"], "5"), db07)
        new = _existing(sheet, line, _whole(cells["DB25"], "5"), db25)
        if old and new:
            pairs.append((old, new))
    return make_key(pairs), sheet.problems


def _whole(text: str, level: str) -> str:
    """A code with the first zero that a spreadsheet took: 1.11 is 01.11."""
    head, dot, rest = text.partition(".")
    return f"{head.zfill(2)}.{rest}" if dot else head and head.zfill(_DIGITS.get(level, 0))


def _existing(sheet: _Sheet, line: int, text: str, known: Nomenclature) -> str:
    """The compact code, or nothing, with a problem, when there is none such."""
    try:
        return known.normalise(compact(text))  # which looks for no words: a wrong file has many
    except ValueError as error:
        wrong, _, hint = str(error).partition("; ")
        sheet.say(line, wrong, hint)
        return ""
