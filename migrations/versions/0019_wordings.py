"""Wordings of documents that the association lays down."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
READERS = (("wording_version", "admin", "", "true"),)
"""Table, role, columns (all where empty), and which rows."""


def upgrade() -> None:
    """The table of wordings, which the back office reads."""
    op.create_table(
        "wording_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), server_default="", nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_force_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("confirmed_at IS NULL OR basis <> ''", name=op.f("ck_wording_version_basis_if_confirmed")),
        sa.CheckConstraint("lang IN ('zh', 'en')", name=op.f("ck_wording_version_lang_known")),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (in_force_from IS NULL)", name=op.f("ck_wording_version_in_force_once_confirmed")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_because IS NULL)",
            name=op.f("ck_wording_version_withdrawn_with_reason"),
        ),
        sa.CheckConstraint("in_force_from >= confirmed_at", name=op.f("ck_wording_version_never_in_force_before")),
        sa.CheckConstraint("number > 0", name=op.f("ck_wording_version_after_the_supplied_one")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_wording_version_confirmed_by")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_wording_version_made_by")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["account.id"], name=op.f("fk_wording_version_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording_version")),
        sa.UniqueConstraint("kind", "lang", "number", name=op.f("uq_wording_version_kind_lang_number")),
    )
    op.create_index(
        "uq_wording_version_draft",
        "wording_version",
        ["kind", "lang"],
        unique=True,
        postgresql_where=sa.text("confirmed_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON wording_version TO zilu_system")
    op.execute("ALTER TABLE wording_version ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE wording_version FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY system_all ON wording_version TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """Documents say again what the supplied files say."""
    op.drop_index(
        "uq_wording_version_draft",
        table_name="wording_version",
        postgresql_where=sa.text("confirmed_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.drop_table("wording_version")
