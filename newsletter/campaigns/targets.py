"""The numbers a campaign promises, as campaigns/<slug>.yml says them. What each counts is told in measures.py."""

from typing import Annotated

from pydantic import AfterValidator, Field

from newsletter.fields import Model
from newsletter.values import Industry, Month, Text

Count = Annotated[int, Field(ge=0)]
SIZES = ("0-1", "2-9", "10-49", "50-199", "200+")
"""Bands of employees a campaign promises by; they hold CVR's own bands, so that each company is in one."""


def _size(text: str) -> str:
    if text not in SIZES:
        raise ValueError(f"{text!r} is no size a campaign counts by; write one of {', '.join(SIZES)}")
    return text


Size = Annotated[str, AfterValidator(_size)]


class Visits(Model):
    """Promised company visits."""

    total: Count = Field(description="In all.")
    by_month: dict[Month, Count] = Field(default_factory=dict, description="Month (2027-01) → visits.")
    by_industry: dict[Industry, Count] = Field(default_factory=dict, description="Section (F) or code → visits.")
    by_consultant: dict[Text, Count] = Field(default_factory=dict, description="Contact's short name → visits.")
    by_size: dict[Size, Count] = Field(
        default_factory=dict, description="Employees (`0-1`, `2-9`, `10-49`, `50-199`, `200+`) → visits."
    )


class FollowUp(Model):
    """How quickly a visit's next step is taken, and how often that is kept."""

    within_days: int = Field(ge=1, le=365, description="Days from a visit until its next step is taken.")
    share: int = Field(90, ge=1, le=100, description="Per cent of the visits with a next step for which that is kept.")


class Agreements(Model):
    """Promised agreements with companies about somebody's job."""

    total: Count = Field(description="In all.")
    by_scheme: dict[Text, Count] = Field(default_factory=dict, description="Scheme's short name → agreements.")


class Targets(Model):
    """The numbers promised. Each but `visits` may be left out."""

    visits: Visits
    unique_companies: Count | None = Field(None, description="Different companies (CVR) visited; each counts once.")
    workplaces: Count | None = Field(None, description="Different workplaces (P-number) visited; each counts once.")
    follow_up: FollowUp | None = None
    events: Count | None = Field(None, description="Events held.")
    attendance: Count | None = Field(None, description="Seats taken at the events held.")
    ambassadors: Count | None = Field(None, description="Companies and people that speak for the cause.")
    mentor_companies: Count | None = Field(None, description="Companies that help others to begin.")
    pledges: Count | None = Field(None, description="Companies that have set themselves a goal.")
    agreements: Agreements | None = None
    press: Count | None = Field(None, description="Mentions in the press.")
    new_subscribers: Count | None = Field(None, description="People who began to subscribe in the period.")
