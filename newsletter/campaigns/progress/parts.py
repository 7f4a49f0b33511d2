"""Visits by the parts that targets name: which visits are a part's, and which are nobody's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from newsletter.campaigns.progress.plan import month_of
from newsletter.campaigns.targets import SIZES
from newsletter.subscribers.industries import NAMES

if TYPE_CHECKING:
    from newsletter.campaigns.progress.basis import Basis
    from newsletter.campaigns.progress.seen import Code, Days, Visited

UNKNOWN = "unknown"
"""Key of what was not written down."""
_ENDS = (2, 10, 50, 200)
"""Where each band of SIZES ends, but the last."""


def months(days: Days) -> Counter[str]:
    """Visits by month."""
    return _summed((month_of(day), number) for day, number in days.items())


def sizes(found: Mapping[int | None, int]) -> Counter[str]:
    """Visits by band of employees."""
    return _summed((_band(size), number) for size, number in found.items())


def _band(size: int | None) -> str:
    return UNKNOWN if size is None else SIZES[sum(size >= end for end in _ENDS)]


def industry(found: Mapping[Code, int], text: str, basis: Basis) -> int:
    """Visits at companies under a target's code; those of the other nomenclature where the key leaves no doubt."""
    return sum(number for code, number in found.items() if _within(code, text, basis))


def unplanned(visited: Visited, basis: Basis) -> dict[str, dict[str, int]]:
    """Visits for which nothing is promised, by month, industry, consultant and size."""
    promised = basis.campaign.targets.visits
    elsewhere = {
        code: number
        for code, number in visited.industries.items()
        if not any(_within(code, text, basis) for text in promised.by_industry)
    }
    sections = _summed((_section(code, basis), number) for code, number in elsewhere.items())
    return {
        "month": _without(months(visited.days), promised.by_month),
        "industry": _without(sections, ()),
        "consultant": _without(visited.consultants, promised.by_consultant),
        "size": _without(sizes(visited.sizes), promised.by_size),
    }


def names(elsewhere: Mapping[str, Mapping[str, int]], basis: Basis) -> dict[str, str]:
    """What readers call the industries and consultants of `unplanned`; a key that nobody names has none."""
    known = basis.industries.of(basis.nomenclature)
    called = {key: known.heading(key, basis.language) for key in elsewhere["industry"]}
    called |= {key: basis.contacts.get(key, "") for key in elsewhere["consultant"]}
    return {key: name for key, name in called.items() if name}


def _without(found: Mapping[str, int], promised: Iterable[str]) -> dict[str, int]:
    return {key: number for key, number in sorted(found.items()) if key not in promised}


def _summed(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for key, number in pairs:
        found[key] += number
    return found


def code_of(text: str, basis: Basis) -> str | None:
    """The compact code that a target writes; None for one that does not exist, which `newsletter check` tells."""
    try:
        return basis.industries.of(basis.nomenclature).normalise(text)
    except ValueError:
        return None


def _within(code: Code, text: str, basis: Basis) -> bool:
    wanted = code_of(text, basis)
    (written, industry), rule = code, basis.nomenclature
    if wanted is None or industry is None:
        return False
    return any(written == name and basis.industries.matches(industry, name, wanted, rule) for name in NAMES)


def _section(code: Code, basis: Basis) -> str:
    """The section of a company's code in the targets' nomenclature, where there is no doubt."""
    written, industry = code
    if industry is None or written is None:
        return UNKNOWN
    known = basis.industries
    if written == basis.nomenclature:
        return known.of(basis.nomenclature).section_of(industry) or UNKNOWN
    others = known.key.translate(industry, "DB07" if written == "DB07" else "DB25") if known.key else ()
    sections = {known.of(basis.nomenclature).section_of(each) for each in others}
    return sections.pop() if len(sections) == 1 else UNKNOWN
