"""The font's own tables: widths, and which characters can be drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from newsletter.campaigns.charts.lettering import BOLD, REGULAR, clip, face, font_file, legible, sound, width, wrap

ANY = st.text(st.characters(codec="utf-8"), max_size=60)


def test_the_font_has_what_danish_needs() -> None:
    needed = "æøåÆØÅéüabcxyz0123456789.,:;–−%§()«»“”’•…·→≥ \u00a0"
    assert [each for name in (REGULAR, BOLD) for each in needed if each not in face(name).steps] == []
    assert legible("Æblegrød på Ærø: −12,5 %") == "Æblegrød på Ærø: −12,5 %"


def test_widths_are_those_of_another_reader_of_fonts() -> None:
    """Within a hundredth: we do not count how letters close up to each other."""
    for name, bold in ((REGULAR, False), (BOLD, True)):
        font = ImageFont.truetype(str(font_file(name)), 1000, layout_engine=ImageFont.Layout.BASIC)
        for text in ("Bygge og anlæg", "0123456789", "uge 53", "fleksjobambassadør"):
            assert abs(width(text, 1000, bold=bold) - font.getlength(text)) < 0.02 * font.getlength(text)


def test_what_the_font_lacks_is_a_square_and_what_nobody_sees_is_gone() -> None:
    assert legible("a\u200bb\u00adc\x00d\ufeff 日\ufe0f e\u0301\n\tf") == "abcd ■ é f"
    assert legible("20‑30 ● mål") == "20-30 • mål"


@given(ANY)
def test_any_text_becomes_one_line_of_letters_the_font_has(text: str) -> None:
    made = legible(text)
    assert legible(made) == made
    assert all(each in face(REGULAR).steps for each in made)
    assert "\n" not in made


@given(ANY, st.floats(10, 300))
def test_a_clipped_text_fits_and_begins_as_it_did(text: str, room: float) -> None:
    text = legible(text)
    made = clip(text, 14, room)
    assert width(made, 14) <= max(room, width("…", 14))
    assert made == text or (made.endswith("…") and text.startswith(made[:-1]))


@given(ANY, st.floats(60, 300), st.integers(1, 3))
def test_wrapped_lines_fit_and_are_few(text: str, room: float, lines: int) -> None:
    made = wrap(text, 14, room, lines=lines)
    assert 1 <= len(made) <= lines
    assert all(width(each, 14) <= room for each in made)
    if not any("…" in each for each in made):
        assert " ".join(made).split() == legible(text).split()


def test_control_characters_and_half_pairs_never_reach_a_file() -> None:
    assert sound("a\x00b\x1bc\ud800d\ufffee\nf") == "abcde\nf"
