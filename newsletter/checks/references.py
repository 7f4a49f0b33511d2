"""Names in one file that another file must know: issues, schemes, segments and contacts; and what campaigns promise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from newsletter.checks.rule_words import check_rule_words
from newsletter.checks.run import without
from newsletter.checks.targets import check_targets
from newsletter.inputs import WORKSPACE_FILE
from newsletter.problems import Place, Problem, guess
from newsletter.subscribers.segments import SEGMENTS_FILE, Rule

if TYPE_CHECKING:
    from newsletter.workspace import Workspace

Path = tuple[str | int, ...]


def check_references(workspace: Workspace) -> list[Problem]:
    """Every name and word that nobody answers to, segments that lean on each other in a circle, sums that are wrong."""
    names = [
        *_entry(workspace),
        *_schemes(workspace),
        *_events(workspace),
        *_invitations(workspace),
        *_campaigns(workspace),
        *_segments(workspace),
    ]
    found = {*names, *check_rule_words(workspace), *check_targets(workspace)}
    return without(sorted(found), workspace.settings.checks.off)


def _unknown(what: str, name: str, place: Place, known: Iterable[str]) -> Problem:
    return Problem.at(place, f"unknown-{what}", f"no {what} is called {name!r}", guess(name, known))


def _entry(workspace: Workspace) -> Iterator[Problem]:
    """The contacts that newsletter.yml names."""
    document, contacts = workspace.pages[WORKSPACE_FILE].document, workspace.items["contact"]
    service = workspace.settings.service
    named: list[tuple[Path, str]] = [(("unit", "entry"), workspace.settings.unit.entry)]
    named += [(("service", "topics", topic), name) for topic, name in service.topics.items()]
    named += [(("service", "stand_ins", away), name) for away, one in service.stand_ins.items() for name in (away, one)]
    named += [(("service", "away", name), name) for name in service.away]
    for path, name in named:
        if name not in contacts:
            yield _unknown("contact", name, document.place(*path), contacts)


def _schemes(workspace: Workspace) -> Iterator[Problem]:
    schemes = workspace.items["scheme"]
    for guide in workspace.items["guide"].values():
        name = guide.fields.scheme
        if name is not None and name not in schemes:
            yield _unknown("scheme", name, guide.place("scheme"), schemes)


def _events(workspace: Workspace) -> Iterator[Problem]:
    events = workspace.items["event"]
    for event in events.values():
        name = event.fields.follows
        if name is None:
            continue
        if name not in events:
            yield _unknown("event", name, event.place("follows"), events)
        elif events[name].fields.start >= event.fields.start:
            text = f"{name!r} is no event before this one: it is on {events[name].fields.start.date()}"
            yield Problem.at(event.place("follows"), "event-order", text, "name the meeting of the year before")


def _invitations(workspace: Workspace) -> Iterator[Problem]:
    """Issues that invite while nobody reads the answers; of no edition's findings, since no letter is another by it."""
    settings = workspace.settings
    for issue in workspace.issues.values():
        if issue.fields.invites and settings.delivery.bounces is None:
            text = f"calendars answer this invitation to {settings.answers_to}, and no mailbox is read"
            hint = "set delivery.bounces.mailbox in newsletter.yml, and delivery.answers_address that leads there"
            yield Problem.at(issue.place("invites"), "answers-unread", text, hint, "warning")


def _campaigns(workspace: Workspace) -> Iterator[Problem]:
    for slug, campaign in workspace.campaigns.items():
        document = workspace.pages[f"campaigns/{slug}.yml"].document
        for index, issue in enumerate(campaign.issues):
            if issue.issue not in workspace.issues:
                yield _unknown("issue", issue.issue, document.place("issues", index, "issue"), workspace.issues)
        for index, name in enumerate(campaign.audience):
            if name not in workspace.segments:
                yield _unknown("segment", name, document.place("audience", index), workspace.segments)
        for index, name in enumerate(campaign.report.to if campaign.report else ()):
            if name not in workspace.items["contact"]:
                yield _unknown("contact", name, document.place("report", "to", index), workspace.items["contact"])


def _segments(workspace: Workspace) -> Iterator[Problem]:
    document = workspace.pages[SEGMENTS_FILE].document
    leans: dict[str, dict[str, Place]] = {}
    for slug, segment in workspace.segments.items():
        named = {name: document.place(*path) for path, name in _named(segment.where, (slug, "where"))}
        for name, place in named.items():
            if name not in workspace.segments:
                yield _unknown("segment", name, place, workspace.segments)
        leans[slug] = named
    for slug, named in leans.items():
        for name, place in named.items():
            if slug in _reached(name, leans):
                text = f"the segment leans on itself, by way of {name!r}"
                yield Problem.at(place, "segment-circle", text, "take one of the two names out")


def _named(rule: Rule, path: Path) -> Iterator[tuple[Path, str]]:
    """The segments a rule names, with the path of each."""
    if rule.segment is not None:
        yield (*path, "segment"), rule.segment
    for key in ("all", "any"):
        for index, inner in enumerate(getattr(rule, key) or ()):
            yield from _named(inner, (*path, key, index))
    if rule.not_ is not None:
        yield from _named(rule.not_, (*path, "not"))


def _reached(start: str, leans: Mapping[str, Mapping[str, Any]]) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        new = set(leans.get(waiting.pop(), ())) - reached
        reached |= new
        waiting.extend(new)
    return reached
