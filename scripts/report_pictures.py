"""The pictures of docs/reports.md, drawn as a campaign's report draws them: `make pictures`.

They show the example that the tests use, and tests/golden/test_golden_charts.py fails when they no longer do.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from newsletter.campaigns.charts import chart_png

ROOT = Path(__file__).parents[1]


def pictures() -> Iterator[tuple[str, bytes]]:
    """Name in docs/pictures/, and what is in it."""
    sys.path.insert(0, str(ROOT / "tests"))
    report = import_module("report_kit").behind()
    yield "burn-up.png", chart_png(report)
    yield "industries.png", chart_png(report, "industries")


def main() -> None:
    """Write them."""
    for name, data in pictures():
        (ROOT / "docs" / "pictures" / name).write_bytes(data)


if __name__ == "__main__":
    main()
