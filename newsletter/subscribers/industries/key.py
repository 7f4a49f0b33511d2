"""The way between DB07 and DB25: which codes of the one a code of the other may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newsletter.subscribers.industries.nomenclature import Name, nomenclature


@dataclass(frozen=True, kw_only=True, eq=False)
class Key:
    """Danmarks Statistik's key, read both ways. Codes are compact; shorter ones stand for all that begin with them."""

    ways: Mapping[Name, Mapping[str, tuple[str, ...]]]
    """Nomenclature → its codes → what they may be in the other."""

    def translate(self, code: str, nomenclature: Name = "DB07") -> tuple[str, ...]:
        """What a code of `nomenclature` may be in the other one, sorted; nothing when the key does not know it."""
        return self.ways[nomenclature].get(code, ())


def make_key(pairs: Iterable[tuple[str, str]]) -> Key:
    """The key of some pairs of compact codes, DB07 first."""
    forward: defaultdict[str, set[str]] = defaultdict(set)
    back: defaultdict[str, set[str]] = defaultdict(set)
    for db07, db25 in pairs:
        for length in (2, 3, 4, 6):
            forward[db07[:length]].add(db25)
            back[db25[:length]].add(db07)
    return Key(ways={"DB07": _sorted(forward), "DB25": _sorted(back)})


def _sorted(codes: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {code: tuple(sorted(others)) for code, others in codes.items()}


def matches(code: str, company: Name, rule_code: str, rule: Name, key: Key | None) -> bool:
    """Whether a company's compact code lies under a rule's, each of its own nomenclature.

    Across nomenclatures only what is certain: the key must know the code, and all it may be must lie under the rule.
    """
    if company == rule:
        return nomenclature(rule).within(code, rule_code)
    others = key.translate(code, company) if key else ()
    return bool(others) and all(nomenclature(rule).within(each, rule_code) for each in others)


def codes_within(rule_code: str, rule: Name, key: Key | None) -> tuple[str, ...]:
    """The other nomenclature's codes that `matches` says yes to, sorted: what SQL asks for."""
    if key is None:
        return ()
    other: Name = "DB07" if rule == "DB25" else "DB25"
    return tuple(sorted(code for code in key.ways[other] if matches(code, other, rule_code, rule, key)))
