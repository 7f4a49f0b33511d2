"""The rows that could not be imported, in a file to mend and import again: as they stood, with what is wrong."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from newsletter.subscribers.cpr import without_cpr
from newsletter.subscribers.importing.cells import harmless
from newsletter.subscribers.importing.fields import MEND_HEADINGS, fold
from newsletter.subscribers.importing.rows import BadRow, CellProblem

MEND_FOLDER = "subscribers/imports"
"""In a workspace; git never takes what is in it."""


class MendFile:
    """A CSV file that is made when the first bad row comes. Only its owner may read it."""

    def __init__(self, folder: Path, list_name: str, headings: Sequence[str]) -> None:
        self.folder = folder
        self.list_name = list_name
        self.headings = headings
        self.path: Path | None = None
        """Once there is a row in it."""
        self.count = 0
        self._kept = [index for index, heading in enumerate(headings) if fold(heading) not in MEND_HEADINGS]
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def add(self, row: BadRow) -> None:
        """Write a row down. What looks like a CPR number is not; a P-number that is right stays."""
        if self._file is None:
            self._open()
        width = len(self.headings)
        cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
        own = [_safe(cells[index]) for index in self._kept]
        beyond = [_safe(cell) for cell in row.cells[width:]]
        self._writer.writerow([*own, str(row.line), harmless(" | ".join(map(_told, row.problems))), *beyond])
        self.count += 1

    def _open(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path, number = _create(self.folder, re.sub(r"-fejl(-\d+)?$", "", Path(self.list_name).stem))
        self._file = os.fdopen(number, "w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, delimiter=";")
        self._writer.writerow([*(harmless(self.headings[index]) for index in self._kept), *MEND_HEADINGS])


def _create(folder: Path, stem: str) -> tuple[Path, int]:
    """A new file: the list that is being imported may itself be one that was to be mended."""
    number = 1
    while True:
        path = folder / f"{stem}-fejl{f'-{number}' if number > 1 else ''}.csv"
        try:
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            number += 1


def _safe(cell: str) -> str:
    return harmless(cell if re.fullmatch(r"1[0-9]{9}", cell) else without_cpr(cell))


def _told(problem: CellProblem) -> str:
    column = f"{problem.column}: " if problem.column else ""
    return f"{column}{problem.reason}{'; ' if problem.cure else ''}{problem.cure}"
