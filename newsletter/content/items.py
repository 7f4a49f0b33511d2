"""The items: what an author writes in the front matter of each kind of Markdown file."""

from datetime import date, datetime, time, timedelta
from typing import Literal

from pydantic import Field, model_validator

from newsletter.fields import Model
from newsletter.values import Address, Day, Industry, Slug, Text, Url


class Link(Model):
    """A link with a text that says where it leads."""

    text: Text = Field(description="Says where it leads.")
    url: Url = Field(description="Begins with https:// or mailto:.")


class Source(Model):
    """Where a fact comes from."""

    title: Text = Field(description="Its name, as readers see it.")
    url: Url | None = Field(None, description="Where it is read.")


class Photo(Model):
    """A picture: its file in content/images/, what it shows, and whose it is."""

    file: Text = Field(description="File name in content/images/ (png or jpg).")
    alt: str = Field(description="What the picture shows, for those who do not see it; empty when it only decorates.")
    credit: Text = Field(description="Who made it.")


class ItemFields(Model):
    """What every item has."""

    title: Text = Field(description="The headline.")
    summary: Text = Field(description="One or two sentences: shown where the item stands in a list.")
    tags: tuple[Slug, ...] = Field((), description="Words that queries ask for: `tagged mentor`.")
    link: Link | None = Field(None, description="Read more: where the button leads.")


class Form(Model):
    """A form the company fills in."""

    name: Text = Field(description="What it is called.")
    system: Text = Field(description="Where it is filled in, for example VITAS or NemRefusion.")
    url: Url | None = Field(None, description="Where it is found.")
    filled_by: Text = Field(description="Who fills it in.")
    deadline: Text | None = Field(None, description="When it must be there, in words.")


class Scheme(ItemFields):
    """A scheme for hiring or keeping people with disabilities: the fact box."""

    who: Text = Field(description="Whom it is for.")
    economy: Text = Field(description="What it costs and what the company gets.")
    workload: Text = Field(description="What work it gives the company.")
    steps: tuple[Text, ...] = Field(min_length=1, description="What the company does, in order.")
    forms: tuple[Form, ...] = Field((), description="The forms it takes.")
    law: Text | None = Field(None, description="The legal basis.")
    valid_from: date | None = Field(None, description="The rules described apply from this day, when it is known.")
    valid_to: date | None = Field(None, description="The last day they apply, when it is known.")
    checked_on: date = Field(description="When somebody last held the text against its source.")
    source: Source

    @property
    def published(self) -> Day:
        """What `newest` goes by."""
        return self.checked_on


class Consent(Model):
    """What a company or a person said yes to."""

    given: date = Field(description="When.")
    by: Text = Field(description="The role of the one who gave it; no private name is needed.")
    scope: tuple[Literal["newsletter", "web", "press"], ...] = Field(
        min_length=1, description="Where the story may be shown."
    )
    until: date = Field(description="The last day the story may be shown.")


class Consents(Model):
    """A story needs two: the company's and the person's."""

    company: Consent | None = Field(None, description="From the company.")
    person: Consent | None = Field(None, description="From the person.")


class StoryCompany(Model):
    """The company a story is about."""

    name: Text = Field(description="As the company writes it.")
    industry: Industry = Field(description="Section (F), division (41) or class (43.22).")
    town: Text | None = Field(None, description="Where it is.")


class Quote(Model):
    """What somebody said."""

    text: Text = Field(description="The words, without quotation marks.")
    by: Text = Field(description="Who says so: name and role.")


class Story(ItemFields):
    """A role-model story from a local company."""

    date: Day = Field(description="The day it goes by: `newest` counts from it.")
    company: StoryCompany
    consents: Consents = Field(description="Without both the story is not shown.")
    photo: Photo | None = None
    quote: Quote | None = Field(None, description="Words to lift out of the story.")
    example: bool = Field(False, description="True for an invented story; it is then marked as one.")

    @property
    def published(self) -> Day:
        """What `newest` goes by."""
        return self.date


class EventPlace(Model):
    """Where an event is held."""

    name: Text = Field(description="The house or room.")
    address: Text | None = Field(None, description="Street, postcode and town.")


EventKind = Literal["meeting", "theme", "experience-meeting", "prize"]
Cadence = Literal["month", "2 months", "quarter", "half-year", "year"]


class MeasurePoint(Model):
    """Something the year's experience meeting goes by."""

    point: Text = Field(description="What is looked at.")
    target: Text = Field(description="What was promised, in words.")
    result: Text | None = Field(None, description="How it went; left out while nobody can say.")


class External(Model):
    """Whose the event is when it is not ours: from their calendar."""

    organizer: Text = Field(description="Who holds it.")
    uid: Text = Field(description="Its name in their calendar: the next import finds it by this.")
    source: Text | None = Field(None, description="The calendar it came from.")


class Event(ItemFields):
    """A network meeting or another event. Times are wall clock in the workspace's time zone."""

    start: datetime = Field(description="Day and time, wall clock: 2027-01-14 08:30.")
    end: datetime = Field(description="When it is over.")
    place: EventPlace | None = None
    online: Url | None = Field(None, description="Where it is followed online.")
    host: Text = Field(description="Who invites.")
    capacity: int | None = Field(None, ge=1, description="How many there is room for.")
    series: Slug | None = Field(None, description="The row of events it belongs to: `in series netvaerk`.")
    cadence: Cadence | None = Field(None, description="How often the series meets; the latest file counts.")
    kind: EventKind = Field("meeting", description="What sort of event it is.")
    network: Slug | None = Field(None, description="The network it is for, as the register calls it.")
    sign_up_by: date | None = Field(None, description="The last day to sign up.")
    sign_up: Url | None = Field(None, description="Sign-up elsewhere; left out, our own page is used.")
    speaker: Text | None = Field(None, description="Who speaks.")
    program: tuple[Text, ...] = Field((), description="The points of the program, in order.")
    sequence: int = Field(0, ge=0, description="Raise it by one when time or place change after people were told.")
    cancelled: bool = Field(False, description="True when it is called off; the file stays.")
    follows: Slug | None = Field(None, description="The event it goes on from: last year's experience meeting.")
    measure_points: tuple[MeasurePoint, ...] = Field((), description="What an experience meeting goes by.")
    external: External | None = None

    @model_validator(mode="after")
    def _times_fit(self) -> "Event":
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("a time here is wall clock; leave the zone out, newsletter.yml says it")
        if self.end <= self.start:
            raise ValueError("the event ends before it starts; check `start` and `end`")
        if self.place is None and self.online is None:
            raise ValueError("the event has no place; write `place` or `online`")
        return self

    @model_validator(mode="after")
    def _keys_go_together(self) -> "Event":
        if self.cadence and not self.series:
            raise ValueError("`cadence` is how often a series meets; add `series: …`")
        if self.measure_points and self.kind != "experience-meeting":
            raise ValueError("measure points are an experience meeting's; add `kind: experience-meeting`")
        return self

    @property
    def published(self) -> Day:
        """What `newest` goes by."""
        return self.start.date()

    @property
    def takes_whole_days(self) -> bool:
        """Whether it goes from midnight to midnight: then no time of day is told."""
        return self.start.time() == self.end.time() == time()

    @property
    def last_day(self) -> Day:
        """The last day of it; midnight still belongs to the day before."""
        return (self.end - timedelta(microseconds=1)).date()

    @property
    def where(self) -> str | None:
        """The place with its address, on one line."""
        return ", ".join(filter(None, [self.place.name, self.place.address])) if self.place else None


class Article(ItemFields):
    """News, law and good advice."""

    date: Day = Field(description="The day it goes by: `newest` counts from it.")
    photo: Photo | None = None
    source: Source | None = None

    @property
    def published(self) -> Day:
        """What `newest` goes by."""
        return self.date


class Step(Model):
    """One step of a guide."""

    title: Text = Field(description="What is done.")
    who: Text = Field(description="Who does it.")
    when: Text = Field(description="When, told from the first day of work.")
    text: Text = Field(description="How.")


class Guide(ItemFields):
    """A roadmap: the steps of one kind of hire, with who and when."""

    steps: tuple[Step, ...] = Field(min_length=1, description="In order.")
    scheme: Slug | None = Field(None, description="The scheme it leads through.")
    checked_on: date = Field(description="When somebody last held the text against its source.")
    source: Source | None = None

    @property
    def published(self) -> Day:
        """What `newest` goes by."""
        return self.checked_on


class Contact(ItemFields):
    """A person or unit that companies can turn to."""

    role: Text = Field(description="What the person or unit does.")
    email: Address = Field(description="The mail address shown.")
    phone: Text | None = Field(None, description="The telephone shown.")
    hours: Text | None = Field(None, description="When somebody answers.")
    photo: Photo | None = None

    @property
    def published(self) -> date:
        """What `newest` goes by: a contact has no date."""
        return date.min
