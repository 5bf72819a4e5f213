"""When the clock's rounds came and what fails since when is kept: administrators see it, and a jump of time is seen."""

import sqlalchemy as sa
from alembic import op

revision = "0119"
down_revision = "0118"
TABLE = "round_step"


def upgrade() -> None:
    """Nothing is known of rounds before."""
    op.create_table(
        TABLE,
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("went_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.CheckConstraint("(failing_since IS NULL) = (trouble IS NULL)", name=op.f(f"ck_{TABLE}_trouble_if_failing")),
        sa.CheckConstraint("went_at IS NOT NULL OR failing_since IS NOT NULL", name=op.f(f"ck_{TABLE}_went_or_fails")),
        sa.PrimaryKeyConstraint("name", name=op.f(f"pk_{TABLE}")),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO zilu_system")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY system_all ON {TABLE} TO zilu_system USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT ON {TABLE} TO zilu_admin")
    op.execute(f"CREATE POLICY admin_reads ON {TABLE} FOR SELECT TO zilu_admin USING (true)")


def downgrade() -> None:
    """The earlier version keeps nothing of them."""
    op.drop_table(TABLE)
