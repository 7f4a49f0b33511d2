"""Slots: the places in a layout where values enter after compiling, escaped for where they land.

While a layout is compiled, every value is a token such as `@@17@@`; neither Jinja nor the MJML compiler ever sees what
an author wrote. Afterwards the place of each token decides how its value is escaped: as text, as an attribute, as an
address, as JSON in a script, or as plain text. What is known later still, such as a reader's name, stays as a slot
`{{ reader.first_name }}` in the sealed files; no other text in them has that form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

Context = Literal["text", "attribute", "url", "script", "plain"]
"""Where a value lands: HTML text, an attribute, an address in an attribute, JSON in a script, or plain text."""

READER_SLOTS = (
    "company",
    "contact",
    "contact_email",
    "events_url",
    "first_name",
    "name",
    "preferences_url",
    "unsubscribe_url",
)
"""What may be said of the reader: `{{ reader.first_name }}`."""

TOKEN = re.compile(r"@@(\d+)@@")
SLOT = re.compile(r"\{\{ ((?:reader|edition|asset|item)\.[^{}\s]+) \}\}")
AUTHORED = re.compile(r"\{\{\s*(reader\.\w+)\s*\}\}")
"""A reader slot as an author may type it."""
_OF_READER = re.compile(r"\{\{ reader\.(\w+) \}\}")

_ADDRESSES = ("href", "src", "background", "action")
_SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Later:
    """A value that is filled in later: its slot stays, for example `Later("reader.first_name")`."""

    name: str

    def __str__(self) -> str:
        return f"{{{{ {self.name} }}}}"


@dataclass(frozen=True, slots=True)
class Prose:
    """An author's Markdown, rendered: `html` is safe as it stands, `text` is its plain text."""

    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text that belongs to the structure and may reach the compiler, such as a block's kind."""

    text: str


Value = str | Later | Prose


class Misplaced(ValueError):
    """A layout puts a value where it cannot be made safe."""


@dataclass(slots=True)
class Slots:
    """The values behind the tokens of one layout."""

    values: list[Value] = field(default_factory=list)

    def shape(self, view: Any) -> Any:
        """The view with a token for every value; numbers, truths and Fixed texts stay."""
        if isinstance(view, Fixed):
            return view.text
        if isinstance(view, str | Later | Prose):
            self.values.append(view)
            return f"@@{len(self.values) - 1}@@"
        if isinstance(view, Mapping):
            return {key: self.shape(value) for key, value in view.items()}
        if isinstance(view, Sequence):
            return [self.shape(value) for value in view]
        return view


class Part(NamedTuple):
    """A stretch of fixed text and the slot after it: its number and where it lands; -1 at the end."""

    text: str
    slot: int = -1
    context: Context = "text"


def split(compiled: str, *, plain: bool = False) -> tuple[Part, ...]:
    """Cut a compiled layout at its tokens and say where each lands. Raises Misplaced."""
    return tuple(_parts(compiled, plain=plain))


def _parts(compiled: str, *, plain: bool) -> Iterator[Part]:
    start = 0
    for match in TOKEN.finditer(compiled):
        context: Context = "plain" if plain else context_at(compiled, match.start())
        yield Part(compiled[start : match.start()], int(match.group(1)), context)
        start = match.end()
    yield Part(compiled[start:])


def context_at(html: str, offset: int) -> Context:
    """Where in `html` the character at `offset` stands. Raises Misplaced in a style sheet or a tag's bare inside."""
    tag = html.rfind("<", 0, offset)
    if tag > html.rfind(">", 0, offset):
        attribute = re.search(r"([\w:-]+)\s*=\s*\"[^\"]*\Z", html[tag:offset])
        if attribute is None or attribute.group(1).lower().startswith(("style", "on")):
            raise Misplaced(f"a value stands inside a tag: {html[tag : offset + 20]!r}")
        return "url" if attribute.group(1).lower() in _ADDRESSES else "attribute"
    for name in ("style", "script"):
        if html.rfind(f"<{name}", 0, offset) > html.rfind(f"</{name}", 0, offset):
            if name == "style":
                raise Misplaced("a value stands in a style sheet")
            return "script"
    return "text"


def fill(parts: Iterable[Part], values: Sequence[Value]) -> str:
    """The layout with its values, each escaped for its place."""
    return "".join(part.text if part.slot < 0 else part.text + put(values[part.slot], part.context) for part in parts)


def put(value: Value, context: Context) -> str:
    """One value, made safe for `context`; slots in it stay slots. Raises Misplaced for prose outside of text."""
    if isinstance(value, Later):
        return str(value)
    if isinstance(value, Prose):
        if context == "plain":
            return value.text
        if context == "text":
            return value.html
        raise Misplaced("a text with paragraphs stands in an attribute")
    first, *rest = AUTHORED.split(value)  # text, slot name, text, …
    if context == "url" and _url(first) == "#":
        return "#"
    make_safe = _url_part if context == "url" else ESCAPES[context]
    return make_safe(first) + "".join(
        make_safe(piece) if index % 2 else f"{{{{ {piece} }}}}" for index, piece in enumerate(rest)
    )


def names(text: str) -> set[str]:
    """Names of the slots left in `text`, such as `reader.first_name`."""
    return set(SLOT.findall(text))


def resolve(text: str, value_of: Callable[[str], str | None]) -> str:
    """Put values (already safe for their place) into slots; a slot whose value is None stays."""

    def replacement(match: re.Match[str]) -> str:
        value = value_of(match.group(1))
        return match.group() if value is None else value

    return SLOT.sub(replacement, text)


class ReaderPart(NamedTuple):
    """A stretch of sealed text and the reader's slot after it; at the end a stretch without one."""

    text: str
    name: str = ""
    """Of the slot, such as `first_name`; empty at the end."""
    escape: Callable[[str], str] = str
    """Makes a value safe for where the slot stands."""


def cut_reader(text: str, known: Container[str], *, plain: bool = False) -> tuple[ReaderPart, ...]:
    """Cut a sealed text at the reader's slots that are known and say how each is escaped. Raises Misplaced."""
    return tuple(_reader_parts(text, known, plain=plain))


def _reader_parts(text: str, known: Container[str], *, plain: bool) -> Iterator[ReaderPart]:
    start = 0
    for match in _OF_READER.finditer(text):
        if match.group(1) in known:
            yield ReaderPart(text[start : match.start()], match.group(1), _escape_at(text, match.start(), plain=plain))
            start = match.end()
    yield ReaderPart(text[start:])


def _escape_at(text: str, offset: int, *, plain: bool) -> Callable[[str], str]:
    context: Context = "plain" if plain else context_at(text, offset)
    if context == "script":
        return _json_text
    return _query_part if context == "url" and text[offset - 1] != '"' else ESCAPES[context]


def fill_reader(text: str, reader: Mapping[str, str], *, plain: bool = False) -> str:
    """Fill the reader's slots of a sealed text with one reader's values, each escaped for where it stands.

    A slot that nobody knows stays.
    """
    parts = cut_reader(text, reader, plain=plain)
    return "".join(part.text + part.escape(reader[part.name]) if part.name else part.text for part in parts)


def _text(value: str) -> str:
    return escape(value, quote=False).replace("{{", "&#123;&#123;")


def _attribute(value: str) -> str:
    return escape(value).replace("\n", "&#10;").replace("{{", "&#123;&#123;")


def _url(value: str) -> str:
    return _url_part(value) if _SAFE_ADDRESS.match(value) or not value else "#"


def _url_part(value: str) -> str:
    return _attribute(quote(value, safe="!#$%&'()*+,/:;=?@[]~-._"))


def _query_part(value: str) -> str:
    """Inside an address that the layout began."""
    return _attribute(quote(value, safe="@"))


def _json_text(value: str) -> str:
    """Inside a string of JSON."""
    return _script(json.dumps(value, ensure_ascii=False)[1:-1])


def _script(value: str) -> str:
    for sign in "<>&\u2028\u2029":
        value = value.replace(sign, f"\\u{ord(sign):04x}")
    return value.replace("{{", "{\\u007b") if "{{" in value else value


def _plain(value: str) -> str:
    return re.sub("[\u00ad\u200b\ufeff]", "", value).replace("\u00a0", " ")


ESCAPES: Mapping[Context, Callable[[str], str]] = {
    "text": _text,
    "attribute": _attribute,
    "url": _url,
    "script": _script,
    "plain": _plain,
}
