"""Asking a real name server, one of the tests' own on loopback."""

from __future__ import annotations

import socket

import pytest
from dns_server import running
from doctor_kit import a_case, said

from newsletter.delivery.doctor.dmarc import dmarc
from newsletter.delivery.doctor.resolver import DnsResolver, Unanswered, find_resolver
from newsletter.delivery.doctor.servers import mx
from newsletter.delivery.doctor.spf import spf

RECORDS = {
    "kommune.example TXT": ['"v=spf1 include:post.example" " -all"', '"another"'],
    "post.example TXT": ['"v=spf1 ip4:8.8.4.0/24 -all"'],
    "_dmarc.kommune.example TXT": ['"v=DMARC1; p=reject; rua=mailto:dmarc@kommune.example"'],
    "kommune.example MX": ["20 MX2.kommune.example.", "10 mx1.kommune.example."],
    "null.example MX": ["0 ."],
    "mx1.kommune.example A": ["8.8.4.4"],
    "mx1.kommune.example AAAA": ["2001:4860::1"],
    "4.4.8.8.in-addr.arpa PTR": ["mx1.kommune.example."],
    "broken.example TXT": ["SERVFAIL"],
}


@pytest.fixture(scope="module")
def port():
    with running(RECORDS, silent=("silent.example",)) as port:
        yield port


@pytest.fixture
def resolver(port):
    return DnsResolver("127.0.0.1", port, patience=1)


def test_each_kind_of_question_is_answered(resolver):
    assert set(resolver.txt("kommune.example")) == {"v=spf1 include:post.example -all", "another"}
    assert resolver.mx("kommune.example") == ((10, "mx1.kommune.example"), (20, "mx2.kommune.example"))
    assert resolver.mx("null.example") == ((0, ""),)
    assert resolver.addresses("mx1.kommune.example") == ("8.8.4.4", "2001:4860::1")
    assert resolver.names("8.8.4.4") == ("mx1.kommune.example",)


def test_what_is_not_there_is_empty(resolver):
    """Neither the name nor, at a name that is there, the kind."""
    assert resolver.txt("gone.example") == ()
    assert resolver.mx("mx1.kommune.example") == ()
    assert resolver.names("192.0.2.1") == ()


@pytest.mark.parametrize("name", ["silent.example", "broken.example", f"{'x' * 64}.example", "a..b", "x" * 300])
def test_no_answer_is_another_thing_than_no_record(resolver, name):
    with pytest.raises(Unanswered, match="no answer"):
        resolver.txt(name)


def test_the_checks_stand_on_it(root, resolver):
    case = a_case(root, dns=resolver)
    found = [*spf(case), *dmarc(case), *mx(case)]
    assert said(found) == [
        "ok: kommune.example: v=spf1 include:post.example -all",
        "ok: SPF of kommune.example needs 1 of 10 questions",
        "ok: _dmarc.kommune.example: v=DMARC1; p=reject; rua=mailto:dmarc@kommune.example",
        "ok: what others send in the name of kommune.example is put under reject",
        "ok: mails from kommune.example can pass DMARC by SPF",
        "ok: kommune.example, the sender's domain: mail goes to mx1.kommune.example, mx2.kommune.example",
    ]


def test_where_nobody_answers_there_is_no_resolver(port, monkeypatch):
    assert find_resolver("127.0.0.1", port) is not None
    monkeypatch.setattr(DnsResolver.__init__, "__defaults__", (None, 53, 0.3))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        assert find_resolver("127.0.0.1", deaf.getsockname()[1]) is None
