"""What happens between us and the companies: visits, follow-ups, enquiries, events, results of a campaign."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    false,
)

from newsletter.store.kinds import METADATA, Moment, one_of

VISIT_KINDS = ("visit", "phone", "online", "network-meeting")
FOLLOW_UP_STATES = ("open", "done", "dropped")
SIGN_UP_STATES = ("signed-up", "waiting", "cancelled")
MEASURES = ("ambassador", "mentor", "pledge", "agreement", "press")

visits = Table(
    "visits",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("company_id", ForeignKey("companies.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("workplace_id", ForeignKey("workplaces.id", ondelete="SET NULL")),
    Column("campaign", String, doc="Short name of a file in campaigns/."),
    Column("consultant", String, nullable=False, doc="A short name in content/contacts/."),
    Column("kind", String, nullable=False),
    Column("visited_on", Date, nullable=False),
    Column("announced", Boolean, nullable=False, server_default=false()),
    Column("outcome", String),
    Column("note", String),
    Column("recorded_by", String, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("undone_at", Moment, doc="Set when it was a mistake; it counts no longer."),
    one_of("kind", VISIT_KINDS),
    Index(None, "campaign", "visited_on"),
    comment="A consultant met or called a company.",
)

follow_ups = Table(
    "follow_ups",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("company_id", ForeignKey("companies.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("visit_id", ForeignKey("visits.id", ondelete="SET NULL"), index=True),
    Column("what", String, nullable=False),
    Column("consultant", String, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", String, nullable=False, server_default="open"),
    Column("settled_at", Moment),
    Column("created_at", Moment, nullable=False),
    one_of("state", FOLLOW_UP_STATES),
    comment="A next step that was promised.",
)

enquiries = Table(
    "enquiries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("company_id", ForeignKey("companies.id", ondelete="SET NULL"), index=True),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("channel", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("text", String),
    Column("consultant", String),
    Column("received_at", Moment, nullable=False),
    Column("promised_by", Moment),
    Column("answered_at", Moment),
    Column("outcome", String),
    comment="A company asked us something.",
)

sign_ups = Table(
    "sign_ups",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("event", String, nullable=False, doc="Short name of a file in content/events/."),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("company_id", ForeignKey("companies.id", ondelete="SET NULL"), index=True),
    Column("seats", SmallInteger, nullable=False, server_default="1"),
    Column("state", String, nullable=False, server_default="signed-up"),
    Column("signed_up_at", Moment, nullable=False),
    Column("attended", Boolean, doc="Unknown until somebody has noted it."),
    one_of("state", SIGN_UP_STATES),
    UniqueConstraint("event", "person_id"),
    comment="Somebody signed up for an event.",
)

results = Table(
    "results",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("campaign", String, nullable=False, index=True),
    Column("measure", String, nullable=False),
    Column("company_id", ForeignKey("companies.id", ondelete="SET NULL"), index=True),
    Column("scheme", String, doc="Short name of a file in content/schemes/, for agreements."),
    Column("happened_on", Date, nullable=False),
    Column("number", Integer, nullable=False, server_default="1"),
    Column("note", String),
    one_of("measure", MEASURES),
    comment="What a campaign brought, beside visits.",
)
