"""What became of a proposed correction stays: what was refused is put in place by no later word, nor taken back by none."""

from alembic import op

revision = "0070"
down_revision = "0069"
TABLE, NAME = "bulletin_correction", "taken_back_by_its_author"
GUARD = """
CREATE FUNCTION zilu_correction_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a proposed correction is decided once'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_ended';
END $$"""


def _taken_back(said: str) -> None:
    op.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT ck_{TABLE}_{NAME}")
    op.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT ck_{TABLE}_{NAME} CHECK (outcome <> 'TAKEN_BACK' OR {said})")


def upgrade() -> None:
    """Nobody at all is not its author."""
    _taken_back("(ended_by IS NOT NULL AND ended_by = proposed_by)")
    op.execute(GUARD)
    op.execute(
        f"CREATE TRIGGER correction_ended BEFORE UPDATE ON {TABLE} FOR EACH ROW "
        "WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION zilu_correction_ended()"
    )


def downgrade() -> None:
    """As it was."""
    op.execute(f"DROP TRIGGER correction_ended ON {TABLE}")
    op.execute("DROP FUNCTION zilu_correction_ended()")
    _taken_back("ended_by = proposed_by")
