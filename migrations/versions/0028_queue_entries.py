"""One narrow row for each open complaint, kept by triggers; saved views."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
READERS = (
    ("saved_view", "staff", "", "shared OR owner_id = zilu_account()"),
    ("queue_entry", "staff", "", "true"),
)
"""Table, role, columns (all where empty), and which rows."""
SHUT = "'REJECTED', 'REFERRED_OUT', 'CLOSED', 'WITHDRAWN', 'HISTORIC', 'NEW'"
CLOCKS = """
    SELECT k.due_on, k.key, k.provisional FROM (
      SELECT k.*, c.state AS stands FROM clock k WHERE k.subject_type = 'complaint' AND k.subject_id = c.id
      UNION ALL SELECT k.*, f.state FROM forwarding f
        JOIN clock k ON k.subject_type = 'forwarding' AND k.subject_id = f.id WHERE f.complaint_id = c.id
      UNION ALL SELECT k.*, s.state FROM stop_contact s
        JOIN clock k ON k.subject_type = 'stop_contact' AND k.subject_id = s.id WHERE s.complaint_id = c.id
    ) k
    WHERE (k.state = 'RUNNING' AND k.due_on IS NOT NULL AND k.key <> 'K07')
      OR (k.how = 'expired'
        AND ((k.key = 'K01' AND k.stands = 'RECEIVED') OR (k.key = 'K06' AND k.stands = 'DISPUTED')
          OR (k.key = 'K08' AND k.stands = 'REQUESTED') OR (k.key = 'K35' AND k.stands IN ('ANSWERED', 'RETURNED')))
        AND NOT EXISTS (SELECT 1 FROM clock n WHERE n.key = k.key AND n.subject_type = k.subject_type
          AND n.subject_id = k.subject_id AND n.id > k.id))
    ORDER BY k.due_on, k.key, k.id LIMIT 1
"""
"""A clock that runs, but for the system's own progress notice, or one of ours that expired and is still owed."""
ENTRIES = f"""
  INSERT INTO queue_entry AS q (complaint_id, state, officer_id, received_at, urgent, channel, due_on, due_key,
    provisional, waits, to_check, time_asked, parties, codes)
  SELECT c.id, c.state, c.officer_id, c.received_at, c.urgent, c.channel, coalesce(k.due_on, '9999-12-31'),
    coalesce(k.key, ''), coalesce(k.provisional, false), coalesce(f.waits, false), f.to_check,
    coalesce(f.time_asked, false),
    ARRAY(SELECT n.party_id FROM named_company n WHERE n.complaint_id = c.id AND n.party_id IS NOT NULL
      UNION SELECT s.party_id FROM forwarding s WHERE s.complaint_id = c.id ORDER BY 1),
    ARRAY(SELECT a.code FROM alleged_code a WHERE a.complaint_id = c.id ORDER BY 1)
  FROM complaint c
  CROSS JOIN LATERAL (
    SELECT bool_or(s.state IN ('SENT', 'OVERDUE')) AS waits,
      count(*) FILTER (WHERE s.state IN ('ANSWERED', 'RETURNED')) AS to_check,
      bool_or(s.time_asked_at IS NOT NULL AND s.state = 'SENT') AS time_asked
    FROM forwarding s WHERE s.complaint_id = c.id) f
  LEFT JOIN LATERAL ({CLOCKS}) k ON true
  WHERE c.state NOT IN ({SHUT})
"""
TOUCHED = f"""
CREATE FUNCTION zilu_queue_touched() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  it record;
  number bigint;
  written text := coalesce(current_setting('zilu.queue_written', true), '');
BEGIN
  IF TG_OP = 'DELETE' THEN it := OLD; ELSE it := NEW; END IF;
  IF TG_TABLE_NAME = 'complaint' THEN
    number := it.id;
  ELSIF TG_TABLE_NAME <> 'clock' THEN
    number := it.complaint_id;
  ELSIF it.subject_type = 'complaint' THEN
    number := it.subject_id;
  ELSIF it.subject_type = 'forwarding' THEN
    SELECT s.complaint_id INTO number FROM forwarding s WHERE s.id = it.subject_id;
  ELSIF it.subject_type = 'stop_contact' THEN
    SELECT s.complaint_id INTO number FROM stop_contact s WHERE s.id = it.subject_id;
  END IF;
  IF number IS NULL OR position(',' || number || ',' IN written) > 0 THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('zilu.queue_written', ',' || number || written, true);
  PERFORM 1 FROM queue_entry WHERE complaint_id = number FOR UPDATE;
  DELETE FROM queue_entry q USING complaint c
    WHERE q.complaint_id = number AND c.id = number AND c.state IN ({SHUT});
{ENTRIES}  AND c.id = number
  ON CONFLICT (complaint_id) DO UPDATE SET (state, officer_id, received_at, urgent, channel, due_on, due_key, provisional,
    waits, to_check, time_asked, parties, codes) = (excluded.state, excluded.officer_id, excluded.received_at,
    excluded.urgent, excluded.channel, excluded.due_on, excluded.due_key, excluded.provisional, excluded.waits,
    excluded.to_check, excluded.time_asked, excluded.parties, excluded.codes)
  WHERE q IS DISTINCT FROM excluded;
  RETURN NULL;
END $$
"""
"""Each complaint that a transaction touched is written once, at its end, when all else of it stands."""
FILL = f"""
CREATE FUNCTION zilu_queue_fill() RETURNS void LANGUAGE sql AS $$
  DELETE FROM queue_entry;
{ENTRIES};
$$
"""
TOUCHES = (
    ("complaint", "INSERT OR UPDATE OF state, officer_id, received_at, urgent, channel"),
    ("forwarding", "INSERT OR DELETE OR UPDATE OF state, time_asked_at, party_id"),
    ("stop_contact", "INSERT OR DELETE OR UPDATE OF state"),
    ("clock", "INSERT OR DELETE OR UPDATE OF state, how, due_on, provisional"),
    ("named_company", "INSERT OR DELETE OR UPDATE OF party_id"),
    ("alleged_code", "INSERT OR DELETE"),
)
"""What moves a complaint in the queue."""


def upgrade() -> None:
    """Tables and indexes; what keeps the entries; and an entry for each complaint that is open now."""
    op.create_table(
        "saved_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_view_named")),
        sa.CheckConstraint("page IN ('complaints', 'cases')", name=op.f("ck_saved_view_page_known")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_saved_view_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner_id", "page", "name", name=op.f("uq_saved_view_owner_id_page_name")),
    )
    op.create_index("ix_saved_view_shared", "saved_view", ["page"], unique=False, postgresql_where=sa.text("shared"))
    op.create_table(
        "queue_entry",
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_key", sa.String(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("to_check", sa.Integer(), nullable=False),
        sa.Column("time_asked", sa.Boolean(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_queue_entry_complaint_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_queue_entry")),
    )
    op.create_index(
        "ix_queue_entry_answers",
        "queue_entry",
        ["due_on", "complaint_id"],
        unique=False,
        postgresql_where=sa.text("to_check > 0 OR time_asked"),
    )
    op.create_index("ix_queue_entry_codes", "queue_entry", ["codes"], unique=False, postgresql_using="gin")
    op.create_index("ix_queue_entry_due", "queue_entry", ["due_on", "complaint_id"], unique=False)
    op.create_index("ix_queue_entry_officer", "queue_entry", ["officer_id", "due_on", "complaint_id"], unique=False)
    op.create_index("ix_queue_entry_parties", "queue_entry", ["parties"], unique=False, postgresql_using="gin")
    op.create_index("ix_queue_entry_received", "queue_entry", ["received_at", "complaint_id"], unique=False)
    op.create_index("ix_queue_entry_state", "queue_entry", ["state", "due_on", "complaint_id"], unique=False)
    op.create_index(
        "ix_queue_entry_unassigned",
        "queue_entry",
        ["due_on", "complaint_id"],
        unique=False,
        postgresql_where=sa.text("officer_id IS NULL"),
    )
    op.create_index(
        "ix_queue_entry_urgent",
        "queue_entry",
        ["due_on", "complaint_id"],
        unique=False,
        postgresql_where=sa.text("urgent"),
    )
    op.create_index(
        "ix_queue_entry_waits",
        "queue_entry",
        ["due_on", "complaint_id"],
        unique=False,
        postgresql_where=sa.text("waits"),
    )
    op.create_index(
        "ix_complaint_ended",
        "complaint",
        [sa.literal_column("received_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("state IN ('REJECTED', 'REFERRED_OUT', 'CLOSED', 'WITHDRAWN')"),
    )
    for table in ("saved_view", "queue_entry"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("saved_view", "queue_entry"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")
    for function in (TOUCHED, FILL):
        op.execute(function)
    for name in ("touched", "fill"):
        op.execute(f"REVOKE ALL ON FUNCTION zilu_queue_{name}() FROM PUBLIC")
    op.execute("SELECT zilu_queue_fill()")
    for table, moves in TOUCHES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER zilu_queue_touched AFTER {moves} ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION zilu_queue_touched()"
        )


def downgrade() -> None:
    """As before."""
    for table, _moves in TOUCHES:
        op.execute(f"DROP TRIGGER zilu_queue_touched ON {table}")
    op.execute("DROP FUNCTION zilu_queue_touched()")
    op.execute("DROP FUNCTION zilu_queue_fill()")
    op.drop_index(
        "ix_complaint_ended",
        table_name="complaint",
        postgresql_where=sa.text("state IN ('REJECTED', 'REFERRED_OUT', 'CLOSED', 'WITHDRAWN')"),
    )
    op.drop_index("ix_queue_entry_waits", table_name="queue_entry", postgresql_where=sa.text("waits"))
    op.drop_index("ix_queue_entry_urgent", table_name="queue_entry", postgresql_where=sa.text("urgent"))
    op.drop_index("ix_queue_entry_unassigned", table_name="queue_entry", postgresql_where=sa.text("officer_id IS NULL"))
    op.drop_index("ix_queue_entry_state", table_name="queue_entry")
    op.drop_index("ix_queue_entry_received", table_name="queue_entry")
    op.drop_index("ix_queue_entry_parties", table_name="queue_entry", postgresql_using="gin")
    op.drop_index("ix_queue_entry_officer", table_name="queue_entry")
    op.drop_index("ix_queue_entry_due", table_name="queue_entry")
    op.drop_index("ix_queue_entry_codes", table_name="queue_entry", postgresql_using="gin")
    op.drop_index(
        "ix_queue_entry_answers", table_name="queue_entry", postgresql_where=sa.text("to_check > 0 OR time_asked")
    )
    op.drop_table("queue_entry")
    op.drop_index("ix_saved_view_shared", table_name="saved_view", postgresql_where=sa.text("shared"))
    op.drop_table("saved_view")
