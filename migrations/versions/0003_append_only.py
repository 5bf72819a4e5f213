"""The journal only grows: no UPDATE, DELETE or TRUNCATE, not even by the owner."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Refuse every change of an entry."""
    op.execute(
        "CREATE FUNCTION zilu_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER journal_rows BEFORE UPDATE OR DELETE ON journal "
        "FOR EACH ROW EXECUTE FUNCTION zilu_append_only()"
    )
    op.execute(
        "CREATE TRIGGER journal_whole BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION zilu_append_only()"
    )


def downgrade() -> None:
    """Let entries be changed again."""
    op.execute("DROP TRIGGER journal_whole ON journal")
    op.execute("DROP TRIGGER journal_rows ON journal")
    op.execute("DROP FUNCTION zilu_append_only()")
