"""What follows a complaint of a case by way of another is closed with it as well."""

from alembic import op

revision = "0061"
down_revision = "0060"
WITH = ("WITH left_case AS", "WITH RECURSIVE left_case AS")
FOLLOWS = (
    """    UNION SELECT m.id FROM complaint m JOIN case_complaint l ON l.complaint_id = m.lead_id
      JOIN left_case c ON c.case_id = l.case_id""",
    """    UNION SELECT m.id FROM complaint m JOIN told x ON x.id = m.lead_id""",
)
"""What the function of all that is closed to a recused person says, and what it says now."""


def _say(before: int, after: int) -> None:
    made = "pg_get_functiondef('zilu_barred()'::regprocedure)"
    for pair in (WITH, FOLLOWS):
        made = f"replace({made}, '{pair[before]}', '{pair[after]}')"
    op.execute(f"DO $do$ BEGIN EXECUTE {made}; END $do$")


def upgrade() -> None:
    """However many complaints lie between it and the one on which the case rests."""
    _say(0, 1)


def downgrade() -> None:
    """Those alone that follow a complaint of the case themselves."""
    _say(1, 0)
