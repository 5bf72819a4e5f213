"""Rules by which accepted complaints go to somebody."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
READERS = (("assignment_rule", "staff", "", "true"),)
"""Table, role, columns (all where empty), and which rows."""


def upgrade() -> None:
    """In their order: what each asks of a complaint, and among whom it goes."""
    op.create_table(
        "assignment_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("people", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("most_open", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("lang IN ('', 'zh', 'en')", name=op.f("ck_assignment_rule_lang_known")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_assignment_rule_named")),
        sa.CheckConstraint("region ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6})?$'", name=op.f("ck_assignment_rule_region_form")),
        sa.CheckConstraint("cardinality(people) > 0", name=op.f("ck_assignment_rule_goes_to_somebody")),
        sa.CheckConstraint("most_open > 0", name=op.f("ck_assignment_rule_most_open_positive")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_assignment_rule_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_rule")),
    )
    for table in ("assignment_rule",):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("assignment_rule",):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """No rules: complaints go to whoever accepts them."""
    op.drop_table("assignment_rule")
