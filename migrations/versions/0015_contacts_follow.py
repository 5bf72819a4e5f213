"""Contacts and daily counts of an entry that was merged are written under the one that stands."""

from alembic import op

revision = "0015"
down_revision = "0014"
NAMING = (
    ("contact_event", "principal_id"),
    ("contact_table", "institution_id"),
    ("contact_table", "party_id"),
)
"""Columns that name a company."""


def upgrade() -> None:
    """The same trigger as on every other column that names a company."""
    for table, column in NAMING:
        op.execute(
            f"CREATE TRIGGER standing_{column} BEFORE INSERT OR UPDATE OF {column} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION zilu_standing_party('{column}')"
        )


def downgrade() -> None:
    """Take them away."""
    for table, column in NAMING:
        op.execute(f"DROP TRIGGER standing_{column} ON {table}")
