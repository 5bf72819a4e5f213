"""A copy of a file of evidence in which a person covered who is to be hidden."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
COPY = "covered_sha256, covered_type, covered_size"
FILES = (
    ("e.stripped_sha256 FROM evidence", "e.stripped_sha256, e.covered_sha256 FROM evidence"),
    (
        "UNION SELECT p.stripped_sha256 FROM piece p",
        "UNION SELECT p.stripped_sha256 FROM piece p UNION SELECT p.covered_sha256 FROM piece p",
    ),
)
"""What the function of files that are closed to a recused person says, and what it says with covered copies."""


def _say(before: int, after: int) -> None:
    made = "pg_get_functiondef('zilu_barred_files()'::regprocedure)"
    for pair in FILES:
        made = f"replace({made}, '{pair[before]}', '{pair[after]}')"
    op.execute(f"DO $do$ BEGIN EXECUTE {made}; END $do$")


def upgrade() -> None:
    """Companies read of it what they read of a file: what it is, not who made it."""
    op.add_column("evidence", sa.Column("covered_sha256", sa.String(), nullable=True))
    op.add_column("evidence", sa.Column("covered_type", sa.String(), nullable=True))
    op.add_column("evidence", sa.Column("covered_size", sa.BigInteger(), nullable=True))
    op.add_column("evidence", sa.Column("covered_by", sa.BigInteger(), nullable=True))
    op.add_column("evidence", sa.Column("covered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f("fk_evidence_covered_sha256"), "evidence", "stored_file", ["covered_sha256"], ["sha256"])
    op.create_foreign_key(op.f("fk_evidence_covered_by"), "evidence", "account", ["covered_by"], ["id"])
    op.create_check_constraint(
        op.f("ck_evidence_covered_whole"),
        "evidence",
        "num_nulls(covered_sha256, covered_type, covered_size, covered_by, covered_at) IN (0, 5)",
    )
    op.execute(f"GRANT SELECT ({COPY}) ON evidence TO zilu_party")
    _say(0, 1)


def downgrade() -> None:
    """What cannot be searched is left out of every file for outsiders."""
    _say(1, 0)
    op.execute(f"REVOKE SELECT ({COPY}) ON evidence FROM zilu_party")
    op.drop_constraint(op.f("ck_evidence_covered_whole"), "evidence")
    for column in ("covered_at", "covered_by", "covered_size", "covered_type", "covered_sha256"):
        op.drop_column("evidence", column)
