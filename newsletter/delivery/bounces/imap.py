"""A mailbox on a server: IMAP over TLS (RFC 9051, 8314), and without TLS on this machine only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from newsletter.delivery.bounces.mailboxes import Mail
from newsletter.delivery.bounces.mime import MOST_BYTES
from newsletter.problems import Refused

if TYPE_CHECKING:
    from imaplib import IMAP4

_PATIENCE = 30
"""Seconds to wait for the server."""
_HERE = ("localhost", "127.0.0.1", "::1")
PASSWORD = "NEWSLETTER_BOUNCES_PASSWORD"  # noqa: S105  the variable's name


@dataclass(frozen=True, kw_only=True, slots=True)
class ImapBox:
    """A mailbox by its address: `imaps://user@host/INBOX`."""

    host: str
    port: int
    user: str
    folder: str
    tls: bool

    @classmethod
    def of(cls, url: str) -> ImapBox:
        """The mailbox that a URL names. Raises Refused for one that would send the password in the clear."""
        parts = urlsplit(url)
        tls = parts.scheme == "imaps"
        host = parts.hostname or ""
        if not tls and host not in _HERE:
            raise Refused(f"{host}: imap:// would send the password in the clear", "write imaps:// in newsletter.yml")
        if not parts.username:
            raise Refused(
                f"{url}: the mailbox has no user", "write imaps://user@host/INBOX; @ in the user's name is %40"
            )
        folder = unquote(parts.path.strip("/")) or "INBOX"
        port = parts.port or (993 if tls else 143)
        return cls(host=host, port=port, user=unquote(parts.username), folder=folder, tls=tls)


@contextmanager
def open_imap(box: ImapBox, password: str, ca_file: str | None = None) -> Iterator[Iterator[Mail]]:
    """The unread mails of the mailbox; each is flagged as seen when it is `done`. Raises Refused with the cure."""
    import imaplib

    if not password:
        raise Refused(f"{box.host}: there is no password for {box.user}", f"put it in the environment as {PASSWORD}")
    server = _connect(box, ca_file)
    try:
        _log_in(server, box, password)
        yield _unread(server, box)
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()


def _connect(box: ImapBox, ca_file: str | None) -> IMAP4:
    import imaplib
    import ssl

    try:
        if not box.tls:
            return imaplib.IMAP4(box.host, box.port, timeout=_PATIENCE)
        context = ssl.create_default_context(cafile=ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=_PATIENCE)
    except ssl.SSLCertVerificationError as error:
        text = f"{box.host}: nobody vouches for the mailbox's certificate: {error.verify_message}"
        raise Refused(text, "check the host's name in delivery.bounces.mailbox") from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise Refused(f"{box.host}:{box.port}: the mailbox cannot be reached: {error}", "try again later") from error


def _log_in(server: IMAP4, box: ImapBox, password: str) -> None:
    import imaplib

    try:
        if box.user.isascii() and password.isascii():
            server.login(box.user, password)
        else:  # LOGIN knows no other letters (RFC 4616)
            server.authenticate("PLAIN", lambda _: f"\0{box.user}\0{password}".encode())
    except imaplib.IMAP4.error as error:
        text = f"{box.host}: {box.user} is not let in: {_words(error)}"
        raise Refused(text, f"check the user in delivery.bounces.mailbox, and {PASSWORD}") from error
    quoted = box.folder.replace("\\", "\\\\").replace('"', '\\"')
    answer, _ = server.select(f'"{quoted}"')
    if answer != "OK":
        raise Refused(f"{box.host}: there is no folder {box.folder}", "check the end of delivery.bounces.mailbox")


def _unread(server: IMAP4, box: ImapBox) -> Iterator[Mail]:
    found = _ask(server, box, "SEARCH", "UNSEEN")
    for number in (found[0] or b"").split():
        uid = number.decode()
        answer = _ask(server, box, "FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
        data = next((bytes(each[1]) for each in answer if isinstance(each, tuple)), None)
        if data is not None:  # somebody else may have taken it away
            yield Mail(name=f"{box.folder};UID={uid}", data=data, done=_flag(server, box, uid))


def _flag(server: IMAP4, box: ImapBox, uid: str) -> Callable[[], None]:
    def flag() -> None:
        _ask(server, box, "STORE", uid, "+FLAGS.SILENT", "(\\Seen)")

    return flag


def _ask(server: IMAP4, box: ImapBox, *words: str) -> list[Any]:
    """What the server answers to a UID command. Raises Refused when it says no, or nothing."""
    import imaplib

    try:
        answer, found = server.uid(*words)
    except (imaplib.IMAP4.error, OSError) as error:
        raise Refused(f"{box.host}: the mailbox said no: {_words(error)}", "run the command again later") from error
    if answer != "OK":
        raise Refused(f"{box.host}: the mailbox said no to {words[0]}", "run the command again later")
    return list(found)


def _words(error: Exception) -> str:
    """What the server said, without what a log-in may show."""
    text = error.args[0] if error.args else ""
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return re.sub(r"\s+", " ", text)[:200]
