"""`newsletter build --sample ADDRESS`: what one person gets, and whether they do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from newsletter.cli.doors import now, opened


def show_samples(root: Path, text: str, issues: Sequence[str], *, quiet: bool) -> None:
    """Write the mails of one person, and tell of each."""
    from newsletter.build.reader import write_samples
    from newsletter.subscribers.addresses import parse_address
    from newsletter.workspace import read_workspace

    try:
        address = parse_address(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--sample") from error
    with opened(root, must_exist=True) as (_, register):
        known, samples = write_samples(read_workspace(root), register, address, issues, now())
    if not known.is_known:
        raise click.BadParameter("nobody in the register has this address; check the spelling", param_hint="--sample")
    if quiet:
        return
    for sample in samples:
        if sample.path:
            click.echo(f"{sample.path}: edition {sample.edition} of {sample.issue}")
            if sample.calendar:
                click.echo(f"    {sample.calendar} goes along, and is not in it; both: newsletter send --test")
        else:
            click.echo(f"{sample.issue}: no reader gets the blocks that this person would, so no edition has them")
    for reason in known.reasons:
        click.echo(f"    not sent to them: {reason.text}")
