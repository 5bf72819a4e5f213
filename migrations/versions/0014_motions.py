"""Motions before a panel, and the secret votes of its members on them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
READERS = (
    ("motion", "staff", "", "EXISTS (SELECT 1 FROM case_track t WHERE t.id = track_id)"),
    ("motion", "panel", "", "EXISTS (SELECT 1 FROM case_track t WHERE t.id = track_id)"),
    ("motion_vote", "staff", "", "EXISTS (SELECT 1 FROM motion m WHERE m.id = motion_id)"),
    ("motion_vote", "panel", "", "EXISTS (SELECT 1 FROM panel_member m WHERE m.id = member_id)"),
)
"""Table, role, columns (all where empty), and which rows."""
TAKES_PART = """
CREATE FUNCTION zilu_motion_voter_takes_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM panel_member m WHERE m.id = NEW.member_id AND m.recused_at <= NEW.voted_at) THEN
    RAISE EXCEPTION 'a recused member has no vote' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'motion_voter_takes_part';
  END IF;
  RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER motion_voter_takes_part BEFORE INSERT OR UPDATE OF member_id, voted_at ON motion_vote
FOR EACH ROW EXECUTE FUNCTION zilu_motion_voter_takes_part()
"""


def upgrade() -> None:
    """Make both tables; a recused member has no vote here either (I-04)."""
    op.create_table(
        "motion",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("allegation_id", sa.BigInteger(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("measures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("moved_by", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tally", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('HARSHER', 'RETURN')", name=op.f("ck_motion_kind_known")),
        sa.CheckConstraint("outcome IN ('CARRIED', 'LOST', 'WITHDRAWN')", name=op.f("ck_motion_outcome_known")),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_motion_outcome_if_ended")),
        sa.ForeignKeyConstraint(["allegation_id"], ["allegation.id"], name=op.f("fk_motion_allegation_id")),
        sa.ForeignKeyConstraint(["moved_by"], ["panel_member.id"], name=op.f("fk_motion_moved_by")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_motion_panel_id")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_motion_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_motion")),
    )
    op.create_index(op.f("ix_motion_panel_id"), "motion", ["panel_id"], unique=False)
    op.create_index(op.f("ix_motion_track_id"), "motion", ["track_id"], unique=False)
    op.create_index("uq_motion_open", "motion", ["track_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL"))
    op.create_table(
        "motion_vote",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("motion_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("choice IN ('FOR', 'AGAINST', 'ABSTAIN')", name=op.f("ck_motion_vote_choice_known")),
        sa.ForeignKeyConstraint(["member_id"], ["panel_member.id"], name=op.f("fk_motion_vote_member_id")),
        sa.ForeignKeyConstraint(["motion_id"], ["motion.id"], name=op.f("fk_motion_vote_motion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_motion_vote")),
        sa.UniqueConstraint("motion_id", "member_id", name=op.f("uq_motion_vote_motion_id_member_id")),
    )
    op.create_index(op.f("ix_motion_vote_motion_id"), "motion_vote", ["motion_id"], unique=False)
    for table in ("motion", "motion_vote"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("motion", "motion_vote"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")
    op.execute(TAKES_PART)
    op.execute(TRIGGER)


def downgrade() -> None:
    """Take them away, and the function of their trigger."""
    op.drop_index(op.f("ix_motion_vote_motion_id"), table_name="motion_vote")
    op.drop_table("motion_vote")
    op.drop_index("uq_motion_open", table_name="motion", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_index(op.f("ix_motion_track_id"), table_name="motion")
    op.drop_index(op.f("ix_motion_panel_id"), table_name="motion")
    op.drop_table("motion")
    op.execute("DROP FUNCTION zilu_motion_voter_takes_part()")
