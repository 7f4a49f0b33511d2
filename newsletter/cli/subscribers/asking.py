"""What the commands about one person share: reading an address, and saying why something is not done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import now, opened

if TYPE_CHECKING:
    from newsletter.subscribers.act import Act
    from newsletter.subscribers.addresses import Address


def address_argument(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command one address."""
    return click.argument("address", callback=_read)(function)


def _read(_context: click.Context, _parameter: click.Parameter, value: str) -> Address:
    from newsletter.subscribers.addresses import parse_address

    try:
        return parse_address(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@contextmanager
def changing(root: Path, actor: str, *, must_exist: bool = True) -> Iterator[Act]:
    """A transaction about one person; what is refused is told, and nothing is changed."""
    from newsletter.subscribers.act import acting

    with (
        opened(root, must_exist=must_exist) as (settings, register),
        acting(register, settings.privacy, now=now(), actor=actor) as act,
    ):
        yield act
