"""The tree as a plain text that stands alone: readable as it is, with every link's address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from newsletter.content.html import ITEM_LINK
from newsletter.content.tree import BLOCKS, Element, Node, text_of

_INVISIBLE = re.compile("[\u00ad\u200b\ufeff]")
_WIDEST_CELL, _WIDEST_TABLE = 28, 72


def to_text(root: Element) -> str:
    """The prose as plain text: one blank line between paragraphs, lines as long as they are."""
    return "\n\n".join(_blocks(root.children))


def _plain(text: str) -> str:
    return _INVISIBLE.sub("", text).replace("\u00a0", " ").replace("\u202f", " ")


def _blocks(nodes: Iterable[Node]) -> list[str]:
    """Each block as its lines; text that stands between blocks is a paragraph."""
    return [text for _, text in _tagged_blocks(nodes)]


def _tagged_blocks(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    run: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag in BLOCKS:
            yield from _paragraph(run)
            run.clear()
            if text := _block(node):
                yield node.tag, text
        else:
            run.append(node)
    yield from _paragraph(run)


def _paragraph(nodes: Sequence[Node]) -> Iterator[tuple[str, str]]:
    if text := _line(nodes):
        yield "p", text


def _line(nodes: Iterable[Node]) -> str:
    """Inline nodes as text; only an author's own line breaks are breaks."""
    text = re.sub(r"[ \n]*\f[ \n]*", "\f", "".join(map(_inline, nodes)))
    return re.sub(r"[ \t\n]+", " ", text).strip(" \f").replace("\f", "\n")


def _inline(node: Node) -> str:
    if isinstance(node, str):
        return _plain(node)
    inside = "".join(map(_inline, node.children))
    match node.tag:
        case "br":
            return "\f"
        case "img":
            alt = _plain(node.attributes.get("alt", "")).strip()
            return f"[Billede: {alt}]" if alt else ""
        case "sup":
            return f"[{inside}]"
        case "a":
            return _link(inside, _plain(node.attributes.get("href", "")))
    return inside


def _link(text: str, href: str) -> str:
    """`text (address)`, or one of them where the other says nothing more."""
    address = re.sub(r"^(?:mailto|tel|sms):", "", href, flags=re.IGNORECASE)
    if not address or address.startswith("#") or ITEM_LINK.fullmatch(address):
        return text
    shown, whole = _unspaced(text), _unspaced(address)
    if not shown or shown == re.sub(r"^https?://|/$", "", whole):
        return address
    same_number = href[:4].lower() in {"tel:", "sms:"} and whole.endswith(shown)
    return text if same_number or shown in {whole, _unspaced(href)} else f"{text} ({address})"


def _unspaced(text: str) -> str:
    return re.sub(r"\s", "", text)


def _block(element: Element) -> str:
    return _KINDS.get(element.tag, _inside)(element)


def _inside(element: Element) -> str:
    return "\n\n".join(_blocks(element.children))


def _code(element: Element) -> str:
    return _indented(text_of(element).replace("\u00a0", " ").strip("\n"), "    ")


def _quote(element: Element) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _inside(element).split("\n"))


def _indented(text: str, indent: str) -> str:
    text = _INVISIBLE.sub("", text)
    return "\n".join(indent + line if line.strip() else "" for line in text.split("\n"))


def _note(element: Element) -> str:
    """An admonition: its title on the line above its text."""
    blocks = _blocks(element.children)
    first = element.children[0] if element.children else ""
    titled = isinstance(first, Element) and first.attributes.get("class") == "admonition-title"
    if titled and len(blocks) > 1:
        blocks[:2] = [f"{blocks[0]}\n{blocks[1]}"]
    return "\n\n".join(blocks)


def _list(element: Element) -> str:
    """The items with their signs, the lines below hanging under the text."""
    items = [list(_tagged_blocks(child.children)) for child in element.children if isinstance(child, Element)]
    signs = _signs(element, len(items))
    lines = [_hanging(sign, _item(item)) for sign, item in zip(signs, items, strict=True)]
    spacious = any(sum(tag not in {"ul", "ol"} for tag, _ in item) > 1 for item in items)
    return ("\n\n" if spacious else "\n").join(lines)


def _signs(element: Element, count: int) -> list[str]:
    if element.tag == "ul":
        return ["- "] * count
    first = int(element.attributes.get("start", "1"))
    form = "[{}] " if element.attributes.get("class") == "footnotes" else "{}. "
    return [form.format(first + index) for index in range(count)]


def _item(blocks: Sequence[tuple[str, str]]) -> str:
    """An item's blocks: a list directly below its text, everything else after a blank line."""
    text = ""
    for tag, block in blocks:
        gap = "" if not text else "\n" if tag in {"ul", "ol"} else "\n\n"
        text += gap + block
    return text


def _hanging(sign: str, text: str) -> str:
    return (sign + _indented(text, " " * len(sign))[len(sign) :]).rstrip(" ")


def _definitions(element: Element) -> str:
    """Each term on a line, what it means indented below."""
    text = ""
    for child in element.children:
        if isinstance(child, Element):
            content = _item(list(_tagged_blocks(child.children)))
            line = content if child.tag == "dt" else _indented(content, "    ")
            gap = "\n\n" if child.tag == "dt" and text.rpartition("\n")[2].startswith(" ") else "\n"
            text += (gap if text else "") + line
    return text


def _table(element: Element) -> str:
    """Aligned columns when they are narrow, else a line `Header: cell` for each cell."""
    rows = [_elements(row, "td", "th") for row in _elements(element, "tr")]
    header, *body = [[_line(cell.children).replace("\n", " ") for cell in row] for row in rows]
    body = [row for row in body if any(row)]
    widths = [max(map(len, column)) for column in zip(header, *body, strict=False)]
    if max(widths) <= _WIDEST_CELL and sum(widths) + 2 * len(widths) <= _WIDEST_TABLE:
        right = [cell.attributes.get("align") == "right" for cell in rows[0]]
        return "\n".join(_columns(header, body, widths, right))
    return "\n\n".join("\n".join(_labelled(header, row)) for row in body or [header])


def _elements(element: Element, *tags: str) -> list[Element]:
    """The elements with one of the tags, at any depth but not inside each other."""
    found: list[Element] = []
    for child in element.children:
        if isinstance(child, Element):
            found += [child] if child.tag in tags else _elements(child, *tags)
    return found


def _columns(header: list[str], body: list[list[str]], widths: list[int], right: list[bool]) -> Iterator[str]:
    rule = ["-" * width for width in widths]
    for row in [header, rule, *body] if any(header) and body else body or [header]:
        columns = zip(row, widths, right, strict=False)
        aligned = (cell.rjust(width) if is_right else cell.ljust(width) for cell, width, is_right in columns)
        yield "  ".join(aligned).rstrip()


def _labelled(header: list[str], row: list[str]) -> Iterator[str]:
    for label, cell in zip(header, row, strict=False):
        if cell:
            yield f"{label}: {cell}" if label and label != cell else cell


_KINDS: dict[str, Callable[[Element], str]] = {
    "ul": _list,
    "ol": _list,
    "table": _table,
    "dl": _definitions,
    "hr": lambda _: "---",
    "pre": _code,
    "blockquote": _quote,
    "div": _note,
}
