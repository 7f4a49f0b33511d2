"""The conversation with the relay, with a real server process; no mail is ever begun."""

from __future__ import annotations

import socket
import subprocess
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from doctor_kit import a_case, levels, said
from register_kit import NOW
from smtp_server import Rule, running
from support import put

from newsletter.delivery.doctor import relay
from newsletter.delivery.doctor.relay import handshake

LOCAL = "delivery:\n  transport: smtp\n  host: 127.0.0.1\n  port: {port}\n  security: {security}\n{more}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 10 days for 127.0.0.1, with its key, in one file."""
    folder = tmp_path_factory.mktemp("certificate")
    words = "req -x509 -newkey rsa:2048 -nodes -days 10 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", *words.split(), "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    put(folder, "both.pem", key.read_bytes() + cert.read_bytes())
    return folder / "both.pem"


def looked(root, server, security="none", more="", **facts):
    return [*handshake(a_case(root, LOCAL.format(port=server.port, security=security, more=more), **facts))]


def test_nothing_is_asked_while_nothing_is_sent(root):
    assert [*handshake(a_case(root))] == []


def test_a_relay_that_is_ready(root, tmp_path):
    with running(tmp_path / "log", size=10_000_000) as server:
        found = looked(root, server)
        assert server.accepted == []
    assert levels(found) == ["ok"] * 3
    assert found[0].seen.startswith(
        f"127.0.0.1:{server.port} answers; offers 8BITMIME, DSN, ENHANCEDSTATUSCODES, PIPELINING"
    )
    assert found[1].seen == "the relay takes mails of up to 10.0 MB; the largest edition is 0.00 MB"
    assert found[2].seen == "the relay takes mail from nyt@kommune.example"


def test_signing_in_over_a_secured_line_and_the_days_left(root, tmp_path, certificate):
    environ = {"NEWSLETTER_SMTP_USER": "nyt", "NEWSLETTER_SMTP_PASSWORD": "hemmelig"}
    facts = {"tls": "starttls", "users": {"nyt": "hemmelig"}, "certificate": certificate}
    more = f"  ca_file: {certificate}\n"
    when = Path(certificate).stat().st_mtime
    with running(tmp_path / "log", **facts) as server:
        now = NOW.fromtimestamp(when, NOW.tzinfo)
        ten, five, past = (
            looked(root, server, "starttls", more, environ=environ, now=now + timedelta(days=days))
            for days in (0, 5, -60)
        )
    assert "answers and lets us in; offers" in ten[0].seen
    assert [each[1].level for each in (ten, five, past)] == ["warning", "error", "ok"]
    assert "certificate lasts until" in ten[1].seen
    assert "hemmelig" not in str([*ten, *five])


def test_what_stands_in_the_way_is_told_with_the_cure(root, tmp_path, certificate):
    """A wrong password, no STARTTLS, a certificate of nobody's, nobody there."""
    environ = {"NEWSLETTER_SMTP_USER": "nyt", "NEWSLETTER_SMTP_PASSWORD": "falsk"}
    with running(tmp_path / "a", tls="starttls", users={"nyt": "hemmelig"}, certificate=certificate) as server:
        first = looked(root, server, "starttls", f"  ca_file: {certificate}\n", environ=environ)
        second = looked(root, server, "starttls")
    with running(tmp_path / "b") as server:
        third = looked(root, server, "starttls")
    with socket.socket() as deaf:  # bound, so that nobody else takes the port, and not listening
        deaf.bind(("127.0.0.1", 0))
        fourth = looked(root, SimpleNamespace(port=deaf.getsockname()[1]))
    found = [*first, *second, *third, *fourth]
    assert levels(found) == ["error"] * 4
    assert all(each.cure for each in found)
    assert "does not let nyt in" in found[0].seen
    assert "not to be trusted" in found[1].seen
    assert "does not offer to secure the line" in found[2].seen
    assert "cannot be reached" in found[3].seen
    assert "falsk" not in str(found)


def test_a_sender_that_is_turned_away_for_good_and_for_now(root, tmp_path):
    found = []
    for number, reply in enumerate(("550 5.7.1 not yours", "451 4.3.0 later")):
        with running(tmp_path / f"{number}", rules=(Rule("mail", reply=reply),)) as server:
            found.append(looked(root, server)[-1])
    assert levels(found) == ["error", "warning"]
    assert found[0].seen == "the relay does not take mail from nyt@kommune.example: 550 5.7.1 not yours"


def test_an_edition_that_is_too_large_and_a_relay_that_knows_little(root, tmp_path, monkeypatch):
    monkeypatch.setattr(relay, "largest", lambda _root: 90_000)
    with running(tmp_path / "log", size=50_000, offers=("8BITMIME",)) as server:
        found = looked(root, server)
    assert "error: the largest edition is 0.09 MB, and the relay takes 0.05 MB only" in said(found)
    assert levels(found) == ["ok", "error", "hint", "hint", "ok"]


def test_a_relay_that_says_nothing_is_not_waited_for_long(root, tmp_path):
    with running(tmp_path / "log", rules=(Rule("ehlo", do="hang"),)) as server:
        found = looked(root, server, patience=0.5)
    assert levels(found) == ["error"]
