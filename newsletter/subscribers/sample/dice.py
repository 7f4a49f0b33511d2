"""Chance that is the same for the same seed, and quick: a large sample throws twenty million times."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


class Dice:
    """Throws of one seed, in order."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - invented, not secret
        self.throw = self._random.random
        """A number from 0 up to, but not with, 1."""

    def often(self, share: float) -> bool:
        """True as often as the share says."""
        return self.throw() < share

    def between(self, least: int, most: int) -> int:
        """A number from least to most."""
        return least + int(self.throw() * (most - least + 1))

    def pick(self, among: Sequence[Thing]) -> Thing:
        """One of some, each as likely."""
        return among[int(self.throw() * len(among))]

    def weighed(self, among: Sequence[Thing], steps: Sequence[int]) -> Thing:
        """One of some, by the running sums of their weights."""
        return among[bisect_right(steps, self.throw() * steps[-1])]

    def some(self, among: Sequence[Thing], number: int) -> list[Thing]:
        """So many different ones, or all when there are fewer."""
        return self._random.sample(among, min(number, len(among)))
