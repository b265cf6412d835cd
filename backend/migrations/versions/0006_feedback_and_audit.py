"""What people say of readings, roles and frozen accounts, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


_REFUSE = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{table}: rows are {words}'; END $$
"""


def _refuse(table: str, words: str, *events: str) -> None:
    """Let the database refuse these events on a table, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_REFUSE.format(name=f"refuse_change_of_{table}", table=table, words=words))
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE {' OR '.join(events)} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_{table}()"
        )
        return
    for event in events:
        if event != "TRUNCATE":  # SQLite has none
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: rows are {words}'); END"
            )


def _drop(table: str) -> None:
    """Drop a table with its triggers and the function that they call."""
    op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION refuse_change_of_{table}()")


def upgrade() -> None:
    op.add_column("readings", sa.Column("feedback", sa.JSON(), nullable=True))
    op.create_table(
        "judgements",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reading_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("symbol", sa.Integer(), nullable=True),
        sa.Column("last_symbol", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("boxes", sa.JSON(), nullable=True),
        sa.Column("withdraws", sa.Uuid(), nullable=True),
        sa.Column("judged", sa.JSON(), nullable=False),
        sa.Column("models", sa.JSON(), nullable=False),
        sa.Column("corrected_text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_judgements")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_judgements_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reading_id"],
            ["readings.id"],
            name=op.f("fk_judgements_reading_id_readings"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("reading_id", "number", name=op.f("uq_judgements_reading_id_number")),
    )
    # A reading takes its judgements with it, so deleting them stays possible.
    _refuse("judgements", "never changed", "UPDATE")
    op.add_column("users", sa.Column("role", sa.String(10), nullable=False, server_default="user"))
    op.add_column("users", sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(64), nullable=True),
        sa.Column("request_id", sa.String(64), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    for column in ("actor_id", "user_id", "action"):
        op.create_index(op.f(f"ix_audit_events_{column}_id"), "audit_events", [column, "id"])
    _refuse("audit_events", "never changed or deleted", "UPDATE", "DELETE", "TRUNCATE")


def downgrade() -> None:
    _drop("audit_events")
    op.drop_column("users", "frozen_at")
    op.drop_column("users", "role")
    _drop("judgements")
    op.drop_column("readings", "feedback")
