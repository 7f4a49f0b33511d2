"""The Danish municipalities, by code and by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from newsletter.subscribers.facts import rows

_SPELT = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "-": " "})
_LONG = 60
_SHORT_FORMS = {"nordfyn": "0480", "vesthimmerland": "0820"}
"""Two whose official name is itself a genitive."""


def municipality(text: str | int) -> str:
    """The four-digit code of a municipality by its name (`Aarhus`, `Århus Kommune`) or code (`0751`, `751`).

    Raises ValueError, with a guess, for what is none.
    """
    written = str(text).strip()
    if re.fullmatch(r"[0-9]{1,4}", written):
        code = written.zfill(4)
        if code in _names():
            return code
        raise ValueError(f"no municipality has the code {written}; write a name, or a code such as 0751 (Aarhus)")
    known, name = _codes(), _fold(written) if len(written) <= _LONG else ""
    if name in known:
        return known[name]
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {name_of(known[near[0]])!r}?" if near else "write a name, or a code such as 0751 (Aarhus)"
    raise ValueError(f"no municipality is called {written[:_LONG]!r}; {hint}")


def name_of(code: str) -> str:
    """The name of a four-digit code; empty for an unknown one."""
    return _names().get(code, "")


@cache
def _names() -> Mapping[str, str]:
    return {code: name for code, name, _region in rows("municipalities.tsv")}


@cache
def _codes() -> Mapping[str, str]:
    """Code by name, in both its forms: `københavn` and `københavns`."""
    names = {_fold(name): code for code, name in _names().items()}
    return {**_SHORT_FORMS, **{f"{name}s": code for name, code in names.items()}, **names}


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFC", name).casefold().translate(_SPELT)
    return re.sub(r" (regions)?kommune$", "", " ".join(plain.split()))
