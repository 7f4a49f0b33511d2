"""Telling of a visit: the options, the questions for what was not said, and what is shown afterwards."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.visits.known import Reader, new_words_option, read_all

if TYPE_CHECKING:
    from newsletter.campaigns.campaign import Campaign
    from newsletter.campaigns.visits.listing import Listed
    from newsletter.campaigns.visits.visit import Step, Visit
    from newsletter.store.register import Register

_WORDS = ("needs", "interests")
_SUGGESTED = 8
_OPTIONS = {
    "kind": ("--kind", "visit, phone, online or network-meeting."),
    "visited_on": ("--date", "The day of the visit; today, unless you say another."),
    "announced": ("--announced", "yes, or no where you came by without an agreement."),
    "consultant": ("--consultant", "Who was there: a contact, by name or short name; else you (--by), if you are one."),
    "campaign": ("--campaign", "The campaign; else the one whose period holds the day. `none` is no campaign."),
    "outcome": ("--outcome", "interested, thinking, new-meeting, material, not-now, no-need, agreement or no-answer."),
    "needs": ("--need", "What the company needs at present; may be said several times."),
    "interests": ("--interest", "What it wants to read about; may be said several times."),
    "step": ("--next", "The next step that you promised."),
    "due_on": ("--next-on", "By when; else the campaign's days for a follow-up later, on a working day."),
    "note": ("--note", "What the next visitor should know of the company. Name no citizen, and no diagnosis."),
}
CALLED = {name: option for name, (option, _) in _OPTIONS.items()}
QUESTIONS = {
    "company": "Company (CVR number, P-number or name)",
    "kind": "Kind (visit, phone, online, network-meeting)",
    "visited_on": "Date",
    "announced": "Announced beforehand",
    "consultant": "Consultant",
    "campaign": "Campaign",
    "outcome": "Outcome (interested, thinking, new-meeting, material, not-now, no-need, agreement, no-answer)",
    "needs": "Needs heard, with commas between",
    "interests": "Interests heard, with commas between",
    "step": "Next step",
    "due_on": "Next step by",
    "note": "Note about the company (no citizen, no diagnosis)",
}


_again = click.option("--again", is_flag=True, help="There were two such visits on that day.")


def told_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that tell of a visit, and `new_words` and `again`."""
    function = new_words_option(_again(function))
    for name, (option, help_text) in reversed(_OPTIONS.items()):
        metavar = "DATE" if option in ("--date", "--next-on") else "TEXT"
        several = name in _WORDS
        function = click.option(option, name, multiple=several, metavar=metavar, help=help_text)(function)
    return function


def joined(told: Mapping[str, Any]) -> dict[str, str | None]:
    """What the options said, a text each; None for what was not said."""
    listed = {name: said or None for name, said in told.items() if isinstance(said, tuple)}
    return {**told, **{name: said and ",".join(said) for name, said in listed.items()}}


class Answers:
    """What was said, and questions for what was not. Answers may be piped in, one a line."""

    def __init__(
        self,
        readers: Mapping[str, Reader],
        said: Mapping[str, str | None],
        *,
        examples: Mapping[str, Collection[str]],
        ask: bool,
        err: bool,
    ) -> None:
        self.readers = readers
        self.examples = examples
        """Words in use, which are shown with the question."""
        self.ask = ask
        self.err = err
        """Whether questions go to the error stream, so that the output is JSON only."""
        self.values = read_all(said, readers, CALLED)

    def get(self, name: str, default: str = "", *, needed: bool = False) -> Any:
        """What was said or is answered now. Raises UsageError for what is needed and is not told."""
        if self.values.get(name) is not None or (name in self.values and not default and not needed):
            return self.values[name]
        if self.ask:
            value = self._ask(name, default, needed=needed)
        elif needed and not default:
            raise click.UsageError(f"say {CALLED.get(name, 'which company')}: nobody is asked with --yes")
        else:
            value = self.readers[name](default)
        return value

    def _ask(self, name: str, default: str, *, needed: bool) -> Any:
        shown = None if needed and not default else default
        settings: dict[str, Any] = {"default": shown, "show_default": bool(default), "err": self.err}
        words = sorted(self.examples.get(name, ()))[:_SUGGESTED]
        question = QUESTIONS[name] + (f" (such as {', '.join(words)})" if words else "")
        try:
            return click.prompt(question, value_proc=lambda text: self._read(name, text), **settings)
        except click.Abort as error:
            raise click.UsageError("nothing was written: a question was not answered; --yes asks none") from error

    def _read(self, name: str, text: str) -> Any:
        return read_all({name: text}, self.readers, {name: ""})[name]


def warnings_of(register: Register, visit: Visit, campaigns: Mapping[str, Campaign]) -> list[str]:
    """What to think about, a sentence each."""
    from newsletter.campaigns.visits.cautions import cautions

    told = []
    campaign = campaigns.get(visit.campaign or "")
    if campaign and not campaign.period.first <= visit.visited_on <= campaign.period.last:
        period = f"{campaign.period.first} to {campaign.period.last}"
        told.append(f"{visit.visited_on} is outside the period of {visit.campaign}, {period}")
    with register.read() as connection:
        return [*told, *cautions(connection, visit.company_id)]


def facts_of(register: Register, number: int) -> Listed:
    """A visit as it stands in the register now."""
    from newsletter.campaigns.visits.listing import Wanted, listed

    with register.read() as connection:
        return listed(connection, Wanted(number=number), limit=1).visits[0]


def show(register: Register, number: int, warnings: Sequence[str], *, as_json: bool, agreed: bool = False) -> None:
    """A visit as it stands in the register now; after an agreement also what is to be written down next."""
    from newsletter.campaigns.visits.steps import open_step

    visit = facts_of(register, number)
    with register.read() as connection:
        step = open_step(connection, number)
    if as_json:
        promised = {"what": step.what, "due_on": step.due_on.isoformat()} if step else None
        told = {"visit": visit, "next_step": promised, "warnings": [*warnings]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    _tell(visit, step, warnings)
    if agreed and visit["campaign"]:
        click.echo("    no report counts the agreement until it is written down too; this asks for the scheme:")
        click.echo(f"    {_result_of(visit)}")


def _result_of(visit: Listed) -> str:
    """The command that writes the agreement down."""
    company = shlex.quote(visit["cvr"] or visit["company"])
    words = f"{visit['campaign']} agreement --company {company} --on {visit['visited_on']}"
    return f"newsletter campaign result add {words}"


def _tell(visit: Listed, step: Step | None, warnings: Sequence[str]) -> None:
    campaign = f", {visit['campaign']}" if visit["campaign"] else ", no campaign"
    undone = "is undone" if visit["undone_at"] else "is written down"
    click.echo(
        f"visit {visit['number']} {undone}: {visit['visited_on']}, {visit['company']}, {visit['consultant']}{campaign}"
    )
    for label, words in (("needs", visit["needs"]), ("interests", visit["interests"])):
        if words:
            click.echo(f"    {label}: {', '.join(words)}")
    if step:
        click.echo(f"    next step by {step.due_on}: {step.what}")
    for warning in warnings:
        click.echo(f"    note: {warning}", err=True)
