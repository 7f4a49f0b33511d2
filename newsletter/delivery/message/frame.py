"""A text of fixed stretches and holes: what is fixed is joined once, and filling the holes costs one join."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple


class Hole(NamedTuple):
    """A place for one reader's value."""

    name: str
    put: Callable[[str], bytes]
    """The value as it stands there: escaped, encoded."""


class Frame:
    """Fixed bytes with holes."""

    __slots__ = ("_groups", "_parts")

    def __init__(self, pieces: Iterable[bytes | Hole]) -> None:
        parts: list[bytes] = [b""]
        groups: dict[Hole, list[int]] = {}
        for piece in pieces:
            if isinstance(piece, Hole):
                groups.setdefault(piece, []).append(len(parts))
                parts += [b"", b""]
            else:
                parts[-1] += piece
        self._parts = parts
        self._groups = [(name, put, tuple(places)) for (name, put), places in groups.items()]

    def fill(self, values: Mapping[str, str]) -> bytes:
        """All of it with these values; each is made ready once for all holes that want it in the same way."""
        parts = self._parts.copy()
        for name, put, places in self._groups:
            made = put(values[name])
            for place in places:
                parts[place] = made
        return b"".join(parts)
