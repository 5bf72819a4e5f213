"""Staff read notes and files of a case by what is closed to them: until now every case there is was read for it."""

from alembic import op

revision = "0064"
down_revision = "0063"

OF = "({0} IS NULL OR {0} NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = '{1}'))"
BEFORE = "(case_id IS NULL OR EXISTS (SELECT 1 FROM case_file c WHERE c.id = case_id))"
NOW = OF.format("case_id", "case")
"""The same rows: a case is closed to staff who left it, and zilu_barred() names just those."""
TABLES = {"note": ("complaint",), "evidence": ("complaint", "forwarding")}


def _read(of_case: str) -> None:
    for table, kinds in TABLES.items():
        wanted = " AND ".join((of_case, *(OF.format(f"{kind}_id", kind) for kind in kinds)))
        op.execute(f"ALTER POLICY staff_reads ON {table} USING ({wanted})")


def upgrade() -> None:
    """By what is closed."""
    _read(NOW)


def downgrade() -> None:
    """By the cases that this reader sees."""
    _read(BEFORE)
