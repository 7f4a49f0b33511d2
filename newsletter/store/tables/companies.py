"""Companies, their workplaces (P-units), what interests them, and the networks they are in."""

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

from newsletter.store.kinds import METADATA, Moment, never_again, one_of

NOMENCLATURES = ("DB25", "DB07")
COMPANY_STATES = ("active", "closing", "ceased")
"""closing: bankrupt, being wound up. A company that is not active is in no audience."""

companies = Table(
    "companies",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("cvr", String(8), unique=True, doc="Eight digits; none for a company without one."),
    Column("name", String, nullable=False),
    Column("industry", String(6), doc="Code without dots, as CVR stores it: 432200."),
    Column("nomenclature", String(4), doc="Of the code: a code alone means nothing."),
    Column("size", SmallInteger, doc="Lower end of CVR's band of employees: 0, 1, 2, 5, 10, 20, 50 … 1000."),
    Column("municipality", String(4), doc="Four-digit code."),
    Column("postcode", String(4)),
    Column("town", String),
    Column("street", String),
    Column("form", String, doc="CVR's short form: APS, ENK (a natural person) …"),
    Column("state", String, nullable=False, server_default="active"),
    Column("cvr_status", String, doc="As CVR says it."),
    Column("protected", Boolean, nullable=False, server_default=false(), doc="Advertising protection (CVR act § 19)."),
    Column("public_employer", Boolean, nullable=False, server_default=false()),
    Column("contact", String, doc="The fixed contact: a short name in content/contacts/."),
    Column("stand_in", String, doc="Who answers while the fixed contact is away."),
    Column("contact_time", String, doc="When they prefer to be contacted."),
    Column("call_first", Boolean, nullable=False, server_default=false()),
    Column("no_visits", Boolean, nullable=False, server_default=false()),
    Column("source", String, nullable=False, doc="cvr, import, manual or sample."),
    Column("updated_at", Moment, nullable=False),
    one_of("state", COMPANY_STATES),
    one_of("nomenclature", NOMENCLATURES),
    Index(None, "size", "industry", "id"),
    comment="A company, by its CVR number.",
    **never_again(),
)

workplaces = Table(
    "workplaces",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("p_number", String(10), nullable=False, unique=True),
    Column("company_id", ForeignKey("companies.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String),
    Column("industry", String(6)),
    Column("nomenclature", String(4)),
    Column("size", SmallInteger),
    Column("municipality", String(4)),
    Column("postcode", String(4)),
    Column("town", String),
    Column("street", String),
    Column("updated_at", Moment, nullable=False),
    one_of("nomenclature", NOMENCLATURES),
    comment="A workplace of a company, by its P-number.",
    **never_again(),
)

company_interests = Table(
    "company_interests",
    METADATA,
    Column("company_id", ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True),
    Column("interest", String, primary_key=True),
    comment="What a company wants to read about.",
)

company_needs = Table(
    "company_needs",
    METADATA,
    Column("company_id", ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True),
    Column("need", String, primary_key=True),
    Column("heard_on", Date),
    comment="What a company needs at present.",
)

networks = Table(
    "networks",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("slug", String, nullable=False, unique=True),
    Column("title", String, nullable=False),
    Column("ours", Boolean, nullable=False, server_default=false()),
    Column("fee", String),
    Column("contact", String),
    comment="A network of companies, ours or others'.",
)

network_members = Table(
    "network_members",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("network_id", ForeignKey("networks.id", ondelete="CASCADE"), nullable=False),
    Column("company_id", ForeignKey("companies.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL"), index=True, doc="Who comes for the company."),
    Column("joined_on", Date),
    Column("left_on", Date),
    UniqueConstraint("network_id", "company_id"),
    comment="A company's membership of a network.",
)
