"""build/index.html, the proof sheet: issues with their editions side by side, sizes, findings, links to all files."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from newsletter.build.invitation import INVITATION

if TYPE_CHECKING:
    from newsletter.build.report import EditionReport, Finding, IssueReport, Report
    from newsletter.settings import Settings

PROOF_SHEET = "index.html"
_FILES = (("web.html", "Web"), ("email.html", "Mail"), ("email.txt", "Text"), ("email.eml", "Sample"))
_SHOWN = 6
"""Combinations of segments that are named for an edition."""

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2b30; --paper: #fff; --soft: #f4ede1; --line: #c9bfae; --accent: #0b5563;
  --bad: #a3210f; --warn: #7a4b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #eef3f4; --paper: #14201f; --soft: #1f2d2c; --line: #46565a;
  --accent: #8fd3df; --bad: #ff9c8a; --warn: #f3c26b; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 24px; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1600px; margin: auto; }
h1 { margin: 0 0 4px; } h2 { margin: 40px 0 4px; padding-top: 16px; border-top: 1px solid var(--line); }
a { color: var(--accent); } p { margin: 4px 0; } ul { margin: 8px 0; padding-left: 20px; }
.editions { display: flex; gap: 20px; overflow-x: auto; padding: 12px 0; }
.edition { flex: 0 0 300px; background: var(--soft); border: 1px solid var(--line); border-radius: 8px;
  padding: 12px; }
.edition h3 { margin: 0; font-size: 17px; overflow-wrap: anywhere; }
.window { width: 274px; height: 420px; overflow: hidden; background: #fff; border: 1px solid var(--line);
  margin: 8px 0; }
.window iframe { width: 600px; height: 920px; border: 0; transform: scale(.4567); transform-origin: 0 0; }
.error { color: var(--bad); font-weight: 600; } .warning { color: var(--warn); font-weight: 600; }
.readers { font-size: 20px; font-weight: 600; }
code { font-size: 14px; overflow-wrap: anywhere; } .small { font-size: 14px; }
"""


def proof_sheet(settings: Settings, report: Report) -> str:
    """The whole page; links are relative, so it opens from disk."""
    title = escape(f"{settings.title}: proof sheet")
    issues = "".join(_issue(issue) for issue in reversed(report["issues"]))
    elsewhere = _findings(report["findings"])
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8" />\n'
        f'<meta name="viewport" content="width=device-width" />\n<title>{title}</title>\n<style>{_STYLE}</style>\n'
        f"</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{_total(report)}</p>\n"
        f"{f'<h2>Files in no issue</h2>{elsewhere}' if elsewhere else ''}{issues}</main>\n</body>\n</html>\n"
    )


def _total(report: Report) -> str:
    editions = sum(len(issue["editions"]) for issue in report["issues"])
    return f"{len(report['issues'])} issues, {editions} editions"


def _issue(issue: IssueReport) -> str:
    sealed = (
        f"sealed, digest <code>{issue['digest'][:16]}</code>" if issue["digest"] else '<b class="error">not sealed</b>'
    )
    name = escape(issue["issue"])
    editions = "".join(_edition(name, edition) for edition in issue["editions"]) if issue["digest"] else ""
    return (
        f'<section>\n<h2 id="{name}">{name}: {escape(issue["subject"])}</h2>\n'
        f"<p>Goes out {escape(issue['sent'] or 'at no known time')} · {_audience(issue)}{sealed}</p>\n"
        f"{_findings(issue['findings'])}"
        f'<div class="editions" tabindex="0" role="group" aria-label="Editions of {name}">'
        f"{editions}</div>\n</section>\n"
    )


def _audience(issue: IssueReport) -> str:
    """To how many people it goes, when a register says."""
    readers = [each["readers"] for each in issue["editions"] if each["readers"] is not None]
    return f"to {sum(readers):,} people · " if readers else ""


def _edition(issue: str, edition: EditionReport) -> str:
    name = escape(edition["name"])
    folder = f"{issue}/{escape(edition['folder'])}"
    blocks = "".join(f"<li>{escape(block)}</li>" for block in edition["blocks"])
    files = [*_FILES, *([(INVITATION, "Calendar")] if edition["calendar"] else [])]
    links = " · ".join(
        f'<a href="{folder}/{file}" aria-label="{text}: {issue}, {name}">{text}</a>' for file, text in files
    )
    return (
        f'<article class="edition">\n<h3>{name}</h3>\n{_readers(edition)}<p class="small">{_who(edition)}</p>\n'
        f'<p class="small">{edition["html_bytes"] / 1000:.1f} kB of HTML, {len(edition["blocks"])} blocks</p>\n'
        f"{_calendar(edition)}"
        f'<div class="window"><iframe src="{folder}/web.html" title="{issue}, {name}" loading="lazy"></iframe></div>\n'
        f'<p class="small">{links}</p>\n<details><summary class="small">Blocks</summary>'
        f'<ol class="small">{blocks}</ol></details>\n</article>\n'
    )


def _calendar(edition: EditionReport) -> str:
    """What goes along with each mail, and stands in no sample."""
    if edition["calendar"] is None:
        return ""
    does = "takes the event out of calendars" if edition["calendar"] == "CANCEL" else "asks for an answer"
    return f'<p class="small">With each mail goes a calendar file that {does}.</p>\n'


def _readers(edition: EditionReport) -> str:
    if edition["readers"] is None:
        return ""
    return f'<p class="readers">{edition["readers"]:,} {"reader" if edition["readers"] == 1 else "readers"}</p>\n'


def _who(edition: EditionReport) -> str:
    sets = [" and ".join(segments) or "people in none of the issue's segments" for segments in edition["segments"]]
    more = [f"and {len(sets) - _SHOWN} more combinations"] if len(sets) > _SHOWN else []
    return escape("For " + "; ".join([*sets[:_SHOWN], *more]))


def _findings(findings: list[Finding]) -> str:
    if not findings:
        return ""
    rows = "".join(
        f'<li><span class="{each["severity"]}">{each["severity"]}</span> '
        f"<code>{escape(each['path'])}:{each['line']}:{each['column']}</code> {escape(each['text'])} "
        f"[{escape(each['code'])}] <em>{escape(each['hint'])}</em></li>"
        for each in findings
    )
    return f'<ul class="small">{rows}</ul>\n'
