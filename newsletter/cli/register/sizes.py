"""Sizes of files in words."""

from __future__ import annotations

_STEP = 1000


def size(number: int) -> str:
    """`512 bytes`, `7.2 kB`, `1.2 GB`."""
    if number < _STEP:
        return f"{number} bytes"
    amount, units = number / _STEP, ["kB", "MB", "GB"]
    while amount >= _STEP and len(units) > 1:
        amount, units = amount / _STEP, units[1:]
    return f"{amount:.1f} {units[0]}"
