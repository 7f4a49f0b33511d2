"""`newsletter check`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.build import check_names
from newsletter.cli.doors import FILES, workspace_option

if TYPE_CHECKING:
    from newsletter.build.report import Finding


@click.command("check")
@click.argument("issues", nargs=-1, metavar="[ISSUE]...")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@workspace_option
def command(issues: tuple[str, ...], form: str, root: Path) -> None:
    """Check everything a build checks, and write nothing.

    Leaves with 0 when there are no errors, 1 when there are. docs/checks.md explains every code.
    """
    from newsletter.build.pipeline import Builder
    from newsletter.build.report import findings_of, has_errors

    check_names(root, issues)
    findings = findings_of(Builder(root, keep=False).check(issues))
    show(findings, form)
    if has_errors(findings):
        raise SystemExit(FILES)


def show(findings: Sequence[Finding], form: str) -> None:
    """Print findings for people, for programs, or as annotations of a pull request."""
    if form == "json":
        click.echo(json.dumps(findings, ensure_ascii=False, indent=1))
    elif form == "github":
        for each in findings:
            click.echo(_annotation(each))
    else:
        from newsletter.cli.terminal import count, show_findings

        show_findings(findings)
        errors = sum(each["severity"] == "error" for each in findings)
        click.echo(f"{count(errors, 'error')}, {count(len(findings) - errors, 'warning')}")


def _annotation(each: Finding) -> str:
    text = f"{each['text']} ({each['hint']})" if each["hint"] else each["text"]
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    path = each["path"].replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
    return f"::{each['severity']} file={path},line={each['line']},col={each['column']},title={each['code']}::{text}"
