"""What the commands about an event's guests share: the event's terms, addresses, people by address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import now, opened

if TYPE_CHECKING:
    from newsletter.campaigns.signups.values import Terms
    from newsletter.settings import Settings
    from newsletter.store.register import Register
    from newsletter.subscribers.act import Act
    from newsletter.subscribers.addresses import Address


@dataclass(frozen=True, kw_only=True)
class House:
    """The workspace's settings, the open register, and what one event says of who may come."""

    settings: Settings
    register: Register
    terms: Terms

    @contextmanager
    def acting(self, actor: str) -> Iterator[Act]:
        """A transaction; what is refused changes nothing."""
        from newsletter.subscribers.act import acting

        with acting(self.register, self.settings.privacy, now=now(), actor=actor) as act:
            yield act


@contextmanager
def house(root: Path, slug: str) -> Iterator[House]:
    """The register, opened for one event. An event nobody knows is told with a guess."""
    from newsletter.delivery.answers.events import Events
    from newsletter.problems import Refused, guess

    with opened(root) as (settings, register):
        events = Events(root, settings)
        if slug not in events.terms:
            path = f"content/events/{slug}.md"
            if (root / path).is_file():
                raise Refused(f"{path} cannot be read", "newsletter check says what to mend in it")
            raise click.UsageError(f"there is no event {slug!r}: {path} is not there; {guess(slug, events.terms)}")
        yield House(settings=settings, register=register, terms=events.terms[slug])


def read_addresses(_context: click.Context, _parameter: click.Parameter, values: Sequence[str]) -> list[Address]:
    """Several addresses; what is wrong with one is told with it."""
    from newsletter.subscribers.addresses import parse_address

    found = []
    for value in values:
        try:
            found.append(parse_address(value))
        except ValueError as error:
            raise click.BadParameter(f"{value}: {error}") from error
    return found


def name_of(act: Act, person_id: int | None) -> str:
    """A person as a list shows them: the name, else the address."""
    from sqlalchemy import select

    from newsletter.store.tables import people

    row = act.connection.execute(select(people.c.name, people.c.address).where(people.c.id == person_id)).one_or_none()
    return "" if row is None else row.name or row.address


def tell_moved(names: Sequence[str]) -> None:
    """Who has a seat now that waited for one."""
    for name in names:
        click.echo(f"    moved up from the waiting list: {name}")


def tell_of_mails(terms: Terms) -> None:
    """How they come to hear of it."""
    if now() < terms.end:
        click.echo(
            f"    they hear of it by mail: newsletter events tell {terms.event} --really, or newsletter run --really"
        )
