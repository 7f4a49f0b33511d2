"""Small files of every kind to try the rules on, and one question: what does this rule say of it?"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from newsletter.checks.rules import RULES
from newsletter.checks.subjects import EditionSubject, IssueSubject, ItemSubject, ShownSubject
from newsletter.content.item import read_item
from newsletter.content.markdown import parse_markdown
from newsletter.source import Source

SENT = date(2026, 12, 1)
FRONT = {
    "articles": "title: Nyt\nsummary: Kort\ndate: 2026-11-01\n",
    "events": "title: Møde\nsummary: Kort\nstart: 2026-12-10 08:00\nend: 2026-12-10 10:00\n"
    "online: https://møde.dk\nhost: Os\n",
    "issues": "subject: To virksomheder viser vejen\n"
    "preheader: Mød en tømrer og et softwarefirma i december\n"
    "send: 2026-12-01 09:00\nblocks:\n  - lead: opening\n",
    "schemes": "title: Fleksjob\nsummary: Kort\nwho: Alle\neconomy: Refusion\nworkload: Lidt\nsteps: [Ring]\n"
    "valid_from: 2026-01-01\nchecked_on: 2026-11-20\nsource: {title: Loven}\n",
    "stories": "title: Bageren\nsummary: Kort\ndate: 2026-11-01\ncompany: {name: Bageren, industry: C}\nconsents: {}\n",
}
KINDS = {"articles": "article", "events": "event", "issues": "issue", "schemes": "scheme", "stories": "story"}


def item(folder: str, body: str = "", *, extra: str = "", front: str = "", name: str = "nyt"):
    text = f"---\n{front or FRONT[folder]}{extra}---\n{body}"
    return read_item(Source(path=f"content/{folder}/{name}.md", text=text, digest=""), folder)


def a_file(body: str = "", extra: str = "", *, folder: str = "articles", images: tuple[str, ...] = (), **more):
    it = item(folder, body, extra=extra, **more)
    return ItemSubject(kind=KINDS[folder], item=it, tree=parse_markdown(it.body), images=frozenset(images))


def shown(folder: str, body: str = "", *, sent: date = SENT, links=(), beside=(), days: int = 90, **more):
    zone = ZoneInfo("Europe/Copenhagen")
    settings = SimpleNamespace(checks=SimpleNamespace(scheme_unchecked_days=days), zone=zone, time_zone=zone.key)
    return ShownSubject(
        kind=KINDS[folder],
        item=item(folder, body, **more),
        sent=sent,
        settings=settings,
        links=tuple(links),
        beside=frozenset(beside),
    )


def an_issue(subject: str = "To virksomheder viser vejen", preheader: str = "Mød en tømrer og et softwarefirma her"):
    front = f"subject: {subject}\npreheader: {preheader}\nsend: 2026-12-01\nblocks:\n  - lead: opening\n"
    return IssueSubject(issue=item("issues", front=front, name="2026-12"), sent=SENT)


UNSUBSCRIBE = "{{ reader.unsubscribe_url }}"
ADDRESS = "Rådhustorvet 1 & 3"
HTML = f"<style>a{{}}</style><p>Hej {{{{ reader.first_name }}}}</p> Rådhustorvet 1 &amp; 3 {UNSUBSCRIBE}"
TEXT = f"Hej {'med jer ' * 30} {ADDRESS} {UNSUBSCRIBE}"


def an_edition(html: str = HTML, text: str = TEXT, anchors=(), blocks: str = "  - lead: opening\n"):
    front = f"subject: Nyt\npreheader: Kort\nsend: 2026-12-01\nblocks:\n{blocks}"
    issue = item("issues", front=front, name="2026-12")
    return EditionSubject(
        issue=issue, name="standard", html=html, text=text, anchors=tuple(anchors), sender_address=ADDRESS
    )


def said(code: str, subject: object) -> list[str]:
    """What the rule says of the subject: `line:column text`, sorted by place."""
    rule = next(rule for rule in RULES if rule.code == code)
    problems = sorted(rule.problems(subject))
    assert all(problem.hint for problem in problems), "a problem without a cure"
    assert {problem.code for problem in problems} <= {code}
    assert {problem.severity for problem in problems} <= {rule.severity}
    return [f"{problem.line}:{problem.column} {problem.text}" for problem in problems]


def places(code: str, subject: object) -> list[str]:
    """Only the places of what it says."""
    return [line.partition(" ")[0] for line in said(code, subject)]
