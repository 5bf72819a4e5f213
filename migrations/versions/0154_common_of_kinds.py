"""Whether words are common together is asked of the words alone: the page asks for kinds as well, and some are few."""

from alembic import op

revision = "0154"
down_revision = "0153"

COMMON = """
CREATE OR REPLACE FUNCTION zilu_is_common(asked tsquery) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
DECLARE own tsquery := zilu_own_terms(asked); words text[]; word text; looked integer := 400; many bigint;
BEGIN
  IF zilu_expected(own) > 20000 THEN
    RETURN true;
  END IF;
  words := ARRAY(SELECT DISTINCT said[1] FROM regexp_matches(own::text, '''(?:[^'']|'''')+''', 'g') said
    WHERE said[1] NOT LIKE '''#%');
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


def upgrade() -> None:
    """What stands for a kind is no word that somebody typed."""
    op.execute(COMMON)


def downgrade() -> None:
    """Kinds count as words."""
    op.execute(BEFORE)
