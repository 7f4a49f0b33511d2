"""`newsletter register upgrade`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option


@click.command("upgrade")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(*, as_json: bool, actor: str, root: Path) -> None:
    """Bring the register to the newest version, in one transaction.

    PostgreSQL needs it once at first and after an update of newsletter. A SQLite file is brought up to date whenever it
    is opened.
    """
    from newsletter.store.audit import note

    before, after = _upgraded(root)
    with opened(root) as (_, register):  # a newer register is refused here, and a new one gets its key
        if before != after:
            with register.write() as connection:
                what = "register upgrade"
                note(connection, now=now(), actor=actor, action=what, about="register", before=before, after=after)
        if not register.is_sqlite:
            from newsletter.delivery.running.queue import make_queue

            make_queue(register, renew=True)
    if as_json:
        click.echo(json.dumps({"from": before, "to": after}))
    elif before == after:
        click.echo(f"the register is of the newest version already: {after}")
    else:
        click.echo(f"the register came from {f'version {before}' if before else 'nothing'} to version {after}")


def _upgraded(root: Path) -> tuple[str | None, str]:
    """The register's version before, and after."""
    from newsletter.settings import read_settings
    from newsletter.store.register import connect, find_register
    from newsletter.store.upgrade import upgrade

    named = find_register(root, read_settings(root))
    if named is None:
        raise click.UsageError(
            "there is no register yet, and a new one is of the newest version: make one with "
            "`newsletter subscribers import` or `newsletter register sample`"
        )
    register = connect(root, named)
    try:
        return upgrade(register)
    finally:
        register.close()
