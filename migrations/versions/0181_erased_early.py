"""A person may have the data of a complaint deleted before its years are over: proposed, and granted by the head."""

import sqlalchemy as sa
from alembic import op

revision = "0181"
down_revision = "0180"
ASKED = "erasure_request"
NOT_BARRED = "complaint_id NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = 'complaint')"
COLUMNS = "id, complaint_id, granted, decided_at, over_at"


def upgrade() -> None:
    """Who asked when, who proposed and who decided; read by staff, and by its person from when on it is erased."""
    op.create_table(
        ASKED,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(), server_default="", nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "num_nulls(granted, decided_at, decided_by) IN (0, 3)", name=op.f(f"ck_{ASKED}_decided_as_a_whole")
        ),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f(f"ck_{ASKED}_decided_by_another")),
        sa.CheckConstraint(
            "granted OR granted IS NULL OR over_at IS NOT NULL", name=op.f(f"ck_{ASKED}_over_if_refused")
        ),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f(f"fk_{ASKED}_complaint_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f(f"fk_{ASKED}_proposed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f(f"fk_{ASKED}_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{ASKED}")),
    )
    live = sa.text("over_at IS NULL")
    op.create_index(op.f(f"ix_{ASKED}_complaint_id"), ASKED, ["complaint_id"], unique=False)
    op.create_index(f"uq_{ASKED}_live", ASKED, ["complaint_id"], unique=True, postgresql_where=live)
    op.create_index(f"ix_{ASKED}_granted", ASKED, ["decided_at", "complaint_id"], unique=False, postgresql_where=live)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {ASKED} TO zilu_system")
    op.execute(f"ALTER TABLE {ASKED} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {ASKED} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY system_all ON {ASKED} TO zilu_system USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT ON {ASKED} TO zilu_staff")
    op.execute(f"CREATE POLICY staff_reads ON {ASKED} FOR SELECT TO zilu_staff USING ({NOT_BARRED})")
    op.execute(f"GRANT SELECT ({COLUMNS}) ON {ASKED} TO zilu_complainant")
    op.execute(
        f"CREATE POLICY complainant_reads ON {ASKED} FOR SELECT TO zilu_complainant "
        "USING (complaint_id = zilu_complaint())"
    )


def downgrade() -> None:
    """What was proposed or granted is forgotten; what was erased stays erased."""
    op.drop_table(ASKED)
