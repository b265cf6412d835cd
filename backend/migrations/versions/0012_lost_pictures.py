"""Pictures still to be removed of deleted readings, and pictures that the storage has lost."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("readings", sa.Column("picture_lost_at", sa.DateTime(timezone=True)))
    op.create_table(
        "picture_deletions",
        sa.Column("reading_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reading_id", name=op.f("pk_picture_deletions")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_picture_deletions_user_id_users"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_picture_deletions_user_id"), "picture_deletions", ["user_id"])


def downgrade() -> None:
    op.drop_table("picture_deletions")
    op.drop_column("readings", "picture_lost_at")
