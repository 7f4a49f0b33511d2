"""`newsletter visit add`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option
from newsletter.cli.visits.telling import Answers, joined, told_options

if TYPE_CHECKING:
    from datetime import date

    from newsletter.campaigns.visits.reading import Rules
    from newsletter.campaigns.visits.visit import Visit


@click.command("add")
@click.argument("company", nargs=-1, metavar="[CVR|P-NUMBER|NAME]")
@told_options
@click.option("--yes", is_flag=True, help="Ask nothing: what is not said is left out.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(
    *,
    company: tuple[str, ...],
    new_words: bool,
    again: bool,
    yes: bool,
    as_json: bool,
    actor: str,
    root: Path,
    **told: Any,
) -> None:
    """Write a visit down: it asks for what is not said.

    The company by its CVR number, the P-number of the workplace that was visited, or a part of its name. Write about
    the company, never about a citizen: no name, no diagnosis. What looks like a CPR number is refused everywhere.
    """
    from newsletter.campaigns.visits.outcomes import AGREEMENT
    from newsletter.campaigns.visits.recording import Act, add
    from newsletter.cli.visits.known import readers_of, rules_of
    from newsletter.cli.visits.telling import show, warnings_of

    with opened(root, must_exist=True) as (settings, register):
        moment = now()
        rules = rules_of(root, settings, register, moment, new_words=new_words)
        said = {"company": " ".join(company) or None, **joined(told)}
        in_use = {"needs": rules.needs, "interests": rules.interests}
        answers = Answers(readers_of(rules, register), said, examples=in_use, ask=not yes, err=as_json)
        visit = _visit(answers, rules, actor)
        with register.write() as connection:
            number = add(Act(connection=connection, now=moment, actor=actor), visit, again=again)
        warnings = warnings_of(register, visit, rules.campaigns)
        show(register, number, warnings, as_json=as_json, agreed=visit.outcome == AGREEMENT)


def _visit(answers: Answers, rules: Rules, actor: str) -> Visit:
    """All of it, asked for in the order in which people tell it."""
    from newsletter.campaigns.visits.visit import Step, Visit, topics_of
    from newsletter.subscribers.importing.fields import fold

    company = answers.get("company", needed=True)
    kind = answers.get("kind", "visit")
    day = answers.get("visited_on", rules.today.isoformat())
    announced = answers.get("announced", "no")
    consultant = answers.get("consultant", rules.contacts.get(fold(actor), ""), needed=True)
    campaign = _campaign(answers, rules, day)
    outcome = answers.get("outcome")
    topics = topics_of(answers.get("needs") or (), answers.get("interests") or ())
    step = answers.get("step")
    due_on = _due_on(answers, rules, day, campaign) if step or "due_on" in answers.values else None
    if due_on and not step:
        raise click.UsageError("--next-on is a day without a next step: say it with --next")
    return Visit(
        company_id=company.id,
        workplace_id=company.workplace_id,
        campaign=campaign,
        consultant=consultant,
        kind=kind,
        visited_on=day,
        announced=announced,
        outcome=outcome,
        topics=topics,
        step=Step(what=step, due_on=due_on) if step and due_on else None,
        note=answers.get("note"),
    )


def _campaign(answers: Answers, rules: Rules, day: date) -> str | None:
    """The one whose period holds the day; a question where there are several."""
    from newsletter.campaigns.visits.days import campaigns_on

    fitting = campaigns_on(rules.campaigns, day)
    if "campaign" not in answers.values and len(fitting) <= 1:
        return "".join(fitting) or None
    if "campaign" not in answers.values and not answers.ask:
        raise click.UsageError(f"{' and '.join(fitting)} both hold {day}: say --campaign, or --campaign none")
    if "campaign" not in answers.values:
        click.echo(f"{day} is in the period of {', '.join(fitting)}", err=True)
    return answers.get("campaign", "none") or None


def _due_on(answers: Answers, rules: Rules, day: date, campaign: str | None) -> date:
    from newsletter.campaigns.visits.days import due_after
    from newsletter.campaigns.visits.visit import BACKWARDS

    usual = due_after(day, rules.campaigns.get(campaign or ""), rules.today)
    due_on: date = answers.get("due_on", usual.isoformat()) or usual
    if due_on < day:
        raise click.UsageError(f"--next-on {due_on}: {BACKWARDS}")
    return due_on
