"""The warm path: seeing from the stats of files alone that nothing has changed. Light: no YAML, no models.

A file whose time of change is the very time it was looked at could change again unseen (file systems count in ticks);
such a file is noted as unknown, so the next build looks into it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from newsletter.build.tool import fingerprint
from newsletter.inputs import Stat, list_files, stat_of
from newsletter.store.stamp import Stamp, stamp

if TYPE_CHECKING:
    from newsletter.build.report import Finding, IssueReport, Report

STATE_FILE = ".cache/state.json"
_TICK_NS = 20_000_000
_UNKNOWN: Stat = (0, 0, 0)


class IssueState(TypedDict):
    """What was made of an issue, from what, and the stats of its files."""

    key: str
    outputs: dict[str, Stat]
    report: IssueReport


class State(TypedDict):
    """All that the last builds left behind."""

    tool: str
    files: dict[str, Stat]
    findings: list[Finding]
    shared: dict[str, Stat]
    slugs: list[str]
    register_at: str
    stamp: Stamp | None
    issues: dict[str, IssueState]


def unchanged(root: Path, build: Path, asked: Iterable[str]) -> Report | None:
    """The report of the last build when files and outputs are as it left them; None when there is work to do."""
    state = load_state(build)
    if state is None or state["tool"] != fingerprint() or _mended_elsewhere(state["findings"]):
        return None
    if {path: tuple(stat) for path, stat in state["files"].items()} != list_files(root):
        return None
    if state["stamp"] is None or _plain(stamp(root, state["register_at"])) != state["stamp"]:
        return None
    wanted = sorted(asked) or state["slugs"]
    if not all(name in state["issues"] for name in wanted) or not intact(build, state["shared"]):
        return None
    if not all(intact(build, state["issues"][name]["outputs"]) for name in wanted):
        return None
    return {"issues": [_at_rest(state["issues"][name]["report"]) for name in wanted], "findings": state["findings"]}


def load_state(build: Path) -> State | None:
    """What the last build noted; None when it noted nothing that can be read."""
    try:
        state: State = json.loads((build / STATE_FILE).read_bytes())
    except (OSError, ValueError):
        return None
    return state if isinstance(state, dict) and State.__required_keys__ <= state.keys() else None


def save_state(build: Path, state: State) -> None:
    """Note the build for the next one."""
    from newsletter.build.seal import write_whole

    write_whole(build / STATE_FILE, json.dumps(state).encode())


def look(root: Path) -> dict[str, Stat]:
    """The workspace's files with their stats; those changed this very moment as unknown."""
    now = time.time_ns()
    return {path: stat if stat[0] < now - _TICK_NS else _UNKNOWN for path, stat in list_files(root).items()}


def stats(build: Path, paths: Iterable[str]) -> dict[str, Stat]:
    """The stats of files below build/."""
    return {path: stat_of(os.stat(build / path)) for path in paths}


def intact(build: Path, outputs: Mapping[str, Stat]) -> bool:
    """Whether all these files are as they were."""
    folder = os.fspath(build)
    try:
        return all(stat_of(os.stat(f"{folder}/{path}")) == tuple(stat) for path, stat in outputs.items())
    except OSError:
        return False


def _mended_elsewhere(findings: Iterable[Finding]) -> bool:
    """Whether there is a finding whose cure is no file of the workspace: that of personal data is in .gitignore."""
    return any(each["code"] == "personal-data" for each in findings)


def _plain(value: object) -> object:
    """As JSON gives it back."""
    return json.loads(json.dumps(value))


def _at_rest(report: IssueReport) -> IssueReport:
    for edition in report["editions"]:
        edition["rebuilt"] = False
    report["reasons"] = []
    return report
