"""`newsletter subscribers unsubscribe`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from newsletter.cli.doors import FILES, by_option, now, opened, workspace_option


@click.command("unsubscribe")
@click.argument("addresses", nargs=-1, required=True)
@click.option("--source", default="told to us", show_default=True, help="How they said so: a letter, a phone call.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(addresses: tuple[str, ...], *, source: str, as_json: bool, actor: str, root: Path) -> None:
    """Unsubscribe people, at once.

    - in place of ADDRESSES reads a list, one address in a line. What cannot be done is told; the rest is done.
    """
    from newsletter.subscribers.leaving import unsubscribe_all

    listed = sys.stdin.read().splitlines() if addresses == ("-",) else list(addresses)
    with opened(root, must_exist=True) as (settings, register):
        left = unsubscribe_all(register, settings.privacy, listed, source=source, now=now(), actor=actor)
    if as_json:
        click.echo(json.dumps({"unsubscribed": left.now, "before": left.before, "refused": left.refused}))
    else:
        click.echo(f"{left.now} unsubscribed now, {left.before} before")
    for line, reason in left.refused.items():
        click.echo(f"line {line}: {reason}" if addresses == ("-",) else f"{listed[line - 1]}: {reason}", err=True)
    if left.refused:
        raise SystemExit(FILES)
