"""What the search finds: one row for each thing and audience, and the words of files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
READERS = (
    (
        "search_entry",
        "staff",
        "",
        (
            "audience = 'staff' AND CASE subject_kind "
            "WHEN 'complaint' THEN true "
            "WHEN 'party' THEN true "
            "WHEN 'evidence' THEN EXISTS (SELECT 1 FROM evidence x WHERE x.id = subject_id) "
            "WHEN 'case' THEN (subject_kind, subject_id) NOT IN (SELECT b.kind, b.id FROM zilu_barred() b) "
            "WHEN 'document' THEN (subject_kind, subject_id) NOT IN (SELECT b.kind, b.id FROM zilu_barred() b) "
            "WHEN 'publication' THEN (subject_kind, subject_id) NOT IN (SELECT b.kind, b.id FROM zilu_barred() b) "
            "ELSE false END"
        ),
    ),
    (
        "search_entry",
        "party",
        "",
        (
            "audience = 'party' AND CASE subject_kind "
            "WHEN 'forwarding' THEN EXISTS (SELECT 1 FROM forwarding x WHERE x.id = subject_id) "
            "WHEN 'track' THEN EXISTS (SELECT 1 FROM case_track x WHERE x.id = subject_id) "
            "WHEN 'document' THEN EXISTS (SELECT 1 FROM document x WHERE x.id = subject_id) "
            "WHEN 'evidence' THEN EXISTS (SELECT 1 FROM evidence x WHERE x.id = subject_id) "
            "WHEN 'publication' THEN EXISTS (SELECT 1 FROM publication x WHERE x.id = subject_id AND x.ended_at IS NULL) "
            "ELSE false END"
        ),
    ),
    (
        "search_entry",
        "public",
        "",
        (
            "audience = 'public' AND CASE subject_kind "
            "WHEN 'publication' THEN EXISTS (SELECT 1 FROM publication x WHERE x.id = subject_id AND x.ended_at IS NULL) "
            "ELSE false END"
        ),
    ),
)
"""Table, role, columns (all where empty), and which rows."""
FOUND = "zilu_found(tsquery, integer)"
WALKED = "zilu_walked(tsquery, timestamptz, bigint, timestamptz, integer)"
FUNCTIONS = (
    """
CREATE FUNCTION zilu_audience() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE current_setting('role') WHEN 'zilu_staff' THEN 'staff' WHEN 'zilu_system' THEN 'staff'
    WHEN 'zilu_party' THEN 'party' ELSE 'public' END
$$
""",
    """
CREATE FUNCTION zilu_own_terms(asked tsquery) RETURNS tsquery LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN zilu_audience() <> 'party' THEN asked
    ELSE asked && format('%L | %L', '@p' || coalesce(zilu_party(), 0), '@all')::tsquery END
$$
""",
    """
CREATE FUNCTION zilu_found(asked tsquery, most integer) RETURNS TABLE (id bigint, at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public
SET enable_seqscan = off SET enable_indexscan = off SET jit = off AS $$
BEGIN
  RETURN QUERY EXECUTE format(
    'SELECT e.id, e.at FROM search_entry e WHERE e.audience = %L AND e.terms @@ $1 LIMIT $2', zilu_audience()
  ) USING zilu_own_terms(asked), most;
END $$
""",
    """
CREATE FUNCTION zilu_walked(asked tsquery, from_at timestamptz, from_id bigint, until_at timestamptz, most integer)
RETURNS TABLE (id bigint, at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
BEGIN
  RETURN QUERY EXECUTE format(
    'SELECT e.id, e.at FROM search_entry e WHERE e.audience = %L AND e.terms @@ $1 AND (e.at, e.id) < ($2, $3) '
    'AND e.at >= $4 ORDER BY e.at DESC, e.id DESC LIMIT $5', zilu_audience()
  ) USING zilu_own_terms(asked), from_at, from_id, until_at, most;
END $$
""",
)
"""For whom the reader's role reads; what else a company's query asks for; the index; the same by date."""


def upgrade() -> None:
    """The index, what was read out of files, and two functions that look into the index for a reader.

    Policies are asked before `@@`, which is not leakproof, so that under them no index would be used. The functions read
    as their owner and give numbers of rows only; the rows themselves are then read as the reader, by the policies.
    """
    op.create_table(
        "search_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("terms", postgresql.TSVECTOR(), nullable=False),
        sa.CheckConstraint("audience IN ('staff', 'party', 'public')", name=op.f("ck_search_entry_audience_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint(
            "audience", "subject_kind", "subject_id", name=op.f("uq_search_entry_audience_subject_kind_subject_id")
        ),
    )
    op.create_index(
        "ix_search_entry_newest",
        "search_entry",
        ["audience", sa.literal_column("at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_search_entry_party",
        "search_entry",
        ["terms"],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("audience = 'party'"),
        postgresql_with={"gin_pending_list_limit": "512"},
    )
    op.create_index(
        "ix_search_entry_public",
        "search_entry",
        ["terms"],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("audience = 'public'"),
        postgresql_with={"gin_pending_list_limit": "512"},
    )
    op.create_index(
        "ix_search_entry_staff",
        "search_entry",
        ["terms"],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("audience = 'staff'"),
        postgresql_with={"gin_pending_list_limit": "512"},
    )
    op.create_table(
        "evidence_text",
        sa.Column("evidence_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_text_evidence_id")),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence_text")),
    )
    for table in ("search_entry", "evidence_text"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("search_entry", "evidence_text"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")
    for statement in FUNCTIONS:
        op.execute(statement)
    for function in (FOUND, WALKED):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO zilu_staff, zilu_party, zilu_public, zilu_system")


def downgrade() -> None:
    """Nothing is found any more."""
    for function in (WALKED, FOUND, "zilu_own_terms(tsquery)", "zilu_audience()"):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("evidence_text")
    op.drop_table("search_entry")
