"""`newsletter campaign report`."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.campaign.naming import check_campaign
from newsletter.cli.days import DAY, check_come
from newsletter.cli.doors import now, opened, workspace_option

if TYPE_CHECKING:
    from newsletter.campaigns.progress.basis import Basis
    from newsletter.campaigns.progress.values import Report

_DRAWN = {
    "html": ("newsletter.campaigns.documents", "html_page"),
    "png": ("newsletter.campaigns.charts", "chart_png"),
    "svg": ("newsletter.campaigns.charts", "chart_svg"),
    "xlsx": ("newsletter.campaigns.documents", "workbook"),
    "pdf": ("newsletter.campaigns.documents", "one_pager"),
    "final": ("newsletter.campaigns.documents", "final_report"),
}
"""Format → the room and its function, which makes a report's bytes."""
FORMATS = ("text", "json", *_DRAWN)
_CHARTS = ("burn-up", "months", "industries", "consultants", "sizes", "schemes", "weeks", "funnel")
"""As charts.CHARTS has them, which is slow to import; a test holds the two together."""


@click.command("report")
@click.argument("name")
@click.option(
    "--as-of",
    "as_of",
    type=DAY,
    metavar="DATE",
    help="As it was known at the end of this day; else today.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="What is made; pdf is one page for the political committee, final all of it as PDF.",
)
@click.option("--chart", type=click.Choice(_CHARTS), help="Of png and svg: which one; else the burn-up.")
@click.option("--slide", is_flag=True, help="Of png and svg: made for a slide, 1920 by 1080.")
@click.option("--pdf", is_flag=True, help="The same as --format pdf.")
@click.option(
    "--output",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it to this file; text and JSON are else shown.",
)
@click.option("--definitions", is_flag=True, help="Tell what each number counts, too.")
@click.option("--send", is_flag=True, help="As a status mail, to those the campaign's `report:` names.")
@click.option("--to", multiple=True, metavar="CONTACT", help="--send: to this contact instead; may be said again.")
@click.option("--really", is_flag=True, help="--send: by the relay; without this, into build/outbox/notices/.")
@workspace_option
def command(
    name: str,
    *,
    as_of: date | None,
    form: str,
    chart: str | None,
    slide: bool,
    pdf: bool,
    file: Path | None,
    definitions: bool,
    send: bool,
    to: tuple[str, ...],
    really: bool,
    root: Path,
) -> None:
    """Show where the campaign NAME stands: each target, what came of it, and where it will end.

    A report of an earlier day says what was known at its end, whenever it is made.
    """
    form = "pdf" if pdf else form
    if (chart or slide) and form not in ("png", "svg"):
        raise click.UsageError("--chart and --slide go with --format png or svg")
    if send:
        from newsletter.cli.campaign.sending import send_status

        if form in _DRAWN or file:
            raise click.UsageError(
                "--send makes a mail: leave --output out; of the formats only json tells what was sent"
            )
        send_status(root, name, as_of, to, really=really, as_json=form == "json")
        return
    if to or really:
        raise click.UsageError("--to and --really go with --send")
    if form in _DRAWN and file is None:
        raise click.UsageError(f"say where the {form} is to be written: --output FILE")
    told = _report(root, name, as_of)
    how: dict[str, Any] = {"name": chart} if chart else {}
    if slide:
        from newsletter.campaigns.charts import SLIDE

        how["form"] = SLIDE
    _show(_drawn(form, told, how) if form in _DRAWN else _written(form, told, definitions=definitions).encode(), file)


def _report(root: Path, name: str, as_of: date | None) -> Report:
    from newsletter.campaigns.progress.report import report

    basis = read_campaign(root, name)
    today = now().astimezone(basis.zone).date()
    check_come(as_of, today)
    with opened(root, must_exist=True) as (_, register), register.read() as connection:
        return report(connection, basis, as_of or today)


def read_campaign(root: Path, name: str) -> Basis:
    """What a campaign's report is made from. Raises Invalid when the campaign's file needs mending."""
    from newsletter.campaigns.progress.basis import read_basis
    from newsletter.problems import Invalid
    from newsletter.workspace import read_workspace

    workspace = read_workspace(root)
    path = f"campaigns/{name}.yml"
    if path in workspace.broken:
        raise Invalid(problem for problem in workspace.problems if problem.path == path)
    check_campaign(workspace, name)
    return read_basis(workspace, name)


def _drawn(form: str, told: Report, how: dict[str, Any]) -> bytes:
    room, function = _DRAWN[form]
    made: bytes = getattr(import_module(room), function)(told, **how)
    return made


def _written(form: str, told: Report, *, definitions: bool) -> str:
    if form == "json":
        from newsletter.campaigns.progress.plain import as_json

        return as_json(told) + "\n"
    from newsletter.cli.campaign.text import text_of

    return "\n".join(text_of(told, definitions=definitions)) + "\n"


def _show(data: bytes, file: Path | None) -> None:
    from newsletter.build.seal import write_whole

    if file is None:
        click.echo(data.decode(), nl=False)
        return
    write_whole(file, data)
    click.echo(f"Written: {file}")
