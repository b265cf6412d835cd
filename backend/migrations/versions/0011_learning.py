"""Consent to learn from corrections, decisions on them, and which networks are served."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "users", sa.Column("shares_corrections_since", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_table(
        "correction_decisions",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("judgement_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "judgement_id", name=op.f("pk_correction_decisions")),
        sa.ForeignKeyConstraint(
            ["user_id", "judgement_id"],
            ["judgements.user_id", "judgements.id"],
            name=op.f("fk_correction_decisions_user_id_judgements"),
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "activations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("previous", sa.String(20), nullable=False),
        sa.Column("is_rollback", sa.Boolean(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activations")),
    )
    op.create_index(op.f("ix_activations_name_id"), "activations", ["name", "id"])
    op.create_table(
        "challengers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challengers")),
    )
    op.create_table(
        "shadow_readings",
        sa.Column("reading_id", sa.Uuid(), nullable=False),
        sa.Column("challenger_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("challenger_ms", sa.Double(), nullable=False),
        sa.Column("served_ms", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("reading_id", "challenger_id", name=op.f("pk_shadow_readings")),
        sa.ForeignKeyConstraint(
            ["reading_id"],
            ["readings.id"],
            name=op.f("fk_shadow_readings_reading_id_readings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["challenger_id"],
            ["challengers.id"],
            name=op.f("fk_shadow_readings_challenger_id_challengers"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_shadow_readings_challenger_id"), "shadow_readings", ["challenger_id"])


def downgrade() -> None:
    op.drop_table("shadow_readings")
    op.drop_table("challengers")
    op.drop_table("activations")
    op.drop_table("correction_decisions")
    op.drop_column("users", "shares_corrections_since")
