"""From codes and words to a verdict: enhanced status code first, then SMTP code, then text (`table.py`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from newsletter.delivery.bounces import table
from newsletter.delivery.bounces.verdict import Kind, Verdict
from newsletter.delivery.bounces.wordings import FULL, GREYLISTED, NO_HOST, NO_USER
from newsletter.delivery.bounces.wordings_of_us import OUR_LIMIT, OUR_PROOF

_MOST = 3_000
"""Characters of what a server said that are looked at."""
_PAIR = re.compile(r"(?<![\d.])([245]\d\d)[ :;-]{1,3}#?([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_MARKED = re.compile(r"#\s?([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_BARE = re.compile(r"(?<![\w./-])([45]\.[0-7]\.\d{1,3})(?![\w./]|\.\d|-\d)")
_REPLIES = r"421|422|43[12]|44[1-79]|45[0-245]|471|50[0-4]|51[0-57]|52[135]|53[0-8]|54[01367]|55[0-7]|57[0-37]|580|590"
_REPLY = re.compile(rf"(?<![\w.:#\[(/=+-])({_REPLIES})(?![\w.:/@]|\.\d)|(?<=smtp;)({_REPLIES})(?!\d)|\(({_REPLIES})\)")
_STAGE_RCPT = re.compile(
    r"rcpt.to|rcpt command|does not like recipient|rcpt_to|smtp:rcpt|after rcpt|recipient address rejected|to rcpt"
)
_STAGE_DATA = re.compile(
    r"end of (?:data|message)|data command|after data|after i sent the message|>>> data|end-of-data"
)
_STAGE_MAIL = re.compile(r"(?:to|after) (?:pipelined )?(?:mail.from|helo|ehlo)|initial connection|>>> mail|after mail")
_HOST = re.compile(r"(?<![\w@.-])(?:[a-z0-9_-]+\.)+[a-z]{2,24}\.?(?![\w.-])")
_TELLING = re.compile(
    r"^(?:resolver|storedrv|smtpsend|smtpreceive|transport|routing|queue|agent|dns)\.|spamhaus|spamcop|sorbs"
    r"|surbl|uribl"
    r"|barracudacentral|abuseat|dnsbl|uceprotect|senderscore|senderbase|invaluement|mailspike"
)


class Codes(NamedTuple):
    """The codes in what a server said; empty for none."""

    status: str = ""
    reply: str = ""


def judge(status: str, text: str) -> Verdict:
    """What a failure means. `status`: as a report's Status field says it, or empty; `text`: what the server said."""
    return _judge(clean_status(status), codes_in(text), plain(text))


def codes_in(text: str) -> Codes:
    """The enhanced status code and the SMTP code in a server's words."""
    said = text[:_MOST].lower()
    reply = next((next(filter(None, match.groups())) for match in _REPLY.finditer(said)), "")
    if pair := _PAIR.search(said):
        return Codes(status=pair[2], reply=pair[1])
    found = _MARKED.search(said) or _BARE.search(said)
    return Codes(status=found[1] if found else "", reply=reply)


def clean_status(text: str) -> str:
    """The code in a Status field, which may have a comment, another prefix or no dots; empty for none."""
    found = re.search(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\d)", text)
    return f"{found[1]}.{int(found[2])}.{int(found[3])}" if found else ""


def plain(text: str) -> str:
    """What a server said, for comparing: small letters, single spaces, no addresses, no names of hosts."""
    said = text[:_MOST].lower().replace("’", "'").replace("`", "'").replace("´", "'")
    said = re.sub(r"\b[245]\d\d-(?:[245]\.\d{1,3}\.\d{1,3}[ ]?)?(?=[^\n]{0,200}\s)", " ", said) if "-" in said else said
    said = re.sub(r"<?[^\s<>()\[\]:;,\"]{1,64}@[^\s<>()\[\]:;,\"]{1,255}>?", "@", said)
    said = _HOST.sub(lambda match: match[0] if _TELLING.search(match[0]) else "·", said)
    return re.sub(r"\s+", " ", said).strip()


@lru_cache(maxsize=1024)
def _judge(status: str, seen: Codes, said: str) -> Verdict:
    told = _telling(status) or _telling(seen.status) or status or seen.status
    if told.startswith("2.") and not seen.reply.startswith("5"):
        return table.NOT_SAID
    hard = _first(table.STATUSES, told) if told else None
    if said and (words := _words_first(said, hard, told)):
        return words
    if told.startswith("4.") or (not told and seen.reply.startswith("4")):
        return hard or _matching(table.SAID, said, Kind.SOFT) or table.FOR_NOW
    return hard or _by_words(said, told, seen.reply)


def _words_first(said: str, by_code: Verdict | None, told: str) -> Verdict | None:
    """Words that count more than the code beside them."""
    if OUR_LIMIT.search(said):
        return table.IS_POLICY
    if OUR_PROOF.search(said):  # what they asked our own server, and its answer, stand in the text
        return table.NOT_TRUSTED
    if told.startswith("5.4.1") and "access denied" in said:  # Microsoft's way to say that there is no such user
        return table.NO_USER_HERE
    if by_code is not None and _is_agreed(said, by_code):
        return by_code
    if by_words := _matching(table.MISCODED, said):
        return by_words
    return _matching(table.DISPUTED, said) if told in ("5.7.0", "5.7.1") and NO_USER.search(said) else None


def _is_agreed(said: str, by_code: Verdict) -> bool:
    """Whether code and words say the same, so that no other word beside them counts."""
    if by_code.kind is Kind.HARD:
        gone = NO_USER.search(said) or NO_HOST.search(said)
        return gone is not None and not FULL.search(said) and not GREYLISTED.search(said)
    return by_code.reason == "restricted"


def _by_words(said: str, told: str, reply: str) -> Verdict:
    """No code says enough: the words, the SMTP code with its stage, and what the field of the code is."""
    if words := _matching(table.SAID, said):
        return words
    for stage in (_stage(said), ""):
        if reply and (found := _first(table.REPLIES, reply + stage)):
            return found
    return (_first(table.VAGUE, told) if told else None) or table.NOT_SAID


def _stage(said: str) -> str:
    """At which command a server refused: `?` the recipient, `!` the mail or who we are; empty when it is not told."""
    if _STAGE_DATA.search(said) or _STAGE_MAIL.search(said):
        return "!"
    return "?" if _STAGE_RCPT.search(said) else ""


def _telling(status: str) -> str:
    """A code that says something; empty for x.0.0 and other fields that only say `other`."""
    vague = re.fullmatch(r"[245]\.(?:\d+\.0|0\.\d+)|5\.4\.1|5\.5\.\d+", status)
    return "" if vague and not re.fullmatch(r"5\.[67]\.0", status) else status


def _first(rows: Iterable[table.Code], code: str) -> Verdict | None:
    if rows is table.STATUSES and not _telling(code) and not code.startswith("4."):
        return None
    return next((row.verdict for row in rows if row.pattern.fullmatch(code)), None)


def _matching(rows: Iterable[table.Words], said: str, kind: Kind | None = None) -> Verdict | None:
    found = (row.verdict for row in rows if kind in (None, row.verdict.kind) and row.pattern.search(said))
    return next(found, None)
