"""Staff learn which people of a company were invited and never came; nothing else of their links."""

from alembic import op

revision = "0175"
down_revision = "0174"
NOT_COME = """
CREATE FUNCTION zilu_not_come(asked bigint) RETURNS TABLE (account_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT l.account_id FROM account_link l JOIN account a ON a.id = l.account_id WHERE a.party_id = asked
GROUP BY l.account_id HAVING bool_and(l.used_at IS NULL) AND bool_or(l.purpose = 'INVITATION') $$
"""


def upgrade() -> None:
    """A function that reads as its owner: whether a company sends on paper rests on it."""
    op.execute(NOT_COME)
    op.execute("REVOKE ALL ON FUNCTION zilu_not_come(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION zilu_not_come(bigint) TO zilu_staff, zilu_system")


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP FUNCTION zilu_not_come(bigint)")
