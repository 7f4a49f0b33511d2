"""`newsletter init`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> None:
    """Write a starter workspace with Danish sample content to FOLDER."""
    from newsletter.build.starter import write_starter

    try:
        written = write_starter(folder)
    except FileExistsError as error:
        raise click.UsageError(f"{folder} is not empty; name a new folder, nothing was written") from error
    click.echo(f"{written} files written to {folder}")
    click.echo(f"Next: cd {folder}, put your own sender into newsletter.yml, then run: newsletter build")
