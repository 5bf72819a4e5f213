"""Files from outside wait for the scanner, where there is one, and go to nobody where it found something."""

import sqlalchemy as sa
from alembic import op

revision = "0158"
down_revision = "0157"
ROLES = "zilu_public, zilu_complainant, zilu_party, zilu_staff, zilu_panel, zilu_admin, zilu_system"

HELD = """
CREATE FUNCTION zilu_file_held(digest text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT held FROM stored_file WHERE sha256 = digest
$$
"""


def upgrade() -> None:
    """What is there stays as it is; whoever gets a file asks a function, for few may read the table."""
    for name, kind in (("scanned_at", sa.DateTime(timezone=True)), ("held", sa.String()), ("found", sa.String())):
        op.add_column("stored_file", sa.Column(name, kind, nullable=True))
    checks = {
        "held_known": "held IN ('WAITING', 'FOUND')",
        "found_named": "(held IS NOT DISTINCT FROM 'FOUND') = (found IS NOT NULL)",
        "found_by_looking": "scanned_at IS NOT NULL OR found IS NULL",
    }
    for name, held in checks.items():
        op.create_check_constraint(op.f(f"ck_stored_file_{name}"), "stored_file", held)
    op.execute(HELD)
    op.execute("REVOKE ALL ON FUNCTION zilu_file_held(text) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION zilu_file_held(text) TO {ROLES}")


def downgrade() -> None:
    """Everything goes out."""
    op.execute("DROP FUNCTION zilu_file_held(text)")
    for name in ("scanned_at", "held", "found"):
        op.drop_column("stored_file", name)
