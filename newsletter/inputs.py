"""Which files a workspace is made of, and how to see without reading them that none has changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

WORKSPACE_FILE = "newsletter.yml"
INDUSTRIES_FOLDER = "subscribers/industries/"
"""Statistics Denmark's lists of industries, as files of the user's own."""
FOLDERS = ("campaigns", "content", "layouts", "subscribers")

_PRIVATE = (
    *(".sqlite", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal", ".key"),
    *(".csv", ".tsv", ".xlsx", ".jsonl", ".eml", ".mbox"),
)
"""Endings of what lies in subscribers/ and is no part of the workspace: the register, and lists of people."""

Stat = tuple[int, int, int]
"""Time of change in ns, size in bytes, inode."""


def find_root(start: Path) -> Path | None:
    """The workspace that `start` lies in: the nearest folder upwards with a newsletter.yml."""
    folder = start.resolve()
    return next((each for each in (folder, *folder.parents) if (each / WORKSPACE_FILE).is_file()), None)


def list_files(root: Path) -> dict[str, Stat]:
    """Every file of the workspace by its path from `root`, sorted, with its stat.

    Hidden files, the register and lists of people are left out. Links to folders are listed as files and never
    followed, so that a loop of links cannot trap the reader.
    """
    found = {path: stat for path, stat in _walk(os.fspath(root), FOLDERS) if not _is_private(path)}
    settings = root / WORKSPACE_FILE
    if settings.exists():
        found[WORKSPACE_FILE] = stat_of(settings.stat())
    return dict(sorted(found.items()))


def stat_of(stat: os.stat_result) -> Stat:
    """What tells one state of a file from another."""
    return (stat.st_mtime_ns, stat.st_size, stat.st_ino)


def _is_private(path: str) -> bool:
    private = path.startswith("subscribers/") and path.endswith(_PRIVATE)
    return private and not path.startswith(INDUSTRIES_FOLDER)


def _walk(root: str, folders: tuple[str, ...]) -> Iterator[tuple[str, Stat]]:
    waiting = list(folders)
    while waiting:
        folder = waiting.pop()
        try:
            entries = list(os.scandir(f"{root}/{folder}"))
        except OSError:
            continue  # a missing folder is a problem for who reads it
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = f"{folder}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            else:
                yield path, _stat_entry(entry)


def _stat_entry(entry: os.DirEntry[str]) -> Stat:
    try:
        return stat_of(entry.stat())
    except OSError:  # a broken link, or one that points to itself
        return stat_of(entry.stat(follow_symlinks=False))
