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
TOPIC_KINDS = ("need", "interest")
ANSWERS = ("accepted", "declined", "tentative")
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
    Column("industry", String(6), doc="The company's on the day it was written down: a later change moves no figure."),
    Column("nomenclature", String(4)),
    Column("size", SmallInteger, doc="The company's on that day: lower end of its band of employees."),
    Column("recorded_by", String, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("undone_at", Moment, doc="Set when it was a mistake or was put right; it counts no longer."),
    Column("replaces_id", Integer, doc="The visit, now undone, that this one puts right."),
    one_of("kind", VISIT_KINDS),
    Index(None, "campaign", "visited_on"),
    comment="A consultant met or called a company.",
)

visit_topics = Table(
    "visit_topics",
    METADATA,
    Column("visit_id", ForeignKey("visits.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("word", String, primary_key=True),
    one_of("kind", TOPIC_KINDS),
    comment="What was heard on a visit: what the company needs, and what interests it.",
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
    Column("settled_by", String),
    Column("remark", String, doc="How it ended."),
    Column("created_at", Moment, nullable=False),
    one_of("state", FOLLOW_UP_STATES),
    Index(None, "state", "due_on"),
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
    Column("outcome", String, doc="Known before the company has heard it; answered_at says when it did."),
    Column("recorded_by", String),
    comment="A company asked us something.",
)

sign_ups = Table(
    "sign_ups",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("event", String, nullable=False, doc="Short name of a file in content/events/."),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL"), index=True, doc="Nobody once they are erased."),
    Column("company_id", ForeignKey("companies.id", ondelete="SET NULL"), index=True),
    Column("seats", SmallInteger, nullable=False, server_default="1"),
    Column("state", String, nullable=False, server_default="signed-up"),
    Column("source", String, doc="Where it was said: mail, phone, form, answer (of a calendar), list."),
    Column("signed_up_at", Moment, nullable=False),
    Column("cancelled_at", Moment),
    Column("attended", Boolean, doc="Unknown until somebody has noted it."),
    Column("attended_noted_at", Moment),
    one_of("state", SIGN_UP_STATES),
    UniqueConstraint("event", "person_id"),
    comment="Somebody signed up for an event.",
)

invitations = Table(
    "invitations",
    METADATA,
    Column("event", String, primary_key=True, doc="Short name of a file in content/events/."),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("sequence", Integer, nullable=False, doc="SEQUENCE of the calendar file they were sent last (RFC 5545)."),
    Column("sent_at", Moment, nullable=False),
    Column("cancelled_at", Moment, doc="When they were sent its cancellation."),
    Column("answer", String, doc="What their calendar answered."),
    Column("answered_at", Moment),
    one_of("answer", ANSWERS),
    comment="Somebody was invited to an event by a mail with its calendar file.",
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
    Column("consented_on", Date, doc="When the company agreed to being named."),
    Column("consent_until", Date, doc="The last day it may be named."),
    Column("recorded_by", String),
    Column("recorded_at", Moment),
    Column("undone_at", Moment, doc="Set when it was a mistake, or is so no longer."),
    one_of("measure", MEASURES),
    comment="What a campaign brought, beside visits.",
)
