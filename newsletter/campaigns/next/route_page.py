"""The list as a page to print and take along: by postcode, with room for notes. It needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from newsletter.campaigns.next.words import told
from newsletter.speech import Language, Speech
from newsletter.subscribers.companies.listing import band_of

if TYPE_CHECKING:
    from newsletter.campaigns.next.listing import NextList
    from newsletter.campaigns.next.scoring import Facts, Suggestion

_STYLE = """\
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem;
  color: #000; background: #fff; }
h2 { border-bottom: 2px solid; margin: 2rem 0 0; break-after: avoid; }
article { break-inside: avoid; margin: 1rem 0 1.5rem; }
h3 { margin: 0; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); overflow-wrap: anywhere;
  gap: 0 1rem; margin: .25rem 0; }
dt { font-weight: bold; }
dd { margin: 0; }
ul { margin: 0; padding-left: 1.2rem; }
.first { border: 2px solid; padding: 0 .5rem; font-weight: bold; display: inline-block; margin: .25rem 0; }
.line { border-bottom: 1px solid; height: 2rem; }
@page { margin: 15mm; }
@media print { body { font-size: 11pt; margin: 0; max-width: none; padding: 0; } }
"""
_LINES = 3
_WORDS: Mapping[Language, Mapping[str, str]] = {
    "da": {
        "title": "Besøgsliste: {title}",
        "made": "Lavet den {day}. {count} virksomheder efter postnummer; tallet ved navnet er pladsen på listen.",
        "nowhere": "Uden postnummer",
        "call": "Ring først",
        "address": "Adresse",
        "size": "Ansatte",
        "contact": "Fast kontakt",
        "stand_in": "Afløser",
        "time": "Helst",
        "contacted": "Sidste kontakt",
        "cvr": "CVR-nummer",
        "why": "Derfor",
        "notes": "Noter",
        "none": "Ingen endnu",
        "private": "Listen kan indeholde personoplysninger. Makulér den, når den er brugt.",
    },
    "en": {
        "title": "Visits: {title}",
        "made": "Made on {day}. {count} companies by postcode; the number at the name is the place on the list.",
        "nowhere": "Without a postcode",
        "call": "Call first",
        "address": "Address",
        "size": "Employees",
        "contact": "Fixed contact",
        "stand_in": "Stand-in",
        "time": "Best",
        "contacted": "Last contact",
        "cvr": "CVR number",
        "why": "Because",
        "notes": "Notes",
        "none": "Nobody yet",
        "private": "The list may hold personal data. Shred it when it has served.",
    },
}


def route_page(found: NextList, title: str, contacts: Mapping[str, str], language: Language) -> str:
    """The page, whole. `title` is the campaign's; `contacts` are names by short name."""
    return "\n".join(_Page(found, contacts, language).lines(title)) + "\n"


class _Page:
    """Writes the parts of a page, all values escaped."""

    def __init__(self, found: NextList, contacts: Mapping[str, str], language: Language) -> None:
        self.found = found
        self.contacts = contacts
        self.language = language
        self.words = _WORDS[language]
        self.day = Speech(language=language).day

    def lines(self, title: str) -> Iterator[str]:
        heading = escape(self.words["title"].format(title=title))
        yield from ("<!DOCTYPE html>", f'<html lang="{self.language}">', "<head>", '<meta charset="utf-8">')
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield '<meta name="robots" content="noindex">'
        yield from (f"<title>{heading}</title>", f"<style>\n{_STYLE}</style>", "</head>", "<body>", "<main>")
        yield f"<h1>{heading}</h1>"
        made = self.words["made"].format(day=self.day(self.found.ask.today), count=len(self.found.suggestions))
        yield f"<p>{escape(made)}</p>"
        ranked = list(enumerate(self.found.suggestions, 1))
        ranked.sort(key=lambda each: (each[1].company.postcode or "~", each[1].company.street or "", each[0]))
        for place, group in groupby(ranked, key=lambda each: _place(each[1].company)):
            yield f"<h2>{escape(place or self.words['nowhere'])}</h2>"
            for number, suggestion in group:
                yield from self._company(number, suggestion)
        yield from (f"<p><small>{self.words['private']}</small></p>", "</main>", "</body>", "</html>")

    def _company(self, number: int, suggestion: Suggestion) -> Iterator[str]:
        company = suggestion.company
        yield from ("<article>", f"<h3>{number}. {escape(company.name)}</h3>")
        if company.call_first:
            yield f'<p class="first">{self.words["call"]}</p>'
        yield "<dl>"
        for name, value in self._profile(company):
            if value:
                yield f"<dt>{self.words[name]}</dt><dd>{escape(value)}</dd>"
        yield f"<dt>{self.words['why']}</dt><dd><ul>"
        for reason in suggestion.reasons:
            yield f"<li>{escape(told(reason, self.found.ask, self.language, self.day))}</li>"
        yield from ("</ul></dd>", "</dl>", f"<p>{self.words['notes']}</p>")
        yield from ['<div class="line"></div>'] * _LINES
        yield "</article>"

    def _profile(self, company: Facts) -> Iterator[tuple[str, str | None]]:
        yield "address", company.address
        yield "size", band_of(company.size)
        yield "contact", self._name(company.contact) or self.words["none"]
        yield "stand_in", self._name(company.stand_in)
        yield "time", company.contact_time
        yield "contacted", self.day(company.last_contact) if company.last_contact else None
        yield "cvr", company.cvr

    def _name(self, slug: str | None) -> str:
        return self.contacts.get(slug, slug) if slug else ""


def _place(company: Facts) -> str:
    return " ".join(filter(None, (company.postcode, company.town))) if company.postcode else ""
