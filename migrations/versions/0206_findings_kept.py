"""What each officer found of a correction, and when, stays: the second one's words took the place of the first one's.

The journal tells who looked, when and with which result; the words are known only of what was found last.
"""

from alembic import op

revision = "0206"
down_revision = "0205"
DAY = "(j.at AT TIME ZONE 'Asia/Shanghai')::date"
LOOKED = f"""
  SELECT i.id, j.id AS place, j.at, split_part(j.actor, ':', 2)::bigint AS by, j.changes ->> 'result' AS result,
    least(m.attempt, 1 + (SELECT count(*) FROM journal a WHERE a.subject_kind = 'track' AND a.subject_id = t.id
      AND a."row" = 'S41' AND a.id < j.id AND (a.at AT TIME ZONE 'Asia/Shanghai')::date >= m.ordered_on)) AS attempt
  FROM journal j
  JOIN case_track t ON t.case_id = j.subject_id AND t.ref = j.changes ->> 'track'
  JOIN LATERAL (
    SELECT * FROM measure o WHERE o.track_id = t.id AND o.level = 1 AND o.ordered_on <= {DAY}
    ORDER BY o.ordered_on DESC, o.id DESC LIMIT 1) m ON true
  JOIN rectification_item i ON i.measure_id = m.id AND i.no = (j.changes ->> 'item')::int
  WHERE j.subject_kind = 'case' AND j."row" = 'case.verify' AND j.actor LIKE 'account:%'
"""
"""Every look at a correction that the journal knows, with the problem it was about, and after which order."""
TOLD = """
  SELECT l.id, jsonb_agg(jsonb_build_object('by', l.by,
    'at', to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
    'attempt', l.attempt, 'result', l.result, 'note',
    CASE WHEN l.place <> l.last THEN NULL
      WHEN l.attempt < m.attempt THEN i.earlier -> -1 ->> 'note'
      WHEN l.by IN (i.verified_by, i.second_by) AND l.result = i.result THEN i.result_note END)
    ORDER BY l.place) AS findings
  FROM (SELECT k.*, max(k.place) OVER (PARTITION BY k.id, k.attempt) AS last FROM looked k) l
  JOIN rectification_item i ON i.id = l.id JOIN measure m ON m.id = i.measure_id
  WHERE NOT EXISTS (SELECT 1 FROM jsonb_array_elements(i.findings) f
    WHERE (f ->> 'by')::bigint = l.by AND (f ->> 'at')::timestamptz = l.at)
  GROUP BY l.id
"""
GROWS = """
CREATE FUNCTION zilu_findings_grow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  was jsonb;
  kept jsonb;
BEGIN
  FOR place IN 0 .. jsonb_array_length(OLD.findings) - 1 LOOP
    was := OLD.findings -> place;
    kept := NEW.findings -> place;
    IF kept - 'note' IS DISTINCT FROM was - 'note'
      OR (kept -> 'note' IS DISTINCT FROM was -> 'note' AND kept ->> 'note' IS DISTINCT FROM '') THEN
      RAISE EXCEPTION 'what was found of a correction stays';
    END IF;
  END LOOP;
  RETURN NEW;
END $$
"""
"""The words may be erased with the case; who found what on which day does not change, and more is only put behind."""


def upgrade() -> None:
    """What this version kept before it went down is there again; what was found since is put behind it."""
    op.execute("ALTER TABLE rectification_item ADD COLUMN IF NOT EXISTS findings jsonb DEFAULT '[]' NOT NULL")
    op.execute(
        f"WITH looked AS ({LOOKED}), told AS ({TOLD}) UPDATE rectification_item i "
        "SET findings = i.findings || told.findings FROM told WHERE told.id = i.id"
    )
    op.execute(GROWS)
    op.execute("REVOKE ALL ON FUNCTION zilu_findings_grow() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER findings_grow BEFORE UPDATE OF findings ON rectification_item FOR EACH ROW "
        "WHEN (OLD.findings IS DISTINCT FROM NEW.findings) EXECUTE FUNCTION zilu_findings_grow()"
    )


def downgrade() -> None:
    """What was found stays where it is: nothing else tells the words of who looked first."""
    op.execute("DROP TRIGGER findings_grow ON rectification_item")
    op.execute("DROP FUNCTION zilu_findings_grow()")
