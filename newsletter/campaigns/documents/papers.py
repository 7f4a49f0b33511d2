"""The two papers: one page for the political committee, and the final report. Tagged PDF (PDF/UA-1), by Typst."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from newsletter.campaigns.charts import sentences
from newsletter.campaigns.charts.burn_up import burn_up
from newsletter.campaigns.charts.form import PRINT
from newsletter.campaigns.charts.lettering import legible
from newsletter.campaigns.charts.typeset import pdf
from newsletter.campaigns.charts.words import WORDS, Words
from newsletter.campaigns.documents.labels import LABELS
from newsletter.campaigns.documents.sections import Section, lead, sections
from newsletter.campaigns.documents.tables import Column, Table, shown
from newsletter.campaigns.progress.values import Line, Report

_THREE = 3
_LATE = ("behind", "ended-short")


def one_pager(report: Report) -> bytes:
    """Three numbers, the burn-up, what is behind, what is proposed: on one A4 page, whatever the length of its texts."""
    labels, words = LABELS[report.language], WORDS[report.language]
    title, says = sentences.over_time(report)
    late = sorted(
        (line for line in report.lines if line.state in _LATE), key=lambda line: (line.by is not None, line.gap or 0)
    )
    given = _common(report) | {
        "kind": labels["status"],
        "lead": " ".join(lead(report)),
        "numbers": [_number(line, words) for line in report.lines if line.by is None][:_THREE],
        "burn-up": {"title": title, "says": says, "svg": burn_up(report, PRINT)} if report.burn_up else None,
        "behind": {
            "title": labels["behind"],
            "lines": [_behind(line, words) for line in late],
            "none": labels["nothing_behind"],
        },
        "proposals": {"title": labels["proposals"], "lines": list(report.proposals), "none": labels["no_proposals"]},
        "notes": " ".join([labels["expected_says"], labels["forecast_says"], *report.remarks]),
    }
    return pdf(_source("one_pager.typ"), _legible(given), report.as_of)


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
    target = words.value(line.target, line.unit)
    of = words.say("of", actual="", target=target).strip()
    return {
        "label": line.label,
        "value": words.value(line.actual, line.unit),
        "of": of,
        "state": words.states[line.state],
        "late": line.state in _LATE,
    }


def _behind(line: Line, words: Words) -> str:
    told = words.say("of", actual=words.value(line.actual, line.unit), target=words.value(line.target, line.unit))
    return f"{line.label}: {told}"


def _section(section: Section, words: Words) -> dict[str, Any]:
    svg = section.chart(PRINT) if section.chart else ""
    table = _table(section.table, words) if section.table else None
    return {"title": section.title, "says": section.says, "svg": svg, "table": table}


def _table(table: Table, words: Words) -> dict[str, Any]:
    rows = [{"cells": [shown(cell, words) for cell in row.cells], "note": row.note} for row in table.rows]
    return {"caption": table.caption, "columns": [_column(each, table) for each in table.columns], "rows": rows}


def _column(column: Column, table: Table) -> dict[str, Any]:
    """Text takes the room that numbers leave."""
    wide = column is table.columns[0] or (column.kind == "text" and table.name == "definitions")
    return {"title": column.title, "number": column.kind in ("number", "forecast"), "wide": wide}
