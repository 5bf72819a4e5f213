"""What staff put before others on a track is known by the room whose rules it follows, as on cases."""

from alembic import op

revision = "0200"
down_revision = "0199"
OLD, NEW = "complainants.track", "casework.track"


def upgrade() -> None:
    """Drafts that wait are found under the name that their page has now."""
    _called(OLD, NEW)


def downgrade() -> None:
    """And under the one it had before."""
    _called(NEW, OLD)


def _called(before: str, now: str) -> None:
    op.execute(f"UPDATE dossier SET deed = '{now}/' || split_part(deed, '/', 2) WHERE deed LIKE '{before}/%'")
