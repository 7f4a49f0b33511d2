"""An issue: subject, send time and the ordered blocks of one month's newsletter."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from newsletter.content.items import Link, Quote
from newsletter.content.queries import Query, parse_query
from newsletter.fields import Model
from newsletter.values import Month, Slug, Text, check_slug


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """The items a block asks for: by a query, or by their short names."""

    query: Query | None = None
    names: tuple[str, ...] = ()


def _selection(value: Any) -> Selection:
    if isinstance(value, str):
        return Selection(query=parse_query(value))
    if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
        return Selection(names=tuple(check_slug(name) for name in value))
    raise ValueError("a query or a list of short names is expected; write for example `newest 2`")


_SELECTION_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
Selected = Annotated[Selection, PlainValidator(_selection), WithJsonSchema(_SELECTION_SCHEMA)]


class Figure(Model):
    """A number worth showing, with its source and year: never one without the other."""

    number: Text = Field(description="As it is shown, for example 76,3 %.")
    text: Text = Field(description="What the number counts.")
    source: Text = Field(description="Where the number comes from.")
    year: int = Field(ge=1990, le=2100, description="The year it is from.")
    url: str | None = Field(None, description="Where the source is read.")


class Progress(Model):
    """Where a campaign stands: `43 af 120 virksomhedsbesøg`."""

    campaign: Slug = Field(description="Short name of the campaign.")
    visited: int | None = Field(
        None, ge=0, description="Visits made, as counted on the day below; left out, the register says it."
    )
    as_of: date = Field(description="The day up to whose end they are counted.")


class Naming(Model):
    """Companies of a campaign, by name: those alone whose consent holds on the day of the send."""

    campaign: Slug = Field(description="Short name of the campaign.")


class CallToAction(Link):
    """A button, with a heading and a line above it."""

    title: Text = Field(description="The heading above the button.")
    intro: Text | None = Field(None, description="A line between the two.")


ITEM_KINDS = ("story", "scheme", "event", "article", "guide", "contact")
"""Kinds of items a block can show, by their singular."""

PLURALS = {
    "stories": "story",
    "schemes": "scheme",
    "events": "event",
    "articles": "article",
    "guides": "guide",
    "contacts": "contact",
}
"""Folder of content/ and query key → kind."""

FOLDER_OF = {kind: folder for folder, kind in PLURALS.items()}
"""Kind → folder of content/."""


class Block(Model):
    """One place in an issue. Exactly one of the kinds below, perhaps limited to segments."""

    story: Slug | None = Field(None, description="Short name of a story.")
    scheme: Slug | None = Field(None, description="Short name of a scheme.")
    event: Slug | None = Field(None, description="Short name of an event.")
    article: Slug | None = Field(None, description="Short name of an article.")
    guide: Slug | None = Field(None, description="Short name of a guide.")
    contact: Slug | None = Field(None, description="Short name of a contact.")
    stories: Selected | None = Field(None, description="A query such as `newest 2 not yet used`, or short names.")
    schemes: Selected | None = Field(None, description="A query such as `tagged mentor`, or short names.")
    events: Selected | None = Field(None, description="A query such as `next 60 days`, or short names.")
    articles: Selected | None = Field(None, description="A query such as `newest 3`, or short names.")
    guides: Selected | None = Field(None, description="A query such as `all`, or short names.")
    contacts: Selected | None = Field(None, description="A query such as `all`, or short names.")
    lead: Literal["opening"] | None = Field(None, description="`lead: opening` shows the issue's own text.")
    quote: Quote | None = None
    figure: Figure | None = None
    call_to_action: CallToAction | None = None
    progress: Progress | None = None
    ambassadors: Naming | None = Field(None, description="The campaign's ambassadors that may be named.")
    companies: Naming | None = Field(
        None, description="Companies that take part: pledges, mentors and ambassadors that may be named."
    )
    divider: Literal["line"] | None = Field(None, description="`divider: line` draws a line.")
    title: Text | None = Field(None, description="A heading above the block.")
    only: tuple[Slug, ...] = Field((), description="Shown to people in one of these segments only.")
    # `except` is a word of Python's own
    except_: tuple[Slug, ...] = Field((), alias="except", description="Not shown to people in these segments.")

    @model_validator(mode="after")
    def _one_kind(self) -> "Block":
        kinds = [name for name in BLOCK_KEYS if getattr(self, name) is not None]
        if not kinds:
            raise ValueError(f"the block says no kind; begin it with one of {', '.join(BLOCK_KEYS)}")
        if len(kinds) > 1:
            raise ValueError(f"the block says {' and '.join(kinds)}; make them two blocks")
        return self

    @cached_property
    def key(self) -> str:
        """The key that says what the block is, such as `story`, `events` or `quote`."""
        return next(name for name in BLOCK_KEYS if getattr(self, name) is not None)

    @property
    def kind(self) -> str:
        """The kind of block: `events` and `event` are both `event`."""
        return PLURALS.get(self.key, self.key)

    @property
    def campaign(self) -> str | None:
        """Short name of the campaign it tells of, if it does."""
        told = self.progress or self.ambassadors or self.companies
        return told.campaign if told else None

    @property
    def selection(self) -> Selection | None:
        """The items it shows; None for a block that shows no items."""
        value = getattr(self, self.key)
        if self.key in ITEM_KINDS:
            return Selection(names=(value,))
        return value if isinstance(value, Selection) else None


BLOCK_KEYS = tuple(name for name in Block.model_fields if name not in {"title", "only", "except_"})


class Issue(Model):
    """The front matter of content/issues/<slug>.md; the body is the editor's opening text."""

    subject: Text = Field(description="The mail's subject.")
    preheader: Text = Field(description="The line that inboxes show after the subject.")
    send: datetime | None = Field(None, description="Wall clock, `2027-01-05 09:00`; a date alone takes `send_at`.")
    month: Month | None = Field(None, description="Instead of `send`: that month's send in the campaign's schedule.")
    campaign: Slug | None = Field(None, description="Short name of the campaign it belongs to.")
    audience: tuple[Slug, ...] = Field((), description="Segments it goes to; left out, everybody who has consented.")
    invites: Slug | None = Field(
        None, description="An event it invites to: its calendar goes with the mail, and a calendar can answer."
    )
    blocks: tuple[Block, ...] = Field(min_length=1, description="What it shows, in order.")

    @model_validator(mode="after")
    def _one_send(self) -> "Issue":
        if (self.send is None) == (self.month is None):
            raise ValueError("the issue needs `send` or `month`, one of the two; write `send: 2027-01-05 09:00`")
        if self.month is not None and self.campaign is None:
            raise ValueError("`month` takes the send from a campaign's schedule; add `campaign: …`")
        if self.send is not None and self.send.tzinfo is not None:
            raise ValueError("the send is wall clock; leave the zone out, newsletter.yml says it")
        return self
