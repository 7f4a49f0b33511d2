"""subscribers/segments.yml: named rules over companies and people. Read here, applied by the register."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, RootModel, model_validator

from newsletter.fields import Model
from newsletter.values import Industry, Slug, Text

SEGMENTS_FILE = "subscribers/segments.yml"


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _word(text: str) -> str:
    """A word as the register holds it: letters with accents are one sign, not two."""
    word = unicodedata.normalize("NFC", text.strip())
    if not word or not word.isprintable():
        raise ValueError("the word holds a sign that cannot be seen; delete it and write it anew")
    return word


OneOrMore = str | list[str]
"""What an author may write for a list of words."""

Words = Annotated[
    tuple[Annotated[Text, AfterValidator(_word)], ...],
    BeforeValidator(_listed, json_schema_input_type=OneOrMore),
    Field(min_length=1),
]
Industries = Annotated[
    tuple[Industry, ...], BeforeValidator(_listed, json_schema_input_type=OneOrMore), Field(min_length=1)
]
Band = Literal["0", "1", "2-4", "5-9", "10-19", "20-49", "50-99", "100-199", "200-499", "500-999", "1000+"]
Bands = Annotated[
    tuple[Band, ...], BeforeValidator(_listed, json_schema_input_type=Band | list[Band]), Field(min_length=1)
]


class Rule(Model):
    """What companies and people must fit. Several keys in one rule must all fit."""

    industry: Industries | None = Field(None, description="Section (F), division (41), group (43.2) or class (43.22).")
    group10: Words | None = Field(None, description="Statistics Denmark's ten groups, by number.")
    size: Bands | None = Field(None, description="Employees, as CVR counts them.")
    municipality: Words | None = Field(None, description="Municipality, by name or four-digit code.")
    postcode: Words | None = Field(None, description="Postcode, or a range such as 8000-8299.")
    interests: Words | None = Field(None, description="What the company wants to read about.")
    needs: Words | None = Field(None, description="What the company needs at present.")
    network: Words | None = Field(None, description="A network it is a member of.")
    role: Words | None = Field(None, description="The person's role.")
    language: Words | None = Field(None, description="The person's language.")
    contact: Words | None = Field(None, description="The company's fixed contact.")
    subscribed_since: date | None = Field(None, description="Subscribed on this day or later.")
    invited: Words | None = Field(None, description="Sent an invitation to this event, by short name.")
    declined: Words | None = Field(None, description="Said no to this event, or signed off again.")
    signed_up: Words | None = Field(None, description="Has a seat at this event.")
    attended: Words | None = Field(None, description="Event, by short name.")
    absent: Words | None = Field(None, description="Signed up for this event, and noted as not there.")
    visited_in: Slug | None = Field(None, description="Visited in this campaign.")
    not_visited_in: Slug | None = Field(None, description="Not visited in this campaign.")
    visited_since: date | None = Field(None, description="Visited on this day or later, in whatever campaign.")
    not_visited_since: date | None = Field(None, description="Not visited on this day or later.")
    public_employer: bool | None = Field(None, description="True for public employers only, false for all others.")
    segment: Slug | None = Field(None, description="Another segment, by its short name.")
    all: "tuple[Rule, ...] | None" = Field(None, description="Rules that must all fit.")
    any: "tuple[Rule, ...] | None" = Field(None, description="Rules of which one must fit.")
    not_: "Rule | None" = Field(None, alias="not", description="A rule that must not fit.")

    @model_validator(mode="after")
    def _says_something(self) -> "Rule":
        if not self.model_fields_set:
            raise ValueError("the rule says nothing; write for example `industry: F`")
        for name in sorted(self.model_fields_set):
            if getattr(self, name) in (None, ()):
                raise ValueError(f"`{name.rstrip('_')}` says nothing; write what must fit, or take the line out")
        return self


class Segment(Model):
    """One named rule."""

    title: Text = Field(description="As people read it: Bygge og anlæg.")
    description: Text | None = Field(None, description="What to know about it.")
    where: Rule


class Segments(RootModel[dict[Slug, Segment]]):
    """The whole file: short name → segment."""

    model_config = ConfigDict(defer_build=True)


def within(rule: Rule) -> Iterator[Rule]:
    """A rule, and all rules in it."""
    yield rule
    for inner in (*(rule.all or ()), *(rule.any or ()), *((rule.not_,) if rule.not_ else ())):
        yield from within(inner)
