"""What a picture was to be read as, so that it can be looked at again in the same way."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "readings",
        # With a default, so that the service of before can go on while this one is started.
        sa.Column("symbols", sa.String(20), nullable=False, server_default="digits"),
    )
    op.add_column("readings", sa.Column("pattern", sa.String(200), nullable=True))
    # It was not kept before; marks in the text show that they were asked for.
    op.execute(
        "UPDATE readings SET symbols = 'number' "
        "WHERE text LIKE '%.%' OR text LIKE '%,%' OR text LIKE '%-%'"
    )


def downgrade() -> None:
    with op.batch_alter_table("readings") as readings:
        readings.drop_column("pattern")
        readings.drop_column("symbols")
