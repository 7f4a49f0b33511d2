"""Measuring: acts in alternating rounds, in this process or in a child, and medians of what they spent."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What one run of an act took: seconds on the clock, seconds of the processor, and its highest memory in bytes."""

    wall: float
    cpu: float
    peak: int = 0


ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""For children: as on a person's machine, where Python keeps what it has compiled."""

Act = Callable[[], Spent]
"""Prepares what it needs, then measures one run."""


def here(work: Callable[[], object]) -> Spent:
    """Run in this process. Rubbish of earlier runs is cleared first, and what is left of them is not looked through."""
    gc.collect()
    gc.freeze()
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    spent = Spent(wall=time.perf_counter() - wall, cpu=time.process_time() - cpu)
    gc.unfreeze()
    return spent


def child(command: Sequence[str], folder: Path) -> Spent:
    """Run a command in a process of its own, its output thrown away. Raises RuntimeError when it fails."""
    start = time.perf_counter()
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=nowhere, stderr=nowhere) as process:
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} left with {process.returncode}")
    return Spent(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss * 1024)


def forget() -> None:
    """Clear all that the package keeps in memory between builds, so that a cold run is cold in every round."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "newsletter":
            for value in list(vars(module).values()):
                if callable(getattr(value, "cache_clear", None)):
                    value.cache_clear()


class Rounds:
    """The acts by name, run one after the other, round after round; the first round warms the disk and is forgotten."""

    def __init__(self, number: int, acts: Mapping[str, Act]) -> None:
        self.spent: dict[str, list[Spent]] = {name: [] for name in acts}
        for turn in range(number + 1):
            for name, act in acts.items():
                spent = act()
                if turn:
                    self.spent[name].append(spent)

    def wall(self, name: str) -> float:
        """Median seconds on the clock."""
        return median(each.wall for each in self.spent[name])

    def cpu(self, name: str) -> float:
        """Median seconds of the processor."""
        return median(each.cpu for each in self.spent[name])

    def ratio(self, name: str, base: str, of: Callable[[Spent], float] = lambda spent: spent.wall) -> float:
        """Median of the rounds' ratios: `name` to `base` of the same round."""
        pairs = zip(self.spent[name], self.spent[base], strict=True)
        return median(of(spent) / of(other) for spent, other in pairs)


def cpu_of(spent: Spent) -> float:
    """Seconds of the processor, for `Rounds.ratio`."""
    return spent.cpu
