"""Where mails go: into files, nowhere, or to a relay; and who may get any outside production."""

from __future__ import annotations

from newsletter.delivery.transports.allow import AllowList
from newsletter.delivery.transports.kinds import Filer, Files, Mails, Sender, Sends, Transport
from newsletter.delivery.transports.nowhere import Nowhere
from newsletter.delivery.transports.outbox import Outbox
from newsletter.delivery.transports.relay import RelayTransport

__all__ = [
    "AllowList",
    "Filer",
    "Files",
    "Mails",
    "Nowhere",
    "Outbox",
    "RelayTransport",
    "Sender",
    "Sends",
    "Transport",
]
