"""Campaigns: what was heard on a visit, how promises ended, who was invited, and mails the program writes itself."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from newsletter.store.kinds import Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Bring the version before to this one."""
    op.create_index("ix_companies_size_industry_id", "companies", ["size", "industry", "id"])
    _visits()
    _visit_topics()
    _follow_ups()
    _sign_ups()
    _invitations()
    _results()
    _notices()


def _visits() -> None:
    op.add_column("visits", sa.Column("industry", sa.String(length=6), nullable=True))
    op.add_column("visits", sa.Column("nomenclature", sa.String(length=4), nullable=True))
    op.add_column("visits", sa.Column("size", sa.SmallInteger(), nullable=True))
    op.add_column("visits", sa.Column("replaces_id", sa.Integer(), nullable=True))
    for name in ("industry", "nomenclature", "size"):
        theirs = f"(SELECT {name} FROM companies WHERE companies.id = visits.company_id)"  # noqa: S608
        op.execute(f"UPDATE visits SET {name} = {theirs}")  # noqa: S608


def _visit_topics() -> None:
    op.create_table(
        "visit_topics",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('need', 'interest')", name="ck_visit_topics_kind"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_visit_topics_visit_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("visit_id", "kind", "word", name="pk_visit_topics"),
        comment="What was heard on a visit: what the company needs, and what interests it.",
    )


def _follow_ups() -> None:
    op.add_column("follow_ups", sa.Column("settled_by", sa.String(), nullable=True))
    op.add_column("follow_ups", sa.Column("remark", sa.String(), nullable=True))
    op.create_index("ix_follow_ups_state_due_on", "follow_ups", ["state", "due_on"])
    op.add_column("enquiries", sa.Column("recorded_by", sa.String(), nullable=True))


def _sign_ups() -> None:
    """Made anew: somebody who is erased leaves their seat in the count."""
    kept = [dict(row) for row in op.get_bind().execute(sa.text("SELECT * FROM sign_ups")).mappings()]
    op.drop_table("sign_ups")
    made = op.create_table(
        "sign_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("seats", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("state", sa.String(), server_default="signed-up", nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("signed_up_at", Moment(), nullable=False),
        sa.Column("cancelled_at", Moment(), nullable=True),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.Column("attended_noted_at", Moment(), nullable=True),
        sa.CheckConstraint("state IN ('signed-up', 'waiting', 'cancelled')", name="ck_sign_ups_state"),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_sign_ups_company_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_sign_ups_person_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ups"),
        sa.UniqueConstraint("event", "person_id", name="uq_sign_ups_event_person_id"),
        comment="Somebody signed up for an event.",
    )
    op.create_index("ix_sign_ups_company_id", "sign_ups", ["company_id"])
    op.create_index("ix_sign_ups_person_id", "sign_ups", ["person_id"])
    _put(made, kept)


def _put(table: sa.Table, rows: list[dict[str, Any]]) -> None:
    names = ", ".join(rows[0]) if rows else ""
    marks = ", ".join(f":{name}" for name in rows[0]) if rows else ""
    for row in rows:  # as they stood: a moment is not read and written again
        op.get_bind().execute(sa.text(f"INSERT INTO {table.name} ({names}) VALUES ({marks})"), row)  # noqa: S608
    if rows and op.get_bind().dialect.name == "postgresql":
        last = max(row["id"] for row in rows)
        op.execute(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})")


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.Column("cancelled_at", Moment(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.CheckConstraint("answer IN ('accepted', 'declined', 'tentative')", name="ck_invitations_answer"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_invitations_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event", "person_id", name="pk_invitations"),
        comment="Somebody was invited to an event by a mail with its calendar file.",
    )
    op.create_index("ix_invitations_person_id", "invitations", ["person_id"])


def _results() -> None:
    op.add_column("results", sa.Column("consented_on", sa.Date(), nullable=True))
    op.add_column("results", sa.Column("consent_until", sa.Date(), nullable=True))
    op.add_column("results", sa.Column("recorded_by", sa.String(), nullable=True))
    op.add_column("results", sa.Column("recorded_at", Moment(), nullable=True))
    op.add_column("results", sa.Column("undone_at", Moment(), nullable=True))


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('held', 'accepted', 'rejected', 'in_doubt')", name="ck_notices_state"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_notices_person_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("key", name="uq_notices_key"),
        comment="A mail the program writes by itself, to one person: written down before it goes, so it goes once.",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_person_id", "notices", ["person_id"])
