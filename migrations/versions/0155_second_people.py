"""Whose task it is not: what a second person has to do is not done by the first."""

import sqlalchemy as sa
from alembic import op

revision = "0155"
down_revision = "0154"


def upgrade() -> None:
    """Tasks keep the first person; of those raised before nobody knows."""
    op.add_column("task", sa.Column("but", sa.BigInteger()))
    op.create_foreign_key(op.f("fk_task_but"), "task", "account", ["but"], ["id"])


def downgrade() -> None:
    """Anybody of the role does them."""
    op.drop_column("task", "but")
