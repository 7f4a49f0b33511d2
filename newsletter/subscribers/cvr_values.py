"""Single values of CVR's JSON: what holds on a day, and what a number, a band, a code and an address say."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from newsletter.subscribers.industries.nomenclature import Name, nomenclature
from newsletter.subscribers.rules.bands import BANDS, limits
from newsletter.values import Cvr

LOWEST = tuple(limits(band)[0] for band in BANDS)
"""Lower ends of CVR's bands of employees."""
DB25_SINCE = "2025-01-01"
"""CVR gave every company a code of DB25 that holds from this day; an older period is one of DB07."""

_CVR = TypeAdapter[str](Cvr)
_LONG = 300
_MANY = 10_000_000
_EVER, _NEVER = "0000", "9999-99-99"
_EMPLOYMENT = ("aarsbeskaeftigelse", "kvartalsbeskaeftigelse", "maanedsbeskaeftigelse", "erstMaanedsbeskaeftigelse")
"""Told by the year, the quarter, the month, and the month as CVR counts itself; the last is the best."""
_NOTHING: Mapping[str, Any] = {}


class Industry(NamedTuple):
    """A code and whose it is."""

    code: str
    nomenclature: Name


def text_of(value: Any) -> str | None:
    """A line of text as any database keeps it; None for what is none, empty, or longer than a line."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    written = str(value).encode("utf-8", "replace").decode()
    shown = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in written[: _LONG + 1])
    line = unicodedata.normalize("NFC", " ".join(shown.split()))
    return line if line and len(line) <= _LONG else None


def check_cvr(value: Any) -> str:
    """The CVR number. Raises ValueError for what is none."""
    text = text_of(value) or ""
    try:
        return _CVR.validate_python(text)
    except ValidationError as error:
        raise ValueError(str(error.errors()[0]["ctx"]["error"])) from None


def check_p_number(value: Any) -> str:
    """The P-number: its shape only, since its check digit is not to be trusted. Raises ValueError."""
    text = text_of(value) or ""
    if not re.fullmatch(r"1[0-9]{9}", text):
        raise ValueError(f"{text!r} is not a P-number; a P-number has 10 digits and begins with 1")
    return text


def holds_on(value: Any, on: str) -> bool:
    """Whether a value with a period holds on a day (2026-11-22)."""
    if not isinstance(value, dict):
        return False
    first, last = _period(value)
    return first <= on <= last


def value_on(values: Any, on: str) -> Mapping[str, Any]:
    """Of a list of values with periods, the one that holds on a day; else the last one; else one that says nothing."""
    listed = _listed(values if isinstance(values, list) else [values])
    known = [value for value in listed if _period(value)[0] <= on]
    return max(known, key=lambda value: (_period(value)[1] >= on, *_period(value)), default=_NOTHING)


def industry_of(value: Mapping[str, Any]) -> Industry | None:
    """The code of a `hovedbranche`, and its nomenclature; None when CVR has none.

    The period tells the nomenclature, unless the code is not in it and is in the other; without a beginning it is of
    today. Raises ValueError for a code that is in neither.
    """
    text = text_of(value.get("branchekode"))
    if text is None:
        return None
    since = _period(value)[0]
    newer = since >= DB25_SINCE or since == _EVER
    names: tuple[Name, Name] = ("DB25", "DB07") if newer else ("DB07", "DB25")
    try:
        return _coded(text, names[0])
    except ValueError as error:
        try:
            return _coded(text, names[1])
        except ValueError:
            raise error from None


def _coded(text: str, name: Name) -> Industry | None:
    code = nomenclature(name).company_code(text)
    return Industry(code, name) if code else None


def band_of(document: Mapping[str, Any]) -> int | str | None:
    """The lower end of the newest band of employees; CVR's own word when it is no band we know; None for no word."""
    told = [
        (_moment(entry, rank), entry)
        for rank, name in enumerate(_EMPLOYMENT)
        for entry in _listed(document.get(name))
        if entry.get("intervalKodeAntalAnsatte") or _is_count(entry.get("antalAnsatte"))
    ]
    return _band(max(told, key=lambda pair: pair[0])[1]) if told else None


def _moment(entry: Mapping[str, Any], rank: int) -> tuple[int, int, int]:
    """By which the newest is found: year, month it ends in, and how well it is counted."""
    month = _count(entry.get("maaned")) or _count(entry.get("kvartal")) * 3 or 12
    return _count(entry.get("aar")), month, rank


def _listed(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _count(value: Any) -> int:
    """A number of years, months or employees; 0 for what is none."""
    return int(value) if _is_count(value) else 0


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MANY


def _band(entry: Mapping[str, Any]) -> int | str:
    code = entry.get("intervalKodeAntalAnsatte")
    if not code:
        return LOWEST[bisect_right(LOWEST, _count(entry.get("antalAnsatte"))) - 1]
    written = re.fullmatch(r"ANTAL_([0-9]{1,4})_[0-9]*", str(code))
    low = int(written[1]) if written else -1
    return low if low in LOWEST else str(code)[:40]


def address_of(value: Mapping[str, Any]) -> dict[str, str | None]:
    """Municipality, postcode, town and street; of an address abroad only what it has."""
    district = value.get("kommune")
    municipality = district.get("kommuneKode") if isinstance(district, dict) else None
    return {
        "municipality": _digits(municipality),
        "postcode": _digits(value.get("postnummer")),
        "town": text_of(value.get("postdistrikt")),
        "street": _street(value),
    }


def _digits(value: Any) -> str | None:
    """Four digits: CVR writes 101 for 0101."""
    text = text_of(value) or ""
    return text.zfill(4) if re.fullmatch(r"[0-9]{1,4}", text) and int(text) else None


def _street(value: Mapping[str, Any]) -> str | None:
    street = text_of(value.get("vejnavn"))
    if street is None:
        return None
    house = f"{text_of(value.get('husnummerFra')) or ''}{text_of(value.get('bogstavFra')) or ''}"
    floor = " ".join(filter(None, (text_of(value.get("etage")), text_of(value.get("sidedoer")))))
    return f"{street} {house}".strip() + (f", {floor}" if floor else "")


def _period(value: Mapping[str, Any]) -> tuple[str, str]:
    period = value.get("periode")
    inner = period if isinstance(period, dict) else _NOTHING
    return _day(inner.get("gyldigFra")) or _EVER, _day(inner.get("gyldigTil")) or _NEVER


def _day(value: Any) -> str | None:
    return value[:10] if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value) else None
