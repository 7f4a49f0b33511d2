"""Automatic mails that were perhaps sent: how `status` tells them, and how `reconcile` settles them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import now, opened

if TYPE_CHECKING:
    from newsletter.delivery.notices.doubt import Settled, Word
    from newsletter.delivery.notices.rows import Doubt

NOTICES = "notices"
"""What is said in place of an issue."""
_NOBODY = "somebody erased"


def facts(doubts: Sequence[Doubt], told: dict[str, Any]) -> dict[str, Any]:
    """Those in doubt, as programs read them. `told` has the keys that an issue has."""
    counts = {**told["counts"], "in_doubt": len(doubts)}
    return {**told, "counts": counts, "in_doubt": [doubt.key for doubt in doubts], NOTICES: list(map(_doubt, doubts))}


def tell(doubts: Sequence[Doubt]) -> None:
    """Those in doubt, for people."""
    for doubt in doubts:
        click.echo(f"perhaps sent, and not sent again: {doubt.key} to {doubt.who or _NOBODY}; ask them")
    if doubts:
        click.echo("    newsletter reconcile notices settles them, by your word")


def settle(root: Path, arrived: Sequence[str], lost: Sequence[str], actor: str, *, as_json: bool) -> None:
    """Settle these keys, and show what became of all."""
    from newsletter.delivery.notices.doubt import reconcile

    both = sorted({*arrived} & {*lost})
    if both:
        raise click.UsageError(f"{', '.join(both)}: said to have arrived and to be lost; say one of the two")
    words: dict[str, Word] = {**dict.fromkeys(arrived, "arrived"), **dict.fromkeys(lost, "lost")}
    with opened(root, must_exist=True) as (_, register):
        settled = reconcile(register, words, now=now(), actor=actor)
    if as_json:
        told = {part: list(map(_doubt, getattr(settled, part))) for part in ("arrived", "lost", "left")}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _tell_settled(settled)


def _tell_settled(settled: Settled) -> None:
    for doubt in settled.arrived:
        click.echo(f"{doubt.key}: arrived")
    for doubt in settled.lost:
        click.echo(f"{doubt.key}: lost; it goes again if it is still due")
    for doubt in settled.left:
        click.echo(f"{doubt.key} to {doubt.who or _NOBODY}: still in doubt")
    if settled.lost:
        click.echo("    newsletter run looks when it is started the next time")
    if settled.left:
        click.echo("    ask them, then say --arrived KEY or --lost KEY")
    if not any((settled.arrived, settled.lost, settled.left)):
        click.echo("no automatic mail is in doubt")


def _doubt(doubt: Doubt) -> dict[str, Any]:
    return {"key": doubt.key, "kind": doubt.kind, "who": doubt.who or None, "at": doubt.at.isoformat()}
