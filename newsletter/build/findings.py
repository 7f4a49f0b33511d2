"""The checks of a build: every item once, kept by what the file says; then each issue and each edition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.build.report import Finding, finding
from newsletter.checks.run import (
    check_edition,
    check_issue,
    check_item,
    check_letter,
    check_shown,
    check_theme,
    without,
)
from newsletter.checks.subjects import EditionSubject, IssueSubject, ItemSubject, ShownSubject, ThemeSubject
from newsletter.content.issues import FOLDER_OF
from newsletter.layouts.theme import THEME_FILE
from newsletter.layouts.views import anchor
from newsletter.problems import Problem

if TYPE_CHECKING:
    from newsletter.build.cache import Cache
    from newsletter.build.compose import Composition
    from newsletter.build.editions import Edition
    from newsletter.content.item import Item
    from newsletter.workspace import Workspace

Key = tuple[str, str]
"""Kind and short name of an item; issues have the kind `issue`."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the checks say of one file, and the targets of its links to other items."""

    problems: tuple[Problem, ...]
    links: tuple[str, ...]


def check_items(workspace: Workspace, cache: Cache) -> dict[Key, Checked]:
    """Every item and issue of the workspace, checked for what is wrong whenever it is sent."""
    every = {(kind, slug): item for kind, items in workspace.items.items() for slug, item in items.items()}
    every |= {("issue", slug): issue for slug, issue in workspace.issues.items()}
    images = frozenset(workspace.images)
    return {key: _checked(key[0], item, images, cache) for key, item in every.items()}


def _checked(kind: str, item: Item[Any], images: frozenset[str], cache: Cache) -> Checked:
    from newsletter.content.tree import walk

    def make() -> Any:
        from newsletter.content.markdown import parse_markdown

        tree = parse_markdown(item.body)
        problems = check_item(ItemSubject(kind=kind, item=item, tree=tree, images=images))
        hrefs = (element.attributes.get("href", "") for element in walk(tree))
        links = sorted({href for href in hrefs if href.partition("#")[0].endswith(".md")})
        return [[finding(problem) for problem in problems], links]

    found, links = cache.get_or("checks", [item.source.path, item.source.digest, sorted(images)], make)
    return Checked(problems=tuple(Problem(**each) for each in found), links=tuple(links))


def check_composition(workspace: Workspace, composition: Composition, checked: Mapping[Key, Checked]) -> list[Problem]:
    """An issue and the items it shows, at its send time."""
    sent = composition.sent.date()
    keys = [("issue", composition.issue.slug), *composition.items]
    items = {("issue", composition.issue.slug): composition.issue, **composition.items}
    beside = frozenset(f"{FOLDER_OF[kind]}/{slug}" for kind, slug in composition.items)
    found = [problem for key in keys for problem in checked[key].problems]
    found += check_issue(IssueSubject(issue=composition.issue, sent=sent))
    found += composition.remarks
    found += check_theme(ThemeSubject(theme=workspace.pages[THEME_FILE]))
    for key in keys:
        links = checked[key].links
        subject = ShownSubject(
            kind=key[0], item=items[key], sent=sent, settings=workspace.settings, links=links, beside=beside
        )
        found += check_shown(subject)
    return without(found, workspace.settings.checks.off)


def check_written(
    workspace: Workspace, composition: Composition, edition: Edition, html: bytes, text: bytes
) -> list[Problem]:
    """A finished edition; one without a name is the whole letter, with all its blocks."""
    shown = (composition.shown[index] for index in edition.blocks)
    subject = EditionSubject(
        issue=composition.issue,
        name=edition.name,
        html=html.decode(),
        text=text.decode(),
        anchors=tuple(anchor(each.block.kind, item.slug) for each in shown for item in each.items),
        sender_address=workspace.settings.sender.postal_address[0],
    )
    check = check_edition if edition.name else check_letter
    return without(check(subject), workspace.settings.checks.off)


def unused(checked: Mapping[Key, Checked], compositions: Iterable[Composition]) -> list[Problem]:
    """Problems of the items that stand in no issue."""
    used = {key for composition in compositions for key in composition.items}
    return [
        problem for key, each in checked.items() if key not in used and key[0] != "issue" for problem in each.problems
    ]


def findings(problems: Iterable[Problem]) -> list[Finding]:
    """As plain values, sorted, none twice."""
    return [finding(problem) for problem in sorted(set(problems))]


Progress = Callable[[str, int, int], None]
"""Told before each issue: its short name, its number from 1, and how many there are."""
