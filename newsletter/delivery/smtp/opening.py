"""Opening a conversation: connect, secure the line, sign in. The standard library's part, in words for people.

What was asked for is done or the conversation does not begin: no mail and no password goes in the clear because a
relay, or somebody between us and it, left STARTTLS out.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from ipaddress import ip_address

from newsletter.delivery.smtp.commands import Extensions
from newsletter.delivery.smtp.relay import PASSWORD, USER, Relay, Timeouts
from newsletter.delivery.smtp.replies import parse_reply
from newsletter.delivery.smtp.session import MOST, Session
from newsletter.delivery.smtp.troubles import Trouble
from newsletter.delivery.smtp.wire import Wire

_SIGNED_IN, _ALREADY = 235, 503
_KEEPALIVE_SECONDS = 60
"""A firewall that forgets a line while the relay thinks about a dot makes doubt."""


def open_session(relay: Relay, timeouts: Timeouts | None = None, most: int = MOST) -> Session:
    """A conversation with the relay, ready for `most` mails. Raises Trouble."""
    timeouts = timeouts or Timeouts()
    with _in_words(relay):
        smtp = _connected(relay, timeouts)
        try:
            _introduced(smtp, relay)
            _sign_in(smtp, relay)
            return Session(_taken_over(smtp), Extensions.of(smtp.esmtp_features), timeouts, most)
        finally:
            smtp.close()


@contextmanager
def conversation(relay: Relay, timeouts: Timeouts) -> Iterator[smtplib.SMTP]:
    """Connected, secured, signed in, for somebody who wants to ask and not to send. Raises Trouble."""
    with _in_words(relay):
        smtp = _connected(relay, timeouts)
        try:
            _introduced(smtp, relay)
            _sign_in(smtp, relay)
            yield smtp
        finally:
            smtp.close()


def _connected(relay: Relay, timeouts: Timeouts) -> smtplib.SMTP:
    """Connected and greeted; with `tls` the line is secured first."""
    name = relay.client_name or "localhost"
    if relay.security == "tls":
        context = secure_context(relay.ca_file)
        return smtplib.SMTP_SSL(relay.host, relay.port, name, timeout=timeouts.opening, context=context)
    return smtplib.SMTP(relay.host, relay.port, name, timeout=timeouts.opening)


def _introduced(smtp: smtplib.SMTP, relay: Relay) -> None:
    """EHLO, and with `starttls` the line secured and EHLO again: what was said before does not count."""
    smtp.local_hostname = relay.client_name or _own_name(smtp)
    smtp.ehlo_or_helo_if_needed()
    if relay.security != "starttls":
        return
    if not smtp.has_extn("starttls"):
        raise Trouble(
            f"{relay.name} does not offer to secure the line (STARTTLS), so nothing was sent",
            "ask whoever runs the relay; where it never does, another port may (delivery.security: tls, port 465). "
            "If it did before, somebody may be listening in between",
            sender_side=True,
        )
    smtp.starttls(context=secure_context(relay.ca_file))
    smtp.ehlo_or_helo_if_needed()


@lru_cache(maxsize=4)
def secure_context(ca_file: str | None) -> ssl.SSLContext:
    """TLS 1.2 or newer, certificate and name verified (RFC 8996); `ca_file` is trusted too. Raises Trouble."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            told = error.strerror or "there is no certificate in it"
            raise Trouble(
                f"delivery.ca_file: {ca_file} cannot be used: {told}",
                "it is a PEM file with the certificate of who vouches for the relay",
                sender_side=True,
            ) from error
    return context


def _sign_in(smtp: smtplib.SMTP, relay: Relay) -> None:
    """AUTH, where the environment says who we are (RFC 4954, RFC 4616)."""
    if relay.user is None:
        return
    if relay.password is None:
        raise Trouble(f"{USER} is set, {PASSWORD} is not", "set both in the environment, or none", sender_side=True)
    if relay.security == "none" and not _on_this_machine(smtp):
        raise Trouble(
            f"the password for {relay.name} would go over an open line, so it was not sent",
            "set delivery.security to starttls or tls in newsletter.yml",
            sender_side=True,
        )
    ways = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in ways:
        _sign_in_plainly(smtp, relay.user, relay.password)
        return
    try:
        smtp.login(relay.user, relay.password)
    except UnicodeError as error:
        hint = "the relay only knows ways to sign in that take a to z; choose another password"
        raise Trouble(f"{PASSWORD} has letters that cannot be sent", hint, sender_side=True) from error


def _sign_in_plainly(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """The standard library's own takes ASCII only; passwords have æ, ø and å."""
    said = b64encode(f"\0{user}\0{password}".encode()).decode()
    code, text = smtp.docmd("AUTH PLAIN", said)
    if code not in (_SIGNED_IN, _ALREADY):
        raise smtplib.SMTPAuthenticationError(code, text)


def _on_this_machine(smtp: smtplib.SMTP) -> bool:
    return ip_address(_socket(smtp).getpeername()[0].partition("%")[0]).is_loopback


def _own_name(smtp: smtplib.SMTP) -> str:
    """What we are called: the machine's full name, else its address on this line (RFC 5321 § 4.1.3)."""
    name = socket.gethostname()
    if "." in name and name.isascii():
        return name
    address = _socket(smtp).getsockname()[0].partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _socket(smtp: smtplib.SMTP) -> socket.socket:
    connected = smtp.sock
    assert connected is not None
    return connected


def _taken_over(smtp: smtplib.SMTP) -> Wire:
    """The line out of the standard library's hands, with what it had read too much."""
    connected = _socket(smtp)
    heard = _read_ahead(smtp, connected)
    smtp.sock = None
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_KEEPIDLE"):
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _KEEPALIVE_SECONDS)
    return Wire(connected, heard)


def _read_ahead(smtp: smtplib.SMTP, connected: socket.socket) -> bytes:
    """Bytes that stand in the library's buffer: words that nobody asked for, which the session must know of."""
    connected.setblocking(False)
    try:
        return smtp.file.peek() if smtp.file else b""
    except (ssl.SSLWantReadError, BlockingIOError):
        return b""
    finally:
        connected.setblocking(True)
        if smtp.file:
            smtp.file.close()
            smtp.file = None


@contextmanager
def _in_words(relay: Relay) -> Iterator[None]:
    """What the libraries say, as Trouble."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Trouble(
            f"the certificate of {relay.name} is not to be trusted: {error.verify_message or error}",
            "delivery.host must be the name in the certificate; a relay that vouches for itself needs delivery.ca_file",
            sender_side=True,
        ) from error
    except ssl.SSLError as error:
        raise Trouble(
            f"no secure line to {relay.name} came about: {error.reason or error}",
            "delivery.security: tls is for port 465, starttls for 587 and 25; the relay must know TLS 1.2",
            sender_side=not isinstance(error, ssl.SSLEOFError),
        ) from error
    except smtplib.SMTPAuthenticationError as error:
        raise _refused(relay, error, f"does not let {relay.user} in", f"see {USER} and {PASSWORD}") from error
    except smtplib.SMTPResponseException as error:
        raise _refused(
            relay, error, "does not talk to us", "ask whoever runs the relay what it has against us"
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        hint = f"take {USER} out of the environment, or ask for the port that does"
        raise Trouble(f"{relay.name} lets nobody sign in", hint, sender_side=True) from error
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        told = getattr(error, "strerror", None) or str(error) or "no answer in time"
        raise Trouble(f"{relay.name} cannot be reached: {told}", "see delivery.host and delivery.port") from error


def _refused(relay: Relay, error: smtplib.SMTPResponseException, what: str, hint: str) -> Trouble:
    text = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
    said = parse_reply(error.smtp_code, text.split(b"\n"), "connect")
    final = error.smtp_code >= 500  # noqa: PLR2004  the class of the code
    return Trouble(f"{relay.name} {what}: {said}", hint, sender_side=final, code=error.smtp_code)
