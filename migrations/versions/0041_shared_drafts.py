"""Drafts say whose they are, on which page, and of what; colleagues read those of what they may see."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
OWN = "account_id = zilu_account()"
OF_WHAT_THEY_SEE = (
    "subject_id IS NOT NULL AND (subject_kind, subject_id) NOT IN (SELECT b.kind, b.id FROM zilu_barred() b)"
)
READERS = (
    ("staff", f"{OWN} OR ({OF_WHAT_THEY_SEE})"),
    ("panel", OWN),
    ("party", OWN),
    ("admin", OWN),
)
"""Role, and which rows it reads."""
COLUMNS = ("account_id", "author", "page", "path", "subject_kind", "subject_id", "taken_from")


def upgrade() -> None:
    """Who typed it, on which page, where its form stands, what it is about, and from whom it was taken over."""
    op.add_column("draft", sa.Column("account_id", sa.BigInteger(), nullable=True))
    op.add_column("draft", sa.Column("author", sa.String(), server_default="", nullable=False))
    op.add_column("draft", sa.Column("page", sa.String(), server_default="", nullable=False))
    op.add_column("draft", sa.Column("path", sa.String(), server_default="", nullable=False))
    op.add_column("draft", sa.Column("subject_kind", sa.String(), nullable=True))
    op.add_column("draft", sa.Column("subject_id", sa.BigInteger(), nullable=True))
    op.add_column("draft", sa.Column("taken_from", sa.BigInteger(), nullable=True))
    op.create_check_constraint(op.f("ck_draft_subject_whole"), "draft", "(subject_kind IS NULL) = (subject_id IS NULL)")
    op.create_index(op.f("ix_draft_page"), "draft", ["page"], unique=False)
    op.execute(
        "UPDATE draft SET account_id = substr(owner, 9)::bigint, page = split_part(place, '#', 1), "
        "path = split_part(place, '#', 1) WHERE owner LIKE 'account:%'"
    )
    for role, rows in READERS:
        op.execute(f"GRANT SELECT ON draft TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON draft FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """Nobody reads drafts but the system."""
    for role, _rows in READERS:
        op.execute(f"DROP POLICY {role}_reads ON draft")
        op.execute(f"REVOKE SELECT ON draft FROM zilu_{role}")
    op.drop_index(op.f("ix_draft_page"), table_name="draft")
    op.drop_constraint(op.f("ck_draft_subject_whole"), "draft")
    for name in COLUMNS:
        op.drop_column("draft", name)
