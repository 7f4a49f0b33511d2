"""The form of an industry code: as people write it, as the register holds it, as it is printed. Text only."""

from __future__ import annotations

import re

LEVELS = {1: "section", 2: "division", 3: "group", 4: "class", 6: "subclass"}
"""Signs in a compact code → what it stands for."""

UNSTATED = frozenset({"", "000000", "999999"})
"""What CVR and Danmarks Statistik write where a company has no industry."""

_FORM = re.compile(r"[A-Z]|[0-9]{2}(?:\.?[0-9](?:[0-9](?:\.?[0-9]{2})?)?)?|[0-9]{5}")
_LOST_ZERO = 5
"""Only a six-digit code whose first zero a spreadsheet took has five digits."""
_LONG = 40


def compact(text: str) -> str:
    """The code without dots and spaces: `43.22.00` is 432200, `f` is F. Whether it exists is not asked here.

    Raises ValueError for what has not the form of a code.
    """
    written = "".join(text.split()).upper() if len(text) <= _LONG else ""
    if not _FORM.fullmatch(written):
        form = "write a section (F), a division (43), a class (43.22) or six digits (43.22.00)"
        raise ValueError(f"{shown(text)} is not an industry code; {form}")
    return written.zfill(6) if len(written) == _LOST_ZERO and "." not in written else written.replace(".", "")


def printed(code: str) -> str:
    """A compact code as people read it: `43.22.00`."""
    return ".".join(part for part in (code[:2], code[2:4], code[4:]) if part)


def shown(text: str) -> str:
    """A text in quotes, cut when it is long."""
    return repr(text if len(text) <= _LONG else text[:_LONG] + "…")


def after(code: str) -> str:
    """The first text that sorts after every code which begins with `code`; `A` after 99, since digits come first."""
    kept = code.rstrip("9")
    return kept[:-1] + str(int(kept[-1]) + 1) if kept else "A"
