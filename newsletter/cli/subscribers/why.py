"""`newsletter subscribers why`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import now, workspace_option
from newsletter.cli.segments.asking import Asked, asked
from newsletter.cli.subscribers.asking import address_argument

if TYPE_CHECKING:
    from newsletter.build.compose import Composition
    from newsletter.subscribers.addresses import Address
    from newsletter.subscribers.why import Why


@click.command("why")
@address_argument
@click.option("--issue", metavar="ISSUE", help="Which edition of this issue they get, and which blocks.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(address: Address, issue: str | None, *, as_json: bool, root: Path) -> None:
    """Why somebody gets what they get: their segments, or exactly why they are not written to."""
    from newsletter.subscribers.why import why

    with asked(root) as ask, ask.register.read() as connection:
        hashed = ask.register.hash_of(address.key)
        found = why(connection, address.key, hashed, list(ask.book.segments), ask.book, now=now())
        facts = _facts(address, found, ask)
        if issue is not None:
            facts["issue"] = _issue(ask, issue, frozenset(found.segments), address)
    click.echo(json.dumps(facts, ensure_ascii=False, indent=1) if as_json else "\n".join(_told(facts)))


def _facts(address: Address, found: Why, ask: Asked) -> dict[str, Any]:
    return {
        "address": address.written,
        "known": found.is_known,
        "reachable": found.is_reachable,
        "basis": found.basis,
        "segments": [{"name": name, "title": ask.book.segments[name].title} for name in found.segments],
        "reasons": [{"code": reason.code, "text": reason.text} for reason in found.reasons],
        "issue": None,
    }


def _issue(ask: Asked, slug: str, segments: frozenset[str], address: Address) -> dict[str, Any]:
    """What somebody in these segments gets of an issue."""
    from newsletter.build.editions import named_segments
    from newsletter.build.invitation import GUESTS, for_guests, invitation_of
    from newsletter.build.plan import make_plan
    from newsletter.subscribers.audience import block_sets
    from newsletter.subscribers.why import why

    composition = _composition(ask, slug)
    fields = composition.issue.fields
    here = segments & named_segments(fields)
    invitation = invitation_of(ask.workspace, fields)
    book, goes_to = for_guests(ask.book, fields.audience, invitation.to_json() if invitation else None)
    with ask.register.read() as connection:
        sent = composition.sent.replace(tzinfo=ask.workspace.settings.zone)
        audience = block_sets(connection, sorted(named_segments(fields)), goes_to, book, sent)
        if invitation:
            hashed = ask.register.hash_of(address.key)
            segments |= {*why(connection, address.key, hashed, [GUESTS], book, now=now()).segments}
    plan = make_plan(ask.workspace, composition, {here: 0, **audience})
    edition = next(each for each in plan.editions if here in each.segments)
    whole = replace(edition, blocks=tuple(range(len(composition.shown))))
    shown = plan.blocks(edition)
    return {
        "issue": slug,
        "audience": list(fields.audience),
        "in_audience": not goes_to or not segments.isdisjoint(goes_to),
        "invites": invitation.to_json() if invitation else None,
        "edition": edition.name,
        "blocks": shown,
        "left_out": [words for words in plan.blocks(whole) if words not in shown],
    }


def _composition(ask: Asked, slug: str) -> Composition:
    from newsletter.build.cache import Cache
    from newsletter.build.compose import compose_all
    from newsletter.build.told import Telling
    from newsletter.problems import Invalid, guess

    composed, problems = compose_all(ask.workspace)
    if slug not in ask.workspace.issues:
        raise click.UsageError(f"no issue is called {slug!r}: {guess(slug, ask.workspace.issues)}")
    if slug not in composed:
        raise Invalid(problem for problem in problems if problem.path.endswith(f"/{slug}.md"))
    return Telling(ask.workspace, Cache()).of(composed[slug])


def _told(facts: dict[str, Any]) -> Iterator[str]:
    """The answer, line by line."""
    yield facts["address"]
    if facts["reachable"]:
        yield f"    May be written to: {facts['basis']}."
    else:
        yield "    Is not written to:"
        yield from (f"    - {reason['text']} [{reason['code']}]" for reason in facts["reasons"])
    if facts["known"]:
        names = [f"{segment['name']} ({segment['title']})" for segment in facts["segments"]]
        yield f"    Segments: {', '.join(names) or 'none'}."
    if issue := facts["issue"]:
        yield from _told_of_issue(issue, reachable=facts["reachable"])


def _told_of_issue(issue: dict[str, Any], *, reachable: bool) -> Iterator[str]:
    if not issue["in_audience"]:
        yield f"    Issue {issue['issue']}: does not get it; it goes to {_goes_to(issue)}."
        return
    gets = "gets" if reachable else "would get"
    yield f"    Issue {issue['issue']}: {gets} the edition {issue['edition']}."
    yield from (f"      + {words}" for words in issue["blocks"])
    yield from (f"      - {words}: for others" for words in issue["left_out"])


def _goes_to(issue: dict[str, Any]) -> str:
    segments = ", ".join(issue["audience"]) or "all readers"
    if not issue["invites"]:
        return segments
    event, cancels = issue["invites"]["event"], issue["invites"]["method"] == "CANCEL"
    invited = f" who were invited to {event}" if cancels else ""
    return f"{segments}{invited}, less those who said no to {event}"
