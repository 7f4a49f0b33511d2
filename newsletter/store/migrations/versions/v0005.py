"""Sending: what is approved and planned, what a send says, who is at work; an issue's ledger has one key for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from newsletter.store.kinds import Moment

revision = "0005"
down_revision = "0004"

_LEDGER = ("delivery_events", "deliveries", "batches")
"""Made anew, those that others refer to last."""


def upgrade() -> None:
    """Bring the version before to this one."""
    _people()
    _sends()
    kept = {name: _take(name) for name in _LEDGER}
    for name in _LEDGER:
        op.drop_table(name)
    _batches()
    _deliveries()
    _delivery_events()
    _put("batches", kept["batches"])
    _put("deliveries", ({**row, "root_id": row["send_id"]} for row in kept["deliveries"]))
    _put("delivery_events", ({**row, "root_id": row["send_id"]} for row in kept["delivery_events"]))
    _send_editions()
    _approvals()
    _schedules()
    _workers()
    _limits()


def _take(name: str) -> list[dict[str, Any]]:
    """The rows of a table; no version before this one has written more than a few."""
    found = op.get_bind().execute(sa.text(f"SELECT * FROM {name}"))  # noqa: S608
    return [dict(row) for row in found.mappings()]


def _put(name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(name)]
    for row in rows:
        values = {key: value for key, value in row.items() if key in columns}
        names = ", ".join(values)
        marks = ", ".join(f":{key}" for key in values)
        op.get_bind().execute(sa.text(f"INSERT INTO {name} ({names}) VALUES ({marks})"), values)  # noqa: S608


def _people() -> None:
    op.add_column("people", sa.Column("soft_bounces", sa.Integer(), server_default="0", nullable=False))
    op.add_column("people", sa.Column("bounced_at", Moment(), nullable=True))


def _sends() -> None:
    op.add_column("sends", sa.Column("transport", sa.String(), server_default="outbox", nullable=False))
    op.add_column("sends", sa.Column("letter", sa.String(), server_default="{}", nullable=False))
    op.add_column("sends", sa.Column("started_at", Moment(), nullable=True))
    op.add_column("sends", sa.Column("ended_at", Moment(), nullable=True))
    op.add_column("sends", sa.Column("reason", sa.String(), nullable=True))


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
        sa.CheckConstraint("state IN ('open', 'working', 'waiting', 'done')", name="ck_batches_state"),
        sa.ForeignKeyConstraint(["send_id"], ["sends.id"], name="fk_batches_send_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("send_id", "number", name="pk_batches"),
        comment="A part of a send that one worker takes at a time.",
    )
    op.create_index("ix_batches_state_send_id_number", "batches", ["state", "send_id", "number"], unique=False)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("root_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("send_id", sa.Integer(), nullable=False),
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
        sa.PrimaryKeyConstraint("root_id", "address_hash", name="pk_deliveries"),
        comment="One person's row in a send.",
        postgresql_with={"fillfactor": 50},
    )
    op.create_index("ix_deliveries_send_id_batch", "deliveries", ["send_id", "batch"], unique=False)
    op.create_index("ix_deliveries_person_id", "deliveries", ["person_id"], unique=False)


def _delivery_events() -> None:
    op.create_table(
        "delivery_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=True),
        sa.Column("address_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("diagnostic", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_id", "address_hash"],
            ["deliveries.root_id", "deliveries.address_hash"],
            name="fk_delivery_events_root_id_address_hash",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_events"),
        comment="A bounce, a complaint, a late answer.",
    )
    op.create_index("ix_delivery_events_source", "delivery_events", ["source"], unique=False)
    op.create_index(
        "ix_delivery_events_root_id_address_hash", "delivery_events", ["root_id", "address_hash"], unique=False
    )


def _send_editions() -> None:
    op.create_table(
        "send_editions",
        sa.Column("send_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["send_id"], ["sends.id"], name="fk_send_editions_send_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("send_id", "name", name="pk_send_editions"),
        comment="What was approved, kept with the send: no later build can change it.",
    )


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("audience_size", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
        comment="Who has said yes to exactly these bytes and so many readers.",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_approvals_issue", "approvals", ["issue"], unique=False)


def _schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue", sa.String(), nullable=False),
        sa.Column("send_at", Moment(), nullable=False),
        sa.Column("wall", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("grace_minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("source IN ('at', 'campaign')", name="ck_schedules_source"),
        sa.CheckConstraint("state IN ('waiting', 'started', 'missed', 'cancelled')", name="ck_schedules_state"),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
        comment="When an issue goes out.",
        sqlite_autoincrement=True,
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_schedules_waiting", "schedules", ["issue"], unique=True, sqlite_where=waiting, postgresql_where=waiting
    )


def _workers() -> None:
    op.create_table(
        "workers",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("beat_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_workers"),
        comment="A process that sends, and when it was last heard of.",
    )


def _limits() -> None:
    op.create_table(
        "epochs",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("one", name="pk_epochs"),
        comment="PostgreSQL loses it when it recovers from a crash: what nobody waited for may be gone.",
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE epochs SET UNLOGGED")
    op.create_table(
        "rate_buckets",
        sa.Column("relay", sa.String(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("relay", name="pk_rate_buckets"),
        comment="How many mails may go to a relay right now, all workers together.",
    )
    op.create_table(
        "domain_pauses",
        sa.Column("relay", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("relay", "domain", name="pk_domain_pauses"),
        comment="A domain that asked us to wait.",
    )
