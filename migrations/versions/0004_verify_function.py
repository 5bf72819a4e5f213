"""What anyone may learn of a document by its check code: nothing about parties."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """A function that reads as its owner, and answers for one code only."""
    op.execute(
        "CREATE FUNCTION zilu_verify(asked text) RETURNS TABLE (kind text, lang text, number text, issued_on date, "
        "void_on date, set_aside_on date, pdf_sha256 text, rendered boolean) "
        "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$ "
        "SELECT d.kind::text, d.lang::text, d.number::text, d.issued_on, "
        "(d.void_at AT TIME ZONE 'Asia/Shanghai')::date, d.set_aside_on, d.pdf_sha256::text, d.pdf_at IS NOT NULL "
        "FROM document d WHERE d.check_code = asked AND d.outward $$"
    )
    op.execute("REVOKE ALL ON FUNCTION zilu_verify(text) FROM PUBLIC")
    op.execute(
        "GRANT EXECUTE ON FUNCTION zilu_verify(text) TO zilu_public, zilu_complainant, zilu_party, zilu_staff, "
        "zilu_panel, zilu_admin, zilu_system"
    )


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP FUNCTION zilu_verify(text)")
