"""Write docs/checks.md from the rules. A test fails while the two differ."""  # noqa: INP001  # a script, no package

from __future__ import annotations

from pathlib import Path

from newsletter.checks.document import as_markdown

if __name__ == "__main__":
    Path(__file__).parents[1].joinpath("docs", "checks.md").write_text(as_markdown(), encoding="utf-8")
