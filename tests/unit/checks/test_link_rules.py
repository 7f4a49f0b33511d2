"""Links say where they lead, and lead there. The body of a test file begins on line 6."""

from __future__ import annotations

import pytest
from checks_kit import a_file, places, said, shown

LINK = "link: {{text: {}, url: {}}}\n"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[Læs om fleksjob](https://a.dk)",
        "[Her bor vi](https://a.dk)",
        "[nyt@eksempel.example](mailto:nyt@eksempel.example)",
        "<nyt@eksempel.example>",
        "[virk.dk](https://virk.dk)",
        "[![Et skilt ved døren](a.png)](https://a.dk)",
        "`[her](https://a.dk)`",
        "```\n[her](https://a.dk)\n```",
        "<!-- [her](https://a.dk) -->",
        "[ ](https://a.dk)",
    ],
)
def test_a_link_text_that_says_something_passes(body):
    assert said("link-text", a_file(body)) == []


@pytest.mark.parametrize(
    "words",
    [
        *(
            "klik her",
            "Klik her!",
            "her",
            "HER",
            "link",
            "dette link",
            "læs mere",
            "Læs mere her …",
            "se mere →",
            "mere",
        ),
        *("siden", "denne side", "få mere at vide", "læs videre", "**her**", "hent", "mere information"),
        *("click here", "here", "read more", "More", "this link", "learn more", "find out more", "this page"),
        *("https://virk.dk", "http://virk.dk/a/b", "www.virk.dk"),
    ],
)
def test_a_link_text_that_says_nothing_is_refused(words):
    body = f"Før `[{words}](https://a.dk)` [{words}](https://a.dk)\n\nog [{words}](https://b.dk)."
    assert len(said("link-text", a_file(body))) == 2


def test_link_texts_have_places_in_body_and_front_matter():
    subject = a_file(
        "Se [her](https://a.dk/b) og\n[her](https://a.dk) og <https://c.dk>.\n[klik her][x]\n\n[x]: https://d.dk",
        LINK.format("Læs mere", "https://a.dk"),
    )
    assert said("link-text", subject) == [
        "5:14 the link text 'Læs mere' does not say where it leads",
        "7:4 the link text 'her' does not say where it leads",
        "8:1 the link text 'her' does not say where it leads",
        "8:24 a web address stands as the text of a link",
        "11:1 the link text 'klik her' does not say where it leads",
    ]


def test_a_call_to_action_is_a_link_and_a_figures_text_is_none():
    blocks = (
        "  - call_to_action: {title: Ring, text: Klik her, url: https://a.dk}\n"
        "  - figure: {number: 5 %, text: mere, source: VIVE, year: 2022, url: https://a.dk}\n"
        "  - call_to_action: {title: Ring, text: her, url: https://a.dk}\n"
    )
    assert places("link-text", a_file(folder="issues", extra=blocks)) == ["7:41", "9:41"]


@pytest.mark.parametrize(
    "body",
    [
        "[Læs om fleksjob](https://a.dk) [Læs om skånejob](https://b.dk)",
        "[Læs om fleksjob](https://a.dk) [Læs om fleksjob](https://a.dk)",
        "[her](https://a.dk) [her](https://b.dk)",  # link-text says it
        "[](https://a.dk) [](https://b.dk)",
    ],
)
def test_links_that_can_be_told_apart_pass(body):
    assert said("link-same-text", a_file(body)) == []


def test_same_text_to_different_places_is_warned_about():
    body = "[Om fleksjob](https://a.dk)\n[om **fleksjob**](https://b.dk)\n[Om fleksjob.](https://c.dk)"
    assert said("link-same-text", a_file(body, LINK.format("Skånejob", "https://d.dk"))) == [
        "8:1 two links say 'om fleksjob' and lead to different places",
        "9:1 two links say 'Om fleksjob.' and lead to different places",
    ]


@pytest.mark.parametrize("body", ["[x](https://a.dk)", "[![Skilt](a.png)](https://a.dk)", "`[]()`", "[x]", "[ ]"])
def test_a_link_with_text_and_address_passes(body):
    assert said("link-empty", a_file(body)) == []


def test_links_without_text_or_address_are_refused():
    body = "[](https://a.dk) og [ ](https://b.dk)\n[fleksjob]() og [skånejob](javascript:alert(1))\n[![](a.png)](https://c.dk)"
    assert said("link-empty", a_file(body)) == [
        "6:1 the link to https://a.dk has no text",
        "6:21 the link to https://b.dk has no text",
        "7:1 the link 'fleksjob' leads nowhere",
        "7:17 the link 'skånejob' leads nowhere",
        "8:1 the link to https://c.dk has no text",
    ]


@pytest.mark.parametrize(
    "target", ["https://a.dk", "mailto:a@b.dk", "../schemes/fleksjob.md", "http://", "http://example.com"]
)
def test_a_safe_link_passes(target):
    assert said("link-insecure", a_file(f"[x]({target})")) == []


def test_links_without_encryption_are_warned_about():
    subject = a_file("[x](https://a.dk) [y](http://a.dk)", LINK.format("Læs om os", "http://b.dk"))
    assert said("link-insecure", subject) == [
        "5:30 the link to http://b.dk is not encrypted",
        "7:19 the link to http://a.dk is not encrypted",
    ]


@pytest.mark.parametrize(
    "target",
    [
        *("https://a.dk", "https://a.dk/todo-liste", "#fleksjob", "{{ reader.events_url }}", "../schemes/fleksjob.md"),
        *("https://nyhedsbrev.eksempelkommune.example", "https://notexample.com", "https://a.dk/?x=example.com"),
        *("https://example.com.dk", "mailto:a@b.dk", "tel:+4512345678"),
    ],
)
def test_a_real_link_passes(target):
    assert said("link-placeholder", a_file(f"[x]({target})")) == []


@pytest.mark.parametrize(
    "target",
    [
        *("#", "http://", "https://", "mailto:", "tel:", "TODO", "https://a.dk/TODO", "http://localhost:8000/x"),
        *("https://example.com", "https://www.example.org/a", "https://EXAMPLE.net", "mailto:a@example.com"),
        *("http://127.0.0.1/", "https://user@example.com/"),
    ],
)
def test_a_link_left_as_a_stand_in_is_refused(target):
    body = f"[x]({target})\n\n[y]({target})"
    assert places("link-placeholder", a_file(body)) == ["6:1", "8:1"]


@pytest.mark.parametrize(
    "target",
    [
        *("https://a.dk", "mailto:a@b.dk", "tel:+4512345678", "#", "#fleksjob", "{{ reader.events_url }}"),
        *("../schemes/fleksjob.md", "schemes/fleksjob.md#om", "/content/schemes/fleksjob.md", "webcal://a.dk/x"),
    ],
)
def test_a_whole_address_passes(target):
    assert said("link-relative", a_file(f"[x]({target})")) == []


def test_addresses_without_a_beginning_are_refused_with_a_cure():
    targets = ["www.virk.dk/a", "a@b.dk", "fleksjob.md", "//a.dk/x", "side"]
    subject = a_file("".join(f"[Om {target}]({target})\n" for target in targets))
    from newsletter.checks.run import check_item

    problems = [problem for problem in check_item(subject) if problem.code == "link-relative"]
    assert [(problem.line, problem.hint) for problem in problems] == [
        (6, "write https://www.virk.dk/a"),
        (7, "write mailto:a@b.dk"),
        (8, "an item's file is written with its folder, for example ../schemes/fleksjob.md"),
        (9, "write https://a.dk/x"),
        (10, "begin it with https://, mailto: or tel:"),
    ]


@pytest.mark.parametrize(
    "links",
    [(), ("../schemes/fleksjob.md",), ("/content/schemes/fleksjob.md#om",), ("https://a.dk/LÆSMIG.md",), ("a.md",)],
)
def test_a_link_to_an_item_beside_passes(links):
    assert said("link-unknown-item", shown("articles", links=links, beside=["schemes/fleksjob"])) == []


def test_links_to_items_that_are_not_in_the_issue_are_refused():
    body = "[a](../schemes/fleksjob.md)\n[b](../schemes/skaanejob.md) [c](../stories/x.md)"
    links = ["../schemes/fleksjob.md", "../schemes/skaanejob.md", "../stories/x.md"]
    subject = shown("articles", body, links=links, beside=["schemes/fleksjob"])
    assert said("link-unknown-item", subject) == [
        "7:1 the link to ../schemes/skaanejob.md leads to an item that is not in the issue sent on 2026-12-01",
        "7:30 the link to ../stories/x.md leads to an item that is not in the issue sent on 2026-12-01",
    ]
