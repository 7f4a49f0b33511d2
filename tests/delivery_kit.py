"""A sealed and approved issue with readers, and a relay to send it to."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from register_kit import NOW, a_company, a_person
from sqlalchemy import select
from support import edit

from newsletter.build.pipeline import Builder
from newsletter.delivery.approving import Approving
from newsletter.delivery.sending import Crew
from newsletter.delivery.sending.opening import open_office
from newsletter.delivery.starting import Starting
from newsletter.settings import read_settings
from newsletter.store.tables import deliveries, people
from newsletter.workspace import read_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from newsletter.delivery.sending import Office
    from newsletter.store.register import Register

ISSUE = "2027-01"
SUBSCRIBED = {"state": "subscribed", "basis": "consent"}


def subscribe(register: Register, *addresses: str, industry: str = "011100", **columns: Any) -> None:
    """Readers, each with a company of their own."""
    with register.write() as connection:
        for address in addresses:
            company = a_company(connection, name=f"Firma {address}", industry=industry, nomenclature="DB25")
            a_person(connection, register, address, company_id=company, **{**SUBSCRIBED, **columns})


def numbered(count: int, domain: str = "x.example") -> list[str]:
    """So many addresses."""
    return [f"r{number}@{domain}" for number in range(count)]


def relayed(root: Path, port: int, **more: Any) -> None:
    """Let the workspace send by a relay on this machine, in production."""
    facts = {"transport": "smtp", "host": "127.0.0.1", "port": port, "security": "none", "rate": 600_000, **more}
    said = "".join(f"  {name}: {value}\n" for name, value in facts.items())
    text = (root / "newsletter.yml").read_text("utf-8")
    (root / "newsletter.yml").write_text(f"{text}environment: production\ndelivery:\n{said}", "utf-8")


def approved(root: Path, register: Register, *names: str, issue: str = ISSUE, now: Any = NOW) -> Approving:
    """Build the issue and let these people approve it."""
    Builder(root).build()
    approving = Approving(read_workspace(root), register, issue)
    for name in names or ("Maja",):
        approving.approve(now=now, actor=name)
    return approving


def started(root: Path, register: Register, where: Any = "smtp", now: Any = NOW) -> int:
    """Start the send; its number."""
    return Starting(read_workspace(root), register, ISSUE, where).start(now=now, actor="maja").send_id


def ticking(hours: float = 0) -> Callable[[], datetime]:
    """A clock that begins so many hours after NOW."""
    begun = time.monotonic()
    return lambda: NOW + timedelta(hours=hours, seconds=time.monotonic() - begun)


@contextmanager
def office_of(root: Path, register: Register, told: list[str] | None = None, clock: Any = None) -> Iterator[Office]:
    """An office that writes down what it tells."""
    lines = told if told is not None else []
    with open_office(
        root,
        read_settings(root),
        register,
        environ=os.environ,
        clock=clock or ticking(),
        role="test",
        tell=lambda level, text: lines.append(f"{level}: {text}"),
    ) as office:
        yield office


def worked(root: Path, register: Register, send_id: int, lanes: int = 2, told: list[str] | None = None) -> Crew:
    """Work the send until there is nothing to do just now."""
    with office_of(root, register, told) as office:
        crew = Crew(office, lanes=lanes, send_id=send_id, leaves=True, patience=2)
        crew.run()
    return crew


def ledger(register: Register, send_id: int) -> dict[str, str]:
    """Address → state."""
    wanted = select(people.c.address, deliveries.c.state).join(people, people.c.id == deliveries.c.person_id)
    with register.read() as connection:
        return dict(connection.execute(wanted.where(deliveries.c.send_id == send_id)).all())


def reworded(root: Path) -> None:
    """Change a word of the issue."""
    edit(root, "content/issues/2027-01.md", "Velkommen til et nyt år", "Velkommen til et godt nyt år")
