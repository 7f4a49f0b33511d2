"""`newsletter schedule`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from newsletter.delivery.schedule import Due
    from newsletter.delivery.schedule.planning import Planned
    from newsletter.problems import Refused
    from newsletter.settings import Settings


@click.command("schedule")
@click.argument("issue", required=False)
@click.option("--at", metavar="WHEN", help='Day and time, "2027-01-05 09:00"; else as the issue or its campaign says.')
@click.option("--cancel", is_flag=True, help="Plan it no longer.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(issue: str | None, at: str | None, *, cancel: bool, as_json: bool, actor: str, root: Path) -> None:
    """Plan when an issue goes out; without ISSUE, show what is planned and what was missed.

    Times are wall clock in the time zone of newsletter.yml. `newsletter run` sends what is due and approved.
    """
    if at is not None and cancel:
        raise click.UsageError("--at plans the send and --cancel takes it back: say one of the two")
    if issue is None:
        if at is not None or cancel:
            raise click.UsageError("say which issue: newsletter schedule 2027-01 …")
        _list(root, as_json=as_json)
    elif cancel:
        _cancel(root, issue, actor, as_json=as_json)
    else:
        _plan(root, issue, at, actor, as_json=as_json)


def _plan(root: Path, issue: str, at: str | None, actor: str, *, as_json: bool) -> None:
    from newsletter.delivery.schedule.planning import plan, propose
    from newsletter.workspace import read_workspace

    proposal = propose(read_workspace(root), issue, at)
    with opened(root, must_exist=True) as (settings, register), register.write() as connection:
        planned = plan(connection, proposal, zone=settings.zone, now=now(), actor=actor)
        lack = _lack(connection, root, settings, issue)
    if as_json:
        told = {**_facts(planned.send, settings), "before": _wall(planned.before), "approved": lack is None}
        cautions = [{"code": each.code, "text": each.text} for each in planned.cautions]
        click.echo(json.dumps({**told, "cautions": cautions}, ensure_ascii=False, indent=1))
    else:
        _show_planned(planned, settings, lack)


def _show_planned(planned: Planned, settings: Settings, lack: Refused | None) -> None:
    from newsletter.cli.terminal import styled

    send = planned.send
    week = f"uge {send.wall.isocalendar().week}"
    click.echo(f"{send.issue}: {_already(planned)} {send.wall:%A %Y-%m-%d %H:%M} ({week}), {settings.time_zone}")
    until = _until(send, settings)
    click.echo(f"    that is {send.send_at:%Y-%m-%d %H:%M} UTC; if the machine is off, it may go out until {until}")
    if planned.before is not None:
        click.echo(f"    it was {_missed_or_planned(planned.before)} for {_wall(planned.before)}")
    for caution in planned.cautions:
        click.echo(f"{styled('warning', 'yellow')}: {caution.text} [{caution.code}]")
    if lack is not None:
        click.echo(f"{styled('warning', 'yellow')}: {lack.text}; nothing is sent without [approval]")
        click.echo(f"    {lack.hint}")


def _already(planned: Planned) -> str:
    return "goes out" if planned.is_new else "is planned already for"


def _missed_or_planned(before: Due) -> str:
    return "missed; it was planned" if before.state == "missed" else "planned"


def _lack(connection: Connection, root: Path, settings: Settings, issue: str) -> Refused | None:
    """Why the issue would not be sent as it stands now; the loop asks again when its time comes."""
    from newsletter.delivery.approval import must_be_enough, standing
    from newsletter.delivery.sealed import read_sealed
    from newsletter.problems import Refused

    try:
        must_be_enough(standing(connection, read_sealed(root, issue), 0, settings.delivery), issue)
    except Refused as error:
        return error
    return None


def _cancel(root: Path, issue: str, actor: str, *, as_json: bool) -> None:
    from newsletter.delivery.schedule.planning import unplan

    with opened(root, must_exist=True) as (settings, register), register.write() as connection:
        before = unplan(connection, issue, zone=settings.zone, now=now(), actor=actor)
        facts = {**_facts(before, settings), "state": "cancelled"}
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        click.echo(f"{issue}: no longer planned for {_wall(before)}")


def _list(root: Path, *, as_json: bool) -> None:
    from newsletter.settings import read_settings
    from newsletter.store.register import find_register

    if find_register(root, read_settings(root)) is None:
        _show_list([], read_settings(root), {}, as_json=as_json)
        return
    from newsletter.delivery.schedule import unanswered, waiting

    with opened(root) as (settings, register), register.read() as connection:
        moment = now()
        found = [*unanswered(connection, settings.zone), *waiting(connection, settings.zone)]
        lacks = {each.issue: _lack(connection, root, settings, each.issue) for each in found}
    rows = [
        {**_facts(each, settings), "state": _state(each, moment), "approved": lacks[each.issue] is None}
        for each in found
    ]
    _show_list(rows, settings, {each.issue: each for each in found}, as_json=as_json)


def _state(send: Due, moment: datetime) -> str:
    """What a send is now, whether or not `newsletter run` has looked already."""
    if send.state == "missed" or moment > send.until:
        return "missed"
    return "due" if moment >= send.send_at else "waiting"


def _show_list(rows: list[dict[str, Any]], settings: Settings, sends: dict[str, Due], *, as_json: bool) -> None:
    from newsletter.cli.terminal import show_table

    if as_json:
        click.echo(json.dumps({"schedules": rows}, ensure_ascii=False, indent=1))
        return
    if not rows:
        click.echo("nothing is planned: newsletter schedule ISSUE", err=True)
        return
    cells = [[*_when(row, sends[row["issue"]], settings), row["state"], _note(row)] for row in rows]
    show_table(["Issue", f"When ({settings.time_zone})", "", "At the latest", "", ""], cells)
    for row in rows:
        if row["state"] == "missed":
            issue = row["issue"]
            hint = f"newsletter schedule {issue} --at …, or newsletter send {issue} --really, or --cancel it"
            click.echo(f"{issue} was not sent in time, and nothing happens until you decide: {hint}", err=True)


def _when(row: dict[str, Any], send: Due, settings: Settings) -> list[str]:
    return [row["issue"], row["wall"], f"uge {row['week']}", _until(send, settings)]


def _note(row: dict[str, Any]) -> str:
    notes = [] if row["approved"] else ["not approved"]
    if row["shifted"]:
        notes.append(f"the time zone's rules have changed: now {row['send_at']}")
    return ", ".join(notes)


def _facts(send: Due, settings: Settings) -> dict[str, Any]:
    return {
        "issue": send.issue,
        "wall": _wall(send),
        "week": send.wall.isocalendar().week,
        "time_zone": settings.time_zone,
        "send_at": send.send_at.isoformat(),
        "until": send.until.isoformat(),
        "source": send.source,
        "state": send.state,
        "shifted": send.has_shifted,
        "by": send.actor,
        "at": send.at.isoformat(),
    }


def _wall(send: Due | None) -> str | None:
    return None if send is None else send.wall.isoformat(" ", "minutes")


def _until(send: Due, settings: Settings) -> str:
    from newsletter.delivery.schedule.wall import wall_of

    until = wall_of(send.until, settings.zone)
    return f"{until:%H:%M}" if until.date() == send.wall.date() else f"{until:%Y-%m-%d %H:%M}"
