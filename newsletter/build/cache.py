"""The cache: what was rendered before, by the digest of what went in. It can be deleted at any time."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from newsletter.build.tool import fingerprint

CACHE_FILE = ".cache/parts.sqlite"
MAX_ROWS = 20_000


class Cache:
    """Values that JSON can hold, kept in memory and, with a folder, in `build/.cache/`.

    A file that cannot be read or written is given up quietly: then everything is rendered anew.
    """

    def __init__(self, build: Path | None = None) -> None:
        self._memory: dict[str, Any] = {}
        self._new: dict[str, str] = {}
        self._file = None if build is None else build / CACHE_FILE
        self._rows = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.save()
        if self._rows:
            self._rows.close()

    def get_or(self, kind: str, inputs: object, make: Callable[[], Any]) -> Any:
        """What `make` gave for these inputs (JSON-like) before, else what it gives now."""
        return self.get_all(kind, [inputs], lambda _missing: [make()])[0]

    def get_all(self, kind: str, inputs: Sequence[object], make: Callable[[list[int]], Sequence[Any]]) -> list[Any]:
        """A value for each of the inputs; `make` is asked once for those missing, by their places in `inputs`."""
        keys = [_key(kind, each) for each in inputs]
        for key in keys:
            stored = None if key in self._memory else self._load(key)
            if stored is not None:
                self._memory[key] = json.loads(stored)
        missing = [place for place, key in enumerate(keys) if key not in self._memory]
        for place, made in zip(missing, make(missing) if missing else (), strict=True):
            self._new[keys[place]] = json.dumps(made, ensure_ascii=False)
            self._memory[keys[place]] = json.loads(self._new[keys[place]])
        return [self._memory[key] for key in keys]

    def save(self) -> None:
        """Write what is new to disk, all of it or nothing."""
        if self._rows and self._new:
            try:
                with self._rows:
                    self._rows.executemany("INSERT OR REPLACE INTO part VALUES (?, ?)", self._new.items())
                    self._rows.execute("DELETE FROM part WHERE rowid <= (SELECT max(rowid) FROM part) - ?", (MAX_ROWS,))
            except sqlite3.Error:
                self._rows = None
        self._new.clear()

    def _open(self) -> sqlite3.Connection | None:
        if self._file is None:
            return None
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            try:
                return _connect(self._file)
            except sqlite3.OperationalError:  # in use, or not to be opened
                return None
            except sqlite3.DatabaseError:
                self._file.unlink()  # no database: made by a power cut or by hand
                return _connect(self._file)
        except (OSError, sqlite3.Error):
            return None

    def _load(self, key: str) -> str | None:
        if self._rows is None:
            return None
        try:
            row = self._rows.execute("SELECT value FROM part WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error:
            return None
        return None if row is None else str(row[0])


def _connect(file: Path) -> sqlite3.Connection:
    rows = sqlite3.connect(file, timeout=5, check_same_thread=False)
    try:
        rows.execute("PRAGMA synchronous = OFF")
        rows.execute("CREATE TABLE IF NOT EXISTS part (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
    except sqlite3.Error:
        rows.close()
        raise
    return rows


def _key(kind: str, inputs: object) -> str:
    text = json.dumps([kind, fingerprint(), inputs], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
