"""The file with identities hidden is made apart for the panel: it reads nothing of an admission of the facts.

Until now a company's file held none of what it admitted, asked for and reported, and one file served both.
"""

from alembic import op

revision = "0207"
down_revision = "0206"

BEFORE = "variant IN ('main', 'internal', 'complainant', 'shown')"
SINCE = "variant IN ('main', 'internal', 'complainant', 'shown', 'panel')"
READ = "variant = '{}' AND subject_kind = 'track' AND EXISTS (SELECT 1 FROM case_track t WHERE t.id = subject_id)"


def upgrade() -> None:
    """Files made before stay with the company; the panel has its own made."""
    op.drop_constraint(op.f("ck_bundle_variant_known"), "bundle")
    op.create_check_constraint(op.f("ck_bundle_variant_known"), "bundle", SINCE)
    op.execute(f"ALTER POLICY panel_reads ON bundle USING ({READ.format('panel')})")


def downgrade() -> None:
    """Those made for the panel stay there: older code does not look for them."""
    op.execute(f"ALTER POLICY panel_reads ON bundle USING ({READ.format('shown')})")
    op.drop_constraint(op.f("ck_bundle_variant_known"), "bundle")
    op.create_check_constraint(op.f("ck_bundle_variant_known"), "bundle", BEFORE, postgresql_not_valid=True)
