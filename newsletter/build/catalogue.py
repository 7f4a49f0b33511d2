"""What a workspace holds, in rows: for `newsletter list`."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, TypedDict

from newsletter.build.compose import compose_all
from newsletter.content.issues import PLURALS

if TYPE_CHECKING:
    from newsletter.workspace import Workspace


class Row(TypedDict):
    """One item, issue or segment."""

    kind: str
    name: str
    date: str
    title: str
    issues: list[str]


def catalogue(workspace: Workspace) -> list[Row]:
    """All items by kind and name, each with the issues that show it; then issues and segments."""
    compositions, _ = compose_all(workspace)
    shown: dict[tuple[str, str], list[str]] = defaultdict(list)
    for slug, composition in sorted(compositions.items()):
        for key in composition.items:
            shown[key].append(slug)
    rows: list[Row] = []
    for folder, kind in PLURALS.items():
        for slug, item in workspace.items[kind].items():
            day = item.fields.published
            when = "" if day == date.min else day.isoformat()
            used = shown[kind, slug]
            rows.append({"kind": folder, "name": slug, "date": when, "title": item.fields.title, "issues": used})
    for slug, issue in workspace.issues.items():
        sent = f"{compositions[slug].sent:%Y-%m-%d %H:%M}" if slug in compositions else ""
        rows.append({"kind": "issues", "name": slug, "date": sent, "title": issue.fields.subject, "issues": []})
    for slug, segment in workspace.segments.items():
        rows.append({"kind": "segments", "name": slug, "date": "", "title": segment.title, "issues": []})
    return sorted(rows, key=lambda row: (row["kind"], row["name"]))
