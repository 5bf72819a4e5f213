"""One narrow row for each case, kept by triggers: the list was sorted by reading all clocks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0162"
down_revision = "0161"
READERS = "case_id NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = 'case')"
ENDS = "'NOT_FILED', 'NO_MEASURE', 'REFERRED', 'CLOSED', 'ARCHIVED'"
OWED = """
          (k.key = 'K10' AND t.state = 'SCREENING') OR (k.key = 'K11' AND t.state IN ('FILED', 'INVESTIGATING'))
          OR (k.key = 'K13' AND t.state = 'REVIEWING') OR (k.key = 'K18' AND t.state = 'DELIBERATION')
          OR (k.key = 'K21' AND t.state IN ('IN_REVIEW', 'OPEN')) OR (k.key = 'K25' AND t.state = 'EXECUTING')
          OR (k.key = 'K26' AND t.state = 'VERIFYING')
"""
"""Clocks of the association that have expired, while the track is still where they ran."""
ENTRIES = f"""
  INSERT INTO case_entry AS e (case_id, opened_on, going_on, states, kept_by, at_work, due_on, due_key, provisional)
  SELECT f.id, f.opened_on, t.going_on, t.states,
    ARRAY(SELECT DISTINCT p FROM unnest(f.officer_id || t.investigators) p WHERE p IS NOT NULL ORDER BY p),
    CASE WHEN t.going_on THEN
      ARRAY(SELECT DISTINCT p FROM unnest(f.officer_id || t.people) p WHERE p IS NOT NULL ORDER BY p) ELSE '{{}}' END,
    coalesce(d.due_on, '9999-12-31'), coalesce(d.key, ''), coalesce(d.provisional, false)
  FROM case_file f
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE t.state NOT IN ({ENDS})) > 0 AS going_on,
      coalesce(array_agg(DISTINCT t.state ORDER BY t.state), '{{}}') AS states,
      coalesce(array_agg(t.investigator_id), '{{}}') AS investigators,
      coalesce(array_agg(t.investigator_id) FILTER (WHERE t.state NOT IN ({ENDS})), '{{}}')
        || coalesce(array_agg(t.reviewer_id) FILTER (WHERE t.state NOT IN ({ENDS})), '{{}}') AS people
    FROM case_track t WHERE t.case_id = f.id) t
  LEFT JOIN LATERAL (
    SELECT k.due_on, k.key, k.provisional FROM case_track t
    JOIN clock k ON k.subject_type = 'track' AND k.subject_id = t.id
    WHERE t.case_id = f.id
      AND ((k.state = 'RUNNING' AND k.due_on IS NOT NULL AND k.key <> 'K27')
        OR (k.how = 'expired' AND ({OWED})
          AND NOT EXISTS (SELECT 1 FROM clock n WHERE n.key = k.key AND n.subject_type = k.subject_type
            AND n.subject_id = k.subject_id AND n.id > k.id)))
    ORDER BY k.due_on, k.key, k.id LIMIT 1
  ) d ON true
"""
"""Its last day is the earliest of `desk.queries_last_days.limits`; a trial holds one against the other."""
TOUCHED = f"""
CREATE FUNCTION zilu_case_touched() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  it record;
  number bigint;
  written text := coalesce(current_setting('zilu.cases_written', true), '');
BEGIN
  IF TG_OP = 'DELETE' THEN it := OLD; ELSE it := NEW; END IF;
  IF TG_TABLE_NAME = 'case_file' THEN
    number := it.id;
  ELSIF TG_TABLE_NAME = 'case_track' THEN
    number := it.case_id;
  ELSE
    SELECT t.case_id INTO number FROM case_track t WHERE t.id = it.subject_id;
  END IF;
  IF number IS NULL OR position(',' || number || ',' IN written) > 0 THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('zilu.cases_written', ',' || number || ',' || written, true);
  PERFORM 1 FROM case_entry WHERE case_id = number FOR UPDATE;
{ENTRIES}  WHERE f.id = number
  ON CONFLICT (case_id) DO UPDATE SET (opened_on, going_on, states, kept_by, at_work, due_on, due_key, provisional)
    = (excluded.opened_on, excluded.going_on, excluded.states, excluded.kept_by, excluded.at_work, excluded.due_on,
      excluded.due_key, excluded.provisional)
  WHERE e IS DISTINCT FROM excluded;
  RETURN NULL;
END $$
"""
"""Each case that a transaction touched is written once, at its end, when all else of it stands."""
FILL = f"""
CREATE FUNCTION zilu_case_fill() RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
  DELETE FROM case_entry;
{ENTRIES};
$$
"""
COUNTS = "UPDATE OF state, how, due_on, provisional"
TOUCHES = (
    ("zilu_case_touched", "INSERT OR UPDATE OF opened_on, officer_id", "case_file", ""),
    ("zilu_case_touched", "INSERT OR DELETE OR UPDATE OF state, investigator_id, reviewer_id", "case_track", ""),
    ("zilu_case_touched", f"INSERT OR {COUNTS}", "clock", "WHEN (NEW.subject_type = 'track')"),
    ("zilu_case_touched_gone", "DELETE", "clock", "WHEN (OLD.subject_type = 'track')"),
)
"""What moves a case in the list."""


def upgrade() -> None:
    """The table, what keeps it, and an entry for each case there is."""
    op.create_table(
        "case_entry",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("going_on", sa.Boolean(), nullable=False),
        sa.Column("states", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("kept_by", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("at_work", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_key", sa.String(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_entry_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_entry")),
    )
    op.create_index("ix_case_entry_due", "case_entry", ["due_on", "case_id"])
    op.create_index("ix_case_entry_opened", "case_entry", ["opened_on", "case_id"])
    op.create_index("ix_case_entry_going_on", "case_entry", ["due_on", "case_id"], postgresql_where=sa.text("going_on"))
    for column in ("states", "kept_by", "at_work"):
        op.create_index(f"ix_case_entry_{column}", "case_entry", [column], postgresql_using="gin")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON case_entry TO zilu_system")
    op.execute("ALTER TABLE case_entry ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE case_entry FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY system_all ON case_entry TO zilu_system USING (true) WITH CHECK (true)")
    op.execute("GRANT SELECT ON case_entry TO zilu_staff")
    op.execute(f"CREATE POLICY staff_reads ON case_entry FOR SELECT TO zilu_staff USING ({READERS})")
    for function in (TOUCHED, FILL):
        op.execute(function)
    for name in ("touched", "fill"):
        op.execute(f"REVOKE ALL ON FUNCTION zilu_case_{name}() FROM PUBLIC")
    op.execute("SELECT zilu_case_fill()")
    for name, moves, table, when in TOUCHES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {name} AFTER {moves} ON {table} "
            f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {when} EXECUTE FUNCTION zilu_case_touched()"
        )


def downgrade() -> None:
    """Last days are looked up among all clocks again."""
    for name, _moves, table, _when in TOUCHES:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute("DROP FUNCTION zilu_case_touched()")
    op.execute("DROP FUNCTION zilu_case_fill()")
    op.drop_table("case_entry")
