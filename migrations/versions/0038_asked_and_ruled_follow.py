"""Requests for material and rules of assignment that name a merged entry are written under the one that stands."""

from alembic import op

revision = "0038"
down_revision = "0037"
NAMING = (
    ("assignment_rule", "party_id"),
    ("material_request", "firm_id"),
    ("material_request", "institution_id"),
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
