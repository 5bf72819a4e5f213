"""Why a correction of a bulletin was refused loses the names of complainants when its case is erased, and then only."""

from alembic import op

revision = "0168"
down_revision = "0167"
ENDED = """
CREATE OR REPLACE FUNCTION zilu_correction_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{erased}
  RAISE EXCEPTION 'a proposed correction is decided once'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_ended';
END $$"""
ERASED = """
  IF to_jsonb(NEW) - 'reasons' = to_jsonb(OLD) - 'reasons' AND EXISTS (SELECT 1 FROM publication p
      JOIN case_track t ON t.id = p.track_id JOIN case_file f ON f.id = t.case_id
      WHERE p.id = NEW.publication_id AND f.erased_at IS NOT NULL) THEN
    RETURN NEW;
  END IF;"""


def upgrade() -> None:
    """Nothing else of what ended changes, and nothing at all as long as the file is kept."""
    op.execute(ENDED.format(erased=ERASED))


def downgrade() -> None:
    """As it was; what lost a name has lost it."""
    op.execute(ENDED.format(erased=""))
