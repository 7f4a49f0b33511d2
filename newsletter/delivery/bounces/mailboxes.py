"""Where mails lie: a Maildir, an mbox, a folder of files, a file. Read as they come, and never deleted."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from newsletter.delivery.bounces.mime import MOST_BYTES
from newsletter.problems import Refused

_SINGLE = (".eml", ".txt", ".msg", ".mail", ".email", ".mime")
"""Endings of files that hold one mail, whatever stands in it."""
_FROM = re.compile(rb"From \S*.*\d\d:\d\d.*\d{4}")
_HEADER = re.compile(rb"[!-9;-~]{1,76}:")
_LONGEST_LINE = 1_000_000


def _nothing() -> None:
    """Nothing is to be done to a mail that was read from a file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """A mail where it lies."""

    name: str
    """What it is called there."""
    data: bytes
    """Of a very large one only the beginning."""
    done: Callable[[], None] = _nothing
    """Marks it as read, when it was worked in."""


def read_path(path: Path, shown: str | None = None) -> Iterator[Mail]:
    """The mails at a path: a Maildir, a folder of files, an mbox or one file. Raises Refused for a path without any."""
    shown = shown or str(path)
    if not path.exists():
        raise Refused(
            f"{shown}: there is no such file or folder", "name a file, an mbox, a Maildir or a folder of mails"
        )
    if path.is_dir():
        yield from _read_maildir(path, shown) if is_maildir(path) else _read_folder(path, shown)
    elif path.suffix.lower() in _SINGLE:
        yield Mail(name=shown, data=_head(path))
    else:
        yield from _numbered(_split_mbox(path), shown)


def read_unread(folder: Path) -> Iterator[Mail]:
    """The mails of a Maildir that nobody has read: those in new/, and those in cur/ without the flag S.

    Each is moved to cur/ with that flag when it is `done`. Raises Refused when the folder is no Maildir.
    """
    if not is_maildir(folder):
        raise Refused(f"{folder}: this is no Maildir", "a Maildir has the folders new, cur and tmp")
    for path in [*_files(folder / "new"), *_files(folder / "cur")]:
        flags = path.name.rpartition(":2,")[2] if ":2," in path.name else ""
        if (path.parent.name == "new" or "S" not in flags) and path.exists():
            yield Mail(name=path.name, data=_head(path), done=_seen(path, folder / "cur", flags))


def read_mbox(path: Path) -> Iterator[Mail]:
    """The mails of an mbox, which is not changed. Raises Refused when there is no such file."""
    if not path.is_file():
        raise Refused(f"{path}: there is no such mbox", "check delivery.bounces.mailbox in newsletter.yml")
    yield from _numbered(_split_mbox(path), path.name)


def is_maildir(path: Path) -> bool:
    """Whether a folder is a Maildir."""
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _seen(path: Path, cur: Path, flags: str) -> Callable[[], None]:
    def move() -> None:
        base = path.name.partition(":2,")[0]
        with suppress(FileNotFoundError):  # another reader was quicker
            path.rename(cur / f"{base}:2,{''.join(sorted({*flags, 'S'}))}")

    return move


def _read_maildir(path: Path, shown: str) -> Iterator[Mail]:
    for file in [*_files(path / "new"), *_files(path / "cur")]:
        yield Mail(name=f"{shown}/{file.parent.name}/{file.name}", data=_head(file))


def _read_folder(path: Path, shown: str) -> Iterator[Mail]:
    for file in sorted(path.rglob("*")):
        if file.is_file() and not file.is_symlink() and not file.name.startswith("."):
            yield Mail(name=f"{shown}/{file.relative_to(path).as_posix()}", data=_head(file))


def _files(folder: Path) -> list[Path]:
    found = (
        Path(entry) for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False) and entry.name[0] != "."
    )
    return sorted(found)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES)


def _numbered(mails: Iterable[bytes], shown: str) -> Iterator[Mail]:
    """`box` for a file with one mail, `box#1`, `box#2` and so on for one with more."""
    iterator = iter(mails)
    first = next(iterator, b"")
    second = next(iterator, None)
    if second is None:
        yield Mail(name=shown, data=first)
        return
    yield Mail(name=f"{shown}#1", data=first)
    yield Mail(name=f"{shown}#2", data=second)
    for number, data in enumerate(iterator, start=3):
        yield Mail(name=f"{shown}#{number}", data=data)


def _split_mbox(path: Path) -> Iterator[bytes]:
    """The mails of an mbox, one by one; a file that is none is one mail."""
    kept: list[bytes] = []
    size, blank = 0, True
    with path.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            if blank and kept and _FROM.match(line) and _HEADER.match(_peek(file)):
                yield b"".join(kept)
                kept, size = [], 0
            if size < MOST_BYTES:
                kept.append(line)
                size += len(line)
            blank = not line.strip()
    yield b"".join(kept)


def _peek(file: object) -> bytes:
    """The beginning of what comes next."""
    return file.peek(100)[:100]  # type: ignore[attr-defined,no-any-return]  # a buffered reader
