"""A former name that is entered or dropped changes what bulletins say a company was called: kept pages are made anew."""

from alembic import op

revision = "0145"
down_revision = "0144"
TRIGGERS = (
    ("zilu_public_changed", "INSERT OR UPDATE", "NEW"),
    ("zilu_public_changed_gone", "DELETE", "OLD"),
)


def upgrade() -> None:
    """Other kinds of names stand on no page that is kept; a long register brings thousands of them at once."""
    for name, moves, row in TRIGGERS:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {name} AFTER {moves} ON party_alias DEFERRABLE INITIALLY DEFERRED "
            f"FOR EACH ROW WHEN ({row}.kind = 'FORMER') EXECUTE FUNCTION zilu_public_changed()"
        )


def downgrade() -> None:
    """As before."""
    for name, _moves, _row in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON party_alias")
