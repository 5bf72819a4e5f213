"""A covered copy goes to outsiders once a second person looked at it."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
COVERED = ("covered_sha256", "covered_type", "covered_size")
CONFIRMED = {
    "confirmed_sha256": ("covered_sha256", sa.String()),
    "confirmed_type": ("covered_type", sa.String()),
    "confirmed_size": ("covered_size", sa.BigInteger()),
}
TWO = (
    "num_nulls(cover_checked_by, cover_checked_at) IN (0, 2) AND "
    "(cover_checked_by IS NULL OR (covered_by IS NOT NULL AND covered_by <> cover_checked_by))"
)


def upgrade() -> None:
    """Nobody confirms a copy of one's own; companies select what is confirmed and not what waits. Old copies wait."""
    op.add_column("evidence", sa.Column("cover_checked_by", sa.BigInteger(), nullable=True))
    op.add_column("evidence", sa.Column("cover_checked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f("fk_evidence_cover_checked_by"), "evidence", "account", ["cover_checked_by"], ["id"])
    op.create_check_constraint(op.f("ck_evidence_cover_checked_by_another"), "evidence", TWO)
    for name, (source, kind) in CONFIRMED.items():
        said = f"CASE WHEN cover_checked_by IS NOT NULL THEN {source} END"
        op.add_column("evidence", sa.Column(name, kind, sa.Computed(said, persisted=True), nullable=True))
    op.execute(f"REVOKE SELECT ({', '.join(COVERED)}) ON evidence FROM zilu_party")
    op.execute(f"GRANT SELECT ({', '.join(CONFIRMED)}) ON evidence TO zilu_party")


def downgrade() -> None:
    """One person is enough."""
    for name in reversed(CONFIRMED):
        op.drop_column("evidence", name)
    op.execute(f"GRANT SELECT ({', '.join(COVERED)}) ON evidence TO zilu_party")
    op.drop_constraint(op.f("ck_evidence_cover_checked_by_another"), "evidence")
    op.drop_column("evidence", "cover_checked_at")
    op.drop_column("evidence", "cover_checked_by")
