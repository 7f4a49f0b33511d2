"""subscribers/segments.yml: named rules over companies and people. Read here, applied by the register."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, RootModel, model_validator

from newsletter.fields import Model
from newsletter.values import Industry, Slug, Text

SEGMENTS_FILE = "subscribers/segments.yml"


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Words = Annotated[tuple[Text, ...], BeforeValidator(_listed), Field(min_length=1)]
Industries = Annotated[tuple[Industry, ...], BeforeValidator(_listed), Field(min_length=1)]
Band = Literal["0", "1", "2-4", "5-9", "10-19", "20-49", "50-99", "100-199", "200-499", "500-999", "1000+"]
Bands = Annotated[tuple[Band, ...], BeforeValidator(_listed), Field(min_length=1)]


class Rule(Model):
    """What companies and people must fit. Several keys in one rule must all fit."""

    industry: Industries | None = Field(None, description="Section (F), division (41), group (43.2) or class (43.22).")
    group10: Words | None = Field(None, description="Statistics Denmark's ten groups, by number.")
    size: Bands | None = Field(None, description="Employees, as CVR counts them.")
    municipality: Words | None = Field(None, description="Municipality, by name or four-digit code.")
    postcode: Words | None = Field(None, description="Postcode, or a range such as 8000-8299.")
    interests: Words | None = None
    needs: Words | None = None
    network: Words | None = None
    role: Words | None = None
    language: Words | None = None
    contact: Words | None = Field(None, description="The company's fixed contact.")
    subscribed_since: date | None = None
    attended: Words | None = Field(None, description="Event, by short name.")
    visited_in: Slug | None = Field(None, description="Visited in this campaign.")
    not_visited_in: Slug | None = Field(None, description="Not visited in this campaign.")
    public_employer: bool | None = None
    segment: Slug | None = Field(None, description="Another segment, by its short name.")
    all: "tuple[Rule, ...] | None" = None
    any: "tuple[Rule, ...] | None" = None
    not_: "Rule | None" = Field(None, alias="not")

    @model_validator(mode="after")
    def _says_something(self) -> "Rule":
        if not self.model_fields_set:
            raise ValueError("the rule says nothing; write for example `industry: F`")
        return self


class Segment(Model):
    """One named rule."""

    title: Text = Field(description="As people read it: Bygge og anlæg.")
    description: Text | None = None
    where: Rule


class Segments(RootModel[dict[Slug, Segment]]):
    """The whole file: short name → segment."""
