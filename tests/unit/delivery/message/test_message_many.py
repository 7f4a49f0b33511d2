"""Ten thousand editions, many threads, and what stays the same for all readers."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from message_kit import DATE, IDENTITY, KEY, LETTER, READER, SHEET, filled, read

from newsletter.delivery.letter import Sheet
from newsletter.delivery.message import Identity, Template

SMALL = "<p>Hej {{ reader.first_name }} fra udgave %d</p>" + "<p>Nyt på æøå</p>" * 20
EDITIONS = 10_000


def edition(number: int) -> Template:
    return Template(LETTER, Sheet(name=f"udgave-{number}", html=SMALL % number, text=SMALL % number), KEY)


def test_ten_thousand_editions_leave_nothing_behind_when_they_are_made_one_after_the_other():
    blocks = []
    for number in range(EDITIONS):
        template = edition(number)
        if number % 1000 == 0:
            assert f"fra udgave {number}<" in read(template.fill(READER, IDENTITY, DATE)).as_string()
            gc.collect()
            blocks.append(sys.getallocatedblocks())
    assert max(blocks[2:]) < blocks[1] + 1000, "they are kept"


def test_a_thousand_editions_at_a_time_take_little_more_than_their_mails():
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        kept = [edition(number) for number in range(1000)]
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (after - before) / len(kept) < 3 * len(kept[0].fill(READER, IDENTITY, DATE))


def test_threads_fill_one_template_at_a_time():
    template = Template(LETTER, SHEET, KEY)
    dates = [DATE + timedelta(minutes=minute) for minute in range(4)]

    def one(number: int) -> bool:
        reader = replace(READER, company=f"Firma {number}", person_id=number + 1)
        identity = Identity(send_id=1, address_hash=number.to_bytes(16, "big"))
        mail = read(template.fill(reader, identity, dates[number % 4]))
        assert mail["Date"].datetime == dates[number % 4]
        assert mail["Message-ID"] == f"<2027-01.1.{number:032x}@kommune.example>"
        return all(f"Firma {number}" in part.get_content() for part in mail.iter_parts())

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(one, range(400)))


def test_the_date_is_told_in_the_senders_zone_whatever_clock_it_is_given():
    template = Template(LETTER, SHEET, KEY)
    summer = datetime(2027, 7, 6, 7, tzinfo=UTC)
    assert str(read(template.fill(READER, IDENTITY, summer))["Date"]) == "Tue, 06 Jul 2027 09:00:00 +0200"
    with pytest.raises(ValueError, match="time zone"):
        template.fill(READER, IDENTITY, datetime(2027, 7, 6, 7))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("contact", "reply_to"),
    [
        ("mette", "Mette Åkjær <mette@kommune.example>"),
        ("uden", "svar@kommune.example"),
        ("ukendt", "svar@kommune.example"),
        (None, "svar@kommune.example"),
    ],
)
def test_answers_go_to_the_fixed_contact_where_there_is_one(contact, reply_to):
    assert str(read(filled(reader=replace(READER, contact=contact)))["Reply-To"]) == reply_to


def test_what_is_not_known_is_said_as_for_everybody():
    reader = replace(READER, name="Bo Bak", first_name=None, company=None, contact=None)
    text = next(iter(read(filled(reader=reader)).iter_parts())).get_content()
    assert text.startswith("Hej Bo\r\n")
    assert "Nyt til jeres virksomhed" in text
    assert "Bo Bak: Vagten, vagt@kommune.example" in text
