"""What the register remembers of itself: who did what, whom the segments held, and its key."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from newsletter.store.kinds import METADATA, Moment, never_again, one_of

NOTICE_STATES = ("held", "accepted", "rejected", "in_doubt")

audit = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False, doc="As the command says it: subscribers unsubscribe."),
    Column("about", String, nullable=False, doc="person, company, register, segment or send."),
    Column("about_id", Integer),
    Column("detail", String, nullable=False, server_default="{}", doc="JSON; no name and no address."),
    Index(None, "about", "about_id"),
    comment="Append-only: who did what.",
    **never_again(),
)

segment_snapshots = Table(
    "segment_snapshots",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("taken_at", Moment, nullable=False),
    Column("actor", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("segment", String, nullable=False),
    Column("rule", String, nullable=False, doc="The rule as a sentence."),
    Column("people", LargeBinary, nullable=False, doc="Sorted numbers of people, packed."),
    Column("companies", LargeBinary, nullable=False, doc="Sorted numbers of companies, packed."),
    UniqueConstraint("segment", "taken_at"),
    comment="Whom a segment held at a time, by number only.",
)

notices = Table(
    "notices",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True, doc="What it is about and for when: sent once."),
    Column("kind", String, nullable=False, doc="reminder, status, place …"),
    Column("contact", String, doc="Who it goes to: a short name in content/contacts/."),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL"), index=True, doc="Or who else it goes to."),
    Column("state", String, nullable=False),
    Column("at", Moment, nullable=False, doc="When it was begun."),
    Column("ended_at", Moment),
    Column("answer", String, doc="What the relay said."),
    one_of("state", NOTICE_STATES),
    comment="A mail the program writes by itself, to one person: written down before it goes, so it goes once.",
    **never_again(),
)

meta = Table(
    "meta",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
    comment="What the register knows of itself.",
)
