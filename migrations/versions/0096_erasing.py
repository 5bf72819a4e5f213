"""Personal data of complaints is erased when its years are over: holds, what was erased, and the journal's words."""

import sqlalchemy as sa
from alembic import op

revision = "0096"
down_revision = "0095"
HOLD = "erasure_hold"
NOT_BARRED = "complaint_id NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = 'complaint')"
ENDED = "erased_at IS NULL AND state IN ('REJECTED', 'REFERRED_OUT', 'CLOSED', 'WITHDRAWN', 'HISTORIC')"
KEPT = (
    "(OLD.kind, OLD.lang, OLD.series, OLD.year, OLD.serial, OLD.number, OLD.subject_kind, OLD.subject_id{old}, "
    "OLD.paper_sha256, OLD.check_code, OLD.issued_at) IS DISTINCT FROM (NEW.kind, NEW.lang, NEW.series, NEW.year, "
    "NEW.serial, NEW.number, NEW.subject_kind, NEW.subject_id{new}, NEW.paper_sha256, NEW.check_code, NEW.issued_at)"
)
ISSUED = "CREATE TRIGGER issued_for_good BEFORE UPDATE ON document FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {does}"
ONCE_EMPTIED = (
    f"({KEPT.format(old='', new='')}) OR OLD.erased_at IS DISTINCT FROM NEW.erased_at AND OLD.erased_at IS NOT NULL "
    "OR OLD.paper IS DISTINCT FROM NEW.paper AND (OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL)"
)
"""A paper changes once: when it is erased, and its erasing is noted in the same breath."""
REFUSES = "RAISE EXCEPTION 'the journal is append-only'"
GROWS = f"""
CREATE OR REPLACE FUNCTION zilu_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'UPDATE' AND TG_LEVEL = 'ROW' THEN
  IF NEW.changes IS NULL AND to_jsonb(NEW) - 'changes' = to_jsonb(OLD) - 'changes' THEN RETURN NEW; END IF;
END IF;
{REFUSES}; END $$
"""
"""An entry may lose the values that were changed and nothing else; that it might is vouched for further on."""
ONLY_GROWS = (
    f"CREATE OR REPLACE FUNCTION zilu_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {REFUSES}; END $$"
)
BLANKED = """
CREATE FUNCTION zilu_blank_journal(asked bigint) RETURNS SETOF bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
WITH own AS (
  SELECT 'complaint' AS kind, c.id FROM complaint c WHERE c.id = asked AND c.erased_at IS NOT NULL
), about AS (
  SELECT kind, id FROM own
  UNION ALL SELECT 'forwarding', f.id FROM forwarding f JOIN own ON f.complaint_id = own.id
  UNION ALL SELECT 'stop_contact', s.id FROM stop_contact s JOIN own ON s.complaint_id = own.id
), served AS (
  SELECT 'service' AS kind, s.id FROM service s JOIN document d ON d.id = s.document_id
  JOIN about a ON d.subject_kind = a.kind AND d.subject_id = a.id
), drafted AS (
  SELECT 'approval' AS kind, d.id FROM dossier d JOIN (SELECT * FROM about UNION ALL SELECT * FROM served) a
  ON d.subject_kind = a.kind AND d.subject_id = a.id
), hanging AS (
  SELECT * FROM about UNION ALL SELECT * FROM served UNION ALL SELECT * FROM drafted
), every AS (
  SELECT * FROM hanging
  UNION ALL SELECT 'document', d.id FROM document d JOIN hanging h ON d.subject_kind = h.kind AND d.subject_id = h.id
  UNION ALL SELECT 'material', m.id FROM material_request m
    JOIN about a ON m.subject_kind = a.kind AND m.subject_id = a.id
)
UPDATE journal j SET changes = NULL FROM every e
WHERE j.subject_kind = e.kind AND j.subject_id = e.id AND j.changes IS NOT NULL
RETURNING j.id $$
"""
SCANS = """
CREATE FUNCTION zilu_forget_scans(asked bigint[]) RETURNS SETOF text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
WITH gone AS (
  SELECT l.id, l.scan_sha256 FROM seal_line l JOIN document d ON d.id = l.document_id
  WHERE d.id = ANY(asked) AND d.erased_at IS NOT NULL AND l.scan_sha256 IS NOT NULL FOR UPDATE OF l
)
UPDATE seal_line l SET scan_sha256 = NULL FROM gone WHERE gone.id = l.id RETURNING gone.scan_sha256::text $$
"""
"""The line of the log stays as it was written; of an erased document it names no scan."""
ERASED = """
CREATE FUNCTION zilu_erased(asked text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT EXISTS (SELECT 1 FROM document d WHERE d.check_code = asked AND d.outward AND d.erased_at IS NOT NULL) $$
"""
SAY = "UPDATE setting SET meaning = :en, meaning_zh = :zh WHERE key = :key AND meaning = :was"
UNLESS = "then erased or made anonymous, unless held"
WORDS = (
    (
        "RETENTION_YEARS.complaint",
        (f"how long complaints are kept; {UNLESS}", "投诉的保存年限，期满删除或匿名化，依法留存的除外"),
        (
            "how long complaints are kept after their end; then their personal data are erased, unless held back",
            "投诉办结后的保存年限，期满删除个人信息，决定保留的除外",
        ),
    ),
    (
        "RETENTION_YEARS.case",
        (f"how long cases are kept; {UNLESS}", "案件的保存年限，期满删除或匿名化，依法留存的除外"),
        (
            "how long the files of cases are kept, as the covers of their volumes say",
            "案件卷宗的保存年限，载于卷宗封面",
        ),
    ),
)
ROLES = "zilu_public, zilu_complainant, zilu_party, zilu_staff, zilu_panel, zilu_admin, zilu_system"


def upgrade() -> None:
    """Who holds a complaint back and why; what was erased stays erased."""
    op.add_column("complaint", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("document", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("seal_line", "scan_sha256", existing_type=sa.String(), nullable=True)
    op.create_index(
        "ix_complaint_to_erase",
        "complaint",
        [sa.text("coalesce(ended_at, received_at)"), "id"],
        unique=False,
        postgresql_where=sa.text(ENDED),
    )
    op.create_index(
        "ix_complaint_erased",
        "complaint",
        ["erased_at"],
        unique=False,
        postgresql_where=sa.text("erased_at IS NOT NULL"),
    )
    op.create_table(
        HOLD,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_by", sa.BigInteger(), nullable=False),
        sa.Column("let_go_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("let_go_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(let_go_at IS NULL) = (let_go_by IS NULL)", name=op.f(f"ck_{HOLD}_let_go_by_somebody")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f(f"fk_{HOLD}_complaint_id")),
        sa.ForeignKeyConstraint(["held_by"], ["account.id"], name=op.f(f"fk_{HOLD}_held_by")),
        sa.ForeignKeyConstraint(["let_go_by"], ["account.id"], name=op.f(f"fk_{HOLD}_let_go_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{HOLD}")),
    )
    op.create_index(op.f(f"ix_{HOLD}_complaint_id"), HOLD, ["complaint_id"], unique=False)
    op.create_index(
        f"uq_{HOLD}_live", HOLD, ["complaint_id"], unique=True, postgresql_where=sa.text("let_go_at IS NULL")
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {HOLD} TO zilu_system")
    op.execute(f"ALTER TABLE {HOLD} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {HOLD} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY system_all ON {HOLD} TO zilu_system USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT ON {HOLD} TO zilu_staff")
    op.execute(f"CREATE POLICY staff_reads ON {HOLD} FOR SELECT TO zilu_staff USING ({NOT_BARRED})")
    op.execute("ALTER POLICY complainant_reads ON complaint USING (id = zilu_complaint() AND erased_at IS NULL)")
    op.execute("DROP TRIGGER issued_for_good ON document")
    op.execute(ISSUED.format(when=ONCE_EMPTIED, does="zilu_issued_for_good()"))
    op.execute(GROWS)
    op.execute(BLANKED)
    op.execute("REVOKE ALL ON FUNCTION zilu_blank_journal(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION zilu_blank_journal(bigint) TO zilu_system")
    op.execute(SCANS)
    op.execute("REVOKE ALL ON FUNCTION zilu_forget_scans(bigint[]) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION zilu_forget_scans(bigint[]) TO zilu_system")
    op.execute(ERASED)
    op.execute("REVOKE ALL ON FUNCTION zilu_erased(text) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION zilu_erased(text) TO {ROLES}")
    for key, was, now in WORDS:
        op.execute(sa.text(SAY).bindparams(key=key, was=was[0], en=now[0], zh=now[1]))


def downgrade() -> None:
    """What was erased stays empty, and nothing says any more that it was erased; holds are forgotten."""
    for key, was, now in WORDS:
        op.execute(sa.text(SAY).bindparams(key=key, was=now[0], en=was[0], zh=was[1]))
    op.execute("DROP FUNCTION zilu_erased(text)")
    op.execute("DROP FUNCTION zilu_forget_scans(bigint[])")
    op.execute("DROP FUNCTION zilu_blank_journal(bigint)")
    op.execute(ONLY_GROWS)
    op.execute("DROP TRIGGER issued_for_good ON document")
    op.execute(ISSUED.format(when=KEPT.format(old=", OLD.paper", new=", NEW.paper"), does="zilu_issued_for_good()"))
    op.execute("ALTER POLICY complainant_reads ON complaint USING (id = zilu_complaint())")
    op.drop_table(HOLD)
    op.drop_index("ix_complaint_erased", table_name="complaint")
    op.drop_index("ix_complaint_to_erase", table_name="complaint")
    op.execute("DELETE FROM seal_line WHERE scan_sha256 IS NULL")
    op.alter_column("seal_line", "scan_sha256", existing_type=sa.String(), nullable=False)
    op.drop_column("document", "erased_at")
    op.drop_column("complaint", "erased_at")
