"""Members of a body read what they decided while it waits for approval, and ask that it be given up."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

DOSSIER = (
    "(of_body OR drafted_by = zilu_account()) "
    "AND ((subject_kind = 'track' AND EXISTS (SELECT 1 FROM case_track t WHERE t.id = subject_id)) "
    "OR (subject_kind = 'review' AND EXISTS (SELECT 1 FROM review r WHERE r.id = subject_id)))"
)
WITH_IT = "EXISTS (SELECT 1 FROM dossier d WHERE d.id = dossier_id)"
PANEL = (
    ("dossier", DOSSIER),
    ("dossier_step", WITH_IT),
    ("dossier_version", WITH_IT),
    ("dossier_comment", WITH_IT),
)
"""Table, and which rows of it members of a panel or a review body read."""

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
  ){published}
  SELECT thing.kind, thing.id FROM thing
  UNION ALL SELECT 'approval', bundle.id FROM bundle
  UNION ALL SELECT 'document', paper.id FROM paper
  UNION ALL SELECT 'document', d.id FROM document d JOIN sent ON d.subject_kind = 'service' AND d.subject_id = sent.id
  UNION ALL SELECT 'service', sent.id FROM sent{rows}
  UNION SELECT 'contact_event', e.id FROM contact_event e WHERE e.case_id IN (SELECT c.case_id FROM left_case c)
    OR e.complaint_id IN (SELECT l.complaint_id FROM case_complaint l JOIN left_case c ON c.case_id = l.case_id);
END $$
"""
PUBLISHED = """, published AS (
    SELECT d.id FROM dossier d JOIN sent ON d.subject_kind = 'service' AND d.subject_id = sent.id
  )"""
ROWS = """
  UNION ALL SELECT 'approval', published.id FROM published
  UNION ALL SELECT 'document', d.id FROM document d
    JOIN published ON d.subject_kind = 'approval' AND d.subject_id = published.id"""
BODIES = ("sanctions.decision/", "sanctions.review/", "sanctions.motion/")
"""How the deeds of panels and review bodies are called."""


def upgrade() -> None:
    """What a body decided is marked, its members read it, and ask; a notice of service is closed to the recused."""
    op.add_column("dossier", sa.Column("of_body", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    for deed in BODIES:
        op.execute(f"UPDATE dossier SET of_body = true WHERE starts_with(deed, '{deed}')")
    op.create_table(
        "dossier_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_dossier_request_account_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_request_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_request")),
        sa.UniqueConstraint("dossier_id", "account_id", name=op.f("uq_dossier_request_dossier_id_account_id")),
    )
    op.create_index(op.f("ix_dossier_request_dossier_id"), "dossier_request", ["dossier_id"], unique=False)
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON dossier_request TO zilu_system")
    op.execute("ALTER TABLE dossier_request ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE dossier_request FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY system_all ON dossier_request TO zilu_system USING (true) WITH CHECK (true)")
    op.execute("GRANT SELECT ON dossier_request TO zilu_staff")
    op.execute(f"CREATE POLICY staff_reads ON dossier_request FOR SELECT TO zilu_staff USING ({WITH_IT})")
    for table, rows in (*PANEL, ("dossier_request", WITH_IT)):
        op.execute(f"GRANT SELECT ON {table} TO zilu_panel")
        op.execute(f"CREATE POLICY panel_reads ON {table} FOR SELECT TO zilu_panel USING ({rows})")
    op.execute(BARRED.format(published=PUBLISHED, rows=ROWS))


def downgrade() -> None:
    """Members read nothing of it, and ask nothing."""
    op.execute(BARRED.format(published="", rows=""))
    for table, _rows in PANEL:
        op.execute(f"DROP POLICY panel_reads ON {table}")
        op.execute(f"REVOKE SELECT ON {table} FROM zilu_panel")
    op.drop_table("dossier_request")
    op.drop_column("dossier", "of_body")
