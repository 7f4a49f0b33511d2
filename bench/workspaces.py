"""The workspaces that are measured, all made from the starter's content."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from newsletter.build.starter import write_starter

if TYPE_CHECKING:
    from newsletter.build.report import Report

STORY = "content/stories/eksempelbageriet.md"
INDUSTRIES = 22
"""Sections of DB25, A to V."""

_LIMITED = (
    "article: det-aendrede-sig-i-2026",
    "scheme: fleksjob",
    "story: eksempelbageriet",
    "figure: {number: '76,3 %', text: var i job i 2022, source: VIVE, year: 2022}",
    "article: paragraf-56-kort-fortalt",
    "guide: fleksjob-trin-for-trin",
    "story: eksempelhotellet",
    "quote: {text: Vi skulle bare finde de rigtige ti timer., by: Eva Eksempel}",
    "event: netvaerk-december",
    "call_to_action: {title: Skal vi komme forbi?, text: Skriv til os, url: 'mailto:kontakt@eksempelkommune.example'}",
)
_FRONT = """---
subject: Nyt til virksomheder i din branche
preheader: Læs om ordninger, der hjælper, og om virksomheder, der turde begynde
send: 2026-12-01 09:00
blocks:
  - lead: opening
"""
_BODY = """---
Hej {{ reader.first_name }}

Her er nyt til jer, der har brug for flere hænder. Vi kommer gerne forbi.
"""


@contextmanager
def starter(within: Path | None = None) -> Iterator[Path]:
    """A copy of the starter in a folder for a while, among the system's temporary files or in `within`."""
    with TemporaryDirectory(prefix="bench-", dir=within) as folder:
        root = Path(folder) / "workspace"
        write_starter(root)
        yield root


@contextmanager
def bare(within: Path | None = None) -> Iterator[Path]:
    """The starter's items without its issues."""
    with starter(within) as root:
        shutil.rmtree(root / "content/issues")
        (root / "content/issues").mkdir()
        for campaign in (root / "campaigns").glob("*.yml"):
            campaign.write_text(campaign.read_text("utf-8").partition("\nissues:")[0] + "\n", "utf-8")
        yield root


@contextmanager
def twelve_blocks(editions: int, limited: int = 5, within: Path | None = None) -> Iterator[Path]:
    """One issue of twelve blocks in so many editions: segment n gets the limited blocks of n's binary digits."""

    def only(block: int) -> list[str]:
        return [f"a{number}" for number in range(editions) if number >> block & 1]

    with bare(within) as root:
        _write_segments(root, editions)
        blocks = [
            f"  - {text}\n" + (f"    only: [{', '.join(only(index))}]\n" if editions > 1 and index < limited else "")
            for index, text in enumerate(_LIMITED)
        ]
        text = "".join([_FRONT, *blocks, "  - contact: virksomhedsservice\n", _BODY])
        (root / "content/issues/2026-12.md").write_text(text, "utf-8")
        yield root


def _write_segments(root: Path, number: int) -> None:
    """Segments a0, a1, …; their rules do not matter, only their names."""
    segments = (f"a{each}:\n  title: Branche {each}\n  where:\n    industry: F\n" for each in range(number))
    with (root / "subscribers/segments.yml").open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(segments))


class Word:
    """Changes one word in a file's text, to another one each time."""

    def __init__(self, root: Path, path: str = STORY) -> None:
        self._file = root / path
        front, line, body = self._file.read_text("utf-8").rpartition("\n---\n")
        self._before, _, self._after = body.partition(" og ")
        self._front = front + line
        self._numbers = itertools.count(1)

    def change(self) -> str:
        """The file's new text, written."""
        letters = str(next(self._numbers)).translate(str.maketrans("0123456789", "aeioubdfgk"))
        text = f"{self._front}{self._before} sam{letters} {self._after}"
        self._file.write_text(text, "utf-8")
        return text


def sealed(report: Report) -> Report:
    """The report of a build that must have sealed everything."""
    if not report["issues"] or any(issue["digest"] is None for issue in report["issues"]):
        raise RuntimeError(f"a workspace that is measured has errors: {report}")
    return report
