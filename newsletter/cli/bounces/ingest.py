"""`newsletter bounces ingest`."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(*, paths: tuple[Path, ...], as_json: bool, actor: str, root: Path) -> None:
    """Work in mails that came back: files, folders of files, Maildirs, mboxes.

    The files stay as they are. A mail that was worked in before changes nothing.
    """
    from newsletter.cli.bounces.telling import show
    from newsletter.delivery.bounces.reading import ingest_paths

    with opened(root, must_exist=True) as (settings, register):
        worked = ingest_paths(register, settings, root, [(path, str(path)) for path in paths], clock=now, actor=actor)
    show(worked, as_json=as_json)
