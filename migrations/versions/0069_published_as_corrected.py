"""Nothing is newly published that does not follow the served correction of its decision."""

from alembic import op

revision = "0069"
down_revision = "0068"
GUARD = """
CREATE FUNCTION zilu_published_as_corrected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM publication_text t
      JOIN text_correction c ON c.track_id = NEW.track_id AND c.called = t.summary ->> 'decision_number'
      JOIN service s ON s.document_id = c.notice_id AND s.state = 'SERVED'
      WHERE t.publication_id = NEW.id AND c.id > coalesce(t.correction_id, 0)
      AND t.no = (SELECT max(o.no) FROM publication_text o WHERE o.publication_id = NEW.id)) THEN
    RAISE EXCEPTION 'what is published follows the served correction of its decision'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'published_as_corrected';
  END IF;
  RETURN NEW;
END $$"""


def upgrade() -> None:
    """Only what comes out now: what is out already is corrected by B06."""
    op.execute(GUARD)
    op.execute(
        "CREATE TRIGGER published_as_corrected BEFORE UPDATE OF state ON publication FOR EACH ROW "
        "WHEN (NEW.state = 'PUBLISHED' AND OLD.state = 'APPROVED') EXECUTE FUNCTION zilu_published_as_corrected()"
    )


def downgrade() -> None:
    """As it was approved."""
    op.execute("DROP TRIGGER published_as_corrected ON publication")
    op.execute("DROP FUNCTION zilu_published_as_corrected()")
