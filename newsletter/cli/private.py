"""Files that hold personal data: only who wrote them may read them."""

from __future__ import annotations

import os
from pathlib import Path

import click


def check_folder(path: Path) -> None:
    """Raises UsageError for a file in a folder that is not there: before anything is reckoned or written."""
    if not path.parent.is_dir():
        raise click.UsageError(f"there is no folder {path.parent}")


def write_private(path: Path, data: bytes) -> None:
    """Put data at path in one step, for its owner's eyes only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    draft.replace(path)
