"""A cell of each kind, as the register keeps it. Each raises ValueError with a reason and, after `; `, its cure."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from datetime import date
from operator import mul

from newsletter.subscribers.cvr_values import LOWEST, check_cvr
from newsletter.subscribers.importing.cells import EXCEL_ERRORS
from newsletter.subscribers.rules.bands import BANDS
from newsletter.values import CVR_WEIGHTS

LONGEST = 300
"""Signs in one cell. What is longer is a text in the wrong column."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
_AS_TEXT = "format the column as text in Excel and write the number anew"


def text(cell: str) -> str | None:
    """A line of text: NFC, single spaces, nothing invisible."""
    if len(cell) > LONGEST:
        raise ValueError(f"the text is longer than {LONGEST} signs; shorten it, or leave the column out")
    if not cell.isprintable():
        cell = " ".join(_INVISIBLE.sub("", cell).split())
        if not cell.isprintable():
            raise ValueError("an invisible control character stands here; delete it and write the text anew")
    line = cell if cell.isascii() else unicodedata.normalize("NFC", cell)
    if "  " in line or line[:1] in _ODD_ENDS or line[-1:] == " ":
        line = " ".join(line.split())
        if line in EXCEL_ERRORS:
            raise ValueError(f"Excel says {line} here; mend the formula, or write the value itself")
    return line or None


_ODD_ENDS = (" ", "#")


def _code(cell: str) -> str:
    """The signs of a number, without what people and programs put around and between them."""
    line = (text(cell) or "").removeprefix("'")
    if _SHORTENED.fullmatch(line):
        raise ValueError(f"Excel has shortened the number; {_AS_TEXT}")
    return re.sub(r"^(\d+)\.0$", r"\1", line)


_REST = sum(CVR_WEIGHTS) * ord("0") % 11
"""What is left of a number that fits when its digits are taken as signs: `0` counts 48. The quickest way to look."""


def cvr(cell: str) -> str | None:
    """A CVR number, by its check digit: `DK12345678`, `12 34 56 78` and `CVR-nr. 12345678` are fine."""
    if _is_plain(cell) and sum(map(mul, cell.encode(), CVR_WEIGHTS)) % 11 == _REST:
        return cell
    line = re.sub(r"^(CVR[ -]*(NR|NO|NUMMER)?[.:]?|DK)[ -]*", "", _code(cell), flags=re.IGNORECASE)
    digits = re.sub(r"[ .-]", "", line)
    return check_cvr(digits) if digits else None


def _is_plain(cell: str) -> bool:
    return len(cell) == len(CVR_WEIGHTS) and cell.isascii() and cell.isdigit() and cell[0] != "0"


def p_number(cell: str) -> str | None:
    """A P-number, by its shape. The cell is never told back: it may be a CPR number in the wrong column."""
    digits = re.sub(r"^P[ -]*(NR|NO|NUMMER)?[.:]?[ -]*", "", _code(cell), flags=re.IGNORECASE).replace(" ", "")
    if digits and not re.fullmatch(r"1[0-9]{9}", digits):
        raise ValueError("this is not a P-number; a P-number has 10 digits and begins with 1")
    return digits or None


_MONTHS = "jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec"
_EXCEL_DATE = re.compile(rf"\d{{1,2}}[-. ]*({_MONTHS})\w*\.?([-. ]*\d+)?|\d{{4}}-\d\d-\d\d|\d\d?[-./]\d\d?[-./]\d{{4}}")
_STAFF = re.compile(r"(ca\.?|ansatte|medarbejdere|årsværk|employees|fuldtid\w*|personer)", re.IGNORECASE)
_BAND = re.compile(r"(?:ANTAL_)?(\d+) ?(?:-|–|_|til|to) ?(\d*)", re.IGNORECASE)
_OPEN = re.compile(r"(?:(?:over|mindst|min\.?) )?1000 ?(?:\+|eller flere|og derover|og flere|or more)?", re.IGNORECASE)
_SHOWN = ", ".join(BANDS)


def size(cell: str) -> int | None:
    """A band of employees, or their number: the lower end of CVR's band. Raises ValueError for another band."""
    line = " ".join(_STAFF.sub(" ", _code(cell)).split())
    line = re.sub(r"(?<=\d)\.(?=\d{3}(\D|$))", "", line)
    if not line:
        return None
    if _EXCEL_DATE.fullmatch(line.casefold()):
        raise ValueError("Excel has made a date of a band such as 2-4; format the column as text and write the band")
    if re.fullmatch(r"\d{1,7}(,\d{1,2})?", line):
        return LOWEST[bisect_right(LOWEST, int(line.partition(",")[0])) - 1]
    if _OPEN.fullmatch(line):
        return LOWEST[-1]
    band = _BAND.fullmatch(line)
    if band is None:
        raise ValueError(f"this is neither a number of employees nor a band; write a number, or one of {_SHOWN}")
    return _lowest(*band.groups())


def _lowest(low: str, high: str) -> int:
    written = f"{low}-{high}" if low != high else low
    if low == "1000" or written in BANDS:
        return int(low)
    raise ValueError(f"CVR has no such band of employees; write a number, or one of {_SHOWN}")


def postcode(cell: str) -> str | None:
    """Four digits: `DK-8000` and `8000 Aarhus C` are fine, and so is 800 for 0800."""
    line = _code(cell)
    found = re.fullmatch(r"(?:DK[ -]?)?([0-9]{3,4})(?: +\D.*)?", line, re.IGNORECASE)
    if line and (not found or not int(found[1])):
        raise ValueError("this is not a postcode; write four digits, for example 8000")
    return found[1].zfill(4) if found else None


def municipality(cell: str) -> str | None:
    """The four-digit code, of a name or a code."""
    from newsletter.subscribers.municipalities import municipality as code_of

    line = _code(cell)
    return code_of(line) if line else None


def code_text(cell: str) -> str | None:
    """An industry code, without the heading that may stand behind it."""
    line = _code(cell)
    found = re.match(r"([0-9][0-9.]*)[ :-]+(?=[^\W\d])", line)
    return (found[1] if found else line) or None


LANGUAGES = {
    "da": "dansk danish",
    "en": "engelsk english",
    "de": "tysk german deutsch",
    "sv": "svensk swedish",
    "no": "norsk norwegian nb nn",
    "fr": "fransk french",
    "es": "spansk spanish",
    "pl": "polsk polish",
    "uk": "ukrainsk ukrainian",
    "ro": "rumænsk romanian",
    "lt": "litauisk lithuanian",
    "ar": "arabisk arabic",
    "tr": "tyrkisk turkish",
    "fi": "finsk finnish",
    "is": "islandsk icelandic",
    "nl": "hollandsk nederlandsk dutch",
    "it": "italiensk italian",
    "fo": "færøsk faroese",
    "kl": "grønlandsk greenlandic",
}
"""Code → what people write for it."""
_LANGUAGE = {word: code for code, words in LANGUAGES.items() for word in (code, *words.split())}


def language(cell: str) -> str | None:
    """A language by its code or its name."""
    line = (text(cell) or "").casefold()
    if line and (word := re.split(r"[-_ ]", line)[0]) in _LANGUAGE:
        return _LANGUAGE[word]
    if line:
        raise ValueError("this language is not known here; write da, en or another code of two letters")
    return None


_YES = frozenset("ja j yes y true sandt sand 1 x ✓ ✔".split())  # noqa: SIM905
_NO = frozenset("nej n no false falsk 0 -".split())  # noqa: SIM905


def yes_or_no(cell: str) -> bool | None:
    """Yes or no, in Danish and English."""
    line = (text(cell) or "").casefold()
    if line and line not in _YES | _NO:
        raise ValueError("this is neither yes nor no; write ja or nej")
    return line in _YES if line else None


_DAYS = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d\d?)[-./](?P<m2>\d\d?)[-./](?P<y2>\d{4})")
_FIRST_YEAR = 1990


def day(cell: str) -> date | None:
    """A day: 31-12-2026, 31.12.2026, 31/12/2026 or 2026-12-31; a time of day behind it is left out."""
    line = _code(cell)
    found = _DAYS.fullmatch(re.sub(r"[T ]+(kl\.? ?)?\d\d?[:.]\d\d.*$", "", line))
    if not line:
        return None
    try:
        year, month, number = (int(found[sign] or found[f"{sign}2"]) for sign in "ymd") if found else (0, 0, 0)
        read = date(year, month, number)
    except ValueError:
        raise ValueError("this is not a date; write day-month-year, for example 31-12-2026") from None
    if read.year < _FIRST_YEAR:
        raise ValueError(f"the year {read.year} is a slip; write day-month-year, for example 31-12-2026")
    return read


def words(cell: str) -> tuple[str, ...] | None:
    """A list of words, parted by , ; or |, in lower case, each once."""
    listed = titles(cell) or ()
    return tuple(dict.fromkeys(word.lower() for word in listed)) or None


def titles(cell: str) -> tuple[str, ...] | None:
    """A list of names, parted by , ; or |, each once."""
    if len(cell) > LONGEST * 10:
        raise ValueError("the list is too long; shorten it, or leave the column out")
    parts = (text(part) for part in re.split(r"[,;|\n]", cell))
    return tuple(dict.fromkeys(part for part in parts if part)) or None


def nomenclature(cell: str) -> str | None:
    """DB25 or DB07."""
    line = _code(cell).upper().replace(" ", "")
    if line and line not in ("DB25", "DB07"):
        raise ValueError("there is no such nomenclature; write DB25 or DB07")
    return line or None
