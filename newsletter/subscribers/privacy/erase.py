"""Erasing a person everywhere, and proving it: rows first, then the bytes of the files themselves."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from sqlalchemy import func, select

from newsletter.problems import Refused
from newsletter.store.tables import deliveries
from newsletter.subscribers.act import Act, acting
from newsletter.subscribers.people import CHECK_SPELLING, NOT_KNOWN, find
from newsletter.subscribers.privacy.files import other_files, register_files, rewrite, sweep, write_log_back
from newsletter.subscribers.privacy.forget import UNDER_WAY, forget
from newsletter.subscribers.privacy.proof import Looked, Proof
from newsletter.subscribers.privacy.traces import Mention, address_forms, look_in_file, mentions, says
from newsletter.subscribers.suppressions import keep_out, suppression_of

if TYPE_CHECKING:
    from newsletter.settings import Privacy
    from newsletter.store.register import Register
    from newsletter.subscribers.addresses import Address

_SAMPLES = "build/samples"
_SHORTEST_NAME = 6
"""A shorter name stands in too many other words to be looked for."""
_NAMES = {("people", "name"), ("companies", "name"), ("workplaces", "name")}
_DISK = "blocks the disk has not yet used again, snapshots of the machine, and backups kept elsewhere"
_SERVER = "the server's backups, its archive of the write-ahead log and its replicas: ask who looks after it"
_SHORT = "the name was not looked for: it is too short, or somebody else has it too"
_HELD = "all of the register's log: another program reads in it; run the command again when it has ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Gone:
    """What the transaction did, and what was known of the person."""

    removed: Counter[str]
    hash_until: datetime
    under_way: int
    addresses: tuple[str, ...]
    name: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Search:
    """What is looked for, and who in the register still says it."""

    forms: tuple[str, ...]
    own: tuple[Mention, ...]
    """Texts that speak of the person."""
    others: tuple[str, ...]
    """Texts that hold a form as part of something longer: marianne@ holds anne@."""
    is_whole: bool
    """False when the name is not looked for."""


def erase(register: Register, privacy: Privacy, root: Path, address: Address, *, now: datetime, actor: str) -> Proof:
    """Take a person out of the register and look whether anything is left. Raises Refused for an unknown address.

    Who was erased before is looked for again: what was interrupted is completed.
    """
    with acting(register, privacy, now=now, actor=actor) as act:
        gone = _take_out(act, address)
    search = _search(register, gone)
    is_free, is_new = _let_go(register, gone, search)
    files = list(other_files(register, root))
    found, unread = _elsewhere(files, search)
    cleared, left = _clear(found, root / _SAMPLES)
    return Proof(
        at=now,
        actor=actor,
        removed=dict(gone.removed),
        hash_until=gone.hash_until,
        looked=tuple(_look(register, search.forms, search.others)),
        rewritten=is_new,
        mentions=tuple(f"{each.table} {each.number}: {each.column}" for each in search.own),
        elsewhere=tuple(_named(path, root) for path in left),
        cleared=tuple(_named(path, root) for path in cleared),
        searched=len(files) - len(unread),
        under_way=gone.under_way,
        remarks=tuple(_remarks(register, search, [_named(path, root) for path in unread], is_free=is_free)),
    )


def _take_out(act: Act, address: Address) -> _Gone:
    person, address_hash = find(act.connection, address.key, lock=True), act.hash_of(address.key)
    known = suppression_of(act.connection, address_hash, act.now)
    if person is None and (known is None or known.reason != "erased"):
        raise Refused(NOT_KNOWN, CHECK_SPELLING)
    removed: Counter[str] = forget(act.connection, [person.id]) if person else Counter()
    if person:
        known = keep_out(act, address_hash, "erased")
        act.note("subscribers erase", None, **removed)
    assert known is not None
    held = select(func.count()).where(deliveries.c.address_hash == address_hash, deliveries.c.state.in_(UNDER_WAY))
    written = (person.address, person.address_key) if person else ()
    return _Gone(
        removed=removed,
        hash_until=known.expires_at,
        under_way=act.connection.scalar(held) or 0,
        addresses=(address.written, address.key, *written),
        name=person.name if person else None,
    )


def _search(register: Register, gone: _Gone) -> _Search:
    forms = address_forms(*gone.addresses)
    with register.read() as connection:
        found = mentions(connection, forms)
        named = mentions(connection, [gone.name]) if gone.name and len(gone.name) >= _SHORTEST_NAME else None
    is_shared = any((each.table, each.column) in _NAMES and says(each.text, [gone.name or ""]) for each in named or ())
    is_whole = not gone.name or (named is not None and not is_shared)
    if gone.name and named is not None and is_whole:
        forms, found = (*forms, gone.name), sorted({*found, *named})
    return _Search(
        forms=forms,
        own=tuple(each for each in found if says(each.text, forms)),
        others=tuple(each.text for each in found if not says(each.text, forms)),
        is_whole=is_whole,
    )


def _let_go(register: Register, gone: _Gone, search: _Search) -> tuple[bool, bool]:
    """Have the database let go of what was deleted. Whether nobody was in the way; whether the file is a new one."""
    if not register.is_sqlite:
        sweep(register, gone.removed)
        return True, False
    is_free = write_log_back(register)
    stays = (*search.others, *(each.text for each in search.own))
    if not any(file.found for file in _look(register, search.forms, stays)):
        return is_free, False
    return rewrite(register), True


def _look(register: Register, forms: tuple[str, ...], explained: Iterable[str]) -> Iterator[Looked]:
    register.close()  # reading a file and closing it would drop this process's SQLite locks on it (POSIX)
    for path in register_files(register):
        found = look_in_file(path, forms, tuple(explained))
        yield Looked(name=path.name, size=path.stat().st_size, found=found)


def _elsewhere(files: Iterable[Path], search: _Search) -> tuple[list[Path], list[Path]]:
    """The files that hold a form, and those that cannot be read."""
    left, unread = [], []
    for path in files:
        try:
            if look_in_file(path, search.forms, search.others):
                left.append(path)
        except (OSError, EOFError, ValueError, zlib.error, BadZipFile, RuntimeError, NotImplementedError):
            unread.append(path)
    return left, unread


def _clear(found: Iterable[Path], samples: Path) -> tuple[list[Path], list[Path]]:
    """Remove the samples that were filled for the person: a build makes them again. Those, and the files that stay."""
    cleared, left = [], []
    for path in found:
        if path.is_relative_to(samples.resolve()):
            path.unlink(missing_ok=True)
            cleared.append(path)
        else:
            left.append(path)
    return cleared, left


def _named(path: Path, root: Path) -> str:
    root = root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _remarks(register: Register, search: _Search, unread: list[str], *, is_free: bool) -> Iterator[str]:
    yield _DISK if register.is_sqlite else _SERVER
    if not is_free:
        yield _HELD
    if not search.is_whole:
        yield _SHORT
    yield from (f"{name}: the file cannot be read" for name in unread)
