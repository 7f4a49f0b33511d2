"""The starter workspace: the sample content that comes with the package, written to a new folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from newsletter.build.tool import PACKAGE
from newsletter.checks.personal_data import IGNORED
from newsletter.inputs import FOLDERS, WORKSPACE_FILE

STARTER = PACKAGE / "starter"
"""In an installed package; in a checkout the repository itself is the workspace."""

_GITIGNORE = f"""# Made by newsletter: it can be deleted at any time
/build/

# Personal data never goes into git
{chr(10).join(IGNORED)}
"""


def write_starter(folder: Path) -> int:
    """Copy the starter to an empty or new folder; how many files were written. Raises FileExistsError else."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(folder)
    source = STARTER if STARTER.is_dir() else PACKAGE.parent
    folder.mkdir(parents=True, exist_ok=True)
    for name in FOLDERS:
        shutil.copytree(source / name, folder / name, ignore=shutil.ignore_patterns(*_left_behind(name)))
    shutil.copyfile(source / WORKSPACE_FILE, folder / WORKSPACE_FILE)
    (folder / ".gitignore").write_text(_GITIGNORE, "utf-8")
    return sum(path.is_file() for path in folder.rglob("*"))


def starter_layouts() -> dict[str, str]:
    """The starter's templates, by path below layouts/."""
    folder = (STARTER if STARTER.is_dir() else PACKAGE.parent) / "layouts"
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.j2"))}


def _left_behind(name: str) -> list[str]:
    """What of a folder is not for others: a checkout may be somebody's own workspace."""
    inside = f"{name}/"
    return [line.removeprefix(inside).rstrip("/") for line in IGNORED if "/" not in line or line.startswith(inside)]
