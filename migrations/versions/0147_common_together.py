"""Words that are common each by itself are looked for in more of the newest entries: together they may be common too."""

from alembic import op

revision = "0147"
down_revision = "0146"

EXPECTED = """
CREATE FUNCTION zilu_expected(asked tsquery) RETURNS float
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE plan json;
BEGIN
  EXECUTE format(
    'EXPLAIN (FORMAT JSON) SELECT 1 FROM search_entry e WHERE e.audience = %L AND e.terms @@ %L::tsquery',
    zilu_audience(), asked::text
  ) INTO plan;
  RETURN plan -> 0 -> 'Plan' ->> 'Plan Rows';
END $$
"""
COMMON = """
CREATE OR REPLACE FUNCTION zilu_is_common(asked tsquery) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
DECLARE own tsquery := zilu_own_terms(asked); words text[]; word text; looked integer := 400; many bigint;
BEGIN
  IF zilu_expected(own) > 20000 THEN
    RETURN true;
  END IF;
  words := ARRAY(SELECT DISTINCT said[1] FROM regexp_matches(own::text, '''(?:[^'']|'''')+''', 'g') said);
  IF cardinality(words) > 1 THEN
    looked := 2000;
    FOREACH word IN ARRAY words LOOP
      IF zilu_expected(word::tsquery) <= 20000 THEN
        looked := 400;
        EXIT;
      END IF;
    END LOOP;
  END IF;
  EXECUTE format(
    'SELECT count(*) FROM (SELECT e.terms FROM search_entry e WHERE e.audience = %L AND e.subject_kind <> ''party'' '
    'ORDER BY e.at DESC, e.id DESC LIMIT %s) newest WHERE newest.terms @@ $1', zilu_audience(), looked
  ) INTO many USING own;
  RETURN many >= 20;
END $$
"""
BEFORE = """
CREATE OR REPLACE FUNCTION zilu_is_common(asked tsquery) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
DECLARE own tsquery := zilu_own_terms(asked); many bigint; plan json;
BEGIN
  EXECUTE format(
    'EXPLAIN (FORMAT JSON) SELECT 1 FROM search_entry e WHERE e.audience = %L AND e.terms @@ %L::tsquery',
    zilu_audience(), own::text
  ) INTO plan;
  IF (plan -> 0 -> 'Plan' ->> 'Plan Rows')::float > 20000 THEN
    RETURN true;
  END IF;
  EXECUTE format(
    'SELECT count(*) FROM (SELECT e.terms FROM search_entry e WHERE e.audience = %L AND e.subject_kind <> ''party'' '
    'ORDER BY e.at DESC, e.id DESC LIMIT 400) newest WHERE newest.terms @@ $1', zilu_audience()
  ) INTO many USING own;
  RETURN many >= 20;
END $$
"""


def upgrade() -> None:
    """The server takes words to stand beside each other by chance: of the pairs of one expression it expects too little."""
    op.execute(EXPECTED)
    op.execute("REVOKE ALL ON FUNCTION zilu_expected(tsquery) FROM PUBLIC")  # only the other one asks, as its owner
    op.execute(COMMON)


def downgrade() -> None:
    """By four hundred in any case."""
    op.execute(BEFORE)
    op.execute("DROP FUNCTION zilu_expected(tsquery)")
