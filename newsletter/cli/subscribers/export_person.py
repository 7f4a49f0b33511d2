"""`newsletter subscribers export-person`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option
from newsletter.cli.subscribers.asking import address_argument

if TYPE_CHECKING:
    from newsletter.subscribers.addresses import Address


@click.command("export-person")
@address_argument
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where person.json and person.html go; only you may read them.",
)
@by_option
@workspace_option
def command(address: Address, *, folder: Path, actor: str, root: Path) -> None:
    """Write all that the register holds of a person: for programs, and as a page in Danish to read."""
    from newsletter.subscribers.act import acting
    from newsletter.subscribers.people import known
    from newsletter.subscribers.privacy.export import export_person
    from newsletter.subscribers.privacy.page import person_page

    moment = now()
    with opened(root, must_exist=True) as (settings, register):
        held = export_person(register, address.key)
        with acting(register, settings.privacy, now=moment, actor=actor) as act:
            act.note("subscribers export-person", known(act.connection, address.key).id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / "person.json", json.dumps(held, ensure_ascii=False, indent=1) + "\n")
    _write(folder / "person.html", person_page(held, settings, moment))
    rows = sum(map(len, held.values()))
    click.echo(f"{folder}: person.json and person.html, {rows} rows from {len(held)} tables")
    click.echo("    See that it is them before you hand it over, use a safe way, and delete the files afterwards.")
    click.echo("    Answer within a month of the day they asked (GDPR, Article 12).")


def _write(path: Path, text: str) -> None:
    """A file of its owner's only, whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
