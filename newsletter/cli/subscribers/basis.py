"""The options that say on what basis people may be written to; `add` and `import` share them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from newsletter.subscribers.consent import Basis

_OPTIONS = (
    click.option(
        "--basis",
        "kind",
        type=click.Choice(["consent", "other", "none"]),
        required=True,
        help="consent: their own. other: a documented reason. none: they are kept and not written to.",
    ),
    click.option(
        "--wording",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="consent: a text file with the words they agreed to.",
    ),
    click.option("--source", help="consent: where they agreed: a form, a meeting, a list."),
    click.option(
        "--date",
        "said_on",
        type=click.DateTime(["%Y-%m-%d"]),
        help="consent: the day on which they agreed.",
    ),
    click.option("--reason", help="other: why we may write to them without a consent."),
)


def basis_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `kind`, `wording`, `source`, `said_on` and `reason`, for `read_basis`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def read_basis(
    kind: Literal["consent", "other", "none"],
    *,
    wording: Path | None,
    source: str | None,
    said_on: datetime | None,
    reason: str | None,
) -> Basis:
    """The basis. A usage error names all that is missing, and what does not belong."""
    from newsletter.subscribers.consent import Basis

    told = {"wording": wording, "source": source, "date": said_on, "reason": reason}
    wanted = {"consent": ("wording", "source", "date"), "other": ("reason",), "none": ()}[kind]
    missing = [f"--{name}" for name in wanted if not told[name]]
    if missing:
        raise click.UsageError(
            f"--basis {kind} needs {' and '.join(missing)} too: without it nothing can be proved later"
        )
    allowed = {*wanted, "source"}
    if surplus := [f"--{name}" for name, value in told.items() if value and name not in allowed]:
        raise click.UsageError(f"--basis {kind} takes no {' and no '.join(surplus)}")
    text = _text(wording) if wording else None
    return Basis(kind=kind, wording=text, source=source, said_on=said_on.date() if said_on else None, reason=reason)


def _text(path: Path) -> str:
    try:
        text = path.read_text("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path.name} is not a text file in UTF-8: save it as text") from error
    if not text:
        raise click.UsageError(f"{path.name} is empty: it must hold the words they agreed to")
    return text
