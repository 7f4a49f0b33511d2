"""campaigns/<slug>.yml: the effort, its schedule and the numbers it promises."""

import re
from datetime import date, time
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from newsletter.campaigns.next.weights import Next
from newsletter.campaigns.targets import Targets
from newsletter.fields import Model
from newsletter.values import Slug, Text

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NTH = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}


def check_nth_day(text: str) -> str:
    """The day of a month itself; raises ValueError for what is none."""
    if not re.fullmatch(rf"({'|'.join(NTH)}) ({'|'.join(WEEKDAYS)}|workday)", text):
        raise ValueError(f"{text!r} is no day of the month; write for example `first tuesday` or `second workday`")
    return text


def _span(text: str) -> str:
    if not re.fullmatch(r"\d{1,3} (hours?|days?|workdays?)", text):
        raise ValueError(f"{text!r} is no span of time; write for example `6 hours` or `5 workdays`")
    return text


NthDay = Annotated[str, AfterValidator(check_nth_day)]
Span = Annotated[str, AfterValidator(_span)]
Holiday = Literal["next workday", "workday before", "skip"]


class Period(Model):
    """First and last day."""

    first: date = Field(description="The first day.")
    last: date = Field(description="The last day.")

    @model_validator(mode="after")
    def _in_order(self) -> "Period":
        if self.last < self.first:
            raise ValueError("the period ends before it starts; check `first` and `last`")
        return self


class Monthly(Model):
    """Once a month: wall clock in the workspace's time zone."""

    every: Literal["month"] = Field("month", description="How often.")
    on: NthDay = Field(description="`first tuesday`, `last thursday`, `second workday`.")
    at: time = Field(description='Time of day: "09:00".')
    holiday: Holiday = Field("next workday", description="What to do when the day is a holiday.")


class Schedule(Monthly):
    """When the campaign's issues go out: wall clock in the workspace's time zone."""

    content_deadline: Span = Field("5 workdays", description="How long before the send the content must be ready.")
    late: Span = Field("6 hours", description="How late a missed send may still go out; later, a person decides.")


class StatusMail(Monthly):
    """The status mail: who gets it, and when."""

    to: tuple[Slug, ...] = Field(min_length=1, description="Short names of the contacts who get it.")


class CampaignIssue(Model):
    """An issue of the campaign and its part in it."""

    issue: Slug = Field(description="Short name of the issue.")
    role: Text = Field(description="What it does for the campaign.")


class Campaign(Model):
    """One campaign."""

    title: Text = Field(description="The campaign's name.")
    summary: Text = Field(description="What it is about, in a sentence or two.")
    period: Period
    owner: Text = Field(description="The role that answers for it.")
    audience: tuple[Slug, ...] = Field((), description="Segments it is meant for.")
    schedule: Schedule
    report: StatusMail | None = Field(None, description="Who gets the status by mail, and when; else nobody.")
    targets: Targets
    next: Next = Field(default_factory=lambda: Next.model_validate({}))
    issues: tuple[CampaignIssue, ...] = Field((), description="Its issues, in order.")
