"""Drafts that hold files, mails about bulletins, and by what a public page is known to have changed."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
PAPERS = "NEW.kind IN ('D23f', 'D36a', 'D36b')"
SHOWN = (
    ("publication", "INSERT OR UPDATE OR DELETE", ""),
    ("publication_text", "INSERT OR UPDATE OR DELETE", ""),
    ("document", "UPDATE OF pdf_sha256, void_at, set_aside_on", f"WHEN ({PAPERS})"),
    ("party", "UPDATE OF name_zh, name_en, merged_into_id, uscc", ""),
    ("party_merge", "INSERT OR UPDATE", ""),
    ("party_succession", "INSERT OR UPDATE", ""),
    ("setting", "INSERT OR UPDATE OR DELETE", ""),
    ("violation", "INSERT OR UPDATE OR DELETE", ""),
)
"""What the public's pages of bulletins are made of; at the end of a transaction, so that the row is locked briefly."""
CHANGED = """
CREATE FUNCTION zilu_public_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  UPDATE public_version SET token = gen_random_uuid();
  RETURN NULL;
END $$
"""
VERSION = """
CREATE FUNCTION zilu_public_version() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT token::text FROM public_version
$$
"""


def upgrade() -> None:
    """Files of drafts, subscriptions, the address to leave a mail's kind by, and the token that changes."""
    op.create_table(
        "bulletin_subscription",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_subscription")),
        sa.UniqueConstraint("address_hash", name=op.f("uq_bulletin_subscription_address_hash")),
    )
    op.create_index(
        "ix_bulletin_subscription_unconfirmed",
        "bulletin_subscription",
        ["asked_at"],
        unique=False,
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )
    op.create_table(
        "public_version",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.Uuid(as_uuid=False), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_public_version_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_version")),
    )
    op.create_table(
        "draft_file",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner", "place"],
            ["draft.owner", "draft.place"],
            name=op.f("fk_draft_file_owner_place"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_draft_file_sha256")),
        sa.PrimaryKeyConstraint("owner", "place", "sha256", name=op.f("pk_draft_file")),
    )
    op.create_index(op.f("ix_draft_file_sha256"), "draft_file", ["sha256"], unique=False)
    op.add_column("mail", sa.Column("leave_url", sa.LargeBinary(), nullable=True))
    for table in ("bulletin_subscription", "public_version", "draft_file"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("bulletin_subscription", "public_version", "draft_file"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    op.execute("INSERT INTO public_version (id) VALUES (1)")
    op.execute(CHANGED)
    op.execute("REVOKE ALL ON FUNCTION zilu_public_changed() FROM PUBLIC")
    op.execute(VERSION)  # anybody may execute it: it tells that something changed, and not what
    for table, moves, only in SHOWN:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER zilu_public_changed AFTER {moves} ON {table} "
            f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {only} EXECUTE FUNCTION zilu_public_changed()"
        )


def downgrade() -> None:
    """As before."""
    for table, _moves, _only in SHOWN:
        op.execute(f"DROP TRIGGER zilu_public_changed ON {table}")
    op.execute("DROP FUNCTION zilu_public_version()")
    op.execute("DROP FUNCTION zilu_public_changed()")
    op.drop_column("mail", "leave_url")
    op.drop_index(op.f("ix_draft_file_sha256"), table_name="draft_file")
    op.drop_table("draft_file")
    op.drop_table("public_version")
    op.drop_index(
        "ix_bulletin_subscription_unconfirmed",
        table_name="bulletin_subscription",
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )
    op.drop_table("bulletin_subscription")
