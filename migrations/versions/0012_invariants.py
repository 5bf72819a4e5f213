"""What no program may write, whatever it believes: invariants of the procedure, refused by the database itself."""

from alembic import op

revision = "0012"
down_revision = "0011"

FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {body}
END $$
"""
UNLESS = """IF {wrong} THEN
    RAISE EXCEPTION '{says}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
  END IF;
  RETURN NEW;"""

REFUSED = (
    (
        "announced_first",
        "document",
        "BEFORE INSERT ON document FOR EACH ROW WHEN (NEW.kind = 'D20' AND NEW.subject_kind = 'track')",
        (
            "NOT EXISTS (SELECT 1 FROM document n JOIN service s ON s.document_id = n.id "
            "JOIN case_track t ON t.id = n.subject_id WHERE n.kind = 'D17' AND n.subject_kind = 'track' "
            "AND n.subject_id = NEW.subject_id AND n.round = NEW.round AND s.party_id = t.party_id AND s.state = 'SERVED')"
        ),
        "nothing is decided before its advance notice was served",
    ),
    (
        "voter_takes_part",
        "vote",
        "BEFORE INSERT OR UPDATE OF member_id, voted_at ON vote FOR EACH ROW",
        "EXISTS (SELECT 1 FROM panel_member m WHERE m.id = NEW.member_id AND m.recused_at <= NEW.voted_at)",
        "a recused member has no vote",
    ),
    (
        "reviewer_takes_part",
        "review_vote",
        "BEFORE INSERT OR UPDATE OF member_id, voted_at ON review_vote FOR EACH ROW",
        "EXISTS (SELECT 1 FROM review_member m WHERE m.id = NEW.member_id AND m.recused_at <= NEW.voted_at)",
        "a recused member has no vote",
    ),
    (
        "published_when_final",
        "publication",
        (
            "BEFORE UPDATE OF state ON publication FOR EACH ROW "
            "WHEN (NEW.state = 'PUBLISHED' AND OLD.state <> 'PUBLISHED')"
        ),
        "EXISTS (SELECT 1 FROM review r WHERE r.track_id = NEW.track_id AND r.ended_at IS NULL)",
        "nothing is newly published while a review is open",
    ),
    (
        "issued_for_good",
        "document",
        (
            "BEFORE UPDATE ON document FOR EACH ROW WHEN ((OLD.kind, OLD.lang, OLD.series, OLD.year, OLD.serial, "
            "OLD.number, OLD.subject_kind, OLD.subject_id, OLD.paper, OLD.paper_sha256, OLD.check_code, OLD.issued_at) "
            "IS DISTINCT FROM (NEW.kind, NEW.lang, NEW.series, NEW.year, NEW.serial, NEW.number, NEW.subject_kind, "
            "NEW.subject_id, NEW.paper, NEW.paper_sha256, NEW.check_code, NEW.issued_at))"
        ),
        "true",
        "an issued document never changes",
    ),
    (
        "bound_on_the_day",
        "measure",
        "BEFORE INSERT OR UPDATE OF track_id ON measure FOR EACH ROW",
        (
            "NOT EXISTS (SELECT 1 FROM case_track t WHERE t.id = NEW.track_id "
            "AND t.basis IN ('MEMBERSHIP', 'SIGNATORY', 'UNDERTAKING'))"
        ),
        "no measure reaches a party that was not bound on the day of the conduct",
    ),
    (
        "identity_by_consent",
        "forwarding",
        (
            "BEFORE INSERT OR UPDATE OF state, identity ON forwarding FOR EACH ROW "
            "WHEN (NEW.state <> 'NEW' AND NEW.identity IS NOT NULL)"
        ),
        (
            "(TG_OP = 'INSERT' OR OLD.state = 'NEW' OR OLD.identity IS DISTINCT FROM NEW.identity) "
            "AND NOT EXISTS (SELECT 1 FROM complainant c WHERE c.complaint_id = NEW.complaint_id "
            "AND c.share_identity AND c.consented_at IS NOT NULL)"
        ),
        "no name goes to a respondent without consent",
    ),
    (
        "served_as_it_is_final",
        "service",
        (
            "BEFORE INSERT OR UPDATE OF state ON service FOR EACH ROW "
            "WHEN (NEW.state NOT IN ('NEW', 'ISSUED', 'FAILED', 'VOID'))"
        ),
        "EXISTS (SELECT 1 FROM document d WHERE d.id = NEW.document_id AND d.pdf_sha256 IS NULL)",
        "nothing is served before its final PDF exists",
    ),
    (
        "served_once",
        "service",
        (
            "BEFORE UPDATE OF served_on ON service FOR EACH ROW "
            "WHEN (OLD.served_on IS NOT NULL AND NEW.served_on IS DISTINCT FROM OLD.served_on)"
        ),
        "true",
        "nothing is served twice",
    ),
)
"""Name, table, when the database looks, what is wrong, and what it then says."""


def upgrade() -> None:
    """Triggers that refuse; and a document is never deleted."""
    for name, _table, when, wrong, says in REFUSED:
        body = UNLESS.format(wrong=wrong, says=says, name=name)
        op.execute(FUNCTION.format(name=f"zilu_{name}", body=body))
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION zilu_{name}()")
    gone = "RAISE EXCEPTION 'an issued document is never deleted' USING ERRCODE = 'check_violation';"
    op.execute(FUNCTION.format(name="zilu_document_stays", body=gone))
    op.execute(
        "CREATE TRIGGER document_stays BEFORE DELETE ON document FOR EACH ROW EXECUTE FUNCTION zilu_document_stays()"
    )


def downgrade() -> None:
    """Let it be written again."""
    op.execute("DROP TRIGGER document_stays ON document")
    op.execute("DROP FUNCTION zilu_document_stays()")
    for name, table, _when, _wrong, _says in reversed(REFUSED):
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION zilu_{name}()")
