"""A file of content/: its name, front matter and body."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import ARTICLE, EVENT, FILES, JANUARY, SCHEME, STORY, item, lines, problems_of

from newsletter.content.issues import BLOCK_KEYS, PLURALS
from newsletter.content.item import FOLDERS, MODELS
from newsletter.problems import Place


def told(folder: str, text: str, slug: str = "a") -> list[str]:
    return [
        f"{problem.line}:{problem.column} {problem.text}" for problem in problems_of(lambda: item(folder, slug, text))
    ]


def test_front_matter_and_body_are_parted_at_the_second_line_of_dashes():
    article = item("articles", "ny", ARTICLE.replace("Kort", "---\n\nKort"))
    assert article.slug == "ny"
    assert article.fields.title == "Nye regler"
    assert article.body == "---\n\nKort om reglerne.\n"
    assert article.place("tags", 0) == Place("content/articles/ny.md", 5, 8)
    assert article.find("reglerne") == Place("content/articles/ny.md", 9, 9)
    assert article.find("nowhere") == Place("content/articles/ny.md", 7, 1)


@pytest.mark.parametrize("dashes", ["---", "--- ", "---\t"])
def test_spaces_after_the_dashes_do_no_harm(dashes):
    assert item("articles", "a", ARTICLE.replace("---", dashes)).body == "Kort om reglerne.\n"


def test_front_matter_alone_has_an_empty_body():
    assert item("events", "a", EVENT).body == ""
    assert item("events", "a", EVENT.rstrip("\n")).body == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the front matter is missing"),
        ("title: a\n", "the front matter is missing"),
        ("\n---\ntitle: a\n---\n", "the front matter is missing"),
        ("---\ntitle: a\n", "the front matter has no end"),
        ("---\ntitle: a\n ---\n", "the front matter has no end"),
        ("---\ntitle: a\n----\n", "the front matter has no end"),
    ],
)
def test_front_matter_that_is_not_there_is_told(text, says):
    assert told("articles", text) == [f"1:1 {says}"]


@pytest.mark.parametrize("slug", ["Ny", "ny artikel", "møde", "a_b", "-a", "a--b", "", "a.b"])
def test_a_name_that_is_no_short_name_is_told_beside_the_rest(slug):
    problems = problems_of(lambda: item("articles", slug, ARTICLE.replace("title", "titel")))
    assert [problem.code for problem in problems] == ["file-name", "missing-key", "unknown-key"]


def test_an_event_is_told_everything_that_does_not_fit():
    late = EVENT.replace("end: 2027-01-14 10:00", "end: 2027-01-14 08:00")
    assert told("events", late) == ["2:1 the event ends before it starts"]
    assert told("events", EVENT.replace("place: {name: Rådhuset}\n", "")) == ["2:1 the event has no place"]
    assert told("events", EVENT.replace("series: netvaerk", "cadence: month")) == [
        "2:1 `cadence` is how often a series meets"
    ]
    points = EVENT.replace("series:", "measure_points: [{point: A, target: B}]\nseries:")
    assert told("events", points) == ["2:1 measure points are an experience meeting's"]
    assert told("events", EVENT.replace("series:", "sequence: -1\nkind: messe\nseries:")) == [
        "8:11 sequence: the number is too small",
        "9:7 kind: 'messe' is not known here",
    ]
    assert told("events", EVENT.replace("08:30", "08:30+01:00")) == ["2:1 a time here is wall clock"]
    assert told("events", EVENT.replace("host: ", "capacity: 0\nhost: ").replace("netvaerk", "Net")) == [
        "7:11 capacity: the number is too small",
        "9:9 series: 'Net' is not a short name",
    ]


def test_a_story_names_an_industry_and_two_consents():
    assert told(
        "stories", STORY.replace('"10"', "101010101").replace("scope: [newsletter, web]", "scope: [radio]", 1)
    ) == [
        "5:37 company.industry: '101010101' is not an industry code",
        "7:52 consents.company.scope.1: 'radio' is not known here",
    ]
    assert item("stories", "a", STORY[: STORY.index("consents")] + "consents: {}\n---\n").fields.consents.person is None


@pytest.mark.parametrize("code", ["F", "41", "432", "43.2", "43.22", "432200", "43.22.00", "43.2200"])
def test_industries_are_written_in_every_usual_way(code):
    assert item("stories", "a", STORY.replace('"10"', f'"{code}"')).fields.company.industry == code


def test_a_link_has_an_address_that_leads_somewhere():
    link = "link: {text: Læs, url: '%s'}\nsteps:"
    assert told("schemes", SCHEME.replace("steps:", link % "www.kommune.example")) == [
        "7:24 link.url: 'www.kommune.example' is not an address"
    ]
    assert told("schemes", SCHEME.replace("steps:", link % "javascript:alert(1)"))
    assert told("schemes", SCHEME.replace("steps:", link % "https://x.example/a b"))
    assert told("schemes", SCHEME.replace("steps:", link % "mailto:a@x.example")) == []


class TestIssue:
    """content/issues/."""

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("send: 2027-01-05 09:00\n", "", "needs `send` or `month`"),
            ("send: 2027-01-05 09:00\n", "send: 2027-01-05 09:00\nmonth: 2027-01\n", "needs `send` or `month`"),
            ("send: 2027-01-05 09:00\ncampaign: besoeg\n", "month: 2027-01\n", "takes the send from a campaign"),
            ("send: 2027-01-05 09:00", "send: 2027-01-05 09:00Z", "the send is wall clock"),
            ("send: 2027-01-05 09:00", "month: 2027-13", "does not have the form"),
            ("send: 2027-01-05 09:00", "month: 0000-01", "does not have the form"),
            ("lead: opening", "title: Kun en overskrift", "the block says no kind"),
            ("lead: opening", "{lead: opening, divider: line}", "the block says lead and divider"),
            ("lead: opening", "lead: ending", "'ending' is not known here"),
            ("articles: newest 2", "articles: []", "a query or a list"),
            ("articles: newest 2", "articles: [Ny]", "'Ny' is not a short name"),
            ("articles: newest 2", "articles: [[a]]", "a query or a list"),
            ("articles: newest 2", "articles: newst 2", "does not understand 'newst'"),
            ("story: bageriet", "story: [bageriet]", "a text is expected"),
            ("only: [byggeri]", "only: byggeri", "a list is expected"),
        ],
    )
    def test_each_mistake_is_told(self, old, new, says):
        assert old in JANUARY
        (line,) = told("issues", JANUARY.replace(old, new))
        assert says in line

    def test_two_mistakes_are_both_told_at_the_word_that_is_wrong(self):
        text = JANUARY.replace("newest 2", "newest 2 taged lov").replace("next 60 days", "next 60 dayz")
        assert [line.partition(" ")[0] for line in told("issues", text)] == ["8:24", "11:21"]

    def test_no_blocks_is_told(self):
        text = JANUARY[: JANUARY.index("blocks")] + "blocks: []\n---\n"
        assert told("issues", text) == ["6:9 blocks: the list is empty"]

    def test_a_block_knows_its_key_kind_and_selection(self):
        blocks = item("issues", "a", JANUARY).fields.blocks
        assert [(block.key, block.kind) for block in blocks] == [
            ("lead", "lead"),
            ("articles", "article"),
            ("story", "story"),
            ("events", "event"),
        ]
        assert blocks[0].selection is None
        assert blocks[1].selection.query.limit == 2
        assert blocks[2].selection.names == ("bageriet",)
        assert blocks[3].except_ == ("handel",)


def test_every_folder_is_a_kind_and_a_query():
    assert set(PLURALS) == set(FOLDERS)
    assert set(MODELS) == {*FOLDERS, "issues"}
    assert set(PLURALS) | set(PLURALS.values()) <= set(BLOCK_KEYS)


@given(st.text(max_size=80), st.sampled_from(sorted(MODELS)))
def test_any_text_is_an_item_or_problems_in_it(text, folder):
    assert all(problem.path == f"content/{folder}/a.md" for problem in problems_of(lambda: item(folder, "a", text)))
    assert all(problem.hint for problem in problems_of(lambda: item(folder, "a", f"---\n{text}\n---\n")))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=80))
def test_any_body_is_kept_to_the_letter(body):
    for path, text in FILES.items():
        if path.endswith(".md"):
            _, folder, name = path.split("/")
            head = text[: text.index("\n---\n", 4) + 5]
            assert item(folder, name.removesuffix(".md"), head + body).body == body


def test_lines_are_told_from_the_top_of_the_file():
    assert lines(problems_of(lambda: item("issues", "a", JANUARY.replace("[handel]", "[Handel]")))) == [
        "content/issues/a.md:12:14 value"
    ]
