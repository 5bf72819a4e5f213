"""Bulletins that were published before say since when their decision is in force, as later ones do."""

from alembic import op

revision = "0108"
down_revision = "0110"
SINCE = """
UPDATE publication_text t SET summary = t.summary || jsonb_build_object('in_force_since', d.effective_on::text)
FROM publication p JOIN decision d ON d.id = p.decision_id
WHERE p.id = t.publication_id AND p.state = 'PUBLISHED' AND t.shown
AND coalesce(t.summary->>'in_force_since', '') = ''
AND d.effective_on <= (p.published_at AT TIME ZONE 'Asia/Shanghai')::date
"""


def upgrade() -> None:
    """A decision that took effect only after its publication was stayed meanwhile: of that no day is told."""
    op.execute(SINCE)


def downgrade() -> None:
    """The day stays: older pages show it as well."""
