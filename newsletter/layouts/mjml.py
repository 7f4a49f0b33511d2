"""MJML to HTML without surprises: what the compiler would spoil or drop is made safe or refused, with its place.

`mark_places` notes on every MJML tag where it stands in its template, `guard` reads the rendered text and writes it
anew, safe for the compiler, `compile_mjml` runs the compiler. Slot tokens such as `@@17@@` pass through untouched.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_right
from dataclasses import dataclass, field
from html import escape, unescape

from newsletter.layouts import tags
from newsletter.problems import Invalid, Place, Problem, guess

MAX_SIZE, MAX_DEPTH = 2_000_000, 64

_JINJA = (
    r"\{#.*?#\}|\{%(?:[^\"'%]|\"[^\"]*\"|'[^']*'|%(?!\}))*%\}"
    r"|\{\{(?:[^\"'}]|\"[^\"]*\"|'[^']*'|\}(?!\}))*\}\}"
)
_PLAIN = r"(?!\{[{%#])"
_TEMPLATE = re.compile(
    rf"{_JINJA}|<!--.*?-->|(?:\{{[{{%#]|<!--).*|(?P<name><[A-Za-z][\w:.-]*)"
    rf"(?P<rest>(?:{_JINJA}|\"(?:{_JINJA}|{_PLAIN}[^\"])*\"|'(?:{_JINJA}|{_PLAIN}[^'])*'|{_PLAIN}[^<>\"'])*>)?",
    re.DOTALL,
)
_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)-->|<(?P<other>[!?][^<>]*)>"
    r"|<(?P<slash>/?)(?P<name>[A-Za-z][^\s/>\"'=<]*)(?P<rest>(?:[^\"'<>]|\"[^\"]*\"|'[^']*')*)>"
    r"|(?P<open></?[A-Za-z][\w-]*|<[!?/])|(?P<text><?[^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"\s*(?:(?P<name>[^\s\"'<>/=]+)(?:\s*=\s*(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[^\s\"'<>=`]+)))?"
    r"|(?P<end>/?\s*$)|(?P<odd>.))",
    re.DOTALL,
)
_PLACE = re.compile(r"(.+):([0-9]{1,7}):([0-9]{1,7})")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?")
_AND = re.compile(r"&(?!#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]*;)")
_UNSAFE = re.compile(r"[^ !#-;=?-\[\]-~]")  # all but printable ASCII, and of that \" < > and the backslash
_SPACE = re.compile(r"[ \t\n\r\f]+")
_NO_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(rf"\U{plane + 0xFFFE:08x}\U{plane + 0xFFFF:08x}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_COMMENT = re.compile(r"@@comment:([\w-]+)@@")
_BYTE = re.compile(r"position (\d+)")


def mark_places(source: str, path: str) -> str:
    """Note on every MJML tag of a Jinja template where it stands; the lines stay as they are."""
    starts = [0, *(found.end() for found in re.finditer("\n", source))]
    safe = escape(path).replace("{", "&#123;")

    def mark(found: re.Match[str]) -> str:
        name = found["name"]
        if not name or not name.startswith(("<mjml", "<mj-")):
            return found[0]
        line = bisect_right(starts, found.start())
        column = found.start() - starts[line - 1] + 1
        return f'{name} data-at="{safe}:{line}:{column}"{found["rest"] or ""}'

    return _TEMPLATE.sub(mark, source)


def guard(text: str) -> str:
    """Write rendered MJML anew, safe for the compiler and without places.

    A conditional comment becomes a token, `compile_mjml` puts it back. Raises Invalid with everything that is wrong.
    """
    return "".join(_read(text).out)


def compile_mjml(text: str) -> str:
    """Compile rendered MJML to HTML, as the compiler writes it: `mend` comes after.

    Raises Invalid with everything that is wrong.
    """
    read = _read(text)
    from mjml import mjml2html

    def nothing(path: str) -> str:
        raise ValueError(path)

    try:
        html: str = mjml2html("".join(read.out), fonts={}, include_loader=nothing)
    except ValueError as error:
        hint = "the guard should have said this better: make the tag simpler, and report it"
        raise Invalid(
            [Problem.at(read.blame(str(error)), "mjml-compiler", f"the compiler stops: {error}", hint)]
        ) from error
    return _COMMENT.sub(lambda found: urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)).decode(), html)


@dataclass(slots=True)
class _Element:
    """A tag that is open: its name, what may stand in it, where it stands; what is unknown may hold anything."""

    name: str
    content: tags.Content | None
    place: Place | None
    tag: tags.Tag | None = None
    children: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """One pass over rendered MJML: what is read is checked and written anew."""

    source: str
    offset: int = 0
    out: list[str] = field(default_factory=list)
    marks: list[tuple[int, Place]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Element] = field(default_factory=lambda: [_Element("", "tags", None, tags.OUTSIDE)])
    classes: list[tuple[str, Place | None]] = field(default_factory=list)
    defined: set[str] = field(default_factory=set)

    def blame(self, message: str) -> Place:
        """Find the tag the compiler means; it counts in bytes."""
        found = _BYTE.search(message)
        limit, size, best = int(found[1]) if found else 0, 0, self.marks[0][1]
        places = dict(self.marks)
        for index, text in enumerate(self.out):
            best = places.get(index, best) if size <= limit else best
            size += len(text.encode())
        return best

    def here(self) -> Place:
        return self.stack[-1].place or Place("rendered.mjml", self.source.count("\n", 0, self.offset) + 1)

    def say(self, code: str, text: str, hint: str = "", place: Place | None = None) -> None:
        self.problems.append(Problem.at(place or self.here(), code, text, hint))

    def run(self) -> None:
        for found in _TOKEN.finditer(self.source):
            self.offset = found.start()
            if _NO_TEXT.search(found[0]):
                self.say("mjml-syntax", "a control character, or one that is no character", "remove it")
            if found["open"]:
                hint = "a quote or a `>` is missing; for the character `<` write `&lt;`"
                return self.say("mjml-syntax", f"{found['open']} has no end", hint)
            self.take(found)
            if len(self.stack) > MAX_DEPTH + 1:
                return self.say("mjml-depth", f"tags stand more than {MAX_DEPTH} deep in each other", "use fewer")
        for element in self.stack[:0:-1]:
            self.say("mjml-syntax", f"<{element.name}> is never closed", f"write </{element.name}>", element.place)
        return self.whole()

    def whole(self) -> None:
        """Say what can be said only at the end."""
        for name, place in self.classes:
            if name not in self.defined:
                hint = guess(name, self.defined) or "write one in mj-attributes"
                self.say("mjml-value", f"no <mj-class> is called {name!r}", hint, place)
        first = self.marks[0][1] if self.marks else None
        names = self.stack[0].children
        if "mjml" not in names:
            self.say("mjml-tag", "there is no <mjml>", 'begin the layout with <mjml lang="da">', first)
        elif "mj-body" not in names:
            self.say("mjml-tag", "there is no <mj-body>", "put the sections in <mj-body>", first)

    def take(self, found: re.Match[str]) -> None:
        if found["name"] and found["slash"]:
            self.close(found["name"], found["rest"])
        elif found["name"]:
            self.open(found["name"], found["rest"])
        elif found["text"]:
            self.characters(found["text"])
        elif found["comment"] is not None:
            self.comment(found["comment"])
        else:
            self.say("mjml-syntax", f"<{found['other'][:20]}> may not stand in MJML", "remove it")

    def open(self, name: str, rest: str) -> None:
        attributes, at, closed = self.attributes(rest)
        place = at or self.here()
        element = _Element(name, None, at or self.stack[-1].place)
        faults = (
            self.structure(element, attributes)
            if self.stack[-1].content in {"tags", None}
            else self.inner(element, attributes)
        )
        for fault in faults:
            self.say(*fault, place=place)
        self.marks.append((len(self.out), place))
        written = (f' {key}="{_safe(value or "")}"' for key, value in tags.with_units(element.tag, attributes))
        self.out.append(f"<{name}{''.join(written)}")
        if not closed and name.lower() not in tags.VOID:
            self.out.append(">")
            self.stack.append(element)
        else:
            self.out.append(" />" if element.tag or name.lower() in tags.VOID else f"></{name}>")

    def structure(self, element: _Element, attributes: tags.Attributes) -> list[tags.Fault]:
        """Read a tag where MJML tags stand."""
        name, parent = element.name, self.stack[-1]
        faults = [tags.tag_fault(name, parent.tag, parent.children)] if parent.tag else []
        parent.children.append(name)
        if name == "mj-body" and parent.name == "mjml":
            self.stack[0].children.append(name)
        element.tag = tags.within(parent.tag).get(name)
        if element.tag:
            element.content = element.tag.content
            faults += tags.attribute_faults(
                element.tag, [(key, value and unescape(value)) for key, value in attributes]
            )
            self.note_class(element, dict(attributes))
        return [fault for fault in faults if fault]

    def note_class(self, element: _Element, attributes: dict[str, str | None]) -> None:
        if element.name == "mj-class":
            self.defined.add(attributes.get("name") or "")
        elif (name := attributes.get("mj-class")) and len(name.split()) == 1:
            self.classes.append((name, element.place))

    def inner(self, element: _Element, attributes: tags.Attributes) -> list[tags.Fault]:
        """Read a tag inside one that holds HTML, text, a style sheet or nothing."""
        name, parent = element.name, self.stack[-1]
        if parent.content != "html" or name.lower() == "mjml" or name.lower().startswith("mj-"):
            return [tags.misplaced(name, parent.name)]
        element.content = "css" if name.lower() in {"script", "style"} else "html"
        if not _NAME.fullmatch(name):
            return [tags.Fault("mjml-syntax", f"<{name}> is no tag", "for the character `<` write `&lt;`")]
        return tags.html_fault(name, attributes, raw=self.inside("mj-raw"))

    def inside(self, name: str) -> bool:
        return any(element.name.lower() == name for element in self.stack)

    def attributes(self, rest: str) -> tuple[tags.Attributes, Place | None, bool]:
        """Read a tag's attributes, its place in its template, and whether it closes itself."""
        made: tags.Attributes = []
        at, closed, odd = None, False, ""
        for found in _ATTRIBUTE.finditer(rest):
            name, value = found["name"], next((found[key] for key in "abc" if found[key] is not None), None)
            if name == "data-at":
                at = _PLACE.fullmatch(unescape(value or ""))
            elif name and _NAME.fullmatch(name):
                made.append((name, value))
            else:
                odd = odd or name or found["odd"] or ""
                closed = closed or "/" in (found["end"] or "")
        place = Place(at[1], int(at[2]), int(at[3])) if at else None
        if odd:
            self.say("mjml-syntax", f"{odd!r} in a tag is no attribute", "check the quotes and spaces", place)
        return made, place, closed

    def close(self, name: str, rest: str) -> None:
        if rest.strip() or not any(element.name == name for element in self.stack):
            return self.say("mjml-syntax", f"</{name}{rest[:20]}> closes nothing", "remove it, or open the tag before")
        while (element := self.stack.pop()).name != name:
            hint = f"write </{element.name}> before"
            self.say("mjml-syntax", f"<{element.name}> is not closed before </{name}>", hint, element.place)
        return self.out.append(f"</{name}>")

    def characters(self, text: str) -> None:
        parent = self.stack[-1]
        if parent.content == "html":
            text = _AND.sub("&amp;", text.replace("<", "&lt;"))
            self.out.append(text.replace("\n", "&#10;") if self.inside("pre") else _SPACE.sub(" ", text))
        elif parent.content == "text":
            self.out.append(_safe(_SPACE.sub(" ", text)))
        elif parent.content == "css":
            self.out.append(_SPACE.sub(" ", text))
            for fault in tags.css_faults(text):
                self.say(*fault)
        elif parent.content and text.strip():
            where = f"in <{parent.name}>" if parent.name else "outside <mjml>"
            self.say(
                "mjml-text", f"text may not stand {where}: {text.strip()[:30]!r}", "put it in mj-text, or remove it"
            )

    def comment(self, text: str) -> None:
        if not text.lstrip().startswith(("[if", "<![endif]")):
            return
        if not self.inside("mj-raw"):
            self.say("mjml-syntax", "a conditional comment may stand in mj-raw only", "move it into mj-raw")
        encoded = urlsafe_b64encode(f"<!--{text}-->".encode("utf-8", "replace")).decode().rstrip("=")
        self.out.append(f"@@comment:{encoded}@@")


def _read(text: str) -> _Reader:
    reader = _Reader(text)
    if len(text) > MAX_SIZE:
        reader.say("mjml-size", f"the layout has {len(text)} characters, more than {MAX_SIZE}", "make it shorter")
    else:
        reader.run()
    if reader.problems:
        raise Invalid(reader.problems)
    return reader


def _safe(text: str) -> str:
    """Write what the compiler would spoil as numbers: it prints attributes the way Rust prints strings in its logs."""
    return _UNSAFE.sub(lambda found: f"&#{ord(found[0])};", _AND.sub("&#38;", text))
