"""The database takes no day of service that lies before the day of issue: periods are counted from it."""

from alembic import op

revision = "0085"
down_revision = "0084"
CHECK = """
CREATE FUNCTION zilu_served_after_issue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM document d WHERE d.id = NEW.document_id AND d.issued_on > NEW.served_on) THEN
    RAISE EXCEPTION 'nothing is served before it was issued'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'served_after_issue';
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    """What was written so before stays as it is; nothing is written so any more."""
    op.execute(CHECK)
    op.execute(
        "CREATE TRIGGER served_after_issue BEFORE INSERT OR UPDATE OF served_on ON service FOR EACH ROW "
        "WHEN (NEW.served_on IS NOT NULL) EXECUTE FUNCTION zilu_served_after_issue()"
    )


def downgrade() -> None:
    """Let it be written again."""
    op.execute("DROP TRIGGER served_after_issue ON service")
    op.execute("DROP FUNCTION zilu_served_after_issue()")
