"""The file that was signed or stamped, and the day of issue, are held by the database as well (I-08)."""

from alembic import op

revision = "0128"
down_revision = "0127"
REFUSES = """
CREATE FUNCTION zilu_file_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.issued_on IS DISTINCT FROM NEW.issued_on
  OR EXISTS (SELECT 1 FROM document_seal s WHERE s.document_id = OLD.id AND s.signed_sha256 = OLD.pdf_sha256)
  OR EXISTS (SELECT 1 FROM seal_line l WHERE l.document_id = OLD.id AND l.scan_sha256 = OLD.pdf_sha256) THEN
    RAISE EXCEPTION 'an issued document never changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'file_for_good';
  END IF;
  RETURN NEW;
END $$
"""
"""A stand-in that no seal vouches for, as a demonstration has it before its worker begins, may go."""
WHEN = (
    "OLD.issued_on IS DISTINCT FROM NEW.issued_on OR OLD.pdf_sha256 IS DISTINCT FROM NEW.pdf_sha256 "
    "AND OLD.pdf_sha256 IS NOT NULL AND (NEW.pdf_sha256 IS NOT NULL OR NEW.erased_at IS NULL)"
)
"""The digest goes with the text, when a document is erased, and at no other time."""


def upgrade() -> None:
    """A trigger of its own beside the one that keeps number and words."""
    op.execute(REFUSES)
    op.execute(
        f"CREATE TRIGGER file_for_good BEFORE UPDATE ON document FOR EACH ROW WHEN ({WHEN}) "
        "EXECUTE FUNCTION zilu_file_for_good()"
    )


def downgrade() -> None:
    """Let it be written again."""
    op.execute("DROP TRIGGER file_for_good ON document")
    op.execute("DROP FUNCTION zilu_file_for_good()")
