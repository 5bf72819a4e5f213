"""What counts until a setting that was laid down anew is confirmed; of a kind of its own that is new, the general one.

Null is what counts as it stands. What waits at the update governs nothing until it is confirmed, as before.
"""

from alembic import op

revision = "0178"
down_revision = "0177"


def upgrade() -> None:
    """Beside what waits, only."""
    op.execute("ALTER TABLE setting ADD COLUMN in_force jsonb")
    op.execute(
        "ALTER TABLE setting ADD CONSTRAINT ck_setting_in_force_until_confirmed "
        "CHECK (in_force IS NULL OR confirmed_at IS NULL)"
    )


def downgrade() -> None:
    """The journal still tells the value before."""
    op.execute("ALTER TABLE setting DROP COLUMN in_force")
