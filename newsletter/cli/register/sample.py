"""`newsletter register sample`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option


@click.command("sample")
@click.option("--companies", "number", type=click.IntRange(1, 800_000), default=500, show_default=True)
@click.option(
    "--people", type=click.IntRange(0, 5_000_000), help="How many people; else as many as suit the companies."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another number, another sample.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(*, number: int, people: int | None, seed: int, as_json: bool, actor: str, root: Path) -> None:
    """Fill the register with invented companies and people, to look around in.

    Nothing real is touched: a register that holds anything else is refused, and no address of a sample exists.
    """
    from newsletter.subscribers.sample.making import sample
    from newsletter.subscribers.sample.scene import scene_of
    from newsletter.workspace import read_workspace

    scene = scene_of(read_workspace(root))
    with opened(root) as (_, register), _progress(number, quiet=as_json) as told:
        made = sample(
            register, number=number, people_number=people, seed=seed, now=now(), actor=actor, scene=scene, told=told
        )
    if as_json:
        click.echo(json.dumps(asdict(made), indent=1))
        return
    companies = f"{made.companies} {'company' if made.companies == 1 else 'companies'}"
    click.echo(f"a sample of {companies}, {made.people} people and {made.visits} visits, all of them invented")
    click.echo("look around: newsletter companies list, newsletter segments, newsletter register show")


@contextmanager
def _progress(number: int, *, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    from newsletter.cli.terminal import is_terminal

    if quiet or not is_terminal():
        yield None
        return
    from rich.progress import Progress

    with Progress(transient=True) as bar:
        task = bar.add_task("inventing", total=number)
        yield lambda made: bar.update(task, completed=made)
