"""Figures of a company are found by its code as well."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
OF_COMPANY = sa.text("party_id IS NOT NULL")


def upgrade() -> None:
    """Company, code and month in one index."""
    op.drop_index("ix_figure_party", table_name="figure")
    op.create_index("ix_figure_party_code", "figure", ["party_id", "code", "month"], postgresql_where=OF_COMPANY)


def downgrade() -> None:
    """Company and month alone."""
    op.drop_index("ix_figure_party_code", table_name="figure")
    op.create_index("ix_figure_party", "figure", ["party_id", "month"], postgresql_where=OF_COMPANY)
