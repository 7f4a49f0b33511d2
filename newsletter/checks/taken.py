"""Which files git has or would take. A look at names comes first: git is asked only where it matters, once for a state.

A file of pictures, text, code or the like is taken at its name; whatever else lies below the workspace is a suspect.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from newsletter.inputs import Stat, stat_of

BUILD = "build"
EXPORT_NAMES = ("person.json", "person.html")
_PATIENCE = 5
"""Seconds to wait for git: a repository of that size, or a disk that slow, is not looked at."""
_HARMLESS = re.compile(
    r".*\.(?:avif|cfg|css|gif|html?|ico|ics|ini|j2|jpe?g|js|lock|map|md|mjml|mjs|otf|pdf|png|py|pyc|pyi|rst|scss|sh"
    r"|svg|toml|ts|tsx|ttf|typed|webp|woff2?|xml|ya?ml)",
    re.IGNORECASE,
)
_HARMLESS_NAMES = frozenset(
    (".editorconfig", ".gitattributes", ".gitignore", ".gitkeep", "CODEOWNERS", "Dockerfile", "LICENSE", "Makefile")
)
_PASSED_BY = frozenset(("__pycache__", "env", "node_modules", "venv"))


class Suspects(NamedTuple):
    """Files whose names do not clear them, and by what one sees that git's answer still holds. Plain JSON values."""

    files: dict[str, Stat]
    built: bool
    """Whether there is a build/, which is judged as a whole."""
    git: list[tuple[str, Stat]]


def suspects(root: Path) -> Suspects | None:
    """What to ask git about; None where there is no repository, or nothing to ask."""
    repository = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    if repository is None:
        return None
    files: dict[str, Stat] = {}
    ignoring = [folder / ".gitignore" for folder in (root, *root.parents) if folder.is_relative_to(repository)]
    for entry, path in _walk(os.fspath(root), ""):
        if entry.name == ".gitignore":
            ignoring.append(Path(entry.path))
        elif not _cleared(entry.name):
            files[path] = stat_of(entry.stat(follow_symlinks=False))
    built = (root / BUILD).is_dir()
    return Suspects(files, built, list(_stamps(repository, ignoring))) if files or built else None


def _walk(folder: str, below: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    """All files below the folder but those in build/, in hidden folders and in what tools install."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        name = entry.name
        if entry.is_dir(follow_symlinks=False):
            if not (name.startswith(".") or name in _PASSED_BY or (not below and name == BUILD)):
                yield from _walk(entry.path, f"{below}{name}/")
        elif entry.is_file(follow_symlinks=False):
            yield entry, below + name


def _cleared(name: str) -> bool:
    """Whether its name says that it is nothing personal."""
    harmless = name in _HARMLESS_NAMES or _HARMLESS.fullmatch(name)
    return bool(harmless) and name.lower() not in EXPORT_NAMES


def _stamps(repository: Path, ignoring: list[Path]) -> Iterator[tuple[str, Stat]]:
    """What git's answer depends on: what it ignores, and what it has taken in."""
    git = repository / ".git"
    if git.is_file():  # a second working tree
        git = repository / git.read_text("utf-8", "replace").removeprefix("gitdir:").strip()
    for path in dict.fromkeys([git / "index", git / "info/exclude", git / "config", *ignoring]):
        try:
            yield os.fspath(path), stat_of(path.stat())
        except OSError:
            continue


def taken(root: Path) -> dict[str, bool]:
    """Paths below the root that git has (true) or would take when all is added (false); none when git cannot say."""
    import subprocess

    git = shutil.which("git")
    if git is None:
        return {}
    words = [git, "-c", "core.fsmonitor=false", "ls-files", "-t", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        said = subprocess.run(  # noqa: S603
            words,
            cwd=root,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    if said.returncode:
        return {}
    listed = (os.fsdecode(each) for each in said.stdout.split(b"\0") if each)
    return {composed(line[2:]): line[0] != "?" for line in listed}


def composed(path: str) -> str:
    """A path with its letters in one piece: file systems and git may differ in that."""
    return path if path.isascii() else normalize("NFC", path)


def _environment() -> dict[str, str]:
    """Ours without what a git hook leaves: which repository it is follows from the folder alone."""
    told = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")
    return {name: value for name, value in os.environ.items() if name not in told} | {"GIT_OPTIONAL_LOCKS": "0"}
