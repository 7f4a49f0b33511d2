"""What is to be sent and when, who works at it, and how fast a relay takes it."""

from sqlalchemy import Column, Float, Index, Integer, String, Table, text

from newsletter.store.kinds import METADATA, Moment, never_again, one_of

SCHEDULE_STATES = ("waiting", "started", "missed", "cancelled")
_WAITING = text("state = 'waiting'")

approvals = Table(
    "approvals",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("issue", String, nullable=False, index=True),
    Column("digest", String(64), nullable=False, doc="Of the manifest that was approved."),
    Column("audience_size", Integer, nullable=False),
    Column("plan", String, nullable=False, doc="JSON: the letter, its editions, who gets which, how many."),
    Column("actor", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("reason", String, doc="Why it no longer counts."),
    comment="Who has said yes to exactly these bytes and so many readers.",
    **never_again(),
)

schedules = Table(
    "schedules",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("issue", String, nullable=False),
    Column("send_at", Moment, nullable=False),
    Column("wall", String, nullable=False, doc="Wall clock in the workspace's time zone; it wins."),
    Column("source", String, nullable=False),
    Column("grace_minutes", Integer, nullable=False, doc="How late it may still go out by itself."),
    Column("state", String, nullable=False, server_default="waiting"),
    Column("actor", String, nullable=False),
    Column("at", Moment, nullable=False),
    one_of("source", ("at", "campaign")),
    one_of("state", SCHEDULE_STATES),
    Index("ix_schedules_waiting", "issue", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
    comment="When an issue goes out.",
    **never_again(),
)

workers = Table(
    "workers",
    METADATA,
    Column("name", String, primary_key=True),
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("epoch", String, nullable=False, doc="Of the machine: changes when it was started again."),
    Column("role", String, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("beat_at", Moment, nullable=False),
    comment="A process that sends, and when it was last heard of.",
)

relay_lanes = Table(
    "relay_lanes",
    METADATA,
    Column("relay", String, primary_key=True),
    Column("lane", Integer, primary_key=True),
    Column("owner", String),
    Column("epoch", String),
    comment="A connection to a relay that somebody holds.",
)

epochs = Table(
    "epochs",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("mark", String, nullable=False),
    comment="PostgreSQL loses it when it recovers from a crash: what nobody waited for may be gone.",
)

rate_buckets = Table(
    "rate_buckets",
    METADATA,
    Column("relay", String, primary_key=True),
    Column("tokens", Float, nullable=False),
    Column("at", Moment, nullable=False),
    comment="How many mails may go to a relay right now, all workers together.",
)

domain_pauses = Table(
    "domain_pauses",
    METADATA,
    Column("relay", String, primary_key=True),
    Column("domain", String, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("failures", Integer, nullable=False),
    comment="A domain that asked us to wait.",
)
