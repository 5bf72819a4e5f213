"""The day of a letter that gives up, takes back, confirms or asks for time again; until now a midnight, or nowhere.

Null is what was sent in the portal. The moment becomes that of the entry, as of everything else that comes on paper.
What is erased early is so after days to take that back; what was granted before keeps the day that its person read.
The scan of a confirmation on paper is kept. Whoever lost the role of a panel or a review body reads nothing there. Since when a company can send in the portal is
told by a function: since it is served there, and somebody who signs has come in (when the role was given, the journal
tells).
"""

import sqlalchemy as sa
from alembic import op

revision = "0192"
down_revision = "0182"
ON = "(j.changes ->> 'on_paper')::date"
PAPER = "jsonb_exists(j.changes, 'on_paper')"
MIDNIGHT = f"{ON}::timestamp AT TIME ZONE 'Asia/Shanghai'"
DAYS = {
    "hearing": "waived_came_on",
    "admission": "withdrawn_came_on",
    "stop_contact": "confirmed_came_on",
    "restoration": "came_on",
}
SEATED = (
    "EXISTS (SELECT 1 FROM {} m WHERE m.track_id = case_track.id "
    "AND m.account_id = zilu_account() AND m.recused_at IS NULL{})"
)
HELD = " AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = m.account_id AND r.role = '{}')"
SEATS = {"panel_member": "panel", "review_member": "review body"}
SINCE = """
CREATE FUNCTION zilu_online_since(asked bigint) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
WITH person AS (
  SELECT a.id, a.locked_at,
    EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id AND r.role = 'lead') AS leads,
    (SELECT CASE WHEN count(*) FILTER (WHERE l.purpose = 'INVITATION') = 0 THEN '-infinity' ELSE min(l.used_at) END
      FROM account_link l WHERE l.account_id = a.id) AS came,
    (SELECT max(j.at) FROM journal j WHERE j.subject_kind = 'account' AND j.subject_id = a.id
      AND j."row" = 'account.give_role' AND j.changes ->> 'role' = 'lead') AS given,
    (SELECT max(j.at) FROM journal j WHERE j.subject_kind = 'account' AND j.subject_id = a.id
      AND j."row" = 'account.take_role' AND j.changes ->> 'role' = 'lead') AS taken
  FROM account a WHERE a.party_id = asked
), span AS (
  SELECT greatest(came, given) AS begins, least(locked_at, CASE WHEN leads THEN 'infinity' ELSE taken END) AS ends
  FROM person WHERE came IS NOT NULL AND (leads OR taken IS NOT NULL)
), island AS (
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
NOT_COME = """
CREATE FUNCTION zilu_not_come(asked bigint) RETURNS TABLE (account_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT l.account_id FROM account_link l JOIN account a ON a.id = l.account_id WHERE a.party_id = asked
GROUP BY l.account_id HAVING bool_and(l.used_at IS NULL) AND bool_or(l.purpose = 'INVITATION') $$
"""
ASKING = "zilu_staff, zilu_system"
GRACE = (
    "INSERT INTO setting (key, value, unit, meaning, meaning_zh, basis, version) "
    "SELECT 'ERASE_EARLY_DAYS', '7'::jsonb, 'CD', "
    "'so long a person can take it back that the data of a complaint are erased early; then they are', "
    "'同意提前删除个人信息后，本人可以撤回要求的期间，期满删除', '[D]', 1 "
    "WHERE EXISTS (SELECT 1 FROM installation) ON CONFLICT (key) DO NOTHING"
)
"""Where nothing is set up yet, it comes with the other settings."""


def upgrade() -> None:
    """As the journal tells it; of a moment at midnight the entry's moment comes back."""
    for table, column in DAYS.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} date")
    for table in ("hearing", "stop_contact"):
        op.execute(f"GRANT SELECT ({DAYS[table]}) ON {table} TO zilu_party")
    op.execute(
        f"UPDATE hearing h SET waived_came_on = {ON} FROM journal j WHERE j.\"row\" = 'S56' AND {PAPER} "
        "AND j.subject_kind = 'track' AND j.subject_id = h.track_id AND j.at = h.waived_at"
    )
    op.execute(
        f"UPDATE admission a SET withdrawn_came_on = {ON}, withdrawn_at = j.at FROM journal j "
        f"WHERE j.\"row\" = 'S51' AND {PAPER} AND j.subject_kind = 'track' AND j.subject_id = a.track_id "
        f"AND a.withdrawn_at IN (j.at, {MIDNIGHT}) AND j.at >= a.admitted_at"
    )
    op.execute(
        f"UPDATE stop_contact s SET confirmed_came_on = {ON}, confirmed_at = j.at FROM journal j "
        f"WHERE j.\"row\" IN ('P04', 'P06') AND {PAPER} AND j.subject_kind = 'stop_contact' AND j.subject_id = s.id "
        f"AND s.confirmed_at IN (j.at, {MIDNIGHT})"
    )
    op.execute(
        f"UPDATE restoration r SET came_on = r.asked_on FROM journal j, case_track t WHERE t.id = r.track_id "
        f"AND j.\"row\" = 'case.ask_restoration' AND {PAPER} AND j.changes ->> 'track' = t.ref AND j.at = r.asked_at"
    )
    seated = " OR ".join(SEATED.format(table, HELD.format(role)) for table, role in SEATS.items())
    op.execute(f"ALTER POLICY panel_reads ON case_track USING ({seated})")
    for column in ("scan_sha256", "scan_name", "scan_type"):
        op.execute(f"ALTER TABLE stop_contact ADD COLUMN {column} varchar")
    op.execute(
        "ALTER TABLE stop_contact "
        "ADD CONSTRAINT ck_stop_contact_scan_whole CHECK (num_nulls(scan_sha256, scan_name, scan_type) IN (0, 3)), "
        "ADD CONSTRAINT fk_stop_contact_scan_sha256 FOREIGN KEY (scan_sha256) REFERENCES stored_file (sha256)"
    )
    op.create_index(op.f("ix_stop_contact_scan_sha256"), "stop_contact", ["scan_sha256"])
    _asked_of("zilu_online_since", SINCE)
    op.execute("DROP FUNCTION zilu_not_come(bigint)")
    op.execute(GRACE)
    op.add_column("erasure_request", sa.Column("erase_on", sa.Date(), nullable=True))
    op.execute("GRANT SELECT (erase_on) ON erasure_request TO zilu_complainant")
    op.execute(
        "UPDATE erasure_request SET erase_on = (decided_at AT TIME ZONE 'Asia/Shanghai')::date + 1 WHERE granted"
    )
    op.create_check_constraint(
        op.f("ck_erasure_request_granted_from_a_day"), "erasure_request", "granted IS NOT TRUE OR erase_on IS NOT NULL"
    )


def _asked_of(name: str, body: str) -> None:
    """A function about a company that staff ask, and nobody outside."""
    op.execute(body)
    op.execute(f"REVOKE ALL ON FUNCTION {name}(bigint) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {name}(bigint) TO {ASKING}")


def downgrade() -> None:
    """The journal still tells the day; what showed the day of the letter alone shows it again. The setting stays."""
    for column in ("scan_sha256", "scan_name", "scan_type"):
        op.execute(f"ALTER TABLE stop_contact DROP COLUMN {column}")
    _asked_of("zilu_not_come", NOT_COME)
    op.execute("DROP FUNCTION zilu_online_since(bigint)")
    seated = " OR ".join(SEATED.format(table, "") for table in SEATS)
    op.execute(f"ALTER POLICY panel_reads ON case_track USING ({seated})")
    op.drop_constraint(op.f("ck_erasure_request_granted_from_a_day"), "erasure_request")
    op.drop_column("erasure_request", "erase_on")
    for table, moment in (("admission", "withdrawn"), ("stop_contact", "confirmed")):
        op.execute(
            f"UPDATE {table} SET {moment}_at = {moment}_came_on::timestamp AT TIME ZONE 'Asia/Shanghai' "
            f"WHERE {moment}_came_on IS NOT NULL"
        )
    for table, column in DAYS.items():
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
