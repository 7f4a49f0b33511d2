"""What a rule is, and what it remarks on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import getdoc
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar

from newsletter.problems import Problem

if TYPE_CHECKING:
    from newsletter.problems import Place, Severity

Scope = Literal["item", "shown", "issue", "letter", "edition", "theme", "workspace"]
SubjectT = TypeVar("SubjectT")


class Remark(NamedTuple):
    """Something a rule does not like: where, what and the cure. Code and severity are the rule's own."""

    place: Place
    text: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class Rule(Generic[SubjectT]):
    """One thing that is checked. The docstring of `check` is its chapter in docs/checks.md."""

    code: str
    severity: Severity
    scope: Scope
    check: Callable[[SubjectT], Iterator[Remark]]

    @property
    def chapter(self) -> str:
        """What is checked and why, as Markdown."""
        return getdoc(self.check) or ""

    def problems(self, subject: SubjectT) -> Iterator[Problem]:
        """What the rule finds in `subject`."""
        for place, text, hint in self.check(subject):
            yield Problem.at(place, self.code, text, hint, self.severity)
