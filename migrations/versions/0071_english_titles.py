"""What the system calls a case it says in English as well."""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"


def upgrade() -> None:
    """Cases that are there keep the title they have: who wrote it is not known."""
    op.add_column("case_file", sa.Column("title_en", sa.String()))


def downgrade() -> None:
    """As it was."""
    op.drop_column("case_file", "title_en")
