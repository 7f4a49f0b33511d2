"""What MJML's tags may carry and hold, as npm's mjml says it, less what our compiler cannot do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from newsletter.problems import guess

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Content = Literal["tags", "html", "text", "css", "none"]
"""What may stand between a tag's two ends: MJML tags, any HTML, plain text, a style sheet, or nothing."""

Attributes = list[tuple[str, str | None]]
"""Names and values in the order written; a name alone has the value None."""

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
"""Tags of HTML that hold nothing and have no end."""

_HEADS = ["mj-attributes", "mj-breakpoint", "mj-font", "mj-html-attributes", "mj-preview", "mj-style", "mj-title"]
HEAD = frozenset(["mjml", "mj-head", *_HEADS])
"""Tags that draw nothing: no class can be set on them."""

REFUSED = {
    "mj-include": ("mjml-include", "mj-include is not used here", "use Jinja's {% include %}"),
    "mj-font": (
        "mjml-font",
        "no fonts are fetched: a reader's mail program would call another firm",
        "name fonts every machine has",
    ),
    "mj-html-attributes": (
        "mjml-tag",
        "the compiler cannot do mj-html-attributes",
        "write the attributes in mj-raw or in the prose",
    ),
}
"""Tags MJML has and layouts here may not use: code, text, cure."""

DEAF: dict[str, frozenset[str]] = {
    "mj-accordion-title": frozenset({"font-weight"}),
    "mj-button": frozenset({"title"}),
    "mj-hero": frozenset({"border-radius", "mode"}),
    "mj-image": frozenset({"border-bottom", "border-left", "border-right", "border-top", "sizes"}),
    "mj-raw": frozenset({"position"}),
    "mj-section": frozenset({"gutter", "text-padding"}),
    "mj-social": frozenset({"border", "table-layout"}),
    "mj-social-element": frozenset({"border", "icon-position", "sizes", "srcset"}),
    "mj-spacer": frozenset({"border", "border-bottom", "border-left", "border-right", "border-top"}),
    "mj-style": frozenset({"inline"}),
    "mj-table": frozenset({"font-weight", "role"}),
    "mj-text": frozenset({"background-color"}),
    "mj-wrapper": frozenset({"gap", "gutter", "text-padding"}),
}
"""Attributes npm's mjml acts on and our compiler drops without a word."""

ONCE = frozenset(["mjml", "mj-body", "mj-head", "mj-preview", "mj-title"])
"""Tags of which the compiler uses one only."""

NO_MAIL = frozenset(
    ["embed", "iframe", "noembed", "noframes", "noscript", "object", "plaintext", "textarea", "title", "xmp"]
)
"""HTML no mail program shows, and most of which is read by other rules than the rest."""

PLAIN: dict[str, Content] = {"mj-accordion-title": "text"}
"""Tags where npm's mjml takes HTML and our compiler stops."""

NO_RAW = frozenset(["mjml", "mj-accordion", "mj-accordion-element", "mj-navbar", "mj-social"])
"""Parents where npm's mjml takes mj-raw and our compiler stops."""

_COLOUR = re.compile(
    r"#(?:[0-9a-fA-F]{3}){1,2}|rgba?\(\s*\d{1,3}(?:\s*,\s*\d{1,3}){2}(?:\s*,\s*(?:0|1|0?\.\d+|1\.0+))?\s*\)"
)
_FETCHED = re.compile(r"@import|@font-face", re.IGNORECASE)
_SIZE = re.compile(r"unit\(px(?!,%,\))")
_ZERO = re.compile(r"(?<!\S)0(?!\S)")
_WANTED = {"boolean": "true or false", "color": "a colour such as #005f73", "integer": "a whole number"}
_TYPE = re.compile(r"(\w+)(?:\(([^)]*)\))?(?:\{(\d+)(?:,(\d+))?\})?")


class Fault(NamedTuple):
    """A problem that has no place yet."""

    code: str
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of MJML."""

    name: str
    content: Content
    attributes: dict[str, str]
    children: frozenset[str]


@cache
def _table() -> dict[str, Any]:
    import json

    table: dict[str, Any] = json.loads(Path(__file__).with_name("mjml_tags.json").read_text("utf-8"))
    return table


@cache
def tags() -> dict[str, Tag]:
    """Every tag a layout may use, by name."""
    return {name: _tag(name, facts) for name, facts in _table()["tags"].items() if name not in REFUSED}


def _tag(name: str, facts: dict[str, Any]) -> Tag:
    content: Content = (
        PLAIN.get(name) or facts.get("content") or ("tags" if facts["children"] or name == "mj-attributes" else "none")
    )
    children = frozenset(facts["children"]) - (frozenset({"mj-raw"}) if name in NO_RAW else frozenset())
    attributes = {key: _pixels(key, kind) for key, kind in facts["attributes"].items() if key not in DEAF.get(name, ())}
    if name not in HEAD and name != "mj-raw":
        attributes |= {"css-class": "string", "mj-class": "string"}
    return Tag(name, content, attributes, children - REFUSED.keys())


def _pixels(key: str, kind: str) -> str:
    """Take px alone for paddings: the compiler forgets percentages when it counts widths."""
    return kind.replace("(px,%)", "(px)") if "padding" in key else kind


@cache
def default_tags() -> dict[str, Tag]:
    """Give the tags inside mj-attributes: every drawn tag, mj-all and mj-class, none with children."""
    made = {
        name: Tag(name, "none", {key: kind for key, kind in tag.attributes.items() if key != "mj-class"}, frozenset())
        for name, tag in tags().items()
        if name not in HEAD and name != "mj-raw"
    }
    kinds: dict[str, set[str]] = {}
    for tag in made.values():
        for key, kind in tag.attributes.items():
            kinds.setdefault(key, set()).add(kind)
    joined = {key: "|".join(sorted(several)) for key, several in kinds.items()}
    return made | {
        "mj-all": Tag("mj-all", "none", joined, frozenset()),
        "mj-class": Tag("mj-class", "none", joined | {"name": "string"}, frozenset()),
    }


OUTSIDE = Tag("", "tags", {}, frozenset({"mjml"}))
"""What is around <mjml>."""


def within(parent: Tag | None) -> dict[str, Tag]:
    """Give the tags that are known inside `parent`, some of them misplaced."""
    return default_tags() if parent and parent.name == "mj-attributes" else tags()


def tag_fault(name: str, parent: Tag, before: Sequence[str]) -> Fault | None:
    """Say what is wrong with a tag called `name` inside `parent`, after the tags `before`."""
    known = within(parent)
    if name in REFUSED:
        return Fault(*REFUSED[name])
    if name not in known:
        return Fault("mjml-tag", f"there is no tag <{name}> in MJML", _guess(name, parent, known))
    if parent.name == "mj-attributes":
        return None
    if name not in parent.children:
        return misplaced(name, parent.name)
    return Fault("mjml-parent", f"a second <{name}>", "join the two") if name in ONCE and name in before else None


def _guess(name: str, parent: Tag, known: dict[str, Tag]) -> str:
    if not name.lower().startswith("mj"):
        return "HTML stands in mj-text, mj-table or mj-raw"
    hint = guess(name, known)
    return hint if hint.startswith("did") else guess(name, parent.children or known)


def misplaced(name: str, parent: str) -> Fault:
    """Say that `name` may not stand in `parent`, and where it may."""
    homes = sorted(tag.name for tag in tags().values() if name in tag.children)
    where = f"in <{parent}>" if parent else "outside <mjml>"
    hint = f"it may stand in: {', '.join(homes)}" if homes else "HTML stands in mj-text, mj-table or mj-raw"
    return Fault("mjml-parent", f"<{name}> may not stand {where}", hint)


def html_fault(name: str, attributes: Attributes, *, raw: bool) -> list[Fault]:
    """Say what is wrong with the HTML tag `name`, `raw` inside mj-raw."""
    data = ("type", "application/ld+json") in attributes
    hint = "a mail program removes it; JSON-LD (a script) and style may stand in mj-raw"
    refused = name.lower() in NO_MAIL or (name.lower() == "script" and not (raw and data))
    if refused or (name.lower() == "style" and not raw):
        return [Fault("mjml-tag", f"<{name}> may not stand in a letter here", hint)]
    return _doubled(name, attributes)


def css_faults(text: str) -> Iterator[Fault]:
    """Say what is wrong in a style sheet, or in the JSON of a script."""
    if "<" in text:
        hint = "in a style sheet write min-width or max-width, in JSON \\u003c"
        yield Fault("mjml-syntax", "the compiler cannot read the character `<` here", hint)
    if _FETCHED.search(text):
        yield Fault("mjml-font", "no fonts and no style sheets are fetched", "write the rules in the layout")


def attribute_faults(tag: Tag, attributes: Attributes) -> list[Fault]:
    """Say what is wrong with what is written in `tag`'s opening."""
    faults = [_attribute_fault(tag, name, value) for name, value in attributes]
    faults += [*_doubled(tag.name, attributes), *_missing(tag.name, dict(attributes))]
    return [fault for fault in faults if fault]


def _attribute_fault(tag: Tag, name: str, value: str | None) -> Fault | None:
    if name in DEAF.get(tag.name, ()):
        return Fault("mjml-attribute", f"the compiler takes no notice of {name!r} on <{tag.name}>", "remove it")
    if name not in tag.attributes:
        return Fault("mjml-attribute", f"<{tag.name}> has no attribute {name!r}", guess(name, tag.attributes))
    kind = tag.attributes[name]
    if value is None:
        return Fault("mjml-syntax", f"{name!r} on <{tag.name}> has no value", f'write {name}="…"')
    if not any(fits(one, value) for one in kind.split("|")):
        return Fault("mjml-value", f"{value!r} does not suit {name!r} on <{tag.name}>", f"it takes {_wanted(kind)}")
    if name == "mj-class" and len(value.split()) != 1:
        hint = "the compiler reads one: write a class for the two in mj-attributes"
        return Fault("mjml-value", f"mj-class on <{tag.name}> names several classes, or none", hint)
    return None


def with_units(tag: Tag | None, attributes: Attributes) -> Attributes:
    """Write `0px` for 0: the compiler forgets a padding such as `0 12px` when it counts widths."""
    sizes = [key for key, kind in tag.attributes.items() if _SIZE.match(kind)] if tag else []
    return [(key, _ZERO.sub("0px", value) if value and key in sizes else value) for key, value in attributes]


def _doubled(tag: str, attributes: Attributes) -> list[Fault]:
    names = [name for name, _ in attributes]
    twice = sorted({name for name in names if names.count(name) > 1})
    return [Fault("mjml-attribute", f"{name!r} stands twice on <{tag}>", "keep one") for name in twice]


def _missing(name: str, given: dict[str, str | None]) -> Iterator[Fault]:
    if name == "mjml" and given.get("lang") in (None, "", "und"):
        yield Fault("mjml-attribute", "<mjml> does not say its language", 'write <mjml lang="da">')
    if name == "mj-class" and not given.get("name"):
        yield Fault("mjml-attribute", "<mj-class> has no name", 'write <mj-class name="…" />')


def fits(kind: str, value: str) -> bool:
    """Whether `value` is of the type `kind`, written as npm's mjml writes its types."""
    base, inner, least, most = _parsed(kind)
    match base:
        case "color":
            return bool(_COLOUR.fullmatch(value)) or value in _table()["colours"]
        case "enum":
            return value in inner
        case "boolean":
            return value in ("true", "false")
        case "integer":
            return bool(re.fullmatch(r"[0-9]+", value))
        case "unit" | "unitWithNegative":
            parts = value.split(" ")
            return least <= len(parts) <= most and all(_unit(base, inner).fullmatch(part) for part in parts)
    return True


@cache
def _parsed(kind: str) -> tuple[str, tuple[str, ...], int, int]:
    found = _TYPE.fullmatch(kind)
    assert found, kind
    base, inner, least, most = found.groups()
    return base, tuple((inner or "").split(",")), int(least or 1), int(most or least or 1)


@cache
def _unit(base: str, units: tuple[str, ...]) -> re.Pattern[str]:
    sign = "-?" if base == "unitWithNegative" else ""
    auto = "|auto" if "auto" in units else ""
    words = "|".join(re.escape(unit) for unit in units if unit != "auto")
    return re.compile(rf"{sign}(?:[0-9]{{1,5}}(?:\.[0-9]{{1,4}})?|\.[0-9]{{1,4}})(?:{words})|0{auto}")


def _wanted(kinds: str) -> str:
    return " or ".join(dict.fromkeys(map(_wanted_one, kinds.split("|"))))


def _wanted_one(kind: str) -> str:
    base, inner, least, most = _parsed(kind)
    if base == "enum":
        return f"one of {', '.join(inner)}"
    examples = ", ".join("auto" if unit == "auto" else f"12{unit}" for unit in inner)
    return _WANTED.get(base) or examples + (f" ({least} to {most} of them)" if most > 1 else "")
