"""Which tool made something: its version, and a mark that changes with its code and its libraries."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent


@cache
def fingerprint() -> str:
    """A mark of this tool on this machine: version, Python, and when its code and libraries last changed.

    Caches and the warm path go by it, so that nothing made by other code is ever taken for fresh. It never enters a
    sealed file.
    """
    from newsletter import __version__

    marks = [__version__, sys.version]
    for folder, _, names in os.walk(PACKAGE):
        if folder.endswith("__pycache__") or "/starter" in folder:
            continue
        for name in sorted(names):
            stat = os.stat(f"{folder}/{name}")
            marks.append(f"{name} {stat.st_mtime_ns} {stat.st_size}")
    marks.extend(str(os.stat(path).st_mtime_ns) for path in sys.path if path.endswith("-packages"))
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()
