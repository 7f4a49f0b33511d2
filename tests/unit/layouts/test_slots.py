"""Values enter after compiling, escaped for where they land."""

from __future__ import annotations

import json
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.layouts.slots import (
    READER_SLOTS,
    SLOT,
    Fixed,
    Later,
    Misplaced,
    Part,
    Prose,
    Slots,
    context_at,
    cut_reader,
    fill,
    fill_reader,
    names,
    put,
    resolve,
    split,
)

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=40)
SPIKED = st.lists(
    st.sampled_from(
        ["{{", "}}", "{", " ", "{{ reader.name }}", "{{ asset.x }}", "</script>", "<!--", '"', "'", "&amp;", "\\", "a"]
    ),
    max_size=8,
).map("".join)
ANY = TEXTS | SPIKED
PAGE = """\
<html><head><style>a > b { color: red }</style>
<script type="application/ld+json">{"name": @@0@@}</script></head>
<body><!-- a > b --><p title="@@0@@">@@0@@</p><a href="@@1@@" class="x">y</a></body></html>
"""


class Read(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        self.texts[self.inside] = self.texts.get(self.inside, "") + data

    def attribute(self, tag: str, name: str) -> str | None:
        return next(attributes[name] for found, attributes in self.tags if found == tag)


def filled(value: str, address: str = "https://x.example") -> Read:
    quoted = json.dumps(value, ensure_ascii=False)
    parts = split(PAGE)
    html = "".join(
        part.text
        + (
            ""
            if part.slot < 0
            else put([quoted if part.context == "script" else value, address][part.slot], part.context)
        )
        for part in parts
    )
    return Read(html)


class TestContexts:
    """Where a value lands."""

    def test_each_place_of_a_page_is_known(self):
        assert [part.context for part in split(PAGE) if part.slot >= 0] == ["script", "attribute", "text", "url"]

    @pytest.mark.parametrize("name", ["href", "src", "background", "action", "HREF"])
    def test_addresses_are_told_from_other_attributes(self, name):
        (part, _) = split(f'<a {name}="@@0@@">')
        assert part.context == "url"
        assert split('<a title="@@0@@">')[0].context == "attribute"
        assert split('<a data-href-text = "see @@0@@">')[0].context == "attribute"

    @pytest.mark.parametrize(
        "html",
        [
            "<p @@0@@>",
            "<@@0@@>",
            '<p style="color:@@0@@">',
            '<p onclick="@@0@@">',
            "<style>@@0@@</style>",
            "<a href=@@0@@>",
            "<a href='@@0@@'>",
        ],
    )
    def test_a_place_that_cannot_be_made_safe_is_refused(self, html):
        with pytest.raises(Misplaced):
            split(html)

    def test_plain_text_has_one_context(self):
        assert [part.context for part in split("<a @@0@@ @@12@@", plain=True) if part.slot >= 0] == ["plain", "plain"]

    @given(st.lists(st.sampled_from(["@@0@@", "@@17@@", "@@", "x", "<p>", "</p>", " "])).map("".join))
    def test_cutting_loses_nothing(self, html):
        parts = split(html)
        assert "".join(part.text + (f"@@{part.slot}@@" if part.slot >= 0 else "") for part in parts) == html
        assert parts[-1].slot == -1

    @given(TEXTS)
    def test_any_place_is_a_context_or_refused(self, html):
        for offset in range(len(html)):
            with suppress(Misplaced):
                assert context_at(html, offset) in ("text", "attribute", "url", "script")


class TestPut:
    """One value."""

    @given(ANY)
    @example("a\nb")
    @example("&lt; &amp;amp; &#123;")
    @example("]]> --> <b>")
    def test_any_text_is_read_back_from_every_place(self, value):
        if "{{ reader.name }}" in value:
            return
        read = filled(value)
        assert read.texts.get("p", "") == value
        assert read.attribute("p", "title") == value
        assert json.loads(read.texts["script"]) == {"name": value}
        assert [tag for tag, _ in read.tags] == ["html", "head", "style", "script", "body", "p", "a"]

    @given(ANY)
    @example("javascript:alert(1)")
    @example(" javascript:alert(1)")
    @example("JaVaScRiPt:alert(1)")
    @example("data:text/html,x")
    @example("//evil.example")
    @example('https://x.example/a b?c=æ&d="e"#f')
    @example("mailto:a@x.example?subject=Hej med jer")
    @example("#top")
    @example("")
    def test_an_address_is_safe_or_leads_nowhere(self, value):
        address = filled("x", value).attribute("a", "href")
        assert address == "" or address.startswith(
            ("https://", "http://", "mailto:", "tel:", "#", "{{ reader.", "HTTP")
        )
        assert not set(address.replace("{{ reader.name }}", "")) & set(' "<>\\^`\n\t')

    @given(ANY, st.sampled_from(["text", "attribute", "url", "script"]))
    def test_a_literal_never_becomes_a_slot(self, value, context):
        assert names(put(value, context)) <= {f"reader.{word}" for word in ("name",) if "{{ reader.name }}" in value}

    @pytest.mark.parametrize("context", ["text", "attribute", "script", "plain"])
    @pytest.mark.parametrize("typed", ["{{ reader.name }}", "{{reader.name}}", "{{  reader.name}}"])
    def test_a_reader_slot_stays_one_however_it_was_typed(self, context, typed):
        assert put(f"<Hej {typed}!", context).endswith("Hej {{ reader.name }}!")

    def test_what_is_known_later_is_a_slot_everywhere(self):
        for context in ("text", "attribute", "url", "script", "plain"):
            assert put(Later("reader.name"), context) == "{{ reader.name }}"

    def test_prose_stands_in_texts_only(self):
        prose = Prose(html="<b>x</b>", text="x")
        assert (put(prose, "text"), put(prose, "plain")) == ("<b>x</b>", "x")
        for context in ("attribute", "url", "script"):
            with pytest.raises(Misplaced):
                put(prose, context)

    def test_plain_text_loses_what_nobody_sees(self):
        assert put("a\u00adb\u200bc\ufeffd\u00a0e <&>", "plain") == "abcd e <&>"

    def test_a_slot_in_an_address_keeps_the_rest(self):
        assert (
            put("https://x.example/?n={{ reader.name }}&m=a b", "url")
            == "https://x.example/?n={{ reader.name }}&amp;m=a%20b"
        )
        assert put("{{ reader.events_url }}/a", "url") == "{{ reader.events_url }}/a"
        assert put("javascript:{{ reader.name }}", "url") == "#"

    @given(st.lists(TEXTS, min_size=1, max_size=4))
    def test_values_are_filled_by_number(self, values):
        parts = [Part("<", index, "text") for index in reversed(range(len(values)))]
        assert (
            fill([*parts, Part("end")], values)
            == "".join(f"<{put(value, 'text')}" for value in reversed(values)) + "end"
        )


class TestFillReader:
    """One reader's values in a sealed text."""

    PAGE = (
        '<script type="application/ld+json">{"name": "Hej {{ reader.name }}"}</script>'
        '<p title="{{ reader.name }}">{{ reader.name }}</p>'
        '<a href="{{ reader.unsubscribe_url }}">x</a><i href="https://x.example/?n={{ reader.name }}">y</i>'
    )

    @given(ANY)
    @example('"; alert(1)')
    @example("{{ reader.unsubscribe_url }}")
    def test_any_value_is_read_back_from_every_place(self, value):
        read = Read(fill_reader(self.PAGE, {"name": value, "unsubscribe_url": "https://x.example/u"}))
        assert read.texts.get("p", "") == value
        assert read.attribute("p", "title") == value
        assert json.loads(read.texts["script"]) == {"name": f"Hej {value}"}
        assert read.attribute("a", "href") == "https://x.example/u"
        assert [tag for tag, _ in read.tags] == ["script", "p", "a", "i"]

    @given(ANY)
    def test_an_address_is_safe_or_leads_nowhere(self, value):
        read = Read(fill_reader(self.PAGE, {"name": value, "unsubscribe_url": value}))
        address = read.attribute("a", "href")
        assert address == "" or address.startswith(("https://", "http://", "mailto:", "tel:", "#"))
        from urllib.parse import unquote

        assert unquote(read.attribute("i", "href")) == f"https://x.example/?n={value}"

    @given(ANY)
    def test_a_value_never_fills_another_slot(self, value):
        assert names(fill_reader(self.PAGE, {"name": value, "unsubscribe_url": "#"})) == set()

    def test_plain_text_is_filled_as_it_is(self):
        assert fill_reader("Hej {{ reader.name }} <", {"name": "<Ø>"}, plain=True) == "Hej <Ø> <"

    def test_a_slot_nobody_knows_stays(self):
        text = "{{ reader.shoe_size }} {{reader.name}} {{ edition.web_url }}"
        assert fill_reader(text, {"name": "x"}) == text

    @given(ANY)
    def test_a_text_cut_once_is_filled_for_many(self, value):
        parts = cut_reader(self.PAGE, {"name"})
        assert [part.name for part in parts] == ["name"] * 4 + [""]
        assert "{{ reader.unsubscribe_url }}" in parts[3].text
        filled = "".join(part.text + (part.escape(value) if part.name else "") for part in parts)
        assert filled == fill_reader(self.PAGE, {"name": value})

    def test_every_slot_can_be_filled(self):
        text = " ".join(f"{{{{ reader.{name} }}}}" for name in READER_SLOTS)
        assert fill_reader(text, dict.fromkeys(READER_SLOTS, "x")) == " ".join("x" for _ in READER_SLOTS)


class TestSlots:
    """Tokens for values."""

    def test_values_become_tokens_and_structure_stays(self):
        slots = Slots()
        view = {
            "kind": Fixed("story"),
            "n": 3,
            "yes": True,
            "none": None,
            "list": ["a", ("b", Later("x.y"))],
            "p": Prose("", ""),
        }
        assert slots.shape(view) == {
            "kind": "story",
            "n": 3,
            "yes": True,
            "none": None,
            "list": ["@@0@@", ["@@1@@", "@@2@@"]],
            "p": "@@3@@",
        }
        assert slots.values == ["a", "b", Later("x.y"), Prose("", "")]

    def test_a_value_that_looks_like_a_token_is_none(self):
        slots = Slots()
        parts = split(f"<p>{slots.shape('@@1@@')}{slots.shape('b')}</p>")
        assert fill(parts, slots.values) == "<p>@@1@@b</p>"

    def test_slots_are_resolved_and_those_without_a_value_stay(self):
        text = "{{ asset.images/a.png }} {{ item.stories/b }} {{ reader.name }} {{ other.x }}"
        assert names(text) == {"asset.images/a.png", "item.stories/b", "reader.name"}
        values = {"asset.images/a.png": "A", "item.stories/b": ""}
        assert resolve(text, values.get) == "A  {{ reader.name }} {{ other.x }}"
        assert SLOT.findall("{{ asset.x y }} {{asset.x}}") == []
