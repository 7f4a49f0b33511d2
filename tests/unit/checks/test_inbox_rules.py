"""The line in the inbox, and the finished letter."""

from __future__ import annotations

import pytest
from checks_kit import ADDRESS, HTML, TEXT, UNSUBSCRIBE, an_edition, an_issue, said

from newsletter.checks.run import check_edition, check_issue, check_letter


def test_a_good_issue_and_a_good_letter_pass():
    assert check_issue(an_issue()) == []
    assert check_edition(an_edition()) == []
    assert check_letter(an_edition()) == []


@pytest.mark.parametrize(
    ("length", "codes"), [(60, []), (61, ["subject-length"]), (150, ["subject-length"]), (151, ["subject-too-long"])]
)
def test_subjects_have_limits(length, codes):
    assert [problem.code for problem in check_issue(an_issue(subject="x" * length))] == codes


def test_a_slot_counts_as_the_name_it_stands_for():
    assert said("subject-length", an_issue(subject=f'"{{{{ reader.first_name }}}} {"x" * 50}"')) == []
    assert said("subject-length", an_issue(subject=f'"{{{{ reader.first_name }}}} {"x" * 51}"')) == [
        "2:10 the subject has 61 characters; inboxes show about 60"
    ]


@pytest.mark.parametrize(("length", "count"), [(30, 0), (110, 0), (29, 1), (111, 1)])
def test_preheaders_have_limits(length, count):
    assert len(said("preheader-length", an_issue(preheader="x" * length))) == count


@pytest.mark.parametrize("preheader", ["Mød en tømrer", "To virksomheder", "Vejen vises af to virksomheder"])
def test_a_preheader_that_adds_something_passes(preheader):
    assert said("preheader-repeats", an_issue(preheader=preheader)) == []


@pytest.mark.parametrize("preheader", ["To virksomheder viser vejen", "TO VIRKSOMHEDER – viser vejen! Læs om dem"])
def test_a_preheader_that_repeats_is_warned_about(preheader):
    assert said("preheader-repeats", an_issue(preheader=preheader)) == [
        "3:12 the preheader says what the subject already says"
    ]


@pytest.mark.parametrize("text", ["Nyt om job", "Nyt – om job", "§\u00a056", "\U0001f468\u200d\U0001f469"])
def test_visible_signs_pass_in_the_inbox(text):
    assert said("soft-hyphen", an_issue(text, text)) == []


@pytest.mark.parametrize("sign", ["\u00ad", "\u200b", "\u2060", "&shy;", "&#173;"])
def test_soft_hyphens_are_refused_in_the_inbox(sign):
    text = f"Fleks{sign}job"
    assert said("soft-hyphen", an_issue(f'"{text}"', f'"{text}"')) == [
        "2:10 an invisible sign (a soft hyphen or the like) stands in the subject",
        "3:12 an invisible sign (a soft hyphen or the like) stands in the preheader",
    ]


def padded(size: int) -> str:
    """A letter of so many bytes."""
    return HTML + "æ" * ((size - len(HTML.encode())) // 2) + "x" * ((size - len(HTML.encode())) % 2)


@pytest.mark.parametrize(
    ("size", "codes"),
    [(90_000, []), (90_001, ["html-size"]), (102_000, ["html-size"]), (102_001, ["html-clipped"])],
)
def test_letters_have_limits_in_bytes(size, codes):
    assert len(padded(size).encode()) == size
    assert [problem.code for problem in check_edition(an_edition(padded(size), TEXT * 9))] == codes


def test_style_sheets_are_counted_together():
    half = "<style type='text/css'>" + "a" * 8_191 + "</style>"
    fits = HTML + half + half  # with the 3 bytes of the sheet that is there, one too many
    assert said("style-size", an_edition(HTML + half)) == []
    assert said("style-size", an_edition(fits)) == ["6:3 the letter's style sheets have 16385 bytes; Gmail takes 16384"]
    assert len(said("style-size", an_edition(HTML + "<style>" + "b" * 20_000))) == 1


@pytest.mark.parametrize(
    "text", ["{{ reader.first_name }}", "{{ edition.web_url }}", "a@@b", "@@", "{{", "{ x }", "&#123;&#123; x }}"]
)
def test_slots_for_later_pass(text):
    assert said("unresolved-token", an_edition(HTML + text, TEXT + text)) == []


@pytest.mark.parametrize(
    "token",
    ["@@12@@", "@@cut", "{{ asset.images/a.png }}", "{{ item.schemes/x }}", "{{ reader.cpr }}", "{{ x }}", "{{x.y}}"],
)
def test_what_nobody_fills_is_refused(token):
    assert said("unresolved-token", an_edition(HTML + token + token, TEXT + token)) == [
        f"6:3 {token!r} is left in the letter's HTML",
        f"6:3 {token!r} is left in the letter's plain text",
    ]


def test_a_letter_needs_a_way_out_and_an_address_in_both_parts():
    html, text = (part.replace(UNSUBSCRIBE, "") for part in (HTML, TEXT))
    assert len(said("unsubscribe-missing", an_edition(html, TEXT))) == 1
    assert said("unsubscribe-missing", an_edition(html, text)) == [
        "6:3 the letter's HTML has no link to unsubscribe",
        "6:3 the letter's plain text has no link to unsubscribe",
    ]
    html, text = HTML.replace("Rådhustorvet", ""), TEXT.replace(ADDRESS, "")
    assert len(said("postal-address-missing", an_edition(HTML, text))) == 1
    assert said("postal-address-missing", an_edition(html, text)) == [
        "6:3 the letter's HTML lacks the sender's postal address",
        "6:3 the letter's plain text lacks the sender's postal address",
    ]


def test_the_plain_text_stands_alone():
    assert said("text-missing", an_edition(text="x" * 200)) == []
    assert len(said("text-missing", an_edition(text=" " * 300 + "x" * 199))) == 1
    assert len(said("text-missing", an_edition(padded(60_000), "x" * 300))) == 1


BLOCKS = "  - stories: newest 2\n  - story: bageren\n  - schemes: [fleksjob, bageren]\n  - story: smeden\n"


def test_an_item_once_passes():
    assert said("shown-twice", an_edition(anchors=["story-bageren", "scheme-bageren"], blocks=BLOCKS)) == []


def test_items_shown_twice_are_refused_at_the_block_that_names_them():
    anchors = ["story-bageren", "story-a-b", "story-a-b", "scheme-fleksjob", "story-bageren", "scheme-fleksjob"]
    assert said("shown-twice", an_edition(anchors=anchors, blocks=BLOCKS)) == [
        "7:12 the story 'bageren' stands 2 times in the letter 'standard'",
        "8:14 the scheme 'fleksjob' stands 2 times in the letter 'standard'",
        "9:12 the story 'a-b' stands 2 times in the letter 'standard'",
    ]


def test_a_letter_is_checked_quickly():
    from timeit import repeat

    letter = an_edition(padded(70_000), TEXT * 20)
    spent = min(repeat(lambda: [*check_letter(letter), *check_edition(letter)], number=1, repeat=20))
    assert spent < 0.005, "0.4 ms on an idle machine"
