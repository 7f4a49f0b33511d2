"""What the commands about visits know of the workspace: contacts, campaigns, the words of needs and interests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.contacts import known_contacts

if TYPE_CHECKING:
    from newsletter.campaigns.campaign import Campaign
    from newsletter.campaigns.visits.reading import Rules
    from newsletter.settings import Settings
    from newsletter.store.register import Register
    from newsletter.subscribers.companies.choosing import Known

Reader = Callable[[str], Any]

new_words_option = click.option(
    "--new-words", is_flag=True, help="Take needs and interests as they stand, also those nearly in use."
)


def rules_of(root: Path, settings: Settings, register: Register, moment: datetime, *, new_words: bool = False) -> Rules:
    """What is known while visits are read."""
    from newsletter.campaigns.visits.reading import Rules
    from newsletter.campaigns.visits.topics import known_words

    needs, interests = _segment_words(root)
    with register.read() as connection:
        return Rules(
            today=moment.astimezone(settings.zone).date(),
            contacts=known_contacts(root),
            campaigns=known_campaigns(root),
            needs=needs | known_words(connection, "need"),
            interests=interests | known_words(connection, "interest"),
            new_words=new_words,
        )


def readers_of(rules: Rules, register: Register) -> dict[str, Reader]:
    """What reads each thing that is said of a visit; the company is looked up."""
    from newsletter.campaigns.visits.reading import readers
    from newsletter.subscribers.companies.choosing import find_company

    def find(text: str) -> Known:
        with register.read() as connection:
            return find_company(connection, text)

    return {**readers(rules), "company": find}


def known_campaigns(root: Path) -> dict[str, Campaign]:
    """The campaigns by short name. One that cannot be read is left out, and that is said: a visit is still a visit."""
    from newsletter.campaigns.campaign import Campaign
    from newsletter.fields import read_yaml, validate
    from newsletter.problems import Invalid
    from newsletter.source import read_source

    found = {}
    for path in sorted((root / "campaigns").glob("*.yml")):
        name = path.relative_to(root).as_posix()
        try:
            found[path.stem] = validate(Campaign, read_yaml(read_source(root, name)))
        except Invalid:
            click.echo(f"{name} cannot be read, and is left out: newsletter check says why", err=True)
    return found


def read_all(
    said: Mapping[str, str | None],
    readers: Mapping[str, Reader],
    called: Mapping[str, str],
    still: str = "nothing was written",
) -> dict[str, Any]:
    """What was said, as values. Raises UsageError with all that is wrong, each by what it is called.

    `still` says what did not happen for it.
    """
    from newsletter.problems import Refused

    found, wrong = {}, []
    for name, text in said.items():
        if text is None:
            continue
        try:
            found[name] = readers[name](text)
        except ValueError as error:
            wrong.append(f"{called[name]}: {error}" if called[name] else str(error))
        except Refused as error:
            wrong.append(f"{error.text}; {error.hint}")
    if wrong:
        raise click.UsageError("\n".join([f"{still}:", *wrong] if len(wrong) > 1 else wrong))
    return found


def _segment_words(root: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The needs and the interests that segments name; none while they need mending."""
    from newsletter.fields import read_yaml, validate
    from newsletter.problems import Invalid
    from newsletter.source import read_source
    from newsletter.subscribers.segments import SEGMENTS_FILE, Segments, within

    try:
        segments = validate(Segments, read_yaml(read_source(root, SEGMENTS_FILE))).root
    except Invalid:
        return frozenset(), frozenset()
    rules = [rule for segment in segments.values() for rule in within(segment.where)]
    needs = frozenset(word for rule in rules for word in rule.needs or ())
    return needs, frozenset(word for rule in rules for word in rule.interests or ())
