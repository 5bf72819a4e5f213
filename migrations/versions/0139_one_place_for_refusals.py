"""Why more time was refused stands with each request; the column of the last refusal was written and read by nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0139"
down_revision = "0123"


def upgrade() -> None:
    """Nothing is lost: 0103 put it into the requests."""
    op.drop_column("measure", "more_time_refused_because")


def downgrade() -> None:
    """The answer of the last request, where it was refused."""
    op.add_column("measure", sa.Column("more_time_refused_because", sa.String(), nullable=True))
    op.execute(
        "UPDATE measure SET more_time_refused_because = time_requests -> -1 ->> 'answer' "
        "WHERE time_requests -> -1 ->> 'how' = 'REFUSED'"
    )
