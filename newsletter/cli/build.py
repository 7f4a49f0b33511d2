"""`newsletter build`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import FILES, workspace_option

if TYPE_CHECKING:
    from newsletter.build.report import Report


@click.command("build")
@click.argument("issues", nargs=-1, metavar="[ISSUE]...")
@click.option("--watch", is_flag=True, help="Stay, and build again whenever a file is saved. End it with Ctrl+C.")
@click.option("--explain", is_flag=True, help="Say why each issue was built again.")
@click.option("--sample", metavar="ADDRESS", help="Also fill the editions for this person, into build/samples/.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(
    issues: tuple[str, ...], *, watch: bool, explain: bool, sample: str | None, as_json: bool, root: Path
) -> None:
    """Compile issues into sealed, email-ready editions in build/.

    Without names, all issues. An issue's name is its file's: 2027-01 for content/issues/2027-01.md.
    """
    if watch:
        from newsletter.cli.watch import watch_workspace

        watch_workspace(root, issues, explain=explain)
        return
    report = build(root, issues, quiet=as_json)
    if sample:
        from newsletter.cli.samples import show_samples

        show_samples(root, sample, [each["issue"] for each in report["issues"] if each["digest"]], quiet=as_json)
    show(report, explain=explain, as_json=as_json)


def build(root: Path, issues: Sequence[str], *, quiet: bool) -> Report:
    """The report of a build; when nothing has changed, that of the last one."""
    from newsletter.build.state import unchanged

    report = unchanged(root, root / "build", issues)
    if report is not None:
        return report
    from newsletter.build.pipeline import Builder
    from newsletter.cli.terminal import progress

    check_names(root, issues)
    builder = Builder(root)
    with builder.cache, progress(quiet=quiet) as told:
        return builder.build(issues, told)


def check_names(root: Path, issues: Sequence[str]) -> None:
    """Refuse names of issues that have no file."""
    from newsletter.problems import guess

    known = [path.stem for path in (root / "content/issues").glob("*.md")]
    for name in issues:
        if name not in known:
            raise click.UsageError(f"there is no issue {name!r}: {guess(name, known)}")


def show(report: Report, *, explain: bool, as_json: bool) -> None:
    """Print a report, and leave with 1 when it has errors."""
    from newsletter.build.report import findings_of, has_errors

    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        from newsletter.cli.terminal import show_report

        show_report(report, explain=explain)
    if has_errors(findings_of(report)):
        raise SystemExit(FILES)
