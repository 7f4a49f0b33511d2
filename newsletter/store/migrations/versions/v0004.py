"""The send ledger, and clicks by link."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.kinds import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the version before to this one."""
    _link_clicks()
    _relay_lanes()
    _sends()
    _batches()
    _deliveries()
    _delivery_events()


def _link_clicks() -> None:
    op.create_table(
        "link_clicks",
        sa.Column("issue", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("clicks", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("issue", "url", name="pk_link_clicks"),
        comment="Clicks by link. No person, no time.",
    )


def _relay_lanes() -> None:
    op.create_table(
        "relay_lanes",
        sa.Column("relay", sa.String(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("relay", "lane", name="pk_relay_lanes"),
        comment="A connection to a relay that somebody holds.",
    )


def _sends() -> None:
    op.create_table(
        "sends",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), server_default="issue", nullable=False),
        sa.Column("number", sa.Integer(), server_default="1", nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("audience_size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", Moment(), nullable=False),
        sa.Column("send_at", Moment(), nullable=False),
        sa.CheckConstraint("kind IN ('issue', 'late', 'resend', 'test')", name="ck_sends_kind"),
        sa.CheckConstraint(
            "state IN ('approved', 'sending', 'paused', 'stopped', 'done', 'cancelled')", name="ck_sends_state"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["sends.id"], name="fk_sends_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sends"),
        sa.UniqueConstraint("issue", "kind", "number", name="uq_sends_issue_kind_number"),
        comment="An approved edition set on its way to an audience.",
        sqlite_autoincrement=True,
    )


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("send_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.Column("next_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["send_id"], ["sends.id"], name="fk_batches_send_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("send_id", "number", name="pk_batches"),
        comment="A part of a send that one worker takes at a time.",
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("send_id", sa.Integer(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="planned", nullable=False),
        sa.Column("attempt", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("relay", sa.String(), nullable=True),
        sa.Column("smtp_code", sa.SmallInteger(), nullable=True),
        sa.Column("smtp_text", sa.String(), nullable=True),
        sa.Column("at", Moment(), nullable=True),
        sa.Column("next_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'held', 'dotted', 'accepted', 'rejected', 'deferred', 'skipped', 'in_doubt')",
            name="ck_deliveries_state",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_deliveries_person_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["send_id", "batch"],
            ["batches.send_id", "batches.number"],
            name="fk_deliveries_send_id_batch",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["send_id"], ["sends.id"], name="fk_deliveries_send_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("send_id", "address_hash", name="pk_deliveries"),
        comment="One person's row in a send.",
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["send_id", "batch"],
        unique=False,
        sqlite_where=sa.text("state IN ('planned', 'held', 'dotted')"),
        postgresql_where=sa.text("state IN ('planned', 'held', 'dotted')"),
    )
    op.create_index("ix_deliveries_person_id", "deliveries", ["person_id"], unique=False)


def _delivery_events() -> None:
    op.create_table(
        "delivery_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("send_id", sa.Integer(), nullable=True),
        sa.Column("address_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("diagnostic", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["send_id", "address_hash"],
            ["deliveries.send_id", "deliveries.address_hash"],
            name="fk_delivery_events_send_id_address_hash",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_events"),
        comment="A bounce, a complaint, a late answer.",
    )
    op.create_index(
        "ix_delivery_events_send_id_address_hash", "delivery_events", ["send_id", "address_hash"], unique=False
    )
