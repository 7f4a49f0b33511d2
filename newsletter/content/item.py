"""One Markdown file of content/: its front matter as a model, its body as text, and places in both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from newsletter.content.issues import Issue
from newsletter.content.items import Article, Contact, Event, Guide, ItemFields, Scheme, Story
from newsletter.fields import Document, Model, read_yaml, validate
from newsletter.problems import Invalid, Place, Problem
from newsletter.source import Source

FieldsT_co = TypeVar("FieldsT_co", bound=Model, covariant=True)

FOLDERS: dict[str, type[ItemFields]] = {
    "articles": Article,
    "contacts": Contact,
    "events": Event,
    "guides": Guide,
    "schemes": Scheme,
    "stories": Story,
}
"""Folder of content/ → what its files hold."""

MODELS: dict[str, type[Model]] = {**FOLDERS, "issues": Issue}


@dataclass(frozen=True, kw_only=True)
class Item(Generic[FieldsT_co]):
    """A file of content/ that has been read: `fields` is what its front matter says, `body` its Markdown."""

    slug: str
    fields: FieldsT_co
    source: Source
    document: Document
    body_start: int
    """Offset of the body in the source's text."""

    @property
    def body(self) -> str:
        """The Markdown below the front matter."""
        return self.source.text[self.body_start :]

    def place(self, *path: str | int) -> Place:
        """The place of a front-matter value, e.g. `place("photo", "alt")`."""
        return self.document.place(*path)

    def find(self, needle: str, nth: int = 0) -> Place:
        """The place of the `nth` (from 0) `needle` in the body; the body's start when it is not there."""
        return self.source.find(needle, self.body_start, nth)


def read_item(source: Source, folder: str) -> Item[Model]:
    """The item in `source`, a file of content/<folder>/.

    Raises Invalid with every problem of its name and front matter.
    """
    problems: list[Problem] = []
    slug = source.path.rsplit("/", 1)[-1].removesuffix(".md")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        hint = "rename it: a-z, 0-9 and - only (æ is ae, ø is oe, å is aa)"
        problems.append(Problem.at(Place(source.path), "file-name", f"the file name {slug!r} is no short name", hint))
    start, end, body_start = _front_matter(source)
    try:
        document = read_yaml(source, start, end)
        fields = validate(MODELS[folder], document)
    except Invalid as error:
        raise Invalid([*problems, *error.problems]) from error
    if problems:
        raise Invalid(problems)
    return Item(slug=slug, fields=fields, source=source, document=document, body_start=body_start)


def _front_matter(source: Source) -> tuple[int, int, int]:
    """Where the YAML starts and ends, and where the body starts."""
    opening = re.match(r"---[ \t]*\n", source.text)
    if not opening:
        hint = "begin the file with a line of ---, then `title: …`, then a line of --- again"
        raise Invalid([Problem.at(source.place(0), "front-matter", "the front matter is missing", hint)])
    closing = re.compile(r"^---[ \t]*(\n|\Z)", re.MULTILINE).search(source.text, opening.end())
    if not closing:
        hint = "write a line of --- between the front matter and the text"
        raise Invalid([Problem.at(source.place(0), "front-matter", "the front matter has no end", hint)])
    return opening.end(), closing.start(), closing.end()
