"""Rules about pictures: their files, and the words for those who do not see them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from newsletter.checks.rule import Remark
from newsletter.checks.spots import target_place
from newsletter.content.tree import walk
from newsletter.problems import guess

if TYPE_CHECKING:
    from newsletter.checks.subjects import ItemSubject
    from newsletter.problems import Place

_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_BEFORE_NAME = re.compile(r"^(?:\.{1,2}/|/(?!/)|content/|images/)+")
_ODD_NAME = re.compile(r"[{}\"<>&\s]")
_FILE_NAME = re.compile(
    r"\S+\.(?:png|jpe?g|gif|webp|svg|bmp|heic|tiff?)|(?:img|dsc|image|foto|scan)[_ -]?\d+", re.IGNORECASE
)
_SAYS_NOTHING = frozenset(
    ("billede", "billedet", "foto", "fotografi", "ikon", "illustration", "image", "logo", "photo", "picture", "tegning")
)


class Picture(NamedTuple):
    """A picture in the body: its file as written, its alternative text, and the how-manieth with that file it is."""

    src: str
    alt: str
    nth: int


def alt_missing(subject: ItemSubject) -> Iterator[Remark]:
    """A picture in the text says what it shows: `![Tre kolleger ved et bord](moede.png)`.

    Who does not see the picture reads or hears these words instead, and many mail programs show no pictures at first. A
    photo in the front matter may have `alt: ""` when it only decorates; in Markdown there is no way to say so.
    Source: WCAG 2.1, 1.1.1 Non-text Content.
    """
    for picture in _pictures(subject):
        if not picture.alt.strip():
            hint = "write between ![ and ] what the picture shows, in one short sentence"
            yield Remark(_place(subject, picture), f"the picture {picture.src} has no description", hint)


def alt_file_name(subject: ItemSubject) -> Iterator[Remark]:
    """A picture's description is more than its file name or the word "billede".

    "IMG_2041.jpg" read aloud tells nobody anything.
    Source: WCAG 2.1, 1.1.1 Non-text Content (failure F30).
    """
    hint = 'say what the picture shows, in one short sentence; `alt: ""` if a photo only decorates'
    for place, alt, src in _described(subject):
        words = alt.strip()
        is_name = words.casefold() in {src.casefold(), PurePosixPath(src).stem.casefold()}
        if words and (is_name or _FILE_NAME.fullmatch(words) or words.casefold().rstrip(".") in _SAYS_NOTHING):
            yield Remark(place, f"the description {words!r} does not say what the picture shows", hint)


def picture_unknown(subject: ItemSubject) -> Iterator[Remark]:
    """A picture's file is in content/images/, under a name without spaces.

    Otherwise the letter shows an empty frame.
    Source: what the build can do: it publishes the pictures of content/images/ and no others.
    """
    for place, src in _files(subject):
        name = _BEFORE_NAME.sub("", src)
        if _ODD_NAME.search(name):
            hint = "rename the file: a-z, 0-9, - and a full stop before its ending"
            yield Remark(
                place, f"the picture's file name {name!r} has a space or another sign that cannot be used", hint
            )
        elif name not in subject.images:
            near = guess(name, subject.images)
            hint = "put the file into content/images/, with the same name as here"
            yield Remark(place, f"there is no picture content/images/{name}", near if near.startswith("did") else hint)


def picture_elsewhere(subject: ItemSubject) -> Iterator[Remark]:
    """A picture comes from content/images/ and not from another server.

    The other server sees who opens the mail and when, and may change or remove the picture after the letter was
    approved.
    Source: GDPR, article 5(1)(c) (data minimisation); the ePrivacy rules on tracking pixels.
    """
    for picture in _pictures(subject):
        if _ELSEWHERE.match(picture.src):
            text = f"the picture {picture.src} lies on another server"
            yield Remark(
                _place(subject, picture), text, "save it in content/images/ if you may use it, and name that file"
            )


def _pictures(subject: ItemSubject) -> Iterator[Picture]:
    seen: Counter[str] = Counter()
    for element in walk(subject.tree):
        if element.tag == "img":
            src = element.attributes.get("src", "")
            yield Picture(src, element.attributes.get("alt", ""), seen[src])
            seen[src] += 1


def _place(subject: ItemSubject, picture: Picture) -> Place:
    return target_place(subject.item, picture.src, picture.nth)


def _described(subject: ItemSubject) -> Iterator[tuple[Place, str, str]]:
    """Place, description and file of every picture."""
    photo = getattr(subject.item.fields, "photo", None)
    if photo:
        yield subject.item.place("photo", "alt"), photo.alt, photo.file
    yield from ((_place(subject, each), each.alt, each.src) for each in _pictures(subject))


def _files(subject: ItemSubject) -> Iterator[tuple[Place, str]]:
    photo = getattr(subject.item.fields, "photo", None)
    if photo:
        yield subject.item.place("photo", "file"), photo.file
    yield from ((_place(subject, each), each.src) for each in _pictures(subject) if not _ELSEWHERE.match(each.src))
