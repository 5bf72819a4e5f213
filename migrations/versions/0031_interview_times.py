"""A respondent proposes another time for its interview, and is answered."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
WHOLE = "num_nulls(proposed_for, proposed_why, proposed_at) IN (0, 3)"


def upgrade() -> None:
    """What is proposed stands with the interview, whole or not at all; calendars learn by a number that it moved."""
    op.add_column("interview", sa.Column("proposed_for", sa.DateTime(timezone=True), nullable=True))
    op.add_column("interview", sa.Column("proposed_why", sa.String(), nullable=True))
    op.add_column("interview", sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("interview", sa.Column("proposal_refused_because", sa.String(), nullable=True))
    op.add_column("interview", sa.Column("moves", sa.Integer(), server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_interview_proposal_whole"), "interview", WHOLE)


def downgrade() -> None:
    """The time of the summons is all there is."""
    op.drop_constraint(op.f("ck_interview_proposal_whole"), "interview")
    op.drop_column("interview", "moves")
    op.drop_column("interview", "proposal_refused_because")
    op.drop_column("interview", "proposed_at")
    op.drop_column("interview", "proposed_why")
    op.drop_column("interview", "proposed_for")
