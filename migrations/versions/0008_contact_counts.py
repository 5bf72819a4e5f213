"""Contact events of cases, and how many a day as a table attached to a finding."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
READERS = (
    ("contact_table", "staff", "", "EXISTS (SELECT 1 FROM allegation a WHERE a.id = allegation_id)"),
    ("contact_table", "panel", "", "EXISTS (SELECT 1 FROM allegation a WHERE a.id = allegation_id)"),
)
"""Table, role, columns (all where empty), and which rows."""
CHECKS = {
    "of_something": "num_nonnulls(complaint_id, case_id) >= 1",
    "out_has_reason": "(out_at IS NULL) = (out_because IS NULL)",
    "effective_was_connected": "effective IS NOT TRUE OR connected",
}
"""What holds of a contact event."""
OWN = "complaint_id = zilu_complaint()"
REPORTED = f"{OWN} AND stop_contact_id IS NOT NULL"
"""A complainant reads back what was reported against the wish to be left alone, not what staff collected."""


def _complainant_reads(rows: str) -> None:
    op.execute("DROP POLICY complainant_reads ON contact_event")
    op.execute(f"CREATE POLICY complainant_reads ON contact_event FOR SELECT TO zilu_complainant USING ({rows})")


def upgrade() -> None:
    """Whose events a case has, which were taken out and why; the tables that findings show."""
    op.create_table(
        "contact_table",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("allegation_id", sa.BigInteger(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("evidence_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("counter IN ('INTERACTIVE', 'NOTICE')", name=op.f("ck_contact_table_counter_known")),
        sa.CheckConstraint("most > 0", name=op.f("ck_contact_table_most_is_a_number")),
        sa.ForeignKeyConstraint(["allegation_id"], ["allegation.id"], name=op.f("fk_contact_table_allegation_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_contact_table_evidence_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["party.id"], name=op.f("fk_contact_table_institution_id")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_contact_table_made_by")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_contact_table_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_table")),
    )
    op.create_index(op.f("ix_contact_table_allegation_id"), "contact_table", ["allegation_id"], unique=False)
    op.create_index(
        "ix_contact_table_current",
        "contact_table",
        ["allegation_id"],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_index(op.f("ix_contact_table_evidence_id"), "contact_table", ["evidence_id"], unique=False)
    op.add_column("contact_event", sa.Column("case_id", sa.BigInteger(), nullable=True))
    op.add_column("contact_event", sa.Column("debtor", sa.String(), nullable=True))
    op.add_column("contact_event", sa.Column("principal_id", sa.BigInteger(), nullable=True))
    op.add_column("contact_event", sa.Column("seconds", sa.Integer(), nullable=True))
    op.add_column("contact_event", sa.Column("line", sa.Integer(), nullable=True))
    op.add_column("contact_event", sa.Column("out_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact_event", sa.Column("out_by", sa.BigInteger(), nullable=True))
    op.add_column("contact_event", sa.Column("out_because", sa.String(), nullable=True))
    op.create_index(op.f("ix_contact_event_evidence_id"), "contact_event", ["evidence_id"], unique=False)
    op.create_foreign_key(op.f("fk_contact_event_principal_id"), "contact_event", "party", ["principal_id"], ["id"])
    op.create_foreign_key(op.f("fk_contact_event_out_by"), "contact_event", "account", ["out_by"], ["id"])
    op.create_foreign_key(op.f("fk_contact_event_case_id"), "contact_event", "case_file", ["case_id"], ["id"])
    op.create_index("ix_contact_event_case", "contact_event", ["case_id", "at", "id"], unique=False)
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_contact_event_{name}"), "contact_event", rule)
    _complainant_reads(REPORTED)
    for table in ("contact_table",):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("contact_table",):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """Take them away."""
    _complainant_reads(OWN)
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_contact_event_{name}"), "contact_event", type_="check")
    op.drop_index("ix_contact_event_case", table_name="contact_event")
    op.drop_constraint(op.f("fk_contact_event_case_id"), "contact_event", type_="foreignkey")
    op.drop_constraint(op.f("fk_contact_event_out_by"), "contact_event", type_="foreignkey")
    op.drop_constraint(op.f("fk_contact_event_principal_id"), "contact_event", type_="foreignkey")
    op.drop_index(op.f("ix_contact_event_evidence_id"), table_name="contact_event")
    op.drop_column("contact_event", "out_because")
    op.drop_column("contact_event", "out_by")
    op.drop_column("contact_event", "out_at")
    op.drop_column("contact_event", "line")
    op.drop_column("contact_event", "seconds")
    op.drop_column("contact_event", "principal_id")
    op.drop_column("contact_event", "debtor")
    op.drop_column("contact_event", "case_id")
    op.drop_index(op.f("ix_contact_table_evidence_id"), table_name="contact_table")
    op.drop_index(
        "ix_contact_table_current", table_name="contact_table", postgresql_where=sa.text("replaced_at IS NULL")
    )
    op.drop_index(op.f("ix_contact_table_allegation_id"), table_name="contact_table")
    op.drop_table("contact_table")
