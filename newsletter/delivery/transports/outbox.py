"""The outbox: each mail a whole .eml file, for nobody's eyes but the owner's. Nothing leaves the machine.

A file appears under its name when all of it is on the disk, or not at all; its name is the mail's Message-ID, so
the same mail again is the same file.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import quote

from newsletter.delivery.transports.kinds import Mails
from newsletter.problems import Refused

_PART = ".part"
_LONGEST = 200
"""Bytes of a file's name, without ending and draft; file systems take 255."""


@dataclass(frozen=True)
class Outbox:
    """A folder of mails, made when the first is written; one for each issue."""

    folder: Path

    @property
    def name(self) -> str:
        """For people and for the register."""
        return "outbox"

    @property
    def repeatable(self) -> Literal[True]:
        """The same mail again is the same file."""
        return True

    def open(self) -> _Writer:
        """For one lane. Raises Refused when the folder cannot be made."""
        with _in_words(self.folder):
            _make_private(self.folder)
            _sweep(self.folder)
        return _Writer(self.folder)


class _Writer:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, mails: Mails) -> int:
        written = 0
        for identity, data in mails:
            with _in_words(self._folder):
                _write_whole(self._folder, file_name(identity), data)
            written += 1
        if written:
            with _in_words(self._folder):
                _settle(self._folder)
        return written

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass


def file_name(identity: str) -> str:
    """The file of the mail with this Message-ID: the part before the @, written so that every folder takes it."""
    local = identity.strip("<> ").rpartition("@")[0] or identity.strip("<> ")
    name = quote(local, safe="+=")
    if name.startswith("."):
        name = f"%2E{name[1:]}"
    if not name or len(name) > _LONGEST:
        name = hashlib.sha256(local.encode()).hexdigest()
    return f"{name}.eml"


def _write_whole(folder: Path, name: str, data: bytes) -> None:
    draft = folder / f".{name}.{os.getpid()}-{os.urandom(3).hex()}{_PART}"
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        draft.replace(folder / name)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def _settle(folder: Path) -> None:
    """The names too are on the disk. Windows cannot open a folder."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_private(folder: Path) -> None:
    """The folder and those that must be made for it are the owner's alone."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        with suppress(FileExistsError):
            each.mkdir(mode=0o700)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _sweep(folder: Path) -> None:
    """Drafts of processes that were killed go."""
    for draft in folder.glob(f".*{_PART}"):
        pid = draft.name.removesuffix(_PART).rpartition(".")[2].partition("-")[0]
        if pid.isdigit() and not _runs(int(pid)):
            draft.unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    """Windows cannot be asked without harm."""
    try:
        if os.name != "nt":
            os.kill(pid, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(f"{folder}: no mail can be written there: {error.strerror}", _cure(error)) from error


def _cure(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "make room on the disk and start again: mails that are written stay, none is written twice"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "make the folder writable for whoever runs this, and start again"
    return "see what stands there, and start again"
