"""What `pause`, `resume` and `cancel` share: they change a send while it runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import now, opened

if TYPE_CHECKING:
    from newsletter.delivery.ledger.control import Changed


def change(root: Path, issue: str, do: Callable[..., Changed], actor: str, **more: Any) -> None:
    """Change the newest send of an issue, and tell what that means for those on its list."""
    from newsletter.cli.build import check_names
    from newsletter.cli.terminal import count

    check_names(root, [issue])
    with opened(root, must_exist=True) as (_, register):
        changed = do(register, issue, now=now(), actor=actor, **more)
    click.echo(f"{issue}: {changed.state}")
    if changed.skipped:
        click.echo(f"    {count(changed.skipped, 'reader')} will not get it any more")
    if changed.under_way:
        click.echo(f"    {count(changed.under_way, 'mail')} on the way end as they end")
    if changed.state == "sending":
        click.echo(f"    newsletter run goes on with it, and so does newsletter send {issue} --really")
