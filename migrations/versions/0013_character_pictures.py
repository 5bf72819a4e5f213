"""Pictures of characters that show only on their owner's device."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """A picture for each character of a complainant's name that shows only on the person's own device."""
    op.add_column("complainant", sa.Column("name_pictures", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Letters can't print such names any more."""
    op.drop_column("complainant", "name_pictures")
