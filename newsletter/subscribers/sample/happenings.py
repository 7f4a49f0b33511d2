"""What has been between us and the invented companies: visits, follow-ups, enquiries, events, networks, results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from newsletter.subscribers.sample.dice import Dice
from newsletter.subscribers.sample.households import Firm
from newsletter.subscribers.sample.scene import Effort, Happening, Scene
from newsletter.workdays import next_workday, promised_by

Row = dict[str, Any]

_PACE = 0.9
"""The campaigns are a little behind their promise, so that there is something to see."""
_SATURDAY = 5
_HALF_FULL = 60
"""Days before an event in which it fills up."""
_KINDS = ("visit", "phone", "online", "network-meeting")
_KIND_STEPS = (66, 86, 95, 100)
_OUTCOMES = ("interested", "thinking", "new-meeting", "not-now", "material", "no-need", "agreement")
_STEPS = (
    "Send faktaark om fleksjob",
    "Ring om virksomhedspraktik",
    "Aftal møde med tillidsrepræsentanten",
    "Find en mentorvirksomhed",
    "Svar på spørgsmål om tilskud",
)
_CHANNELS = ("mail", "phone", "form")
_ANSWERS = ("answered", "meeting", "referred", "no-match")
_AGREED = {"ambassador": 15, "mentor": 25, "pledge": 12}
"""Results for which a company has agreed to being named → one of so many visits brings one."""
_TWO_YEARS = timedelta(days=730)
_SPELT = (("ae", "æ"), ("oe", "ø"), ("aa", "å"))


class Happenings:
    """Rows of what has happened up to now, by table; the same for the same throws."""

    def __init__(self, dice: Dice, now: datetime, scene: Scene, firms: Sequence[Firm]) -> None:
        self.dice = dice
        self.now = now
        self.today = now.astimezone(scene.zone).date()
        self.scene = scene
        self.firms = firms
        self.open = [firm for firm in firms if firm.visited]
        self.visit_number = 0

    def networks(self) -> tuple[list[Row], list[Row]]:
        """The networks that segments name, ours, and their members; some have left again."""
        rows: list[Row] = []
        members: list[Row] = []
        for number, slug in enumerate(self.scene.networks, 1):
            rows.append({"id": number, "slug": slug, "title": _title(slug), "ours": True})
            members += [self._member(number, firm) for firm in self.dice.some(self.open, len(self.open) // 12)]
        return rows, members

    def visits(self) -> tuple[list[Row], list[Row]]:
        """Visits, the older ones outside any campaign, and the follow-ups they led to."""
        rows = [row for campaign in self.scene.campaigns for row in self._campaign(campaign)]
        before = self.dice.some(self.open, len(self.open) // 10 if self.scene.consultants else 0)
        rows += [self._visit(firm, self._workday(self._ago(400), self._ago(70)), None) for firm in before]
        follow_ups = [self._follow_up(row) for row in rows if self.dice.often(0.55)]
        return rows, follow_ups

    def enquiries(self) -> list[Row]:
        """What companies asked us, and when they got an answer."""
        if not self.scene.consultants:
            return []
        return [self._enquiry(firm) for firm in self.dice.some(self.open, len(self.open) // 25)]

    def sign_ups(self) -> list[Row]:
        """Who signed up for events: those held, and those to come, which fill up as the day comes near."""
        readers = [(firm.id, person) for firm in self.firms if firm.visited for person in firm.readers]
        return [row for event in self.scene.events for row in self._event(event, readers)]

    def results(self, visits: Sequence[Row]) -> list[Row]:
        """What the campaigns have brought beside visits."""
        rows: list[Row] = []
        for campaign in self.scene.campaigns:
            met = [row for row in visits if row["campaign"] == campaign.slug and row["undone_at"] is None]
            rows += [self._result(row, "agreement") for row in met if self.dice.often(0.2)]
            for measure, share in _AGREED.items():
                rows += [self._result(row, measure) for row in met[share::share]]
            rows += [{**self._result(row, "press"), "company_id": None} for row in met[-1:]]
        return rows

    def topics(self, visits: Sequence[Row]) -> list[Row]:
        """What was heard on visits: on some of them a need, on some an interest."""
        known = (("need", self.scene.needs, 0.3), ("interest", self.scene.interests, 0.4))
        return [
            {"visit_id": row["id"], "kind": kind, "word": self.dice.pick(words)}
            for row in visits
            for kind, words, share in known
            if words and self.dice.often(share)
        ]

    def _campaign(self, campaign: Effort) -> Iterator[Row]:
        last = min(campaign.last, self.today)
        elapsed = (last - campaign.first).days / max((campaign.last - campaign.first).days, 1)
        number = min(round(campaign.visits * elapsed * _PACE), len(self.open) * 2 // 3)
        if number < 1 or not self.scene.consultants:
            return
        once = self.dice.some(self.open, max(number * 17 // 20, 1))
        again = [self.dice.pick(once) for _ in range(number - len(once))]
        for firm in (*once, *again):
            yield self._visit(firm, self._workday(campaign.first, last), campaign.slug)

    def _visit(self, firm: Firm, day: date, campaign: str | None) -> Row:
        self.visit_number += 1
        consultant = firm.contact or self.dice.pick(self.scene.consultants)
        noted = _at(day, 16)
        return {
            "id": self.visit_number,
            "company_id": firm.id,
            "workplace_id": self.dice.pick(firm.workplaces),
            "campaign": campaign,
            "consultant": consultant,
            "kind": self.dice.weighed(_KINDS, _KIND_STEPS),
            "visited_on": day,
            "announced": self.dice.often(0.8),
            "outcome": self.dice.pick(_OUTCOMES),
            **firm.profile,
            "recorded_by": consultant,
            "recorded_at": min(noted, self.now),
            "undone_at": min(noted + timedelta(hours=1), self.now) if self.dice.often(0.03) else None,
        }

    def _follow_up(self, visit: Row) -> Row:
        due = next_workday(visit["visited_on"] + timedelta(days=self.dice.between(3, 14)))
        state = self.dice.weighed(("done", "dropped", "open"), (75, 82, 100))
        settled = _at(due - timedelta(days=self.dice.between(0, 2)), 15)
        if settled > self.now:
            state = "open"
        return {
            "company_id": visit["company_id"],
            "visit_id": visit["id"],
            "what": self.dice.pick(_STEPS),
            "consultant": visit["consultant"],
            "due_on": due,
            "state": state,
            "settled_at": settled if state != "open" else None,
            "created_at": visit["recorded_at"],
        }

    def _enquiry(self, firm: Firm) -> Row:
        received = min(_at(self._workday(self._ago(120), self.today), 10), self.now)
        answered = received + timedelta(hours=self.dice.between(1, 60))
        known = answered < self.now and self.dice.often(0.9)
        return {
            "company_id": firm.id,
            "person_id": firm.readers[0] if firm.readers else None,
            "channel": self.dice.pick(_CHANNELS),
            "topic": self.dice.pick(self.scene.schemes or ("andet",)),
            "consultant": firm.contact or self.dice.pick(self.scene.consultants),
            "received_at": received,
            "promised_by": promised_by(received, self.scene.answer_hours, self.scene.zone or UTC),
            "answered_at": answered if known else None,
            "outcome": self.dice.pick(_ANSWERS) if known else None,
        }

    def _event(self, event: Happening, readers: Sequence[tuple[int, int]]) -> Iterator[Row]:
        ahead = (event.day - self.today).days
        filled = 0.8 if ahead <= 0 else max(0.0, 1.1 - ahead / _HALF_FULL)
        coming = self.dice.some(readers, min(round(event.capacity * filled), len(readers) // 4))
        for place, (company, person) in enumerate(coming):
            waits = "waiting" if place >= event.capacity else "signed-up"
            state = "cancelled" if self.dice.often(0.06) else waits
            told = min(_at(event.day - timedelta(days=self.dice.between(2, 25)), 11), self.now)
            yield {
                "event": event.slug,
                "person_id": person,
                "company_id": company,
                "state": state,
                "signed_up_at": told,
                "cancelled_at": min(told + timedelta(hours=1), self.now) if state == "cancelled" else None,
                **self._attendance(event, noted=ahead < 0 and state == "signed-up"),
            }

    def _attendance(self, event: Happening, *, noted: bool) -> Row:
        if not noted:
            return {"attended": None, "attended_noted_at": None}
        return {"attended": self.dice.often(0.85), "attended_noted_at": min(_at(event.day, 15), self.now)}

    def _member(self, network: int, firm: Firm) -> Row:
        joined = self._ago(self.dice.between(100, 900))
        left = joined + timedelta(days=self.dice.between(10, 99)) if self.dice.often(0.06) else None
        person = firm.readers[0] if firm.readers else None
        return {
            "network_id": network,
            "company_id": firm.id,
            "person_id": person,
            "joined_on": joined,
            "left_on": left,
        }

    def _result(self, visit: Row, measure: str) -> Row:
        day = min(visit["visited_on"] + timedelta(days=self.dice.between(1, 20)), self.today)
        scheme = self.dice.pick(self.scene.schemes) if measure == "agreement" and self.scene.schemes else None
        return {
            "campaign": visit["campaign"],
            "measure": measure,
            "company_id": visit["company_id"],
            "scheme": scheme,
            "happened_on": day,
            "number": 1,
            "recorded_by": visit["consultant"],
            "recorded_at": min(_at(day, 17), self.now),
            "consented_on": day if measure in _AGREED else None,
            "consent_until": day + _TWO_YEARS if measure in _AGREED else None,
        }

    def _ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def _workday(self, first: date, last: date) -> date:
        """A day from Monday to Friday, in the days given or just before them."""
        day = first + timedelta(days=self.dice.between(0, max((last - first).days, 0)))
        back = max(day.weekday() - _SATURDAY + 1, 0)
        return day - timedelta(days=back) if day - timedelta(days=back) >= first else day + timedelta(days=2)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)


def _title(slug: str) -> str:
    text = slug.replace("-", " ")
    for written, letter in _SPELT:
        text = text.replace(written, letter)
    return text.capitalize()
