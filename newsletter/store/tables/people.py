"""People, what they have agreed to, and the addresses never to write to."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, false

from newsletter.store.kinds import METADATA, Moment, never_again, one_of

PERSON_STATES = ("none", "pending", "subscribed", "unsubscribed")
"""none: no basis, not to be written to. pending: not confirmed yet. Always what the consent log ends in."""
BASES = ("consent", "other")
CONSENT_KINDS = ("requested", "given", "confirmed", "withdrawn")
SUPPRESSION_REASONS = ("unsubscribed", "erased", "asked", "bounced", "complained")

people = Table(
    "people",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("address", String, nullable=False, doc="As to write to; the domain in its ASCII form."),
    Column("address_key", String, nullable=False, unique=True, doc="For comparing: case-folded."),
    Column("address_hash", LargeBinary(16), nullable=False, doc="Keyed hash of address_key, as in suppressions."),
    Column("smtputf8", Boolean, nullable=False, server_default=false(), doc="Only servers with SMTPUTF8 take it."),
    Column("name", String),
    Column("first_name", String),
    Column("role", String),
    Column("language", String(2), nullable=False, server_default="da"),
    Column("company_id", ForeignKey("companies.id", ondelete="SET NULL")),
    Column("workplace_id", ForeignKey("workplaces.id", ondelete="SET NULL"), index=True),
    Column("state", String, nullable=False, server_default="none"),
    Column("basis", String, doc="Of the present state; consent is the person's own."),
    Column("subscribed_on", Date, doc="Day of the consent that stands."),
    Column("soft_bounces", Integer, nullable=False, server_default="0", doc="In a row, since the last good delivery."),
    Column("bounced_at", Moment, doc="When a mail last came back."),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    one_of("state", PERSON_STATES),
    one_of("basis", BASES),
    Index(None, "company_id", "state", "basis", "role", "language"),
    Index(None, "address_hash", "state"),
    comment="Somebody with an address.",
    **never_again(),
)

wordings = Table(
    "wordings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True, doc="SHA-256 of the text."),
    Column("text", String, nullable=False),
    Column("first_used_at", Moment, nullable=False),
    comment="A version of what people agreed to, word for word.",
)

consents = Table(
    "consents",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("basis", String, nullable=False),
    Column("wording_id", ForeignKey("wordings.id")),
    Column("source", String, nullable=False, doc="Where it was said: a form, a meeting, a list."),
    Column("reason", String, doc="Why we may write, when the basis is another than consent."),
    Column("actor", String, nullable=False, doc="Who wrote it down."),
    Column("at", Moment, nullable=False, doc="When it was said."),
    Column("recorded_at", Moment, nullable=False),
    one_of("kind", CONSENT_KINDS),
    one_of("basis", BASES),
    comment="Append-only: what was agreed to or withdrawn, when and where.",
    **never_again(),
)

suppressions = Table(
    "suppressions",
    METADATA,
    Column("address_hash", LargeBinary(16), primary_key=True),
    Column("reason", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    one_of("reason", SUPPRESSION_REASONS),
    comment="Never to be written to, whatever is imported. Holds a keyed hash, no address.",
)
