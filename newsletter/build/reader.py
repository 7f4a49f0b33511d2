"""A sealed edition filled for one person, as it would reach them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.build.audiences import Audiences
from newsletter.build.cache import Cache
from newsletter.build.compose import compose_all
from newsletter.build.editions import named_segments
from newsletter.build.invitation import INVITATION
from newsletter.build.message import Envelope, encode, to_mail
from newsletter.build.plan import make_plan
from newsletter.build.render import sample_reader
from newsletter.build.seal import read_manifest
from newsletter.build.told import Telling
from newsletter.layouts.slots import fill_reader, put

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from newsletter.build.compose import Composition
    from newsletter.build.editions import Edition
    from newsletter.build.plan import Plan
    from newsletter.store.register import Register
    from newsletter.subscribers.addresses import Address
    from newsletter.subscribers.why import Why
    from newsletter.workspace import Workspace

BUILD, SAMPLES = "build", "samples"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What an edition may say of the person it is for."""

    address: str
    name: str | None
    first_name: str | None
    company: str | None
    contact: str | None
    """Short name of the company's fixed contact."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What one person gets of an issue."""

    issue: str
    edition: str | None
    """None when nobody who may be written to gets the same blocks."""
    path: str | None
    """Of the mail, below the workspace."""
    calendar: str | None = None
    """Of the calendar file that goes along, and is not in the sample."""


def write_samples(
    workspace: Workspace, register: Register, address: Address, issues: Iterable[str], now: datetime
) -> tuple[Why, list[Sample]]:
    """Fill the sealed edition of each issue for one person; why they get it, or not. Nobody known gets no samples."""
    from newsletter.subscribers.rules.book import read_book
    from newsletter.subscribers.why import why

    with register.read() as connection:
        reader = find_reader(connection, address.key)
        hashed, names = register.hash_of(address.key), [*workspace.segments]
        known = why(connection, address.key, hashed, names, read_book(workspace), now=now)
    if reader is None:
        return known, []
    compositions, _ = compose_all(workspace)
    with Cache(workspace.root / BUILD) as cache:
        audiences, telling = Audiences(workspace, cache), Telling(workspace, cache)
        told = [telling.of(compositions[slug]) for slug in issues]
        plans = [make_plan(workspace, composition, audiences.of(composition)) for composition in told]
    return known, [_sample(workspace, plan, reader, known.segments) for plan in plans]


def _sample(workspace: Workspace, plan: Plan, reader: Reader, segments: Collection[str]) -> Sample:
    slug = plan.composition.issue.slug
    edition = _edition_of(plan, segments)
    folder = workspace.root / BUILD / slug
    manifest = read_manifest(folder)
    if edition is None or manifest is None:
        return Sample(issue=slug, edition=None, path=None)
    (sealed,) = [each["folder"] for each in manifest["editions"] if each["name"] == edition.name]
    path = f"{BUILD}/{SAMPLES}/{slug}.eml"
    _write(workspace, plan.composition, folder / sealed, reader, workspace.root / path)
    calendar = f"{BUILD}/{slug}/{sealed}/{INVITATION}" if plan.invitation else None
    return Sample(issue=slug, edition=edition.name, path=path, calendar=calendar)


def find_reader(connection: Connection, address_key: str) -> Reader | None:
    """The person with this address; None when nobody has it."""
    from sqlalchemy import select

    from newsletter.store.tables import companies, people

    columns = (people.c.address, people.c.name, people.c.first_name, companies.c.contact)
    query = select(*columns, companies.c.name.label("company")).select_from(people.outerjoin(companies))
    row = connection.execute(query.where(people.c.address_key == address_key)).mappings().first()
    return None if row is None else Reader(**row)


def values_for(workspace: Workspace, reader: Reader) -> dict[str, str]:
    """The reader's values; where we do not know one, what newsletter.yml says for everybody."""
    contact = workspace.items["contact"].get(reader.contact or "")
    first_name = reader.first_name or (reader.name or "").partition(" ")[0]
    known = {
        "first_name": first_name,
        "name": reader.name,
        "company": reader.company,
        "contact": contact.fields.title if contact else None,
        "contact_email": contact.fields.email if contact else None,
    }
    return {**sample_reader(workspace), **{name: value for name, value in known.items() if value}}


def _write(workspace: Workspace, composition: Composition, folder: Path, reader: Reader, target: Path) -> None:
    """Fill the sealed edition that stands in `folder` for a reader, and write the mail to `target`, for us alone."""
    values = values_for(workspace, reader)
    html = fill_reader((folder / "email.html").read_text("utf-8"), values)
    text = fill_reader((folder / "email.txt").read_text("utf-8"), values, plain=True)
    envelope = Envelope(
        settings=workspace.settings,
        subject=fill_reader(put(composition.issue.fields.subject, "plain"), values, plain=True),
        sent=composition.sent.replace(tzinfo=workspace.settings.zone),
        identity=f"sample/{composition.issue.slug}/{folder.name}/{reader.address}",
        unsubscribe_url=values["unsubscribe_url"],
        to=reader.address,
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    target.touch(0o600)
    target.write_bytes(to_mail(envelope, encode(text), encode(html)))


def _edition_of(plan: Plan, segments: Collection[str]) -> Edition | None:
    """The edition with the blocks that somebody in these segments gets; None when no reader has them."""
    named = frozenset(segments) & named_segments(plan.composition.issue.fields)
    blocks = tuple(shown.index for shown in plan.composition.shown if shown.is_for(named))
    return next((edition for edition in plan.editions if edition.blocks == blocks), None)
