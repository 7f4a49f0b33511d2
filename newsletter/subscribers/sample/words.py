"""What the sample is made of: trades, sizes, forms, places and names. All of it is invented, and says so.

Every company and every person is called Eksempel, every address ends in .example, which nobody can own (RFC 2606),
every CVR number begins with 0, as none can, and every P-number with 199, far above those that were ever given out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from newsletter.subscribers.rules.bands import BANDS, limits
from newsletter.values import CVR_WEIGHTS

SIZES = tuple(limits(band)[0] for band in BANDS)
_FIRST_STEM = 100_000
"""Seven digits with a 0 in front: 0100000 and on."""
FIRST_P_NUMBER = 1_990_000_000
"""Its third and fourth digit are no month, so that nobody takes it for a CPR number."""
MUNICIPALITY = "0999"


class Trade(NamedTuple):
    """A line of business."""

    db25: str
    db07: str
    kind: str
    word: str


class Form(NamedTuple):
    """A legal form, as CVR shortens it, and what it adds to a name."""

    short: str
    ending: str


_SPREAD = {
    "solo": (62, 20, 12, 4, 2, 0, 0, 0, 0, 0, 0),
    "small": (28, 17, 25, 15, 9, 5, 1, 0, 0, 0, 0),
    "middle": (10, 8, 18, 21, 19, 14, 6, 3, 1, 0, 0),
    "large": (0, 0, 6, 13, 22, 28, 17, 9, 4, 1, 0),
    "public": (0, 0, 0, 4, 14, 30, 28, 16, 6, 2, 0),
}
SIZE_STEPS = {kind: tuple(accumulate(weights)) for kind, weights in _SPREAD.items()}
"""Running sums: how often each band of employees."""

ENK, PMV, APS, A_S, I_S = (
    Form("ENK", ""),
    Form("PMV", ""),
    Form("APS", " ApS"),
    Form("A/S", " A/S"),
    Form("I/S", " I/S"),
)
STATE_UNIT, MUNICIPAL_UNIT = Form("STA", ""), Form("KOM", "")
FORMS = (ENK, PMV, APS, A_S, I_S)
_FORM_SPREAD = {0: (52, 8, 34, 1, 5), 2: (20, 1, 62, 9, 8), 10: (1, 0, 58, 40, 1)}
FORM_STEPS = {size: tuple(accumulate(weights)) for size, weights in _FORM_SPREAD.items()}
"""By the smallest size they hold for."""

TOWNS = (("9999", "Eksempelby"), ("9995", "Eksempelstrand"), ("9994", "Eksempelskov"), ("9991", "Eksempelmark"))
TOWN_STEPS = (55, 75, 90, 100)
STREETS = (
    "Rådhustorvet",
    "Prøvevej",
    "Håndværkervænget",
    "Kildemarken",
    "Industrirampen",
    "Åboulevarden",
    "Nørretoften",
    "Søndermølle",
    "Havnepladsen",
    "Stationsbuen",
    "Lærkeleddet",
    "Ærøskrænten",
)
PLACES = (
    "Birkely",
    "Bækhøj",
    "Dalsmark",
    "Egeholt",
    "Fuglsang",
    "Granly",
    "Hedebo",
    "Kærsgård",
    "Lindevang",
    "Lyngmose",
    "Mosetoft",
    "Nørremark",
    "Odderkær",
    "Pilehus",
    "Rugbjerg",
    "Skovkær",
    "Søbred",
    "Tranemose",
    "Ulvehøj",
    "Vestergab",
    "Ærtebo",
    "Ørnekær",
    "Åbrink",
    "Østerled",
)
FIRST_NAMES = (
    "Anders",
    "Anne",
    "Bente",
    "Birgit",
    "Bjørn",
    "Camilla",
    "Carsten",
    "Ditte",
    "Emil",
    "Fatima",
    "Frederik",
    "Gitte",
    "Hanne",
    "Henrik",
    "Ida",
    "Inge",
    "Jakob",
    "Jens",
    "Jørgen",
    "Karen",
    "Kirsten",
    "Lars",
    "Line",
    "Lone",
    "Mads",
    "Maja",
    "Mehmet",
    "Mette",
    "Morten",
    "Nadia",
    "Niels",
    "Ole",
    "Peter",
    "Pia",
    "Rasmus",
    "Rikke",
    "Sara",
    "Søren",
    "Thomas",
    "Ulla",
    "Yusuf",
    "Åse",
)
MIDDLE_NAMES = (
    "Birk",
    "Dam",
    "Elm",
    "Falk",
    "Gran",
    "Holt",
    "Kjær",
    "Lind",
    "Lund",
    "Mose",
    "Rask",
    "Skov",
    "Toft",
    "Vang",
    "Øst",
    "Ås",
)
SURNAME = "Eksempel"
ROLES = ("ejer", "direktør", "hr", "tillidsrepræsentant", "social-tillidsperson", "kontor", "driftsleder")
LARGE_ROLE_STEPS = (4, 16, 46, 62, 74, 88, 100)
SMALL_ROLE_STEPS = (62, 74, 78, 82, 84, 96, 100)
TIMES = ("mandag-onsdag kl. 9-11", "helst om eftermiddagen", "ikke fredag", "før kl. 8", "torsdag formiddag")
INTERESTS = ("ansaettelse", "fastholdelse", "fleksjob", "hjaelpemidler", "mentor", "nyuddannede", "praktik")
NEEDS = ("butik", "chauffoer", "haandvaerk", "it", "koekken", "kontor", "lager", "pleje", "rengoering")

_PLAIN = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", " ": "-"})


def trades() -> tuple[list[Trade], list[int]]:
    """The lines of business, and the running sums of their weights."""
    lines = (Path(__file__).parent / "trades.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    found = [Trade(db25.replace(".", ""), db07.replace(".", ""), kind, word) for _, db25, db07, kind, word in rows]
    return found, list(accumulate(int(row[0]) for row in rows))


def cvr_numbers() -> Iterator[str]:
    """Numbers with a check digit that fits and a 0 in front: CVR's begin with 1 to 9, so that none of these is one."""
    for stem in range(_FIRST_STEM, 1_000_000):
        digits = f"{stem:07}"
        rest = sum(int(digit) * weight for digit, weight in zip(digits, CVR_WEIGHTS[:-1], strict=True)) % 11
        if rest != 1:  # then the check digit would be 10
            yield f"{digits}{-rest % 11}"


def plain(text: str) -> str:
    """The text as a part of an address: a-z, 0-9 and -."""
    return text.casefold().translate(_PLAIN)
