"""A conversation begins secured and signed in as was asked for, or it does not begin, and says why."""

from __future__ import annotations

import socket
import ssl

import pytest
from smtp_kit import SOON, a_certificate, a_mail, a_session, an_envelope, relay_at, send_all
from smtp_server import Script, rule, running

from newsletter.delivery.smtp import Relay, Trouble, open_session
from newsletter.delivery.smtp.opening import secure_context
from newsletter.settings import Delivery

PASSWORD = "blåbærgrød: æøå"


@pytest.fixture
def log(tmp_path):
    return tmp_path / "accepted.jsonl"


def trouble(port, **facts) -> Trouble:
    with pytest.raises(Trouble) as caught:
        open_session(relay_at(port, **facts), SOON)
    return caught.value


@pytest.mark.parametrize("way", ["PLAIN LOGIN", "LOGIN", "PLAIN"])
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_secured_and_signed_in(log, tmp_path, security, way):
    certificate = a_certificate(tmp_path)
    password = PASSWORD if "PLAIN" in way else "secret"
    facts = {"tls": security, "users": {"nyt": password}, "auth": way, "certificate": certificate}
    with running(log, **facts) as server:
        said = {"security": security, "host": "localhost", "ca_file": str(certificate), "user": "nyt"}
        with a_session(server.port, password=password, **said) as session:
            assert session._wire._socket.version() in ("TLSv1.2", "TLSv1.3")
            envelope = an_envelope()
            assert session.offer(envelope) is None
            assert session.deliver(a_mail()).taken
        assert [(each["secure"], each["user"], each["name"]) for each in server.accepted] == [
            (True, "nyt", "here.example")
        ]


def test_a_large_mail_over_tls_arrives_whole(log, tmp_path):
    certificate = a_certificate(tmp_path)
    mails = [(an_envelope(), a_mail(number, size=200_000)) for number in range(3)]
    with running(log, tls="starttls", certificate=certificate) as server:
        with a_session(server.port, security="starttls", host="localhost", ca_file=str(certificate)) as session:
            assert [reply.code for reply in send_all(session, mails)] == [250] * 3
        assert [each["size"] for each in server.accepted] == [len(data) for _, data in mails]


def test_starttls_left_out_is_never_answered_in_the_clear(log):
    script = Script(users={"nyt": "secret"}, rules=(rule("mail", "250 ok"),))
    with running(log, script) as server:
        found = trouble(server.port, security="starttls", user="nyt", password="secret")
        assert found.sender_side
        assert "STARTTLS" in found.reason
        assert "nothing was sent" in found.reason
        assert "delivery.security: tls" in found.hint
        assert server.accepted == []


def test_starttls_refused(log, tmp_path):
    script = Script(tls="starttls", rules=(rule("starttls", "454 4.7.0 TLS not available"),))
    with running(log, script, certificate=a_certificate(tmp_path)) as server:
        found = trouble(server.port, security="starttls")
        assert (found.sender_side, found.code) == (False, 454)
        assert "TLS not available" in found.reason


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for(log, tmp_path, security):
    with running(log, tls=security, certificate=a_certificate(tmp_path)) as server:
        found = trouble(server.port, security=security, host="localhost")
        assert found.sender_side
        assert "certificate" in found.reason
        assert "delivery.ca_file" in found.hint


def test_a_certificate_for_another_name(log, tmp_path):
    certificate = a_certificate(tmp_path, "other.example")
    with running(log, tls="tls", certificate=certificate) as server:
        found = trouble(server.port, security="tls", host="localhost", ca_file=str(certificate))
        assert found.sender_side
        assert "localhost" in found.reason


def test_tls_where_none_is_spoken(log):
    with running(log) as server:
        found = trouble(server.port, security="tls")
        assert found.sender_side
        assert "465" in found.hint


@pytest.mark.parametrize("text", [None, "no certificate\n"])
def test_a_ca_file_that_is_none(tmp_path, text):
    path = tmp_path / "ca.pem"
    if text:
        path.write_text(text)
    with pytest.raises(Trouble, match=r"delivery\.ca_file.*ca\.pem"):
        secure_context(str(path))


def test_old_tls_is_not_spoken():
    context = secure_context(None)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize(
    ("answer", "sender_side"), [("535 5.7.8 wrong", True), ("454 4.7.0 not now", False), ("235 ok", None)]
)
def test_signing_in(log, answer, sender_side):
    script = Script(users={"nyt": "secret"}, rules=(rule("auth", answer),))
    with running(log, script) as server:
        if sender_side is None:
            with a_session(server.port, user="nyt", password="secret"):
                return
        found = trouble(server.port, user="nyt", password="secret")
        assert (found.sender_side, found.code) == (sender_side, int(answer[:3]))
        assert "does not let nyt in" in found.reason
        assert "secret" not in str(found)


def test_a_wrong_password_is_told_without_saying_it(log):
    with running(log, users={"nyt": "right"}) as server:
        found = trouble(server.port, user="nyt", password="hemmelig")
        assert found.code == 535
        assert "hemmelig" not in str(found) + repr(relay_at(1, password="hemmelig"))


def test_a_password_that_the_relays_way_cannot_carry(log):
    with running(log, users={"nyt": PASSWORD}, auth="LOGIN") as server:
        assert "letters" in trouble(server.port, user="nyt", password=PASSWORD).reason


def test_a_relay_where_nobody_signs_in(log):
    with running(log) as server:
        assert "lets nobody sign in" in trouble(server.port, user="nyt", password="secret").reason


def test_half_of_a_secret(log):
    with running(log) as server:
        found = trouble(server.port, user="nyt")
        assert "NEWSLETTER_SMTP_PASSWORD is not" in found.reason
        assert found.sender_side


def test_no_password_over_an_open_line(log, monkeypatch):
    """Only this machine's own relay may hear it."""
    monkeypatch.setattr("newsletter.delivery.smtp.opening._on_this_machine", lambda smtp: False)
    with running(log, users={"nyt": "secret"}) as server:
        found = trouble(server.port, user="nyt", password="secret")
        assert found.sender_side
        assert "open line" in found.reason


@pytest.mark.parametrize(
    ("script", "told", "sender_side"),
    [
        (Script(rules=(rule("connect", "554 5.7.1 blocked", hang_up=True),)), "5.7.1 blocked", True),
        (Script(rules=(rule("connect", "421 4.3.2 too many", hang_up=True),)), "4.3.2 too many", False),
        (Script(rules=(rule("connect", "hello there", hang_up=True),)), "does not talk", False),
        (Script(rules=(rule("connect", do="drop"),)), "closed", False),
        (Script(rules=(rule("ehlo", "550 5.7.1 who are you\x1b[2J"),)), "who are you [2J", True),
        (Script(rules=(rule("ehlo", do="drop"),)), "closed", False),
    ],
)
def test_a_relay_that_does_not_talk_to_us(log, script, told, sender_side):
    with running(log, script) as server:
        found = trouble(server.port)
        assert told in found.reason
        assert found.sender_side is sender_side
        assert f"127.0.0.1:{server.port}" in found.reason


def test_a_relay_that_says_nothing(log):
    from newsletter.delivery.smtp import Timeouts

    script = Script(rules=(rule("connect", do="hang"),))
    with running(log, script) as server, pytest.raises(Trouble, match="timed out"):
        open_session(relay_at(server.port), Timeouts(opening=0.2))


def test_nobody_there():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        found = trouble(taken.getsockname()[1])
    assert "Connection refused" in found.reason
    assert not found.sender_side
    assert "delivery.host" in found.hint


def test_an_old_relay_that_knows_only_helo(log):
    script = Script(rules=(rule("ehlo", "502 what", match="^here", times=1),))
    with running(log, script) as server, a_session(server.port) as session:
        assert not session.offered.pipelining
        assert session.offer(an_envelope()) is None
        assert session.deliver(a_mail()).taken


def test_words_after_the_greeting_are_not_forgotten(log):
    """A 421 that came with the answer to EHLO is not taken for the answer to MAIL of somebody."""
    from newsletter.delivery.smtp import BeforeDot

    lines = "250-relay.example\n250 PIPELINING\n421 4.3.2 bye"
    script = Script(rules=(rule("ehlo", lines),))
    with running(log, script) as server, a_session(server.port) as session, pytest.raises(BeforeDot, match="bye"):
        session.offer(an_envelope())


def test_what_we_call_ourselves(log, monkeypatch):
    names = []
    for machine in ("host", "mail.kommune.example"):
        monkeypatch.setattr(socket, "gethostname", lambda machine=machine: machine)
        with running(log) as server, a_session(server.port, client_name=None) as session:
            send_all(session, [(an_envelope(), a_mail())])
            names.append(server.accepted[-1]["name"])
    assert names == ["[127.0.0.1]", "mail.kommune.example"]


class SomeSettings:
    delivery = Delivery(host="mail.kommune.example", port=465, security="tls", ca_file="relay.pem")


def test_the_relay_of_the_settings(tmp_path):
    environ = {"NEWSLETTER_SMTP_USER": "nyt", "NEWSLETTER_SMTP_PASSWORD": "secret"}
    relay = Relay.of(SomeSettings, environ, tmp_path)
    assert relay == Relay(
        host="mail.kommune.example",
        port=465,
        security="tls",
        user="nyt",
        password="secret",
        ca_file=str(tmp_path / "relay.pem"),
    )
    assert relay.name == "mail.kommune.example:465"
    assert "secret" not in repr(relay)
    assert Relay.of(SomeSettings, {}).user is None
