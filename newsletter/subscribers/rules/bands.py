"""CVR's bands of employees, as rules name them and as the register holds them: by their lower ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from newsletter.subscribers.segments import Band

BANDS: tuple[str, ...] = get_args(Band)
_LOWER = tuple(int(band.rstrip("+").partition("-")[0]) for band in BANDS)
NO_LIMIT = 32_767
"""More employees than anybody has: the upper end of the open band, and of the column."""


def limits(band: str) -> tuple[int, int]:
    """The employees of a band: from, up to but not with."""
    place = BANDS.index(band)
    return _LOWER[place], (*_LOWER, NO_LIMIT)[place + 1]


def merged(bands: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The bands as few ranges: neighbours are one."""
    run: tuple[int, int] | None = None
    for low, high in sorted(map(limits, bands)):
        if run and low <= run[1]:
            run = run[0], high
            continue
        if run:
            yield run
        run = low, high
    if run:
        yield run
