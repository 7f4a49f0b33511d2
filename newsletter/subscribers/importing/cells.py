"""What spreadsheets do to cells: what looks like a formula is made harmless when written, and undone when read."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_SHIELDED = re.compile(r"'+[=+\-@\t\r]")
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
EXCEL_ERRORS = frozenset(
    (
        *("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"),
        *("#I/T", "#REFERENCE!", "#NAVN?", "#VÆRDI!", "#DIVISION/0!", "#NUL!", "########"),
    )
)
"""What Excel shows, in English and Danish, where a formula failed."""


def harmless(cell: str) -> str:
    """The cell as it can be written to a file that a spreadsheet opens: no text is run as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """The cell as it was before `harmless`, or before Excel was told with `="…"` that it is text."""
    if _SHIELDED.match(cell):
        return cell[1:]
    text = _TEXT_FORMULA.fullmatch(cell)
    return text[1] if text else cell
