"""Everybody who had a hand in a draft to be published is kept: none of them approves it."""

from alembic import op

revision = "0131"
down_revision = "0139"
HANDS = """
UPDATE publication p SET authors = ARRAY(
  SELECT p.redacted_by WHERE p.redacted_by IS NOT NULL
  UNION
  SELECT substr(j.actor, 9)::bigint FROM journal j
  WHERE p.approved_by IS NULL AND j.subject_kind = 'publication' AND j.actor LIKE 'account:%'
    AND j.subject_id IN (SELECT o.id FROM publication o WHERE o.decision_id = p.decision_id)
    AND j."row" IN ('B02', 'publication.redact', 'publication.unredact', 'publication.follow_decision',
      'publication.reopen')
  ORDER BY 1)
"""
"""Also of the draft before it. What was approved under the narrower rule stays so: only the last hand is noted."""


def upgrade() -> None:
    """The journal tells who had a hand in what waits for approval."""
    op.execute("ALTER TABLE publication ADD COLUMN authors bigint[] NOT NULL DEFAULT '{}'")
    op.execute(
        "ALTER TABLE publication ADD CONSTRAINT ck_publication_no_author_approves "
        "CHECK (approved_by IS NULL OR approved_by <> ALL (authors))"
    )
    op.execute(HANDS)  # last: what the feeds are told waits for the end, and until then nothing alters the table


def downgrade() -> None:
    """Only the last hand is told again."""
    op.execute("ALTER TABLE publication DROP CONSTRAINT ck_publication_no_author_approves")
    op.execute("ALTER TABLE publication DROP COLUMN authors")
