"""Landlines written with +86 are hashed as those written at home: a job, which has the keys, does it once more."""

from alembic import op

revision = "0177"
down_revision = "0176"

ASKED = """
INSERT INTO outbox (job, key, args, asked_at, tries)
SELECT 'casework.rehash', 'rehash:0177:0', CAST('{"after": 0}' AS jsonb), now(), 0
WHERE EXISTS (SELECT 1 FROM complainant WHERE contact_hash IS NOT NULL)
ON CONFLICT (key) DO NOTHING
"""


def upgrade() -> None:
    """Ask for it, where there is anybody."""
    op.execute(ASKED)


def downgrade() -> None:
    """Ask for it no more; a hash found by either way stays."""
    op.execute("DELETE FROM outbox WHERE key LIKE 'rehash:0177:%'")
