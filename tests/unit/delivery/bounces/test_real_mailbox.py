"""A real Dovecot: what came back is read from it over IMAP, flagged, and left there."""

from __future__ import annotations

import imaplib

import pytest
from bounces_kit import PRIVACY, Town, a_bounce, sample
from mail_host import PASSWORD, a_mail_host
from register_kit import NOW
from smtp_kit import a_session, an_envelope, send_all

from newsletter.delivery.bounces.imap import ImapBox, open_imap
from newsletter.delivery.bounces.work_in import work_in
from newsletter.delivery.smtp import Timeouts

BOX = "ida@firma.example"
WAITS = Timeouts(opening=20, mail=20, rcpt=20, data=20, block=20, dot=30, quit=5)


@pytest.fixture(scope="module")
def host():
    with a_mail_host() as host:
        mails = [mail.replace(b"\n", b"\r\n") for mail in (a_bounce(), sample("away-da"), sample("eol-da-notfound"))]
        with a_session(host.port, WAITS, host="localhost") as session:
            replies = send_all(session, [(an_envelope(BOX, len(mail)), mail) for mail in mails])
        assert [reply.code for reply in replies] == [250] * 3, host.log()
        assert len(host.messages("ida", 3)) == 3, host.log()
        yield host


@pytest.mark.parametrize("register", ["sqlite"], indirect=True)
def test_unread_mails_are_worked_in_flagged_and_left(host, register):
    town = Town(register)
    town.send(at=NOW)
    box = ImapBox(host="127.0.0.1", port=host.imap, user="ida", folder="INBOX", tls=False)
    kinds = []
    with open_imap(box, PASSWORD) as mails:
        for mail in mails:
            worked = work_in(register, PRIVACY, mail.data, mail.name, now=NOW, actor="run")
            kinds += worked.kinds
            mail.done()
    assert sorted(kinds) == ["auto-reply", "hard", "hard"]
    assert town.suppressed() == "bounced"
    with open_imap(box, PASSWORD) as mails:
        assert list(mails) == []
    with imaplib.IMAP4("127.0.0.1", host.imap) as reader:
        reader.authenticate("PLAIN", lambda _: f"\0ida\0{PASSWORD}".encode())
        reader.select("INBOX", readonly=True)
        assert len(reader.search(None, "SEEN")[1][0].split()) == 3
