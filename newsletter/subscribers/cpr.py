"""What looks like a CPR number. The check digits are not looked at: valid numbers without them exist since 2007."""

from __future__ import annotations

import re

_HIDDEN = "\u00ad\u200b-\u200f\u2060\ufeff"
_BLANK = r"[ \t\u00a0\u2000-\u200a\u202f]"
_DASH = r"[-_\u2010-\u2015\u2212\ufe63\uff0d]"
_CPR = re.compile(
    r"(?<!\d)(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])(?P<mark>[ .\u00a0-]?)(?:0[1-9]|1[0-2])(?P=mark)\d\d"
    rf"{_BLANK}{{0,3}}(?:{_DASH}{_BLANK}{{0,3}})?\d{{4}}(?!\d)"
)
_BEGINS = re.compile(r"[0-36-9][0-9][^0-9A-Za-z\n]{0,2}[01][0-9][^0-9A-Za-z\n]{0,2}[0-9]{2}").search
"""A quick look: where this finds nothing there is no CPR number. A list has a million rows."""
_INVISIBLE = re.compile(f"[{_HIDDEN}]")


def holds_cpr(text: str) -> bool:
    """Whether something in `text` looks like a CPR number. A P-number can look the same: know your column."""
    return _BEGINS(text) is not None and _CPR.search(_INVISIBLE.sub("", text)) is not None


def without_cpr(text: str) -> str:
    """The text, with each such number replaced by a word that says so."""
    return _CPR.sub("«CPR-nummer fjernet»", _INVISIBLE.sub("", text)) if holds_cpr(text) else text
