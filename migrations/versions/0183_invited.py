"""An account says itself that its person was invited and has not come in yet; staff ask no function any more."""

import sqlalchemy as sa
from alembic import op

revision = "0183"
down_revision = "0182"
NOT_COME = """
UPDATE account SET invited = true WHERE id IN (
SELECT account_id FROM account_link GROUP BY account_id
HAVING bool_or(purpose = 'INVITATION') AND NOT bool_or(used_at IS NOT NULL AND purpose <> 'MAIL'))
"""
"""Who only proved another address has not come in."""
FUNCTION = """
CREATE FUNCTION zilu_not_come(asked bigint) RETURNS TABLE (account_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT l.account_id FROM account_link l JOIN account a ON a.id = l.account_id WHERE a.party_id = asked
GROUP BY l.account_id HAVING bool_and(l.used_at IS NULL) AND bool_or(l.purpose = 'INVITATION') $$
"""


def upgrade() -> None:
    """As their links tell it."""
    op.add_column("account", sa.Column("invited", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.execute(NOT_COME)
    op.execute("DROP FUNCTION zilu_not_come(bigint)")


def downgrade() -> None:
    """The links tell it again."""
    op.execute(FUNCTION)
    op.execute("REVOKE ALL ON FUNCTION zilu_not_come(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION zilu_not_come(bigint) TO zilu_staff, zilu_system")
    op.drop_column("account", "invited")
