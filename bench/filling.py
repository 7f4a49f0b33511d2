"""Filling: one sealed edition into many readers' mails, beside the standard library's own way."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, default
from pathlib import Path
from typing import NamedTuple

from tables import Section, at_least, ms, section, show, table, times
from timing import Rounds, Spent, here
from workspaces import sealed, starter

from newsletter.build.pipeline import Builder
from newsletter.build.render import sample_reader
from newsletter.build.seal import read_manifest
from newsletter.delivery.letter import Letter, Sheet
from newsletter.delivery.message import Identity, Reader, Template, make_token
from newsletter.layouts.slots import fill_reader
from newsletter.workspace import read_workspace

MANY, FEW = 4000, 40
"""Mails in a round: ours, theirs."""
ISSUE = "2026-12"
KEY = bytes(32)
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
_OPENING = "\n\nSpørg {{ reader.contact }}, som I kan skrive til på {{ reader.contact_email }}.\n"
_FIRST = ("Søren", "Mette", "Åse", "Lars", "Bjørn", "Hanne", "Kåre", "Ida", "Jørgen", "Sofie", "Øjvind", "Anne")
_LAST = ("Åkjær", "Nielsen", "Søndergård", "Holm", "Bæk", "Kjær", "Østergaard", "Lund", "Mølgård", "Hansen")
_KINDS = ("Bageriet", "Smedjen", "Tømrerfirmaet", "Hotel", "Klinikken", "Rådgiverne", "Gartneriet")
_TOLD = f"""One edition of the starter's December issue, as it was sealed, with six of the reader's values in its HTML
and in its text: first name, company, fixed contact and the contact's address, and two links with a token of the
reader's own; the links to sign-up pages are everybody's. Each reader has another name, company and address. Everything
is in memory, in one process and one thread.

- **Ours** is `Template.fill`: the values checked and escaped, the token signed, the header, the whole mail as bytes.
- **email.message** is given the texts filled already and the values of the header ready. For each reader it makes an
  `EmailMessage`, `set_content`, `add_alternative`, `as_bytes` with the policy for SMTP: the same header, the same two
  parts in quoted-printable. With 8bit it encodes nothing; not every server takes that.

The first mail of each is read back with the standard library, and says the same. {MANY} of ours and {FEW} of theirs
in a round; the ratio is taken within the round."""


class Case(NamedTuple):
    """What is filled, and for whom."""

    letter: Letter
    sheet: Sheet
    readers: Sequence[Reader]


def measure(rounds: int) -> Section:
    """Filling, beside email.message."""
    gc.set_threshold(100_000, 20, 20)  # as the commands have it, here for both sides
    with starter() as root:
        case = _case(root)
    template = Template(case.letter, case.sheet, KEY)
    theirs = list(_ready(case))
    _compare(template.fill(case.readers[0], _identity(0), NOW), _naive(*theirs[0], "quoted-printable"))
    found = Rounds(
        rounds,
        {
            "ours": lambda: _ours(template, case.readers),
            "email": lambda: here(lambda: [_naive(*each, "quoted-printable") for each in theirs] and None),
            "8bit": lambda: here(lambda: [_naive(*each, "8bit") for each in theirs] and None),
            "ready": lambda: here(lambda: Template(case.letter, case.sheet, KEY)),
        },
    )
    rows = [
        ["ours", *_pace(found, "ours", MANY), "1 ×", ""],
        ["email.message", *_pace(found, "email", FEW), times(_ratio(found, "email")), _goal(found)],
        ["email.message, 8bit", *_pace(found, "8bit", FEW), times(_ratio(found, "8bit")), ""],
    ]
    headings = ["", "each mail, processor", "mails a second and core", "× ours", "target"]
    bytes_of = f"{len(case.sheet.html.encode()) / 1e3:.0f} KB of HTML and {len(case.sheet.text.encode()) / 1e3:.0f} KB"
    size = len(template.fill(case.readers[0], _identity(0), NOW)) / 1e3
    ready = ms(found.cpu("ready"))
    after = f"The edition has {bytes_of} of text, a mail {size:.0f} KB. Making it ready, once: {ready}."
    return section("Filling", _TOLD, table(headings, rows), after)


def _case(root: Path) -> Case:
    issue = root / f"content/issues/{ISSUE}.md"
    issue.write_text(issue.read_text("utf-8").rstrip() + _OPENING, "utf-8")
    sealed(Builder(root).build([ISSUE]))
    folder = root / "build" / ISSUE
    manifest = read_manifest(folder)
    assert manifest is not None
    (name,) = (each["folder"] for each in manifest["editions"] if each["name"] == "standard")
    html, text = ((folder / name / file).read_text("utf-8") for file in ("email.html", "email.txt"))
    sheet = Sheet(name="standard", html=html, text=text)
    return Case(_letter(root), sheet, [_reader(number) for number in range(MANY)])


def _letter(root: Path) -> Letter:
    workspace = read_workspace(root)
    settings = workspace.settings
    contacts = {slug: each.fields for slug, each in workspace.items["contact"].items()}
    return Letter(
        issue=ISSUE,
        title=settings.title,
        language=settings.language,
        zone=settings.time_zone,
        sender_name=settings.sender.name,
        sender_address=settings.sender.address,
        reply_to=settings.sender.reply_to,
        return_address=settings.sender.address,
        list_id="nyt.eksempelkommune.example",
        public_url=settings.public_url,
        archive_url=f"{settings.public_url}/{ISSUE}/standard.html",
        unsubscribe_address=settings.sender.reply_to or settings.sender.address,
        subject="Nyt til {{ reader.company }}: fleksjob, og hvad der ændrer sig ved nytår",
        defaults=sample_reader(workspace),
        contacts={slug: {"title": each.title, "email": each.email} for slug, each in contacts.items()},
    )


def _reader(number: int) -> Reader:
    first, last = _FIRST[number % len(_FIRST)], _LAST[number // 7 % len(_LAST)]
    return Reader(
        address=f"post{number}@firma{number % 997}.example",
        name=f"{first} {last}",
        first_name=first,
        company=f"{_KINDS[number % len(_KINDS)]} {last} nr. {number}",
        contact="virksomhedsservice",
        person_id=100_000 + number,
    )


def _identity(number: int) -> Identity:
    return Identity(send_id=17, address_hash=number.to_bytes(16, "big"))


def _ours(template: Template, readers: Sequence[Reader]) -> Spent:
    identities = [_identity(number) for number in range(len(readers))]

    def work() -> None:
        fill: Callable[[Reader, Identity, datetime], bytes] = template.fill
        for reader, identity in zip(readers, identities, strict=True):
            fill(reader, identity, NOW)

    return here(work)


def _ready(case: Case) -> Iterator[tuple[dict[str, str], str, str]]:
    """For each of the first readers: header, text and HTML, filled, as the rival is given them."""
    template = Template(case.letter, case.sheet, KEY)
    for number, reader in enumerate(case.readers[:FEW]):
        mail = BytesParser(policy=default).parsebytes(template.fill(reader, _identity(number), NOW), headersonly=True)
        token = make_token(KEY, reader.person_id or 0)
        values = {
            **case.letter.defaults,
            "first_name": reader.first_name or "",
            "company": reader.company or "",
            "contact": case.letter.contacts[reader.contact or ""]["title"],
            "contact_email": case.letter.contacts[reader.contact or ""]["email"],
            "preferences_url": f"{case.letter.public_url}/valg/{token}",
            "unsubscribe_url": f"{case.letter.public_url}/afmeld/{token}",
        }
        header = {name: str(value) for name, value in mail.items() if not name.startswith(("Content", "MIME"))}
        yield header, fill_reader(case.sheet.text, values, plain=True), fill_reader(case.sheet.html, values)


def _naive(header: dict[str, str], text: str, html: str, encoding: str) -> bytes:
    """What a careful programmer writes with the standard library."""
    mail = EmailMessage(policy=SMTP)
    for name, value in header.items():
        mail[name] = value
    mail.set_content(text, cte=encoding)
    mail.add_alternative(html, subtype="html", cte=encoding)
    return mail.as_bytes()


def _compare(ours: bytes, theirs: bytes) -> None:
    """Raises RuntimeError when the two mails say different things."""
    said = [_said(each) for each in (ours, theirs)]
    if said[0] != said[1]:
        raise RuntimeError("the two mails do not say the same")


def _said(mail: bytes) -> tuple[object, ...]:
    read = BytesParser(policy=default).parsebytes(mail)
    header = {name: str(value).strip() for name, value in read.items() if name not in ("Content-Type", "MIME-Version")}
    return header, [part.get_content().splitlines() for part in read.iter_parts()]


def _pace(found: Rounds, name: str, mails: int) -> list[str]:
    seconds = found.cpu(name) / mails
    each = f"{seconds * 1e6:.0f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"
    return [each, f"{1 / seconds:,.0f}"]


def _ratio(found: Rounds, name: str) -> float:
    """How many of ours while one of theirs is made, by the processor's time."""
    return found.ratio(name, "ours", lambda spent: spent.cpu) * MANY / FEW


def _goal(found: Rounds) -> str:
    return at_least(100, _ratio(found, "email"))


if __name__ == "__main__":
    show(measure, rounds=9)
