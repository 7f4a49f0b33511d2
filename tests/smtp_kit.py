"""For tests that talk to a relay: short waits, a certificate, envelopes and mails; and a relay in a thread that says
what a test dictates, byte for byte."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from newsletter.delivery.smtp import Envelope, Extensions, Relay, Session, Timeouts, open_session
from newsletter.delivery.smtp.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SOON = Timeouts(opening=5, mail=2, rcpt=2, data=2, block=2, dot=2, quit=1)
PIPELINING = {"pipelining": "", "size": "", "8bitmime": "", "smtputf8": "", "dsn": ""}


def an_envelope(recipient: str = "ida@firma.example", size: int = 100, **facts: Any) -> Envelope:
    return Envelope(**{"sender": "nyt@kommune.example", "recipient": recipient, "size": size, **facts})


def a_mail(number: int = 1, size: int = 200) -> bytes:
    head = f"Message-ID: <2027-01.1.{number}@kommune.example>\r\nSubject: Nyt\r\n\r\n".encode()
    return head + b"God dag i alle virksomheder.\r\n" * (size // 30 + 1)


def relay_at(port: int, **facts: Any) -> Relay:
    return Relay(**{"host": "127.0.0.1", "port": port, "security": "none", "client_name": "here.example", **facts})


@contextmanager
def a_session(port: int, timeouts: Timeouts = SOON, most: int = 100, **facts: Any) -> Iterator[Session]:
    with open_session(relay_at(port, **facts), timeouts, most) as session:
        yield session


def send_all(session: Session, mails: list[tuple[Envelope, bytes]]) -> list[Any]:
    """Each mail's answer, with the next one announced."""
    told: list[Any] = []
    for index, (envelope, data) in enumerate(mails):
        upcoming = mails[index + 1][0] if index + 1 < len(mails) else None
        told.append(session.offer(envelope) or session.deliver(data, upcoming))
    return told


@cache
def _pair(name: str) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(start)
    made = made.not_valid_after(start + timedelta(days=10))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signed = made.sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return secret + signed.public_bytes(serialization.Encoding.PEM)


def a_certificate(folder: Path, name: str = "localhost") -> Path:
    """A key and a certificate that vouches for itself, in one PEM file."""
    path = folder / f"{name}.pem"
    path.write_bytes(_pair(name))
    return path


class Dictated:
    """The other end of a socket pair: a thread that says what it is told when it has heard what it waits for."""

    def __init__(self, says: Callable[[Dictated], None]) -> None:
        self.ours, self.theirs = socket.socketpair()
        self.theirs.settimeout(5)
        self.heard = b""
        self.thread = threading.Thread(target=self._run, args=(says,), daemon=True)
        self.thread.start()

    def _run(self, says: Callable[[Dictated], None]) -> None:
        try:
            says(self)
        except OSError:
            pass
        finally:
            self.theirs.close()

    def say(self, text: str | bytes) -> None:
        self.theirs.sendall(text if isinstance(text, bytes) else text.encode())

    def until(self, ending: bytes) -> bytes:
        """What came since last time, up to this."""
        at = len(self.heard)
        while ending not in self.heard[at:]:
            data = self.theirs.recv(65536)
            if not data:
                break
            self.heard += data
        return self.heard[at:]

    def all(self) -> bytes:
        """Until the other end hangs up."""
        while data := self.theirs.recv(65536):
            self.heard += data
        return self.heard


@contextmanager
def dictated(
    says: Callable[[Dictated], None], offers: dict[str, str] | None = None, **facts: Any
) -> Iterator[tuple[Session, Dictated]]:
    """A session whose relay says these bytes."""
    other = Dictated(says)
    timeouts = facts.pop("timeouts", SOON)
    session = Session(Wire(other.ours), Extensions.of(PIPELINING if offers is None else offers), timeouts, **facts)
    try:
        yield session, other
    finally:
        session.abandon()
        other.thread.join()
