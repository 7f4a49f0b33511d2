"""What a relay answers: its code, the enhanced code and the words (RFC 5321 § 4.2, RFC 2034, RFC 3463)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

Stage = Literal["connect", "mail", "rcpt", "data", "dot"]
"""Which part of the conversation was answered."""

_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?=\s|$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_LONGEST = 1000
"""Characters of its words that are kept."""


class Reply(NamedTuple):
    """One answer of a relay. `enhanced` is the code of three numbers, such as 5.1.1, when it stood there."""

    code: int
    enhanced: str | None
    text: str
    stage: Stage = "dot"

    @property
    def taken(self) -> bool:
        """Whether the answer is yes."""
        return 200 <= self.code < 300  # noqa: PLR2004  the class of the code, as the RFC writes it

    def __str__(self) -> str:
        return " ".join(filter(None, (str(self.code), self.enhanced, self.text)))


def parse_reply(code: int, lines: Sequence[bytes], stage: Stage) -> Reply:
    """The answer out of its lines, without their codes. Words become one line that no terminal trips over."""
    texts = [line.decode("utf-8", "replace").strip() for line in lines]
    first = _ENHANCED.match(texts[0])
    enhanced = first[0] if first else None
    if enhanced:
        texts = [text.removeprefix(enhanced).strip() for text in texts]
    words = _CONTROL.sub(" ", " ".join(filter(None, texts)))
    return Reply(code, enhanced, words[:_LONGEST], stage)
