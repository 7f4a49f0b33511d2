"""The report as one HTML file: charts, the same figures as tables, no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files

from newsletter.campaigns.charts import ink
from newsletter.campaigns.charts.form import NARROW, WIDE
from newsletter.campaigns.charts.lettering import sound
from newsletter.campaigns.charts.words import WORDS, Words
from newsletter.campaigns.documents.labels import LABELS
from newsletter.campaigns.documents.sections import Section, lead, sections
from newsletter.campaigns.documents.tables import Column, Row, Table, counts, shown
from newsletter.campaigns.progress.values import Report

_PAGE = """\
<!doctype html>
<html lang="{language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def html_page(report: Report) -> bytes:
    """For a browser and for printing; every figure stands in a table, too."""
    parts = [_lead(report), *_short(report), *(_section(each, report) for each in sections(report))]
    page = _PAGE.format(
        language=report.language, title=_text(report.title), style=_style(), body="\n".join(filter(None, parts))
    )
    return page.encode()


@cache
def _style() -> str:
    return f"{ink.css(':root')}\n{files(__package__).joinpath('page.css').read_text('utf-8')}"


def _text(text: str) -> str:
    return escape(sound(text))


def _lead(report: Report) -> str:
    return '<div class="lead">' + "".join(f"<p>{_text(each)}</p>" for each in lead(report)) + "</div>"


def _short(report: Report) -> Iterator[str]:
    """What to know and what is proposed, before all figures."""
    labels = LABELS[report.language]
    for name, told in (("remarks", report.remarks), ("proposals", report.proposals)):
        if told:
            yield f"<h2>{labels[name]}</h2>\n{_list(told)}"


def _list(told: Sequence[str]) -> str:
    return "<ul>\n" + "".join(f"<li>{_text(each)}</li>\n" for each in told) + "</ul>"


def _section(section: Section, report: Report) -> str:
    parts = [f'<h2 id="{section.name}">{_text(section.title)}</h2>']
    if section.chart:
        pictures = "\n".join(f'<div class="{form.name}">{section.chart(form)}</div>' for form in (WIDE, NARROW))
        parts.append(f"<figure>\n{pictures}\n<figcaption>{_text(section.says)}</figcaption>\n</figure>")
    elif section.says:
        parts.append(f"<p>{_text(section.says)}</p>")
    if section.table:
        parts.append(_table(section.table, WORDS[report.language]))
    return "\n".join(parts)


def _table(table: Table, words: Words) -> str:
    """A table that scrolls in its own box where the window is narrow."""
    known = f"{table.name}-caption"
    head = "".join(f'<th scope="col" class="{_kind(column)}">{_text(column.title)}</th>' for column in table.columns)
    rows = "\n".join(_row(row, table.columns, words) for row in table.rows)
    caption = f'<caption id="{known}"><span>{_text(table.caption)}</span></caption>'
    body = f"<table>{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
    return f'<div class="scroll" role="region" aria-labelledby="{known}" tabindex="0">\n{body}\n</div>'


def _kind(column: Column) -> str:
    return "number" if column.kind == "forecast" else column.kind


def _row(row: Row, columns: Sequence[Column], words: Words) -> str:
    note = f"<small>{_text(counts(row.note, words))}</small>" if row.note else ""
    first = f'<th scope="row">{_text(shown(row.cells[0], words))}{note}</th>'
    rest = zip(row.cells[1:], columns[1:], strict=True)
    cells = (f'<td class="{_kind(column)}">{_text(shown(cell, words))}</td>' for cell, column in rest)
    return f"<tr>{first}{''.join(cells)}</tr>"
