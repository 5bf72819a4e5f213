"""A test's database put back as it was: tables that were written to are known by their marks; only they are restored.

A copy of the template takes a third of a second and a server process that knows nothing yet; this takes milliseconds.
A mark is a sequence of its own, moved by a trigger on each writing statement: it needs no lock and outlives a rollback.
"""

import psycopg
from psycopg import sql

Server = psycopg.Connection[tuple[object, ...]]

MARKS = """
CREATE SCHEMA marks;
CREATE SCHEMA kept;
CREATE TABLE marks.restored (
  name text PRIMARY KEY, mark regclass, kept boolean, columns text, counter regclass, begins bigint, begun boolean
);
CREATE FUNCTION marks.mark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM nextval(format('marks.%I', TG_TABLE_NAME)::regclass);
  RETURN NULL;
END $$;
CREATE FUNCTION marks.restore() RETURNS void LANGUAGE plpgsql
SET session_replication_role = 'replica' SET lock_timeout = '5s' AS $$
DECLARE one record;
BEGIN
  FOR one IN SELECT * FROM marks.restored r
             WHERE pg_sequence_last_value(r.mark) IS NOT NULL LOOP
    EXECUTE format('DELETE FROM public.%I', one.name);
    IF one.kept THEN
      EXECUTE format('INSERT INTO public.%1$I (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM kept.%1$I',
                     one.name, one.columns);
    END IF;
    IF one.counter IS NOT NULL THEN
      PERFORM setval(one.counter, one.begins, one.begun);
    END IF;
    PERFORM setval(one.mark, 1, false);
  END LOOP;
  FOR one IN SELECT * FROM marks.restored r  -- a statement that failed has left no mark, but has used up a number
             WHERE pg_sequence_last_value(r.counter) IS DISTINCT FROM CASE WHEN r.begun THEN r.begins END LOOP
    PERFORM setval(one.counter, one.begins, one.begun);
  END LOOP;
END $$;
CREATE FUNCTION marks.stand() RETURNS TABLE (name text, mark bigint, counter bigint)
LANGUAGE sql SECURITY DEFINER AS $$
  SELECT r.name, pg_sequence_last_value(r.mark), pg_sequence_last_value(r.counter) FROM marks.restored r
$$;
CREATE TABLE marks.states (state uuid, name text, rows text, counter bigint, PRIMARY KEY (state, name));
CREATE FUNCTION marks.keep(names text[]) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE one record; mine uuid := gen_random_uuid();  -- of no other database either
BEGIN
  FOR one IN SELECT r.name, r.counter FROM unnest(names) n (name) JOIN marks.restored r USING (name) LOOP
    EXECUTE format('INSERT INTO marks.states SELECT $1, $2, array_agg(t)::text, pg_sequence_last_value($3) '
                   'FROM public.%I t', one.name) USING mine, one.name, one.counter;
  END LOOP;
  RETURN mine;
END $$;
CREATE FUNCTION marks.put(number uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET session_replication_role = 'replica' AS $$
DECLARE one record; many bigint := 0;
BEGIN
  FOR one IN SELECT r.name, r.mark, r.columns, r.counter, s.rows, s.counter AS stands
             FROM marks.states s JOIN marks.restored r USING (name) WHERE s.state = number LOOP
    EXECUTE format('DELETE FROM public.%I', one.name);
    EXECUTE format('INSERT INTO public.%1$I (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM unnest($1::public.%1$I[])',
                   one.name, one.columns) USING one.rows;
    IF one.stands IS NOT NULL THEN
      PERFORM setval(one.counter, one.stands);
    END IF;
    PERFORM nextval(one.mark);
    many := many + 1;
  END LOOP;
  RETURN many;
END $$;
CREATE SCHEMA late;
CREATE TABLE late.complaint (id bigint);
CREATE TABLE late.case_file (id bigint);
CREATE TABLE late.shown (id bigint);
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late.complaint
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.zilu_queue_touched();
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late.case_file
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.zilu_case_touched();
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late.shown
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.zilu_public_changed();
CREATE FUNCTION marks.put_back(number uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF marks.put(number) = 0 THEN  -- it was kept in a transaction that came to nothing
    RETURN false;
  END IF;
  INSERT INTO late.complaint SELECT id FROM public.complaint;  -- what the schema does late, at the end
  INSERT INTO late.case_file SELECT id FROM public.case_file;
  INSERT INTO late.shown SELECT 1 WHERE EXISTS (
    SELECT FROM pg_trigger WHERE tgname = 'zilu_public_changed' AND tgtype & 4 > 0
    AND tgrelid::regclass::text IN (SELECT name FROM marks.states WHERE state = number));
  DELETE FROM late.complaint;
  DELETE FROM late.case_file;
  DELETE FROM late.shown;
  RETURN true;
END $$
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"
COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
COUNTER = """
SELECT c.relname FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
WHERE d.refobjid = %s::regclass AND d.deptype IN ('a', 'i')
"""
STANDS = "SELECT {}, last_value, is_called FROM {}"


def keep(server: Server) -> bool:
    """Remember what the tables hold now, and mark each from here on; False where the server does not allow it."""
    try:
        server.execute("SET session_replication_role = 'origin'")
    except psycopg.errors.InsufficientPrivilege:
        return False
    server.execute(MARKS)
    for (table,) in server.execute(TABLES).fetchall():
        name = sql.Identifier(str(table))
        whole = sql.Identifier("public", str(table))
        server.execute(sql.SQL("CREATE SEQUENCE {}").format(sql.Identifier("marks", str(table))))
        server.execute(
            sql.SQL(
                "CREATE TRIGGER zz_marked AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {} "
                "FOR EACH STATEMENT EXECUTE FUNCTION marks.mark()"
            ).format(whole)
        )
        filled = server.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(whole)).fetchone()
        kept = bool(filled and filled[0])
        if kept:
            server.execute(sql.SQL("CREATE TABLE kept.{} AS TABLE {}").format(name, whole))
        _describe(server, str(table), kept=kept)
    server.execute("GRANT USAGE ON SCHEMA marks TO PUBLIC")
    return True


def unmark(server: Server) -> None:
    """Take all marks away, where there are any: what is left is the product's own."""
    server.execute("DROP SCHEMA IF EXISTS marks, kept, late CASCADE")


def _describe(server: Server, table: str, *, kept: bool) -> None:
    columns = server.execute(COLUMNS, [f'public."{table}"']).fetchone()
    found = server.execute(COUNTER, [f'public."{table}"']).fetchone()
    counter: tuple[object, ...] = (None, None, None)
    if found:
        whole = sql.Identifier("public", str(found[0]))
        stands = sql.SQL(STANDS).format(sql.Literal(whole.as_string(server)), whole)
        counter = server.execute(stands).fetchone() or counter
    server.execute(
        "INSERT INTO marks.restored VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [table, f'marks."{table}"', kept, columns and columns[0], *counter],
    )


def restore(server: Server) -> bool:
    """Put every marked table back; False where that fails, as without marks, or where somebody still holds a table."""
    try:
        server.execute("SELECT marks.restore()")
    except psycopg.Error:  # marks that were taken away do not come back with what was rolled back
        return False
    return True


def is_marked(server: Server) -> bool:
    """Whether what is written to its tables leaves marks."""
    found = server.execute("SELECT to_regprocedure('marks.stand()') IS NOT NULL").fetchone()
    return bool(found and found[0])
