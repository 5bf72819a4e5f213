"""Whoever signs an admitted case or verifies a correction is among the people whom a respondent can challenge."""

from alembic import op

revision = "0152"
down_revision = "0151"
MORE = """
  UNION SELECT t.case_id, s.account_id, CASE s.role WHEN 'legal' THEN 'reviewer' ELSE 'officer' END
        FROM admission_signature s JOIN admission a ON a.id = s.admission_id JOIN tracks t ON t.id = a.track_id
  UNION SELECT t.case_id, looked.number, 'officer' FROM rectification_item i JOIN measure m ON m.id = i.measure_id
        JOIN tracks t ON t.id = m.track_id CROSS JOIN LATERAL (VALUES (i.verified_by), (i.second_by)) looked (number)
"""
PEOPLE = """
CREATE OR REPLACE FUNCTION zilu_case_people(asked bigint)
RETURNS TABLE (case_id bigint, account_id bigint, name text, part text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
), tracks AS (
  SELECT t.* FROM case_track t JOIN mine ON mine.id = t.case_id
  WHERE zilu_party() IS NULL OR (t.party_id = zilu_party() AND t.state NOT IN ('NEW', 'SCREENING', 'NOT_FILED'))
), parts AS (
  SELECT id AS case_id, officer_id AS account_id, 'officer' AS part FROM mine
  UNION SELECT t.case_id, t.investigator_id, 'investigator' FROM tracks t
  UNION SELECT t.case_id, t.reviewer_id, 'reviewer' FROM tracks t
  UNION SELECT t.case_id, t.filed_by, 'head' FROM tracks t
  UNION SELECT t.case_id, p.drawn_by, 'secretary' FROM panel p JOIN tracks t ON t.id = p.track_id
  UNION SELECT t.case_id, m.account_id, CASE WHEN m.chair THEN 'chair' ELSE 'panel' END FROM panel_member m
        JOIN tracks t ON t.id = m.track_id WHERE m.recused_at IS NULL
  UNION SELECT t.case_id, m.account_id, 'review' FROM review_member m
        JOIN tracks t ON t.id = m.track_id WHERE m.recused_at IS NULL
  UNION SELECT t.case_id, r.drawn_by, 'secretary' FROM review r JOIN tracks t ON t.id = r.track_id
  UNION SELECT t.case_id, number::bigint, 'officer' FROM interview i JOIN measure m ON m.id = i.measure_id
        JOIN tracks t ON t.id = m.track_id CROSS JOIN jsonb_array_elements_text(i.interviewers) number
{more})
SELECT parts.case_id, parts.account_id, a.name::text, parts.part::text
FROM parts JOIN account a ON a.id = parts.account_id ORDER BY 1, 4, 2 $$
"""


def upgrade() -> None:
    """The list is read from the rows that the guard of a recusal reads."""
    op.execute(PEOPLE.format(more=MORE.lstrip("\n")))


def downgrade() -> None:
    """They are missing again."""
    op.execute(PEOPLE.format(more=""))
