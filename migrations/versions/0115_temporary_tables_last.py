"""What runs with the owner's rights looks for temporary tables last: they come first where no path names them."""

from alembic import op

revision = "0115"
down_revision = "0106"
ALL = """
DO $$
DECLARE it regprocedure;
BEGIN
  FOR it IN SELECT oid FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = {path}', it);
  END LOOP;
END $$
"""


def upgrade() -> None:
    """All of them, as they are."""
    op.execute(ALL.replace("{path}", "public, pg_temp"))


def downgrade() -> None:
    """As the migrations before made them."""
    op.execute(ALL.replace("{path}", "public"))
