"""Rules about links: their texts, and where they lead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from newsletter.checks.rule import Remark
from newsletter.checks.spots import target_place
from newsletter.content.html import ITEM_LINK
from newsletter.content.tree import Element, text_of, walk

if TYPE_CHECKING:
    from newsletter.checks.subjects import ItemSubject, ShownSubject
    from newsletter.content.item import Item
    from newsletter.problems import Place

_ADDRESS_KEYS = ("online", "sign_up", "url")
_WITH_TEXT = ("call_to_action", "link")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://|mailto:)(?:[^/@\s]*@)?([^/:?#\s]+)", re.IGNORECASE)
_PLACEHOLDER_HOST = re.compile(r"(?:.*\.)?(?:example\.(?:com|net|org)|localhost)|127\.0\.0\.1", re.IGNORECASE)
_PLACEHOLDERS = ("#", "http://", "https://", "mailto:", "tel:")
_BARE_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    # Danish
    r"(?:(?:find (?:det|den) |hent |klik |læs |se |tryk )?her|klik|hent|(?:dette )?link(?:et)?|(?:denne )?siden?"
    r"|(?:få |læs |se )?mere(?: her| info| information| at vide)?|læs videre|vis mere"
    # English
    r"|(?:click |read |see |tap )?here|download|(?:this )?(?:link|page)"
    r"|(?:find out |learn |read |see )?more(?: here| info| information)?)"
)


class Link(NamedTuple):
    """A link an author wrote: in the front matter (`path`), or the `nth` with its target in the body."""

    text: str | None
    """None where the layout says the text."""
    target: str
    path: tuple[str | int, ...] = ()
    nth: int = 0

    def place(self, item: Item[Any]) -> Place:
        """Where its target is written."""
        return item.place(*self.path) if self.path else target_place(item, self.target, self.nth)

    def text_place(self, item: Item[Any]) -> Place:
        """Where its text is written."""
        return item.place(*self.path[:-1], "text") if self.path else self.place(item)


def link_text(subject: ItemSubject) -> Iterator[Remark]:
    """A link's text says where the link leads.

    Screen readers list the links of a page without the sentences around them; "læs mere" ten times over is no list. A
    web address as text is read out letter by letter.
    Source: WCAG 2.1, 2.4.4 Link Purpose (In Context).
    """
    for link in _links(subject):
        words = (link.text or "").strip()
        if _SAYS_NOTHING.fullmatch(_plain(words)):
            hint = "name what the reader finds there, for example `[Læs om fleksjob](https://…)`"
            yield Remark(link.text_place(subject.item), f"the link text {words!r} does not say where it leads", hint)
        elif _BARE_ADDRESS.fullmatch(words):
            hint = "put words around it, for example `[Fleksjob på borger.dk](https://…)`"
            yield Remark(link.text_place(subject.item), "a web address stands as the text of a link", hint)


def link_same_text(subject: ItemSubject) -> Iterator[Remark]:
    """Links with the same text lead to the same place.

    Who hears only the texts cannot tell such links apart.
    Source: WCAG 2.1, 2.4.4 Link Purpose (In Context); good practice after 2.4.9.
    """
    first: dict[str, str] = {}
    for link in _links(subject):
        words = _plain(link.text or "")
        if not words or _SAYS_NOTHING.fullmatch(words):
            continue
        if first.setdefault(words, link.target) != link.target:
            text = f"two links say {(link.text or '').strip()!r} and lead to different places"
            yield Remark(link.text_place(subject.item), text, "let each text name its own page")


def link_empty(subject: ItemSubject) -> Iterator[Remark]:
    """A link has a text and leads somewhere.

    A link without text cannot be seen or heard; one without an address does nothing. Addresses that could run a
    program, such as `javascript:`, are taken out and count as none.
    Source: WCAG 2.1, 2.4.4 Link Purpose (In Context) and 4.1.2 Name, Role, Value.
    """
    for link in _links(subject):
        if not link.target:
            text = f"the link {(link.text or '').strip()!r} leads nowhere"
            yield Remark(_nowhere(subject.item, link), text, "begin its address with https://, mailto: or tel:")
        elif link.text is not None and not link.text.strip():
            text = f"the link to {link.target} has no text"
            yield Remark(link.place(subject.item), text, "write between [ and ] what the reader finds there")


def link_insecure(subject: ItemSubject) -> Iterator[Remark]:
    """A link begins with https:// and not with http://.

    Between `http:` and the reader anyone can look in and change the page, and many mail filters mark such mails.
    Source: RFC 9110, 4.2.2 (the https scheme).
    """
    for link in _links(subject):
        if link.target.lower().startswith("http://") and not _is_placeholder(link.target):
            hint = "try the address with https:// and write that if it works"
            yield Remark(link.place(subject.item), f"the link to {link.target} is not encrypted", hint)


def link_placeholder(subject: ItemSubject) -> Iterator[Remark]:
    """No link was left as a stand-in: `#`, `http://`, `TODO`, localhost, example.com.

    These are written to be replaced later, and nobody sees the difference until a reader clicks.
    Source: RFC 2606, 3 (example.com, .net and .org belong to nobody).
    """
    for link in _links(subject):
        if link.target and _is_placeholder(link.target):
            text = f"the link to {link.target!r} is a stand-in"
            yield Remark(link.place(subject.item), text, "write the real address, or take the link out")


def link_relative(subject: ItemSubject) -> Iterator[Remark]:
    """A link is a whole address, or points to another item's file.

    A mail has no place on the web, so `www.virk.dk` or `fleksjob.html` leads nowhere from it.
    Source: RFC 3986, 4.2 (a relative reference needs a base).
    """
    for link in _links(subject):
        target = link.target
        if target and not (target.startswith(("#", "{{")) or _SCHEME.match(target) or ITEM_LINK.fullmatch(target)):
            text = f"the link to {target!r} is not a whole address"
            yield Remark(link.place(subject.item), text, _whole(target))


def link_unknown_item(subject: ShownSubject) -> Iterator[Remark]:
    """A link to another item's file leads to an item that is in the same issue.

    The letter turns such a link into a jump to that item; when the item is not there, the jump goes nowhere.
    Source: WCAG 2.1, 2.4.4 Link Purpose (In Context); our own promise that every link leads somewhere.
    """
    for target in subject.links:
        item = ITEM_LINK.fullmatch(target)
        if item and item[1] not in subject.beside:
            text = f"the link to {target} leads to an item that is not in the issue sent on {subject.sent}"
            hint = "show the item in the issue too, or link to a web page"
            yield Remark(target_place(subject.item, target), text, hint)


def _links(subject: ItemSubject) -> Iterator[Link]:
    """Every link an author wrote, in the order of the file."""
    yield from _in_front_matter(subject.item.document.data, ())
    seen: Counter[str] = Counter()
    for element in walk(subject.tree):
        if element.tag == "a":
            target = element.attributes.get("href", "")
            yield Link(text=_heard(element), target=target, nth=seen[target])
            seen[target] += 1


def _in_front_matter(value: Any, path: tuple[str | int, ...]) -> Iterator[Link]:
    pairs = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for key, inner in pairs:
        if key in _ADDRESS_KEYS and isinstance(inner, str):
            text = value.get("text") if path[-1:] and path[-1] in _WITH_TEXT else None
            yield Link(text=text, target=inner, path=(*path, key))
        else:
            yield from _in_front_matter(inner, (*path, key))


def _heard(element: Element) -> str:
    """The text of a link as it is read aloud: words, and the descriptions of pictures."""
    alts = (inner.attributes.get("alt", "") for inner in walk(element) if inner.tag == "img")
    return " ".join([text_of(element), *alts]).strip(" ")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())


def _is_placeholder(target: str) -> bool:
    host = _HOST.match(target)
    stands_in = target.lower() in _PLACEHOLDERS or re.search(r"\bTODO\b", target)
    return bool(stands_in or (host and _PLACEHOLDER_HOST.fullmatch(host[1])))


def _nowhere(item: Item[Any], link: Link) -> Place:
    text = (link.text or "").strip()
    return item.find(f"[{text}](", 0) if text and f"[{text}](" in item.body else item.find("]()", link.nth)


def _whole(target: str) -> str:
    """The cure for an address that is not whole."""
    if target.endswith(".md"):
        return "an item's file is written with its folder, for example ../schemes/fleksjob.md"
    if re.fullmatch(r"[^\s/@]+@[^\s/@]+", target):
        return f"write mailto:{target}"
    if re.match(r"(?://)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/?#]|$)", target, re.IGNORECASE):
        return f"write https://{target.lstrip('/')}"
    return "begin it with https://, mailto: or tel:"
