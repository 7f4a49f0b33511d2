"""Which blocks an issue has, and who gets which."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import ARTICLE, EVENT, FEBRUARY, JANUARY, STORY, edit, item, lines, put

from newsletter.build.compose import Composition, Shown, answer, compose_all
from newsletter.build.editions import editions
from newsletter.content.queries import parse_query
from newsletter.workspace import read_workspace

SENT = datetime.fromisoformat("2027-01-05 09:00")


def composed(root):
    compositions, problems = compose_all(read_workspace(root))
    assert problems == ()
    return {
        slug: [(shown.block.kind, *(each.slug for each in shown.items)) for shown in composition.shown]
        for slug, composition in compositions.items()
    }


def told(root):
    return compose_all(read_workspace(root))[1]


def add_article(root, slug, day, **changes):
    text = ARTICLE.replace("2027-01-02", day)
    for old, new in changes.items():
        text = text.replace(old, new)
    put(root, f"content/articles/{slug}.md", text)


class TestBlocks:
    """What each issue shows."""

    def test_an_issue_shows_its_blocks_in_order_and_leaves_empty_ones_out(self, root):
        assert composed(root) == {
            "2027-01": [("lead",), ("article", "nye-regler"), ("story", "bageriet"), ("event", "morgenmoede")],
            "2027-02": [("scheme", "fleksjob")],
        }
        assert [shown.index for shown in compose_all(read_workspace(root))[0]["2027-02"].shown] == [0]

    def test_not_yet_used_goes_by_the_order_of_sends_not_of_names(self, root):
        edit(root, "content/issues/2027-01.md", "send: 2027-01-05", "send: 2027-03-05")
        edit(root, "content/issues/2027-02.md", "newest 1 not yet used", "newest 1 not yet used")
        edit(root, "content/issues/2027-01.md", "story: bageriet\n    only: [byggeri]", "stories: all not yet used")
        found = composed(root)
        assert ("story", "bageriet") in found["2027-02"]
        assert [kind for kind, *_ in found["2027-01"]] == ["lead", "article"]

    def test_queries_are_answered_by_the_send_date_never_by_todays(self, root):
        add_article(root, "senere", "2027-01-06")
        add_article(root, "samme-dag", "2027-01-05")
        add_article(root, "foer", "2026-12-31")
        assert composed(root)["2027-01"][1] == ("article", "samme-dag", "nye-regler")

    def test_a_query_never_repeats_what_everybody_saw_further_up(self, root):
        add_article(root, "foer", "2026-12-31")
        edit(root, "content/issues/2027-01.md", "lead: opening", "article: nye-regler")
        assert composed(root)["2027-01"][:2] == [("article", "nye-regler"), ("article", "foer")]

    def test_a_query_repeats_what_only_some_saw(self, root):
        edit(root, "content/issues/2027-01.md", "lead: opening", "article: nye-regler\n    only: [handel]")
        assert composed(root)["2027-01"][:2] == [("article", "nye-regler"), ("article", "nye-regler")]

    def test_names_are_shown_as_listed_even_twice(self, root):
        add_article(root, "foer", "2026-12-31")
        edit(root, "content/issues/2027-01.md", "articles: newest 2", "articles: [nye-regler, foer]")
        assert composed(root)["2027-01"][1] == ("article", "nye-regler", "foer")

    def test_a_date_alone_takes_the_usual_time_and_a_month_the_campaigns(self, root):
        edit(root, "content/issues/2027-01.md", "2027-01-05 09:00", "2027-01-05")
        edit(root, "newsletter.yml", "title: Nyt", 'title: Nyt\nsend_at: "07:30"')
        compositions, _ = compose_all(read_workspace(root))
        assert compositions["2027-01"].sent == datetime.fromisoformat("2027-01-05 07:30")
        assert compositions["2027-02"].sent == datetime.fromisoformat("2027-02-02 09:00")


class TestProblems:
    """Names nobody answers to."""

    def test_unknown_names_are_all_told_with_a_guess(self, root):
        edit(root, "content/issues/2027-01.md", "story: bageriet", "story: bagerit")
        edit(root, "content/issues/2027-01.md", "[byggeri]", "[bygeri, handel]")
        edit(root, "content/issues/2027-01.md", "[handel]", "[handle]")
        edit(root, "content/issues/2027-01.md", "campaign: besoeg", "campaign: besog\naudience: [alle]")
        found = sorted(told(root))
        assert lines(found) == [
            "content/issues/2027-01.md:5:11 unknown-campaign",
            "content/issues/2027-01.md:6:12 unknown-segment",
            "content/issues/2027-01.md:10:12 unknown-item",
            "content/issues/2027-01.md:11:12 unknown-segment",
            "content/issues/2027-01.md:13:14 unknown-segment",
        ]
        assert [problem.hint for problem in found] == [
            "did you mean 'besoeg'?",
            "known are: begge, byggeri, handel",
            "did you mean 'bageriet'?",
            "did you mean 'byggeri'?",
            "did you mean 'handel'?",
        ]

    def test_a_broken_issue_does_not_stop_the_others(self, root):
        edit(root, "content/issues/2027-01.md", "story: bageriet", "story: bagerit")
        assert list(compose_all(read_workspace(root))[0]) == ["2027-02"]

    def test_a_month_of_an_unknown_campaign_is_told_once(self, root):
        edit(root, "content/issues/2027-02.md", "campaign: besoeg", "campaign: ukendt")
        assert lines(told(root)) == ["content/issues/2027-02.md:5:11 unknown-campaign"]

    def test_a_send_that_falls_on_a_holiday_and_out_is_told(self, root):
        edit(root, "campaigns/besoeg.yml", "on: first tuesday", "on: first friday\n  holiday: skip")
        edit(root, "content/issues/2027-02.md", "month: 2027-02", "month: 2027-01")
        (problem,) = told(root)
        assert (str(problem.place), problem.code) == ("content/issues/2027-02.md:4:8", "schedule")

    def test_an_unknown_campaign_of_a_progress_bar_is_told(self, root):
        bar = "progress: {campaign: besog, visited: 3, as_of: 2027-01-01}"
        edit(root, "content/issues/2027-01.md", "lead: opening", bar)
        assert lines(told(root)) == ["content/issues/2027-01.md:7:26 unknown-campaign"]

    @pytest.mark.parametrize(
        ("broken", "stopped"),
        [
            ("content/stories/bageriet.md", {"2027-01": "broken-item", "2027-02": "broken-item"}),
            ("content/stories/another.md", {"2027-02": "broken-item"}),
            ("content/articles/another.md", {"2027-01": "broken-item"}),
            ("content/schemes/another.md", {"2027-02": "broken-item"}),
            ("content/guides/trin.md", {}),
        ],
    )
    def test_a_broken_item_stops_only_the_issues_that_need_it(self, root, broken, stopped):
        put(root, broken, "no front matter")
        compositions, problems = compose_all(read_workspace(root))
        assert {problem.path[15:22]: problem.code for problem in problems} == stopped
        assert set(compositions) == {"2027-01", "2027-02"} - set(stopped)
        assert all(broken in problem.text for problem in problems)

    def test_not_yet_used_cannot_be_told_while_an_issue_is_broken(self, root):
        put(root, "content/issues/2026-12.md", "no front matter")
        assert lines(told(root)) == ["content/issues/2027-02.md:8:14 broken-item"]


STORIES = [
    item(
        "stories",
        slug,
        STORY.replace("2026-12-01", day)
        .replace("title: Bageriet", f"title: {title}")
        .replace("---\n", f"---\ntags: [{tags}]\n", 1),
    )
    for slug, day, title, tags in [
        ("a", "2026-10-01", "Zebra", "mentor"),
        ("b", "2026-11-01", "æble", "mentor, lov"),
        ("c", "2026-11-01", "Abe", "lov"),
        ("d", "2027-01-05", "bi", ""),
        ("e", "2027-01-06", "Bo", "mentor"),
    ]
]
EVENTS = [
    item(
        "events",
        slug,
        EVENT.replace("start: 2027-01-14 08:30", f"start: {start}")
        .replace("end: 2027-01-14", "end: 2028-01-14")
        .replace("netvaerk", series),
    )
    for slug, start, series in [
        ("a", "2027-01-05 08:59", "net"),
        ("b", "2027-01-05 09:00", "net"),
        ("c", "2027-01-12 09:00", "andet"),
        ("d", "2027-01-12 09:01", "net"),
        ("e", "2027-01-10 10:00", "net"),
    ]
]


@pytest.mark.parametrize(
    ("query", "items", "expected"),
    [
        ("newest", STORIES, "dbca"),
        ("newest 2", STORIES, "db"),
        ("newest 1 tagged mentor", STORIES, "b"),
        ("newest 9 tagged mentor, lov", STORIES, "b"),
        ("all", STORIES, "cdeab"),
        ("tagged lov", STORIES, "cb"),
        ("tagged nothing", STORIES, ""),
        ("next 3", EVENTS, "bec"),
        ("next 7 days", EVENTS, "bec"),
        ("next 1 week in series net", EVENTS, "be"),
        ("next 1 in series andet", EVENTS, "c"),
        ("in series net", STORIES, ""),
        ("newest 1", EVENTS, "a"),
        ("next 5", STORIES, "e"),
    ],
)
def test_a_query_gives_its_items_in_its_order(query, items, expected):
    assert "".join(each.slug for each in answer(parse_query(query), items, SENT)) == expected


SLUGS = ["a", "b", "a-b", "c", "standard", "x" * 40, "y" * 40]
NAMES = st.frozensets(st.sampled_from(SLUGS), max_size=3)
BLOCKS = st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=6)


def composition(blocks) -> Composition:
    text = "".join(
        f"  - lead: opening\n    only: [{', '.join(only)}]\n    except: [{', '.join(but)}]\n" for only, but in blocks
    )
    issue = item("issues", "a", JANUARY[: JANUARY.index("  - lead")] + text + "---\n")
    shown = (Shown(index=index, block=block, items=()) for index, block in enumerate(issue.fields.blocks))
    return Composition(issue=issue, sent=SENT, shown=tuple(shown))


class TestEditions:
    """People who get the same blocks share one."""

    @given(BLOCKS, st.lists(st.frozensets(st.sampled_from([*SLUGS, "elsewhere"]), max_size=4), min_size=1))
    def test_everybody_gets_exactly_their_blocks(self, blocks, people):
        found = editions(composition(blocks), people)
        named = frozenset().union(*(only | but for only, but in blocks))
        for person in people:
            (mine,) = [edition for edition in found if person & named in edition.segments]
            expected = [
                index
                for index, (only, but) in enumerate(blocks)
                if (not only or any(name in person for name in only)) and not any(name in person for name in but)
            ]
            assert list(mine.blocks) == expected
        assert len({edition.blocks for edition in found}) == len(found)
        members = [segments for edition in found for segments in edition.segments]
        assert len(set(members)) == len(members)
        assert set(members) == {person & named for person in people}

    @given(BLOCKS, st.lists(st.frozensets(st.sampled_from(SLUGS), max_size=4), min_size=1), st.randoms())
    def test_names_are_short_unique_and_the_same_in_any_order(self, blocks, people, random):
        found = editions(composition(blocks), people)
        names = [edition.name for edition in found]
        assert len(set(names)) == len(names)
        assert all(0 < len(name) <= 60 for name in names)
        random.shuffle(people)
        assert editions(composition(blocks), people + people[:1]) == found

    @given(BLOCKS)
    def test_without_a_register_there_is_one_for_each_segment_and_for_the_others(self, blocks):
        found = editions(composition(blocks))
        named = frozenset().union(*(only | but for only, but in blocks))
        members = {segments for edition in found for segments in edition.segments}
        assert members == {frozenset()} | {frozenset([name]) for name in named}
        assert found[0].name == "standard"
        assert frozenset() in found[0].segments

    def test_names_say_who_gets_it(self):
        blocks = [({"a"}, ()), ({"b"}, ()), ({"c", "b"}, ()), ((), ())]
        people = [frozenset(), frozenset("a"), frozenset("b"), frozenset("c"), frozenset("ab")]
        assert [edition.name for edition in editions(composition(blocks), people)] == ["standard", "a", "a+b", "b", "c"]
        assert [edition.name for edition in editions(composition([({"a", "b"}, ())]))] == ["standard", "a-b"]

    def test_names_that_would_be_alike_are_told_apart(self):
        found = editions(composition([({"a", "b"}, ()), ({"a-b"}, ()), ({"standard"}, ())]))
        names = [edition.name for edition in found]
        assert names[0] == "standard"
        assert [name.partition("~")[0] for name in names[1:]] == ["a-b", "a-b", "standard"]
        assert len(set(names)) == 4

    def test_an_issue_for_all_has_one_edition(self, root):
        compositions, _ = compose_all(read_workspace(root))
        assert [edition.name for edition in editions(compositions["2027-02"])] == ["standard"]
        assert [edition.name for edition in editions(compositions["2027-01"])] == ["standard", "byggeri", "handel"]


def test_the_order_of_files_on_disk_does_not_matter(root, tmp_path):
    put(root, "content/issues/2027-00.md", FEBRUARY.replace("month: 2027-02", "send: 2027-01-04"))
    assert composed(root)["2027-00"] == [("scheme", "fleksjob"), ("story", "bageriet")]
    assert composed(root)["2027-02"] == [("scheme", "fleksjob")]
    assert compose_all(read_workspace(root))[0]["2027-00"].sent.date() == date(2027, 1, 4)


class TestEventsOfOthers:
    """They come by import, many at a time."""

    OTHERS = "external: {organizer: Foreningen, uid: x}\ntags: [eksternt]\nseries:"

    def shown(self, root, query):
        edit(root, "content/issues/2027-01.md", "events: next 60 days", f"events: {query}")
        return [slug for kind, *slugs in composed(root)["2027-01"] for slug in slugs if kind == "event"]

    def test_a_query_takes_our_own_the_cancelled_ones_too(self, root):
        put(root, "content/events/andres.md", EVENT.replace("series:", self.OTHERS))
        edit(root, "content/events/morgenmoede.md", "series:", "cancelled: true\nseries:")
        assert self.shown(root, "next 60 days") == ["morgenmoede"]

    def test_a_query_for_their_tag_takes_those_that_are_held(self, root):
        put(root, "content/events/andres.md", EVENT.replace("series:", self.OTHERS))
        put(root, "content/events/aflyst.md", EVENT.replace("series:", f"cancelled: true\n{self.OTHERS}"))
        assert self.shown(root, "next 60 days tagged eksternt") == ["andres"]

    def test_by_name_any_is_shown(self, root):
        put(root, "content/events/andres.md", EVENT.replace("series:", self.OTHERS))
        assert self.shown(root, "[andres]") == ["andres"]
