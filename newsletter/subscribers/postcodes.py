"""Postcodes in rules: one, or a range of them."""

from __future__ import annotations

import re


def postcodes(text: str) -> tuple[str, str]:
    """First and last postcode of `8000` or `8000-8299`. Raises ValueError for what is neither."""
    found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{4}))?", text)
    if not found:
        raise ValueError(f"{text!r} is not a postcode; write four digits, or a range such as 8000-8299")
    first, last = found[1], found[2] or found[1]
    if last < first:
        raise ValueError(f"the range {text} runs backwards; write {last}-{first}")
    return first, last
