"""What an issue that invites adds: the event's calendar, and who is left out because of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from newsletter.campaigns.events.ics import Method, calendar_facts_digest, calendar_text, sequence_of
from newsletter.subscribers.segments import Rule, Segment

if TYPE_CHECKING:
    from newsletter.content.issues import Issue
    from newsletter.subscribers.rules.book import Book
    from newsletter.workspace import Workspace

INVITATION = "invite.ics"
"""File of an edition."""
GUESTS = "(guests)"
"""Name of the rule that an inviting issue goes by; no segment can have it."""


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """The calendar that goes with an issue's mails: it asks for an answer, or takes the event back."""

    event: str
    """Short name."""
    method: Method
    sequence: int
    facts: str
    """A mark of title, time and place: what stands in people's calendars."""
    text: str
    """The whole file; nobody's name stands in it."""

    def to_json(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {"event": self.event, "method": self.method, "sequence": self.sequence, "facts": self.facts}


def invitation_of(workspace: Workspace, issue: Issue) -> Invitation | None:
    """The invitation of an issue; None when it invites to nothing. Raises Refused for others' events."""
    if issue.invites is None:
        return None
    event = workspace.items["event"][issue.invites]
    method: Method = "CANCEL" if event.fields.cancelled else "REQUEST"
    return Invitation(
        event=event.slug,
        method=method,
        sequence=sequence_of(event.fields),
        facts=calendar_facts_digest(event.fields),
        text=calendar_text([event], workspace.settings, method),
    )


def for_guests(
    book: Book, audience: Collection[str], invites: Mapping[str, Any] | None
) -> tuple[Book, tuple[str, ...]]:
    """The rules and the segments that an issue goes by; `invites` is what its manifest says of the invitation.

    Nobody is asked again who said no, and a cancellation goes to those alone who were invited.
    """
    if invites is None:
        return book, tuple(sorted(audience))
    event = [invites["event"]]
    rule: dict[str, Any] = {"not": {"declined": event}}
    if invites["method"] == "CANCEL":
        rule["invited"] = event
    if audience:
        rule["any"] = [{"segment": name} for name in sorted(audience)]
    guests = Segment.model_construct(title=GUESTS, description=None, where=Rule.model_validate(rule))
    return replace(book, segments={**book.segments, GUESTS: guests}), (GUESTS,)
