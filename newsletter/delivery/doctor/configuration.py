"""Whether newsletter.yml and the environment fit each other, and what is meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsletter.delivery.bounces.imap import PASSWORD as BOUNCES_PASSWORD
from newsletter.delivery.doctor.case import is_within
from newsletter.delivery.doctor.results import Said, error, hint, ok, warning
from newsletter.delivery.smtp.relay import PASSWORD, USER
from newsletter.problems import Refused

if TYPE_CHECKING:
    from newsletter.delivery.doctor.case import Case

_EXAMPLES = (".example", ".invalid", ".test", ".localhost", ".local")


def transport(case: Case) -> Iterator[Said]:
    """Whether mails leave, by which way, and to whom."""
    delivery = case.settings.delivery
    if not case.sends:
        yield hint(
            "delivery.transport is outbox: mails are written to build/outbox/, and none is sent",
            "when you are ready: transport: smtp, with host, port and security of your relay",
        )
        return
    relay = f"{delivery.host}:{delivery.port}"
    if delivery.security == "none" and delivery.host not in ("localhost", "127.0.0.1", "::1"):
        yield warning(f"the line to {relay} is not secured", "delivery.security: starttls (587, 25) or tls (465)")
    yield ok(f"mails leave by {relay}, {delivery.rate} a minute over {delivery.connections} connections")


def environment(case: Case) -> Iterator[Said]:
    """Whether mails go to everybody, or to an allow-list."""
    allowed = case.settings.delivery.allow
    if case.production:
        yield ok("environment is production: mails go to the whole audience")
        if allowed:
            yield hint(
                "delivery.allow is set, but in production it holds nobody back", "take it out, or set environment: test"
            )
    elif allowed:
        yield hint(
            f"environment is test: only delivery.allow gets mail by SMTP, {len(allowed)} in number",
            "environment: production, when the newsletter is to go to everybody",
        )
    elif case.sends:
        yield warning(
            "environment is test and delivery.allow is empty: nobody gets mail by SMTP", "fill delivery.allow"
        )
    else:
        yield ok("environment is test")


def sender(case: Case) -> Iterator[Said]:
    """Whether the sender's domain can be real: some are kept for examples (RFC 2606, RFC 6761)."""
    if case.sender_domain.endswith(_EXAMPLES):
        say = error if case.production else hint
        yield say(f"sender.address is at {case.sender_domain}, a name for examples", "sender.address: your own address")
    else:
        yield ok(f"mails come from {case.settings.sender.address}")


def alignment(case: Case) -> Iterator[Said]:
    """Whether From, the return address and the signature are of one house (RFC 9989 § 5.1, relaxed)."""
    sender, back = case.sender_domain, case.return_domain
    if _related(sender, back):
        yield ok(f"the return address is of the sender's house: {back}")
    else:
        yield warning(
            f"From is at {sender}, mails that come back go to {back}: SPF does not speak for the sender then",
            f"delivery.return_address: an address at {sender}, or at a name below it",
        )
    signed = case.settings.delivery.dkim
    if signed is not None and not _related(sender, signed.domain.lower()):
        yield error(
            f"mails are signed for {signed.domain}, but From is at {sender}: receivers do not count that signature",
            f"delivery.dkim.domain: {sender}",
        )


def _related(one: str, other: str) -> bool:
    return is_within(one, other) or is_within(other, one)


def approvals(case: Case) -> Iterator[Said]:
    """How many persons must say yes."""
    number = case.settings.delivery.approvals
    if number == 1 and case.production:
        yield hint("one person approves what goes to everybody", "delivery.approvals: 2, for four eyes")
    else:
        yield ok(f"{number} {'person approves' if number == 1 else 'persons approve'} an issue")


def answers(case: Case) -> Iterator[Said]:
    """Whether somebody reads what calendars answer to invitations."""
    delivery, address = case.settings.delivery, case.settings.answers_to
    if delivery.bounces is None:
        yield hint(
            f"calendars answer invitations to {address}, and no mailbox is read: nobody is signed up by it",
            "delivery.bounces.mailbox, and delivery.answers_address that leads there (docs/invitations.md)",
        )
    elif delivery.answers_address is None:
        yield hint(
            f"calendars answer invitations to {address}; nothing says that this is the mailbox we read",
            "delivery.answers_address: an address whose mails come into delivery.bounces.mailbox",
        )
    else:
        yield ok(f"calendars answer invitations to {address}, and a mailbox is read")


def secrets(case: Case) -> Iterator[Said]:
    """Whether the secrets that are needed are in the environment. They are never shown."""
    user, password = case.environ.get(USER), case.environ.get(PASSWORD)
    if bool(user) != bool(password):
        there, missing = (USER, PASSWORD) if user else (PASSWORD, USER)
        yield error(
            f"{there} is in the environment, {missing} is not", "set both, or none if the relay knows this machine"
        )
    elif case.sends:
        yield ok(f"{USER} and {PASSWORD} are there" if user else f"{USER} is not set: nobody signs in at the relay")
    yield from _dkim_key(case)
    bounces = case.settings.delivery.bounces
    if bounces and bounces.mailbox.startswith("imap"):
        if case.environ.get(BOUNCES_PASSWORD):
            yield ok(f"{BOUNCES_PASSWORD} is there")
        else:
            yield error(f"the bounce mailbox needs {BOUNCES_PASSWORD}, which is not set", "put it in the environment")


def _dkim_key(case: Case) -> Iterator[Said]:
    from newsletter.delivery.message.dkim import KEY_VARIABLE, read_signer

    signed = case.settings.delivery.dkim
    if signed is None:
        return
    try:
        signer = read_signer(signed.domain, signed.selector, case.environ.get(KEY_VARIABLE))
    except Refused as refused:
        yield error(refused.text, refused.hint)
        return
    yield ok(f"the key for dkim is there: RSA, {signer.key['modulus'].bit_length()} bits")


def one_click(case: Case) -> Iterator[Said]:
    """Whether people can unsubscribe with one click (RFC 8058): that needs https at a name others can reach."""
    url = urlsplit(case.settings.public_url)
    host = url.hostname or ""
    if url.scheme != "https":
        say = error if case.production else hint
        yield say(
            f"public_url is {case.settings.public_url}: links to unsubscribe work on this machine only",
            "public_url: https://… at an address that everybody reaches; Gmail and Yahoo ask for it (RFC 8058)",
        )
    elif host.endswith(_EXAMPLES):
        say = error if case.production else hint
        yield say(f"public_url is at {host}, which nobody can reach", "public_url: the address of your web pages")
    else:
        yield ok(f"unsubscribing by one click goes to https://{host}")
