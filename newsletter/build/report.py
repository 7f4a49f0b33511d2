"""What a build has to tell: the same facts for the terminal, for `--json` and for the warm path. Plain JSON values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from newsletter.problems import Problem


class Finding(TypedDict):
    """A problem, as programs read it."""

    path: str
    line: int
    column: int
    code: str
    severity: str
    text: str
    hint: str


class EditionReport(TypedDict):
    """One edition."""

    name: str
    blocks: list[str]
    segments: list[list[str]]
    readers: int | None
    html_bytes: int
    rebuilt: bool
    folder: str
    calendar: str | None


class IssueReport(TypedDict):
    """One issue; the digest is that of the sealed manifest, None when errors stopped the seal."""

    issue: str
    subject: str
    sent: str
    digest: str | None
    editions: list[EditionReport]
    findings: list[Finding]
    reasons: list[str]


class Report(TypedDict):
    """A whole build; `findings` are those that belong to no issue."""

    issues: list[IssueReport]
    findings: list[Finding]


def finding(problem: Problem) -> Finding:
    """The problem as plain values."""
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity,
        "text": problem.text,
        "hint": problem.hint,
    }


def findings_of(report: Report) -> list[Finding]:
    """All findings, sorted by place, none twice."""
    every = [*report["findings"], *(each for issue in report["issues"] for each in issue["findings"])]
    unique = {tuple(each.values()): each for each in every}
    return sorted(unique.values(), key=lambda each: (each["path"], each["line"], each["column"], each["code"]))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether one of them stops a seal."""
    return any(each["severity"] == "error" for each in findings)
