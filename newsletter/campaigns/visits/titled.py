"""A company's facts as people read them: titles and names in place of the short names of files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.subscribers.companies.showing import CompanyFacts
    from newsletter.subscribers.companies.timeline import Happened

TitleOf = Callable[[str, str], str]
"""A folder of content/ and a short name → the title of that file; the short name itself when there is none."""
_FOLDERS = {
    "mail": "issues",
    **dict.fromkeys(("sign-up", "cancelled", "attended", "absent"), "events"),
    **dict.fromkeys(("enquiry", "answer", "agreement"), "schemes"),
}
"""What happened → the folder of what it was about. An enquiry's topic is often a scheme."""
_THEIRS = frozenset(kind for kind, folder in _FOLDERS.items() if folder in ("issues", "events"))
"""Who stands there is somebody at the company; else it is one of us."""


def titled(facts: CompanyFacts, title: TitleOf) -> CompanyFacts:
    """The same facts, for reading."""

    def contact(name: str | None) -> str | None:
        return title("contacts", name) if name else name

    told = facts.copy()
    told["contact"], told["stand_in"] = contact(facts["contact"]), contact(facts["stand_in"])
    told["timeline"] = [_entry(each, title) for each in facts["timeline"]]
    told["follow_ups"] = [{**each, "consultant": contact(each["consultant"])} for each in facts["follow_ups"]]
    return told


def _entry(each: Happened, title: TitleOf) -> Happened:
    told = each.copy()
    if each["who"] and each["what"] not in _THEIRS:
        told["who"] = title("contacts", each["who"])
    if each["about"] and each["what"] in _FOLDERS:
        told["about"] = title(_FOLDERS[each["what"]], each["about"])
    return told
