"""Whoever invites somebody into the association gives him no role: or he could be every second person himself."""

import sqlalchemy as sa
from alembic import op

revision = "0143"
down_revision = "0140"
KNOWN = """
UPDATE account a SET invited_by = l.asked_by FROM account_link l WHERE l.id = (
  SELECT min(id) FROM account_link WHERE account_id = a.id AND purpose = 'INVITATION')
"""
"""Who asked for the first invitation made the account."""
GUARD = """
CREATE FUNCTION zilu_given_by_another() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM account a WHERE a.id = NEW.account_id AND a.party_id IS NULL AND a.invited_by = NEW.given_by)
  THEN
    RAISE EXCEPTION 'whoever invited somebody gives him no role'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'given_by_another';
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Roles that were given before stay; nobody gives one so any more."""
    op.add_column("account", sa.Column("invited_by", sa.BigInteger, nullable=True))
    op.create_foreign_key(op.f("fk_account_invited_by"), "account", "account", ["invited_by"], ["id"])
    op.execute(KNOWN)
    op.execute(GUARD)
    op.execute(
        "CREATE TRIGGER given_by_another BEFORE INSERT OR UPDATE ON account_role FOR EACH ROW "
        "WHEN (NEW.given_by IS NOT NULL) EXECUTE FUNCTION zilu_given_by_another()"
    )


def downgrade() -> None:
    """As it was."""
    op.execute("DROP TRIGGER given_by_another ON account_role")
    op.execute("DROP FUNCTION zilu_given_by_another()")
    op.drop_constraint(op.f("fk_account_invited_by"), "account")
    op.drop_column("account", "invited_by")
