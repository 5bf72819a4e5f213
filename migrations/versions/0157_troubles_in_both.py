"""Why a document, a bundle or a monthly report could not be made is kept in both languages, for whoever reads it."""

from alembic import op

revision = "0157"
down_revision = "0156"

COLUMNS = (("document", "render_trouble"), ("bundle", "trouble"), ("month_report", "trouble"))


def upgrade() -> None:
    """What is there was said in one language: it stays as it was said."""
    for table, column in COLUMNS:
        both = f"jsonb_build_object('zh', {column}, 'en', {column})"
        kept = f"CASE WHEN {column} IS NOT NULL THEN {both} END"
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE jsonb USING {kept}")


def downgrade() -> None:
    """In Chinese alone."""
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar USING {column} ->> 'zh'")
