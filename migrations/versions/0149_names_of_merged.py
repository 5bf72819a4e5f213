"""A name that came with a merge is known as one of the entry that went: the standing one was never called so."""

import sqlalchemy as sa
from alembic import op

revision = "0149"
down_revision = "0148"


def upgrade() -> None:
    """Of what was merged already, the first merge by which a name moved and that stands."""
    op.add_column("party_alias", sa.Column("came_with_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_party_alias_came_with_id"), "party_alias", "party_merge", ["came_with_id"], ["id"])
    op.create_index(
        "ix_party_alias_came_with",
        "party_alias",
        ["came_with_id"],
        unique=False,
        postgresql_where=sa.text("came_with_id IS NOT NULL"),
    )
    op.execute(
        "UPDATE party_alias a SET came_with_id = m.merge_id FROM (SELECT v.row_id, min(v.merge_id) AS merge_id "
        "FROM party_move v JOIN party_merge p ON p.id = v.merge_id WHERE v.place = 'party_alias.party_id' "
        "AND p.undone_at IS NULL GROUP BY v.row_id) m WHERE m.row_id = a.id"
    )


def downgrade() -> None:
    """The names of both are one line again."""
    op.drop_column("party_alias", "came_with_id")
