"""Who takes part in a case, as outsiders may know it; and that nobody takes two parts that must be separate."""

from alembic import op

revision = "0006"
down_revision = "0005"

PEOPLE = """
CREATE FUNCTION zilu_case_people(asked bigint)
RETURNS TABLE (case_id bigint, account_id bigint, name text, part text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
WITH mine AS (
  SELECT c.id, c.officer_id FROM case_file c
  WHERE (asked IS NULL OR c.id = asked) AND (
    EXISTS (SELECT 1 FROM case_track t WHERE t.case_id = c.id AND t.party_id = zilu_party()
            AND t.state NOT IN ('NEW', 'SCREENING', 'NOT_FILED'))
    OR EXISTS (SELECT 1 FROM case_complaint l WHERE l.case_id = c.id AND l.complaint_id = zilu_complaint())
    OR EXISTS (SELECT 1 FROM panel_member m JOIN case_track t ON t.id = m.track_id
               WHERE t.case_id = c.id AND m.account_id = zilu_account() AND m.recused_at IS NULL)
    OR EXISTS (SELECT 1 FROM review_member m JOIN case_track t ON t.id = m.track_id
               WHERE t.case_id = c.id AND m.account_id = zilu_account() AND m.recused_at IS NULL))
), parts AS (
  SELECT id AS case_id, officer_id AS account_id, 'officer' AS part FROM mine
  UNION SELECT t.case_id, t.investigator_id, 'investigator' FROM case_track t JOIN mine ON mine.id = t.case_id
  UNION SELECT t.case_id, t.reviewer_id, 'reviewer' FROM case_track t JOIN mine ON mine.id = t.case_id
  UNION SELECT t.case_id, t.filed_by, 'head' FROM case_track t JOIN mine ON mine.id = t.case_id
  UNION SELECT t.case_id, p.drawn_by, 'secretary' FROM panel p JOIN case_track t ON t.id = p.track_id
        JOIN mine ON mine.id = t.case_id
  UNION SELECT t.case_id, m.account_id, CASE WHEN m.chair THEN 'chair' ELSE 'panel' END FROM panel_member m
        JOIN case_track t ON t.id = m.track_id JOIN mine ON mine.id = t.case_id WHERE m.recused_at IS NULL
  UNION SELECT t.case_id, m.account_id, 'review' FROM review_member m
        JOIN case_track t ON t.id = m.track_id JOIN mine ON mine.id = t.case_id WHERE m.recused_at IS NULL
)
SELECT parts.case_id, parts.account_id, a.name::text, parts.part::text
FROM parts JOIN account a ON a.id = parts.account_id ORDER BY 1, 4, 2 $$
"""
SEPARATE = """
CREATE FUNCTION zilu_separate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE taken bigint; of_case bigint;
BEGIN
  SELECT t.case_id INTO of_case FROM case_track t WHERE t.id = NEW.track_id;
  SELECT NEW.account_id INTO taken FROM case_track t
  WHERE t.case_id = of_case AND NEW.account_id IN (t.investigator_id, t.reviewer_id) LIMIT 1;
  IF taken IS NULL AND TG_TABLE_NAME = 'panel_member' THEN
    SELECT m.account_id INTO taken FROM review_member m JOIN case_track t ON t.id = m.track_id
    WHERE t.case_id = of_case AND m.account_id = NEW.account_id LIMIT 1;
  ELSIF taken IS NULL THEN
    SELECT m.account_id INTO taken FROM panel_member m JOIN case_track t ON t.id = m.track_id
    WHERE t.case_id = of_case AND m.account_id = NEW.account_id LIMIT 1;
  END IF;
  IF taken IS NOT NULL THEN
    RAISE EXCEPTION 'investigation, check, decision and review of a case are separate' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$
"""
SEPARATE_ON_FILE = """
CREATE FUNCTION zilu_separate_on_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM case_track t WHERE t.case_id = NEW.case_id AND t.id <> NEW.id
             AND (t.investigator_id = NEW.reviewer_id OR t.reviewer_id = NEW.investigator_id))
  OR EXISTS (SELECT 1 FROM panel_member m JOIN case_track t ON t.id = m.track_id
             WHERE t.case_id = NEW.case_id AND m.account_id IN (NEW.investigator_id, NEW.reviewer_id))
  OR EXISTS (SELECT 1 FROM review_member m JOIN case_track t ON t.id = m.track_id
             WHERE t.case_id = NEW.case_id AND m.account_id IN (NEW.investigator_id, NEW.reviewer_id)) THEN
    RAISE EXCEPTION 'investigation, check, decision and review of a case are separate' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$
"""
READERS = "zilu_complainant, zilu_party, zilu_staff, zilu_panel, zilu_system"


def upgrade() -> None:
    """A function that reads as its owner and answers for the reader's own cases; triggers for I-03."""
    op.execute(PEOPLE)
    op.execute("REVOKE ALL ON FUNCTION zilu_case_people(bigint) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION zilu_case_people(bigint) TO {READERS}")
    op.execute(SEPARATE)
    op.execute(SEPARATE_ON_FILE)
    op.execute(
        "CREATE TRIGGER panel_member_separate BEFORE INSERT OR UPDATE OF account_id, track_id ON panel_member "
        "FOR EACH ROW EXECUTE FUNCTION zilu_separate()"
    )
    op.execute(
        "CREATE TRIGGER review_member_separate BEFORE INSERT OR UPDATE OF account_id, track_id ON review_member "
        "FOR EACH ROW EXECUTE FUNCTION zilu_separate()"
    )
    op.execute(
        "CREATE TRIGGER case_track_separate BEFORE INSERT OR UPDATE OF investigator_id, reviewer_id ON case_track "
        "FOR EACH ROW EXECUTE FUNCTION zilu_separate_on_file()"
    )


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP TRIGGER case_track_separate ON case_track")
    op.execute("DROP TRIGGER review_member_separate ON review_member")
    op.execute("DROP TRIGGER panel_member_separate ON panel_member")
    op.execute("DROP FUNCTION zilu_separate_on_file()")
    op.execute("DROP FUNCTION zilu_separate()")
    op.execute("DROP FUNCTION zilu_case_people(bigint)")
