"""Companies, their workplaces, interests and networks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.kinds import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the version before to this one."""
    _companies()
    _meta()
    _networks()
    _company_interests()
    _company_needs()
    _workplaces()


def _companies() -> None:
    op.create_table(
        "companies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cvr", sa.String(length=8), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("industry", sa.String(length=6), nullable=True),
        sa.Column("nomenclature", sa.String(length=4), nullable=True),
        sa.Column("size", sa.SmallInteger(), nullable=True),
        sa.Column("municipality", sa.String(length=4), nullable=True),
        sa.Column("postcode", sa.String(length=4), nullable=True),
        sa.Column("town", sa.String(), nullable=True),
        sa.Column("street", sa.String(), nullable=True),
        sa.Column("form", sa.String(), nullable=True),
        sa.Column("state", sa.String(), server_default="active", nullable=False),
        sa.Column("cvr_status", sa.String(), nullable=True),
        sa.Column("protected", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("public_employer", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("stand_in", sa.String(), nullable=True),
        sa.Column("contact_time", sa.String(), nullable=True),
        sa.Column("call_first", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("no_visits", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint("nomenclature IN ('DB25', 'DB07')", name="ck_companies_nomenclature"),
        sa.CheckConstraint("state IN ('active', 'closing', 'ceased')", name="ck_companies_state"),
        sa.PrimaryKeyConstraint("id", name="pk_companies"),
        sa.UniqueConstraint("cvr", name="uq_companies_cvr"),
        comment="A company, by its CVR number.",
        sqlite_autoincrement=True,
    )


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
        comment="What the register knows of itself.",
    )


def _networks() -> None:
    op.create_table(
        "networks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("ours", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("fee", sa.String(), nullable=True),
        sa.Column("contact", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_networks"),
        sa.UniqueConstraint("slug", name="uq_networks_slug"),
        comment="A network of companies, ours or others'.",
    )


def _company_interests() -> None:
    op.create_table(
        "company_interests",
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("interest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name="fk_company_interests_company_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "interest", name="pk_company_interests"),
        comment="What a company wants to read about.",
    )


def _company_needs() -> None:
    op.create_table(
        "company_needs",
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("heard_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name="fk_company_needs_company_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "need", name="pk_company_needs"),
        comment="What a company needs at present.",
    )


def _workplaces() -> None:
    op.create_table(
        "workplaces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("p_number", sa.String(length=10), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("industry", sa.String(length=6), nullable=True),
        sa.Column("nomenclature", sa.String(length=4), nullable=True),
        sa.Column("size", sa.SmallInteger(), nullable=True),
        sa.Column("municipality", sa.String(length=4), nullable=True),
        sa.Column("postcode", sa.String(length=4), nullable=True),
        sa.Column("town", sa.String(), nullable=True),
        sa.Column("street", sa.String(), nullable=True),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint("nomenclature IN ('DB25', 'DB07')", name="ck_workplaces_nomenclature"),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_workplaces_company_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_workplaces"),
        sa.UniqueConstraint("p_number", name="uq_workplaces_p_number"),
        comment="A workplace of a company, by its P-number.",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_workplaces_company_id", "workplaces", ["company_id"], unique=False)
