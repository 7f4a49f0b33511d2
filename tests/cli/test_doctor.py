"""`newsletter doctor`: a table for people, the same facts for programs, exit 1 when there is an error."""

from __future__ import annotations

import json

import pytest
from dns_server import running as name_server
from kit import call, run
from smtp_server import running as relay
from support import SETTINGS, put

from newsletter.build.pipeline import Builder

PUBLISHED = {
    "kommune.example TXT": ['"v=spf1 ip4:192.0.2.0/24 -all"'],
    "_dmarc.kommune.example TXT": ['"v=DMARC1; p=none; pct=100"'],
    "kommune.example MX": ["10 mx.kommune.example."],
}


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    for name in ("USER", "PASSWORD"):
        monkeypatch.delenv(f"NEWSLETTER_SMTP_{name}", raising=False)


def test_offline_nothing_outside_is_asked(root):
    done = run("doctor", "--offline", "--workspace", root)
    assert done.exit_code == 0, done.output
    assert "hint\tDNS\tresolver\tnot looked at: --offline" in done.stdout
    assert "relay" not in done.stdout.partition("What to do")[0]
    assert done.stdout.splitlines()[-1].startswith("0 errors, ")


def test_programs_read_the_same_facts(root):
    done = run("doctor", "--offline", "--json", "--workspace", root)
    facts = json.loads(done.stdout)
    assert {tuple(each) for each in facts} == {("topic", "code", "level", "seen", "cure")}
    assert {each["level"] for each in facts} <= {"ok", "hint", "warning", "error"}
    assert facts[0] == {
        "topic": "configuration", "code": "settings", "level": "ok", "seen": "newsletter.yml is read: Nyt", "cure": "",
    }  # fmt: skip


def test_everything_with_a_relay_and_a_name_server_of_our_own(root, tmp_path):
    """As a program of its own. Two errors: a password that is not there, and no MX record where mails come back."""
    Builder(root).build()
    with relay(tmp_path / "log") as server, name_server(PUBLISHED) as port:
        delivery = f"delivery: {{transport: smtp, host: 127.0.0.1, port: {server.port}, security: none}}\n"
        put(root, "newsletter.yml", SETTINGS + delivery)
        fine = call("doctor", "--resolver", f"127.0.0.1:{port}", folder=root)
        put(root, "newsletter.yml", SETTINGS + delivery.replace("none}", "none, return_address: r@retur.example}"))
        bad = call("doctor", "--resolver", f"127.0.0.1:{port}", folder=root, NEWSLETTER_SMTP_USER="nyt")
        assert server.accepted == []
    assert fine.returncode == 0, fine.stdout + fine.stderr
    assert "ok\trelay\thandshake\tthe relay takes mail from nyt@kommune.example" in fine.stdout
    assert (
        "warning: DMARC of kommune.example: pct=100 is no longer part of DMARC (RFC 9989) [dmarc]\n    IT: "
        in fine.stdout
    )
    assert bad.returncode == 1
    assert "error: NEWSLETTER_SMTP_USER is in the environment, NEWSLETTER_SMTP_PASSWORD is not [secrets]" in bad.stdout
    assert "error: retur.example, where mails come back to, has no mail server [mx]" in bad.stdout


def test_a_newsletter_yml_that_cannot_be_read_is_an_error(root):
    put(root, "newsletter.yml", "title: Nyt\nlanguage: xx\nenvironment: x\n")
    done = run("doctor", "--workspace", root)
    assert done.exit_code == 1
    assert done.stdout.count("newsletter.yml:") >= 4


@pytest.mark.parametrize("server", ["example.dk", "192.0.2.1:0", "192.0.2.1:x", "[::1]:99999", "", ":53"])
def test_what_is_no_name_server_is_refused(root, server):
    done = run("doctor", "--resolver", server, "--workspace", root)
    assert done.exit_code == 2
    assert "is no IP address" in done.stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1", ("192.0.2.1", 53)),
        ("192.0.2.1:5353", ("192.0.2.1", 5353)),
        ("2001:db8::1", ("2001:db8::1", 53)),
        ("[2001:db8::1]", ("2001:db8::1", 53)),
        ("[2001:db8::1]:54", ("2001:db8::1", 54)),
    ],
)
def test_a_name_server_is_an_address_with_or_without_a_port(text, expected):
    from newsletter.cli.doctor import _server

    assert _server(text) == expected
