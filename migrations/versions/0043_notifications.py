"""Who is told of what, and how: choices, mobile numbers, what waits to be told, and text messages."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
TABLES = ("text_message", "text_number", "notification_choice", "notification")


def _instant(name: str, *, nullable: bool) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Text messages are the back office's to look over; what people chose is read by the system alone."""
    op.create_table(
        "text_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        _instant("queued_at", nullable=False),
        _instant("due_at", nullable=False),
        _instant("handed_at", nullable=True),
        _instant("sent_at", nullable=True),
        _instant("refused_at", nullable=True),
        sa.CheckConstraint("sent_at IS NULL OR refused_at IS NULL", name=op.f("ck_text_message_sent_or_refused")),
        sa.CheckConstraint("kind IN ('news', 'code')", name=op.f("ck_text_message_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_message")),
        sa.UniqueConstraint("key", name=op.f("uq_text_message_key")),
    )
    op.create_index(
        "ix_text_message_waiting", "text_message", ["due_at", "id"], postgresql_where=sa.text("handed_at IS NULL")
    )
    op.create_table(
        "text_number",
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        _instant("asked_at", nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        _instant("code_until", nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("codes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        _instant("confirmed_at", nullable=True),
        sa.CheckConstraint("(code_hash IS NULL) = (code_until IS NULL)", name=op.f("ck_text_number_code_ends")),
        sa.CheckConstraint("subject_kind IN ('account', 'complaint')", name=op.f("ck_text_number_subject_known")),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", name=op.f("pk_text_number")),
    )
    op.create_table(
        "notification_choice",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.CheckConstraint("way IN ('NONE', 'MAIL', 'DAILY', 'TEXT')", name=op.f("ck_notification_choice_way_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notification_choice_account_id")),
        sa.PrimaryKeyConstraint("account_id", "choice", name=op.f("pk_notification_choice")),
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        _instant("asked_at", nullable=False),
        _instant("due_at", nullable=False),
        _instant("told_at", nullable=True),
        sa.CheckConstraint("way IN ('MAIL', 'DAILY', 'TEXT')", name=op.f("ck_notification_way_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notification_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_notification_account_id_key")),
    )
    op.create_index(
        "ix_notification_waiting", "notification", ["due_at", "account_id"], postgresql_where=sa.text("told_at IS NULL")
    )
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    op.execute("GRANT SELECT ON text_message TO zilu_admin")
    op.execute("CREATE POLICY admin_reads ON text_message FOR SELECT TO zilu_admin USING (true)")


def downgrade() -> None:
    """Mails alone, and to whom they went before."""
    for table in reversed(TABLES):
        op.drop_table(table)
