"""What answers of real servers mean for the mail."""

from __future__ import annotations

import pytest

from newsletter.delivery.smtp import verdict, waits
from newsletter.delivery.smtp.replies import parse_reply

REJECTED, DEFERRED, SENDER = "rejected", "deferred", "sender"
CASES = [
    # accepted
    ("dot", "250 2.0.0 Ok: queued as 4XyZ", "accepted"),
    ("dot", "250 ok", "accepted"),
    # put off: any 4xx, wherever
    ("rcpt", "450 4.7.1 <a@b.example>: Recipient address rejected: Greylisted", DEFERRED),
    ("rcpt", "451 Temporary local problem - please try later", DEFERRED),
    ("rcpt", "452 4.2.2 The email account that you tried to reach is over quota", DEFERRED),
    ("mail", "421 4.7.0 Too many connections", DEFERRED),
    ("dot", "421 4.7.28 Our system has detected an unusual rate of mail", DEFERRED),
    ("connect", "421 service not available", DEFERRED),
    ("dot", "554 4.4.7 expired, says a code that is at odds with itself", DEFERRED),
    # the address
    ("rcpt", "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual mailbox table", REJECTED),
    ("rcpt", "550 5.1.1 blocked is only a word here", REJECTED),
    ("rcpt", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", REJECTED),
    ("rcpt", "550 5.4.1 Recipient address rejected: Access denied. [AM0EUR02FT]", REJECTED),
    ("rcpt", "550 5.2.1 The email account that you tried to reach is disabled", REJECTED),
    ("rcpt", "552 5.2.2 mailbox full", REJECTED),
    ("rcpt", "552 mailbox is full", REJECTED),
    ("rcpt", "550 No such user here", REJECTED),
    ("rcpt", "550 sorry, no mailbox here by that name", REJECTED),
    ("rcpt", "550 5.5.0 Requested action not taken: mailbox unavailable", REJECTED),
    ("rcpt", "550 5.0.0 <a@b.example>... User unknown", REJECTED),
    ("rcpt", "551 User not local; please try elsewhere", REJECTED),
    ("rcpt", "553 mailbox name not allowed", REJECTED),
    ("rcpt", "501 bad address syntax", REJECTED),
    ("rcpt", "556 domain does not accept mail", REJECTED),
    ("rcpt", "550 5.7.1 <a@b.example>: Recipient address rejected: Access denied", REJECTED),
    ("rcpt", "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup", REJECTED),
    ("dot", "550 5.7.124 sender is not on the group's list", REJECTED),
    ("rcpt", "553 5.6.7 address needs SMTPUTF8", REJECTED),
    ("mail", "553 5.6.7 address needs SMTPUTF8", REJECTED),
    ("dot", "550 user unknown", REJECTED),
    ("dot", "554 delivery error: This user doesn't have a yahoo.com account", REJECTED),
    # us
    ("connect", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", SENDER),
    ("connect", "521 does not accept mail", SENDER),
    ("mail", "530 5.7.0 Must issue a STARTTLS command first", SENDER),
    ("mail", "530 Authentication required", SENDER),
    ("mail", "535 5.7.8 bad credentials", SENDER),
    ("mail", "550 sender rejected", SENDER),
    ("mail", "553 5.1.8 Sender address rejected: Domain not found", SENDER),
    ("mail", "552 5.3.4 Message size exceeds fixed limit", SENDER),
    ("mail", "501 5.1.7 Bad sender address syntax", SENDER),
    ("mail", "555 5.5.4 Unsupported option", SENDER),
    ("rcpt", "554 5.7.1 <a@b.example>: Relay access denied", SENDER),
    ("rcpt", "550 relaying denied", SENDER),
    ("rcpt", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", SENDER),
    ("rcpt", "550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus", SENDER),
    ("rcpt", "550 5.7.23 <a@b.example>: Recipient address rejected: Message rejected due to: SPF fail", SENDER),
    ("rcpt", "550 5.7.1 Recipient address rejected: your server is listed at a blocklist", SENDER),
    ("rcpt", "554 Blocked - see the RBL", SENDER),
    ("rcpt", "503 5.5.1 need MAIL before RCPT", SENDER),
    ("data", "554 5.5.1 no valid recipients, though one was taken", SENDER),
    ("dot", "550 5.7.515 Access denied, sending domain does not meet the required authentication level", SENDER),
    ("dot", "550 5.7.26 Unauthenticated email from x is not accepted due to domain's DMARC policy", SENDER),
    ("dot", "554 5.7.1 [P4] Message blocked due to spam content in the message.", SENDER),
    ("dot", "552 5.3.4 Message too big for system", SENDER),
    ("dot", "552 5.2.3 message too long for mailbox", SENDER),
    ("dot", "554 5.6.0 Invalid header found", SENDER),
    ("dot", "554 transaction failed", SENDER),
    ("dot", "550 5.3.0 something is wrong here", SENDER),
]


@pytest.mark.parametrize(("stage", "said", "meant"), CASES)
def test_what_it_means(stage, said, meant):
    code, _, words = said.partition(" ")
    reply = parse_reply(int(code), (words.encode(),), stage)
    assert verdict(reply) == verdict(reply, stage) == meant


def test_the_stage_may_be_said():
    reply = parse_reply(550, (b"no",), "dot")
    assert [verdict(reply, stage) for stage in ("mail", "rcpt", "dot")] == [SENDER, REJECTED, SENDER]


def test_waits_grow_and_stay():
    assert [waits(attempt) / 60 for attempt in range(8)] == [5, 5, 15, 60, 240, 720, 720, 720]
