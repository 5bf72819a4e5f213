"""A clerical error is corrected as the deciding body voted; a published text names what its correction rests on."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
TABLES = ("text_correction", "text_correction_vote")
READERS = (
    ("text_correction", "staff", "EXISTS (SELECT 1 FROM case_track t WHERE t.id = track_id)"),
    ("text_correction", "panel", "EXISTS (SELECT 1 FROM case_track t WHERE t.id = track_id)"),
    ("text_correction_vote", "staff", "EXISTS (SELECT 1 FROM text_correction c WHERE c.id = correction_id)"),
    ("text_correction_vote", "panel", "account_id = zilu_account()"),
)
"""Table, role, and which rows."""
FUNCTIONS = {
    "correction_voter_takes_part": """
  IF EXISTS (SELECT 1 FROM text_correction c JOIN case_track t ON t.id = c.track_id
      JOIN recusal r ON r.case_id = t.case_id
      WHERE c.id = NEW.correction_id AND r.account_id = NEW.account_id AND r.state = 'GRANTED') THEN
    RAISE EXCEPTION 'a recused member has no vote'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_voter_takes_part';
  END IF;""",
    "corrected_by_vote": """
  IF NOT EXISTS (SELECT 1 FROM text_correction c
      WHERE c.track_id = NEW.subject_id AND c.outcome = 'CARRIED' AND c.notice_id IS NULL) THEN
    RAISE EXCEPTION 'no notice of correction without a vote of the deciding body'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'corrected_by_vote';
  END IF;""",
    "published_as_served": """
  IF NEW.correction_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM text_correction c
      JOIN service s ON s.document_id = c.notice_id WHERE c.id = NEW.correction_id AND s.state = 'SERVED') THEN
    RAISE EXCEPTION 'a published text follows only a notice of correction that was served'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'published_as_served';
  END IF;
  IF NEW.shown AND NEW.note IS NOT NULL AND NEW.summary ? 'decision_number' AND NEW.correction_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM redaction r WHERE r.id = NEW.redaction_id
      AND r.publication_id = NEW.publication_id AND position(r.instead IN NEW.body) > 0) THEN
    RAISE EXCEPTION 'a corrected text rests on a notice of correction or on a redaction'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'published_as_served';
  END IF;""",
}
TRIGGERS = {
    "correction_voter_takes_part": "BEFORE INSERT OR UPDATE OF account_id ON text_correction_vote FOR EACH ROW",
    "corrected_by_vote": "BEFORE INSERT ON document FOR EACH ROW WHEN (NEW.kind = 'D40')",
    "published_as_served": "BEFORE INSERT OR UPDATE OF shown, body, correction_id, redaction_id ON publication_text "
    "FOR EACH ROW",
}


def _tables() -> None:
    op.create_table(
        "text_correction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("called", sa.String(), nullable=False),
        sa.Column("wrong", sa.String(), nullable=False),
        sa.Column("corrected", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("panel_id", sa.BigInteger(), nullable=True),
        sa.Column("review_id", sa.BigInteger(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("put_by", sa.BigInteger(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("yes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("abstained", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("notice_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("body IN ('PANEL', 'REVIEW', 'SIGNERS')", name=op.f("ck_text_correction_body_known")),
        sa.CheckConstraint(
            "(body = 'PANEL') = (panel_id IS NOT NULL) AND (body = 'REVIEW') = (review_id IS NOT NULL)",
            name=op.f("ck_text_correction_body_named"),
        ),
        sa.CheckConstraint(
            "outcome IN ('CARRIED', 'LOST', 'WITHDRAWN')", name=op.f("ck_text_correction_outcome_known")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_text_correction_outcome_if_ended")),
        sa.CheckConstraint(
            "outcome IS DISTINCT FROM 'CARRIED' OR yes * 2 > size", name=op.f("ck_text_correction_carried_by_votes")
        ),
        sa.CheckConstraint(
            "notice_id IS NULL OR outcome = 'CARRIED'", name=op.f("ck_text_correction_notice_if_carried")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_text_correction_document_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["document.id"], name=op.f("fk_text_correction_notice_id")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_text_correction_panel_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_text_correction_review_id")),
        sa.ForeignKeyConstraint(["put_by"], ["account.id"], name=op.f("fk_text_correction_put_by")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_text_correction_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_correction")),
    )
    op.create_index(op.f("ix_text_correction_document_id"), "text_correction", ["document_id"], unique=False)
    op.create_index(op.f("ix_text_correction_track_id"), "text_correction", ["track_id"], unique=False)
    op.create_index(
        "uq_text_correction_open",
        "text_correction",
        ["track_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "text_correction_vote",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("correction_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "choice IN ('FOR', 'AGAINST', 'ABSTAIN')", name=op.f("ck_text_correction_vote_choice_known")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_text_correction_vote_account_id")),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["text_correction.id"], name=op.f("fk_text_correction_vote_correction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_correction_vote")),
        sa.UniqueConstraint(
            "correction_id", "account_id", name=op.f("uq_text_correction_vote_correction_id_account_id")
        ),
    )
    op.create_index(op.f("ix_text_correction_vote_account_id"), "text_correction_vote", ["account_id"], unique=False)


def upgrade() -> None:
    """Staff and the panel read what is put, each member its own vote; the database asks for the vote and the notice."""
    _tables()
    op.add_column("publication_text", sa.Column("correction_id", sa.BigInteger(), nullable=True))
    op.add_column("publication_text", sa.Column("redaction_id", sa.BigInteger(), nullable=True))
    for column, other in (("correction_id", "text_correction"), ("redaction_id", "redaction")):
        op.create_foreign_key(op.f(f"fk_publication_text_{column}"), "publication_text", other, [column], ["id"])
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, rows in READERS:
        op.execute(f"GRANT SELECT ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")
    for name, body in FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION zilu_{name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN{body}\n  RETURN NEW;\nEND $$"
        )
        op.execute(f"CREATE TRIGGER {name} {TRIGGERS[name]} EXECUTE FUNCTION zilu_{name}()")


def downgrade() -> None:
    """The head says alone who agreed; a corrected text rests on its reason."""
    op.execute("DROP TRIGGER published_as_served ON publication_text")
    op.execute("DROP TRIGGER corrected_by_vote ON document")
    for column in ("redaction_id", "correction_id"):
        op.drop_constraint(op.f(f"fk_publication_text_{column}"), "publication_text", type_="foreignkey")
        op.drop_column("publication_text", column)
    for table in reversed(TABLES):
        op.drop_table(table)
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION zilu_{name}()")
