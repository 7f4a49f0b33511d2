"""What a status mail says, and how it is made: by the layout, in the workspace's colours, with the picture inside."""

from __future__ import annotations

import os
import re
import shutil
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from report_kit import EXAMPLES, behind, english, line, no_target, on_track, report
from support import REPOSITORY, edit, put

from newsletter.campaigns.status import status_of
from newsletter.delivery.notices.mime import to_bytes
from newsletter.delivery.reporting.sending import Occasion, _notice, compose
from newsletter.problems import Invalid
from newsletter.workspace import read_workspace

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_report_makes_a_mail_that_can_be_read_in_both_forms(root, name):
    """Nothing is left of the layout, and what the HTML says the text says too."""
    told = EXAMPLES[name]()
    written = compose(read_workspace(root), told)
    status = status_of(told)
    for part in (written.mail.html, written.mail.text):
        assert "{{" not in part
        assert "@@" not in part
    for sentence in (status.headline, status.picture, *status.behind, *status.proposals):
        assert sentence in written.mail.text
    assert f'lang="{told.language}"' in written.mail.html or told.language == "en"
    assert bool(written.pictures) is bool(told.burn_up)


@pytest.mark.parametrize("made", [behind, english], ids=["da", "en"])
def test_the_whole_text(root, made):
    if made is english:
        edit(root, "newsletter.yml", "title: Nyt\n", "title: Nyt\nlanguage: en\n")
    path = HERE / "golden" / f"{made.__name__}.txt"
    written = compose(read_workspace(root), made())
    text = f"{written.subject}\n\n{written.mail.text}"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def test_three_numbers_the_visits_first_each_with_its_state_in_words():
    """Colour says nothing alone."""
    numbers = status_of(on_track()).numbers
    assert [(each.value, each.of, each.label, each.state) for each in numbers] == [
        ("58", "af 120", "Besøg", "følger planen"),
        ("81,5\u00a0%", "(målet er 90\u00a0%)", "Opfølgning til tiden", "bagud"),
        ("9", "af 25", "Aftaler", "bagud"),
    ]
    assert [each.expected for each in numbers] == ["efter planen 54 nu", None, "efter planen 14 nu"]


def test_a_share_of_nothing_yet_is_a_dash():
    told = report(lines=(line("follow_up", "Opfølgning", 90, 0, unit="percent", of=0),))
    assert status_of(told).numbers[0].value == "–"


def test_the_furthest_behind_come_first_and_months_that_are_over_not_at_all():
    late = status_of(behind()).behind
    assert late[0] == "Besøg, 50-199 ansatte: 5 af 20; efter planen 11 nu"
    assert not any("november" in each or "oktober" in each for each in late)
    assert len(late) == 7
    assert late[-1] == "… og 3 til, som står i rapporten"


def test_without_anything_behind_the_heading_is_left_out(root):
    told = report(lines=on_track().lines[:1], proposals=())
    text = compose(read_workspace(root), told).mail.text
    assert "Her er vi bagud" not in text
    assert "Det foreslår vi" not in text


def test_the_picture_says_in_words_what_it_shows(root):
    written = compose(read_workspace(root), behind())
    (picture,) = written.pictures
    (image,) = re.findall(r"<img[^>]*>", written.mail.html)
    assert 'src="cid:burn-up@status"' in image
    assert f'alt="{status_of(behind()).picture}"' in image
    assert picture.data.startswith(b"\x89PNG")
    assert compose(read_workspace(root), no_target()).pictures == ()


def test_the_mail_holds_text_html_and_picture_and_the_same_report_gives_the_same_bytes(root):
    workspace = read_workspace(root)
    occasion = Occasion(campaign="besoeg", as_of=behind().as_of, when="2027-02")
    made = [_notice(workspace, occasion, "service", compose(workspace, behind())) for _ in range(2)]
    date = datetime(2027, 2, 1, 8, tzinfo=workspace.settings.zone)
    first, second = (to_bytes(each, workspace.settings, date) for each in made)
    assert first == second
    mail = message_from_bytes(first, policy=policy.default)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    assert mail["Auto-Submitted"] == "auto-generated"


class TestLayout:
    def test_a_workspace_with_layouts_of_its_own_has_its_own_mail(self, root):
        shutil.rmtree(root / "layouts")
        shutil.copytree(REPOSITORY / "layouts", root / "layouts")
        edit(root, "layouts/text/status.txt.j2", "Det foreslår vi", "Det gør vi nu")
        assert "Det gør vi nu" in compose(read_workspace(root), behind()).mail.text

    def test_an_older_workspace_has_the_starters_in_its_own_colours(self, root):
        assert not (root / "layouts/status.mjml.j2").exists()
        edit(root, "layouts/theme.yml", 'heading: "#0b5563"', 'heading: "#123456"')
        assert "#123456" in compose(read_workspace(root), behind()).mail.html

    def test_what_is_wrong_in_it_has_its_place(self, root):
        put(root, "layouts/status.mjml.j2", "<mjml><mj-body><mj-sektion></mj-sektion></mj-body></mjml>\n")
        put(root, "layouts/text/status.txt.j2", "{{ status.title }}\n{{ status.nonsense }}\n")
        with pytest.raises(Invalid) as invalid:
            compose(read_workspace(root), behind())
        assert "layouts/status.mjml.j2:1" in str(invalid.value)
        put(root, "layouts/status.mjml.j2", (REPOSITORY / "layouts/status.mjml.j2").read_text("utf-8"))
        for name in ("parts.mjml.j2", "style.css.j2", "text/parts.txt.j2"):
            put(root, f"layouts/{name}", (REPOSITORY / "layouts" / name).read_text("utf-8"))
        with pytest.raises(Invalid, match=r"layouts/text/status\.txt\.j2:2"):
            compose(read_workspace(root), behind())

    def test_a_change_of_it_changes_no_letter(self, root):
        from newsletter.build.pipeline import Builder

        put(root, "layouts/status.mjml.j2", "<mjml></mjml>\n")
        before = Builder(root, keep=False).build()
        put(root, "layouts/status.mjml.j2", "<mjml> </mjml>\n")
        after = Builder(root, keep=False).build()
        assert [each["digest"] for each in before["issues"]] == [each["digest"] for each in after["issues"]]
        assert all(each["digest"] for each in after["issues"])
