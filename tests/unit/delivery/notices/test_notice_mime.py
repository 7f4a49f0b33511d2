"""A notice as a mail: whole, marked as automatic, the same bytes for the same values; read back as programs do."""

from __future__ import annotations

from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from message_kit import CALENDAR, assert_whole, bodies, read
from notices_kit import ANNA, MORNING, a_notice
from support import PNG, SETTINGS

from newsletter.delivery.message import Unsendable
from newsletter.delivery.notices import Calendar, File, Picture
from newsletter.delivery.notices.mime import message_id, to_bytes
from newsletter.fields import read_yaml, validate
from newsletter.settings import Settings
from newsletter.source import Source

SHOWN = '<!DOCTYPE html><html lang="da"><title>x</title><p><img src="cid:burn-up@status" alt="x"></p></html>'


@pytest.fixture(scope="module")
def settings():
    return validate(Settings, read_yaml(Source(path="newsletter.yml", text=SETTINGS, digest="")))


def shape(part):
    """The kinds of the parts, as a tree."""
    kind = part.get_content_type()
    return (kind, *map(shape, part.iter_parts())) if part.is_multipart() else kind


def test_it_says_that_a_program_wrote_it_and_offers_no_list_to_leave(settings):
    mail = read(to_bytes(a_notice(), settings, MORNING))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert mail["To"] == "Anna Åkjær <anna@kommune.example>"
    assert mail["Subject"] == "Påmindelse: 2 opfølgninger"
    assert parsedate_to_datetime(mail["Date"]) == MORNING
    assert mail["Date"].endswith("07:30:00 +0100")
    assert not [name for name in mail if name.startswith("List-") or name == "Precedence"]


def test_plain_text_comes_first_and_html_last(settings):
    mail = to_bytes(a_notice(), settings, MORNING)
    assert_whole(mail)
    assert shape(read(mail)) == ("multipart/alternative", "text/plain", "text/html")
    assert bodies(mail)["text/plain"] == "Hej Anna\n.\n..æøå\n"


def test_pictures_are_related_to_the_html_and_files_and_the_calendar_stand_where_programs_look(settings):
    notice = a_notice(
        html=SHOWN,
        pictures=(Picture(cid="burn-up@status", kind="image/png", data=PNG),),
        files=(File(name="status-2027-01.pdf", kind="application/pdf", data=b"%PDF-1.7\n" * 30),),
        calendar=Calendar(text=CALENDAR, method="PUBLISH"),
    )
    mail = read(to_bytes(notice, settings, MORNING))
    related = ("multipart/related", "text/html", "image/png")
    readable = ("multipart/alternative", "text/plain", related, "text/calendar")
    assert shape(mail) == ("multipart/mixed", readable, "application/pdf", "application/ics")
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert parts["image/png"]["Content-ID"] == "<burn-up@status>"
    assert parts["image/png"].get_payload(decode=True) == PNG
    assert parts["application/pdf"].get_filename() == "status-2027-01.pdf"
    assert parts["application/pdf"].get_payload(decode=True) == b"%PDF-1.7\n" * 30
    assert parts["text/calendar"].get_param("method") == "PUBLISH"
    assert parts["text/calendar"].get_payload(decode=True).decode() == CALENDAR
    assert parts["application/ics"].get_payload(decode=True).decode() == CALENDAR
    assert not mail.defects


def test_the_same_key_is_the_same_mail_for_ever(settings):
    assert to_bytes(a_notice(), settings, MORNING) == to_bytes(a_notice(), settings, MORNING)
    assert message_id(a_notice(), settings) == message_id(a_notice(text="another\n"), settings)
    assert message_id(a_notice(), settings) != message_id(a_notice("reminder/anna-eksempel/2027-01-06"), settings)


def test_answers_go_where_the_notice_says_else_where_all_go(settings):
    assert "Reply-To" not in read(to_bytes(a_notice(), settings, MORNING))
    assert (
        read(to_bytes(a_notice(reply_to="bo@kommune.example"), settings, MORNING))["Reply-To"] == "bo@kommune.example"
    )


def test_a_recipient_no_mail_can_be_written_to_is_told_with_all_that_is_wrong_and_without_the_address(settings):
    bad = a_notice(to=replace(ANNA, address="anna kommune", name="Anna\r\nBcc: x@y.example"))
    with pytest.raises(Unsendable) as told:
        to_bytes(bad, settings, MORNING)
    assert "the name holds a control character" in str(told.value)
    assert "the address is none that a mail can go to" in str(told.value)
    assert "anna kommune" not in str(told.value)


@pytest.mark.parametrize(
    "facts",
    [
        {"key": "reminder/anna@kommune.example"},
        {"key": "reminder/1\r\nX: y"},
        {"kind": "two words"},
        {"pictures": (Picture(cid="not-shown@status", kind="image/png", data=PNG),)},
    ],
)
def test_what_cannot_be_a_notice_is_a_mistake_of_ours(facts):
    with pytest.raises(ValueError, match="notice:"):
        a_notice(**facts)


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_a_calendar_says_the_method_its_part_says(method):
    with pytest.raises(ValueError, match=f"not {method}"):
        Calendar(text=CALENDAR, method=method)


@given(
    name=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).filter(str.strip),
    subject=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])),
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")),
)
def test_whatever_is_said_the_mail_is_whole_and_says_it(settings, name, subject, text):
    mail = to_bytes(a_notice(to=replace(ANNA, name=name), subject=subject, text=text), settings, MORNING)
    assert_whole(mail)
    assert bodies(mail)["text/plain"] == (text if text.endswith("\n") else f"{text}\n")
    assert read(mail)["To"].addresses[0].addr_spec == "anna@kommune.example"
