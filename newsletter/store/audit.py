"""Who did what: the audit log. It names people and companies by number only."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import insert

from newsletter.store.tables import audit

if TYPE_CHECKING:
    from sqlalchemy import Connection

About = Literal["person", "company", "register", "segment", "send"]


def note(
    connection: Connection,
    *,
    now: datetime,
    actor: str,
    action: str,
    about: About,
    about_id: int | None = None,
    **detail: Any,
) -> None:
    """Write a line of the audit log. `detail` are plain JSON values: no name and no address."""
    values = {"at": now, "actor": actor, "action": action, "about": about, "about_id": about_id}
    connection.execute(insert(audit).values(**values, detail=json.dumps(detail, ensure_ascii=False, sort_keys=True)))
