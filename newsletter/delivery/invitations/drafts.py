"""Drafts of issues about an event: an invitation, news of a change, that it is off, thanks, and `we missed you`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from newsletter.content.draft import as_file
from newsletter.content.item import read_item
from newsletter.delivery.invitations.wordings import WORDINGS, Occasion, Wording
from newsletter.fields import read_yaml, validate
from newsletter.layouts.dates import Words
from newsletter.problems import Invalid, Refused
from newsletter.source import Source
from newsletter.subscribers.segments import SEGMENTS_FILE, Segments

if TYPE_CHECKING:
    from newsletter.content.item import Item
    from newsletter.content.items import Event
    from newsletter.settings import Settings

Key = Literal["invited", "attended", "absent"]
KEYS: dict[Occasion, Key] = {"change": "invited", "off": "invited", "thanks": "attended", "missed": "absent"}
"""Occasions whose readers are a segment of the event's own. That it is off goes to who was invited in any case; the
segment holds when the event is on again, and the issue would be an invitation.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnSegment:
    """A segment about one event."""

    name: str
    text: str
    """Its lines in subscribers/segments.yml."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A new issue: its short name, its file's text, and the segment it goes to, when that is the event's own."""

    name: str
    text: str
    segment: OwnSegment | None

    @property
    def path(self) -> str:
        """Where it is to stand."""
        return f"content/issues/{self.name}.md"


def draft_issue(
    occasion: Occasion, event: Item[Event], settings: Settings, *, send: datetime, audience: tuple[str, ...] = ()
) -> Draft:
    """The issue, ready to be built and to be written on. `send` is wall clock.

    Without `audience` it goes to a segment of the event's own, where the occasion has one.
    """
    says = WORDINGS[settings.language][occasion]
    values = _values(event, settings)
    segment = own_segment(KEYS[occasion], event, settings) if occasion in KEYS and not audience else None
    data: dict[str, Any] = {
        "subject": _short(says.subject.format(**values), says.subject_short),
        "preheader": says.preheader.format(**values),
        "send": send.isoformat(" ", "minutes"),
        "audience": [segment.name] if segment else list(audience),
        "invites": event.slug if says.invites else None,
        "blocks": [{"lead": "opening"}, {"event": event.slug} if says.invites else {"events": "next 60 days"}],
    }
    name = says.name.format(event=event.slug, number=event.fields.sequence)
    text = as_file({key: value for key, value in data.items() if value}, _body(says, values))
    read_item(Source(path=f"content/issues/{name}.md", text=text, digest=""), "issues")
    return Draft(name=name, text=text, segment=segment)


def own_segment(key: Key, event: Item[Event], settings: Settings) -> OwnSegment:
    """The segment of those who were invited, who came, or who did not."""
    import yaml

    ending, title = _TITLES[settings.language][key]
    name = f"{event.slug}-{ending}"
    rule: dict[str, Any] = {key: event.slug}
    if key == "invited":
        rule["not"] = {"declined": event.slug}
    lines = {name: {"title": title.format(title=event.fields.title), "where": rule}}
    return OwnSegment(name=name, text=yaml.safe_dump(lines, allow_unicode=True, sort_keys=False, width=1000))


def with_segment(text: str, segment: OwnSegment) -> str:
    """The segments' file with one more at its end. Raises Refused where that would not be read."""
    new = f"{text.rstrip()}\n{segment.text}" if text.strip() else segment.text
    try:
        validate(Segments, read_yaml(Source(path=SEGMENTS_FILE, text=new, digest="")))
    except Invalid as error:
        indented = segment.text.replace("\n", "\n    ").rstrip()
        raise Refused(f"{SEGMENTS_FILE} cannot be added to; write there yourself:\n    {indented}") from error
    return new


def _values(event: Item[Event], settings: Settings) -> dict[str, str]:
    fields = event.fields
    tells = Words(language=settings.language)
    day = tells.weekday(fields.start.date())
    span = day if fields.takes_whole_days else tells.span(fields.start, fields.end)
    return {"title": fields.title, "day": day, "span": span, "where": fields.where or fields.online or ""}


def _body(says: Wording, values: Mapping[str, str]) -> str:
    return "\nHej {{ reader.first_name }}\n\n".replace("Hej", says.hello) + says.body.format(**values) + "\n"


def _short(subject: str, shorter: str) -> str:
    """A subject that inboxes show whole (60 characters)."""
    return subject if len(subject) <= _SHOWN else shorter


_SHOWN = 60
_TITLES: dict[str, dict[Key, tuple[str, str]]] = {
    "da": {
        "invited": ("inviteret", "Inviteret til {title}"),
        "attended": ("deltog", "Deltog i {title}"),
        "absent": ("udeblev", "Var tilmeldt {title}, men kom ikke"),
    },
    "en": {
        "invited": ("invited", "Invited to {title}"),
        "attended": ("attended", "Attended {title}"),
        "absent": ("absent", "Signed up for {title} and did not come"),
    },
}
