"""Objects as CVR's public JSON has them, of invented companies."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ON = date(2026, 11, 22)
WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)


def numbers() -> Iterator[str]:
    """CVR numbers with a check digit that fits."""
    for number in range(99_000_000, 99_900_000):
        if sum(int(digit) * weight for digit, weight in zip(str(number), WEIGHTS, strict=True)) % 11 == 0:
            yield str(number)


CVRS = tuple(islice(numbers(), 50))
FIRST, SECOND, THIRD = CVRS[:3]


def since(first: str | None = "2020-01-01", last: str | None = None, /, **value: Any) -> dict[str, Any]:
    """A value with its period."""
    return {**value, "periode": {"gyldigFra": first, "gyldigTil": last}, "sidstOpdateret": "2025-01-02T10:00:00.000Z"}


def a_street(**parts: Any) -> dict[str, Any]:
    values = {
        "landekode": "DK",
        "kommune": {"kommuneKode": 101, "kommuneNavn": "EKSEMPEL"},
        "vejnavn": "Prøvevej",
        "husnummerFra": 7,
        "bogstavFra": None,
        "etage": None,
        "sidedoer": None,
        "postnummer": 9999,
        "postdistrikt": "Eksempelby",
    }
    return since(**{**values, **parts})


def a_firm(cvr: str = FIRST, **fields: Any) -> dict[str, Any]:
    """A company of CVR's."""
    return {
        "cvrNummer": int(cvr),
        "navne": [since(navn="Eksempelmurer Prøve ApS")],
        "binavne": [],
        "beliggenhedsadresse": [a_street()],
        "telefonNummer": [since(kontaktoplysning="00000000", hemmelig=False)],
        "elektroniskPost": [since(kontaktoplysning="ejer@murer.example", hemmelig=False)],
        "obligatoriskEmail": [since(kontaktoplysning="hemmelig@murer.example", hemmelig=True)],
        "livsforloeb": [since()],
        "hovedbranche": [
            since("2020-01-01", "2024-12-31", branchekode="433100", branchetekst="Stukkatørvirksomhed"),
            since("2025-01-01", branchekode="434100", branchetekst="Tagdækningsvirksomhed"),
        ],
        "virksomhedsstatus": [since(status="NORMAL")],
        "virksomhedsform": [since(virksomhedsformkode=80, kortBeskrivelse="APS", langBeskrivelse="Anpartsselskab")],
        "aarsbeskaeftigelse": [{"aar": 2024, "antalAnsatte": 3, "intervalKodeAntalAnsatte": "ANTAL_2_4"}],
        "maanedsbeskaeftigelse": [{"aar": 2026, "maaned": 8, "intervalKodeAntalAnsatte": "ANTAL_5_9"}],
        "reklamebeskyttet": False,
        "penheder": [since(pNummer=1_990_000_001), since("2020-01-01", "2022-01-01", pNummer=1_990_000_002)],
        "deltagerRelation": [{"deltager": {"navne": [since(navn="Eva Eksempel")], "enhedstype": "PERSON"}}],
        **fields,
    }


def a_unit(number: int = 1_990_000_001, cvr: str = FIRST, **fields: Any) -> dict[str, Any]:
    """A workplace of CVR's."""
    return {
        "pNummer": number,
        "navne": [since(navn="Eksempelmurer Prøve, lageret")],
        "beliggenhedsadresse": [a_street(vejnavn="Lagervej", postnummer=9995, postdistrikt="Eksempelstrand")],
        "livsforloeb": [since()],
        "hovedbranche": [since("2025-01-01", branchekode="434100")],
        "erstMaanedsbeskaeftigelse": [{"aar": 2026, "maaned": 9, "intervalKodeAntalAnsatte": "ANTAL_2_4"}],
        "virksomhedsrelation": [since(cvrNummer=int(cvr))],
        **fields,
    }


def answer(*documents: dict[str, Any]) -> dict[str, Any]:
    """A search answer that holds them."""
    keyed = ({"VrproduktionsEnhed" if "pNummer" in each else "Vrvirksomhed": each} for each in documents)
    hits = [{"_index": "cvr", "_id": str(number), "_source": source} for number, source in enumerate(keyed)]
    return {"took": 1, "timed_out": False, "hits": {"total": len(hits), "max_score": 1.0, "hits": hits}}
