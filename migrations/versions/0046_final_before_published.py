"""Nothing is newly published while the time for a review runs, nor before the decision of a review is served."""

from alembic import op

revision = "0046"
down_revision = "0045"

FUNCTION = """
CREATE OR REPLACE FUNCTION zilu_published_when_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM review r WHERE r.track_id = NEW.track_id AND r.ended_at IS NULL) THEN
    RAISE EXCEPTION 'nothing is newly published while a review is open'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'published_when_final';
  END IF;{more}
  RETURN NEW;
END $$
"""
MORE = """
  IF EXISTS (SELECT 1 FROM clock c WHERE c.subject_type = 'track' AND c.subject_id = NEW.track_id
      AND c.key = 'K20' AND c.state <> 'ENDED') THEN
    RAISE EXCEPTION 'nothing is newly published while the time for a review runs'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'published_when_final';
  END IF;
  IF EXISTS (SELECT 1 FROM review r JOIN document d ON d.kind = 'D22' AND ((d.subject_kind = 'review'
      AND d.subject_id = r.id) OR (d.subject_kind = 'track' AND d.subject_id = r.track_id))
      JOIN service s ON s.document_id = d.id
      WHERE r.track_id = NEW.track_id AND s.state NOT IN ('SERVED', 'VOID')) THEN
    RAISE EXCEPTION 'nothing is newly published before the decision of its review is served'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'published_when_final';
  END IF;"""


def upgrade() -> None:
    """The database asks for the clock and for the paper as well (I-05)."""
    op.execute(FUNCTION.format(more=MORE))


def downgrade() -> None:
    """An open review alone."""
    op.execute(FUNCTION.format(more=""))
