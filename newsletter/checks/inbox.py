"""Rules about the line in the inbox, and about the finished letter as mail programs take it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from newsletter.checks.rule import Remark
from newsletter.layouts.slots import READER_SLOTS

if TYPE_CHECKING:
    from newsletter.checks.subjects import EditionSubject, IssueSubject
    from newsletter.problems import Place

SUBJECT_SHOWN, SUBJECT_MAX = 60, 150
PREHEADER_MIN, PREHEADER_SHOWN = 30, 110
HTML_LARGE, HTML_CLIPPED = 90_000, 102_000
STYLE_MAX = 16_384
TEXT_MIN, TEXT_SHARE = 200, 0.02

_HIDDEN = re.compile("[\u00ad\u200b\u2060\ufeff]|&(?:shy|#173|#8203|ZeroWidthSpace);")
_SLOT = re.compile(r"\{\{[^{}]*\}\}")
_TYPICAL_NAME = "Henriette"
_LEFT_OVER = re.compile(r"@@(?:\d+@@|cut)|\{\{ ?([\w-]+(?:\.[^{}\s]+)?) ?\}\}")
_UNSUBSCRIBE = "{{ reader.unsubscribe_url }}"


def subject_length(subject: IssueSubject) -> Iterator[Remark]:
    """The subject has at most 60 characters.

    A phone shows about 40 of them and most mail programs about 60; what comes after is not seen. A slot counts as nine.
    Source: what mail programs show; no standard sets it.
    """
    length = _length(subject.issue.fields.subject)
    if SUBJECT_SHOWN < length <= SUBJECT_MAX:
        text = f"the subject has {length} characters; inboxes show about {SUBJECT_SHOWN}"
        yield Remark(subject.issue.place("subject"), text, "shorten it, and put the most important word first")


def subject_too_long(subject: IssueSubject) -> Iterator[Remark]:
    """The subject has no more than 150 characters.

    That is no subject but a text, and mail filters take it for spam.
    Source: our own limit; RFC 5322, 2.1.1 sets 998 octets for a line.
    """
    length = _length(subject.issue.fields.subject)
    if length > SUBJECT_MAX:
        text = f"the subject has {length} characters; {SUBJECT_MAX} is the most"
        yield Remark(
            subject.issue.place("subject"), text, "say it in 60 characters and put the rest into the preheader"
        )


def preheader_length(subject: IssueSubject) -> Iterator[Remark]:
    """The preheader has between 30 and 110 characters.

    When it is short, the inbox fills the line with the first words of the letter; when it is long, the end is not seen.
    Source: what mail programs show; no standard sets it.
    """
    length = _length(subject.issue.fields.preheader)
    if not PREHEADER_MIN <= length <= PREHEADER_SHOWN:
        text = f"the preheader has {length} characters; {PREHEADER_MIN} to {PREHEADER_SHOWN} work best"
        hint = "add what else the reader finds" if length < PREHEADER_MIN else "shorten it"
        yield Remark(subject.issue.place("preheader"), text, hint)


def preheader_repeats(subject: IssueSubject) -> Iterator[Remark]:
    """The preheader does not say the subject again.

    They stand beside each other in the inbox: two lines to say two things.
    Source: our own rule.
    """
    fields = subject.issue.fields
    first, second = _words(fields.subject), _words(fields.preheader)
    if first and first in second:
        text = "the preheader says what the subject already says"
        yield Remark(subject.issue.place("preheader"), text, "tell something else the reader finds in the letter")


def soft_hyphen(subject: IssueSubject) -> Iterator[Remark]:
    """No soft hyphens and no characters without width stand in the subject or the preheader.

    In a letter they tell where a long word may break. In the inbox some programs show them as signs, and a search for
    the word does not find it.
    Source: The Unicode Standard, 23.2 (layout controls).
    """
    for key in ("subject", "preheader"):
        if _HIDDEN.search(getattr(subject.issue.fields, key)):
            text = f"an invisible sign (a soft hyphen or the like) stands in the {key}"
            yield Remark(subject.issue.place(key), text, "delete the line and type it again")


def html_size(subject: EditionSubject) -> Iterator[Remark]:
    """The HTML of a letter has at most 90 kB (90,000 bytes as UTF-8).

    Near the limit: at about 102 kB Gmail cuts a mail off.
    Source: what Gmail does; no standard sets it.
    """
    size = _bytes(subject.html)
    if HTML_LARGE < size <= HTML_CLIPPED:
        text = (
            f"the letter {subject.name!r} has {size / 1000:.0f} kB of HTML; Gmail cuts it off at {HTML_CLIPPED // 1000}"
        )
        yield Remark(_place(subject), text, "show fewer items, or shorten them")


def html_clipped(subject: EditionSubject) -> Iterator[Remark]:
    """The HTML of a letter has no more than 102 kB (102,000 bytes as UTF-8).

    Gmail hides the rest behind a link, and with it the way to unsubscribe.
    Source: what Gmail does; no standard sets it.
    """
    size = _bytes(subject.html)
    if size > HTML_CLIPPED:
        text = (
            f"the letter {subject.name!r} has {size / 1000:.0f} kB of HTML; Gmail cuts it off at {HTML_CLIPPED // 1000}"
        )
        yield Remark(_place(subject), text, "show fewer items, or link to the longest ones on the web")


def style_size(subject: EditionSubject) -> Iterator[Remark]:
    """All style sheets of a letter together have no more than 16 kB (16,384 bytes).

    Gmail throws away what is more, and the letter loses its look on phones and in dark mode.
    Source: what Gmail does; no standard sets it.
    """
    size = sum(_bytes(sheet) for sheet in _styles(subject.html))
    if size > STYLE_MAX:
        text = f"the letter's style sheets have {size} bytes; Gmail takes {STYLE_MAX}"
        yield Remark(_place(subject), text, "shorten layouts/style.css.j2")


def unresolved_token(subject: EditionSubject) -> Iterator[Remark]:
    """Nothing of the machinery is left in a letter: no `@@12@@`, and no slot that nobody fills.

    Only the reader's and the edition's slots stay until the letter is sent.
    Source: our own rule.
    """
    for part, text in (("HTML", subject.html), ("plain text", subject.text)):
        for token in sorted(set(_left_over(text))):
            hint = "mend what is said of it elsewhere; if nothing is, a layout uses a value that does not exist"
            yield Remark(_place(subject), f"{token!r} is left in the letter's {part}", hint)


def unsubscribe_missing(subject: EditionSubject) -> Iterator[Remark]:
    """A letter has the reader's link to unsubscribe, in its HTML and in its plain text.

    Source: markedsføringsloven § 10; GDPR, article 7(3).
    """
    for part, text in (("HTML", subject.html), ("plain text", subject.text)):
        if _UNSUBSCRIBE not in text:
            said = f"the letter's {part} has no link to unsubscribe"
            yield Remark(_place(subject), said, "put `reader.unsubscribe_url` back into the layout")


def postal_address_missing(subject: EditionSubject) -> Iterator[Remark]:
    """A letter says where the sender lives, in its HTML and in its plain text.

    Source: GDPR, article 13(1)(a).
    """
    address = subject.sender_address
    plain = address.replace("\u00a0", " ")
    for part, is_there in (
        ("HTML", escape(address, quote=False) in subject.html),
        ("plain text", plain in subject.text),
    ):
        if not is_there:
            text = f"the letter's {part} lacks the sender's postal address"
            yield Remark(_place(subject), text, "put `sender.address` back into the layout")


def text_missing(subject: EditionSubject) -> Iterator[Remark]:
    """The plain text of a letter stands alone.

    It is what some people read and what many screen readers, watches and filters take. Under 200 characters, or under
    2 % of the HTML, it is a stub.
    Source: RFC 2046, 5.1.4 (the parts of an alternative say the same).
    """
    length = len(subject.text.strip())
    if length < max(TEXT_MIN, TEXT_SHARE * len(subject.html)):
        text = f"the plain text of the letter {subject.name!r} has {length} characters: it says less than the HTML"
        yield Remark(_place(subject), text, "see that layouts/text/ has a part for every block")


def shown_twice(subject: EditionSubject) -> Iterator[Remark]:
    """An item stands once in a letter.

    Twice the same story looks like a mistake, and links to it find only the first.
    Source: WCAG 2.1, 4.1.1 (ids are unique); our own rule.
    """
    for anchor, times in Counter(subject.anchors).items():
        if times > 1:
            kind, _, slug = anchor.partition("-")
            text = f"the {kind} {slug!r} stands {times} times in the letter {subject.name!r}"
            hint = "take it out of one block, or limit the blocks to different segments"
            yield Remark(_block_place(subject, kind, slug), text, hint)


def _length(text: str) -> int:
    return len(_SLOT.sub(_TYPICAL_NAME, text))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _styles(html: str) -> Iterator[str]:
    start = html.find("<style")
    while start >= 0:
        end = html.find("</style", start)
        yield html[html.find(">", start) + 1 : end] if end >= 0 else html[start:]
        start = html.find("<style", end) if end >= 0 else -1


def _left_over(text: str) -> Iterator[str]:
    """Tokens and slots that nobody fills; found by their first signs, because a letter is long and has few of them."""
    for sign in ("@@", "{{"):
        start = text.find(sign)
        while start >= 0:
            match = _LEFT_OVER.match(text, start)
            if match and not _is_filled_later(match[1]):
                yield match[0]
            start = text.find(sign, start + len(sign))


def _is_filled_later(name: str | None) -> bool:
    space, _, rest = (name or "").partition(".")
    return (space == "reader" and rest in READER_SLOTS) or (space == "edition" and bool(rest))


def _place(subject: EditionSubject) -> Place:
    return subject.issue.place("blocks")


def _block_place(subject: EditionSubject, kind: str, slug: str) -> Place:
    """The last block that may show the item: one that names it, else one of its kind."""
    blocks = list(enumerate(subject.issue.fields.blocks))
    of_kind = [(index, block) for index, block in blocks if block.kind == kind and block.selection]
    naming = [each for each in of_kind if each[1].selection and slug in each[1].selection.names]
    if not of_kind:
        return _place(subject)
    index, block = (naming or of_kind)[-1]
    return subject.issue.place("blocks", index, block.key)
