"""The day of a letter in which a company proposed terms; and a company is online anew since a lock was lifted.

Null is what was proposed in the portal, or by the person. Whoever signs for a company and was locked out, or had no
role, for a while did not sign in that time; until now only the present lock and the last role counted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0187"
down_revision = "0186"
HEAD = """
CREATE OR REPLACE FUNCTION zilu_online_since(asked bigint) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
"""
LAST = """, island AS (
  SELECT begins, max(ends) OVER (ORDER BY begins, ends ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
  FROM span WHERE ends >= begins
), signed AS (
  SELECT (max(begins) AT TIME ZONE 'Asia/Shanghai')::date AS since FROM island
  WHERE (before IS NULL OR before < begins) AND EXISTS (SELECT 1 FROM span WHERE ends = 'infinity')
), served AS (
  SELECT min(s.from_on) AS since FROM service_address s WHERE s.party_id = asked AND s.electronic
  AND EXISTS (SELECT 1 FROM service_address n WHERE n.party_id = asked AND n.electronic AND n.to_on IS NULL)
  AND s.id > (SELECT coalesce(max(p.id), 0) FROM service_address p WHERE p.party_id = asked AND NOT p.electronic)
)
SELECT greatest(signed.since, served.since) FROM signed, served
WHERE signed.since IS NOT NULL AND served.since IS NOT NULL $$
"""
CAME = """CASE WHEN NOT a.invited THEN coalesce(
      (SELECT min(l.used_at) FROM account_link l WHERE l.account_id = a.id AND l.purpose <> 'MAIL'), '-infinity')
    END AS came"""
LEADS = "EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id AND r.role = 'lead') AS leads"
IS_OF_LEAD = "j.\"row\" IN ('account.give_role', 'account.take_role') AND j.changes ->> 'role' = 'lead'"
THEN = f"""
WITH person AS (
  SELECT a.id, a.locked_at, {LEADS},
    {CAME},
    (SELECT j."row" = 'account.take_role' FROM journal j WHERE j.subject_kind = 'account' AND j.subject_id = a.id
      AND {IS_OF_LEAD} ORDER BY j.at, j.id LIMIT 1) AS led
  FROM account a WHERE a.party_id = asked
), said AS (
  SELECT j.id AS no, p.id AS person, j.at, j."row" IN ('account.lock', 'account.unlock') AS of_lock,
    j."row" IN ('account.unlock', 'account.give_role') AS holds
  FROM person p JOIN journal j ON j.subject_kind = 'account' AND j.subject_id = p.id
  WHERE j."row" IN ('account.lock', 'account.unlock') OR ({IS_OF_LEAD})
  UNION ALL SELECT 0, id, '-infinity', true, true FROM person
  UNION ALL SELECT 0, id, '-infinity', false, coalesce(led, leads) FROM person
  UNION ALL SELECT 0, id, locked_at, true, false FROM person WHERE locked_at IS NOT NULL
), moment AS (
  SELECT m.person, m.at, coalesce(lead(m.at) OVER (PARTITION BY m.person ORDER BY m.at), 'infinity') AS ends,
    (SELECT bool_and(w.holds) FROM (
      SELECT DISTINCT ON (s.of_lock) s.holds FROM said s WHERE s.person = m.person AND s.at <= m.at
      ORDER BY s.of_lock, s.at DESC, s.no DESC) w) AS signs
  FROM (SELECT DISTINCT person, at FROM said) m
), span AS (
  SELECT greatest(p.came, m.at) AS begins, m.ends FROM moment m JOIN person p ON p.id = m.person
  WHERE p.came IS NOT NULL
  AND CASE WHEN m.ends = 'infinity' THEN p.leads AND p.locked_at IS NULL ELSE m.signs END
)"""
BEFORE = f"""
WITH person AS (
  SELECT a.id, a.locked_at,
    {LEADS},
    {CAME},
    (SELECT max(j.at) FROM journal j WHERE j.subject_kind = 'account' AND j.subject_id = a.id
      AND j."row" = 'account.give_role' AND j.changes ->> 'role' = 'lead') AS given,
    (SELECT max(j.at) FROM journal j WHERE j.subject_kind = 'account' AND j.subject_id = a.id
      AND j."row" = 'account.take_role' AND j.changes ->> 'role' = 'lead') AS taken
  FROM account a WHERE a.party_id = asked
), span AS (
  SELECT greatest(came, given) AS begins, least(locked_at, CASE WHEN leads THEN 'infinity' ELSE taken END) AS ends
  FROM person WHERE came IS NOT NULL AND (leads OR taken IS NOT NULL)
)"""


def upgrade() -> None:
    """The journal tells the day of what was entered before; the function keeps its grants."""
    op.add_column("settlement", sa.Column("came_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE settlement s SET came_on = (j.changes ->> 'on_paper')::date FROM journal j "
        "WHERE j.\"row\" = 'settlement.proposed' AND j.subject_kind = 'complaint' AND j.subject_id = s.complaint_id "
        "AND j.at = s.proposed_at AND jsonb_exists(j.changes, 'on_paper')"
    )
    op.execute(HEAD + THEN + LAST)


def downgrade() -> None:
    """The journal keeps the day."""
    op.execute(HEAD + BEFORE + LAST)
    op.drop_column("settlement", "came_on")
