"""What fingers make of mail addresses, and what was meant."""

from __future__ import annotations

import re

_MEANT = {
    "gmail.com": "gamil gmial gmal gmaill gmali gmaiil gnail gmai gmil gmailc ggmail gmeil gamail",
    "hotmail.com": "hotmial hotmal hotmil hotmai hotmaill hotnail homtail htomail hotamil hormail hotmali hotmeil",
    "outlook.com": "outlok outloo outlock outllook outlool oulook outloook otlook",
    "live.com": "liev",
    "yahoo.com": "yaho yahooo yhaoo yaoo",
    "icloud.com": "iclod icoud iclould icluod icloid",
}
"""Domain → how its first label is mistyped, with any of the endings below."""
_CUT_ENDINGS = ("gmail.co", "gmail.cm", "gmail.om", "gmail.c", "gmail.dk", "hotmail.co", "hotmail.cm", "outlook.co")

SLIPS: dict[str, str] = {
    f"{wrong}.{ending}": meant if ending == "com" else meant.replace(".com", f".{ending}")
    for meant, wrongs in _MEANT.items()
    for wrong in wrongs.split()
    for ending in ("com", "dk")
} | {wrong: f"{wrong.partition('.')[0]}.com" for wrong in _CUT_ENDINGS}
"""Mistyped domain → what was meant. Only what is hardly anybody's real domain."""
for _first in ("gmail", "icloud"):
    SLIPS.update({wrong: f"{_first}.com" for wrong, meant in SLIPS.items() if meant == f"{_first}.dk"})

_ENDINGS = {".con": ".com", ".cpm": ".com", ".cmo": ".com", ".ocm": ".com", ".comm": ".com", ".xom": ".com"}
_ENDINGS |= {".vom": ".com", ".kd": ".dk", ".dkk": ".dk", ".ddk": ".dk", ".dk.dk": ".dk", ".ogr": ".org"}
WRONG_ENDINGS = tuple(_ENDINGS)
"""Endings that do not exist, or that nobody means."""

_KNOWN_ENDINGS = ("com", "dk", "net", "org", "eu", "nu", "info")
_FIRST = r"[^\s@,;<>\"]+"
_PARTS = re.compile(r"[\s,;|/]+")
_COMMA = re.compile(rf"{_FIRST}(,\w+)?@[\w.-]+(,\w+)+|{_FIRST},\w+@[\w.-]+\.\w+")


def guess_address(text: str) -> str:
    """What to tell about a text that is nearly an address, with the cure after `; `; nothing when no slip is known."""
    if sum("@" in part for part in _PARTS.split(text)) > 1:
        return "two addresses stand in one cell; write each in a row of its own"
    for reason, meant in ((reason, mend(text)) for reason, mend in _MENDS):
        if meant and meant != text:
            return f"{reason}; write {_mended(meant)} if that is meant"
    return ""


def _mended(text: str) -> str:
    """The guess with the other slips in it mended as well."""
    for _, mend in _MENDS:
        text = mend(text) or text
    return text


def _slip(text: str) -> str:
    local, _, domain = text.rpartition("@")
    meant = SLIPS.get(domain.lower())
    return f"{local}@{meant}" if local and meant else ""


def _ending(text: str) -> str:
    found = next((wrong for wrong in WRONG_ENDINGS if text.lower().endswith(wrong)), None)
    return f"{text[: -len(found)]}{_ENDINGS[found]}" if found and "@" in text else ""


def _comma(text: str) -> str:
    return text.replace(",", ".") if _COMMA.fullmatch(text) else ""


def _missing_dot(text: str) -> str:
    ends = "|".join(_KNOWN_ENDINGS)
    match = re.fullmatch(rf"({_FIRST}@\w[\w-]+?)({ends})", text, re.IGNORECASE)
    return f"{match[1]}.{match[2]}" if match else ""


def _doubled(text: str) -> str:
    return re.sub(r"([.@])\1+", r"\1", text) if re.fullmatch(rf"{_FIRST}@+{_FIRST}", text) else ""


def _space(text: str) -> str:
    """Joined where the space stands beside the @ or a dot; between two words it may be anything."""
    return "" if re.search(r"[^\s@.]\s+[^\s@.]", text) or "@" not in text else re.sub(r"\s+", "", text)


_MENDS = (
    ("a space stands in the address", _space),
    ("a comma stands where a dot is meant", _comma),
    ("a sign stands twice", _doubled),
    ("the dot before the ending is missing", _missing_dot),
    ("the ending of the domain is mistyped", _ending),
    ("the domain is mistyped", _slip),
)
