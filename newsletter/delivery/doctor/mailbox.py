"""Whether the mailbox can be read that undeliverable mails come back to."""

from __future__ import annotations

import mailbox as standard
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.delivery.bounces.imap import PASSWORD, ImapBox
from newsletter.delivery.doctor.results import Said, error, hint, ok
from newsletter.problems import Refused

if TYPE_CHECKING:
    import imaplib

    from newsletter.delivery.doctor.case import Case


def reachable(case: Case) -> Iterator[Said]:
    """The mailbox of delivery.bounces: a folder, a file, or an IMAP server."""
    bounces = case.settings.delivery.bounces
    if bounces is None:
        yield hint(
            "nobody reads what comes back: addresses that no longer exist are written to for ever",
            "delivery.bounces.mailbox, and delivery.return_address that leads there",
        )
        return
    kind, _, place = bounces.mailbox.partition(":")
    yield from _imap(case, bounces.mailbox) if kind.startswith("imap") else _files(kind, case.root / place)


def _files(kind: str, path: Path) -> Iterator[Said]:
    there = path.is_dir() if kind == "maildir" else path.is_file()
    if not there or not os.access(path, os.R_OK):
        yield error(
            f"{kind} {path.name} is not there, or may not be read", "delivery.bounces.mailbox: where the mails lie"
        )
        return
    with_mails = standard.Maildir(path, create=False) if kind == "maildir" else standard.mbox(path, create=False)
    try:
        yield ok(f"{kind} {path.name} can be read: {len(with_mails)} mails")
    except (OSError, standard.Error) as failed:
        yield error(f"{kind} {path.name} cannot be read: {failed}", "delivery.bounces.mailbox: where the mails lie")
    finally:
        with_mails.close()


def _imap(case: Case, url: str) -> Iterator[Said]:
    import imaplib
    import ssl

    try:
        box = ImapBox.of(url)
    except Refused as refused:
        yield error(refused.text, refused.hint)
        return
    try:
        connection = _connected(case, box)
    except ssl.SSLError as failed:
        yield error(f"{box.host}: no secure line came about: {failed.reason}", "imaps:// is for port 993")
        return
    except (OSError, imaplib.IMAP4.error) as failed:
        yield error(f"{box.host}:{box.port} cannot be reached: {failed}", "see delivery.bounces.mailbox")
        return
    try:
        yield from _opened(connection, box, case.environ.get(PASSWORD, ""))
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            connection.logout()


def _connected(case: Case, box: ImapBox) -> imaplib.IMAP4:
    import imaplib

    from newsletter.delivery.smtp.opening import secure_context

    if not box.tls:
        return imaplib.IMAP4(box.host, box.port, timeout=case.patience)
    return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=secure_context(None), timeout=case.patience)


def _opened(connection: imaplib.IMAP4, box: ImapBox, password: str) -> Iterator[Said]:
    """Sign in and look into the folder, without marking anything as read."""
    import imaplib

    try:
        connection.login(box.user, password)
        state, data = connection.select(f'"{box.folder}"', readonly=True)
    except imaplib.IMAP4.error:
        yield error(f"{box.host} does not let us in", f"see {PASSWORD} and the user in delivery.bounces.mailbox")
        return
    if state == "OK":
        yield ok(f"{box.host} lets us read {box.folder}: {(data[0] or b'0').decode()} mails")
    else:
        yield error(f"{box.host} has no folder {box.folder}", "see the end of delivery.bounces.mailbox")
