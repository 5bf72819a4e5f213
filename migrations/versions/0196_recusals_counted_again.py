"""From which day and for how long a respondent can ask for a recusal: a year's notice moves the end, as it moves others."""

from alembic import op

revision = "0196"
down_revision = "0195"


def upgrade() -> None:
    """Ends that were counted before stay: nobody noted from which day."""
    op.execute(
        "ALTER TABLE case_track ADD COLUMN recusal_from date, ADD COLUMN recusal_days integer, "
        "ADD CONSTRAINT ck_case_track_recusal_counted_from CHECK ((recusal_from IS NULL) = (recusal_days IS NULL))"
    )


def downgrade() -> None:
    """The ends stay as they were counted last."""
    op.execute("ALTER TABLE case_track DROP COLUMN recusal_from, DROP COLUMN recusal_days")
