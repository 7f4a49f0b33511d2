"""How wide a text is, and which of its characters can be drawn: read from the font's own tables."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

FAMILY = "Source Sans Pro"
REGULAR, BOLD = "SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf"
_UNKNOWN = "■"
_ALIKE = {"‐": "-", "‑": "-", "●": "•"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Face:
    """One style of the font: how far each character goes, of an em."""

    steps: Mapping[str, float]


def font_file(name: str) -> Path:
    """Where the font package put one of its files."""
    return Path(str(files("font_source_sans_pro"))) / "files" / name


@cache
def face(name: str = REGULAR) -> Face:
    """The measures of a font file (OpenType: tables head, hhea, hmtx and cmap)."""
    data = font_file(name).read_bytes()
    count = struct.unpack_from(">H", data, 4)[0]
    entries = (struct.unpack_from(">4s4xL", data, 12 + 16 * entry) for entry in range(count))
    at = {tag.decode("latin-1"): offset for tag, offset in entries}
    em = struct.unpack_from(">H", data, at["head"] + 18)[0]
    wide = struct.unpack_from(">H", data, at["hhea"] + 34)[0]
    steps = struct.unpack_from(">" + "H2x" * wide, data, at["hmtx"])
    return Face(
        steps={chr(code): steps[min(glyph, wide - 1)] / em for code, glyph in _glyphs(data, at["cmap"]) if glyph}
    )


def _glyphs(data: bytes, cmap: int) -> list[tuple[int, int]]:
    """Character and its glyph, from the table for all of Unicode (platform 3, encoding 10, format 12)."""
    count = struct.unpack_from(">H", data, cmap + 2)[0]
    tables = (struct.unpack_from(">HHL", data, cmap + 4 + 8 * entry) for entry in range(count))
    table = cmap + next(offset for platform, encoding, offset in tables if (platform, encoding) == (3, 10))
    groups = struct.unpack_from(">L", data, table + 12)[0]
    spans = (struct.unpack_from(">LLL", data, table + 16 + 12 * group) for group in range(groups))
    return [(code, glyph + code - first) for first, last, glyph in spans for code in range(first, last + 1)]


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is at a size."""
    steps = face(BOLD if bold else REGULAR).steps
    return sum(steps.get(character, 0.7) for character in text) * size


def sound(text: str) -> str:
    """The text without what XML forbids: control characters and halves of pairs."""
    kept = (each for each in text if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs"))
    return "".join(each for each in kept if each not in "\ufffe\uffff")


def legible(text: str) -> str:
    """The text in characters the font has, on one line; what it lacks becomes a black square."""
    shown = (_legible(character) for character in unicodedata.normalize("NFC", text))
    return " ".join("".join(shown).split())


@cache
def _legible(character: str) -> str:
    character = _ALIKE.get(character, character)
    kind = unicodedata.category(character)
    if character.isspace():
        return character if character == "\u00a0" else " "
    if kind in ("Cc", "Cf"):
        return ""
    if all(character in face(name).steps for name in (REGULAR, BOLD)):
        return character
    return "" if kind.startswith("M") else _UNKNOWN


def clip(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it would not fit."""
    if width(text, size, bold=bold) <= room:
        return text
    end = len(text)
    while end and width(text[:end].rstrip() + "…", size, bold=bold) > room:
        end -= 1
    return text[:end].rstrip() + "…"


def wrap(text: str, size: float, room: float, *, lines: int = 99, bold: bool = False) -> list[str]:
    """The text in lines that fit; the last is cut where there are more."""
    words, found = legible(text).split(" "), [""]
    for position, word in enumerate(words):
        longer = f"{found[-1]} {word}".strip()
        if not found[-1] or width(longer, size, bold=bold) <= room:
            found[-1] = longer
        elif len(found) < lines:
            found.append(word)
        else:
            found[-1] = " ".join([found[-1], *words[position:]])
            break
    return [clip(each, size, room, bold=bold) for each in found]
