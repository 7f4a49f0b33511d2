"""What `newsletter run` says: plain lines, or JSON for programs. No address stands in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

Form = Literal["plain", "json"]


def log_line(level: str, text: str, at: datetime, form: Form, zone: ZoneInfo) -> str:
    """One line of the log: `2027-01-05 09:00:01 info 2027-01 goes out to 412 readers`."""
    if form == "json":
        return json.dumps({"at": at.isoformat(), "level": level, "text": text}, ensure_ascii=False)
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S} {level} " + text.replace("\n", " ")


def logger(
    write: Callable[[str], None], clock: Callable[[], datetime], form: Form, zone: ZoneInfo
) -> Callable[[str, str], None]:
    """Something to tell a level and a text."""

    def tell(level: str, text: str) -> None:
        write(log_line(level, text, clock(), form, zone))

    return tell
