"""The two papers: one page for the political committee, and the final report. Tagged PDF (PDF/UA-1), by Typst."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from typing import Any

from newsletter.campaigns.charts import sentences
from newsletter.campaigns.charts.bars import bars
from newsletter.campaigns.charts.burn_up import burn_up
from newsletter.campaigns.charts.form import PRINT
from newsletter.campaigns.charts.lettering import legible
from newsletter.campaigns.charts.typeset import pdf
from newsletter.campaigns.charts.words import WORDS, Words
from newsletter.campaigns.documents.labels import LABELS
from newsletter.campaigns.documents.sections import Section, lead, sections
from newsletter.campaigns.documents.tables import Table, counts, shown
from newsletter.campaigns.progress.values import Line, Report

_THREE = 3
_FEW, _TALL = 8, 290
"""Industries that fit on one page, and how tall their chart gets where there are more."""
_ROWS = 14
"""A table of more goes on over the page's end."""
_MANY = 6
"""Columns that fill the page."""
_DEFINED = (1.0, 2.0, 2.0, 1.4, 1.2)
"""How the columns of definitions share it."""
_LATE = ("behind", "ended-short")


def one_pager(report: Report) -> bytes:
    """Three numbers, the burn-up, what is behind, what is proposed: on one A4 page, however long its texts are."""
    labels, words = LABELS[report.language], WORDS[report.language]
    given = _common(report) | {
        "kind": labels["status"],
        "lead": " ".join(lead(report)),
        "numbers": [_number(line, words) for line in report.lines if line.by is None][:_THREE],
        "burn-up": _chart(sentences.over_time(report), burn_up(report, PRINT)) if report.burn_up else None,
        "industries": _industries(report),
        "behind": {"title": labels["behind"], "lines": _behind(report, words), "none": labels["nothing_behind"]},
        "proposals": {
            "title": labels["proposals"],
            "lines": _for_committee(report),
            "none": labels["no_proposals"],
        },
        "notes": " ".join([labels["expected_says"], labels["forecast_says"], *report.remarks]),
    }
    return pdf(_source("one_pager.typ"), _legible(given), report.as_of)


def _chart(told: sentences.Told, svg: str) -> dict[str, str]:
    return {"title": told[0], "says": told[1], "svg": svg}


def _industries(report: Report) -> dict[str, str] | None:
    """The bars; of many industries those that are furthest behind."""
    count = len(report.of("visits", "industry"))
    if not count:
        return None
    form = PRINT if count <= _FEW else replace(PRINT, height=_TALL)
    return _chart(sentences.parts(report, "industry"), bars(report, "industry", form))


def final_report(report: Report) -> bytes:
    """All charts, all figures, what each counts."""
    labels = LABELS[report.language]
    told = ((labels["remarks"], report.remarks), (labels["proposals"], report.proposals))
    given = _common(report) | {
        "kind": labels["final" if report.as_of >= report.last else "status"],
        "lead": list(lead(report)),
        "page": labels["page"],
        "short": [{"title": title, "lines": list(lines)} for title, lines in told if lines],
        "sections": [_section(each, WORDS[report.language]) for each in sections(report)],
    }
    return pdf(_source("final_report.typ"), _legible(given), report.as_of)


def _source(name: str) -> str:
    folder = files(__package__)
    return folder.joinpath("look.typ").read_text("utf-8") + folder.joinpath(name).read_text("utf-8")


def _common(report: Report) -> dict[str, Any]:
    description = sentences.over_time(report)[1]
    return {"title": report.title, "owner": report.owner, "language": report.language, "description": description}


def _legible(given: Any) -> Any:
    """Every text in characters the font has: PDF/UA allows no other. Charts have seen to their own."""
    match given:
        case str():
            return legible(given)
        case list():
            return [_legible(each) for each in given]
        case dict():
            return {name: each if name == "svg" else _legible(each) for name, each in given.items()}
        case _:
            return given


def _number(line: Line, words: Words) -> dict[str, Any]:
    value, _, of = words.standing(line).partition(" ")
    return {
        "label": line.label,
        "value": value,
        "of": of,
        "state": words.states[line.state],
        "late": line.state in _LATE,
    }


def _for_committee(report: Report) -> list[str]:
    """What is proposed, but for what is asked of a colleague by name."""
    names = {line.label for line in report.lines if line.by == "consultant"}
    return [told for told in report.proposals if not any(name in told for name in names)]


def _behind(report: Report, words: Words) -> list[str]:
    """Furthest first. Consultants are left out: how a colleague stands is not for the committee."""
    late = [line for line in report.lines if line.state in _LATE and line.by not in ("consultant", "month")]
    late.sort(key=lambda line: (line.by is not None, line.gap or 0))
    return [_standing(report, line, words) for line in late]


def _standing(report: Report, line: Line, words: Words) -> str:
    """`Besøg, Bygge og anlæg: 9 af 30`."""
    whole = [each.label for each in report.of(line.measure) if line.by is not None]
    return f"{', '.join([*whole, line.label])}: {words.standing(line)}"


def _section(section: Section, words: Words) -> dict[str, Any]:
    svg = section.chart(PRINT) if section.chart else ""
    table = _table(section.table, words) if section.table else None
    return {"title": section.title, "says": section.says, "svg": svg, "table": table}


def _table(table: Table, words: Words) -> dict[str, Any]:
    rows = [
        {"cells": [shown(cell, words) for cell in row.cells], "note": counts(row.note, words)} for row in table.rows
    ]
    breaks = len(rows) > _ROWS or table.name in ("overview", "definitions")
    return {"caption": table.caption, "columns": _columns(table), "rows": rows, "breaks": breaks}


def _columns(table: Table) -> list[dict[str, Any]]:
    """Names take the room that many numbers leave; a table of few columns is no wider than it must be."""
    shares = (
        _DEFINED if table.name == "definitions" else (float(len(table.columns) >= _MANY), *[0.0] * len(table.columns))
    )
    return [
        {"title": column.title, "number": column.kind in ("number", "forecast"), "share": share}
        for column, share in zip(table.columns, shares, strict=False)
    ]
