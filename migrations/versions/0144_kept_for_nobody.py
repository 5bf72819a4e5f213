"""Who did it and when, where no page and no rule ever asked the row: the journal says it."""

import sqlalchemy as sa
from alembic import op

revision = "0144"
down_revision = "0143"
BY = (
    ("contact_event", "out_by"),
    ("erasure_hold", "let_go_by"),
    ("stop_contact", "requested_by"),
    ("material_request", "answered_by"),
    ("absence", "entered_by"),
    ("party_merge", "merged_by"),
    ("party_merge", "undone_by"),
    ("party_succession", "entered_by"),
    ("party_succession", "withdrawn_by"),
    ("text_correction", "put_by"),
    ("resolution", "resolved_by"),
)
AT = (
    ("assignment_rule", "changed_at"),
    ("absence", "entered_at"),
    ("account_secret", "password_at"),
    ("account_role", "given_at"),
    ("party_succession", "entered_at"),
    ("installation", "set_up_at"),
    ("evidence_text", "read_at"),
)
CALENDAR = ("calendar_year_notice", "loaded_by")
SESSION = ("web_session", "end_reason")
ENDED = "(ended_at IS NULL) = (end_reason = '')"


def upgrade() -> None:
    """What was kept for nobody goes; why a session ended goes with its row after 90 days anyhow."""
    for table, column in (*BY, *AT, CALENDAR, SESSION):
        op.drop_column(table, column)


def downgrade() -> None:
    """The columns are there again, empty: what stood in them stands in the journal.

    So they may stay empty, and that a hold let go names somebody is asked no more.
    """
    for table, column in BY:
        op.add_column(table, sa.Column(column, sa.BigInteger, nullable=True))
        op.create_foreign_key(op.f(f"fk_{table}_{column}"), table, "account", [column], ["id"])
    for table, column in AT:
        op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.add_column(CALENDAR[0], sa.Column(CALENDAR[1], sa.BigInteger, nullable=True))
    op.add_column(SESSION[0], sa.Column(SESSION[1], sa.String, server_default="", nullable=False))
    op.execute("UPDATE web_session SET end_reason = 'not known' WHERE ended_at IS NOT NULL")
    op.create_check_constraint(op.f("ck_web_session_reason_if_ended"), "web_session", ENDED)
