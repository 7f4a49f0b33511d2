"""A reminder as subject, text and HTML: companies, dates, numbers and where to look; nothing of what is behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING

from newsletter.delivery.notices.page import page
from newsletter.delivery.reminding.phrases import Phrases, phrases
from newsletter.layouts.dates import Words
from newsletter.speech import counted

if TYPE_CHECKING:
    from newsletter.campaigns.enquiries.listing import Enquiry
    from newsletter.campaigns.followups.listing import FollowUp
    from newsletter.delivery.reminding.due import Pile
    from newsletter.settings import Settings

_MOST = 30
"""Lines of a list; who has more needs the list itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A reminder, ready to be read."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Section:
    heading: str
    lines: list[str]


class Letter:
    """Writes the reminders of a day."""

    def __init__(self, settings: Settings, names: Mapping[str, str], now: datetime) -> None:
        """`names`: short name of a contact → the name people know."""
        self._settings, self._names, self._now = settings, names, now
        self.today: date = now.astimezone(settings.zone).date()
        self._says: Phrases = phrases(settings.language)
        self._words = Words(language=settings.language)

    def write(self, pile: Pile) -> Told:
        """The reminder of one contact."""
        says = self._says
        hello = says.hello.format(name=self._names.get(pile.contact, pile.contact))
        parts = {
            says.overdue: [self._follow_up(each, pile) for each in pile.overdue],
            says.today: [self._follow_up(each, pile) for each in pile.today],
            says.enquiries: [self._enquiry(each, pile) for each in pile.enquiries],
        }
        shown = [_Section(heading=heading, lines=self._first(lines)) for heading, lines in parts.items() if lines]
        places = [f"newsletter followups --consultant {name}" for name in _owners(pile, [*pile.overdue, *pile.today])]
        places += [f"newsletter enquiries --consultant {name}" for name in _owners(pile, pile.enquiries)]
        subject = self._subject(pile)
        text = _text(hello, shown, [says.where, *places], says.why)
        return Told(subject=subject, text=text, html=self._html(subject, hello, shown, places))

    def _first(self, lines: list[str]) -> list[str]:
        left = len(lines) - _MOST
        return [*lines[:_MOST], self._says.more.format(n=left)] if left > 0 else lines

    def _subject(self, pile: Pile) -> str:
        counts = (self._says.follow_up, len(pile.overdue) + len(pile.today)), (self._says.enquiry, len(pile.enquiries))
        return self._says.subject.format(things=", ".join(counted(word, number) for word, number in counts if number))

    def _follow_up(self, each: FollowUp, pile: Pile) -> str:
        when: list[str] = []
        if each.due_on < self.today:
            when.append(self._says.was_due.format(day=self._words.day(each.due_on)))
        if late := each.late(self.today):
            when.append(counted(self._says.late, late))
        return self._line(each.number, each.company, each.consultant, pile, *when)

    def _enquiry(self, each: Enquiry, pile: Pile) -> str:
        assert each.promised_by is not None
        says = self._says.broken if each.promised_by < self._now else self._says.promised
        when = says.format(moment=self._moment(each.promised_by))
        heard = self._says.heard if each.outcome else ""
        return self._line(each.number, each.company, each.consultant, pile, when, heard)

    def _line(self, number: int, company: str | None, consultant: str | None, pile: Pile, *more: str) -> str:
        """`nr. 12, Eksempel ApS: …`; whose it is when it is not theirs."""
        other = consultant not in (pile.contact, None)
        name = self._names.get(consultant or "", consultant)
        facts = [*more, self._says.for_other.format(name=name) if other else ""]
        told = ", ".join(filter(None, facts))
        thing = self._says.number.format(n=number, company=company or self._says.unknown)
        return f"{thing}: {told}" if told else thing

    def _moment(self, moment: datetime) -> str:
        """What ends at a midnight ends with the day before."""
        wall = moment.astimezone(self._settings.zone)
        if (wall.hour, wall.minute) == (0, 0):
            return f"{self._words.weekday((wall - timedelta(minutes=1)).date())} {self._at} {self._end}"
        return f"{self._words.weekday(wall.date())} {self._at} {self._words.clock(wall.time())}"

    @property
    def _at(self) -> str:
        return "kl." if self._words.danish else "at"

    @property
    def _end(self) -> str:
        return "24.00" if self._words.danish else "24:00"

    def _html(self, subject: str, hello: str, sections: list[_Section], places: list[str]) -> str:
        parts = [f"<p>{escape(hello)}</p>"]
        for section in sections:
            items = "\n".join(f"<li>{escape(line)}</li>" for line in section.lines)
            parts.append(f'<h2 style="font-size:18px">{escape(section.heading)}</h2>\n<ul>\n{items}\n</ul>')
        commands = "<br>\n".join(f"<code>{escape(place)}</code>" for place in places)
        parts += [f"<p>{escape(self._says.where)}<br>\n{commands}</p>", f"<p>{escape(self._says.why)}</p>"]
        return page(self._settings.language, subject, parts)


def _text(hello: str, sections: list[_Section], places: list[str], why: str) -> str:
    listed = ["\n".join([section.heading, *(f"- {line}" for line in section.lines)]) for section in sections]
    return "\n\n".join([hello, *listed, "\n".join(places), why]) + "\n"


def _owners(pile: Pile, things: Sequence[FollowUp | Enquiry]) -> list[str]:
    """Whose lists to look at, their own first."""
    names = {each.consultant or pile.contact for each in things}
    return sorted(names, key=lambda name: (name != pile.contact, name))
