"""The words in rules, stories and campaigns that must exist: industries, groups, municipalities, postcodes, names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from newsletter.inputs import INDUSTRIES_FOLDER
from newsletter.problems import Place, Problem, guess
from newsletter.subscribers.facts import db25_codes
from newsletter.subscribers.rules.facts import EVENT_KEYS
from newsletter.subscribers.segments import SEGMENTS_FILE, Rule

if TYPE_CHECKING:
    from newsletter.fields import Document, Path
    from newsletter.subscribers.industries import Industries
    from newsletter.workspace import Workspace


def check_rule_words(workspace: Workspace) -> Iterator[Problem]:
    """Every word that is wrong, at its place, with a guess; and what is wrong in the user's own industry files."""
    words = _Words(workspace)
    document = workspace.pages[SEGMENTS_FILE].document
    for slug, segment in workspace.segments.items():
        yield from words.of_rule(segment.where, (slug, "where"), document)
    yield from words.of_stories()
    yield from words.of_campaigns()
    if words.own_files:
        yield from words.industries.problems


class _Words:
    """Looks words up. The nomenclatures are loaded for a code that is not plainly right, or for files of the user's."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.own_files = (workspace.root / INDUSTRIES_FOLDER).is_dir()

    @cached_property
    def industries(self) -> Industries:
        from newsletter.subscribers.industries import load

        return load(self.workspace.root)

    @cached_property
    def plainly_right(self) -> Collection[str]:
        return db25_codes() if self.workspace.settings.industries == "DB25" else ()

    def of_rule(self, rule: Rule, path: Path, document: Document) -> Iterator[Problem]:
        """The wrong words of a rule and of the rules in it."""
        for key in rule.model_fields_set:
            value, inner = getattr(rule, key), (*path, "not" if key == "not_" else key)
            if isinstance(value, Rule):
                yield from self.of_rule(value, inner, document)
            elif key in ("all", "any"):
                for index, each in enumerate(value or ()):
                    yield from self.of_rule(each, (*inner, index), document)
            elif key in _LOOKS:
                words = [value] if isinstance(value, str) else value or ()
                for index, word in enumerate(words):
                    yield from _LOOKS[key](self, word, document.place(*inner, index))

    def of_stories(self) -> Iterator[Problem]:
        for story in self.workspace.items["story"].values():
            yield from self.industry(story.fields.company.industry, story.place("company", "industry"))

    def of_campaigns(self) -> Iterator[Problem]:
        for slug, campaign in self.workspace.campaigns.items():
            keys = self.workspace.pages[f"campaigns/{slug}.yml"].document.keys
            for code in campaign.targets.visits.by_industry:
                yield from self.industry(code, keys["targets", "visits", "by_industry", code])

    def industry(self, word: str, place: Place) -> Iterator[Problem]:
        if word.replace(".", "") not in self.plainly_right:
            nomenclature = self.industries.of(self.workspace.settings.industries)
            yield from _refused(nomenclature.normalise, word, place, "unknown-industry")

    def group(self, word: str, place: Place) -> Iterator[Problem]:
        from newsletter.subscribers.industries import group_number

        yield from _refused(group_number, word, place, "unknown-group")

    def municipality(self, word: str, place: Place) -> Iterator[Problem]:
        from newsletter.subscribers.municipalities import municipality

        yield from _refused(municipality, word, place, "unknown-municipality")

    def postcode(self, word: str, place: Place) -> Iterator[Problem]:
        from newsletter.subscribers.postcodes import postcodes

        yield from _refused(postcodes, word, place, "postcode")

    def campaign(self, word: str, place: Place) -> Iterator[Problem]:
        yield from self._named("campaign", word, place, self.workspace.campaigns, "campaigns/")

    def event(self, word: str, place: Place) -> Iterator[Problem]:
        yield from self._named("event", word, place, self.workspace.items["event"], "content/events/")

    def contact(self, word: str, place: Place) -> Iterator[Problem]:
        yield from self._named("contact", word, place, self.workspace.items["contact"], "content/contacts/")

    def _named(self, what: str, word: str, place: Place, known: Collection[str], folder: str) -> Iterator[Problem]:
        """A name nobody answers to; a file that cannot be read may be the one that is meant."""
        broken = (PurePosixPath(path).stem for path in self.workspace.broken if path.startswith(folder))
        if word not in known and word not in broken:
            yield Problem.at(place, f"unknown-{what}", f"no {what} is called {word!r}", guess(word, known))


_LOOKS: dict[str, Callable[[_Words, str, Place], Iterator[Problem]]] = {
    "industry": _Words.industry,
    "group10": _Words.group,
    "municipality": _Words.municipality,
    "postcode": _Words.postcode,
    "visited_in": _Words.campaign,
    "not_visited_in": _Words.campaign,
    **dict.fromkeys(EVENT_KEYS, _Words.event),
    "contact": _Words.contact,
}
"""Key of a rule → how its words are looked up."""


def _refused(look: Callable[[str], Any], word: str, place: Place, code: str) -> Iterator[Problem]:
    try:
        look(word)
    except ValueError as error:
        text, _, hint = str(error).partition("; ")
        yield Problem.at(place, code, text, hint)
