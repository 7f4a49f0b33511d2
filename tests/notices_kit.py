"""An automatic mail, and ways to send it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from smtp_kit import SOON
from sqlalchemy import select

from newsletter.delivery.notices import Notice, Recipient, open_posting
from newsletter.delivery.notices.rows import claim, end
from newsletter.settings import read_settings
from newsletter.store.tables import notices

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsletter.delivery.notices import Posting
    from newsletter.store.register import Register

MORNING = datetime(2027, 1, 5, 6, 30, tzinfo=UTC)
KEYS = ("reminder/anna/2027-01-05", "reminder/bo/2027-01-05", "status/besoeg/2027-01/anna")
ANNA = Recipient(address="anna@kommune.example", name="Anna Åkjær", contact="anna-eksempel")


def a_notice(key: str = "reminder/anna-eksempel/2027-01-05", **facts: Any) -> Notice:
    """A reminder to Anna."""
    text, html = (
        "Hej Anna\n.\n..æøå\n",
        "<!DOCTYPE html>\n<html lang=da><title>x</title><p>Hej Anna på æøå</p></html>\n",
    )
    usual = {"kind": "reminder", "to": ANNA, "subject": "Påmindelse: 2 opfølgninger", "text": text, "html": html}
    return Notice(key=key, **{**usual, **facts})


@contextmanager
def posting(
    root: Path, register: Register, *, really: bool = True, now: datetime = MORNING, **facts: Any
) -> Iterator[Posting]:
    """A way to send, with short waits."""
    facts = {"environ": {}, "clock": lambda: now, "timeouts": SOON, **facts}
    with open_posting(root, read_settings(root), register, really=really, **facts) as found:
        yield found


def states(register: Register) -> dict[str, str]:
    """Each key's state."""
    with register.read() as connection:
        return {row.key: row.state for row in connection.execute(select(notices.c.key, notices.c.state))}


def perhaps_sent(register: Register) -> None:
    """Three mails of that morning in doubt, the last by somebody who has gone; and one that is there."""
    with register.write() as connection:
        for key in KEYS:
            number = claim(connection, a_notice(key), MORNING)
            if key != KEYS[2]:
                end(connection, number or 0, "in_doubt", "perhaps sent", MORNING)
        number = claim(connection, a_notice("reminder/there"), MORNING)
        end(connection, number or 0, "accepted", "250 ok", MORNING)
