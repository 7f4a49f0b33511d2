"""What to read before visiting a company, as one page for a phone: no picture, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from newsletter.campaigns.visits.labels import label
from newsletter.campaigns.visits.outcomes import title_of
from newsletter.speech import Language, Speech

if TYPE_CHECKING:
    from newsletter.subscribers.companies.showing import CompanyFacts
    from newsletter.subscribers.companies.timeline import Happened

_STYLE = """\
:root { color-scheme: light dark; }
body { font: 1.0625rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.2rem; margin: 1.75rem 0 .5rem; }
p, li, dd { overflow-wrap: anywhere; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; }
ol, ul { list-style: none; margin: 0; padding: 0; }
li { border-top: 1px solid; padding: .5rem 0; }
li p { margin: 0; }
.minded { border: 2px solid; padding: .5rem .75rem; }
"""


def company_page(facts: CompanyFacts, language: Language, now: datetime) -> str:
    """The whole page, in the newsletter's language."""
    return _Page(facts, language, now).whole()


class _Page:
    """One page under way."""

    def __init__(self, facts: CompanyFacts, language: Language, now: datetime) -> None:
        self.facts = facts
        self.language: Language = language
        self.day = Speech(language=language).day
        self.now = now

    def whole(self) -> str:
        parts = [*self.head(), *self.minded(), *self.profile(), *self.people(), *self.timeline(), *self.marks()]
        return "\n".join([*parts, *self.promised(), *self.networks(), "</main>", "</body>", "</html>", ""])

    def say(self, key: str) -> str:
        return escape(label(key, self.language))

    def head(self) -> Iterator[str]:
        name = escape(self.facts["name"])
        yield "<!DOCTYPE html>"
        yield f'<html lang="{self.language}">'
        yield "<head>"
        yield '<meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield '<meta name="robots" content="noindex">'
        yield f"<title>{name}</title>"
        yield f"<style>\n{_STYLE}</style>"
        yield "</head>"
        yield "<body>"
        yield "<main>"
        yield f"<h1>{name}</h1>"
        yield f"<p>CVR {escape(self.facts['cvr'] or '-')}. {self.say('as_of')} {self.day(self.now.date())}.</p>"

    def minded(self) -> Iterator[str]:
        """What goes before all else: wishes, protection, a company that is closing."""
        told = [name for name in ("call_first", "no_visits", "protected") if self.facts[name]]
        told += [self.facts["state"]] if self.facts["state"] != "active" else []
        if told:
            yield '<div class="minded">'
            yield from (f"<p>{self.say(name)}</p>" for name in told)
            yield "</div>"

    def profile(self) -> Iterator[str]:
        facts = self.facts
        industry = facts["industry"]
        place = " ".join(filter(None, (facts["postcode"], facts["town"])))
        told = (
            ("industry", industry["heading"] if industry else None),
            ("size", facts["size"]),
            ("address", ", ".join(filter(None, (facts["street"], place)))),
            ("contact", ", ".join(filter(None, (facts["contact"], facts["stand_in"])))),
            ("contact_time", facts["contact_time"]),
        )
        yield f"<h2>{self.say('profile')}</h2>"
        yield "<dl>"
        yield from (f"<dt>{self.say(key)}</dt><dd>{escape(text)}</dd>" for key, text in told if text)
        yield "</dl>"

    def people(self) -> Iterator[str]:
        rows = []
        for each in self.facts["people"]:
            role = f", {each['role']}" if each["role"] else ""
            address = escape(each["address"])
            who = f"<p>{escape((each['name'] or each['address']) + role)}</p>"
            rows.append(f'{who}<p><a href="mailto:{address}">{address}</a></p>')
        yield from self.listed("people", rows)

    def timeline(self) -> Iterator[str]:
        yield from self.listed("timeline", [self.entry(each) for each in self.facts["timeline"]], "ol")

    def entry(self, each: Happened) -> str:
        """A day, what it was and with whom; below it what was said."""
        what = title_of(each["what"], self.language)
        what = label(each["what"], self.language) if what == each["what"] else what
        about = title_of(each["about"], self.language)
        first = f'<p><time datetime="{each["on"]}">{self.day(date.fromisoformat(each["on"]))}</time>: '
        first += f"{escape(', '.join(filter(None, (what, each['who']))))}</p>"
        others = filter(None, (about, each["text"], ", ".join(each["words"])))
        return first + "".join(f"<p>{escape(text)}</p>" for text in others)

    def marks(self) -> Iterator[str]:
        needs = [f"<p>{escape(each['need'])}{self.heard(each['heard_on'])}</p>" for each in self.facts["needs"]]
        yield from self.listed("needs", needs)
        yield from self.listed("interests", [f"<p>{escape(each)}</p>" for each in self.facts["interests"]])

    def heard(self, day: str | None) -> str:
        return f" ({self.day(date.fromisoformat(day))})" if day else ""

    def promised(self) -> Iterator[str]:
        rows = []
        for each in self.facts["follow_ups"]:
            if each["state"] == "open":
                due = self.day(date.fromisoformat(each["due_on"]))
                rows.append(f"<p>{due}: {escape(each['what'])} ({escape(each['consultant'])})</p>")
        yield from self.listed("follow_ups", rows)

    def networks(self) -> Iterator[str]:
        current: list[dict[str, Any]] = [each for each in self.facts["networks"] if not each["left_on"]]
        yield from self.listed("networks", [f"<p>{escape(each['title'])}</p>" for each in current])

    def listed(self, key: str, rows: Sequence[str], tag: str = "ul") -> Iterator[str]:
        yield f"<h2>{self.say(key)}</h2>"
        if not rows:
            yield f"<p>{self.say('nothing')}</p>"
            return
        yield f'<{tag} role="list">'
        yield from (f"<li>{row}</li>" for row in rows)
        yield f"</{tag}>"
