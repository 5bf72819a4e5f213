"""The copies of a case's evidence in which people are covered are closed with it."""

from alembic import op

revision = "0054"
down_revision = "0053"
FILES = """
CREATE OR REPLACE FUNCTION zilu_barred_files() RETURNS TABLE (sha256 varchar)
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 100 SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM recusal r WHERE r.account_id = zilu_account() AND r.state = 'GRANTED') THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH barred AS MATERIALIZED (SELECT b.kind, b.id FROM zilu_barred() b),
  piece AS MATERIALIZED (
    SELECT e.id, e.sha256, e.stripped_sha256{copy} FROM evidence e
    WHERE e.case_id IN (SELECT b.id FROM barred b WHERE b.kind = 'case')
      OR e.track_id IN (SELECT b.id FROM barred b WHERE b.kind = 'track')
      OR e.complaint_id IN (SELECT b.id FROM barred b WHERE b.kind = 'complaint')
      OR e.forwarding_id IN (SELECT b.id FROM barred b WHERE b.kind = 'forwarding')
  ), paper AS MATERIALIZED (SELECT b.id FROM barred b WHERE b.kind = 'document'),
  named AS (
    SELECT p.sha256 FROM piece p
    UNION SELECT p.stripped_sha256 FROM piece p{covered}
    UNION SELECT d.pdf_sha256 FROM document d JOIN paper ON paper.id = d.id
    UNION SELECT s.signed_sha256 FROM document_seal s JOIN paper ON paper.id = s.document_id
    UNION SELECT s.unsigned_sha256 FROM document_seal s JOIN paper ON paper.id = s.document_id
    UNION SELECT x.sha256 FROM document_print x JOIN paper ON paper.id = x.document_id
    UNION SELECT l.scan_sha256 FROM seal_line l JOIN paper ON paper.id = l.document_id
    UNION SELECT u.sha256 FROM bundle u JOIN barred b ON b.kind = u.subject_kind AND b.id = u.subject_id
    UNION SELECT v.pdf_sha256 FROM archive_volume v JOIN barred b ON b.kind = v.subject_kind AND b.id = v.subject_id
    UNION SELECT i.recording_sha256 FROM interview i JOIN measure m ON m.id = i.measure_id
      JOIN barred b ON b.kind = 'track' AND b.id = m.track_id
  ), copied AS (
    SELECT n.sha256 FROM named n
    UNION SELECT f.stripped_as FROM stored_file f JOIN named n ON n.sha256 = f.sha256
    UNION SELECT c.copy_sha256 FROM made_copy c JOIN named n ON n.sha256 = c.sha256
  )
  SELECT c.sha256 FROM copied c WHERE c.sha256 IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM evidence e WHERE e.sha256 = c.sha256 AND e.id NOT IN (SELECT p.id FROM piece p)
  );
END $$
"""
"""Digests of the files of the cases that somebody left, and of copies made of them."""


def upgrade() -> None:
    """What a person covered is a file of the case like its original."""
    op.execute(FILES.format(copy=", e.covered_sha256", covered="\n    UNION SELECT p.covered_sha256 FROM piece p"))


def downgrade() -> None:
    """The function does not know them."""
    op.execute(FILES.format(copy="", covered=""))
