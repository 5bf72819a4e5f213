"""What was told for a case is erased when its years are over: files, full volumes, holds, and the journal's words."""

import sqlalchemy as sa
from alembic import op

revision = "0099"
down_revision = "0098"
HOLD = "erasure_hold"
CLOSED = "(SELECT b.id FROM zilu_barred() b WHERE b.kind = '{kind}')"
NOT_BARRED = " AND ".join(
    f"({kind}_id IS NULL OR {kind}_id NOT IN {CLOSED.format(kind=kind)})" for kind in ("case", "complaint")
)
BEFORE = f"complaint_id NOT IN {CLOSED.format(kind='complaint')}"
THERE_OR_ERASED = "num_nulls(erased_at, erased_sha256) IN (0, 2) AND (erased_at IS NULL) = (sha256 IS NOT NULL)"
BLANKED = """
CREATE FUNCTION zilu_blank_case_journal(asked bigint) RETURNS SETOF bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
WITH own AS (
  SELECT 'case' AS kind, c.id FROM case_file c WHERE c.id = asked AND c.erased_at IS NOT NULL
), track AS (
  SELECT 'track' AS kind, t.id FROM case_track t JOIN own ON t.case_id = own.id
), about AS (
  SELECT kind, id FROM own
  UNION ALL SELECT kind, id FROM track
  UNION ALL SELECT 'review', r.id FROM review r JOIN track ON r.track_id = track.id
  UNION ALL SELECT 'publication', p.id FROM publication p JOIN track ON p.track_id = track.id
), every AS (
  SELECT * FROM about
  UNION ALL SELECT 'approval', d.id FROM dossier d JOIN about a ON d.subject_kind = a.kind AND d.subject_id = a.id
  UNION ALL SELECT 'recusal', r.id FROM recusal r JOIN own ON r.case_id = own.id
  UNION ALL SELECT 'material', m.id FROM material_request m JOIN about a
    ON m.subject_kind = a.kind AND m.subject_id = a.id
)
UPDATE journal j SET changes = NULL FROM every e
WHERE j.subject_kind = e.kind AND j.subject_id = e.id AND j.changes IS NOT NULL
RETURNING j.id $$
"""
SAY = "UPDATE setting SET meaning = :en, meaning_zh = :zh WHERE key = 'RETENTION_YEARS.case' AND meaning = :was"
WAS = ("how long the files of cases are kept, as the covers of their volumes say", "案件卷宗的保存年限，载于卷宗封面")
NOW = (
    "how long files of archived cases are kept; then what was told for them is erased, unless held back",
    "案件归档后案卷的保存年限，期满删除为办案提供和记录的内容，决定保留的除外",
)


def upgrade() -> None:
    """A file, a volume and a bundle leave their digest and the day; a hold is of a complaint or of a case."""
    for table in ("case_file", "evidence", "archive_volume", "bundle"):
        op.add_column(table, sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    for table in ("evidence", "archive_volume"):
        op.add_column(table, sa.Column("erased_sha256", sa.String(), nullable=True))
    op.alter_column("evidence", "sha256", existing_type=sa.String(), nullable=True)
    op.create_check_constraint(op.f("ck_evidence_there_or_erased"), "evidence", THERE_OR_ERASED)
    for table in ("case_file", "evidence"):
        op.execute(f"GRANT SELECT (erased_at) ON {table} TO zilu_party")
    op.add_column(HOLD, sa.Column("case_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f(f"fk_{HOLD}_case_id"), HOLD, "case_file", ["case_id"], ["id"])
    op.create_index(op.f(f"ix_{HOLD}_case_id"), HOLD, ["case_id"], unique=False)
    op.create_index(
        f"uq_{HOLD}_live_case", HOLD, ["case_id"], unique=True, postgresql_where=sa.text("let_go_at IS NULL")
    )
    op.alter_column(HOLD, "complaint_id", existing_type=sa.BigInteger(), nullable=True)
    op.create_check_constraint(op.f(f"ck_{HOLD}_of_one_thing"), HOLD, "num_nonnulls(complaint_id, case_id) = 1")
    op.execute(f"ALTER POLICY staff_reads ON {HOLD} USING ({NOT_BARRED})")
    op.execute(BLANKED)
    op.execute("REVOKE ALL ON FUNCTION zilu_blank_case_journal(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION zilu_blank_case_journal(bigint) TO zilu_system")
    op.execute(sa.text(SAY).bindparams(was=WAS[0], en=NOW[0], zh=NOW[1]))


def downgrade() -> None:
    """What was erased is gone: files of erased cases with their rows, holds of cases with their reasons."""
    op.execute(sa.text(SAY).bindparams(was=NOW[0], en=WAS[0], zh=WAS[1]))
    op.execute("DROP FUNCTION zilu_blank_case_journal(bigint)")
    op.execute(f"ALTER POLICY staff_reads ON {HOLD} USING ({BEFORE})")
    op.execute(f"DELETE FROM {HOLD} WHERE case_id IS NOT NULL")
    op.drop_constraint(op.f(f"ck_{HOLD}_of_one_thing"), HOLD, type_="check")
    op.alter_column(HOLD, "complaint_id", existing_type=sa.BigInteger(), nullable=False)
    op.drop_column(HOLD, "case_id")
    op.drop_constraint(op.f("ck_evidence_there_or_erased"), "evidence", type_="check")
    gone = "SELECT id FROM evidence WHERE sha256 IS NULL"
    op.execute(f"DELETE FROM finding_evidence WHERE evidence_id IN ({gone})")
    op.execute(f"DELETE FROM contact_table WHERE evidence_id IN ({gone})")
    op.execute("DELETE FROM evidence WHERE sha256 IS NULL")
    op.alter_column("evidence", "sha256", existing_type=sa.String(), nullable=False)
    for table in ("evidence", "archive_volume"):
        op.drop_column(table, "erased_sha256")
    for table in ("bundle", "archive_volume", "evidence", "case_file"):
        op.drop_column(table, "erased_at")
