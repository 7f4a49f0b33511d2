"""A list of people as a municipality's neighbours might have it: invented, and as long as wanted."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from random import Random

WEIGHTS = (2, 7, 6, 5, 4, 3, 2)
HEADINGS = ("E-mail", "Navn", "Rolle", "Virksomhed", "CVR", "Branchekode", "Ansatte", "Kommune", "Postnr")
CODES = ("011100", "101100", "251100", "410000", "432200", "439100", "461100", "471100", "494100", "561100", "621000")
MORE_CODES = ("681200", "692000", "702000", "812100", "851000", "871000", "881000", "931100", "962100")
BANDS = ("0", "1", "2-4", "5-9", "10-19", "20-49", "50-99", "100-199", "200-499", "500-999", "1000+")
SHARES = (30, 25, 18, 11, 7, 5, 2, 1, 0.6, 0.2, 0.1)
MUNICIPALITIES = ("0751", "0461", "0851", "0101", "0621", "0730", "0740", "0746", "0766", "0615")
ROLES = ("ejer", "hr", "leder", "tillidsrepræsentant", "")


def write_list(path: Path, people: int) -> None:
    """`people` rows at four tenths as many companies."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(HEADINGS)
        rows.writerows(_rows(people))


def _rows(people: int) -> Iterator[tuple[str, ...]]:
    random = Random(1)
    companies = [_company(random, cvr, number) for number, cvr in enumerate(_numbers(people * 4 // 10))]
    for number in range(people):
        company = companies[number % len(companies)]
        yield (
            f"person{number}@firma{number % len(companies)}.example",
            f"Person Nr{number}",
            random.choice(ROLES),
            *company,
        )


def _company(random: Random, cvr: str, number: int) -> tuple[str, ...]:
    band = random.choices(BANDS, SHARES)[0]
    place = random.choice(MUNICIPALITIES)
    code = random.choice(CODES + MORE_CODES)
    return f"Eksempelfirma {number} ApS", cvr, code, band, place, f"{random.randrange(1000, 9990, 10)}"


def _numbers(count: int) -> Iterator[str]:
    """As many different numbers with the check digit of a CVR number."""
    first = 1_000_000
    while count:
        rest = -sum(int(digit) * weight for digit, weight in zip(str(first), WEIGHTS, strict=True)) % 11
        if rest < 10:
            yield f"{first}{rest}"
            count -= 1
        first += 1
