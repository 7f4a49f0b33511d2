"""What a send says, read back from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from newsletter.delivery.letter import Letter, Sheet, digest_of
from newsletter.store.tables import send_editions, sends

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

_AT_ONCE = 100


def read_letter(connection: Connection, send_id: int) -> Letter:
    """What all mails of a send share."""
    return Letter.from_json(connection.execute(select(sends.c.letter).where(sends.c.id == send_id)).scalar_one())


def read_sheet(connection: Connection, send_id: int, edition: str) -> Sheet:
    """One edition of a send. Raises ValueError when it is not the one that was frozen."""
    one = (send_editions.c.send_id == send_id) & (send_editions.c.name == edition)
    row = connection.execute(select(send_editions.c.body, send_editions.c.digest).where(one)).one()
    return Sheet.unpacked(row.body, row.digest)


def write_sheets(connection: Connection, send_id: int, sheets: Mapping[str, Sheet]) -> None:
    """Keep the editions with the send, some at a time: there may be thousands."""
    rows = []
    for name in sheets:
        body = sheets[name].packed()
        rows.append({"send_id": send_id, "name": name, "digest": digest_of(body), "body": body})
        if len(rows) == _AT_ONCE:
            connection.execute(insert(send_editions), rows)
            rows.clear()
    if rows:
        connection.execute(insert(send_editions), rows)
