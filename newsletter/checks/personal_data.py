"""Personal data that git would take, or has taken."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from newsletter.checks.personal_contents import find_personal
from newsletter.checks.rule import Remark
from newsletter.checks.taken import BUILD, composed, suspects, taken
from newsletter.problems import Place, Problem

IGNORED = (
    "*.sqlite",
    "*.sqlite-*",
    "*.eml",
    "*.mbox",
    "subscribers/*.csv",
    "subscribers/*.jsonl",
    "subscribers/*.key",
    "subscribers/*.tsv",
    "subscribers/*.xlsx",
    "subscribers/backups/",
    "subscribers/imports/",
)
"""What the .gitignore of a workspace should name, beside /build/."""

Remembered = Callable[[str, object, Callable[[], Any]], Any]
"""What was made of the same input before, else what is made of it now: a cache's way."""


def personal_data(root: Path, remembered: Remembered = lambda _kind, _input, make: make()) -> list[Problem]:
    """Every file below the root with something personal that git has or would take."""
    asked = suspects(root)
    if asked is None:
        return []

    def make() -> list[list[Any]]:
        return [[*remark] for remark in _remarks(root, asked.files, built=asked.built)]

    found = remembered("personal-data", asked, make)
    return sorted(Problem.at(Place(*place), "personal-data", text, hint) for place, text, hint in found)


def kept_from_git(root: Path) -> Iterator[Remark]:
    """Nothing personal is in git, or would come into it with `git add`.

    What git has once taken stays in its history and in every copy of it, and nobody can erase a person from there.
    Looked for below the workspace: the register, its key and its backups (a database is known by its first bytes);
    mails; lists with mail addresses or with what looks like CPR numbers; what was exported of a person; and build/,
    which holds samples and the outbox. `content/`, `campaigns/` and `layouts/` are published and may name addresses.
    Addresses at `.example`, `.test` and the like are nobody's. Pictures, code, Markdown and YAML are not opened; of a
    large file the first megabyte is read. Without git nothing is looked for.
    Source: GDPR, article 5(1)(e), 17 and 32; our own promise that nothing personal is in git.
    """
    asked = suspects(root)
    if asked is not None:
        yield from _remarks(root, asked.files, built=asked.built)


def _remarks(root: Path, files: Mapping[str, object], *, built: bool) -> Iterator[Remark]:
    kept = taken(root)
    for path in files:
        held = kept.get(composed(path))
        found = None if held is None else find_personal(root, path)
        if found:
            place = Place(path, found.line, found.column)
            yield _remark(place, found.what, held is True, path, f"git rm --cached -- {shlex.quote(path)}")
    if built:
        yield from _built(kept)


def _built(kept: Mapping[str, bool]) -> Iterator[Remark]:
    """One remark for all of build/."""
    inside = {path: held for path, held in kept.items() if path.startswith(f"{BUILD}/") and _is_of_people(path)}
    if inside:
        held = any(inside.values())
        what = "the samples and mails that a build makes"
        yield _remark(Place(BUILD), what, held, "build/", "git rm -r --cached -- build")


def _is_of_people(path: str) -> bool:
    return path.endswith((".eml", ".mbox")) or "/outbox/" in path or "sample" in path


def _remark(place: Place, what: str, held: bool, path: str, command: str) -> Remark:
    line = line_for(path)
    if not held:
        hint = f"add the line `{line}` to .gitignore, or move it out of the workspace"
        return Remark(place, f"git would take this: {what}", hint)
    hint = (
        f"run `{command}`, see that .gitignore has the line `{line}`, and commit; "
        "the history still holds what was committed before: tell whoever looks after data protection"
    )
    return Remark(place, f"git has this: {what}", hint)


def line_for(path: str) -> str:
    """The line of .gitignore that keeps the file out: the usual one where it fits, else its own."""
    usual = next((pattern for pattern in IGNORED if _fits(path, pattern)), None)
    return usual or "/" + re.sub(r"([\\*?\[])", r"\\\1", path)


def _fits(path: str, pattern: str) -> bool:
    if pattern.endswith("/"):
        return path.startswith(pattern)
    if "/" not in pattern:
        return fnmatchcase(path.rpartition("/")[2], pattern)
    return path.count("/") == pattern.count("/") and fnmatchcase(path, pattern)
