"""Seal: whole files, and a manifest that says what they are.

An edition's files stand in a folder named after what they contain, so a new edition never touches an old one; the
manifest is replaced in one step when all stand, and only then goes what no longer belongs. Killed at any moment, the
manifest on disk lists files that are all there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
_ID_LENGTH = 10
_DRAFT = ".draft"


@dataclass(frozen=True, kw_only=True)
class SealedEdition:
    """One edition: the folder it stands in, its files, and what the manifest says of them."""

    folder: str
    files: Mapping[str, bytes]
    listed: Mapping[str, Mapping[str, Any]]


@contextmanager
def alone(build: Path) -> Iterator[None]:
    """Wait until no other build writes to this folder; one that is killed lets go. Windows has no such lock."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    (build / ".cache").mkdir(parents=True, exist_ok=True)
    with (build / ".cache/lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def identify(name: str, files: Mapping[str, bytes]) -> SealedEdition:
    """The edition with its folder: a name for people and a digest of what it contains."""
    facts = {
        file: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for file, data in sorted(files.items())
    }
    folder = f"{name}-{_digest(facts)[:_ID_LENGTH]}"
    return SealedEdition(folder=folder, files=files, listed={f"{folder}/{file}": each for file, each in facts.items()})


def write_edition(issue_folder: Path, edition: SealedEdition) -> bool:
    """Put the edition's files in place; False when they all stood there already.

    A new folder is filled beside its place and then moved there, in one step.
    """
    folder = issue_folder / edition.folder
    if folder.is_dir():
        written = [write_whole(folder / name, data) for name, data in edition.files.items()]
        return any(written)
    draft = issue_folder / f".{edition.folder}.{os.getpid()}{_DRAFT}"
    draft.mkdir(parents=True)
    for name, data in edition.files.items():
        (draft / name).write_bytes(data)
    draft.rename(folder)
    return True


def write_whole(path: Path, data: bytes) -> bool:
    """Put data at path in one step; False when it was already so."""
    try:
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
    except OSError:
        path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}{_DRAFT}")
    draft.write_bytes(data)
    draft.replace(path)
    return True


def with_digest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest with the one digest of all it says: SHA-256 of its JSON without spaces, keys sorted."""
    return {**manifest, "digest": _digest(manifest)}


def _digest(facts: Mapping[str, Any]) -> str:
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def write_manifest(issue_folder: Path, manifest: Mapping[str, Any]) -> None:
    """Make the manifest the one that counts. Each key stands on a line of its own, and each edition."""
    lines = [f"{json.dumps(key)}: {_lined(value)}" for key, value in manifest.items()]
    write_whole(issue_folder / MANIFEST, ("{\n" + ",\n".join(lines) + "\n}\n").encode())


def _lined(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value, ensure_ascii=False)
    return "[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in value) + "\n]"


def read_manifest(issue_folder: Path) -> dict[str, Any] | None:
    """The last sealed manifest; None when there is none to read."""
    try:
        manifest: dict[str, Any] = json.loads((issue_folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    known = {"assets", "digest", "editions", "inputs", "tool"}
    return manifest if isinstance(manifest, dict) and known <= manifest.keys() else None


def tidy_issue(issue_folder: Path) -> None:
    """Remove what the manifest does not list: old editions, drafts of builds that were killed."""
    manifest = read_manifest(issue_folder) or {"editions": []}
    kept = {edition["folder"] for edition in manifest["editions"]} | {MANIFEST}
    if not issue_folder.is_dir():
        return
    for entry in os.scandir(issue_folder):
        if entry.name not in kept:
            _remove(Path(entry.path))
    for folder in kept - {MANIFEST}:
        for draft in (issue_folder / folder).glob(".*.draft"):
            draft.unlink(missing_ok=True)
    if len(kept) == 1 and not (issue_folder / MANIFEST).exists():
        issue_folder.rmdir()


def tidy_build(build: Path, issues: set[str]) -> None:
    """Remove the sealed folders of issues that are gone; what is no sealed issue is not ours to remove."""
    for entry in os.scandir(build):
        if entry.name not in issues and Path(entry.path, MANIFEST).is_file():
            _remove(Path(entry.path))


def tidy_assets(assets: Path, kept: set[str]) -> None:
    """Remove pictures and calendar files no manifest lists."""
    if assets.is_dir():
        for entry in os.scandir(assets):
            if entry.name not in kept:
                _remove(Path(entry.path))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
