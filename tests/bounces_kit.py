"""Mails that come back, sends they answer, and the small hands to work them in."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_kit import a_delivery, a_send
from register_kit import NOW, a_person
from sqlalchemy import select
from support import REPOSITORY

from newsletter.delivery.bounces.work_in import Worked, work_in
from newsletter.settings import read_settings
from newsletter.store.tables import deliveries, delivery_events, people, suppressions

if TYPE_CHECKING:
    from newsletter.store.register import Register

SAMPLES = REPOSITORY / "tests/unit/delivery/bounces/samples"
BO = "bo@firma.example"
PRIVACY = read_settings(REPOSITORY).privacy


def sample(name: str) -> bytes:
    """One of our samples."""
    return (SAMPLES / f"{name}.mail").read_bytes()


def labels(path: Path) -> dict[str, list[tuple[str, str]]]:
    """What samples say: by name, the addresses and kinds."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in path.read_text("utf-8").splitlines():
        name, address, kind = line.split("\t")
        found.setdefault(name, []).append((address, kind))
    return found


def a_bounce(status: str = "5.1.1", said: str = "550 5.1.1 User unknown", *, number: int = 1, **more: str) -> bytes:
    """A delivery report about Bo; `number` tells one mail from another."""
    action, to = more.get("action", "failed"), more.get("to", "nyt@kommune.example")
    return f"""\
From: MAILER-DAEMON@relay.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-{number}@relay.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {more.get("recipient", BO)}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

To: {more.get("recipient", BO)}
Message-ID: {more.get("answers", "<something@else.example>")}

--b--
""".encode()


class Town:
    """A register with Bo in it, and sends to him."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.hash = register.hash_of(BO)
        with register.write() as connection:
            self.bo = a_person(connection, register, BO, state="subscribed", basis="consent")

    def send(self, issue: str = "2027-01", *, at: datetime = NOW, **delivery: Any) -> int:
        """A send with a delivery to Bo; its number."""
        with self.register.write() as connection:
            number = a_send(connection, issue)
            a_delivery(connection, number, self.hash, person_id=self.bo, at=at, smtp_text=None, **delivery)
        return number

    def message_id(self, send: int) -> str:
        """Our Message-ID of the delivery to Bo."""
        return f"<2027-01.{send}.{self.hash.hex()}@kommune.example>"

    def take_in(self, mail: bytes, *, now: datetime = NOW + timedelta(hours=1)) -> Worked:
        """Work a mail in."""
        return work_in(self.register, PRIVACY, mail, "a mail", now=now, actor="maja")

    def state(self, send: int) -> str:
        """What became of the delivery."""
        with self.register.read() as connection:
            return str(connection.scalar(select(deliveries.c.state).where(deliveries.c.root_id == send)))

    def events(self) -> list[tuple[int | None, str, str | None]]:
        """What was told: send, kind, status."""
        told = select(delivery_events.c.root_id, delivery_events.c.kind, delivery_events.c.status)
        with self.register.read() as connection:
            return [tuple(row) for row in connection.execute(told.order_by(delivery_events.c.id))]

    def suppressed(self) -> str | None:
        """Why Bo is not written to."""
        with self.register.read() as connection:
            return connection.scalar(select(suppressions.c.reason).where(suppressions.c.address_hash == self.hash))

    def standing(self) -> tuple[str, int]:
        """Bo's state, and how often in a row mails came back."""
        with self.register.read() as connection:
            row = connection.execute(select(people.c.state, people.c.soft_bounces)).one()
        return row.state, row.soft_bounces
