"""Pictures are there, and say what they show. The body of a test file begins on line 6."""

from __future__ import annotations

import pytest
from checks_kit import a_file, places, said

PHOTO = 'photo: {{file: {}, alt: "{}", credit: Os}}\n'


@pytest.mark.parametrize(
    ("body", "extra"),
    [
        ("![Tre kolleger](a.png)", ""),
        ("`![](a.png)`", ""),
        ("<!-- ![](a.png) -->", ""),
        ("", PHOTO.format("a.png", "")),
    ],
)
def test_a_description_or_a_photo_that_decorates_passes(body, extra):
    assert said("alt-missing", a_file(body, extra)) == []


def test_pictures_without_description_are_refused():
    assert said("alt-missing", a_file("Før `![](a.png)` ![](a.png) ![Skilt](a.png)\n![ ](b.png)")) == [
        "6:18 the picture a.png has no description",
        "7:1 the picture b.png has no description",
    ]


@pytest.mark.parametrize("alt", ["Tre kolleger ved et bord", "Billede af tre kolleger", "Foto 1 viser en bager", ""])
def test_a_description_that_says_something_passes(alt):
    assert said("alt-file-name", a_file(f"![{alt}](a.png)", PHOTO.format("b.png", alt))) == []


@pytest.mark.parametrize(
    "alt", ["moede.png", "MOEDE", "IMG_2041.jpg", "img 2041", "DSC-0001", "billede", "Foto.", "logo"]
)
def test_a_description_that_is_a_file_name_is_warned_about(alt):
    subject = a_file(f"![{alt}](../images/moede.png)", PHOTO.format("moede.png", alt))
    assert places("alt-file-name", subject) == ["5:31", "7:1"]


@pytest.mark.parametrize(
    "src", ["moede.png", "../images/moede.png", "/content/images/moede.png", "images/moede.png", "https://a.dk/b.png"]
)
def test_a_picture_that_is_there_passes(src):
    subject = a_file(f"![x]({src})", PHOTO.format("moede.png", "x"), images=("moede.png",))
    assert said("picture-unknown", subject) == []


def test_pictures_that_are_not_there_are_refused_with_a_guess():
    from newsletter.checks.run import check_item

    body = "![x](moede.png) ![x](../images/mode.png)\n![x](<to ord.png>) ![x](helt-andet.jpg)"
    subject = a_file(body, PHOTO.format("møde.png", "x"), images=("moede.png",))
    problems = [problem for problem in check_item(subject) if problem.code == "picture-unknown"]
    assert [(problem.line, problem.column, problem.hint) for problem in problems] == [
        (5, 15, "did you mean 'moede.png'?"),
        (7, 17, "did you mean 'moede.png'?"),
        (8, 1, "rename the file: a-z, 0-9, - and a full stop before its ending"),
        (8, 20, "put the file into content/images/, with the same name as here"),
    ]


@pytest.mark.parametrize("body", ["![x](a.png)", "[x](https://a.dk/b.png)", "`![x](https://a.dk/b.png)`"])
def test_own_pictures_pass(body):
    assert said("picture-elsewhere", a_file(body)) == []


def test_pictures_of_other_servers_are_warned_about():
    assert said("picture-elsewhere", a_file("![x](https://a.dk/b.png)\n\n![y](http://a.dk/c.png)")) == [
        "6:1 the picture https://a.dk/b.png lies on another server",
        "8:1 the picture http://a.dk/c.png lies on another server",
    ]
