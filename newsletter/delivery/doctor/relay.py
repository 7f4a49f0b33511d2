"""Talking to the relay as a send does, up to the moment a mail would begin; nothing is sent."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newsletter.delivery.doctor.built import largest
from newsletter.delivery.doctor.results import Said, error, hint, ok, warning
from newsletter.delivery.smtp import Extensions, Relay, Timeouts, Trouble
from newsletter.delivery.smtp.opening import conversation

if TYPE_CHECKING:
    import smtplib

    from newsletter.delivery.doctor.case import Case

_FEW_DAYS, _SOON_DAYS = 7, 30
_YES = range(200, 300)


def handshake(case: Case) -> Iterator[Said]:
    """Greeting, EHLO, the secured line, signing in, MAIL FROM and RSET."""
    if not case.sends:
        return
    relay = Relay.of(case.settings, case.environ, case.root)
    waits = Timeouts(opening=case.patience, mail=case.patience, rcpt=case.patience, data=case.patience)
    try:
        with conversation(relay, waits) as smtp:
            yield from _seen(case, relay, smtp)
    except Trouble as trouble:
        yield error(trouble.reason, trouble.hint or "ask whoever runs the relay")


def _seen(case: Case, relay: Relay, smtp: smtplib.SMTP) -> Iterator[Said]:
    offered = Extensions.of(smtp.esmtp_features)
    signed_in = " and lets us in" if relay.user else ""
    yield ok(f"{relay.name} answers{signed_in}; offers {', '.join(sorted(offered.names)).upper() or 'nothing more'}")
    yield from _certificate(case, smtp.sock)
    yield from _extensions(offered, case)
    yield from _mail_from(case, smtp)


def _certificate(case: Case, line: Any) -> Iterator[Said]:
    """How long the relay's certificate lasts."""
    if not isinstance(line, ssl.SSLSocket):
        return
    facts = line.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(facts["notAfter"])), UTC)
    days = (ends - case.now).days
    seen = f"the line is {line.version()}; the relay's certificate lasts until {ends:%Y-%m-%d}, {days} days"
    if days < _FEW_DAYS:
        yield error(seen, "ask whoever runs the relay to renew it now: when it ends, nothing is sent")
    elif days < _SOON_DAYS:
        yield warning(seen, "ask whoever runs the relay when it is renewed")
    else:
        yield ok(seen)


def _extensions(offered: Extensions, case: Case) -> Iterator[Said]:
    size, limit = largest(case.root), offered.size_limit
    told = f"the largest edition is {size / 1e6:.2f} MB"
    if limit is not None and size > limit:
        cure = "make the edition smaller, or ask for a higher limit at the relay"
        yield error(f"{told}, and the relay takes {limit / 1e6:.2f} MB only", cure)
    elif limit is not None:
        yield ok(f"the relay takes mails of up to {limit / 1e6:.1f} MB; {told}")
    if not offered.pipelining:
        yield hint("the relay does not offer PIPELINING, so a send takes longer", "ask whether it can be turned on")
    if not offered.smtputf8:
        yield hint(
            "the relay does not offer SMTPUTF8: addresses with æ, ø or å before the @ cannot be written to",
            "ask whether it can be turned on",
        )


def _mail_from(case: Case, smtp: smtplib.SMTP) -> Iterator[Said]:
    """Whether the relay takes mail from the return address. No recipient is named, and no mail begun."""
    sender = case.settings.delivery.return_address or case.settings.sender.address
    code, said = smtp.mail(sender)
    smtp.rset()
    if code in _YES:
        yield ok(f"the relay takes mail from {sender}")
        return
    answer = f"{code} {said.decode('utf-8', 'replace').strip()}"
    cure = "ask whoever runs the relay to let this machine send from that address"
    yield (error if code >= 500 else warning)(f"the relay does not take mail from {sender}: {answer}", cure)  # noqa: PLR2004
