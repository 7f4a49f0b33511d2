"""A bounce in sentences: what it explains, where the returned mail begins, whom it names, and what it says of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from newsletter.delivery.bounces.addresses import ADDRESS, key_of, trim
from newsletter.delivery.bounces.headers import Headers, parse_headers

if TYPE_CHECKING:
    from newsletter.delivery.bounces.mime import Part

_MOST = 20_000
"""Characters of an explanation that are looked at."""
_MOST_NAMED = 200
_MOST_MENTIONS = 1_000
_MOST_TIMES = 8
_NAMED = 3

_CUT = re.compile(
    r"(?im)^[^\n\w]{0,60}(?:"
    r"(?:below (?:this|the next) line is|the following is|this is|here is|attached is|included is|below is"
    r"|attachment is)? ?(?:a |the )?copy of"
    r" (?:the|your)|the header of the original|(?:start of |begin )?(?:returned|original|unsent|undelivered"
    r"|the original) (?:message|mail)"
    r"(?! (?:was|could|is |has|received|details|delivery|to |you|which|that|with))"
    r"|(?:original )?message (?:headers?|text|body|follows)(?! field)"
    r"|message header follows|(?:the )?(?:headers?|header and|first) [^\n]{0,40}(?:of the (?:original "
    r"|undelivered )?(?:message|mail)|message follows)"
    r"|(?:mensaje|nachricht|message|meddelelse|bericht)\s?(?:original|original adjunto|d'origine)"
    r"|urspr[üu]ngliche (?:nachricht|mail)"
    r"|(?:den )?oprindelige (?:meddelelse|mail)s?|original ?nachricht|returned mail follows"
    r"|header of (?:the )?source mail"
    r"|message contents? follows|unsent message|a summary of the undelivered|your (?:original )?message (?:reads"
    r"|follows)|received: (?:from|by)"
    r"|-{2,} ?(?:original|forwarded|returned|begin) |old message:|mail header|transcript of the original"
    r"|return-path: ?<"
    r"|meddelelseshoveder|original message headers?|x-mozilla-status"
    r")",
)
_OURS = re.compile(
    r"(?i)^\W*(?:from|fra|von|de|från|sender|reply-to|x-?sender|message-id|subject|emne|betreff|cc|date"
    r"|references|in-reply-to|return-path"
    r"|list-[a-z]+|original-envelope-id|contact|sent by|mail from|errors-to|envelope-from)\b[^:\n]{0,20}:"
)
_HELP = re.compile(
    r"(?i)\b(?:contact|postmaster|support|help|assistance|questions?|kontakt|administrator at"
    r"|send (?:e-?)?mail to|abuse@|please reply|wenden|e-mail us)\b"
)
_ASIDE = re.compile(
    r"(?i)\b(?:mails?|messages?|sent) from\W*$|https?://\S*$|mailto:$|\b(?:e\.g\.|for example|f\.eks\.)[^@]{0,60}$"
    r"|\btry [^@]{0,20}$"
)
_PLACEHOLDERS = ("mailer-daemon", "postmaster", "name", "username", "yourname", "firstname.lastname")
_STRONG = re.compile(
    r"(?i)(?:^\W*(?:final[- ]recipient|failed recipient|recipient(?: address)?|address|error-for|user"
    r"|unknown user|intended recipient"
    r"|undeliverable (?:to|address)|invalid final delivery userid|delivery failed \d+ attempts"
    r"|user's mailbox is full|original address|rcpt|modtager"
    r"|recipient failed|mailbox|failed address|destinat\w+|failed)\s*(?:\(s\))?:\s*(?:\[?(?:smtp"
    r"|rfc822)[:;]\s?)?[<\"']?$|\baddressed(?: to)?,? [<\"']?$)"
)
_PHRASE = re.compile(
    r"(?i)(?:deliver\w*|undeliverable|send|sent|message|mail|addressed|unable|failed|fail|reach|recipient|rcpt to"
    r"|user|mailbox|account|for|transmitted|zugestellt"
    r"|leveres|leveret|levereras|entregad[oa]|remis)\b[^@\n]{0,60}$"
)
_REPLY = re.compile(
    r"(?im)^[ \t>|]*(?:<<<|<--?|received (?:>>>|<<<)|s:|server:|#(?=\d\d\d )|remote server returned ')?[ \t]*"
    r"([45]\d\d[ -]\S[^\n]{2,400})$"
)
_ORIGIN = re.compile(
    r"(?i)(?:expanded from|generated from|originally addressed to|was addressed to|original (?:recipient"
    r"|address)[: ]|forwarded from|alias(?:ed)? (?:of|from))[^\n@]{0,20}$"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """An address that an explanation names, and the words that go with it."""

    address: str
    weight: int
    """3: it is named as the one that failed; 2: in a sentence on failing; 1: it is there."""
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Prose:
    """What a bounce says in sentences, and the headers of the mail that it returns."""

    text: str
    returned: Headers
    has_returned: bool


def read_prose(mail: Part) -> Prose:
    """The explanation in a mail, without the mail that came back."""
    whole = "\n\n".join(_texts(mail))[: 4 * _MOST]
    cut = _cut(whole)
    returned = _returned(mail) or parse_headers(whole[cut:].partition("\n")[2].lstrip("\n\r -=*_>").encode())[0]
    if not any(True for name in ("message-id", "received", "to", "subject") if returned.get(name)):
        returned = Headers()
    return Prose(text=whole[:cut][:_MOST], returned=returned, has_returned=bool(returned.fields) or cut < len(whole))


def mentions(text: str, ours: frozenset[str]) -> list[Mention]:
    """Whom the text names as failed, in order, none twice; of those named in several ways only the clearest."""
    found = list(islice(_all(text, ours), _MOST_MENTIONS))
    best = max((each.weight for each in found), default=0)
    named: dict[str, list[Mention]] = {}
    for each in found:
        key = key_of(each.address)
        if each.weight == best and (key in named or len(named) < _MOST_NAMED):
            named.setdefault(key, []).append(each)
    return [_joined(same) for same in named.values()]


def _joined(same: list[Mention]) -> Mention:
    """All that is said of one who is named several times."""
    text = "\n".join(dict.fromkeys(each.text for each in same[:_MOST_TIMES]))
    return Mention(address=same[0].address, weight=same[0].weight, text=text)


def about(text: str, address: str) -> str:
    """What the text says of one address: from where it is named to the next one."""
    spots = list(ADDRESS.finditer(text))
    wanted = [n for n, match in enumerate(spots) if key_of(trim(match[1])) == key_of(address)]
    pieces = [_piece(text, spots, n) for n in wanted[:4]]
    return "\n".join(dict.fromkeys(filter(None, pieces)))


def replies_in(text: str) -> str:
    """The refusals in a transcript of the servers' conversation, without the rest of it."""
    return "\n".join(match[1] for match in _REPLY.finditer(text))


def _texts(mail: Part) -> Iterator[str]:
    """The texts that a person reads; HTML only where nothing is in plain text."""
    parts = [part for part in mail.walk() if not part.parts and not part.is_mail]
    plain = [part.text() for part in parts if part.kind in ("text/plain", "text/enriched", "text/x-delivery")]
    if any(text.strip() for text in plain):
        yield from (text for text in plain if text.strip())
    else:
        yield from (part.text() for part in parts if part.kind in ("text/html", "multipart/report", "multipart/mixed"))


def _returned(mail: Part) -> Headers | None:
    for part in mail.walk():
        if part.is_mail and part.parts:
            return part.parts[0].headers
    return None


def _cut(text: str) -> int:
    """Where the returned mail begins: at a line that says so, but not before anything was explained."""
    for match in _CUT.finditer(text):
        before = text[: match.start()]
        if "@" in before or len(before.split()) > 12:  # noqa: PLR2004  an explanation has more words than a heading
            return match.start()
    return len(text)


def _all(text: str, ours: frozenset[str]) -> Iterator[Mention]:
    spots = list(ADDRESS.finditer(text))
    skip = False
    for n, match in enumerate(spots):
        address = trim(match[1])
        if skip or not address:
            skip = False
            continue
        following = spots[n + 1] if n + 1 < len(spots) else None
        origin = following is not None and _ORIGIN.search(text[match.end() : following.start(1)])
        if origin and following is not None and (other := trim(following[1])):
            skip, address = True, other
        weight = _weight(text, match, ours, address)
        if weight:
            yield Mention(address=address, weight=weight, text=_piece(text, spots, n))


def _weight(text: str, match: re.Match[str], ours: frozenset[str], address: str) -> int:
    start = text.rfind("\n", 0, match.start(1)) + 1
    end = text.find("\n", match.end(1))
    before, after = text[start : match.start(1)], text[match.end(1) : end if end >= 0 else len(text)]
    if _OURS.match(before) or (_HELP.search(before) and not re.search(r"(?i)deliver|recipient", before)):
        return 0
    if (
        _ASIDE.search(f"{text[max(0, start - 80) : start]}{before}")
        or address.partition("@")[0].lower() in _PLACEHOLDERS
    ):
        return 0
    weight = _clearness(before, after, match[1], text[max(0, start - 120) : start])
    if key_of(address) in ours:  # somebody writes to themselves
        return 2 if weight == _NAMED else 0
    return weight


def _clearness(before: str, after: str, address: str, above: str) -> int:
    alone = re.fullmatch(r"[\s>*|<\"'({\[•·-]*", before)
    if alone and re.match(r"[>\"')}\]]*\s*(?:$|:|\.\.\.|on \w{3},|\(|;|-|=|\[|, |<)", after):
        return _NAMED
    if _STRONG.search(before) or address.lower().startswith("smtp=") or re.search(r"(?i)smtp=$|\[smtp:$", before):
        return _NAMED
    if re.match(r"(?i)\W*(?:to|til|an|à|para|cc|bcc|till)\s*:", before):
        return 1
    if _PHRASE.search(f"{above} {before}".replace("\n", " ")):
        return 2
    return 2 if re.match(r"\W{0,3}(?:could|was|has|is|does|not|kunne)\b", after) else 1


def _piece(text: str, spots: list[re.Match[str]], n: int) -> str:
    """From an address, with the words on its line before it, to the next other one."""
    match = spots[n]
    start = text.rfind("\n", 0, match.start(1)) + 1
    before = next((spots[i].end() for i in range(n - 1, -1, -1) if spots[i].end() > start), start)
    mine = key_of(trim(match[1]))
    end = len(text)
    for other in spots[n + 1 :]:
        line = text.rfind("\n", 0, other.start(1)) + 1
        if key_of(trim(other[1])) != mine and line > match.end() and not _OURS.match(text[line : other.start(1)]):
            end = line
            break
    return text[max(start, before) : min(end, match.start(1) + 1_500)].strip()
