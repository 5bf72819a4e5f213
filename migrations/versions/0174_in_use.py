"""A database knows that it is in use; backups leave that out, and one brought back is not served before `restored`."""

import sqlalchemy as sa
from alembic import op

revision = "0174"
down_revision = "0173"
TABLE = "in_use"


def upgrade() -> None:
    """Whatever was set up is in use; a dump of before says nothing else."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.SmallInteger(), autoincrement=False, server_default=sa.text("1"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f(f"ck_{TABLE}_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO zilu_system")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY system_all ON {TABLE} TO zilu_system USING (true) WITH CHECK (true)")
    op.execute(f"INSERT INTO {TABLE} (since) SELECT now() FROM installation")


def downgrade() -> None:
    """The earlier version serves what was brought back as it is."""
    op.drop_table(TABLE)
