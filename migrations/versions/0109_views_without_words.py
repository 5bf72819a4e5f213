"""Saved views keep no words: they may be somebody's name or number, and stood here in clear for everybody."""

from alembic import op

revision = "0109"
down_revision = "0114"
CLEANED = """
UPDATE saved_view SET query = trim(BOTH '&' FROM regexp_replace(query, '(^|&)text=[^&]*', '', 'g'))
WHERE query ~ '(^|&)text='
"""


def upgrade() -> None:
    """View, filters and order stay."""
    op.execute(CLEANED)


def downgrade() -> None:
    """What was taken out is nowhere else."""
