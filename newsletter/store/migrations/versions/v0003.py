"""Visits, follow-ups, enquiries, sign-ups and results of campaigns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.kinds import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring the version before to this one."""
    _results()
    _visits()
    _enquiries()
    _follow_ups()
    _sign_ups()


def _results() -> None:
    op.create_table(
        "results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("scheme", sa.String(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), server_default="1", nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "measure IN ('ambassador', 'mentor', 'pledge', 'agreement', 'press')", name="ck_results_measure"
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_results_company_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_results"),
        comment="What a campaign brought, beside visits.",
    )
    op.create_index("ix_results_campaign", "results", ["campaign"], unique=False)
    op.create_index("ix_results_company_id", "results", ["company_id"], unique=False)


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("workplace_id", sa.Integer(), nullable=True),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("consultant", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("announced", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.CheckConstraint("kind IN ('visit', 'phone', 'online', 'network-meeting')", name="ck_visits_kind"),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_visits_company_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["workplace_id"], ["workplaces.id"], name="fk_visits_workplace_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
        comment="A consultant met or called a company.",
    )
    op.create_index("ix_visits_campaign_visited_on", "visits", ["campaign", "visited_on"], unique=False)
    op.create_index("ix_visits_company_id", "visits", ["company_id"], unique=False)


def _enquiries() -> None:
    op.create_table(
        "enquiries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("consultant", sa.String(), nullable=True),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("promised_by", Moment(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_enquiries_company_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_enquiries_person_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_enquiries"),
        comment="A company asked us something.",
    )
    op.create_index("ix_enquiries_company_id", "enquiries", ["company_id"], unique=False)
    op.create_index("ix_enquiries_person_id", "enquiries", ["person_id"], unique=False)


def _follow_ups() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("consultant", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name="ck_follow_ups_state"),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_follow_ups_company_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_follow_ups_visit_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_follow_ups"),
        comment="A next step that was promised.",
    )
    op.create_index("ix_follow_ups_company_id", "follow_ups", ["company_id"], unique=False)
    op.create_index("ix_follow_ups_visit_id", "follow_ups", ["visit_id"], unique=False)


def _sign_ups() -> None:
    op.create_table(
        "sign_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("seats", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("state", sa.String(), server_default="signed-up", nullable=False),
        sa.Column("signed_up_at", Moment(), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.CheckConstraint("state IN ('signed-up', 'waiting', 'cancelled')", name="ck_sign_ups_state"),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_sign_ups_company_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_sign_ups_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ups"),
        sa.UniqueConstraint("event", "person_id", name="uq_sign_ups_event_person_id"),
        comment="Somebody signed up for an event.",
    )
    op.create_index("ix_sign_ups_company_id", "sign_ups", ["company_id"], unique=False)
    op.create_index("ix_sign_ups_person_id", "sign_ups", ["person_id"], unique=False)
