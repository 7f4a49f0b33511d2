"""Which relay to talk to, and how long to wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from newsletter.delivery.smtp.replies import Stage

if TYPE_CHECKING:
    from newsletter.settings import Settings

USER, PASSWORD = "NEWSLETTER_SMTP_USER", "NEWSLETTER_SMTP_PASSWORD"
"""Where the secrets are."""


@dataclass(frozen=True, kw_only=True)
class Relay:
    """A mail relay: how it is reached, how the line is secured, who we are to it."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    """PEM file of who vouches for the relay, beside the machine's own."""
    client_name: str | None = None
    """What we call ourselves; the machine's name when left out."""

    @property
    def name(self) -> str:
        """For people and for the register: host:port."""
        return f"{self.host}:{self.port}"

    @classmethod
    def of(cls, settings: Settings, environ: Mapping[str, str], root: Path | None = None) -> Self:
        """The relay of newsletter.yml, with the secrets of the environment; `root` is where ca_file is looked for."""
        said = settings.delivery
        ca_file = str(root / said.ca_file) if root and said.ca_file else said.ca_file
        return cls(
            host=said.host,
            port=said.port,
            security=said.security,
            user=environ.get(USER) or None,
            password=environ.get(PASSWORD),
            ca_file=ca_file,
        )


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """Seconds to wait, at each step as long as RFC 5321 § 4.5.3.2 asks for: impatience after the dot makes doubt."""

    opening: float = 300
    mail: float = 300
    rcpt: float = 300
    data: float = 120
    block: float = 180
    """For a piece of the mail to leave."""
    dot: float = 600
    quit: float = 5
    """The only one that is shorter: nothing hangs on it."""

    def by_stage(self) -> dict[Stage, float]:
        """The wait for each stage's answer."""
        return {"connect": self.opening, "mail": self.mail, "rcpt": self.rcpt, "data": self.data, "dot": self.dot}
