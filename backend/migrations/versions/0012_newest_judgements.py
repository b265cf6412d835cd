"""What people said of all readings, newest first, without sorting all of it."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = ["created_at", "user_id", "id"]
    op.create_index(op.f("ix_judgements_created_at_user_id_id"), "judgements", columns)


def downgrade() -> None:
    op.drop_index(op.f("ix_judgements_created_at_user_id_id"), "judgements")
