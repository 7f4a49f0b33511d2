"""A mail about a place at an event: subject, text, HTML, and the event for who has it in no calendar yet."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from newsletter.campaigns.events.ics import calendar_text
from newsletter.delivery.notices import Calendar, Notice, Recipient
from newsletter.delivery.notices.page import page
from newsletter.delivery.places.due import KIND, Due
from newsletter.delivery.places.phrases import phrases
from newsletter.layouts.dates import Words

if TYPE_CHECKING:
    from newsletter.content.item import Item
    from newsletter.content.items import Event
    from newsletter.settings import Settings


class Letters:
    """Writes the mails of one event."""

    def __init__(self, settings: Settings, event: Item[Event]) -> None:
        self._settings, self._event = settings, event
        self._says = phrases(settings.language)
        self._words = Words(language=settings.language)

    def write(self, due: Due) -> Notice:
        """The mail to one person."""
        title = self._event.fields.title
        subject = self._says.subjects[due.news].format(title=title)
        blocks = list(self._blocks(due))
        return Notice(
            key=due.key,
            kind=KIND,
            to=Recipient(address=due.address, name=due.name, person_id=due.person_id),
            subject=subject,
            text="\n\n".join("\n".join(lines) for lines in blocks) + "\n",
            html=self._html(subject, blocks),
            calendar=self._calendar(due),
        )

    def _blocks(self, due: Due) -> Iterator[list[str]]:
        says, defaults, title = self._says, self._settings.reader, self._event.fields.title
        yield [says.hello.format(name=due.first_name or due.name or defaults.first_name)]
        yield [says.first[due.news].format(title=title, queue=due.queue)]
        if due.news not in ("signed-off", "called-off"):
            yield list(self._facts(due))
        yield [says.then[due.news]]
        yield [says.regards, self._settings.sender.name]
        yield [says.why]

    def _facts(self, due: Due) -> Iterator[str]:
        fields, says = self._event.fields, self._says
        span = (
            self._words.weekday(fields.start.date())
            if fields.takes_whole_days
            else self._words.span(fields.start, fields.end)
        )
        yield says.when.format(span=span)
        if fields.where:
            yield says.where.format(place=fields.where)
        if fields.online:
            yield says.online.format(url=fields.online)
        yield says.seats.format(n=due.seats)

    def _html(self, subject: str, blocks: list[list[str]]) -> str:
        paragraphs = ("<p>" + "<br>\n".join(map(escape, lines)) + "</p>" for lines in blocks)
        return page(self._settings.language, subject, paragraphs)

    def _calendar(self, due: Due) -> Calendar | None:
        """The event to put into a calendar; who was invited has it there and must not get a second one."""
        if due.has_calendar or due.news not in ("seat", "moved-up", "changed"):
            return None
        return Calendar(
            text=calendar_text([self._event], self._settings), method="PUBLISH", file=f"{self._event.slug}.ics"
        )
