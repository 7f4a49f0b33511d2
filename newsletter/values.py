"""The small values that the models share: a text, an address, a short name, a code."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

Text = Annotated[str, Field(min_length=1)]
Day = date
"""For models whose own `date` would hide the type."""

_ADDRESS = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.ASCII | re.IGNORECASE
)
"""As the HTML standard has it for `<input type=email>`, with a dot in the domain."""


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"{text!r} is not a mail address; write for example nyt@eksempelkommune.example")
    return text


CVR_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)
"""Erhvervsstyrelsen's modulus 11: the digits times these add up to a multiple of 11."""


def _cvr(text: str) -> str:
    digits = text.replace(" ", "")
    weighed = sum(int(digit) * weight for digit, weight in zip(digits, CVR_WEIGHTS, strict=False) if digit.isdecimal())
    if not re.fullmatch(r"[1-9][0-9]{7}", digits) or weighed % 11:
        raise ValueError(f"{text!r} is not a CVR number; a CVR number has 8 digits and a check digit that fits")
    return digits


def _https(text: str) -> str:
    if not re.fullmatch(r"(https://[^\s/?#]|http://(localhost|127\.0\.0\.1)(?=[:/]|$))[^\s?#]*", text):
        raise ValueError(f"{text!r} is not a safe address; begin it with https://")
    if not text.isascii():
        raise ValueError(f"{text!r} holds letters no address may hold; write the form of it that begins with xn--")
    return text.rstrip("/")


def check_slug(text: str) -> str:
    """The short name itself; raises ValueError for one that could not be a file name or part of an address."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise ValueError(f"{text!r} is not a short name; use a-z, 0-9 and - (æ is ae, ø is oe, å is aa)")
    return text


def _url(text: str) -> str:
    if not re.match(r"(https?://|mailto:|tel:)\S+$", text):
        raise ValueError(f"{text!r} is not an address; begin it with https:// or mailto:")
    return text


def _industry(text: str) -> str:
    if not re.fullmatch(r"[A-V]|[0-9]{2}([0-9]{1,4}|\.[0-9]{1,2}(\.?[0-9]{2})?)?", text):
        raise ValueError(f"{text!r} is not an industry code; write a section (F), a division (41) or a class (43.22)")
    return text


Slug = Annotated[str, AfterValidator(check_slug)]
Url = Annotated[str, AfterValidator(_url)]
Industry = Annotated[str, AfterValidator(_industry)]
Address = Annotated[str, AfterValidator(_address)]
Cvr = Annotated[str, AfterValidator(_cvr)]
Https = Annotated[str, AfterValidator(_https)]
Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
"""As 2027-01."""
