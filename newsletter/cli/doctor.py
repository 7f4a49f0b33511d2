"""`newsletter doctor`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import FILES, now, workspace_option

if TYPE_CHECKING:
    from newsletter.delivery.doctor import Resolver, Result

_COLOURS = {"ok": "green", "hint": "cyan", "warning": "yellow", "error": "red"}
_PORTS = range(1, 65536)


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Look at this machine only: ask no relay, no mailbox and no DNS.")
@click.option(
    "--resolver",
    "server",
    metavar="ADDRESS[:PORT]",
    callback=lambda _c, _p, value: _server(value),
    help=("The name server to ask, when the world is to see other answers than this network does."),
)
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(*, offline: bool, server: tuple[str, int] | None, as_json: bool, root: Path) -> None:
    """See whether everything is ready for sending, and say what to do where it is not.

    Looks at newsletter.yml, the register, the clock, the disk, what is built, the relay (no mail is sent), the bounce
    mailbox, and the DNS: SPF, DKIM, DMARC, MX, PTR. No secret is shown. Lines that begin with `IT:` can be passed on as
    they are. Exit 1 when there is an error.
    """
    from newsletter.delivery.doctor import examine, find_resolver

    def find() -> Resolver | None:
        return find_resolver(*server) if server else find_resolver()

    with _progress(quiet=as_json) as told:
        results = examine(root, os.environ, now(), find=None if offline else find, told=told)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in results], ensure_ascii=False, indent=1))
    else:
        _show(results)
    if any(each.level == "error" for each in results):
        sys.exit(FILES)


def _server(value: str | None) -> tuple[str, int] | None:
    """`192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:53` as address and port."""
    from ipaddress import ip_address

    if value is None:
        return None
    address, port = value, "53"
    if value.startswith("["):
        address, _, port = value[1:].partition("]")
        port = port.lstrip(":") or "53"
    elif value.count(":") == 1:
        address, _, port = value.partition(":")
    try:
        ip_address(address)
        number = int(port)
    except ValueError:
        number = 0
    if number not in _PORTS:
        raise click.BadParameter(f"{value!r} is no IP address; write for example 192.0.2.1 or 192.0.2.1:5353")
    return address, number


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    from newsletter.cli.terminal import is_terminal

    if quiet or not is_terminal():
        yield lambda _: None
        return
    from rich.console import Console

    with Console().status("looking") as status:
        yield lambda topic: status.update(f"looking at: {topic}")


def _show(results: Sequence[Result]) -> None:
    """A table of what was seen, then what to do, the worst first, then the sum."""
    from newsletter.cli.terminal import count, show_table, styled

    show_table(["", "About", "Check", "Seen"], [[each.level, each.topic, each.code, each.seen] for each in results])
    todo = [each for level in ("error", "warning", "hint") for each in results if each.level == level and each.cure]
    if todo:
        click.echo("\nWhat to do:")
    for each in todo:
        click.echo(f"{styled(each.level, _COLOURS[each.level])}: {each.seen} [{each.code}]\n    {each.cure}")
    sums = [count(sum(each.level == level for each in results), level) for level in ("error", "warning", "hint")]
    click.echo(f"\n{', '.join(sums)}; {sum(each.level == 'ok' for each in results)} fine")
