"""All checks, in the order they are made and told."""

from __future__ import annotations

from newsletter.delivery.doctor import (
    built,
    clock,
    configuration,
    database,
    disk,
    dkim_key,
    dmarc,
    mailbox,
    relay,
    servers,
)
from newsletter.delivery.doctor.results import Check
from newsletter.delivery.doctor.spf import spf

CHECKS = (
    Check(code="transport", topic="configuration", look=configuration.transport),
    Check(code="environment", topic="configuration", look=configuration.environment),
    Check(code="sender", topic="configuration", look=configuration.sender),
    Check(code="alignment", topic="configuration", look=configuration.alignment),
    Check(code="approvals", topic="configuration", look=configuration.approvals),
    Check(code="answers", topic="configuration", look=configuration.answers),
    Check(code="secrets", topic="configuration", look=configuration.secrets),
    Check(code="one-click", topic="configuration", look=configuration.one_click),
    Check(code="place", topic="register", look=database.place),
    Check(code="integrity", topic="register", look=database.integrity),
    Check(code="backups", topic="register", look=database.backups),
    Check(code="jump", topic="clock", look=clock.jump),
    Check(code="kept", topic="clock", look=clock.kept),
    Check(code="zone", topic="clock", look=clock.zone),
    Check(code="room", topic="disk", look=disk.room),
    Check(code="writable", topic="disk", look=disk.writable),
    Check(code="sealed", topic="build", look=built.sealed),
    Check(code="handshake", topic="relay", look=relay.handshake, asks="relay"),
    Check(code="bounces", topic="mailbox", look=mailbox.reachable, asks="mailbox"),
    Check(code="spf", topic="DNS", look=spf, asks="resolver"),
    Check(code="dkim", topic="DNS", look=dkim_key.dkim, asks="resolver"),
    Check(code="dmarc", topic="DNS", look=dmarc.dmarc, asks="resolver"),
    Check(code="mx", topic="DNS", look=servers.mx, asks="resolver"),
    Check(code="ptr", topic="DNS", look=servers.ptr, asks="resolver"),
    Check(code="web", topic="DNS", look=servers.web, asks="resolver"),
)
"""What `newsletter doctor` looks at. docs/doctor.md has a line for each code."""
