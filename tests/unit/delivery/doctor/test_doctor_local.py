"""What is seen on this machine: newsletter.yml, the register, the clock, the disk, what is built, the mailbox."""

from __future__ import annotations

import mailbox as standard
import os
import shutil
import socket
import sqlite3
import threading
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from doctor_kit import SMTP, a_case, levels, said
from register_kit import NOW, a_person
from support import REPOSITORY, put

from newsletter.build.pipeline import Builder
from newsletter.delivery.doctor import CHECKS, built, clock, configuration, database, disk, examine, mailbox
from newsletter.settings import read_settings
from newsletter.store.audit import note
from newsletter.store.backup import BACKUPS
from newsletter.store.register import open_register

PRODUCTION = "environment: production\n"


class TestConfiguration:
    """newsletter.yml and the environment."""

    def test_whether_mails_leave(self, root):
        assert levels(configuration.transport(a_case(root))) == ["hint"]
        assert said(configuration.transport(a_case(root, SMTP))) == [
            "ok: mails leave by localhost:587, 600 a minute over 2 connections"
        ]
        open_line = "delivery: {transport: smtp, host: mail.example, security: none}\n"
        assert levels(configuration.transport(a_case(root, open_line))) == ["warning", "ok"]

    def test_to_whom(self, root):
        allow = "  allow: [me@kommune.example, '@kommune.example']\n"
        looked = [
            *configuration.environment(a_case(root, SMTP)),
            *configuration.environment(a_case(root, SMTP + allow)),
            *configuration.environment(a_case(root, PRODUCTION + SMTP + allow)),
            *configuration.environment(a_case(root)),
        ]
        assert levels(looked) == ["warning", "hint", "ok", "hint", "ok"]
        assert looked[1].seen == "environment is test: only delivery.allow gets mail by SMTP, 2 in number"

    def test_a_sender_for_examples(self, root):
        assert levels(configuration.sender(a_case(root))) == ["hint"]
        assert levels(configuration.sender(a_case(root, PRODUCTION))) == ["error"]
        case = a_case(root)
        case.settings.sender.__dict__["address"] = "nyt@kommune.dk"
        assert levels(configuration.sender(case)) == ["ok"]

    def test_one_house(self, root):
        inner = "delivery:\n  return_address: r@post.kommune.example\n"
        outer = "delivery:\n  return_address: r@firma.example\n  dkim: {domain: firma.example, selector: a}\n"
        assert levels(configuration.alignment(a_case(root))) == ["ok"]
        assert levels(configuration.alignment(a_case(root, inner))) == ["ok"]
        assert levels(configuration.alignment(a_case(root, outer))) == ["warning", "error"]

    def test_four_eyes(self, root):
        assert levels(configuration.approvals(a_case(root))) == ["ok"]
        assert levels(configuration.approvals(a_case(root, PRODUCTION))) == ["hint"]
        assert levels(configuration.approvals(a_case(root, PRODUCTION + "delivery: {approvals: 2}\n"))) == ["ok"]

    def test_answers_of_calendars_are_read_somewhere(self, root):
        read = "delivery:\n  bounces: {mailbox: 'maildir:post'}\n"
        assert levels(configuration.answers(a_case(root))) == ["hint"]
        assert levels(configuration.answers(a_case(root, read))) == ["hint"]
        both = f"{read}  answers_address: svar@kommune.example\n"
        assert levels(configuration.answers(a_case(root, both))) == ["ok"]

    def test_secrets_are_missed_and_never_shown(self, root):
        more = SMTP + "  bounces: {mailbox: 'imaps://r@mail.example/INBOX'}\n"
        both = {
            "NEWSLETTER_SMTP_USER": "nyt",
            "NEWSLETTER_SMTP_PASSWORD": "hemmelig",
            "NEWSLETTER_BOUNCES_PASSWORD": "hemmelig",
        }
        one = {"NEWSLETTER_SMTP_PASSWORD": "hemmelig"}
        looked = [[*configuration.secrets(a_case(root, more, environ=environ))] for environ in ({}, one, both)]
        assert [levels(each) for each in looked] == [["ok", "error"], ["error", "error"], ["ok", "ok"]]
        assert "NEWSLETTER_SMTP_USER is not" in looked[1][0].seen
        assert "hemmelig" not in str(looked)

    def test_the_key_for_dkim_is_there_short_or_no_key(self, root):
        more = SMTP + "  dkim: {domain: kommune.example, selector: a}\n"
        looked = []
        for bits in (2048, 1024, 0):
            key = rsa.generate_private_key(public_exponent=65537, key_size=bits) if bits else None
            pem = (
                key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()) if key else b"no key"
            )
            environ = {"NEWSLETTER_DKIM_KEY": str(put(root, "dkim.pem", pem))}
            looked += [[*configuration.secrets(a_case(root, more, environ=environ))][-1]]
        looked += [[*configuration.secrets(a_case(root, more))][-1]]
        assert levels(looked) == ["ok", "error", "error", "error"]
        assert looked[0].seen == "the key for dkim is there: RSA, 2048 bits"

    @pytest.mark.parametrize(
        ("url", "expected"),
        [("https://nyt.kommune.dk", "ok"), ("https://nyt.example", "error"), ("http://localhost:8000", "error")],
    )
    def test_unsubscribing_by_one_click(self, root, url, expected):
        case = a_case(root, PRODUCTION)
        case.settings.__dict__["public_url"] = url
        assert levels(configuration.one_click(case)) == [expected]


class TestRegister:
    """Whole, of the right version, and backed up."""

    def test_where_it_is(self, register, root):
        case = a_case(root, register=register, environ=dict(os.environ))
        first, key = database.place(case)
        assert first.seen.endswith(": opens, version 0005") or "opens, version" in first.seen
        assert key.seen.startswith("the key is this register's: NEWSLETTER_KEY")
        assert register.key.hex() not in str([first, key])

    def test_a_damaged_file_and_rows_that_lead_nowhere(self, root):
        register = open_register(root, read_settings(root))
        assert levels(database.integrity(a_case(root, register=register))) == ["ok"]
        with register.write() as connection:
            a_person(connection, register, "a@firma.example")
        register.close()
        with sqlite3.connect(register.path) as connection:
            connection.execute("INSERT INTO company_needs (company_id, need) VALUES (99, 'x')")
            (page,) = connection.execute(
                "SELECT rootpage FROM sqlite_master WHERE name = 'ix_people_workplace_id'"
            ).fetchone()
            (size,) = connection.execute("PRAGMA page_size").fetchone()
        connection.close()
        with register.path.open("r+b") as file:
            file.seek((page - 1) * size)
            file.write(b"\x0a\x00\x00\x00\x00")
        register = open_register(root, read_settings(root))
        found = [*database.integrity(a_case(root, register=register))]
        register.close()
        assert levels(found) == ["error", "error"]
        assert "rows of the register lead nowhere: 1" in found[1].seen

    def test_backups_none_old_and_new(self, register, root):
        case = a_case(root, register=register)
        found = [*database.backups(case)]
        file = put(root, f"{BACKUPS}/b.sqlite", "x")
        for days in (40, 1, 0):
            then = (NOW - timedelta(days=days)).timestamp()
            os.utime(file, (then, then))
            found += database.backups(case)
        assert levels(found) == ["warning" if register.is_sqlite else "hint", "warning", "ok", "ok"]
        assert [each.seen for each in found[1:]] == [
            *("the newest backup is 40 days old", "the newest backup is 1 day old"),
            "the newest backup is less than a day old",
        ]


class TestClock:
    """Sends go by it."""

    def test_it_jumped_back_behind_what_the_register_knows(self, register, root):
        with register.write() as connection:
            note(connection, now=NOW + timedelta(hours=3), actor="x", action="x", about="register")
        found = [*clock.jump(a_case(root, register=register))]
        later = [*clock.jump(a_case(root, register=register, now=NOW + timedelta(hours=3, seconds=-5)))]
        assert (found[0].level, later[0].level) == ("error", "ok")
        assert "written to at 2026-11-22 15:00" in found[0].seen
        assert len(found) == (1 if register.is_sqlite else 2)

    def test_the_databases_clock_goes_elsewhere(self, root):
        assert levels(clock._apart(NOW, NOW + timedelta(minutes=1))) == ["warning"]
        assert levels(clock._apart(NOW, NOW + timedelta(seconds=1))) == ["ok"]

    @pytest.mark.parametrize(("state", "level"), [(None, "hint"), ((5, 0), "hint"), ((0, 1500), "ok")])
    def test_whether_somebody_keeps_it(self, root, monkeypatch, state, level):
        monkeypatch.setattr(clock, "_adjtimex", lambda: state)
        assert levels(clock.kept(a_case(root))) == [level]

    def test_what_this_machine_says_of_its_clock_can_be_read(self):
        state = clock._adjtimex()
        assert state is None or (state[0] in range(6) and state[1] >= 0)

    def test_time_zone_data_that_differ(self, root, monkeypatch):
        assert levels(clock.zone(a_case(root))) == ["ok"]
        packaged = clock._packaged
        monkeypatch.setattr(clock, "_packaged", lambda _name: packaged("Europe/London"))
        assert levels(clock.zone(a_case(root))) == ["warning"]
        assert packaged("Europe/Atlantis") is None


class TestDisk:
    """Room, and leave to write."""

    @pytest.mark.parametrize(("free", "level"), [(10**8, "error"), (5 * 10**8, "warning"), (10**11, "ok")])
    def test_room(self, root, monkeypatch, free, level):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
        assert levels(disk.room(a_case(root))) == [level]

    def test_a_large_audience_needs_more(self, register, root, monkeypatch):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1_000_000_100))
        with register.write() as connection:
            a_person(connection, register, "a@firma.example", state="subscribed", basis="consent")
        assert set(levels(disk.room(a_case(root, register=register)))) == {"warning"}

    def test_folders_that_are_closed(self, root, monkeypatch):
        for name in ("build", "subscribers"):
            (root / name).mkdir(exist_ok=True)
        case = a_case(root)
        assert levels(disk.writable(case)) == ["ok"]
        monkeypatch.setattr(os, "access", lambda path, _mode: path.name not in ("build", "subscribers"))
        assert said(disk.writable(case)) == [
            "error: build cannot be written to",
            "error: subscribers cannot be written to",
        ]


class TestBuild:
    """Something sealed to send."""

    def test_nothing_whole_and_changed(self, root):
        case = a_case(root)
        assert levels(built.sealed(case)) == ["hint"]
        assert built.largest(root) == 0
        Builder(root).build()
        assert said(built.sealed(case)) == ["ok: 2 issues are sealed and as they were when they were sealed"]
        assert built.largest(root) > 1_000
        for issue in ("2027-01", "2027-02"):
            for page in (root / "build" / issue).glob("*/email.html"):
                page.write_text("changed")
        assert levels(built.sealed(case)) == ["error", "error"]


class TestMailbox:
    """Where undeliverable mails come back to."""

    def looked(self, root, place, **facts):
        more = f"delivery:\n  bounces: {{mailbox: '{place}'}}\n"
        return [*mailbox.reachable(a_case(root, more, **facts))]

    def test_nobody_reads_it(self, root):
        assert levels(mailbox.reachable(a_case(root))) == ["hint"]

    def test_files(self, root, tmp_path):
        folder = standard.Maildir(tmp_path / "box")
        folder.add("Subject: x\n\nx")
        folder.close()
        file = standard.mbox(tmp_path / "file")
        file.add("Subject: x\n\nx")
        file.add("Subject: y\n\ny")
        file.close()
        assert said(self.looked(root, f"maildir:{tmp_path}/box")) == ["ok: maildir box can be read: 1 mails"]
        assert said(self.looked(root, f"mbox:{tmp_path}/file")) == ["ok: mbox file can be read: 2 mails"]
        for place in (f"maildir:{tmp_path}/gone", f"mbox:{tmp_path}/box"):
            assert levels(self.looked(root, place)) == ["error"]

    def test_a_server_that_is_not_there_and_one_in_the_clear(self, root):
        found = [*self.looked(root, "imap://r@127.0.0.1:1/INBOX"), *self.looked(root, "imap://r@mail.example/INBOX")]
        assert levels(found) == ["error", "error"]
        assert "127.0.0.1:1 cannot be reached" in found[0].seen
        assert "in the clear" in found[1].seen

    @pytest.mark.parametrize(
        ("place", "password", "expected"),
        [
            ("INBOX", "hemmelig", "ok: 127.0.0.1 lets us read INBOX: 3 mails"),
            ("INBOX", "falsk", "error: 127.0.0.1 does not let us in"),
            ("Gone", "hemmelig", "error: 127.0.0.1 has no folder Gone"),
        ],
    )
    def test_a_server_that_is_there(self, root, place, password, expected):
        environ = {"NEWSLETTER_BOUNCES_PASSWORD": password}
        with imap_server() as port:
            found = self.looked(root, f"imap://r@127.0.0.1:{port}/{place}", environ=environ)
        assert said(found) == [expected]


@contextmanager
def imap_server():
    """One conversation with a mailbox of three mails; its user is r, whose word is hemmelig."""
    line = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_talk, args=(line,))
    thread.start()
    yield line.getsockname()[1]
    thread.join()
    line.close()


def _talk(line):
    connection, _ = line.accept()
    with connection, connection.makefile("rwb", buffering=0) as wire:
        wire.write(b"* OK ready\r\n")
        for asked in wire:
            tag, word, *rest = asked.decode().split()
            wire.write(_reply(word.upper(), rest).format(tag=tag).encode())
            if word.upper() == "LOGOUT":
                return


def _reply(word, rest):
    if word == "CAPABILITY":
        return "* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"
    if word == "EXAMINE":
        return "* 3 EXISTS\r\n{tag} OK [READ-ONLY] done\r\n" if "INBOX" in rest[0] else "{tag} NO no such folder\r\n"
    if word == "LOGIN" and "hemmelig" not in rest[1]:
        return "{tag} NO wrong\r\n"
    return "{tag} OK done\r\n"


class TestAll:
    """The examination as a whole."""

    def test_codes_are_told_apart_and_in_the_docs(self):
        codes = [check.code for check in CHECKS]
        assert len(set(codes)) == len(codes)
        page = (REPOSITORY / "docs/doctor.md").read_text("utf-8")
        assert [code for code in codes if f"| `{code}` |" not in page] == []

    def test_a_newsletter_yml_with_two_faults_is_told_and_nothing_else(self, root):
        put(root, "newsletter.yml", "title: Nyt\nlanguage: xx\nenvironment: x\n")
        found = examine(root, {}, NOW, find=None)
        assert {each.level for each in found} == {"error"}
        assert len([each for each in found if "newsletter.yml" in each.seen]) == len(found) >= 2

    def test_a_register_that_does_not_open_stops_nothing_else(self, root):
        put(root, "subscribers/register.sqlite", "this is no register" * 100)
        found = examine(root, {}, NOW, find=None)
        assert [each.level for each in found if each.code == "opens"] == ["error"]
        assert {"room", "zone", "sealed"} <= {each.code for each in found}

    def test_without_a_resolver_there_is_one_line_and_no_failure(self, root):
        found = examine(root, {}, NOW, find=lambda: None)
        (line,) = [each for each in found if each.topic == "DNS"]
        assert (line.level, line.seen) == ("hint", "not looked at, no resolver")

    def test_what_the_dns_does_not_answer_stops_nothing_else(self, root):
        from doctor_kit import FakeDns

        found = examine(root, {}, NOW, find=lambda: FakeDns(silent=("kommune.example", "_dmarc.kommune.example")))
        unanswered = [each for each in found if "gave no answer" in each.seen]
        assert [each.code for each in unanswered] == ["spf", "dmarc", "mx"]
        assert {each.level for each in unanswered} == {"warning"}
        assert [each.code for each in found][-1] == "web"
