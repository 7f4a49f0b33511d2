"""The list as suggestions in a calendar (RFC 5545): so many a day, on the working days to come."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from newsletter.campaigns.next.words import told
from newsletter.speech import Language, Speech
from newsletter.workdays import ONE_DAY, workdays_on

if TYPE_CHECKING:
    from newsletter.campaigns.next.listing import NextList
    from newsletter.campaigns.next.scoring import Suggestion
    from newsletter.settings import Settings

_WORDS: dict[Language, dict[str, str]] = {
    "da": {"visit": "Besøgsforslag: {name}", "call": "Ring først.", "time": "Helst: {time}", "why": "Derfor:"},
    "en": {"visit": "Suggested visit: {name}", "call": "Call first.", "time": "Best: {time}", "why": "Because:"},
}


def calendar_file(settings: Settings, found: NextList, per_day: int, now: datetime) -> bytes:
    """A whole day for each company, which takes nobody's time: when to come is still to be agreed.

    A company keeps its UID in the campaign, so a later list moves what an earlier one put in.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//newsletter//newsletter//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for place, suggestion in enumerate(found.suggestions):
        day = workdays_on(found.ask.today, 1 + place // per_day)
        calendar.add_component(_event(settings, found, suggestion, day, now))
    data: bytes = calendar.to_ical()
    return data


def _event(settings: Settings, found: NextList, suggestion: Suggestion, day: date, now: datetime) -> Any:
    from icalendar import Event

    company, words = suggestion.company, _WORDS[settings.language]
    host = settings.public_url.partition("://")[2].partition("/")[0]
    event = Event()
    event.add("uid", f"next.{found.ask.campaign}.{company.id}@{host}")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + ONE_DAY)
    event.add("transp", "TRANSPARENT")
    event.add("summary", words["visit"].format(name=company.name))
    if company.address:
        event.add("location", company.address)
    event.add("description", "\n".join(_description(settings.language, found, suggestion)))
    return event


def _description(language: Language, found: NextList, suggestion: Suggestion) -> list[str]:
    company, words = suggestion.company, _WORDS[language]
    lines = [words["call"]] if company.call_first else []
    lines += [words["time"].format(time=company.contact_time)] if company.contact_time else []
    lines += [f"CVR {company.cvr}"] if company.cvr else []
    shown = Speech(language=language).day
    return [*lines, words["why"], *(f"- {told(reason, found.ask, language, shown)}" for reason in suggestion.reasons)]
