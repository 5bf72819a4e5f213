"""Since when a company is online is planned once for a connection; one that is not served online is not looked through.

A function in SQL is planned each time it is called, which took longer than its answer: 1.5 ms of a case's page.
"""

from alembic import op

revision = "0212"
down_revision = "0211"
HEAD = """
CREATE OR REPLACE FUNCTION zilu_online_since(asked bigint) RETURNS date
LANGUAGE {language} STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ {body} $$
"""
SERVED = """
SELECT min(s.from_on) AS since FROM service_address s WHERE s.party_id = asked AND s.electronic
AND EXISTS (SELECT 1 FROM service_address n WHERE n.party_id = asked AND n.electronic AND n.to_on IS NULL)
AND s.id > (SELECT coalesce(max(p.id), 0) FROM service_address p WHERE p.party_id = asked AND NOT p.electronic)
"""
OF_LEAD = "j.\"row\" IN ('account.give_role', 'account.take_role') AND j.changes ->> 'role' = 'lead'"
SIGNED = f"""
WITH person AS (
  SELECT a.id, a.locked_at,
    EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id AND r.role = 'lead') AS leads,
    CASE WHEN NOT a.invited THEN coalesce(
      (SELECT min(l.used_at) FROM account_link l WHERE l.account_id = a.id AND l.purpose <> 'MAIL'), '-infinity')
    END AS came,
    (SELECT j."row" = 'account.take_role' FROM journal j WHERE j.subject_kind = 'account' AND j.subject_id = a.id
      AND {OF_LEAD} ORDER BY j.at, j.id LIMIT 1) AS led
  FROM account a WHERE a.party_id = asked
), said AS (
  SELECT j.id AS no, p.id AS person, j.at, j."row" IN ('account.lock', 'account.unlock') AS of_lock,
    j."row" IN ('account.unlock', 'account.give_role') AS holds
  FROM person p JOIN journal j ON j.subject_kind = 'account' AND j.subject_id = p.id
  WHERE j."row" IN ('account.lock', 'account.unlock') OR ({OF_LEAD})
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
), island AS (
  SELECT begins, max(ends) OVER (ORDER BY begins, ends ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
  FROM span WHERE ends >= begins
), signed AS (
  SELECT (max(begins) AT TIME ZONE 'Asia/Shanghai')::date AS since FROM island
  WHERE (before IS NULL OR before < begins) AND EXISTS (SELECT 1 FROM span WHERE ends = 'infinity')
)
SELECT since FROM signed
"""
THEN = f"""
DECLARE
  served date := ({SERVED});
  signed date;
BEGIN
  IF served IS NOT NULL THEN
    signed := ({SIGNED});
  END IF;
  RETURN CASE WHEN signed IS NOT NULL THEN greatest(signed, served) END;
END
"""
BEFORE = f"""
WITH served AS ({SERVED}), signed AS ({SIGNED})
SELECT greatest(signed.since, served.since) FROM signed, served
WHERE signed.since IS NOT NULL AND served.since IS NOT NULL
"""


def upgrade() -> None:
    """The function keeps its grants."""
    op.execute(HEAD.format(language="plpgsql", body=THEN))


def downgrade() -> None:
    """The same answer, asked as before."""
    op.execute(HEAD.format(language="sql", body=BEFORE))
