"""What is wrong in the user's files, where, and the cure. Values, never printed here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

Severity = Literal["error", "warning"]


class Place(NamedTuple):
    """A spot in a file of the workspace: path from its root with `/`, line and column from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, kw_only=True, order=True, slots=True)
class Problem:
    """One thing to mend. An error stops the issue it concerns; a warning is shown and counted."""

    path: str
    line: int
    column: int
    code: str
    text: str
    hint: str = ""
    severity: Severity = "error"

    @classmethod
    def at(cls, place: Place, code: str, text: str, hint: str = "", severity: Severity = "error") -> Self:
        """The problem `text` at `place`, with its stable `code` and its cure."""
        return cls(
            path=place.path,
            line=place.line,
            column=place.column,
            code=code,
            text=text,
            hint=hint,
            severity=severity,
        )

    @property
    def place(self) -> Place:
        """Where to mend it."""
        return Place(self.path, self.line, self.column)

    def __str__(self) -> str:
        cure = f"\n    {self.hint}" if self.hint else ""
        return f"{self.place}: {self.severity}: {self.text} [{self.code}]{cure}"


class Invalid(Exception):
    """The user's files need mending: all problems found, sorted, none twice."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def guess(word: str, known: Iterable[str]) -> str:
    """A cure for a word nobody knows: the nearest known one, or the whole list when it is short."""
    from difflib import get_close_matches

    names = sorted(known)
    near = get_close_matches(word.lower(), names, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known are: {', '.join(names)}" if names else ""


class Refused(Exception):
    """What was asked for is not done: why, and what to do instead. Nothing was changed."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(f"{text}\n    {hint}" if hint else text)
        self.text = text
        self.hint = hint
