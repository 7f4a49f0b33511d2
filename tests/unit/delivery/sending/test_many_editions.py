"""Ten thousand editions in one send: each reader gets their own, and memory does not grow with them."""

from __future__ import annotations

from dataclasses import dataclass, field

from delivery_kit import office_of
from register_kit import NOW, a_person
from sqlalchemy import select

from newsletter.delivery.ledger import NewSend, freeze
from newsletter.delivery.letter import Letter, Sheet
from newsletter.delivery.sending import Crew
from newsletter.delivery.transports import Nowhere
from newsletter.store.tables import deliveries, people

MANY = 10_000
SLOTS = ("first_name", "name", "company", "contact", "contact_email", "events_url")
LETTER = Letter(
    issue="2027-01",
    title="Nyt",
    language="da",
    zone="Europe/Copenhagen",
    sender_name="Kommunen",
    sender_address="nyt@kommune.example",
    return_address="nyt@kommune.example",
    list_id="nyt.kommune.example",
    public_url="https://nyt.example",
    unsubscribe_address="nyt@kommune.example",
    subject="Nyt i januar",
    defaults=dict.fromkeys(SLOTS, "alle"),
)


@dataclass
class Seen(Nowhere):
    """Keeps of each mail which edition it says it is."""

    editions: dict[str, str] = field(default_factory=dict)

    def open(self):
        counter, seen = super().open(), self.editions

        class Reading:
            def __enter__(self):
                return self

            def __exit__(self, *_):
                pass

            def write(self, mails):
                return counter.write(_noted(mails, seen))

        return Reading()


def _noted(mails, seen):
    for identity, data in mails:
        seen[identity] = data.partition(b"Edition ")[2].partition(b".")[0].decode()
        yield identity, data


def test_ten_thousand_editions_reach_ten_thousand_readers(register, root):
    with register.write() as connection:
        numbers = [
            a_person(connection, register, f"r{number}@x.example", state="subscribed", basis="consent")
            for number in range(MANY)
        ]
    sheets = {
        f"e{number}": Sheet(name=f"e{number}", html=f"<p>Edition e{number}.</p>", text=f"Edition e{number}.\n")
        for number in range(MANY)
    }
    new = NewSend(
        issue="2027-01",
        kind="test",
        digest="0" * 64,
        approved_by="maja",
        approved_at=NOW,
        send_at=NOW,
        transport="nowhere",
        letter=LETTER,
        sheets=sheets,
    )
    frozen = freeze(register, new, zip(numbers, sheets, strict=True), now=NOW)
    with office_of(root, register) as office:
        office.nowhere = Seen()
        Crew(office, lanes=2, send_id=frozen.send_id, leaves=True).run()
        assert office.nowhere.mails == MANY
        assert len(office.templates._kept) <= 128
        seen = {
            identity.partition(">")[0].split(".")[2].partition("@")[0]: name
            for identity, name in office.nowhere.editions.items()
        }
    wanted = select(deliveries.c.address_hash, deliveries.c.edition, deliveries.c.state).join(people)
    with register.read() as connection:
        rows = connection.execute(wanted).all()
    assert {bytes(row.address_hash).hex(): row.edition for row in rows} == seen
    assert {row.state for row in rows} == {"accepted"}
