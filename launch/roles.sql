-- The database's roles, for the embedded server and for production alike; safe to run again.
--
-- As the server's superuser, with the two passwords in the environment (psql 15 or newer):
--   ZILU_OWNER_PASSWORD=... ZILU_APP_PASSWORD=... psql -X -v ON_ERROR_STOP=1 -f launch/roles.sql

\set ON_ERROR_STOP on
\getenv owner_password ZILU_OWNER_PASSWORD
\getenv app_password ZILU_APP_PASSWORD

-- Without both nothing is changed: an empty word would take away the password of an owner who has one.
\if :{?owner_password} \else \set owner_password '' \endif
\if :{?app_password} \else \set app_password '' \endif
SELECT :'owner_password' = '' OR :'app_password' = '' AS lacking
\gset
\if :lacking
DO $$ BEGIN RAISE 'ZILU_OWNER_PASSWORD and ZILU_APP_PASSWORD must be set: nothing was changed'; END $$;
\endif

-- Who reads: row-level security is written TO these. Nobody signs in as one of them.
SELECT format('CREATE ROLE %I NOLOGIN', name)
FROM unnest(ARRAY['zilu_staff', 'zilu_party', 'zilu_public', 'zilu_complainant', 'zilu_panel', 'zilu_admin', 'zilu_system']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['zilu_owner', 'zilu_app']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

-- Migrations, bulk loads and backups: owns the schema, and passes by row-level security.
ALTER ROLE zilu_owner WITH LOGIN NOSUPERUSER NOCREATEROLE BYPASSRLS PASSWORD :'owner_password';

-- The application: owns nothing, sees nothing until it has taken a reader's role.
ALTER ROLE zilu_app WITH LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS NOINHERIT PASSWORD :'app_password';
GRANT zilu_staff, zilu_party, zilu_public, zilu_complainant, zilu_panel, zilu_admin, zilu_system TO zilu_app;

SELECT 'CREATE DATABASE zilu OWNER zilu_owner ENCODING ''UTF8'' TEMPLATE template0'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'zilu')
\gexec

-- Nobody but its owner makes temporary tables there: their names come before those of the schema.
REVOKE TEMPORARY ON DATABASE zilu FROM PUBLIC;
