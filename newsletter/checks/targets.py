"""The numbers a campaign promises: parts that add up, months of its period, names that exist, promises one can keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from newsletter.content.draft import slug_of
from newsletter.problems import Place, Problem, guess

if TYPE_CHECKING:
    from newsletter.campaigns.campaign import Campaign, Period
    from newsletter.campaigns.targets import Targets
    from newsletter.fields import Document
    from newsletter.workspace import Workspace

Path = tuple[str, ...]
_PARTS: tuple[Path, ...] = (
    ("visits", "by_month"),
    ("visits", "by_industry"),
    ("visits", "by_consultant"),
    ("visits", "by_size"),
    ("agreements", "by_scheme"),
)
"""What divides a total, by its path below `targets`."""


def check_targets(workspace: Workspace) -> Iterator[Problem]:
    """What is wrong with the campaigns' targets. That their industries exist is looked up with all other words."""
    for slug, campaign in workspace.campaigns.items():
        yield from _Targets(workspace, workspace.pages[f"campaigns/{slug}.yml"].document, campaign).problems()


class _Targets:
    """The targets of one campaign, with their places."""

    def __init__(self, workspace: Workspace, document: Document, campaign: Campaign) -> None:
        self.workspace = workspace
        self.document = document
        self.targets: Targets = campaign.targets
        self.period = campaign.period
        self.of_visits = campaign.targets.visits

    def problems(self) -> Iterator[Problem]:
        double = self._double()
        yield from self._sums(double)
        for code, outer in double.items():
            text = f"{code} lies within {outer}: a visit there counts for both"
            hint = f"promise {outer} as a whole, or only what lies within it"
            place = self.key("visits", "by_industry", code)
            yield Problem.at(place, "promised-twice", text, hint, "warning")
        yield from self._months()
        yield from self._names("contact", "visits", "by_consultant")
        yield from self._names("scheme", "agreements", "by_scheme")
        yield from self._beyond_visits()
        yield from self._nothing()

    def key(self, *path: str) -> Place:
        """The place of a key below `targets`."""
        return self.document.keys["targets", *path]

    def part(self, *path: str) -> Mapping[str, int]:
        """The targets at a path below `targets`; nothing when it is left out."""
        found: Any = self.targets
        for name in path:
            found = getattr(found, name, None)
        return found or {}

    def _sums(self, double: Mapping[str, str]) -> Iterator[Problem]:
        for whole, name in _PARTS:
            part = {key: number for key, number in self.part(whole, name).items() if key not in double}
            if part:
                yield from self._sum(whole, name, sum(part.values()))

    def _sum(self, whole: str, name: str, found: int) -> Iterator[Problem]:
        total = getattr(self.targets, whole).total
        text, place = f"{name} adds up to {found}, the total is {total}", self.key(whole, name)
        if found > total or (found < total and name == "by_month"):
            why = ": the plan over time would be wrong" if name == "by_month" else ""
            yield Problem.at(place, "target-sum", text + why, f"mend a line, or write `total: {found}`")
        elif found < total:
            hint = f"promise them too, or leave it so when the {total - found} may fall anywhere"
            yield Problem.at(place, "target-open", f"{text}: {total - found} are open", hint, "warning")

    def _months(self) -> Iterator[Problem]:
        promised = self.of_visits.by_month
        months = months_of(self.period)
        for month in promised.keys() - months:
            hint = f"the period runs from {self.period.first} to {self.period.last}"
            text = f"{month} is outside the campaign's period"
            yield Problem.at(self.key("visits", "by_month", month), "month-outside", text, hint)
        missing = [month for month in months if month not in promised]
        if promised and missing:
            text = f"no number for {', '.join(missing)}"
            hint = f"write `{missing[0]}: 0` for a month without visits"
            yield Problem.at(self.key("visits", "by_month"), "month-missing", text, hint, "warning")

    def _double(self) -> dict[str, str]:
        """Codes that lie within another one of the same campaign, and within which."""
        from itertools import permutations

        codes = {code: code.replace(".", "") for code in self.of_visits.by_industry}
        if all(map(str.isalpha, codes)):  # sections never hold each other: no need to know which there are
            return {}
        within = self._within()
        pairs = ((inner, outer) for inner, outer in permutations(codes, 2) if within(codes[inner], codes[outer]))
        return {inner: outer for inner, outer in pairs if codes[inner] != codes[outer] or inner > outer}

    def _within(self) -> Callable[[str, str], bool]:
        from newsletter.subscribers.industries import nomenclature

        return nomenclature(self.workspace.settings.industries).within

    def _names(self, kind: str, *path: str) -> Iterator[Problem]:
        known = self.workspace.items[kind]
        broken = {PurePosixPath(path).stem for path in self.workspace.broken if path.startswith(f"content/{kind}s/")}
        for name in self.part(*path):
            if name not in known and name not in broken:
                by_title = [slug for slug, item in known.items() if slug_of(item.fields.title) == slug_of(name)]
                hint = f"did you mean {by_title[0]!r}?" if by_title else guess(name, known)
                yield Problem.at(self.key(*path, name), f"unknown-{kind}", f"no {kind} is called {name!r}", hint)

    def _beyond_visits(self) -> Iterator[Problem]:
        """More different companies and workplaces than there are visits to them."""
        total = self.of_visits.total
        for name in ("unique_companies", "workplaces"):
            promised = getattr(self.targets, name)
            if promised is not None and promised > total:
                text = f"{name} is {promised}, but only {total} visits are promised"
                yield Problem.at(
                    self.key(name), "target-beyond", text, f"write at most {total}, or promise more visits"
                )

    def _nothing(self) -> Iterator[Problem]:
        """Targets that say nothing, or of which nothing can come."""
        for path in self._zeros():
            text, hint = f"{path[-1]} promises nothing", "write a number, or take the line out"
            yield Problem.at(self.key(*path), "target-zero", text, hint, "warning")
        if self.targets.follow_up and not self.of_visits.total:
            text, hint = "follow-up is promised, but no visits to follow", "promise visits, or take `follow_up` out"
            yield Problem.at(self.key("follow_up"), "target-empty", text, hint, "warning")
        if self.targets.attendance and not self.targets.events:
            text, hint = "seats are promised, but no events", "promise `events`, or take `attendance` out"
            yield Problem.at(self.key("attendance"), "target-empty", text, hint, "warning")

    def _zeros(self) -> Iterator[Path]:
        """Where a 0 stands that no plan needs: visits may be none, and so may those of a month."""
        for path in _PARTS[1:]:
            yield from ((*path, key) for key, number in self.part(*path).items() if number == 0)
        if self.targets.agreements and self.targets.agreements.total == 0:
            yield ("agreements", "total")
        yield from ((name,) for name in type(self.targets).model_fields if getattr(self.targets, name) == 0)


def months_of(period: Period) -> list[str]:
    """The months a period touches, in order, as 2027-01."""
    first, last = (day.year * 12 + day.month - 1 for day in (period.first, period.last))
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(first, last + 1)]
