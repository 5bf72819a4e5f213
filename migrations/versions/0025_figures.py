"""Figures of each month, their corrections, reports, and what is published."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
TAKES_PART = (
    "case_id IS NULL OR case_id NOT IN "
    "(SELECT r.case_id FROM recusal r WHERE r.account_id = zilu_account() AND r.state = 'GRANTED')"
)
OWN = (
    "code = '' AND what IN ('FORWARDED', 'ANSWER', 'MEASURE', 'SET_ASIDE') AND party_id IN "
    "(SELECT p.id FROM party p WHERE p.id = zilu_party() OR p.merged_into_id = zilu_party())"
)
READERS = (
    ("figure_month", "staff", "", "true"),
    ("figure_month", "party", "", "true"),
    ("figure_stay", "staff", "", "true"),
    ("figure_revision", "staff", "", "true"),
    ("month_report", "staff", "", "true"),
    (
        "figure",
        "staff",
        "",
        TAKES_PART,
    ),
    (
        "figure",
        "party",
        "",
        OWN,
    ),
    (
        "figure_change",
        "staff",
        "",
        TAKES_PART,
    ),
)
"""Table, role, columns (all where empty), and which rows."""


def upgrade() -> None:
    """Make the tables; what is published may be read by everybody."""
    op.create_table(
        "figure_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_figure_month_first_day")),
        sa.CheckConstraint(
            "revision = 0 OR closed_at IS NOT NULL", name=op.f("ck_figure_month_only_closed_is_corrected")
        ),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_figure_month")),
    )
    op.create_table(
        "figure_stay",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tenths", sa.Integer(), nullable=False),
        sa.Column("many", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["month"], ["figure_month.month"], name=op.f("fk_figure_stay_month")),
        sa.PrimaryKeyConstraint("month", "machine", "state", "tenths", name=op.f("pk_figure_stay")),
    )
    op.create_table(
        "open_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["month"], ["figure_month.month"], name=op.f("fk_open_month_month")),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_open_month")),
    )
    op.create_table(
        "figure_revision",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_figure_revision_by")),
        sa.ForeignKeyConstraint(["month"], ["figure_month.month"], name=op.f("fk_figure_revision_month")),
        sa.PrimaryKeyConstraint("month", "revision", name=op.f("pk_figure_revision")),
    )
    op.create_table(
        "month_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.CheckConstraint("lang IN ('zh', 'en')", name=op.f("ck_month_report_lang_known")),
        sa.CheckConstraint(
            "num_nulls(sha256, pages, size, made_at) IN (0, 4)", name=op.f("ck_month_report_made_whole")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_month_report_asked_by")),
        sa.ForeignKeyConstraint(["month"], ["figure_month.month"], name=op.f("fk_month_report_month")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_month_report_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_report")),
    )
    op.create_index("ix_month_report_month", "month_report", ["month", "lang", "id"], unique=False)
    op.create_table(
        "open_cell",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("many", sa.Integer(), nullable=True),
        sa.CheckConstraint("about IN ('COMPLAINTS', 'MEASURES')", name=op.f("ck_open_cell_about_known")),
        sa.ForeignKeyConstraint(["month"], ["open_month.month"], name=op.f("fk_open_cell_month")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_cell")),
        sa.UniqueConstraint(
            "month", "about", "company", "code", "result", name=op.f("uq_open_cell_month_about_company_code_result")
        ),
    )
    op.create_table(
        "figure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("many", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_figure_case_id")),
        sa.ForeignKeyConstraint(["month"], ["figure_month.month"], name=op.f("fk_figure_month")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure")),
    )
    op.create_index(
        "ix_figure_by_company",
        "figure",
        ["month", "what"],
        unique=False,
        postgresql_where=sa.text("case_id IS NULL AND code = ''"),
    )
    op.create_index(
        "ix_figure_code", "figure", ["code", "month"], unique=False, postgresql_where=sa.text("party_id IS NULL")
    )
    op.create_index(
        "ix_figure_of_case", "figure", ["month", "what"], unique=False, postgresql_where=sa.text("case_id IS NOT NULL")
    )
    op.create_index(
        "ix_figure_party",
        "figure",
        ["party_id", "month"],
        unique=False,
        postgresql_where=sa.text("party_id IS NOT NULL"),
    )
    op.create_index(
        "ix_figure_whole",
        "figure",
        ["month", "what"],
        unique=False,
        postgresql_where=sa.text("party_id IS NULL AND code = ''"),
    )
    op.create_table(
        "figure_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.CheckConstraint("before <> after", name=op.f("ck_figure_change_something_changed")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_figure_change_case_id")),
        sa.ForeignKeyConstraint(["month"], ["figure_month.month"], name=op.f("fk_figure_change_month")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_change")),
    )
    op.create_index("ix_figure_change_month", "figure_change", ["month", "revision"], unique=False)
    for table in (
        "figure_month",
        "figure_stay",
        "open_month",
        "figure_revision",
        "month_report",
        "open_cell",
        "figure",
        "figure_change",
    ):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("figure_month", "figure_stay", "figure_revision", "month_report", "figure", "figure_change"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table in ("open_month", "open_cell"):
        op.execute(
            f"GRANT SELECT ON {table} TO zilu_staff, zilu_party, zilu_public, zilu_complainant, zilu_panel, zilu_admin"
        )
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_figure_change_month", table_name="figure_change")
    op.drop_table("figure_change")
    op.drop_index("ix_figure_whole", table_name="figure", postgresql_where=sa.text("party_id IS NULL AND code = ''"))
    op.drop_index("ix_figure_party", table_name="figure", postgresql_where=sa.text("party_id IS NOT NULL"))
    op.drop_index("ix_figure_of_case", table_name="figure", postgresql_where=sa.text("case_id IS NOT NULL"))
    op.drop_index("ix_figure_code", table_name="figure", postgresql_where=sa.text("party_id IS NULL"))
    op.drop_index(
        "ix_figure_by_company", table_name="figure", postgresql_where=sa.text("case_id IS NULL AND code = ''")
    )
    op.drop_table("figure")
    op.drop_table("open_cell")
    op.drop_index("ix_month_report_month", table_name="month_report")
    op.drop_table("month_report")
    op.drop_table("figure_revision")
    op.drop_table("open_month")
    op.drop_table("figure_stay")
    op.drop_table("figure_month")
