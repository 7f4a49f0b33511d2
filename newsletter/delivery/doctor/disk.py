"""Whether there is room, and leave to write."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newsletter.delivery.doctor.results import Said, error, ok, warning

if TYPE_CHECKING:
    from newsletter.delivery.doctor.case import Case

_TIGHT, _COMFORTABLE = 200_000_000, 1_000_000_000
_ROW = 250
"""Bytes that a mail's row takes in the register, with its indexes."""


def room(case: Case) -> Iterator[Said]:
    """Free space where we write. An audience in the outbox is as many files as it has readers."""
    for path, what in _places(case).items():
        free = shutil.disk_usage(path).free
        if free < _TIGHT:
            yield error(
                f"{what}: {_megabytes(free)} free", "free some space before anything is sent: a full disk stops a send"
            )
        elif free < _COMFORTABLE + _needed(case):
            yield warning(
                f"{what}: {_megabytes(free)} free", f"have {_megabytes(_COMFORTABLE + _needed(case))} or more"
            )
        else:
            yield ok(f"{what}: {_megabytes(free)} free")


def _places(case: Case) -> dict[Path, str]:
    """One place of each disk, with what is there."""
    wanted = [("build/ and the outbox", case.root / "build")]
    if case.register is not None and case.register.path is not None:
        wanted.append(("the register", case.register.path))
    found: dict[int, tuple[Path, list[str]]] = {}
    for what, path in wanted:
        there = _existing(path)
        found.setdefault(there.stat().st_dev, (there, []))[1].append(what)
    return {path: " and ".join(names) for path, names in found.values()}


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)


def _needed(case: Case) -> int:
    """What the next send may take."""
    from newsletter.delivery.doctor.built import largest
    from newsletter.store.tables import people

    if case.register is None:
        return 0
    with case.register.read() as connection:
        readers = connection.scalar(select(func.count()).select_from(people).where(people.c.state == "subscribed")) or 0
    return readers * (_ROW if case.sends else _ROW + largest(case.root))


def writable(case: Case) -> Iterator[Said]:
    """Whether we may write where we must."""
    folders = [
        case.root / "build",
        case.root / "build/outbox",
        case.root / "subscribers",
        case.root / "subscribers/backups",
    ]
    if case.register is not None and case.register.path is not None:
        folders.append(case.register.path.parent)
    closed = sorted(
        {_shown(path, case.root) for path in folders if path.exists() and not os.access(path, os.W_OK | os.X_OK)}
    )
    for name in closed:
        yield error(f"{name} cannot be written to", "ask whoever runs this machine for leave to write there")
    if not closed:
        yield ok("build/ and subscribers/ can be written to")


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _megabytes(number: int) -> str:
    return f"{number / 1e9:.1f} GB" if number >= _COMFORTABLE else f"{number / 1e6:.0f} MB"
