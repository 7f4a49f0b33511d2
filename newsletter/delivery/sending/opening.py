"""An office for a workspace: what a process that sends needs, made of newsletter.yml and the environment."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.delivery.ledger import Ledger, Worker
from newsletter.delivery.message import read_signer
from newsletter.delivery.message.dkim import KEY_VARIABLE
from newsletter.delivery.sending.office import Office
from newsletter.delivery.sending.templates import Templates
from newsletter.delivery.smtp import Relay
from newsletter.delivery.transports import AllowList
from newsletter.problems import Refused

if TYPE_CHECKING:
    from newsletter.settings import Settings
    from newsletter.store.register import Register


_TURN = 0.0005
"""Seconds a thread may compute while others wait: a lane that has its answer must not wait long for its turn (ten times
as quick as Python's own; a quarter more mails a second over four connections)."""


@contextmanager
def open_office(
    root: Path,
    settings: Settings,
    register: Register,
    *,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
    role: str,
    tell: Callable[[str, str], None],
) -> Iterator[Office]:
    """An office that has said it is here, and takes its leave. Raises Refused for a signing key that does not do."""
    delivery = settings.delivery
    dkim = delivery.dkim
    signer = read_signer(dkim.domain, dkim.selector, environ.get(KEY_VARIABLE)) if dkim else None
    worker = Worker(register, role=role, clock=clock)
    ledger = Ledger(register, worker, clock, rate=delivery.rate)
    _enlist(worker)
    patience = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield Office(
            root=root,
            ledger=ledger,
            worker=worker,
            templates=Templates(register, signer),
            relay=Relay.of(settings, environ, root),
            allow=AllowList.of(settings),
            clock=clock,
            connections=delivery.connections,
            per_domain=delivery.per_domain,
            retry_hours=delivery.retry_hours,
            tell=tell,
        )
    finally:
        sys.setswitchinterval(patience)
        _leave(worker, tell)
        ledger.close()


def _enlist(worker: Worker) -> None:
    from sqlalchemy import exc

    try:
        worker.enlist()
    except exc.OperationalError as error:
        first = str(error.orig).strip().partition("\n")[0]
        raise Refused(
            f"the register cannot be reached: {first}", "see that its database runs, then start again"
        ) from error


def _leave(worker: Worker, tell: Callable[[str, str], None]) -> None:
    """Take leave; while the register is away others see by themselves that this process has gone."""
    from sqlalchemy import exc

    try:
        worker.leave()
    except exc.DBAPIError:
        tell("warning", "the register cannot be reached, so nobody could be told that this process ends; all is well")
