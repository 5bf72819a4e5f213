"""When a notice counts as served is as a company agreed (D28); an answer taken into a case is evidence once.

The company whose answer it is has it with the answer: that it became evidence is not for it to read.
"""

from alembic import op

revision = "0170"
down_revision = "0169"
FILES = "{} OR (shared AND case_id IS NULL AND complaint_id IN {})"
CONCERNED_BY = "(SELECT f.complaint_id FROM forwarding f WHERE f.let_off_on IS NULL)"
OWN, OWN_ALONE = "party_id = zilu_party()", "(party_id = zilu_party() AND num_nulls(case_id, forwarding_id) > 0)"


def upgrade() -> None:
    """Every D28 of before said that a notice is served when it is opened or deemed, whatever the setting was."""
    op.execute(
        "ALTER TABLE service_address ADD COLUMN service_rule varchar NOT NULL DEFAULT 'OPENED_OR_DEEMED', "
        "ADD CONSTRAINT ck_service_address_agreed "
        "CHECK (service_rule = 'OPENED_OR_DEEMED' OR (service_rule = 'ARRIVAL' AND electronic))"
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_evidence_taken_over ON evidence (case_id, forwarding_id, sha256) "
        "WHERE case_id IS NOT NULL AND forwarding_id IS NOT NULL"
    )
    op.execute(f"ALTER POLICY party_reads ON evidence USING ({FILES.format(OWN_ALONE, CONCERNED_BY)})")


def downgrade() -> None:
    """The setting binds everybody again."""
    op.execute(f"ALTER POLICY party_reads ON evidence USING ({FILES.format(OWN, CONCERNED_BY)})")
    op.execute("DROP INDEX uq_evidence_taken_over")
    op.execute("ALTER TABLE service_address DROP COLUMN service_rule")
