"""The send ledger: one row for each address of a send, and what became of it."""

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from newsletter.store.kinds import METADATA, Moment, never_again, one_of

SEND_KINDS = ("issue", "late", "resend", "test")
SEND_STATES = ("approved", "sending", "paused", "stopped", "done", "cancelled")
BATCH_STATES = ("open", "working", "waiting", "done")
DELIVERY_STATES = ("planned", "held", "dotted", "accepted", "rejected", "deferred", "skipped", "in_doubt")

sends = Table(
    "sends",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("issue", String, nullable=False, doc="Short name of a file in content/issues/."),
    Column("kind", String, nullable=False, server_default="issue"),
    Column("number", Integer, nullable=False, server_default="1", doc="Of its kind, for the issue."),
    Column("parent_id", ForeignKey("sends.id")),
    Column("digest", String(64), nullable=False, doc="Of the manifest that was approved."),
    Column("audience_size", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("approved_by", String, nullable=False),
    Column("approved_at", Moment, nullable=False),
    Column("send_at", Moment, nullable=False),
    Column("transport", String, nullable=False, server_default="outbox"),
    Column("letter", String, nullable=False, server_default="{}", doc="What all its mails say, as JSON."),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("reason", String, doc="Why it rests, for people."),
    one_of("kind", SEND_KINDS),
    one_of("state", SEND_STATES),
    UniqueConstraint("issue", "kind", "number"),
    comment="An approved edition set on its way to an audience.",
    **never_again(),
)

send_editions = Table(
    "send_editions",
    METADATA,
    Column("send_id", ForeignKey("sends.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("digest", String(64), nullable=False, doc="SHA-256 of the body."),
    Column("body", LargeBinary, nullable=False, doc="The sealed HTML and text as JSON, packed with zlib."),
    comment="What was approved, kept with the send: no later build can change it.",
)

batches = Table(
    "batches",
    METADATA,
    Column("send_id", ForeignKey("sends.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", String, nullable=False),
    Column(
        "fence", Integer, nullable=False, server_default="0", doc="Grows with every owner; an old owner is refused."
    ),
    Column("owner", String),
    Column("epoch", String, doc="Changes when the machine or the database was started again."),
    Column("next_at", Moment),
    one_of("state", BATCH_STATES),
    Index(None, "state", "send_id", "number"),
    comment="A part of a send that one worker takes at a time.",
)

deliveries = Table(
    "deliveries",
    METADATA,
    Column("root_id", Integer, primary_key=True, autoincrement=False, doc="The send, or the one it is a late part of."),
    Column("address_hash", LargeBinary(16), primary_key=True, doc="Nobody is sent the same thing twice."),
    Column("send_id", Integer, nullable=False),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("batch", Integer, nullable=False),
    Column("edition", String, nullable=False),
    Column("state", String, nullable=False, server_default="planned"),
    Column("attempt", SmallInteger, nullable=False, server_default="0"),
    Column("token", String),
    Column("relay", String),
    Column("smtp_code", SmallInteger),
    Column("smtp_text", String),
    Column("at", Moment),
    Column("next_at", Moment),
    ForeignKeyConstraint(["send_id", "batch"], ["batches.send_id", "batches.number"], ondelete="CASCADE"),
    one_of("state", DELIVERY_STATES),
    Index(None, "send_id", "batch"),
    comment="One person's row in a send.",
    postgresql_with={"fillfactor": 50},  # a row changes three times: each change finds room beside it
)

delivery_events = Table(
    "delivery_events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("root_id", Integer),
    Column("address_hash", LargeBinary(16)),
    Column("kind", String, nullable=False),
    Column("status", String, doc="Enhanced status code (RFC 3463)."),
    Column("diagnostic", String),
    Column("source", String, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    ForeignKeyConstraint(
        ["root_id", "address_hash"], ["deliveries.root_id", "deliveries.address_hash"], ondelete="CASCADE"
    ),
    Index(None, "root_id", "address_hash"),
    comment="A bounce, a complaint, a late answer.",
)

link_clicks = Table(
    "link_clicks",
    METADATA,
    Column("issue", String, primary_key=True),
    Column("url", String, primary_key=True),
    Column("clicks", Integer, nullable=False, server_default="0"),
    comment="Clicks by link. No person, no time.",
)
