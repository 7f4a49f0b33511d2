"""A report as plain values for programs. The same report of the same register gives the same bytes, whenever made."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsletter.campaigns.progress.values import Forecast, Line, Point, Report


def as_json(report: Report) -> str:
    """The report as JSON."""
    return json.dumps(plain(report), ensure_ascii=False, indent=1)


def plain(report: Report) -> dict[str, Any]:
    """The report as values that JSON knows. What was written down later is left out: it changes with time."""
    return {
        "campaign": report.campaign,
        "title": report.title,
        "owner": report.owner,
        "as_of": report.as_of.isoformat(),
        "period": {"first": report.first.isoformat(), "last": report.last.isoformat()},
        "language": report.language,
        "targets": [_line(line) for line in report.lines],
        "funnel": [asdict(stage) for stage in report.funnel],
        "burn_up": [_point(point) for point in report.burn_up],
        "weeks": [
            {"monday": week.monday.isoformat(), "visits": week.visits, "inside": week.inside} for week in report.weeks
        ],
        "unplanned": {by: dict(found) for by, found in report.unplanned.items()},
        "proposals": list(report.proposals),
        "remarks": list(report.remarks),
        "definitions": [asdict(definition) for definition in report.definitions],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "measure": line.measure,
        "by": None if line.by is None else {line.by: line.key},
        "label": line.label,
        "unit": line.unit,
        "of": line.of,
        "target": _number(line.target),
        "actual": _number(line.actual),
        "expected": _number(line.expected),
        "gap": _number(line.gap),
        "pace_needed": _number(line.pace_needed),
        "forecast": _forecast(line.forecast),
        "too_early": line.too_early or None,
        "state": line.state,
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "day": point.day.isoformat(),
        "plan": _number(point.plan),
        "actual": point.actual,
        "forecast": _forecast(point.forecast),
    }


def _forecast(forecast: Forecast | None) -> dict[str, Any] | None:
    if forecast is None:
        return None
    return {"low": _number(forecast.low), "mid": _number(forecast.mid), "high": _number(forecast.high)}


def _number(value: float | None) -> float | None:
    """Whole numbers without a decimal."""
    return int(value) if value is not None and value == int(value) else value
