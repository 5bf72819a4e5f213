"""Lists of companies come in by the import page, and whoever keeps the register confirms them."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
READERS = (
    ("import_file", "holds = 'companies'"),
    ("batch", "kind = 'import.companies'"),
    ("batch_item", "EXISTS (SELECT 1 FROM batch b WHERE b.id = batch_id)"),
)
"""Table, and which rows the back office reads of it."""


def upgrade() -> None:
    """What a file holds, why a list was sent back, and the back office reads lists of companies with their items."""
    op.add_column("import_file", sa.Column("holds", sa.String(), server_default="complaints", nullable=False))
    op.add_column("import_file", sa.Column("sent_back", sa.String(), server_default="", nullable=False))
    op.create_check_constraint(
        op.f("ck_import_file_holds_known"), "import_file", "holds IN ('complaints', 'companies')"
    )
    for table, rows in READERS:
        op.execute(f"GRANT SELECT ON {table} TO zilu_admin")
        op.execute(f"CREATE POLICY admin_reads ON {table} FOR SELECT TO zilu_admin USING ({rows})")


def downgrade() -> None:
    """Lists of companies go; what came in by them stays in the register."""
    for table, _rows in READERS:
        op.execute(f"DROP POLICY admin_reads ON {table}")
        op.execute(f"REVOKE SELECT ON {table} FROM zilu_admin")
    op.execute("DELETE FROM import_file WHERE holds = 'companies'")
    op.execute("DELETE FROM batch WHERE kind = 'import.companies'")
    op.drop_constraint(op.f("ck_import_file_holds_known"), "import_file")
    op.drop_column("import_file", "sent_back")
    op.drop_column("import_file", "holds")
