"""Whether there is something sealed to send."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.build.seal import MANIFEST, read_manifest
from newsletter.delivery.doctor.results import Said, error, hint, ok
from newsletter.delivery.sealed import BUILD, read_sealed
from newsletter.problems import Refused

if TYPE_CHECKING:
    from newsletter.delivery.doctor.case import Case


def sealed(case: Case) -> Iterator[Said]:
    """Whether each issue in build/ is whole, and as it was sealed."""
    issues = sorted(path.parent.name for path in (case.root / BUILD).glob(f"*/{MANIFEST}"))
    if not issues:
        yield hint("nothing is built yet", "newsletter build")
        return
    good = 0
    for issue in issues:
        try:
            there = read_sealed(case.root, issue)
            for name in there.editions:
                there.sheet(name)
            good += 1
        except Refused as refused:
            yield error(refused.text, refused.hint)
    if good:
        yield ok(f"{good} {'issue is' if good == 1 else 'issues are'} sealed and as they were when they were sealed")


def largest(root: Path) -> int:
    """Bytes of the largest mail that could go out, before a reader is filled in; 0 when nothing is built."""
    sizes = [0]
    for path in (root / BUILD).glob(f"*/{MANIFEST}"):
        for edition in (read_manifest(path.parent) or {"editions": []})["editions"]:
            sizes += [facts["bytes"] for name, facts in edition["files"].items() if name.endswith(".eml")]
    return max(sizes)
