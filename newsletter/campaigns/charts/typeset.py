"""Pictures and pages by Typst: in this process, with no browser, no font of the machine, no file but the font's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from newsletter.campaigns.charts.form import Form
from newsletter.campaigns.charts.lettering import BOLD, REGULAR, font_file

if TYPE_CHECKING:
    from datetime import date

    from typst import Compiler

_PICTURE = """\
#let given = json(bytes(sys.inputs.given))
#set page(width: given.width * 1pt, height: auto, margin: 0pt, fill: white)
#image(bytes(given.svg), format: "svg", width: 100%)
"""


@contextmanager
def _compiler() -> Iterator[Compiler]:
    """A compiler in an empty folder. The fonts are two files by name: a folder's order is not the same everywhere."""
    from typst import Compiler, Fonts

    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name in (REGULAR, BOLD):
            shutil.copyfile(font_file(name), Path(folder) / name)
        fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        yield Compiler(root=folder, font_paths=fonts, package_path=folder, package_cache_path=folder)


def png(svg: str, form: Form) -> bytes:
    """A chart as a PNG, with the form's number of pixels."""
    given = json.dumps({"svg": svg, "width": form.width})
    with _compiler() as compiler:
        made = compiler.compile(_PICTURE.encode(), format="png", ppi=72 * form.scale, sys_inputs={"given": given})
    assert isinstance(made, bytes)
    return made


def pdf(source: str, given: Mapping[str, Any], as_of: date) -> bytes:
    """A tagged PDF (PDF/UA-1). What people wrote travels as data, never as markup."""
    at = datetime.combine(as_of, time(12), UTC)
    inputs = {"given": json.dumps(given, ensure_ascii=False)}
    with _compiler() as compiler:
        made = compiler.compile(source.encode(), format="pdf", pdf_standards=["ua-1"], timestamp=at, sys_inputs=inputs)
    assert isinstance(made, bytes)
    return made
