"""`newsletter visits edit`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option
from newsletter.cli.visits.telling import CALLED, joined, told_options

if TYPE_CHECKING:
    from newsletter.campaigns.visits.reading import Rules
    from newsletter.campaigns.visits.visit import Step, Visit


@click.command("edit")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--company", metavar="CVR|P-NUMBER|NAME", help="It was another company, or this workplace of it.")
@told_options
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(
    *,
    number: int,
    company: str | None,
    new_words: bool,
    again: bool,
    as_json: bool,
    actor: str,
    root: Path,
    **told: Any,
) -> None:
    """Put visit NUMBER right: say only what is different, and "" for what was not so at all.

    The visit gets a new number, and the old one counts no longer. A report for an earlier day still reads the old one.
    """
    from newsletter.campaigns.visits.outcomes import AGREEMENT
    from newsletter.campaigns.visits.recording import Act, counting, edit
    from newsletter.cli.visits.known import read_all, readers_of, rules_of
    from newsletter.cli.visits.telling import show, warnings_of

    with opened(root, must_exist=True) as (settings, register):
        moment = now()
        rules = rules_of(root, settings, register, moment, new_words=new_words)
        said = read_all({"company": company, **joined(told)}, readers_of(rules, register), CALLED)
        with register.write() as connection:
            visit = _changed(counting(connection, number), said, rules)
            after = edit(Act(connection=connection, now=moment, actor=actor), number, visit, again=again)
        warnings = warnings_of(register, visit, rules.campaigns)
        show(register, after, warnings, as_json=as_json, agreed=said.get("outcome") == AGREEMENT)


def _changed(before: Visit, said: Mapping[str, Any], rules: Rules) -> Visit:
    """The visit with what was said."""
    from dataclasses import replace

    from newsletter.campaigns.visits.visit import topics_of

    lacking = [CALLED[name] for name in ("kind", "visited_on", "consultant", "announced") if said.get(name, 0) is None]
    if lacking:
        raise click.UsageError(f"a visit needs it: write something for {' and '.join(lacking)}")
    changes: dict[str, Any] = {name: said[name] or None for name in ("campaign", "outcome", "note") if name in said}
    changes |= {name: said[name] for name in ("kind", "visited_on", "consultant", "announced") if name in said}
    if "company" in said:
        changes |= {"company_id": said["company"].id, "workplace_id": said["company"].workplace_id}
    needs = said.get("needs", before.words("need"))
    interests = said.get("interests", before.words("interest"))
    changes["topics"] = topics_of(tuple(needs or ()), tuple(interests or ()))
    plain = replace(before, **changes, step=None)
    return replace(plain, step=_step(before, plain, said, rules))


def _step(before: Visit, visit: Visit, said: Mapping[str, Any], rules: Rules) -> Step | None:
    """The next step that is open from now on."""
    from newsletter.campaigns.visits.days import due_after
    from newsletter.campaigns.visits.visit import BACKWARDS, Step

    what = said.get("step", before.step and before.step.what)
    if not what:
        if said.get("due_on"):
            raise click.UsageError("--next-on is a day without a next step: say it with --next")
        return None
    due_on = said.get("due_on") or (before.step and before.step.due_on)
    due_on = due_on or due_after(visit.visited_on, rules.campaigns.get(visit.campaign or ""), rules.today)
    if due_on < visit.visited_on:
        raise click.UsageError(f"the next step is due on {due_on}: {BACKWARDS}, with --next-on")
    return Step(what=what, due_on=due_on)
