"""Indexes for the lists that were sorted or searched through: by confidence, judged, by picture."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_readings_user_id_confidence_id"), "readings", ["user_id", "confidence", "id"]
    )
    op.create_index(op.f("ix_readings_user_id_sha256"), "readings", ["user_id", "sha256"])
    judged = sa.text("feedback IS NOT NULL")
    op.create_index(
        op.f("ix_readings_judged"),
        "readings",
        ["user_id", "id"],
        sqlite_where=judged,
        postgresql_where=judged,
    )
    op.create_index(
        op.f("ix_judgements_created_at_user_id_id"), "judgements", ["created_at", "user_id", "id"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_judgements_created_at_user_id_id"), "judgements")
    op.drop_index(op.f("ix_readings_judged"), "readings")
    op.drop_index(op.f("ix_readings_user_id_sha256"), "readings")
    op.drop_index(op.f("ix_readings_user_id_confidence_id"), "readings")
