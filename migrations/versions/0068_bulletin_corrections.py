"""A correction of what is published has an end: put in place, refused, taken back, or over with the publication."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0066"
TABLE = "bulletin_correction"
CHECKS = {
    "outcome_known": "outcome IN ('PLACED', 'REFUSED', 'TAKEN_BACK', 'LAPSED')",
    "outcome_if_ended": "(outcome IS NULL) = (ended_at IS NULL)",
    "decided_by_another": "outcome NOT IN ('PLACED', 'REFUSED') OR (ended_by IS NOT NULL AND ended_by <> proposed_by)",
    "taken_back_by_its_author": "outcome <> 'TAKEN_BACK' OR ended_by = proposed_by",
    "refused_with_reasons": "outcome <> 'REFUSED' OR btrim(reasons) <> ''",
}
READERS = "publication_id NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = 'publication')"
GUARD = """
CREATE FUNCTION zilu_shown_if_placed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM bulletin_correction c
      WHERE c.text_id = NEW.id AND c.outcome IS DISTINCT FROM 'PLACED') THEN
    RAISE EXCEPTION 'a corrected text is shown once somebody else put it in place'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'shown_if_placed';
  END IF;
  RETURN NEW;
END $$"""
WAITED = """
INSERT INTO bulletin_correction (publication_id, text_id, proposed_by, proposed_at, outcome, ended_at)
SELECT t.publication_id, t.id, (t.summary ->> 'proposed_by')::bigint, t.at, CASE WHEN over THEN 'LAPSED' END,
  CASE WHEN over THEN coalesce(p.withdrawn_at, p.ended_at, t.at) END
FROM publication_text t JOIN publication p ON p.id = t.publication_id CROSS JOIN LATERAL (SELECT p.state <> 'PUBLISHED'
  OR EXISTS (SELECT 1 FROM publication_text o WHERE o.publication_id = p.id AND o.no > t.no) AS over) AS stands
WHERE t.summary ? 'proposed_by' AND NOT t.shown ORDER BY t.id"""
"""What waits already; not what another text came after: it was refused, before a downgrade forgot so."""


def upgrade() -> None:
    """One waits at a time; nobody decides on one's own, and what was refused is not shown."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("text_id", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reasons", sa.String(), server_default="", nullable=False),
        *(sa.CheckConstraint(said, name=op.f(f"ck_{TABLE}_{name}")) for name, said in CHECKS.items()),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"], name=op.f(f"fk_{TABLE}_publication_id")),
        sa.ForeignKeyConstraint(["text_id"], ["publication_text.id"], name=op.f(f"fk_{TABLE}_text_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f(f"fk_{TABLE}_proposed_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f(f"fk_{TABLE}_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("text_id", name=op.f(f"uq_{TABLE}_text_id")),
    )
    op.create_index(op.f(f"ix_{TABLE}_publication_id"), TABLE, ["publication_id"], unique=False)
    op.create_index(
        f"uq_{TABLE}_waiting", TABLE, ["publication_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO zilu_system")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY system_all ON {TABLE} TO zilu_system USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT ON {TABLE} TO zilu_staff")
    op.execute(f"CREATE POLICY staff_reads ON {TABLE} FOR SELECT TO zilu_staff USING ({READERS})")
    op.execute(WAITED)
    op.execute(GUARD)
    op.execute(
        "CREATE TRIGGER shown_if_placed BEFORE INSERT OR UPDATE OF shown ON publication_text FOR EACH ROW "
        "WHEN (NEW.shown) EXECUTE FUNCTION zilu_shown_if_placed()"
    )


def downgrade() -> None:
    """A proposal waits until somebody puts it in place."""
    op.execute("DROP TRIGGER shown_if_placed ON publication_text")
    op.execute("DROP FUNCTION zilu_shown_if_placed()")
    op.drop_table(TABLE)
