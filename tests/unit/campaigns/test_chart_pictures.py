"""PNG for mails and slides: their size, the same bytes each time, and nothing of this machine in them."""

from __future__ import annotations

import io
import subprocess
import sys
import time

import pytest
import report_kit
from PIL import Image

from newsletter.campaigns.charts import chart_png
from newsletter.campaigns.charts.form import SLIDE


def test_a_mails_picture_is_drawn_at_twice_its_width_and_a_slide_fills_the_screen() -> None:
    report = report_kit.many_industries()
    mail, slide = (Image.open(io.BytesIO(each)) for each in (chart_png(report), chart_png(report, form=SLIDE)))
    assert (mail.format, mail.width, slide.size) == ("PNG", 1200, (1920, 1080))
    assert Image.open(io.BytesIO(chart_png(report, "industries", SLIDE))).size == (1920, 1080)


def test_letters_are_drawn() -> None:
    """A picture without the font would have no dark spot where its headline is."""
    picture = Image.open(io.BytesIO(chart_png(report_kit.behind()))).convert("L")
    assert min(picture.crop((30, 30, 340, 80)).get_flattened_data()) < 80


def test_the_same_report_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import sys, hashlib, report_kit; from newsletter.campaigns.charts import chart_png;"
        "print(hashlib.sha256(chart_png(report_kit.on_track())).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": seed},
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(made) == 1


@pytest.mark.parametrize("example", report_kit.EXAMPLES)
def test_every_example_becomes_a_picture_quickly(example: str) -> None:
    """Well under a second; about 0.05 s on a plain machine."""
    report = report_kit.EXAMPLES[example]()
    began = time.perf_counter()
    assert chart_png(report).startswith(b"\x89PNG")
    assert chart_png(report, "industries").startswith(b"\x89PNG")
    assert time.perf_counter() - began < 2


def test_charts_are_named_without_opening_what_draws_them() -> None:
    """The commands must start quickly: Typst and openpyxl are opened only when something is drawn."""
    script = (
        "import sys; import newsletter.campaigns.charts, newsletter.campaigns.documents;"
        "print([name for name in ('typst', 'openpyxl', 'babel', 'font_source_sans_pro') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"
