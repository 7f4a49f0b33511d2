"""The little language of queries."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.content.queries import Query, QueryError, parse_query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("newest", Query(order="newest")),
        ("newest 2", Query(order="newest", limit=2)),
        ("next 3", Query(order="next", limit=3)),
        ("next 60 days", Query(order="next", days=60)),
        ("next 1 day", Query(order="next", days=1)),
        ("next 2 weeks", Query(order="next", days=14)),
        ("next 2 months", Query(order="next", days=62)),
        ("all", Query(order="all")),
        ("tagged mentor", Query(order="all", tags=frozenset({"mentor"}))),
        ("tagged mentor, lov,job", Query(order="all", tags=frozenset({"mentor", "lov", "job"}))),
        ("in series netvaerk", Query(order="all", series="netvaerk")),
        (
            "  newest 2   tagged mentor not yet used ",
            Query(order="newest", limit=2, tags=frozenset({"mentor"}), unused=True),
        ),
        ("not yet used newest 1", Query(order="newest", limit=1, unused=True)),
    ],
)
def test_what_is_said_is_understood(text, query):
    assert parse_query(text) == query


@pytest.mark.parametrize(
    ("text", "offset", "says"),
    [
        ("", 0, "the query is empty"),
        ("  ", 0, "the query is empty"),
        ("newst 2", 0, "did you mean 'newest'?"),
        ("newest 2 taged mentor", 9, "did you mean 'tagged'?"),
        ("newest 2 newest 3", 9, "says a second time"),
        ("newest 2 next 3", 9, "does not go with"),
        ("next 60 days newest 2", 13, "does not go with"),
        ("all newest", 4, "does not go with"),
        ("newest2", 0, "does not understand 'newest2'"),
        ("next", 0, "does not understand 'next'"),
        ("next 60 dayz", 8, "does not understand 'dayz'"),
        ("newest 1234", 7, "does not understand '1234'"),
        ("tagged Mentor", 0, "does not understand"),
        ("newest 0", 0, "shows nothing"),
        ("next 0 days", 0, "shows nothing"),
    ],
)
def test_what_is_not_understood_is_told_with_its_place(text, offset, says):
    with pytest.raises(QueryError) as error:
        parse_query(text)
    assert error.value.offset == offset
    assert says in str(error.value)
    assert "write for example" in str(error.value)


WORDS = st.sampled_from(
    ["newest", "next", "all", "tagged", "in series", "not yet used", "2", "60", "days", "weeks", "a-b", ",", "x"]
)


@given(st.text(max_size=30) | st.lists(WORDS, max_size=6).map(" ".join))
@example("newest ٢")
@example("next ٣ days")
@example("\u00a0")
def test_any_text_is_a_query_or_an_error_with_a_place_in_it(text):
    try:
        found = parse_query(text)
    except QueryError as error:
        found = error
    if isinstance(found, QueryError):
        assert 0 <= found.offset <= max(0, len(text) - 1)
    else:
        assert found.order in ("newest", "next", "all")
        assert found.limit is None or found.limit > 0


CLAUSES = st.permutations(["newest 2", "tagged a, b", "in series c", "not yet used"])


@given(CLAUSES)
def test_the_order_of_clauses_does_not_matter(clauses):
    whole = Query(order="newest", limit=2, tags=frozenset("ab"), series="c", unused=True)
    assert parse_query(" ".join(clauses)) == whole
