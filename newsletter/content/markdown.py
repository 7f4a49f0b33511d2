"""Markdown to our tree: Python-Markdown parses, and nothing of its private signs or of raw HTML comes through.

What Python-Markdown must not touch (slots, fenced code, braces of text) is swapped for private characters first, and
back in the tree. HTML typed by an author is text, comments vanish, entities are their characters.
"""

from __future__ import annotations

import re
import string
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from threading import Lock

from markdown import Markdown
from markdown.extensions.admonition import AdmonitionExtension
from markdown.extensions.attr_list import AttrListExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FN_BACKLINK_TEXT, NBSP_PLACEHOLDER, FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import Delimiter, DelimiterProcessor, InlineProcessor
from markdown.inlinepatterns import SimpleTextInlineProcessor as Literal
from markdown.inlinepatterns import SubstituteTagInlineProcessor as Substitute
from markdown.util import ETX, STX, AtomicString

from newsletter.content.lists import even_lists
from newsletter.content.tree import BLOCKS, Element, Node, safe_attributes

SLOT = re.compile(r"\{\{\s*reader\.([a-z_]+)\s*\}\}")
"""A reader's slot as an author may write it; in the tree it is always `{{ reader.name }}`."""

_BRACE, _HASH, _FENCE_START, _FENCE_END, _FIRST_SLOT = "\ue000", "\ue001", "\ue002", "\ue003", 0xE100
_ALIEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff]")
_FENCE = re.compile(f"{_FENCE_START}([0-9]+){_FENCE_END}")
_SIGN = re.compile(r"[\ue000-\uf8ff]")
_CODE_POINT = re.compile(f"{STX}([0-9]+){ETX}")
_BROKEN = re.compile(f"{STX}?[klzwxh]*:?[0-9]+{ETX}|{STX}[klzwxh]+:?[0-9]*")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_SHIELDED = re.compile(
    r"(?P<fence>^(?P<indent>[ \t]*)(?P<ticks>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)\n"
    r"(?P<code>.*?)(?:^[ \t]*(?P=ticks)[`~]*[ \t]*$|\Z))"
    r"|^(?: {4}|\t)[^\n]*$"
    r"|(?P<line>^[ \t]*<!--.*?-->[ \t]*(?:\n|\Z))"
    r"|(?P<span>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=span)(?!`)|`+"
    r"|\\[\\`<]"
    r"|(?P<comment><!--.*?-->)",
    re.MULTILINE | re.DOTALL,
)
_TEXT_BRACE = re.compile(r"""\\?\{(?!:?[ ]*(?:[.#][\w-]+|[a-z]+=["'\w])[^{}\n]*\})""")
_HASHTAG = re.compile(r"^( {0,3})#(?=[^#\s])", re.MULTILINE)
_TABLE = re.compile(r"^([^|\n]*[^|\s][^|\n]*\n)(?= *\|[^\n]*\n *\|? *:?-[-:| ]*$)", re.MULTILINE)
_TABS = re.compile(r"^[ \t]+", re.MULTILINE)
_TOO_DEEP = re.compile(
    r"^(?:((?:[ ]*(?:>|[-*+][ ]|[0-9]+[.)][ ])){10})(?:[ ]*(?:>|[-*+][ ]|[0-9]+[.)][ ]))+|([ >*+\-0-9.)]{40})[ ]+)",
    re.MULTILINE,
)


@lru_cache(maxsize=256)
def parse_markdown(text: str) -> Element:
    """The tree of a Markdown text; its root has the tag `root`."""
    masks = _Masks()
    masked = masks.mask(text)
    with _ONE_AT_A_TIME:
        tree = _parse(masked)
    return Element("root", {}, _children(tree, masks))


_ONE_AT_A_TIME = Lock()
"""A Markdown instance keeps state while it parses."""


def _parse(text: str) -> ET.Element:
    parser = _parser()
    parser.reset()
    lines = text.split("\n")
    for preprocessor in parser.preprocessors:
        lines = preprocessor.run(lines)
    root = parser.parser.parseDocument(lines).getroot()
    assert root is not None
    for processor in parser.treeprocessors:
        changed = processor.run(root)
        root = root if changed is None else changed
    _order_notes(root)
    return root


def _order_notes(root: ET.Element) -> None:
    """Put the footnotes in the order in which the text refers to them."""
    numbers = {_note_name(sup): index for index, sup in reversed(list(enumerate(root.iter("sup"))))}
    for notes in root.iterfind(".//div[@class='footnote']/ol"):
        notes[:] = sorted(notes, key=lambda note: numbers.get(_note_name(note), 1_000_000))


def _note_name(element: ET.Element) -> str:
    return element.get("id", "").partition(":")[2]


@lru_cache(maxsize=1)
def _parser() -> Markdown:
    parser = Markdown(
        extensions=[
            TableExtension(use_align_attribute=True),
            FootnoteExtension(USE_DEFINITION_ORDER=False),
            AttrListExtension(),
            DefListExtension(),
            AdmonitionExtension(),
            SaneListExtension(),
        ],
    )
    parser.ESCAPED_CHARS = list(string.punctuation)
    parser.preprocessors.deregister("html_block")
    for name in ("prettify", "unescape", "footnote-duplicate", "footnote-reorder"):
        parser.treeprocessors.deregister(name)
    patterns = parser.inlinePatterns
    patterns.deregister("html")
    patterns.register(Literal(r"<!--.*?-->()", parser), "comment", 185)
    patterns.register(_Address(r"<(?:mailto:)?([^\s<>@!:]+@[^\s<>@:]+)>", parser), "automail", 110)
    patterns.register(Substitute(r"(?: {2,}|\\)\n", "br"), "linebreak", 100)
    patterns.register(_emphasis(parser), "em_strong", 60)
    patterns.register(_Character(_ENTITY.pattern, parser), "entity", 80)
    return parser


class _Address(InlineProcessor):
    """`<mail@firma.dk>` as a plain link."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element, int, int]:  # type: ignore[override]  # noqa: ARG002, N802
        link = ET.Element("a", {"href": f"mailto:{m[1]}"})
        link.text = AtomicString(m[1])
        return link, m.start(), m.end()


class _Emphasis(DelimiterProcessor):
    """Emphasis whose two ends are really there: on `*a **b*c` Python-Markdown 3.11 takes a letter for a sign."""

    _data = ""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element | None, int | None, int | None]:
        self._data = data
        return super().handleMatch(m, data)

    def add_region(self, delim: Delimiter, a: int, b: int, c: int, d: int, size: int) -> None:  # noqa: PLR0917
        if self._data[a:b] == self._data[c:d] == delim.token * size:
            super().add_region(delim, a, b, c, d, size)


def _emphasis(parser: Markdown) -> _Emphasis:
    emphasis = _Emphasis("*", "strong,em", parser)
    emphasis.add("_", "strong,em", smart=True)
    return emphasis


class _Character(InlineProcessor):
    """`&shy;` as its character, which no later pattern reads."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: ARG002, N802
        return "".join(f"{STX}{ord(char)}{ETX}" for char in _character(m)), m.start(), m.end()


def _character(match: re.Match[str]) -> str:
    """The characters an entity stands for; itself when nobody knows it."""
    return _ALIEN.sub("", unescape(match[0]))


@dataclass(slots=True)
class _Masks:
    """Remembers what the private characters of one text stand for."""

    slots: list[str] = field(default_factory=list)
    fences: list[re.Match[str]] = field(default_factory=list)

    def mask(self, text: str) -> str:
        text = _ALIEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        text = _SHIELDED.sub(self._shield, SLOT.sub(self._slot, text))
        text = _HASHTAG.sub(rf"\1{_HASH}", _TEXT_BRACE.sub(_BRACE, text))
        text = _TABLE.sub(r"\1\n", text)  # a table may follow its paragraph directly
        text = _TABS.sub(lambda match: match[0].expandtabs(4), text)
        return even_lists(_TOO_DEEP.sub(r"\1\2 ", text))

    def _slot(self, match: re.Match[str]) -> str:
        if match[1] not in self.slots:
            self.slots.append(match[1])
        return chr(_FIRST_SLOT + self.slots.index(match[1]))

    def _shield(self, match: re.Match[str]) -> str:
        if match["line"] or match["comment"]:
            return ""
        if not match["fence"]:
            return match[0]
        self.fences.append(match)
        return f"\n{match['indent']}{_FENCE_START}{len(self.fences) - 1}{_FENCE_END}\n"

    def restore(self, text: str) -> str:
        """The text with everything private turned back."""
        text = _CODE_POINT.sub(lambda match: chr(int(match[1])), text)
        text = _FENCE.sub(lambda match: self.fences[int(match[1])][0], text)
        text = _BROKEN.sub("", text).replace(STX, "").replace(ETX, "")
        return _SIGN.sub(self._sign, text)

    def _sign(self, match: re.Match[str]) -> str:
        index = ord(match[0]) - _FIRST_SLOT
        if 0 <= index < len(self.slots):
            return f"{{{{ reader.{self.slots[index]} }}}}"
        return {_BRACE: "{", _HASH: "#"}.get(match[0], "")

    def fence(self, text: str | None) -> Element | None:
        """The code block that a text is nothing but the sign of."""
        match = _FENCE.fullmatch((text or "").strip())
        if not match:
            return None
        fence = self.fences[int(match[1])]
        indent = len(fence["indent"].expandtabs(4))
        code = "\n".join(_outdent(line, indent) for line in fence["code"].removesuffix("\n").split("\n"))
        return Element("pre", {}, (Element("code", {}, (self.restore(code),)),))


def _outdent(line: str, columns: int) -> str:
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(spaces, columns) :]


def _children(node: ET.Element, masks: _Masks) -> tuple[Node, ...]:
    """What stands in an element: its text and its children, each converted."""
    return tuple(_trimmed(node.tag, _merged(_parts(node, masks))))


def _parts(node: ET.Element, masks: _Masks) -> Iterator[Node]:
    yield masks.fence(node.text) or _text(node, node.text, masks)
    for child in node:
        yield from _convert(child, masks)
        yield masks.fence(child.tail) or _text(node, child.tail, masks)


def _text(node: ET.Element, text: str | None, masks: _Masks) -> str:
    text = text or ""
    if node.tag == "code":  # Python-Markdown has escaped it already
        return masks.restore(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").rstrip("\n"))
    text = text.replace(NBSP_PLACEHOLDER, "").replace(FN_BACKLINK_TEXT, "")
    if isinstance(text, AtomicString):
        text = _ENTITY.sub(_character, text)
    return masks.restore(re.sub(r"[ \t]*\n[ \t]*", "\n", text))


def _merged(parts: Iterator[Node]) -> list[Node]:
    """The parts without empty texts, neighbouring texts as one."""
    merged: list[Node] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part:
            merged.append(part)
    return merged


def _trimmed(tag: str, nodes: list[Node]) -> Iterator[Node]:
    """The nodes without the white space that only divides blocks."""
    for index, node in enumerate(nodes):
        if isinstance(node, str) and tag in {*BLOCKS, "root"} - {"pre"}:
            before = index == 0 or _is_block(nodes[index - 1])
            after = index == len(nodes) - 1 or _is_block(nodes[index + 1])
            node = node.lstrip(" \n\t") if before else node  # noqa: PLW2901
            node = node.rstrip(" \n\t") if after else node  # noqa: PLW2901
        if node:
            yield node


def _is_block(node: Node) -> bool:
    return isinstance(node, Element) and (node.tag in BLOCKS or node.tag == "br")


def _convert(node: ET.Element, masks: _Masks) -> Iterator[Node]:
    kind = node.get("class", "")
    if node.tag == "a" and kind == "footnote-backref":
        return
    if node.tag == "sup":
        yield Element("sup", {}, ("".join(node.itertext()),))
    elif node.tag == "div" and kind == "footnote":
        notes = node.find("ol")
        if notes is not None:
            yield Element("ol", {"class": "footnotes"}, _children(notes, masks))
    elif node.tag == "p" and not len(node) and (fence := masks.fence(node.text)):
        yield fence
    else:
        children = _children(node, masks)
        if children or node.tag != "p":
            yield Element(node.tag, _attributes(node, masks), children)


def _attributes(node: ET.Element, masks: _Masks) -> dict[str, str]:
    fixed = {"scope": "col"} if node.tag == "th" else {}
    written = {name: masks.restore(_ENTITY.sub(_character, value)) for name, value in node.items()}
    return {**fixed, **safe_attributes(node.tag, written)}
