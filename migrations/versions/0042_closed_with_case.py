"""Complaints of a case are closed to whoever was recused from it, with all that hangs on them, its clocks and ledger."""

from alembic import op

revision = "0042"
down_revision = "0041"

BARRED = """
CREATE OR REPLACE FUNCTION zilu_barred() RETURNS TABLE (kind varchar, id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 100 SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM recusal r WHERE r.account_id = zilu_account() AND r.state = 'GRANTED') THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH left_case AS (
    SELECT r.case_id FROM recusal r WHERE r.account_id = zilu_account() AND r.state = 'GRANTED'
  ), {complaints}thing AS (
    SELECT 'case'::varchar AS kind, c.case_id AS id FROM left_case c
    UNION ALL SELECT 'recusal', r.id FROM recusal r JOIN left_case c ON c.case_id = r.case_id
    UNION ALL SELECT 'track', t.id FROM case_track t JOIN left_case c ON c.case_id = t.case_id
    UNION ALL SELECT 'review', v.id FROM review v JOIN case_track t ON t.id = v.track_id
      JOIN left_case c ON c.case_id = t.case_id
    UNION ALL SELECT 'publication', p.id FROM publication p JOIN case_track t ON t.id = p.track_id
      JOIN left_case c ON c.case_id = t.case_id{things}
  ), bundle AS (
    SELECT d.id FROM dossier d JOIN thing ON thing.kind = d.subject_kind AND thing.id = d.subject_id
  ), paper AS (
    SELECT d.id FROM document d JOIN thing ON thing.kind = d.subject_kind AND thing.id = d.subject_id
    UNION SELECT d.id FROM document d JOIN bundle ON d.subject_kind = 'approval' AND d.subject_id = bundle.id
  ), sent AS (
    SELECT s.id FROM service s JOIN paper ON paper.id = s.document_id
  ), published AS (
    SELECT d.id FROM dossier d JOIN sent ON d.subject_kind = 'service' AND d.subject_id = sent.id
  )
  SELECT thing.kind, thing.id FROM thing
  UNION ALL SELECT 'approval', bundle.id FROM bundle
  UNION ALL SELECT 'document', paper.id FROM paper
  UNION ALL SELECT 'document', d.id FROM document d JOIN sent ON d.subject_kind = 'service' AND d.subject_id = sent.id
  UNION ALL SELECT 'service', sent.id FROM sent
  UNION ALL SELECT 'approval', published.id FROM published
  UNION ALL SELECT 'document', d.id FROM document d
    JOIN published ON d.subject_kind = 'approval' AND d.subject_id = published.id
  UNION SELECT 'contact_event', e.id FROM contact_event e WHERE e.case_id IN (SELECT c.case_id FROM left_case c)
    OR e.complaint_id IN ({told});
END $$
"""
TOLD = "SELECT l.complaint_id FROM case_complaint l JOIN left_case c ON c.case_id = l.case_id"
COMPLAINTS = """told AS (
    SELECT l.complaint_id AS id FROM case_complaint l JOIN left_case c ON c.case_id = l.case_id
    UNION SELECT m.id FROM complaint m JOIN case_complaint l ON l.complaint_id = m.lead_id
      JOIN left_case c ON c.case_id = l.case_id
  ), """
"""What is in the case, and what was merged into it."""
THINGS = """
    UNION ALL SELECT 'complaint', x.id FROM told x
    UNION ALL SELECT 'forwarding', f.id FROM forwarding f JOIN told x ON x.id = f.complaint_id
    UNION ALL SELECT 'stop_contact', s.id FROM stop_contact s JOIN told x ON x.id = s.complaint_id"""
QUEUE_OF = """
CREATE FUNCTION zilu_queue_of(party bigint, code text, most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public SET enable_seqscan = off SET jit = off AS $$
BEGIN
  IF code IS NULL THEN
    RETURN QUERY SELECT q.complaint_id FROM queue_entry q WHERE q.parties @> ARRAY[party] LIMIT most;
  ELSIF party IS NULL THEN
    RETURN QUERY SELECT q.complaint_id FROM queue_entry q WHERE q.codes @> ARRAY[code] LIMIT most;
  ELSE
    RETURN QUERY SELECT q.complaint_id FROM queue_entry q
      WHERE q.parties @> ARRAY[party] AND q.codes @> ARRAY[code] LIMIT most;
  END IF;
END $$
"""
"""Numbers of open complaints about a company or of a kind. Policies are asked before `@>`, which is not leakproof, so
that under them no index of an array would be used; the rows themselves are then read by the policies."""
QUEUE = "zilu_queue_of(bigint, text, integer)"
BEFORE = "true"
OF = "{} NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = '{}')"
OF_COMPLAINT = OF.format("complaint_id", "complaint")
SUBJECT = "(subject_kind, subject_id) NOT IN (SELECT b.kind, b.id FROM zilu_barred() b)"
OF_CASE = "(case_id IS NULL OR EXISTS (SELECT 1 FROM case_file c WHERE c.id = case_id))"
FOUND = (
    "audience = 'staff' AND CASE subject_kind WHEN 'complaint' THEN {} WHEN 'party' THEN true "
    "WHEN 'evidence' THEN EXISTS (SELECT 1 FROM evidence x WHERE x.id = subject_id) "
    f"WHEN 'case' THEN {SUBJECT} WHEN 'document' THEN {SUBJECT} WHEN 'publication' THEN {SUBJECT} ELSE false END"
)
STAFF = (
    ("complaint", BEFORE, OF.format("id", "complaint")),
    *(
        (table, BEFORE, OF_COMPLAINT)
        for table in (
            "alleged_code",
            "complainant",
            "complaint_script",
            "forwarding",
            "message",
            "named_company",
            "queue_entry",
            "release",
            "settlement",
            "stop_contact",
        )
    ),
    ("answer", BEFORE, OF.format("forwarding_id", "forwarding")),
    ("clock", BEFORE, "(subject_type, subject_id) NOT IN (SELECT b.kind, b.id FROM zilu_barred() b)"),
    ("recusal", BEFORE, "account_id = zilu_account() OR " + OF.format("case_id", "case")),
    (
        "ledger_entry",
        BEFORE,
        (
            f"(forwarding_id IS NULL OR {OF.format('forwarding_id', 'forwarding')}) "
            f"AND (track_id IS NULL OR {OF.format('track_id', 'track')})"
        ),
    ),
    (
        "evidence",
        OF_CASE,
        (
            f"{OF_CASE} AND (complaint_id IS NULL OR {OF_COMPLAINT}) "
            f"AND (forwarding_id IS NULL OR {OF.format('forwarding_id', 'forwarding')})"
        ),
    ),
    ("note", OF_CASE, f"{OF_CASE} AND (complaint_id IS NULL OR {OF_COMPLAINT})"),
    ("search_entry", FOUND.format("true"), FOUND.format(SUBJECT)),
)
"""Table, which rows staff read before, and which they read from now on."""


def upgrade() -> None:
    """What is closed knows complaints, forwardings and requests to stop contact as well, and their tables ask it."""
    op.execute(BARRED.format(complaints=COMPLAINTS, things=THINGS, told="SELECT x.id FROM told x"))
    op.execute(QUEUE_OF)
    op.execute(f"REVOKE ALL ON FUNCTION {QUEUE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {QUEUE} TO zilu_staff, zilu_system")
    for table, _before, after in STAFF:
        op.execute(f"ALTER POLICY staff_reads ON {table} USING ({after})")


def downgrade() -> None:
    """Complaints are open to all staff again."""
    for table, before, _after in STAFF:
        op.execute(f"ALTER POLICY staff_reads ON {table} USING ({before})")
    op.execute(f"DROP FUNCTION {QUEUE}")
    op.execute(BARRED.format(complaints="", things="", told=TOLD))
