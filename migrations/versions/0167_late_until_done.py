"""A hearing, an interview, an admission that is late stays so in the list of cases; what was done late is so no more."""

from alembic import op

revision = "0167"
down_revision = "0166"
ENDS = "'NOT_FILED', 'NO_MEASURE', 'REFERRED', 'CLOSED', 'ARCHIVED'"
BEFORE = """
          (k.key = 'K10' AND t.state = 'SCREENING') OR (k.key = 'K11' AND t.state IN ('FILED', 'INVESTIGATING'))
          OR (k.key = 'K13' AND t.state = 'REVIEWING') OR (k.key = 'K18' AND t.state = 'DELIBERATION')
          OR (k.key = 'K21' AND t.state IN ('IN_REVIEW', 'OPEN')) OR (k.key = 'K25' AND t.state = 'EXECUTING')
          OR (k.key = 'K26' AND t.state = 'VERIFYING')
"""
NOW = """
          (k.key = 'K10' AND t.state = 'SCREENING') OR (k.key = 'K11' AND t.state IN ('FILED', 'INVESTIGATING'))
          OR (k.key = 'K13' AND t.state = 'REVIEWING')
          OR (k.key = 'K17' AND t.state IN ('HEARING_ASKED', 'HEARING_SET'))
          OR (k.key = 'K18' AND t.state IN ('ADMITTED', 'DELIBERATION'))
          OR (k.key = 'K21' AND t.state IN ('IN_REVIEW', 'OPEN'))
          OR (k.key IN ('K23', 'K25') AND t.state = 'EXECUTING' AND EXISTS (
            SELECT 1 FROM measure m WHERE m.track_id = t.id AND m.state = 'ORDERED'
              AND (k.key = 'K23' AND m.level = 2 OR k.key = 'K25' AND m.level >= 4)
              AND m.decision_id = (SELECT max(n.decision_id) FROM measure n WHERE n.track_id = t.id)))
          OR (k.key = 'K26' AND t.state = 'VERIFYING')
"""
"""Clocks of the association that have expired, while what they limit has still to be done."""
ENTRIES = """
  INSERT INTO case_entry AS e (case_id, opened_on, going_on, states, kept_by, at_work, due_on, due_key, provisional)
  SELECT f.id, f.opened_on, t.going_on, t.states,
    ARRAY(SELECT DISTINCT p FROM unnest(f.officer_id || t.investigators) p WHERE p IS NOT NULL ORDER BY p),
    CASE WHEN t.going_on THEN
      ARRAY(SELECT DISTINCT p FROM unnest(f.officer_id || t.people) p WHERE p IS NOT NULL ORDER BY p) ELSE '{{}}' END,
    coalesce(d.due_on, '9999-12-31'), coalesce(d.key, ''), coalesce(d.provisional, false)
  FROM case_file f
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE t.state NOT IN ({ends})) > 0 AS going_on,
      coalesce(array_agg(DISTINCT t.state ORDER BY t.state), '{{}}') AS states,
      coalesce(array_agg(t.investigator_id), '{{}}') AS investigators,
      coalesce(array_agg(t.investigator_id) FILTER (WHERE t.state NOT IN ({ends})), '{{}}')
        || coalesce(array_agg(t.reviewer_id) FILTER (WHERE t.state NOT IN ({ends})), '{{}}') AS people
    FROM case_track t WHERE t.case_id = f.id) t
  LEFT JOIN LATERAL (
    SELECT k.due_on, k.key, k.provisional FROM case_track t
    JOIN clock k ON k.subject_type = 'track' AND k.subject_id = t.id
    WHERE t.case_id = f.id
      AND ((k.state = 'RUNNING' AND k.due_on IS NOT NULL AND k.key <> 'K27')
        OR (k.how = 'expired' AND ({owed})
          AND NOT EXISTS (SELECT 1 FROM clock n WHERE n.key = k.key AND n.subject_type = k.subject_type
            AND n.subject_id = k.subject_id AND n.id > k.id)))
    ORDER BY k.due_on, k.key, k.id LIMIT 1
  ) d ON true
"""

TOUCHED = """
CREATE OR REPLACE FUNCTION zilu_case_touched() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
{of_measure}  ELSE
    SELECT t.case_id INTO number FROM case_track t WHERE t.id = it.subject_id;
  END IF;
  IF number IS NULL OR position(',' || number || ',' IN written) > 0 THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('zilu.cases_written', ',' || number || ',' || written, true);
  PERFORM 1 FROM case_entry WHERE case_id = number FOR UPDATE;
{entries}  WHERE f.id = number
  ON CONFLICT (case_id) DO UPDATE SET (opened_on, going_on, states, kept_by, at_work, due_on, due_key, provisional)
    = (excluded.opened_on, excluded.going_on, excluded.states, excluded.kept_by, excluded.at_work, excluded.due_on,
      excluded.due_key, excluded.provisional)
  WHERE e IS DISTINCT FROM excluded;
  RETURN NULL;
END $$
"""

FILL = """
CREATE OR REPLACE FUNCTION zilu_case_fill() RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
  DELETE FROM case_entry;
{entries};
$$
"""
OF_MEASURE = """  ELSIF TG_TABLE_NAME = 'measure' THEN
    SELECT t.case_id INTO number FROM case_track t WHERE t.id = it.track_id;
"""


def _kept(owed: str, of_measure: str) -> None:
    entries = ENTRIES.format(owed=owed, ends=ENDS)
    op.execute(TOUCHED.format(entries=entries, of_measure=of_measure))
    op.execute(FILL.format(entries=entries))
    op.execute("SELECT zilu_case_fill()")


def upgrade() -> None:
    """The list follows measures as well: what was carried out is late no more, whatever else is still to be done."""
    _kept(NOW, OF_MEASURE)
    op.execute(
        "CREATE CONSTRAINT TRIGGER zilu_case_touched AFTER INSERT OR UPDATE OF state ON measure "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION zilu_case_touched()"
    )


def downgrade() -> None:
    """Measures move nothing in the list."""
    op.execute("DROP TRIGGER zilu_case_touched ON measure")
    _kept(BEFORE, "")
