"""A company finds its own papers, and the rows of no others: their numbers were compared with what they are about."""

from alembic import op

revision = "0081"
down_revision = "0080"
SEEN = "WHEN '{}' THEN EXISTS (SELECT 1 FROM {} x WHERE x.id = {}subject_id{})"
OF = (
    ("forwarding", "forwarding", ""),
    ("track", "case_track", ""),
    ("document", "document", ""),
    ("evidence", "evidence", ""),
    ("publication", "publication", " AND x.ended_at IS NULL"),
)
"""Kind, table, and what else must hold."""


def _read(entry: str) -> None:
    rows = " ".join(SEEN.format(kind, table, entry, more) for kind, table, more in OF)
    op.execute(
        f"ALTER POLICY party_reads ON search_entry USING (audience = 'party' AND CASE subject_kind {rows} ELSE false END)"
    )


def upgrade() -> None:
    """A document has a subject_id of its own, which stood in place of the entry's."""
    _read("search_entry.")


def downgrade() -> None:
    """As before."""
    _read("")
