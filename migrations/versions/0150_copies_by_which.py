"""A copy without metadata says which stripper made it: what an earlier one left in it is taken out on its next use."""

import sqlalchemy as sa
from alembic import op

revision = "0150"
down_revision = "0149"


def upgrade() -> None:
    """Of copies that are there already nothing is known: each is made anew when it is passed on."""
    op.add_column("stored_file", sa.Column("stripped_by", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Copies are taken as they are."""
    op.drop_column("stored_file", "stripped_by")
