"""Verified addresses, mailed tokens, accounts without a password, and pictures to be removed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_users = sa.table("users", sa.column("password_hash"), sa.column("new_hash"))


def _set_password_hash(*, nullable: bool) -> None:
    """Let the column be null, or not.

    SQLite cannot alter a column. Alembic's way, to copy the table and drop the old one, would
    delete all rows that refer to users with it; so here the column alone is copied.
    """
    # An empty hash is nobody's password, for the schema before, which has no null.
    old, new = _users.c.password_hash, _users.c.new_hash
    value = sa.func.nullif(old, "") if nullable else sa.func.coalesce(old, "")
    if op.get_bind().dialect.name != "sqlite":
        if nullable:
            op.alter_column("users", "password_hash", nullable=True)
        op.execute(_users.update().values(password_hash=value))
        op.alter_column("users", "password_hash", nullable=nullable)
        return
    kind = "VARCHAR(255)" if nullable else "VARCHAR(255) NOT NULL DEFAULT ''"
    op.execute(f"ALTER TABLE users ADD COLUMN new_hash {kind}")
    op.execute(_users.update().values({new: value}))
    op.execute("ALTER TABLE users DROP COLUMN password_hash")
    op.execute("ALTER TABLE users RENAME COLUMN new_hash TO password_hash")


def upgrade() -> None:
    op.add_column("users", sa.Column("email_verified_at", sa.DateTime(timezone=True)))
    _set_password_hash(nullable=True)
    op.create_table(
        "account_tokens",
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_account_tokens")),
        sa.UniqueConstraint("user_id", "purpose", name=op.f("uq_account_tokens_user_id_purpose")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_account_tokens_user_id_users"),
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "picture_removals",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_picture_removals")),
    )


def downgrade() -> None:
    op.drop_table("picture_removals")
    op.drop_table("account_tokens")
    _set_password_hash(nullable=False)
    op.drop_column("users", "email_verified_at")
