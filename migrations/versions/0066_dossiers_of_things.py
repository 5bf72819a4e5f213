"""What is on its way about a thing is asked at each of its moves, and read every dossier there is."""

from alembic import op

revision = "0066"
down_revision = "0064"


def upgrade() -> None:
    """By the thing; the partial index serves no statement whose states are parameters."""
    op.create_index("ix_dossier_subject", "dossier", ["subject_kind", "subject_id"])


def downgrade() -> None:
    """Without."""
    op.drop_index("ix_dossier_subject", table_name="dossier")
