"""People, what they agreed to, and who did what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.kinds import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring the version before to this one."""
    _audit()
    _segment_snapshots()
    _suppressions()
    _wordings()
    _people()
    _consents()
    _network_members()
    _append_only("consents", "")
    _append_only("audit", _EMPTIED)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        comment="Append-only: who did what.",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_about_about_id", "audit", ["about", "about_id"], unique=False)


def _segment_snapshots() -> None:
    op.create_table(
        "segment_snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("people", sa.LargeBinary(), nullable=False),
        sa.Column("companies", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_segment_snapshots"),
        sa.UniqueConstraint("segment", "taken_at", name="uq_segment_snapshots_segment_taken_at"),
        comment="Whom a segment held at a time, by number only.",
    )


def _suppressions() -> None:
    op.create_table(
        "suppressions",
        sa.Column("address_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('unsubscribed', 'erased', 'asked', 'bounced', 'complained')", name="ck_suppressions_reason"
        ),
        sa.PrimaryKeyConstraint("address_hash", name="pk_suppressions"),
        comment="Never to be written to, whatever is imported. Holds a keyed hash, no address.",
    )


def _wordings() -> None:
    op.create_table(
        "wordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("first_used_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wordings"),
        sa.UniqueConstraint("digest", name="uq_wordings_digest"),
        comment="A version of what people agreed to, word for word.",
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("smtputf8", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("first_name", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("language", sa.String(length=2), server_default="da", nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("workplace_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), server_default="none", nullable=False),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("subscribed_on", sa.Date(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint("basis IN ('consent', 'other')", name="ck_people_basis"),
        sa.CheckConstraint("state IN ('none', 'pending', 'subscribed', 'unsubscribed')", name="ck_people_state"),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_people_company_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["workplace_id"], ["workplaces.id"], name="fk_people_workplace_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("address_key", name="uq_people_address_key"),
        comment="Somebody with an address.",
        sqlite_autoincrement=True,
    )
    asked = ["company_id", "state", "basis", "role", "language"]
    op.create_index("ix_people_company_id_state_basis_role_language", "people", asked, unique=False)
    op.create_index("ix_people_address_hash_state", "people", ["address_hash", "state"], unique=False)
    op.create_index("ix_people_workplace_id", "people", ["workplace_id"], unique=False)


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("wording_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.CheckConstraint("basis IN ('consent', 'other')", name="ck_consents_basis"),
        sa.CheckConstraint("kind IN ('requested', 'given', 'confirmed', 'withdrawn')", name="ck_consents_kind"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_consents_person_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["wording_id"], ["wordings.id"], name="fk_consents_wording_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        comment="Append-only: what was agreed to or withdrawn, when and where.",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consents_person_id", "consents", ["person_id"], unique=False)


def _network_members() -> None:
    op.create_table(
        "network_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name="fk_network_members_company_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name="fk_network_members_network_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_network_members_person_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_network_members"),
        sa.UniqueConstraint("network_id", "company_id", name="uq_network_members_network_id_company_id"),
        comment="A company's membership of a network.",
    )
    op.create_index("ix_network_members_company_id", "network_members", ["company_id"], unique=False)
    op.create_index("ix_network_members_person_id", "network_members", ["person_id"], unique=False)


_EMPTIED = """NOT (
    NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.actor = OLD.actor AND NEW.action = OLD.action
    AND NEW.about = OLD.about AND NEW.about_id IS NULL AND NEW.detail = '{}'
)"""
"""The one change an audit line may see: whom it was about is forgotten."""


def _append_only(table: str, refused_when: str) -> None:
    """Let the database itself refuse that a line of a log is changed."""
    when = f"WHEN ({refused_when})" if refused_when else ""
    message = f"{table} is append-only"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} FOR EACH ROW {when} "
        f"EXECUTE FUNCTION {table}_append_only()"
    )
