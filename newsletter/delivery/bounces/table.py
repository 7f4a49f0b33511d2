"""What servers say, and what it means: the classifier's data. Read from the top; the first row that fits says it.

A row's words are looked for in small letters, without addresses and host names, spaces single (`judge.plain`).
docs/bounces.md tells the same in sentences, and why the disputed ones stand where they do.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from newsletter.delivery.bounces.verdict import Kind, Verdict
from newsletter.delivery.bounces.wordings import (
    AWAY,
    DISABLED,
    EXPIRED,
    FULL,
    GREYLISTED,
    LOOP,
    MOVED,
    NETWORK,
    NO_HOST,
    NO_USER,
    NOT_NOW,
    RATE,
    REFUSED_BY_THEM,
    SYSTEM,
    WEAK_NO_USER,
)
from newsletter.delivery.bounces.wordings_of_us import CONTENT, OUR_NAME, OUR_SERVER, RELAYING, SIZE, SPAM, WEAK_SENDER

NO_USER_HERE = Verdict(kind=Kind.HARD, reason="no-user", status="5.1.1")
NO_DOMAIN = Verdict(kind=Kind.HARD, reason="no-domain", status="5.4.4")
BAD_DOMAIN = Verdict(kind=Kind.HARD, reason="no-domain", status="5.1.2")
BAD_ADDRESS = Verdict(kind=Kind.HARD, reason="bad-address", status="5.1.3")
HAS_MOVED = Verdict(kind=Kind.HARD, reason="moved", status="5.1.6")
TAKES_NO_MAIL = Verdict(kind=Kind.HARD, reason="takes-no-mail", status="5.1.10")
IS_DISABLED = Verdict(kind=Kind.HARD, reason="disabled", status="5.2.1")
IS_FULL = Verdict(kind=Kind.SOFT, reason="full", status="5.2.2")
IS_RESTRICTED = Verdict(kind=Kind.SOFT, reason="restricted", status="5.7.133")
TOO_MANY = Verdict(kind=Kind.SOFT, reason="too-many", status="4.2.1")
IS_AWAY = Verdict(kind=Kind.SOFT, reason="server-trouble", status="4.3.0")
NO_ANSWER = Verdict(kind=Kind.SOFT, reason="no-answer", status="4.4.1")
HAS_EXPIRED = Verdict(kind=Kind.SOFT, reason="expired", status="4.4.7")
LOOPS = Verdict(kind=Kind.SOFT, reason="loop", status="5.4.6")
FOR_NOW = Verdict(kind=Kind.SOFT, reason="for-now", status="4.0.0")
TOO_BIG = Verdict(kind=Kind.SENDER, reason="too-big", status="5.3.4")
OUR_MAIL = Verdict(kind=Kind.SENDER, reason="content", status="5.6.0")
LOOKS_LIKE_SPAM = Verdict(kind=Kind.SENDER, reason="spam", status="5.7.1")
NOT_TRUSTED = Verdict(kind=Kind.SENDER, reason="not-trusted", status="5.7.26")
IS_POLICY = Verdict(kind=Kind.SENDER, reason="policy", status="5.7.1")
NOT_RELAYED = Verdict(kind=Kind.SENDER, reason="relaying", status="5.7.1")
PROTOCOL = Verdict(kind=Kind.SENDER, reason="protocol", status="5.5.0")
NOT_SAID = Verdict(kind=Kind.UNKNOWN, reason="not-said", status="")


class Words(NamedTuple):
    """Words in what a server said, and what they mean."""

    pattern: re.Pattern[str]
    verdict: Verdict


MISCODED: tuple[Words, ...] = (
    Words(FULL, IS_FULL),
    Words(RATE, TOO_MANY),
    Words(GREYLISTED, FOR_NOW),
    Words(REFUSED_BY_THEM, IS_RESTRICTED),
    Words(SPAM, LOOKS_LIKE_SPAM),
    Words(OUR_NAME, NOT_TRUSTED),
    Words(OUR_SERVER, NOT_TRUSTED),
)
"""Words that count whatever the code: servers give 550 and 5.1.1 for a full mailbox, and for a sender they distrust."""

SAID: tuple[Words, ...] = (
    *MISCODED,
    Words(MOVED, HAS_MOVED),
    Words(NO_USER, NO_USER_HERE),
    Words(NOT_NOW, FOR_NOW),
    Words(DISABLED, IS_DISABLED),
    Words(NO_HOST, NO_DOMAIN),
    Words(RELAYING, NOT_RELAYED),
    Words(SIZE, TOO_BIG),
    Words(CONTENT, OUR_MAIL),
    Words(LOOP, LOOPS),
    Words(AWAY, IS_AWAY),
    Words(EXPIRED, HAS_EXPIRED),
    Words(NETWORK, NO_ANSWER),
    Words(SYSTEM, IS_AWAY),
    Words(WEAK_NO_USER, NO_USER_HERE),
    Words(WEAK_SENDER, IS_POLICY),
)
"""Words that count when no code says more."""

DISPUTED: tuple[Words, ...] = (Words(RELAYING, NOT_RELAYED), Words(CONTENT, IS_POLICY), Words(NO_USER, NO_USER_HERE))
"""Of 5.7.0 and 5.7.1, which are security by the book and `no such user` with some servers."""


class Code(NamedTuple):
    """An enhanced status code, or a family of them (a whole match), and what it means."""

    pattern: re.Pattern[str]
    verdict: Verdict


def _codes(*rows: tuple[str, Verdict]) -> tuple[Code, ...]:
    return tuple(Code(re.compile(pattern), verdict) for pattern, verdict in rows)


STATUSES = _codes(
    # The address.
    (r"5\.1\.1", NO_USER_HERE),
    (r"5\.1\.2", BAD_DOMAIN),
    (r"5\.1\.3", BAD_ADDRESS),
    (r"5\.1\.4", IS_RESTRICTED),
    (r"5\.1\.6", HAS_MOVED),
    (r"5\.1\.10", TAKES_NO_MAIL),
    (r"5\.1\.(7|8|20|90)", NOT_TRUSTED),
    # The mailbox.
    (r"5\.2\.1", IS_DISABLED),
    (r"5\.2\.2", IS_FULL),
    (r"5\.2\.3", TOO_BIG),
    (r"5\.2\.(4|14)", IS_AWAY),
    (r"5\.2\.12[12]", TOO_MANY),
    # Their server.
    (r"5\.3\.4", TOO_BIG),
    (r"5\.3\.[1235]", IS_AWAY),
    # The way there.
    (r"5\.4\.(4|310)", NO_DOMAIN),
    (r"5\.4\.7|5\.4\.300", HAS_EXPIRED),
    (r"5\.4\.(6|8|9|1[1-4])", LOOPS),
    (r"5\.4\.([235]|312|31[67])", NO_ANSWER),
    # Our mail, our conversation, our name.
    (r"5\.5\.[1-6]", PROTOCOL),
    (r"5\.6\.\d+", OUR_MAIL),
    (r"5\.7\.1[78]", HAS_MOVED),
    (r"5\.7\.(12[49]|13[3-6]|2)", IS_RESTRICTED),
    (r"5\.7\.(64|367|368)", NOT_RELAYED),
    (r"5\.7\.(2\d|5|7|8|9|26|27|30|50\d|51\d|60\d|61\d|62\d|63\d|64\d|70\d|75\d)", NOT_TRUSTED),
    (r"5\.7\.\d+", IS_POLICY),
    (r"4\.4\.7", HAS_EXPIRED),
    (r"4\.2\.2", IS_FULL),
    (r"4\.2\.1", TOO_MANY),
    (r"4\.4\.\d+", NO_ANSWER),
    (r"4\.3\.\d+", IS_AWAY),
    (r"4\.[0-9]\.\d+", FOR_NOW),
)
"""Codes that say enough by themselves."""

VAGUE = _codes(
    (r"5\.1\.\d+", NO_USER_HERE),
    (r"5\.2\.\d+", IS_AWAY),
    (r"5\.3\.\d+", IS_AWAY),
    (r"5\.4\.\d+", NO_ANSWER),
    (r"5\.5\.\d+", PROTOCOL),
)
"""Codes that only tell the field; the SMTP code and the words are asked first."""

REPLIES = _codes(
    (r"511|550\?", NO_USER_HERE),
    (r"512|556", BAD_DOMAIN),
    (r"513", BAD_ADDRESS),
    (r"551", HAS_MOVED),
    (r"521", TAKES_NO_MAIL),
    (r"552", IS_FULL),
    (r"523", TOO_BIG),
    (r"530|53[1-8]|571|541|550!|554!", IS_POLICY),
    (r"50\d|555", PROTOCOL),
    (r"42\d|43\d|44\d|45\d|471", FOR_NOW),
)
"""SMTP codes (RFC 5321, 7504) without any words that are known. `?` marks a refusal of the recipient, `!` of the"
" mail."""
