"""newsletter.yml."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from support import SETTINGS, lines, problems_of, source

from newsletter.fields import read_yaml, validate
from newsletter.settings import Settings


def read(text: str) -> Settings:
    return validate(Settings, read_yaml(source(text, "newsletter.yml")))


def test_what_is_left_out_has_a_careful_default():
    settings = read(SETTINGS)
    assert settings.zone == ZoneInfo("Europe/Copenhagen")
    assert settings.send_at.isoformat() == "09:00:00"
    assert (settings.environment, settings.delivery.transport, settings.privacy.measuring) == ("test", "outbox", "none")
    assert settings.reader.first_name == "alle"
    assert settings.sender.reply_to is None


def test_two_errors_are_both_told_with_their_places():
    text = SETTINGS.replace("13748136", "13748137").replace("nyt@kommune.example", "nyt(at)kommune")
    assert lines(problems_of(lambda: read(text))) == ["newsletter.yml:5:12 value", "newsletter.yml:7:8 value"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("https://nyt.example", "http://nyt.example", "not a safe address"),
        ("https://nyt.example", "https://", "not a safe address"),
        ("https://nyt.example", "https://nyt.example/a b", "not a safe address"),
        ("https://nyt.example", "http://localhost.evil.example", "not a safe address"),
        ("https://nyt.example", "https://køge.example", "xn--"),
        ("13748136", "137481367", "not a CVR number"),
        ("nyt@kommune.example", "nyt@kommune", "not a mail address"),
        ("nyt@kommune.example", "Nyt <nyt@kommune.example>", "not a mail address"),
        ("nyt@kommune.example", "nyhedsbrevå@kommune.example", "not a mail address"),
        ("[Torvet 1, 9999 Byen]", "[]", "the list is empty"),
        ("title: Nyt\n", "title: Nyt\ntime_zone: Danmark\n", "not a time zone"),
        ("title: Nyt\n", "title: Nyt\ntime_zone: ../../etc/passwd\n", "not a time zone"),
        ("title: Nyt\n", "title: Nyt\nlanguage: sv\n", "write 'da' or 'en'"),
        ("title: Nyt\n", "title: Nyt\nsend_at: 9\n", "not a time of day"),
        ("title: Nyt\n", "title: Nyt\ndelivery: {transport: pigeon}\n", "write 'outbox' or 'smtp'"),
        ("title: Nyt\n", "title: Nyt\ndelivery: {port: 0}\n", "the number is too small"),
        ("title: Nyt\n", "title: Nyt\ndelivery: {password: x}\n", "unknown key 'password'"),
    ],
)
def test_each_wrong_value_is_told(old, new, says):
    assert old in SETTINGS
    (problem,) = problems_of(lambda: read(SETTINGS.replace(old, new, 1)))
    assert says in f"{problem.text} {problem.hint}"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://nyt.example/", "https://nyt.example"),
        ("https://nyt.example/brev//", "https://nyt.example/brev"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1/", "http://127.0.0.1"),
    ],
)
def test_the_public_address_has_no_slash_at_its_end(url, kept):
    assert read(SETTINGS.replace("https://nyt.example", url)).public_url == kept


def test_spaces_in_a_cvr_number_are_taken_out():
    assert read(SETTINGS.replace("13748136", "13 74 81 36")).sender.cvr == "13748136"
