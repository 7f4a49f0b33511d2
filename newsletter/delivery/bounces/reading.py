"""Reading what came back: the configured mailbox or given paths, mail by mail, into the register."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.delivery.answers.events import Events
from newsletter.delivery.bounces.imap import PASSWORD, ImapBox, open_imap
from newsletter.delivery.bounces.mailboxes import Mail, read_mbox, read_path, read_unread
from newsletter.delivery.bounces.refusals import work_refusals
from newsletter.delivery.bounces.thresholds import recount
from newsletter.delivery.bounces.work_in import Worked, work_in
from newsletter.problems import Refused

if TYPE_CHECKING:
    from newsletter.settings import Settings
    from newsletter.store.register import Register

Clock = Callable[[], datetime]


def read_bounces(
    register: Register, settings: Settings, root: Path, environ: Mapping[str, str], *, clock: Clock, actor: str
) -> Worked:
    """Work in what the configured mailbox holds, and what servers refused while we sent.

    `environ`: holds the mailbox's password. Raises Refused when no mailbox is set, or it cannot be read; what was
    worked in before that stays so.
    """
    with _opened(settings, root, environ) as mails:
        worked = _work(register, settings, mails, root, clock=clock, actor=actor)
    return _settle(register, settings, worked, clock=clock, actor=actor)


def ingest_paths(
    register: Register, settings: Settings, root: Path, paths: Iterable[tuple[Path, str]], *, clock: Clock, actor: str
) -> Worked:
    """Work in the mails at paths, each with the name it is shown by. Files are not changed. Raises Refused."""
    mails = (mail for path, shown in paths for mail in read_path(path, shown))
    worked = _work(register, settings, mails, root, clock=clock, actor=actor)
    return _settle(register, settings, worked, clock=clock, actor=actor)


def _work(
    register: Register, settings: Settings, mails: Iterable[Mail], root: Path, *, clock: Clock, actor: str
) -> Worked:
    worked, events = Worked(), Events(root, settings)
    for mail in mails:
        worked.add(work_in(register, settings.privacy, mail.data, mail.name, now=clock(), actor=actor, events=events))
        mail.done()
    return worked


def _settle(register: Register, settings: Settings, worked: Worked, *, clock: Clock, actor: str) -> Worked:
    """What the ledger itself knows, and the counts that good deliveries have ended."""
    worked.add(work_refusals(register, settings.privacy, now=clock(), actor=actor))
    with register.write() as connection:
        recount(connection, clock())
    return worked


@contextmanager
def _opened(settings: Settings, root: Path, environ: Mapping[str, str]) -> Iterator[Iterator[Mail]]:
    if settings.delivery.bounces is None:
        text = "newsletter.yml names no mailbox for what comes back"
        raise Refused(
            text, "write delivery.bounces.mailbox there (docs/bounces.md), or give files: bounces ingest PATH"
        )
    kind, _, place = settings.delivery.bounces.mailbox.partition(":")
    if kind == "maildir":
        yield read_unread(root / place)
    elif kind == "mbox":
        yield read_mbox(root / place)
    else:
        box = ImapBox.of(settings.delivery.bounces.mailbox)
        with open_imap(box, environ.get(PASSWORD, "")) as mails:
            yield mails
