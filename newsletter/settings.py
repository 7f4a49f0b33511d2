"""newsletter.yml: who sends, from where, and how. Secrets come from the environment and never stand here."""

import re
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from newsletter.fields import Model, read_yaml, validate
from newsletter.source import read_source
from newsletter.speech import Language
from newsletter.values import Address, Cvr, Https, Slug, Text

SETTINGS_FILE = "newsletter.yml"


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{text!r} is not a time zone; write for example Europe/Copenhagen") from error
    return text


class Sender(Model):
    """Who the newsletter comes from."""

    name: Text = Field(description="Shown as the sender in the inbox.")
    address: Address = Field(description="The From address.")
    reply_to: Address | None = Field(None, description="Where answers go; a mailbox that somebody reads.")
    postal_address: tuple[Text, ...] = Field(min_length=1, description="Street, postcode and town: one line each.")
    cvr: Cvr = Field(description="The sender's CVR number, shown in the footer.")


class Unit(Model):
    """The unit behind the newsletter. Its name is nobody's but yours: the law only says `kommunen`."""

    name: Text = Field(description="For example Virksomhedsservice.")
    entry: Text = Field(description="Slug of the contact in content/contacts/ who answers when a company has no own.")


class ReaderDefaults(Model):
    """What stands in a reader's slot when we do not know the value."""

    first_name: str = Field("alle", description="As in `Hej {{ reader.first_name }}`.")
    name: str = Field("kære læser", description="The reader's whole name.")
    company: str = Field("jeres virksomhed", description="The reader's company.")
    contact: str | None = Field(None, description="Name of the fixed contact; the entry contact when left out.")


class Dkim(Model):
    """Signing by ourselves. The private key is the file that NEWSLETTER_DKIM_KEY names in the environment."""

    domain: Text = Field(description="The signing domain: the sender's, or one above it.")
    selector: Text = Field(description="Where the public key is published: SELECTOR._domainkey.DOMAIN.")


def _mailbox(text: str) -> str:
    if re.match(r"imaps?://[^/@]*:[^/@]*@", text):
        raise ValueError("a password stands here; put it in the environment as NEWSLETTER_BOUNCES_PASSWORD")
    if not re.match(r"(maildir|mbox):.|imaps?://[^/]+/.", text):
        raise ValueError(f"{text!r} is no mailbox; write maildir:FOLDER, mbox:FILE or imaps://user@host/INBOX")
    return text


class Bounces(Model):
    """Where mails that come back are read."""

    mailbox: Annotated[str, AfterValidator(_mailbox)] = Field(
        description="maildir:FOLDER, mbox:FILE or imaps://user@host/INBOX; its password is in the environment."
    )


def _allowed(text: str) -> str:
    if not re.fullmatch(r"[^@\s]*@[^@\s]+", text):
        raise ValueError(f"{text!r} is no address; write name@example.dk, or @example.dk for all of a domain")
    return text.lower()


class Delivery(Model):
    """How mails leave. `outbox` writes files and sends nothing."""

    transport: Literal["outbox", "smtp"] = Field("outbox", description="`outbox` writes .eml files; `smtp` sends.")
    host: str = Field("localhost", description="The mail relay.")
    port: int = Field(587, ge=1, le=65535, description="The relay's port.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the line to the relay is secured."
    )
    ca_file: str | None = Field(None, description="PEM file of who vouches for the relay, when it is not a public one.")
    rate: int = Field(600, ge=1, description="Mails a minute, all workers together.")
    connections: int = Field(2, ge=1, le=50, description="To the relay at a time, all workers together.")
    per_domain: int = Field(2, ge=1, le=50, description="Mails under way to one domain at a time.")
    retry_hours: int = Field(48, ge=1, le=120, description="How long a mail that is put off is tried again.")
    allow: tuple[Annotated[str, AfterValidator(_allowed)], ...] = Field(
        (), description="Who may get mail outside production: addresses, or @domains."
    )
    approvals: int = Field(1, ge=1, le=2, description="How many persons must approve an issue.")
    audience_growth: int = Field(
        5, ge=0, le=100, description="Per cent the audience may grow before an issue must be approved anew."
    )
    return_address: Address | None = Field(None, description="Where mails that cannot be delivered come back to.")
    verp: bool = Field(False, description="The return address tells the delivery: name+1.5f2c…@ (RFC 5233).")
    unsubscribe_address: Address | None = Field(None, description="Takes unsubscriptions by mail; else `reply_to`.")
    list_id: str | None = Field(None, pattern=r"^[a-z0-9.-]{3,200}$", description="The list's name; stays for ever.")
    feedback_id: bool = Field(False, description="Feedback-ID header, for Gmail's Postmaster Tools.")
    answers_address: Address | None = Field(
        None, description="Takes what calendars answer to an invitation: a mailbox that is read; else `reply_to`."
    )
    dkim: Dkim | None = Field(None, description="When the relay does not sign.")
    bounces: Bounces | None = None


class Privacy(Model):
    """What is measured and how long things are kept."""

    measuring: Literal["none", "per-link"] = Field("none", description="per-link counts clicks without a person.")
    keep_suppressions_months: int = Field(
        24, ge=1, le=60, description="How long it is remembered whom never to write to."
    )
    keep_pending_days: int = Field(14, ge=1, le=90, description="How long a subscription may stay unconfirmed.")
    keep_withdrawn_months: int = Field(
        3, ge=0, le=24, description="How long somebody who unsubscribed is kept, as proof; then the address is erased."
    )
    keep_unwritten_months: int = Field(
        24, ge=1, le=60, description="How long people are kept whom we may not write to."
    )
    keep_audit_months: int = Field(36, ge=1, le=120, description="How long it is remembered who did what.")
    keep_snapshots_months: int = Field(24, ge=1, le=60, description="How long it is remembered whom segments held.")
    keep_enquiry_texts_months: int = Field(
        24, ge=12, le=60, description="How long text, outcome and person of an enquiry are kept once it is over."
    )
    keep_sign_ups_months: int = Field(
        24, ge=12, le=60, description="How long it is remembered who signed up for an event."
    )
    keep_notes_months: int = Field(
        36,
        ge=1,
        le=120,
        description="How long notes of visits, and the words of next steps that are settled, are kept.",
    )
    keep_notices_months: int = Field(12, ge=1, le=60, description="How long automatic mails are remembered.")


def _register(text: str) -> str:
    if re.match(r"postgres(ql)?://[^/@]*:[^/@]*@", text):
        raise ValueError("a password stands here; take it out and put it in the environment as PGPASSWORD")
    if re.match(r"(?!postgres(ql)?:)[a-z]+:", text):
        raise ValueError(f"{text!r} is no database we know; write a file name, or postgresql://server/name")
    return text


class Service(Model):
    """What companies are promised, and who sees to it."""

    answer_hours: int = Field(
        24, ge=1, le=720, description="Within how many hours a company is answered; only those of working days count."
    )
    remind_at: time = Field(time(7, 30), description="When consultants get their reminder, on working days.")
    topics: dict[Slug, Slug] = Field(default_factory=dict, description="Topic of an enquiry → contact who takes it.")
    stand_ins: dict[Slug, Slug] = Field(default_factory=dict, description="Contact → who stands in while away.")
    away: dict[Slug, date] = Field(default_factory=dict, description="Contact → the last day they are away.")


class Checks(Model):
    """Limits of the checks."""

    scheme_unchecked_days: int = Field(90, ge=1, description="A scheme not checked for so long is warned about.")
    off: tuple[str, ...] = Field((), description="Codes of warnings that are not wanted here.")


class Settings(Model):
    """newsletter.yml."""

    title: Text = Field(description="The newsletter's name.")
    language: Language = Field("da", description="Language of the mails.")
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        "Europe/Copenhagen", description="Of every time of day in the workspace."
    )
    public_url: Https = Field(description="Where the web copies and pictures are reached, without a / at the end.")
    send_at: time = Field(time(9), description="Time of day of a send that says a date only.")
    sender: Sender
    unit: Unit
    reader: ReaderDefaults = Field(default_factory=lambda: ReaderDefaults.model_validate({}))
    industries: Literal["DB25", "DB07"] = Field("DB25", description="Nomenclature of the industry codes.")
    register_at: Annotated[str, AfterValidator(_register)] = Field(
        "subscribers/register.sqlite",
        alias="register",
        min_length=1,
        description="The database: a file in the workspace, or postgresql://server/name.",
    )
    environment: Literal["test", "production"] = Field("test", description="In `test`, mails go to an allow-list only.")
    delivery: Delivery = Field(default_factory=lambda: Delivery.model_validate({}))
    privacy: Privacy = Field(default_factory=lambda: Privacy.model_validate({}))
    service: Service = Field(default_factory=lambda: Service.model_validate({}))
    checks: Checks = Field(default_factory=lambda: Checks.model_validate({}))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of all wall-clock times in the workspace."""
        return ZoneInfo(self.time_zone)

    @property
    def answers_to(self) -> str:
        """Who calendars answer to when they were invited."""
        return self.delivery.answers_address or self.sender.reply_to or self.sender.address


def read_settings(root: Path) -> Settings:
    """The settings of the workspace at `root`. Raises Invalid."""
    return validate(Settings, read_yaml(read_source(root, SETTINGS_FILE)))
