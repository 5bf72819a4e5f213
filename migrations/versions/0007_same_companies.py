"""Two entries that are one company, companies that go on as another, names that come on a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
READERS = (
    ("party_merge", "staff", "", "true"),
    ("party_merge", "admin", "", "true"),
    ("party_succession", "staff", "", "true"),
    ("party_succession", "admin", "", "true"),
    ("party_succession", "panel", "", "true"),
    ("party_succession", "party", "", "predecessor_id = zilu_party() OR successor_id = zilu_party()"),
    ("party_move", "staff", "", "true"),
    ("party_move", "admin", "", "true"),
)
"""Table, role, columns (all where empty), and which rows."""
NAMING = (
    ("account", "party_id"),
    ("basis", "party_id"),
    ("case_track", "party_id"),
    ("clock", "visible_party"),
    ("contact_event", "party_id"),
    ("document", "party_id"),
    ("engagement", "institution_id"),
    ("engagement", "firm_id"),
    ("evidence", "party_id"),
    ("forwarding", "party_id"),
    ("interest", "party_id"),
    ("ledger_entry", "party_id"),
    ("named_company", "party_id"),
    ("panel_background", "party_id"),
    ("party_alias", "party_id"),
    ("party_succession", "predecessor_id"),
    ("party_succession", "successor_id"),
    ("publication", "party_id"),
    ("recusal", "party_id"),
    ("service", "party_id"),
    ("service_address", "party_id"),
    ("stop_contact", "party_id"),
)
"""Columns that name a company; what is written there under a merged entry goes to the one that stands."""
FOLLOW = """
CREATE FUNCTION zilu_standing_party() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE named bigint; standing bigint;
BEGIN
  named := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
  IF named IS NOT NULL THEN
    SELECT merged_into_id INTO standing FROM party WHERE id = named FOR KEY SHARE;
    IF standing IS NOT NULL THEN
      NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], standing));
    END IF;
  END IF;
  RETURN NEW;
END $$
"""
CHECKS = (
    ("merged_into_another", "merged_into_id <> id"),
    ("ceased_with_evidence", "(ceased_on IS NULL) = (ceased_evidence = '')"),
    ("coming_name_has_a_day", "(coming_on IS NULL) = (coming_zh = '')"),
)


def upgrade() -> None:
    """Keep merges, successions and each row they moved; no row is written under an entry that was merged."""
    op.create_table(
        "party_merge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("gone_id", sa.BigInteger(), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("member_no", sa.String(), nullable=True),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.BigInteger(), nullable=True),
        sa.Column("undo_reason", sa.String(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undo_reason = '')", name=op.f("ck_party_merge_undone_with_a_reason")
        ),
        sa.CheckConstraint("gone_id <> kept_id", name=op.f("ck_party_merge_two_entries")),
        sa.ForeignKeyConstraint(["gone_id"], ["party.id"], name=op.f("fk_party_merge_gone_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["party.id"], name=op.f("fk_party_merge_kept_id")),
        sa.ForeignKeyConstraint(["merged_by"], ["account.id"], name=op.f("fk_party_merge_merged_by")),
        sa.ForeignKeyConstraint(["undone_by"], ["account.id"], name=op.f("fk_party_merge_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_merge")),
    )
    op.create_index("ix_party_merge_kept", "party_merge", ["kept_id"], unique=False)
    op.create_index(
        "uq_party_merge_standing",
        "party_merge",
        ["gone_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "party_succession",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("predecessor_id", sa.BigInteger(), nullable=False),
        sa.Column("successor_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ABSORBED", "DIVIDED", "SPLIT_OFF", name="kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_because", sa.String(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_because = '')",
            name=op.f("ck_party_succession_withdrawn_with_a_reason"),
        ),
        sa.CheckConstraint("evidence <> ''", name=op.f("ck_party_succession_with_evidence")),
        sa.CheckConstraint("predecessor_id <> successor_id", name=op.f("ck_party_succession_two_companies")),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_party_succession_entered_by")),
        sa.ForeignKeyConstraint(["predecessor_id"], ["party.id"], name=op.f("fk_party_succession_predecessor_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["party.id"], name=op.f("fk_party_succession_successor_id")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["account.id"], name=op.f("fk_party_succession_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_succession")),
    )
    op.create_index("ix_party_succession_successor", "party_succession", ["successor_id"], unique=False)
    op.create_index(
        "uq_party_succession_standing",
        "party_succession",
        ["predecessor_id", "successor_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "party_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("merge_id", sa.BigInteger(), nullable=True),
        sa.Column("succession_id", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("num_nonnulls(merge_id, succession_id) = 1", name=op.f("ck_party_move_of_one_reason")),
        sa.ForeignKeyConstraint(["merge_id"], ["party_merge.id"], name=op.f("fk_party_move_merge_id")),
        sa.ForeignKeyConstraint(["succession_id"], ["party_succession.id"], name=op.f("fk_party_move_succession_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_move")),
    )
    op.create_index("ix_party_move_merge", "party_move", ["merge_id"], unique=False)
    op.create_index("ix_party_move_succession", "party_move", ["succession_id"], unique=False)
    op.add_column("party", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.add_column("party", sa.Column("ceased_on", sa.Date(), nullable=True))
    op.add_column("party", sa.Column("ceased_evidence", sa.String(), server_default="", nullable=False))
    op.add_column("party", sa.Column("coming_zh", sa.String(), server_default="", nullable=False))
    op.add_column("party", sa.Column("coming_en", sa.String(), server_default="", nullable=False))
    op.add_column("party", sa.Column("coming_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_party_merged_into",
        "party",
        ["merged_into_id"],
        unique=False,
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_foreign_key(op.f("fk_party_merged_into_id"), "party", "party", ["merged_into_id"], ["id"])
    for name, rule in CHECKS:
        op.create_check_constraint(op.f(f"ck_party_{name}"), "party", rule)
    op.execute(FOLLOW)
    for table, column in NAMING:
        op.execute(
            f"CREATE TRIGGER standing_{column} BEFORE INSERT OR UPDATE OF {column} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION zilu_standing_party('{column}')"
        )
    for table in ("party_merge", "party_succession", "party_move"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("party_merge", "party_succession", "party_move"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """Take it away; entries merged at that time stay as they were pointed."""
    for table, column in NAMING:
        op.execute(f"DROP TRIGGER standing_{column} ON {table}")
    op.execute("DROP FUNCTION zilu_standing_party()")
    for name, _ in CHECKS:
        op.drop_constraint(op.f(f"ck_party_{name}"), "party", type_="check")
    op.drop_constraint(op.f("fk_party_merged_into_id"), "party", type_="foreignkey")
    op.drop_index("ix_party_merged_into", table_name="party", postgresql_where=sa.text("merged_into_id IS NOT NULL"))
    op.drop_column("party", "coming_on")
    op.drop_column("party", "coming_en")
    op.drop_column("party", "coming_zh")
    op.drop_column("party", "ceased_evidence")
    op.drop_column("party", "ceased_on")
    op.drop_column("party", "merged_into_id")
    op.drop_index("ix_party_move_succession", table_name="party_move")
    op.drop_index("ix_party_move_merge", table_name="party_move")
    op.drop_table("party_move")
    op.drop_index(
        "uq_party_succession_standing", table_name="party_succession", postgresql_where=sa.text("withdrawn_at IS NULL")
    )
    op.drop_index("ix_party_succession_successor", table_name="party_succession")
    op.drop_table("party_succession")
    op.drop_index("uq_party_merge_standing", table_name="party_merge", postgresql_where=sa.text("undone_at IS NULL"))
    op.drop_index("ix_party_merge_kept", table_name="party_merge")
    op.drop_table("party_merge")
