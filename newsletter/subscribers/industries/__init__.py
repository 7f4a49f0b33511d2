"""Industry codes: DB25 and DB07, what they are called, what lies under what, and the way from the one to the other."""

from newsletter.subscribers.industries.codes import LEVELS, UNSTATED, compact, printed
from newsletter.subscribers.industries.files import DB07_FILE, DB25_FILE, KEY_FILE, Industries, load
from newsletter.subscribers.industries.groups import GROUP10, Group10, group_number
from newsletter.subscribers.industries.key import Key, codes_within, make_key, matches
from newsletter.subscribers.industries.nomenclature import (
    NAMES,
    Heading,
    Name,
    Nomenclature,
    Span,
    nomenclature,
)
from newsletter.subscribers.industries.sheets import read_key, read_titles

__all__ = [
    "DB07_FILE",
    "DB25_FILE",
    "GROUP10",
    "KEY_FILE",
    "LEVELS",
    "NAMES",
    "UNSTATED",
    "Group10",
    "Heading",
    "Industries",
    "Key",
    "Name",
    "Nomenclature",
    "Span",
    "codes_within",
    "compact",
    "group_number",
    "load",
    "make_key",
    "matches",
    "nomenclature",
    "printed",
    "read_key",
    "read_titles",
]
