"""Who may read which rows: forced row-level security on every table, written TO the readers' roles."""

from alembic import op

revision = "0002"
down_revision = "0001"

SYSTEM = {
    "calendar_day": "SELECT, INSERT, UPDATE, DELETE",
    "calendar_year_notice": "SELECT, INSERT, UPDATE, DELETE",
    "clock": "SELECT, INSERT, UPDATE, DELETE",
    "draft": "SELECT, INSERT, UPDATE, DELETE",
    "installation": "SELECT, INSERT, UPDATE, DELETE",
    "instrument": "SELECT, INSERT, UPDATE, DELETE",
    "journal": "SELECT, INSERT",
    "journal_head": "SELECT, INSERT, UPDATE, DELETE",
    "mail": "SELECT, INSERT, UPDATE, DELETE",
    "once": "SELECT, INSERT, UPDATE, DELETE",
    "outbox": "SELECT, INSERT, UPDATE, DELETE",
    "party": "SELECT, INSERT, UPDATE, DELETE",
    "series_counter": "SELECT, INSERT, UPDATE, DELETE",
    "sign_in_try": "SELECT, INSERT, UPDATE, DELETE",
    "stored_file": "SELECT, INSERT, UPDATE, DELETE",
    "violation": "SELECT, INSERT, UPDATE, DELETE",
    "account": "SELECT, INSERT, UPDATE, DELETE",
    "basis": "SELECT, INSERT, UPDATE, DELETE",
    "engagement": "SELECT, INSERT, UPDATE, DELETE",
    "party_alias": "SELECT, INSERT, UPDATE, DELETE",
    "account_link": "SELECT, INSERT, UPDATE, DELETE",
    "account_role": "SELECT, INSERT, UPDATE, DELETE",
    "account_secret": "SELECT, INSERT, UPDATE, DELETE",
    "case_file": "SELECT, INSERT, UPDATE, DELETE",
    "complaint": "SELECT, INSERT, UPDATE, DELETE",
    "dossier": "SELECT, INSERT, UPDATE, DELETE",
    "provision": "SELECT, INSERT, UPDATE, DELETE",
    "service_address": "SELECT, INSERT, UPDATE, DELETE",
    "setting": "SELECT, INSERT, UPDATE, DELETE",
    "task": "SELECT, INSERT, UPDATE, DELETE",
    "web_session": "SELECT, INSERT, UPDATE, DELETE",
    "alleged_code": "SELECT, INSERT, UPDATE, DELETE",
    "case_complaint": "SELECT, INSERT, UPDATE, DELETE",
    "case_track": "SELECT, INSERT, UPDATE, DELETE",
    "complainant": "SELECT, INSERT, UPDATE, DELETE",
    "document": "SELECT, INSERT, UPDATE, DELETE",
    "forwarding": "SELECT, INSERT, UPDATE, DELETE",
    "message": "SELECT, INSERT, UPDATE, DELETE",
    "named_company": "SELECT, INSERT, UPDATE, DELETE",
    "note": "SELECT, INSERT, UPDATE, DELETE",
    "settlement": "SELECT, INSERT, UPDATE, DELETE",
    "violation_cite": "SELECT, INSERT, UPDATE, DELETE",
    "allegation": "SELECT, INSERT, UPDATE, DELETE",
    "answer": "SELECT, INSERT, UPDATE, DELETE",
    "decision": "SELECT, INSERT, UPDATE, DELETE",
    "evidence": "SELECT, INSERT, UPDATE, DELETE",
    "ledger_entry": "SELECT, INSERT, UPDATE, DELETE",
    "panel": "SELECT, INSERT, UPDATE, DELETE",
    "proposal": "SELECT, INSERT, UPDATE, DELETE",
    "service": "SELECT, INSERT, UPDATE, DELETE",
    "statement": "SELECT, INSERT, UPDATE, DELETE",
    "finding_evidence": "SELECT, INSERT, UPDATE, DELETE",
    "measure": "SELECT, INSERT, UPDATE, DELETE",
    "panel_member": "SELECT, INSERT, UPDATE, DELETE",
    "publication": "SELECT, INSERT, UPDATE, DELETE",
    "release": "SELECT, INSERT, UPDATE, DELETE",
    "interview": "SELECT, INSERT, UPDATE, DELETE",
    "publication_text": "SELECT, INSERT, UPDATE, DELETE",
    "rectification_item": "SELECT, INSERT, UPDATE, DELETE",
    "redaction": "SELECT, INSERT, UPDATE, DELETE",
    "training": "SELECT, INSERT, UPDATE, DELETE",
    "vote": "SELECT, INSERT, UPDATE, DELETE",
    "training_person": "SELECT, INSERT, UPDATE, DELETE",
}
"""What the system may do to each table."""

OPEN = (
    "calendar_day",
    "calendar_year_notice",
    "installation",
    "instrument",
    "violation",
    "provision",
    "setting",
    "violation_cite",
)
"""Tables that hide no row, with the reason beside the model."""

READERS = (
    ("clock", "staff", "", "true"),
    ("clock", "party", "", "visible_party = zilu_party()"),
    ("clock", "complainant", "", "visible_complaint = zilu_complaint()"),
    ("journal", "staff", "", "true"),
    ("journal", "admin", "id, subject_kind, subject_id, seq, row, ref, actor, at, before, after, digest", "true"),
    ("journal_head", "staff", "", "true"),
    ("journal_head", "admin", "", "true"),
    ("mail", "admin", "", "true"),
    ("outbox", "staff", "", "true"),
    ("outbox", "admin", "", "true"),
    ("party", "staff", "", "true"),
    ("party", "admin", "", "true"),
    ("party", "panel", "", "true"),
    ("party", "party", "", "true"),
    ("party", "complainant", "", "true"),
    ("party", "public", "", "true"),
    ("series_counter", "staff", "", "true"),
    ("series_counter", "admin", "", "true"),
    ("sign_in_try", "admin", "", "true"),
    ("stored_file", "staff", "", "true"),
    ("account", "staff", "", "true"),
    ("account", "admin", "", "true"),
    ("account", "panel", "", "audience = 'staff'"),
    ("account", "party", "", "party_id = zilu_party()"),
    ("basis", "staff", "", "true"),
    ("basis", "admin", "", "true"),
    ("basis", "panel", "", "true"),
    ("basis", "party", "", "party_id = zilu_party()"),
    ("engagement", "staff", "", "true"),
    ("engagement", "admin", "", "true"),
    ("engagement", "panel", "", "true"),
    ("engagement", "party", "", "institution_id = zilu_party() OR firm_id = zilu_party()"),
    ("party_alias", "staff", "", "true"),
    ("party_alias", "admin", "", "true"),
    ("party_alias", "panel", "", "true"),
    ("party_alias", "party", "", "true"),
    ("party_alias", "complainant", "", "true"),
    ("party_alias", "public", "", "true"),
    ("account_link", "admin", "", "true"),
    ("account_link", "party", "", "account_id IN (SELECT id FROM account WHERE party_id = zilu_party())"),
    ("account_role", "staff", "", "true"),
    ("account_role", "admin", "", "true"),
    ("account_role", "panel", "", "true"),
    ("account_role", "party", "", "account_id IN (SELECT id FROM account WHERE party_id = zilu_party())"),
    ("case_file", "staff", "", "true"),
    ("case_file", "party", "", "EXISTS (SELECT 1 FROM case_track t WHERE t.case_id = case_file.id)"),
    ("case_file", "panel", "", "EXISTS (SELECT 1 FROM case_track t WHERE t.case_id = case_file.id)"),
    ("complaint", "staff", "", "true"),
    ("complaint", "complainant", "", "id = zilu_complaint()"),
    ("dossier", "staff", "", "true"),
    ("service_address", "staff", "", "true"),
    ("service_address", "admin", "", "true"),
    ("service_address", "party", "", "party_id = zilu_party()"),
    ("task", "staff", "", "true"),
    ("alleged_code", "staff", "", "true"),
    ("alleged_code", "complainant", "", "complaint_id = zilu_complaint()"),
    ("case_complaint", "staff", "", "true"),
    ("case_track", "staff", "", "true"),
    ("case_track", "party", "", "party_id = zilu_party() AND state NOT IN ('NEW', 'SCREENING', 'NOT_FILED')"),
    (
        "case_track",
        "panel",
        "",
        "EXISTS (SELECT 1 FROM panel_member m WHERE m.track_id = case_track.id AND m.account_id = zilu_account() AND m.recused_at IS NULL)",
    ),
    ("complainant", "staff", "", "true"),
    ("complainant", "complainant", "", "complaint_id = zilu_complaint()"),
    ("document", "staff", "", "true"),
    ("document", "party", "", "party_id = zilu_party() AND outward"),
    ("document", "complainant", "", "complaint_id = zilu_complaint() AND outward"),
    ("forwarding", "staff", "", "true"),
    ("forwarding", "party", "", "party_id = zilu_party()"),
    (
        "forwarding",
        "complainant",
        "id, ref, complaint_id, party_id, role, state, sent_at, gave_up, released_at",
        "complaint_id = zilu_complaint()",
    ),
    ("message", "staff", "", "true"),
    ("message", "complainant", "", "complaint_id = zilu_complaint()"),
    ("named_company", "staff", "", "true"),
    ("named_company", "complainant", "", "complaint_id = zilu_complaint()"),
    ("note", "staff", "", "true"),
    ("settlement", "staff", "", "true"),
    ("settlement", "complainant", "", "complaint_id = zilu_complaint()"),
    ("settlement", "party", "", "EXISTS (SELECT 1 FROM forwarding f WHERE f.complaint_id = settlement.complaint_id)"),
    ("allegation", "staff", "", "true"),
    ("allegation", "panel", "", "EXISTS (SELECT 1 FROM case_track t WHERE t.id = track_id)"),
    ("answer", "staff", "", "true"),
    ("answer", "party", "", "EXISTS (SELECT 1 FROM forwarding f WHERE f.id = forwarding_id)"),
    ("decision", "staff", "", "true"),
    ("decision", "panel", "", "EXISTS (SELECT 1 FROM case_track t WHERE t.id = track_id)"),
    ("evidence", "staff", "", "true"),
    (
        "evidence",
        "party",
        "",
        "party_id = zilu_party() OR (shared AND complaint_id IN (SELECT f.complaint_id FROM forwarding f))",
    ),
    ("evidence", "complainant", "", "complaint_id = zilu_complaint() AND given_by = 'COMPLAINANT'"),
    ("evidence", "panel", "", "EXISTS (SELECT 1 FROM case_file c WHERE c.id = case_id)"),
    ("ledger_entry", "staff", "", "true"),
    ("panel", "staff", "", "true"),
    ("panel", "panel", "", "EXISTS (SELECT 1 FROM case_track t WHERE t.id = track_id)"),
    ("proposal", "staff", "", "true"),
    ("proposal", "panel", "", "EXISTS (SELECT 1 FROM case_track t WHERE t.id = track_id)"),
    ("service", "staff", "", "true"),
    ("service", "party", "", "party_id = zilu_party()"),
    ("service", "complainant", "", "complaint_id = zilu_complaint()"),
    ("statement", "staff", "", "true"),
    ("statement", "party", "", "EXISTS (SELECT 1 FROM case_track t WHERE t.id = track_id)"),
    ("statement", "panel", "", "EXISTS (SELECT 1 FROM case_track t WHERE t.id = track_id)"),
    ("finding_evidence", "staff", "", "true"),
    ("finding_evidence", "panel", "", "EXISTS (SELECT 1 FROM allegation a WHERE a.id = allegation_id)"),
    ("measure", "staff", "", "true"),
    ("measure", "party", "", "EXISTS (SELECT 1 FROM case_track t WHERE t.id = track_id)"),
    ("measure", "panel", "", "EXISTS (SELECT 1 FROM case_track t WHERE t.id = track_id)"),
    ("panel_member", "staff", "", "true"),
    ("panel_member", "panel", "", "account_id = zilu_account()"),
    ("publication", "staff", "", "true"),
    ("publication", "public", "", "scope = 'PUBLIC' AND published_at IS NOT NULL"),
    ("publication", "party", "", "published_at IS NOT NULL"),
    ("publication", "complainant", "", "scope = 'PUBLIC' AND published_at IS NOT NULL"),
    ("release", "staff", "", "true"),
    ("release", "complainant", "", "complaint_id = zilu_complaint()"),
    ("interview", "staff", "", "true"),
    ("interview", "party", "", "EXISTS (SELECT 1 FROM measure m WHERE m.id = measure_id)"),
    ("interview", "panel", "", "EXISTS (SELECT 1 FROM measure m WHERE m.id = measure_id)"),
    ("publication_text", "staff", "", "true"),
    (
        "publication_text",
        "public",
        "",
        "shown AND EXISTS (SELECT 1 FROM publication p WHERE p.id = publication_id AND p.state IN ('PUBLISHED', 'WITHDRAWN'))",
    ),
    (
        "publication_text",
        "party",
        "",
        "shown AND EXISTS (SELECT 1 FROM publication p WHERE p.id = publication_id AND p.state IN ('PUBLISHED', 'WITHDRAWN'))",
    ),
    (
        "publication_text",
        "complainant",
        "",
        "shown AND EXISTS (SELECT 1 FROM publication p WHERE p.id = publication_id AND p.state IN ('PUBLISHED', 'WITHDRAWN'))",
    ),
    ("rectification_item", "staff", "", "true"),
    ("rectification_item", "party", "", "EXISTS (SELECT 1 FROM measure m WHERE m.id = measure_id)"),
    ("rectification_item", "panel", "", "EXISTS (SELECT 1 FROM measure m WHERE m.id = measure_id)"),
    ("redaction", "staff", "", "true"),
    ("training", "staff", "", "true"),
    ("training", "party", "", "EXISTS (SELECT 1 FROM measure m WHERE m.id = measure_id)"),
    ("training", "panel", "", "EXISTS (SELECT 1 FROM measure m WHERE m.id = measure_id)"),
    ("vote", "staff", "", "true"),
    ("vote", "panel", "", "EXISTS (SELECT 1 FROM panel_member m WHERE m.id = member_id)"),
    ("training_person", "staff", "", "true"),
    ("training_person", "party", "", "EXISTS (SELECT 1 FROM training t WHERE t.id = training_id)"),
)
"""Table, role, columns (all where empty), and which rows."""

ROLES = ("staff", "party", "public", "complainant", "panel", "admin")


def upgrade() -> None:
    """Force the policies."""
    op.execute("GRANT USAGE ON SCHEMA public TO zilu_system, " + ", ".join(f"zilu_{role}" for role in ROLES))
    for table, may in SYSTEM.items():
        op.execute(f"GRANT {may} ON {table} TO zilu_system")
    for table in OPEN:
        op.execute(f"GRANT SELECT ON {table} TO " + ", ".join(f"zilu_{role}" for role in ROLES))
    for table in SYSTEM.keys() - set(OPEN):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """Take them away."""
    for table, role, _columns, _rows in READERS:
        op.execute(f"DROP POLICY {role}_reads ON {table}")
    for table in SYSTEM.keys() - set(OPEN):
        op.execute(f"DROP POLICY system_all ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table in SYSTEM:
        op.execute(f"REVOKE ALL ON {table} FROM zilu_system, " + ", ".join(f"zilu_{role}" for role in ROLES))
