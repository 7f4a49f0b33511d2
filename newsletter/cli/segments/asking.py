"""What the commands about segments share: the rules as they stand, mended, and the register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import opened

if TYPE_CHECKING:
    from newsletter.store.register import Register
    from newsletter.subscribers.rules.book import Book
    from newsletter.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The workspace, what is needed to read its rules, and the open register."""

    workspace: Workspace
    book: Book
    register: Register


@contextmanager
def asked(root: Path, names: Sequence[str] = ()) -> Iterator[Asked]:
    """Read the rules and open the register. Raises Invalid while rules need mending; `names` must be segments."""
    from newsletter.checks.references import check_references
    from newsletter.problems import Invalid, guess
    from newsletter.subscribers.rules.book import read_book
    from newsletter.subscribers.segments import SEGMENTS_FILE
    from newsletter.workspace import read_workspace

    workspace = read_workspace(root)
    problems = [problem for problem in check_references(workspace) if problem.path == SEGMENTS_FILE]
    if problems:
        raise Invalid(problems)
    unknown = [name for name in names if name not in workspace.segments]
    if unknown:
        told = (f"no segment is called {name!r}: {guess(name, workspace.segments)}" for name in unknown)
        raise click.UsageError("\n".join(told))
    with opened(root, must_exist=True) as (_, register):
        yield Asked(workspace=workspace, book=read_book(workspace), register=register)
