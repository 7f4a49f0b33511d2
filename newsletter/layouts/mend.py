"""Mend the compiler's HTML: what readers, Outlook and screen readers need and the compiler leaves out or gets wrong.

One pass over the tags, the style sheets and the conditional comments (whose structure stays). Slot tokens stay as they
are, and what is mended once stays as it is.

A table without a role is a layout table when it stands in a conditional comment, where the compiler only writes layout;
elsewhere it is the table of an mj-table or of HTML in a layout: data, which a screen reader must read as a table.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

from newsletter.layouts.tags import VOID

_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)-->|(?P<sheet><style\b[^>]*>)(?P<css>.*?)</style>|<script\b.*?</script>"
    r"|<(?P<slash>/?)(?P<name>[A-Za-z][^\s/<>]*)(?P<rest>(?:[^\"'<>]|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"\s*([^\s\"'>/=]+)(?:=(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_BEGINNING = re.compile(r"\s*<!doctype[^>]*>\s*", re.IGNORECASE)
_LINK = re.compile(r"<link\b(?=[^>]*(?:stylesheet|fonts\.))[^>]*>", re.IGNORECASE)
_FETCHED = re.compile(r"@import\b[^;}]*;?|@font-face\s*\{[^}]*\}", re.IGNORECASE)
_COLOUR = re.compile(r"(?<![\w/&\"'#.])(?<!url\()#([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])(?![\w-])")
_VALUE = re.compile(r":[^:;{}]*(?=[;}]|$)")
_PIXELS = re.compile(r"(?<![\w-])((?:max-|min-)?(?:width|height)\s*:\s*)(\d+\.\d+)px")
_COLOURS: Final = frozenset(["bgcolor", "color", "fillcolor", "strokecolor"])
_SIZES: Final = frozenset(["width", "height"])
_STRAY: Final = {"td": frozenset(["vertical-align"]), "label": frozenset(["align"])}
"""Attributes the compiler writes where HTML has none of that name."""


def mend(html: str, *, lang: str) -> str:
    """Mend the compiler's `html`, a text in the language `lang`. Mending it again changes nothing."""
    html = "<!DOCTYPE html>" + _BEGINNING.sub("", html, count=1)
    html = _LINK.sub("", html)
    if not re.search(r"<title\b", html, re.IGNORECASE):
        html = re.sub(r"(<head\b[^>]*>)", r"\1<title></title>", html, count=1)
    return _Pass(lang).run(html)


class _Pass:
    """One walk through the tags, which knows how deep in the body it is."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.depth: int | None = None  # None: not in the body

    def run(self, html: str) -> str:
        return _TOKEN.sub(self.token, html)

    def token(self, found: re.Match[str]) -> str:
        if found["comment"] is not None:
            return f"<!--{_TOKEN.sub(_hidden, found['comment'])}-->"
        if found["css"] is not None:
            return f"{found['sheet']}{_sheet(found['css'])}</style>"
        if not found["name"]:
            return found[0]
        name = found["name"].lower()
        spoken = name == "html" or (self.depth == 0 and not found["slash"])
        self.step(name, found)
        if found["slash"]:
            return found[0]
        return _write(found, {"lang": escape(self.lang), "dir": "ltr"} if spoken else {})

    def step(self, name: str, found: re.Match[str]) -> None:
        """Count how deep the next tag stands below <body>."""
        if name == "body":
            self.depth = None if found["slash"] else 0
        elif self.depth is not None and found["slash"]:
            self.depth = max(self.depth - 1, 0)
        elif self.depth is not None and name not in VOID and not found["rest"].endswith("/"):
            self.depth += 1


def _hidden(found: re.Match[str]) -> str:
    """Mend a tag or a style sheet in a conditional comment; a table there is always layout."""
    if found["css"] is not None:
        return f"{found['sheet']}{_sheet(found['css'])}</style>"
    if not found["name"] or found["slash"]:
        return found[0]
    return _write(found, {}, layout=True)


def _write(found: re.Match[str], fixed: dict[str, str], *, layout: bool = False) -> str:
    """Write an opening tag anew, only where something in it is mended."""
    name, rest = found["name"].lower(), found["rest"]
    before = [(key, a or b or c) for key, a, b, c in _ATTRIBUTE.findall(rest.rstrip().removesuffix("/"))]
    after = [(key, mended) for key, value in before if (mended := _attribute(name, key, value)) is not None]
    after = [(key, fixed.get(key, value)) for key, value in after]
    given = {key for key, _ in after}
    after += [(key, value) for key, value in fixed.items() if key not in given]
    if layout:
        after = [(key, _outlook(value) if key == "class" else value) for key, value in after]
    if layout and name == "table" and "role" not in given:
        after.append(("role", "presentation"))
    if name == "img" and "alt" not in given:
        after.insert(0, ("alt", ""))
    if after == before:
        return found[0]
    end = " /" if rest.rstrip().endswith("/") else ""
    return f"<{found['name']}{''.join(_one(key, value) for key, value in after)}{end}>"


def _outlook(classes: str) -> str:
    """Mark all classes of a table for Outlook as such; the compiler marks the last one only."""
    if not classes.endswith("-outlook"):
        return classes
    return " ".join(one if one.endswith("-outlook") else f"{one}-outlook" for one in classes.split())


def _one(key: str, value: str) -> str:
    quote = "'" if '"' in value else '"'
    return f" {key}={quote}{value}{quote}"


def _attribute(tag: str, key: str, value: str) -> str | None:
    """Mend one attribute; None removes it."""
    if key in _STRAY.get(tag, ()) or (tag == "img" and value == "auto" and key in _SIZES):
        return None  # height: auto stands in the style
    if key in _COLOURS:
        return _long_colours(value)
    if key in _SIZES:
        return _whole(value)
    if key == "style":
        return _style(value)
    return value


def _sheet(css: str) -> str:
    """Mend the values of a style sheet; a selector such as #add stays."""
    return _VALUE.sub(lambda found: _long_colours(found[0]), _FETCHED.sub("", css))


def _style(style: str) -> str:
    return _long_colours(_PIXELS.sub(lambda found: f"{found[1]}{_floor(found[2])}px", style))


def _long_colours(text: str) -> str:
    return _COLOUR.sub(r"#\1\1\2\2\3\3", text) if "#" in text else text


def _whole(value: str) -> str:
    """Make a width or height a whole number, as Outlook wants it; percentages stay."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(?:px)?", value)
    return str(_floor(found[1])) if found else value


def _floor(number: str) -> int:
    """Round down, so that columns fit side by side; the compiler's arithmetic is a little short at times."""
    return int(float(number) + 0.05)
