"""A person's data as a page in Danish that they can read: what, why, from where, for how long, and their rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from newsletter.speech import Speech
from newsletter.subscribers.privacy.danish import CODED, COLUMNS, TABLES, VALUES

if TYPE_CHECKING:
    from newsletter.settings import Privacy, Settings
    from newsletter.subscribers.privacy.export import Held, Row

_STYLE = """\
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
.rows { overflow-x: auto; }
table { border-collapse: collapse; margin: 0 0 1.5rem; }
caption { text-align: left; padding: 0 0 .5rem; }
th, td { border: 1px solid; padding: .25rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
"""
_PURPOSES = (
    "Vi bruger oplysningerne til at sende nyhedsbrevet til dem, der vil have det, og til at vælge det indhold, der "
    "passer til jeres virksomhed. Arrangementer, netværk og henvendelser står her, fordi du selv har meldt dig til, "
    "er med eller har skrevet til os."
)
_SOURCES = (
    "Ud for hvert ja og nej nedenfor står, hvor det kommer fra: en formular, et møde eller en liste. Oplysninger om "
    "virksomheden kommer fra CVR, fra lister, vi har indlæst, eller fra jer selv."
)
_RECIPIENTS = (
    "Oplysningerne bliver hos os og hos dem, der driver vores mailserver og database for os. Vi måler ikke, om du "
    "åbner mails, og ingen maskine træffer afgørelser om dig."
)
_RIGHTS = (
    "Du kan få forkerte oplysninger rettet.",
    "Du kan få oplysningerne slettet.",
    "Du kan bede os om at holde inde med at bruge dem.",
    "Du kan sige nej til, at vi bruger dem til nyhedsbrevet. Så holder vi op.",
    "Du kan trække dit samtykke tilbage når som helst. Det, vi gjorde før, er stadig lovligt.",
    "Du kan få det, du selv har givet os, i et format, som andre programmer kan læse: filen person.json.",
)
_COMPLAINT = (
    "Er du utilfreds med den måde, vi bruger dine oplysninger på, kan du klage til Datatilsynet. Se hvordan på "
    '<a href="https://www.datatilsynet.dk/">datatilsynet.dk</a>.'
)


def person_page(held: Held, settings: Settings, now: datetime) -> str:
    """The page, whole: one h1, no heading left out, and a name for each table and each column."""
    return "\n".join(
        [*_head(settings), *_about(settings, now), *_tables(held, settings), "</main>", "</body>", "</html>", ""]
    )


def _head(settings: Settings) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield '<html lang="da">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="robots" content="noindex">'
    yield f"<title>Dine oplysninger hos {escape(settings.sender.name)}</title>"
    yield f"<style>\n{_STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield "<main>"


def _about(settings: Settings, now: datetime) -> Iterator[str]:
    sender = settings.sender
    answer = sender.reply_to or sender.address
    yield f"<h1>Dine oplysninger hos {escape(sender.name)}</h1>"
    yield f"<p>Dette er alt, hvad vores register over læsere af {escape(settings.title)} har om dig"
    yield f"den {_moment(now, settings)}.</p>"
    yield from ("<h2>Hvem vi er</h2>", f"<p>{escape(', '.join([sender.name, *sender.postal_address]))},")
    yield f"CVR-nummer {sender.cvr}. Skriv til os på"
    yield f'<a href="mailto:{escape(answer)}">{escape(answer)}</a>.</p>'
    for heading, text in (
        ("Hvad vi bruger oplysningerne til", _PURPOSES),
        ("Hvor oplysningerne kommer fra", _SOURCES),
        ("Hvem der får dem", _RECIPIENTS),
    ):
        yield from (f"<h2>{heading}</h2>", f"<p>{text}</p>")
    yield from ("<h2>Hvor længe vi gemmer dem</h2>", *_list(_terms(settings.privacy)))
    yield from ("<h2>Dine rettigheder</h2>", *_list(_RIGHTS), f"<p>{_COMPLAINT}</p>")


def _terms(privacy: Privacy) -> Iterator[str]:
    yield "Så længe du er tilmeldt nyhedsbrevet."
    yield f"Er en tilmelding ikke bekræftet inden {_days(privacy.keep_pending_days)}, sletter vi den."
    yield f"Afmelder du dig, gemmer vi dine oplysninger som bevis i {_months(privacy.keep_withdrawn_months)}."
    yield (
        f"Efter en afmelding eller sletning gemmer vi i {_months(privacy.keep_suppressions_months)} et fingeraftryk af "
        "adressen, så ingen liste bringer den tilbage. Adressen kan ikke læses ud af det."
    )
    yield f"Må vi ikke skrive til dig, gemmer vi højst oplysningerne i {_months(privacy.keep_unwritten_months)}."
    yield f"Hvad vi har gjort med dem, husker vi i {_months(privacy.keep_audit_months)}."
    yield f"Hvilke målgrupper du var i, husker vi i {_months(privacy.keep_snapshots_months)}."
    asked = _months(privacy.keep_enquiry_texts_months)
    yield f"Når en henvendelse er afsluttet, gemmer vi i {asked} dens ord, og at den kom fra dig."
    yield f"At du har meldt dig til et arrangement, husker vi i {_months(privacy.keep_sign_ups_months)}."
    yield f"Hvilke mails programmet selv har skrevet til dig, husker vi i {_months(privacy.keep_notices_months)}."


def _tables(held: Held, settings: Settings) -> Iterator[str]:
    order = [*TABLES, *(name for name in held if name not in TABLES)]
    yield "<h2>Oplysningerne</h2>"
    for name in order:
        if rows := held.get(name):
            yield f"<h3>{escape(TABLES.get(name, name))}</h3>"
            yield from _facts(rows[0], settings) if len(rows) == 1 else _rows(rows, name, settings)


def _facts(row: Row, settings: Settings) -> Iterator[str]:
    """One row stands on its side: a name and a value in each line."""
    yield "<table>"
    for column, value in row.items():
        if value is not None:
            yield f'<tr><th scope="row">{_heading(column)}</th><td>{_cell(column, value, settings)}</td></tr>'
    yield "</table>"


def _rows(rows: list[Row], name: str, settings: Settings) -> Iterator[str]:
    columns = [column for column in rows[0] if any(row[column] is not None for row in rows)]
    label = escape(TABLES.get(name, name))
    yield f'<div class="rows" role="region" aria-label="{label}" tabindex="0">'
    yield "<table>"
    yield "<tr>" + "".join(f'<th scope="col">{_heading(column)}</th>' for column in columns) + "</tr>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{_cell(column, row[column], settings)}</td>" for column in columns) + "</tr>"
    yield from ("</table>", "</div>")


def _heading(column: str) -> str:
    return escape(COLUMNS.get(column, column))


def _cell(column: str, value: Any, settings: Settings) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if column.endswith("_at") or column in ("at", "promised_by"):
        return _moment(datetime.fromisoformat(value), settings)
    if column.endswith("_on"):
        return _day(date.fromisoformat(value))
    text = VALUES.get(value, value) if column in CODED else str(value)
    return escape(text).replace("\n", "<br>")


def _day(day: date) -> str:
    return Speech(language="da").day(day)


def _moment(moment: datetime, settings: Settings) -> str:
    local = moment.astimezone(settings.zone)
    return f"{_day(local.date())} kl. {local:%H.%M}"


def _days(number: int) -> str:
    return "1 dag" if number == 1 else f"{number} dage"


def _months(number: int) -> str:
    return "1 måned" if number == 1 else f"{number} måneder"


def _list(texts: Iterable[str]) -> Iterator[str]:
    yield from ("<ul>", *(f"<li>{text}</li>" for text in texts), "</ul>")
