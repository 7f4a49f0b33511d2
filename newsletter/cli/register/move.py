"""`newsletter register move`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option

if TYPE_CHECKING:
    from newsletter.store.move import Moved, Told, Words
    from newsletter.store.register import Register


@click.command("move")
@click.argument("to", metavar="TO")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(to: str, *, as_json: bool, actor: str, root: Path) -> None:
    """Move the register from its SQLite file to PostgreSQL, or from PostgreSQL to a new file.

    TO is postgresql://user@server/name, an empty database (the password comes from PGPASSWORD), or the name of a new
    file. All of it arrives and is compared, or nothing does. The old register stays as it is and is not opened again;
    newsletter.yml must then name the new one. Nothing may be under way: no send, no `newsletter run`.
    """
    from newsletter.store.move import Words
    from newsletter.store.overview import where

    with opened(root, must_exist=True) as (_, register):
        target, named = _target(root, register, to)
        try:
            words = Words(actor=actor, now=now(), old=where(register, root), new=named)
            with _progress(quiet=as_json) as told:
                moved = _move(register, target, words, told)
        finally:
            if not isinstance(target, Path):
                target.close()
    if as_json:
        click.echo(json.dumps(_facts(words, moved), ensure_ascii=False, indent=1))
        return
    _show(words, moved)


def _target(root: Path, register: Register, to: str) -> tuple[Register | Path, str]:
    """Where the register goes, and what newsletter.yml calls it. Raises UsageError for what would be no move."""
    from newsletter.store.overview import where
    from newsletter.store.register import is_url

    if is_url(to) != register.is_sqlite:
        if register.is_sqlite:
            raise click.UsageError(f"the register is a file already: to copy it, newsletter register backup {to}")
        raise click.UsageError("the register is on PostgreSQL already: to move it to another server, use pg_dump")
    if is_url(to):
        target = _server(root, to)
        return target, where(target, root)
    path = root / to
    return path, path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _server(root: Path, url: str) -> Register:
    from newsletter.problems import Invalid, Refused
    from newsletter.store.register import connect

    if _has_password(url):
        hint = "a password on the command line can be read by others: take it out, and put it in the environment as "
        raise Refused("there is a password in the address", f"{hint}PGPASSWORD")
    try:
        return connect(root, url)
    except Invalid as error:
        hint = "check the address, PGPASSWORD in the environment, and that the server runs; nothing was moved"
        raise Refused(error.problems[0].text, hint) from error


def _has_password(url: str) -> bool:
    from sqlalchemy import make_url

    parts = make_url(url)
    return bool(parts.password) or bool({"password", "sslpassword"} & {*parts.query})


def _move(register: Register, target: Register | Path, words: Words, told: Told | None) -> Moved:
    from newsletter.store.move import move_to_file, move_to_server

    if isinstance(target, Path):
        return move_to_file(register, target, words, told)
    return move_to_server(register, target, words, told)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Told | None]:
    from newsletter.cli.terminal import is_terminal

    if quiet or not is_terminal():
        yield None
        return
    from rich.progress import Progress

    with Progress(transient=True) as bar:
        task = bar.add_task("moving")

        def told(name: str, done: int, total: int) -> None:
            bar.update(task, description=f"moving {name.replace('_', ' ')}", completed=done, total=total)

        yield told


def _facts(words: Words, moved: Moved) -> dict[str, object]:
    return {
        "from": words.old,
        "to": words.new,
        "rows": moved.rows,
        "digest": moved.digest,
        "before": moved.before,
    }


def _show(words: Words, moved: Moved) -> None:
    from newsletter.cli.terminal import show_table
    from newsletter.inputs import WORKSPACE_FILE
    from newsletter.store.stamp import REGISTER_VARIABLE

    filled = {name: number for name, number in sorted(moved.rows.items()) if number}
    show_table(["Holds", "Rows"], [[name.replace("_", " "), str(number)] for name, number in filled.items()])
    total = f"{sum(filled.values())} rows of {len(filled)} tables"
    if moved.before:
        click.echo(f"{total} had been moved already; only the end of it was missing: {words.old} is marked now")
    else:
        click.echo(f"{total} moved from {words.old} to {words.new}; counted and compared, each value")
    click.echo("")
    click.echo(f"Write in {WORKSPACE_FILE}, before anything else:")
    click.echo(f"    register: {words.new}")
    if os.environ.get(REGISTER_VARIABLE):
        click.echo(f"{REGISTER_VARIABLE} in the environment names another register: change it there.")
    click.echo("The key stays the same, and every machine needs it (docs/register.md).")
    click.echo(f"{words.old} stays as it is and is not opened again. It holds personal data: delete it when the new")
    click.echo("register has proved itself, and its backups in time.")
