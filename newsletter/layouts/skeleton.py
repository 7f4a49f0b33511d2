"""The skeleton: a layout with tokens for every value, compiled once per structure and cut into pieces.

Jinja2 (sandboxed, undefined is an error) → MJML → HTML, and the same for the plain text. A template marks where a
piece starts with `{{ piece("why", "email") }}`; an edition is made of the pieces it needs, nothing is compiled for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, cast

from newsletter.layouts.slots import Context, Misplaced, Part, split
from newsletter.problems import Invalid, Place, Problem

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

Medium = Literal["both", "email", "web"]

FOLDER = "layouts"
HTML_TEMPLATE = "issue.mjml.j2"
TEXT_TEMPLATE = "text/issue.txt.j2"
OTHER_MAILS = frozenset({"status.mjml.j2", "text/status.txt.j2"})
"""Layouts of mails that are no issue: a change of theirs changes no letter."""

_FOREIGN = re.compile(r"""(?:src|background)="(https?://[^"]+)"|url\(['"]?(https?://[^'")]+)""")
_CUT = re.compile(r"@@cut:([a-z0-9-]+):(both|email|web)@@")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the letter: `block-3`, or a named part of the frame, for one medium or both."""

    name: str
    medium: Medium
    parts: tuple[Part, ...]

    def to_json(self) -> Any:
        """Plain lists, for the cache."""
        return [self.name, self.medium, [list(part) for part in self.parts]]

    @classmethod
    def from_json(cls, data: Any) -> Piece:
        """What `to_json` gave."""
        name, medium, parts = data
        return cls(name, medium, tuple(Part(text, slot, cast("Context", context)) for text, slot, context in parts))


def compile_html(
    templates: Mapping[str, str], shape: Mapping[str, Any], lang: str, template: str = HTML_TEMPLATE
) -> list[Piece]:
    """The HTML skeleton of `shape`, from templates by name (path below layouts/), the letter's unless another is said.

    Raises Invalid for whatever is wrong in a template, with its place there.
    """
    from newsletter.layouts.mend import mend
    from newsletter.layouts.mjml import compile_mjml

    html = mend(compile_mjml(_render(templates, template, shape)), lang=lang)
    _refuse_foreign(html, template)
    return _cut(html, template)


def compile_text(templates: Mapping[str, str], shape: Mapping[str, Any], template: str = TEXT_TEMPLATE) -> list[Piece]:
    """The skeleton of the plain text."""
    return _cut(_render(templates, template, shape), template)


def _refuse_foreign(html: str, template: str) -> None:
    """No picture comes from another firm's server: it would see who opens the mail.

    Values are still tokens here, so an address is one that a layout or the compiler wrote: icons of mj-social,
    mj-accordion and mj-carousel come from the compiler's makers unless a layout names its own.
    """
    found = sorted({first or second for first, second in _FOREIGN.findall(html)})
    if found:
        hint = "put the picture into content/images/ and use its value, or take the tag out"
        text = f"the layout fetches {found[0]}"
        raise Invalid([Problem.at(Place(f"{FOLDER}/{template}"), "layout-foreign", text, hint)])


def _cut(compiled: str, template: str) -> list[Piece]:
    plain = template.endswith(".txt.j2")
    found = _CUT.split(compiled)  # text, name, medium, text, name, medium, …
    names = ["head", *found[1::3]]
    media = ["both", *found[2::3]]
    try:
        parts = [split(text, plain=plain) for text in found[0::3]]  # a cut stands between elements
    except Misplaced as error:
        hint = "let values stand in texts, in attributes such as alt and href, or in a JSON script"
        raise Invalid([Problem.at(Place(f"{FOLDER}/{template}"), "slot-place", str(error), hint)]) from error
    return [Piece(*piece) for piece in zip(names, cast("list[Medium]", media), parts, strict=True)]


def _render(templates: Mapping[str, str], name: str, shape: Mapping[str, Any]) -> str:
    from jinja2 import TemplateError

    environment = _environment(tuple(templates.items()))
    try:
        return environment.get_template(name).render(shape)
    except (TemplateError, RecursionError, TypeError, ValueError, ArithmeticError, MemoryError) as error:
        raise Invalid([_template_problem(name, templates, error)]) from error


@lru_cache(maxsize=2)
def _environment(sources: tuple[tuple[str, str], ...]) -> SandboxedEnvironment:
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment
    from markupsafe import Markup

    from newsletter.layouts.mjml import mark_places

    templates = dict(sources)

    def load(name: str) -> tuple[str, str, None] | None:
        if name not in templates:
            return None
        path = f"{FOLDER}/{name}"
        text = mark_places(templates[name], path) if name.endswith(".mjml.j2") else templates[name]
        return text, path, None

    def piece(name: str, medium: Medium = "both", *, plain: bool = False) -> Markup:
        mark = f"@@cut:{name}:{medium}@@"
        if not _CUT.fullmatch(mark):
            raise ValueError(
                f"no piece is called {name!r} for {medium!r}: write a-z, 0-9 and -, and both, email or web"
            )
        return Markup(mark if plain else f"<mj-raw>{mark}</mj-raw>")  # noqa: S704  # both are our own words

    environment = SandboxedEnvironment(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        autoescape=lambda name: name is None or not name.endswith(".txt.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=200,
    )
    environment.globals = {"piece": piece}
    return environment


def _template_problem(name: str, templates: Mapping[str, str], error: Exception) -> Problem:
    from jinja2 import TemplateNotFound, TemplateSyntaxError

    place = _innermost(error) or Place(f"{FOLDER}/{name}")
    if isinstance(error, TemplateSyntaxError):
        place = Place(f"{FOLDER}/{error.name or name}", error.lineno)
    place = _first_word(place, templates.get(place.path.removeprefix(f"{FOLDER}/"), ""))
    if isinstance(error, RecursionError):
        return Problem.at(place, "layout", "the template includes itself", "remove one include of the circle")
    if isinstance(error, TemplateNotFound):
        return Problem.at(place, "layout", f"there is no template {error.name!r}", f"write {FOLDER}/{error.name}")
    return Problem.at(place, "layout", str(error), "docs/layouts.md names every value a template may use")


def _innermost(error: Exception) -> Place | None:
    """The last line of a template that the error passed (Jinja puts templates into its tracebacks)."""
    found, trace = None, error.__traceback__
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        found = Place(path, trace.tb_lineno) if path.startswith(f"{FOLDER}/") else found
        trace = trace.tb_next
    return found


def _first_word(place: Place, text: str) -> Place:
    lines = text.splitlines()
    if 0 < place.line <= len(lines):
        line = lines[place.line - 1]
        return place._replace(column=len(line) - len(line.lstrip()) + 1)
    return place
