"""Whoever was recused reads nothing of the case in any table; outsiders read no column that is the association's."""

from alembic import op

revision = "0009"
down_revision = "0008"

BARRED = """
CREATE FUNCTION zilu_barred() RETURNS TABLE (kind varchar, id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 100 SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM recusal r WHERE r.account_id = zilu_account() AND r.state = 'GRANTED') THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH left_case AS (
    SELECT r.case_id FROM recusal r WHERE r.account_id = zilu_account() AND r.state = 'GRANTED'
  ), thing AS (
    SELECT 'case'::varchar AS kind, c.case_id AS id FROM left_case c
    UNION ALL SELECT 'recusal', r.id FROM recusal r JOIN left_case c ON c.case_id = r.case_id
    UNION ALL SELECT 'track', t.id FROM case_track t JOIN left_case c ON c.case_id = t.case_id
    UNION ALL SELECT 'review', v.id FROM review v JOIN case_track t ON t.id = v.track_id
      JOIN left_case c ON c.case_id = t.case_id
    UNION ALL SELECT 'publication', p.id FROM publication p JOIN case_track t ON t.id = p.track_id
      JOIN left_case c ON c.case_id = t.case_id
  ), bundle AS (
    SELECT d.id FROM dossier d JOIN thing ON thing.kind = d.subject_kind AND thing.id = d.subject_id
  ), paper AS (
    SELECT d.id FROM document d JOIN thing ON thing.kind = d.subject_kind AND thing.id = d.subject_id
    UNION SELECT d.id FROM document d JOIN bundle ON d.subject_kind = 'approval' AND d.subject_id = bundle.id
  ), sent AS (
    SELECT s.id FROM service s JOIN paper ON paper.id = s.document_id
  )
  SELECT thing.kind, thing.id FROM thing
  UNION ALL SELECT 'approval', bundle.id FROM bundle
  UNION ALL SELECT 'document', paper.id FROM paper
  UNION ALL SELECT 'document', d.id FROM document d JOIN sent ON d.subject_kind = 'service' AND d.subject_id = sent.id
  UNION ALL SELECT 'service', sent.id FROM sent
  UNION SELECT 'contact_event', e.id FROM contact_event e WHERE e.case_id IN (SELECT c.case_id FROM left_case c)
    OR e.complaint_id IN (SELECT l.complaint_id FROM case_complaint l JOIN left_case c ON c.case_id = l.case_id);
END $$
"""
SUBJECT = "(subject_kind, subject_id) NOT IN (SELECT b.kind, b.id FROM zilu_barred() b)"
BEFORE = "true"
STAFF = (
    ("archive_volume", BEFORE, SUBJECT),
    ("archive_entry", BEFORE, "EXISTS (SELECT 1 FROM archive_volume v WHERE v.id = volume_id)"),
    ("case_complaint", BEFORE, "case_id NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = 'case')"),
    ("contact_event", BEFORE, "id NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = 'contact_event')"),
    (
        "document",
        (
            "(subject_kind <> 'track' OR EXISTS (SELECT 1 FROM case_track t WHERE t.id = subject_id)) "
            "AND (subject_kind <> 'review' OR EXISTS (SELECT 1 FROM review r WHERE r.id = subject_id))"
        ),
        "id NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = 'document')",
    ),
    ("dossier", BEFORE, SUBJECT),
    ("journal", BEFORE, SUBJECT),
    ("panel_member", BEFORE, "track_id NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = 'track')"),
    ("publication", BEFORE, "id NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = 'publication')"),
    (
        "publication_text",
        BEFORE,
        "publication_id NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = 'publication')",
    ),
    ("redaction", BEFORE, "publication_id NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = 'publication')"),
    ("service", BEFORE, "document_id NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = 'document')"),
    ("task", BEFORE, SUBJECT),
)
"""Table, which rows staff read before, and which they read from now on."""

SHOWN = (
    "id, party_id, scope, state, slug, codes, level, published_at, document_id, withdrawn_at, withdrawn_because, "
    "in_review, ended_at, version"
)
COLUMNS = (
    ("case_file", "party", "id, year, serial, ref, opened_on, conduct_from, conduct_to, version"),
    (
        "case_track",
        "party",
        (
            "id, ref, case_id, party_id, role, basis, state, round, explanation, explained_at, explained_late, "
            "proposed_level, decided_level, ended_on, version"
        ),
    ),
    (
        "complaint",
        "complainant",
        (
            "id, ref, state, channel, lang, received_at, product, issue, facts, request, conduct_from, conduct_to, round, "
            "urgent, missing, asked_info, reason, reason_text, outcome, authority, asked_again, rechecked, recheck_days, "
            "recheck_asked_at, recheck_why, ended_at, pressure, merged_at, version"
        ),
    ),
    (
        "hearing",
        "party",
        (
            "id, track_id, round, asked_at, asked_by, wishes, at, place, agenda, adjourned_at, adjourned_because, "
            "waived_at, started_at, ended_at, absent, minutes, minutes_sha256, signed_by, signed_at, signed_account, "
            "signed_sha256, corrections, refused_because"
        ),
    ),
    ("publication", "public", SHOWN),
    ("publication", "party", SHOWN),
    ("publication", "complainant", SHOWN),
    (
        "review",
        "party",
        (
            "id, track_id, decision_id, new_decision_id, state, own_motion, basis, grounds, revoked, asked_at, asked_by, "
            "ended_at, outcome, decided_on, version"
        ),
    ),
)
"""Table, reader, and the only columns that reader may select."""


def upgrade() -> None:
    """A function that tells what is closed to the reader, policies that ask it, and grants of columns."""
    op.execute(BARRED)
    op.execute("REVOKE ALL ON FUNCTION zilu_barred() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION zilu_barred() TO zilu_staff, zilu_system")
    for table, _before, after in STAFF:
        op.execute(f"ALTER POLICY staff_reads ON {table} USING ({after})")
    for table, role, columns in COLUMNS:
        op.execute(f"REVOKE SELECT ON {table} FROM zilu_{role}")
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO zilu_{role}")


def downgrade() -> None:
    """Grant whole rows again, and let the policies say what they said."""
    for table, role, columns in COLUMNS:
        op.execute(f"REVOKE SELECT ({columns}) ON {table} FROM zilu_{role}")
        op.execute(f"GRANT SELECT ON {table} TO zilu_{role}")
    for table, before, _after in STAFF:
        op.execute(f"ALTER POLICY staff_reads ON {table} USING ({before})")
    op.execute("DROP FUNCTION zilu_barred()")
