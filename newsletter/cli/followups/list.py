"""`newsletter followups list`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import by_option, opened, this_day, workspace_option
from newsletter.cli.whose import whose, whose_options

if TYPE_CHECKING:
    from datetime import date

    from newsletter.campaigns.followups.listing import Agenda, FollowUp

_HEADINGS = ["Number", "Due", "", "Consultant", "Company", "What", "From", "Mind"]


@click.command("list")
@whose_options
@click.option("--overdue", is_flag=True, help="Only those whose day has passed.")
@click.option(
    "--coming", type=click.IntRange(0, 3660), default=14, show_default=True, help="So many days ahead are shown."
)
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(*, overdue: bool, coming: int, as_json: bool, actor: str, root: Path, **said: Any) -> None:
    """Show open follow-ups: overdue first, then today's, then those coming."""
    from newsletter.campaigns.followups.listing import agenda, open_follow_ups

    consultants = whose(root, actor, **said)
    with opened(root, must_exist=True) as (settings, register), register.read() as connection:
        found = open_follow_ups(connection, consultants=consultants)
        today = this_day(settings)
    shown = agenda(found, today, coming)
    if as_json:
        click.echo(json.dumps(_facts(shown, today, consultants, overdue=overdue), ensure_ascii=False, indent=1))
    else:
        _show(shown, today, overdue=overdue)


def _facts(shown: Agenda, today: date, consultants: list[str] | None, *, overdue: bool) -> dict[str, Any]:
    told = {"as_of": today.isoformat(), "consultant": consultants[0] if consultants else None}
    parts = {
        "overdue": shown.overdue,
        "today": () if overdue else shown.today,
        "coming": () if overdue else shown.coming,
    }
    return {**told, **{name: [_fact(each, today) for each in part] for name, part in parts.items()}}


def _fact(each: FollowUp, today: date) -> dict[str, Any]:
    visit = {"number": each.visit, "on": each.visited_on and each.visited_on.isoformat(), "kind": each.visit_kind}
    return {
        "number": each.number,
        "company": {"cvr": each.cvr, "name": each.company},
        "what": each.what,
        "consultant": each.consultant,
        "due_on": each.due_on.isoformat(),
        "workdays_late": each.late(today),
        "visit": visit if each.visit else None,
        "remark": each.remark,
        "call_first": each.call_first,
        "contact_time": each.contact_time,
    }


def _show(shown: Agenda, today: date, *, overdue: bool) -> None:
    from newsletter.cli.terminal import show_table, styled

    parts = [("Overdue", shown.overdue), ("Today", shown.today), ("Coming", shown.coming)]
    filled = [(heading, part) for heading, part in parts[: 1 if overdue else 3] if part]
    if not filled:
        click.echo("nothing is overdue" if overdue else "nothing is due")
        return
    for heading, part in filled:
        click.echo(styled(heading, "red") if part is shown.overdue else heading)
        show_table(_HEADINGS, [_cells(each, today) for each in part])
    consultants = Counter(each.consultant for _, part in filled for each in part)
    if len(consultants) > 1:
        click.echo(_shares(consultants, Counter(each.consultant for each in shown.overdue)))
    number = filled[0][1][0].number
    click.echo(f"next: newsletter followups done {number}, move {number} --to DATE, or drop {number} --why …")


def _cells(each: FollowUp, today: date) -> list[str]:
    late = each.late(today)
    days = f"{late} working {'day' if late == 1 else 'days'} over" if late else ""
    company = f"{each.company} ({each.cvr})" if each.cvr else each.company
    visit = f"{each.visit_kind} {each.visited_on}" if each.visit else ""
    mind = ", ".join(filter(None, ["call first" if each.call_first else "", each.contact_time, each.remark]))
    return [str(each.number), each.due_on.isoformat(), days, each.consultant, company, each.what, visit, mind]


def _shares(consultants: Counter[str], overdue: Counter[str]) -> str:
    shares = (f"{name} {number} ({overdue[name]} overdue)" for name, number in sorted(consultants.items()))
    return f"by consultant: {', '.join(shares)}"
