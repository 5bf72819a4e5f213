"""What the server does for each complaint that comes in, and need not: twice the same entry, empty keys, no company."""

from alembic import op

revision = "0078"
down_revision = "0077"

NUMBERS = "',' || number || written", "',' || number || ',' || written"
"""The number at the end of the list was not found in it: the last complaint's entry was written twice."""
STANDING = (("clock", "visible_party"), ("named_company", "party_id"))
SELDOM = (("complaint", "lead_id"), ("complaint", "officer_id"), ("named_company", "party_id"))
"""Columns that are empty where a complaint comes in, and are only ever looked for by a value."""
SOURCE = "uq_complaint_source_source_no"


def _listed(before: str, after: str) -> None:
    said = f"replace(pg_get_functiondef('zilu_queue_touched()'::regprocedure), $b${before}$b$, $a${after}$a$)"
    op.execute(f"DO $do$ BEGIN EXECUTE {said}; END $do$")


def _standing(table: str, column: str, only: str) -> None:
    op.execute(f"DROP TRIGGER standing_{column} ON {table}")
    op.execute(
        f"CREATE TRIGGER standing_{column} BEFORE INSERT OR UPDATE OF {column} ON {table} "
        f"FOR EACH ROW {only}EXECUTE FUNCTION zilu_standing_party('{column}')"
    )


def _index(table: str, column: str, only: str) -> None:
    op.execute(f"DROP INDEX ix_{table}_{column}")
    op.execute(f"CREATE INDEX ix_{table}_{column} ON {table} ({column}){only}")


def upgrade() -> None:
    """The entry is written once, a company is looked up where one is named, and nothing is kept of what is empty."""
    _listed(*NUMBERS)
    for table, column in STANDING:
        _standing(table, column, f"WHEN (NEW.{column} IS NOT NULL) ")
    for table, column in SELDOM:
        _index(table, column, f" WHERE {column} IS NOT NULL")
    op.execute(f"ALTER TABLE complaint DROP CONSTRAINT {SOURCE}")
    op.execute(f"CREATE UNIQUE INDEX {SOURCE} ON complaint (source, source_no) WHERE source IS NOT NULL")


def downgrade() -> None:
    """As before."""
    op.execute(f"DROP INDEX {SOURCE}")
    op.execute(f"ALTER TABLE complaint ADD CONSTRAINT {SOURCE} UNIQUE (source, source_no)")
    for table, column in SELDOM:
        _index(table, column, "")
    for table, column in STANDING:
        _standing(table, column, "")
    _listed(*reversed(NUMBERS))
