"""`newsletter register backup`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option


@click.command("backup")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(file: Path | None, *, as_json: bool, actor: str, root: Path) -> None:
    """Write the register to a new SQLite file, while others may write.

    Without FILE it goes to subscribers/backups/, named by the time. The key is not in it. A backup of PostgreSQL is
    opened by naming it as `register:` in newsletter.yml; large ones are better served by pg_dump. docs/register.md
    says how to put a backup back.
    """
    from newsletter.cli.register.sizes import size
    from newsletter.store.audit import note
    from newsletter.store.backup import back_up, backup_path
    from newsletter.store.key import KEY_FILE

    moment = now()
    with opened(root, must_exist=True) as (settings, register):
        made = back_up(register, file or backup_path(root, moment.astimezone(settings.zone)))
        with register.write() as connection:
            note(connection, now=moment, actor=actor, action="register backup", about="register", file=made.path.name)
    if as_json:
        click.echo(json.dumps({"file": str(made.path), "bytes": made.size}, ensure_ascii=False))
        return
    click.echo(f"{_shown(made.path, root)}: {size(made.size)}, read again and sound")
    click.echo(
        f"    It holds personal data: keep it safe, and delete it in time. The key is not in it: keep {KEY_FILE}"
    )
    click.echo("    (or NEWSLETTER_KEY) in another place. Without the key a backup cannot be used.")


def _shown(path: Path, root: Path) -> Path:
    return path.relative_to(root) if path.is_relative_to(root) else path
