"""Who locked an account is remembered: a company's lead opens nothing that the association locked."""

import sqlalchemy as sa
from alembic import op

revision = "0116"
down_revision = "0108"
TOLD = """
UPDATE account a SET locked_by = b.id FROM account b WHERE a.locked_at IS NOT NULL AND b.id = (
  SELECT substring(j.actor FROM 'account:([0-9]+)')::bigint FROM journal j
  WHERE j.subject_kind = 'account' AND j.subject_id = a.id AND j.row = 'account.lock' ORDER BY j.seq DESC LIMIT 1)
"""


def upgrade() -> None:
    """The journal says it of accounts that are locked now."""
    op.add_column("account", sa.Column("locked_by", sa.BigInteger, sa.ForeignKey("account.id")))
    op.execute(TOLD)


def downgrade() -> None:
    """It is forgotten; the journal still says it."""
    op.drop_column("account", "locked_by")
