"""How much each reason to visit a company weighs, as campaigns/<slug>.yml says it below `next`."""

from typing import Annotated

from pydantic import Field

from newsletter.fields import Model
from newsletter.values import Text

Points = Annotated[int, Field(ge=0, le=1000)]
Days = Annotated[int, Field(ge=0, le=3650)]


class Next(Model):
    """Whom to visit next: the points of each reason; 0 takes it out."""

    industry_behind: Points = Field(30, description="Its industry is behind its target; half of it when half is done.")
    size_behind: Points = Field(15, description="Companies of its size are behind their target, likewise.")
    ahead_workdays: Annotated[int, Field(ge=0, le=60)] = Field(
        10, description="Behind is what the plan wants so many working days from now: a visit must be arranged first."
    )
    asked: Points = Field(25, description="It asked us something: not answered yet, or lately.")
    asked_days: Days = Field(30, description="For so long an answered question counts.")
    overdue: Points = Field(15, description="We promised it something, and the day has passed.")
    came: Points = Field(15, description="Somebody came to an event or signed up for one.")
    came_days: Days = Field(365, description="For so long that counts.")
    need: Points = Field(15, description="It needs something that `needs` names.")
    needs: tuple[Text, ...] = Field((), description="What companies may need that the campaign can help with.")
    interest: Points = Field(10, description="It wants to read about something that `interests` names.")
    interests: tuple[Text, ...] | None = Field(
        None, description="What the campaign is about; left out, the schemes it promises agreements by."
    )
    audience: Points = Field(10, description="It is in one of the segments the campaign is meant for.")
    never_visited: Points = Field(10, description="Nobody has ever visited it.")
    long_ago: Points = Field(8, description="It was visited, but long ago.")
    long_ago_days: Days = Field(365, description="From so many days on a visit is long ago.")
    too_soon_days: Days = Field(60, description="After contact of any kind it is left in peace for so many days.")
