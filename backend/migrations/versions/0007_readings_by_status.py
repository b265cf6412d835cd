"""An index for the readings of a user with one status."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_readings_user_id_status_id"), "readings", ["user_id", "status", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_readings_user_id_status_id"), "readings")
