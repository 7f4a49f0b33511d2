"""Compose: an issue's blocks with the items they show.

Queries are answered at the issue's send time, never by today's clock, so the same files always give the same letter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from newsletter.campaigns.schedule import send_in
from newsletter.content.issues import FOLDER_OF
from newsletter.problems import Place, Problem, guess

if TYPE_CHECKING:
    from newsletter.campaigns.campaign import Schedule
    from newsletter.campaigns.told import Told
    from newsletter.content.issues import Block, Issue
    from newsletter.content.item import Item
    from newsletter.content.queries import Query
    from newsletter.workspace import Workspace

SendIn = Callable[["Schedule", str], datetime | None]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One block of an issue and the items it shows at the send time."""

    index: int
    """Its number among the blocks that show something."""
    block: Block
    items: tuple[Item[Any], ...]
    told: Told | None = None
    """What the register says, once it was asked."""

    @property
    def name(self) -> str:
        """The name of its piece of the skeleton."""
        return f"block-{self.index}"

    @property
    def is_for_all(self) -> bool:
        """Whether everybody gets it."""
        return not self.block.only and not self.block.except_

    def is_for(self, segments: frozenset[str]) -> bool:
        """Whether somebody in exactly these segments gets it."""
        only, but = self.block.only, self.block.except_
        return (not only or not segments.isdisjoint(only)) and segments.isdisjoint(but)


@dataclass(frozen=True, kw_only=True)
class Composition:
    """An issue with its send time (wall clock) and its blocks, empty ones left out."""

    issue: Item[Issue]
    sent: datetime
    shown: tuple[Shown, ...]
    remarks: tuple[Problem, ...] = ()
    """Why blocks were left out."""

    @property
    def items(self) -> dict[tuple[str, str], Item[Any]]:
        """Every item shown, by kind and short name."""
        return {(shown.block.kind, item.slug): item for shown in self.shown for item in shown.items}


@dataclass
class _Answers:
    """Compositions made so far, in the order of their sends, and what they used."""

    workspace: Workspace
    send_in: SendIn
    used: set[tuple[str, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def compose_all(workspace: Workspace, send_in: SendIn = send_in) -> tuple[dict[str, Composition], tuple[Problem, ...]]:
    """Every issue that can be composed, by short name, and the problems of those that cannot.

    Issues are composed in the order of their sends, so that an item used earlier is known to be used. `send_in` tells
    a month's send in a campaign's schedule.
    """
    answers = _Answers(workspace, send_in)
    times = {slug: _send_time(answers, issue) for slug, issue in workspace.issues.items()}
    dated = sorted((sent, slug) for slug, sent in times.items() if sent is not None)
    composed = {slug: _compose(answers, workspace.issues[slug], sent) for sent, slug in dated}
    return {slug: composition for slug, composition in composed.items() if composition}, tuple(answers.problems)


def _send_time(answers: _Answers, issue: Item[Issue]) -> datetime | None:
    fields, workspace = issue.fields, answers.workspace
    if fields.send is not None:
        return fields.send if fields.send.time() != time() else _at(fields.send, workspace)
    assert fields.month is not None
    assert fields.campaign is not None
    campaign = workspace.campaigns.get(fields.campaign)
    if campaign is None:
        answers.problems.extend(_unknown_names(workspace, issue))
        return None
    sent = answers.send_in(campaign.schedule, fields.month)
    if sent is None:
        text = f"the campaign's send in {fields.month} falls on a holiday and is left out"
        hint = "write `send: …` here, or change `holiday` in the campaign's schedule"
        answers.problems.append(Problem.at(issue.place("month"), "schedule", text, hint))
    return sent


def _at(send: datetime, workspace: Workspace) -> datetime:
    return datetime.combine(send.date(), workspace.settings.send_at)


def _compose(answers: _Answers, issue: Item[Issue], sent: datetime) -> Composition | None:
    before = len(answers.problems)
    answers.problems.extend([*_unknown_names(answers.workspace, issue), *_not_ours(answers.workspace, issue)])
    shown: list[Shown] = []
    for index, block in enumerate(issue.fields.blocks):
        for_all = (each for each in shown if each.block.kind == block.kind and each.is_for_all)
        seen = {item.slug for each in for_all for item in each.items}
        shown.append(Shown(index=index, block=block, items=_items(answers, issue, index, sent, seen)))
    answers.used.update((each.block.kind, item.slug) for each in shown for item in each.items)
    if len(answers.problems) > before:
        return None
    kept = [each for each in shown if each.items or each.block.selection is None]
    return Composition(
        issue=issue, sent=sent, shown=tuple(replace(each, index=index) for index, each in enumerate(kept))
    )


def _items(answers: _Answers, issue: Item[Issue], index: int, sent: datetime, seen: set[str]) -> tuple[Item[Any], ...]:
    """The items of one block; `seen` are those of its kind that everybody has met further up."""
    block = issue.fields.blocks[index]
    selection = block.selection
    if selection is None:
        return ()
    known = answers.workspace.items[block.kind]
    place = issue.place("blocks", index, block.key)
    if selection.query is None:
        found = [_named(answers, block.kind, name, place) for name in selection.names]
        return tuple(item for item in found if item is not None)
    answers.problems.extend(_uncertain(answers, block.kind, selection.query, place))
    used = {slug for kind, slug in answers.used if kind == block.kind} if selection.query.unused else set()
    candidates = [item for slug, item in sorted(known.items()) if slug not in used and slug not in seen]
    return tuple(answer(selection.query, candidates, sent))


def answer(query: Query, candidates: Sequence[Item[Any]], sent: datetime) -> list[Item[Any]]:
    """The candidates (sorted by short name) that the query asks for at the send time, in its order."""
    found = [
        item
        for item in candidates
        if query.tags.issubset(item.fields.tags)
        and (query.series is None or getattr(item.fields, "series", None) == query.series)
        and (getattr(item.fields, "external", None) is None or _asks_for_others(query, item))
    ]
    if query.order == "newest":
        found = [item for item in found if item.fields.published <= sent.date()]
        found.sort(key=lambda item: item.fields.published, reverse=True)
    elif query.order == "next":
        until = sent + timedelta(days=query.days) if query.days else None
        found = [item for item in found if _start(item) >= sent and (until is None or _start(item) <= until)]
        found.sort(key=_start)
    else:
        found.sort(key=lambda item: item.fields.title.casefold())
    return found[: query.limit]


def _asks_for_others(query: Query, event: Item[Any]) -> bool:
    """Others' events come by import, many at a time: a query takes them by tag or series, and none that is off."""
    return bool(query.tags or query.series) and not event.fields.cancelled


def _start(item: Item[Any]) -> datetime:
    start = getattr(item.fields, "start", None)
    return start if isinstance(start, datetime) else datetime.combine(item.fields.published, time())


def _named(answers: _Answers, kind: str, name: str, place: Place) -> Item[Any] | None:
    items = answers.workspace.items[kind]
    if name in items:
        return items[name]
    path = f"content/{FOLDER_OF[kind]}/{name}.md"
    if path in answers.workspace.broken:
        answers.problems.append(Problem.at(place, "broken-item", f"{path} needs mending first", "see its own problem"))
    else:
        answers.problems.append(Problem.at(place, "unknown-item", f"there is no {path}", guess(name, items)))
    return None


def _uncertain(answers: _Answers, kind: str, query: Query, place: Place) -> list[Problem]:
    """A query over files that cannot all be read has no answer to trust."""
    folders = [f"content/{FOLDER_OF[kind]}/", *(["content/issues/"] if query.unused else [])]
    paths = sorted(path for path in answers.workspace.broken if path.startswith(tuple(folders)))
    return [
        Problem.at(place, "broken-item", f"{path} needs mending first: it may belong here", "see its own problem")
        for path in paths
    ]


def _not_ours(workspace: Workspace, issue: Item[Issue]) -> list[Problem]:
    """Others' events: they invite to them themselves."""
    event = workspace.items["event"].get(issue.fields.invites or "")
    if event is None or not event.fields.external:
        return []
    text = f"the event is held by others ({event.fields.external.organizer}), who invite to it themselves"
    hint = "take `invites` out, and show the event in a block"
    return [Problem.at(issue.place("invites"), "invites-others", text, hint)]


def _unknown_names(workspace: Workspace, issue: Item[Issue]) -> list[Problem]:
    """Segments and campaigns the issue names that nobody knows."""
    fields = issue.fields
    segments: list[tuple[tuple[str | int, ...], str]]
    segments = [(("audience", index), name) for index, name in enumerate(fields.audience)]
    for number, block in enumerate(fields.blocks):
        for key, names in (("only", block.only), ("except", block.except_)):
            segments.extend((("blocks", number, key, index), name) for index, name in enumerate(names))
    campaigns: list[tuple[tuple[str | int, ...], str]]
    campaigns = [(("campaign",), fields.campaign)] if fields.campaign else []
    for number, block in enumerate(fields.blocks):
        if block.campaign:
            campaigns.append((("blocks", number, block.key, "campaign"), block.campaign))
    return [
        Problem.at(issue.place(*path), f"unknown-{what}", f"no {what} is called {name!r}", guess(name, known))
        for what, named, known in (
            ("segment", segments, workspace.segments),
            ("campaign", campaigns, workspace.campaigns),
            ("event", [(("invites",), fields.invites)] if fields.invites else [], workspace.items["event"]),
        )
        for path, name in named
        if name not in known
    ]
