"""Finding industries by the words of their headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from newsletter.subscribers.industries.codes import compact

_SPELT = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
EXACT, PREFIX, WORD, BEGINNING, PART = range(5)
"""How well a code answers, the best first."""


def fold(text: str) -> str:
    """The text for comparing: small letters, and æ ø å spelt out, so that `rengoering` finds what `rengøring` does."""
    return unicodedata.normalize("NFC", text).casefold().translate(_SPELT)


def search(headings: Mapping[str, str], text: str) -> tuple[str, ...]:
    """The codes that answer to `text`, the best first.

    First the code itself, then codes below it, then headings that hold every word of it: as a whole word, as the
    beginning of one, anywhere. Among equals the broader industry comes first.
    """
    code, words = _code_in(text), [fold(word) for word in text.split()]
    found = []
    for place, (each, heading) in enumerate(headings.items()):
        rank = _rank(each, heading, code, words)
        if rank is not None:
            found.append((rank, len(each), place, each))
    return tuple(each for *_, each in sorted(found))


def _code_in(text: str) -> str:
    try:
        return compact(text)
    except ValueError:
        return ""


def _rank(each: str, heading: str, code: str, words: Iterable[str]) -> int | None:
    if code and each.startswith(code):
        return EXACT if each == code else PREFIX
    folded = fold(heading)
    ranks = [_rank_of_word(word, folded) for word in words]
    return max(ranks) if ranks and PART + 1 not in ranks else None


def _rank_of_word(word: str, heading: str) -> int:
    if word not in heading:
        return PART + 1
    if re.search(rf"\b{re.escape(word)}\b", heading):
        return WORD
    return BEGINNING if re.search(rf"\b{re.escape(word)}", heading) else PART
