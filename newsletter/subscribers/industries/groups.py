"""Danmarks Statistik's ten groups of industries, which readers know better than the sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.subscribers.industries.codes import shown
from newsletter.subscribers.industries.search import fold


@dataclass(frozen=True, kw_only=True, slots=True)
class Group10:
    """One of the ten groups, or the eleventh for those without a code: its titles, and the sections it holds."""

    number: int
    da: str
    en: str
    sections: Mapping[str, str]
    """By nomenclature: the letters."""


def _group(number: int, da: str, en: str, db07: str, db25: str) -> Group10:
    return Group10(number=number, da=da, en=en, sections={"DB07": db07, "DB25": db25})


GROUP10: Mapping[int, Group10] = {
    group.number: group
    for group in (
        _group(1, "Landbrug, skovbrug og fiskeri", "Agriculture, forestry and fishing", "A", "A"),
        _group(
            2,
            "Industri, råstofindvinding og forsyningsvirksomhed",
            "Manufacturing, mining and quarrying, and utility services",
            "BCDE",
            "BCDE",
        ),
        _group(3, "Bygge og anlæg", "Construction", "F", "F"),
        _group(4, "Handel og transport mv.", "Trade and transport etc.", "GHI", "GHI"),
        _group(5, "Information og kommunikation", "Information and communication", "J", "JK"),
        _group(6, "Finansiering og forsikring", "Financial and insurance", "K", "L"),
        _group(7, "Ejendomshandel og udlejning", "Real estate", "L", "M"),
        _group(8, "Erhvervsservice", "Other business services", "MN", "NO"),
        _group(
            9,
            "Offentlig administration, undervisning og sundhed",
            "Public administration, education and health",
            "OPQ",
            "PQR",
        ),
        _group(10, "Kultur, fritid og anden service", "Arts, entertainment and other services", "RSTU", "STUV"),
        _group(11, "Uoplyst", "Activity not stated", "", ""),
    )
}
"""By number. Titles and DB07 sections are Danmarks Statistik's standard grouping (10-grupperingen af DB07). The DB25
sections are derived by us: the same activities under DB25's letters, where J became J and K and all after it moved on
by one."""


def group_number(text: str) -> int:
    """The number of a group as a rule names it. Raises ValueError, with a guess, for what is none from 1 to 11."""
    if text in map(str, GROUP10):
        return int(text)
    named = (group for group in GROUP10.values() if fold(text) in (fold(group.da), fold(group.en)))
    group = next(named, GROUP10[3])
    hint = f"write a number from 1 to 11; {group.da} is {group.number}"
    raise ValueError(f"{shown(text)} is none of Danmarks Statistik's groups; {hint}")
