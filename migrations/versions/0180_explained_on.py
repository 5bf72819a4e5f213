"""The day of an explanation that came on paper, beside the moment of its entry; until now the journal alone had it."""

from alembic import op

revision = "0180"
down_revision = "0179"
ON = "j.changes ->> 'on_paper'"
ENTERED = (
    "FROM journal j WHERE j.\"row\" = 'S06' AND j.subject_kind = 'track' AND j.subject_id = t.id "
    "AND j.at = (p.part ->> 'at')::timestamptz AND jsonb_exists(j.changes, 'on_paper')"
)
PARTS = "FROM jsonb_array_elements(t.explained_parts) WITH ORDINALITY AS p (part, no)"


def upgrade() -> None:
    """As the journal tells it, part by part."""
    op.execute(
        "UPDATE case_track t SET explained_parts = (SELECT jsonb_agg(p.part || COALESCE("
        f"(SELECT jsonb_build_object('came_on', {ON}) {ENTERED} LIMIT 1), '{{}}') ORDER BY p.no) {PARTS}) "
        f"WHERE EXISTS (SELECT 1 {PARTS} WHERE EXISTS (SELECT 1 {ENTERED}))"
    )


def downgrade() -> None:
    """The journal still tells the day; code of before reads parts with one word more."""
    op.execute(
        f"UPDATE case_track t SET explained_parts = (SELECT jsonb_agg(p.part - 'came_on' ORDER BY p.no) {PARTS}) "
        "WHERE explained_parts @? '$[*].came_on'"
    )
