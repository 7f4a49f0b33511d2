"""An issue that invites to the small workspace's meeting, and what came out of its mails."""

from __future__ import annotations

import base64
import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from delivery_kit import approved, worked
from register_kit import NOW
from sqlalchemy import select
from support import put

from newsletter.delivery.starting import Starting
from newsletter.store.tables import invitations, people
from newsletter.workspace import read_workspace

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage
    from pathlib import Path

    from newsletter.store.register import Register

INVITATION = "invitation"
EVENT_FILE = "content/events/morgenmoede.md"
ISSUE_FILE = "content/issues/{}.md"
TEXT = """\
---
subject: Invitation til morgenmøde på rådhuset
preheader: Kom til kaffe, og hør hvordan andre er kommet i gang
send: 2026-12-01 09:00
invites: morgenmoede
blocks:
  - lead: opening
  - event: morgenmoede
---
Hej {{ reader.first_name }}

Vi vil gerne invitere jer til morgenmøde på rådhuset. I kan svare ja eller nej lige her i mailen.
"""


def inviting(root: Path, name: str = INVITATION, *more: str) -> None:
    """Write an issue that invites; `more` are lines of its front matter."""
    put(root, ISSUE_FILE.format(name), TEXT.replace("blocks:", "\n".join([*more, "blocks:"]), 1))


def sent(root: Path, register: Register, name: str = INVITATION, *, now: datetime = NOW, where: Any = "smtp") -> int:
    """Build, approve, start and work the issue; the send's number."""
    approved(root, register, issue=name, now=now)
    send = Starting(read_workspace(root), register, name, where).start(now=now, actor="maja").send_id
    worked(root, register, send)
    return send


def mails(server: Any) -> dict[str, EmailMessage]:
    """What the relay took: the newest mail of each address."""
    found = {}
    for mail in server.accepted:
        (recipient,) = mail["recipients"]
        found[recipient] = message_from_bytes(base64.b64decode(mail["data"]), policy=policy.default)
    return found


def calendar_of(mail: Any) -> str:
    """The calendar part, unfolded."""
    (part,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
    return re.sub(r"\r?\n[ \t]", "", part.get_payload(decode=True).decode())


def invited(register: Register) -> dict[str, tuple[int, bool, str | None]]:
    """Address → sequence, whether it was called off, answer."""
    columns = people.c.address, invitations.c.sequence, invitations.c.cancelled_at, invitations.c.answer
    with register.read() as connection:
        rows = connection.execute(select(*columns).select_from(invitations.join(people))).all()
    return {row.address: (row.sequence, row.cancelled_at is not None, row.answer) for row in rows}
