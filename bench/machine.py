"""The machine that measured, without its name or paths."""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path


def machine_line() -> str:
    """Processor, cores, Python, system, the tool and the day, as one line."""
    facts = [
        _processor(),
        f"{os.cpu_count()} cores",
        f"Python {platform.python_version()}",
        platform.system(),
        f"newsletter {version('newsletter')}",
        date.today().isoformat(),  # noqa: DTZ011  # the day here
    ]
    return ", ".join(facts)


def _processor() -> str:
    """The model by its maker's name, as Linux tells it; else what Python knows."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
