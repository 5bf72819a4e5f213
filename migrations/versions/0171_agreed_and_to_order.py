"""The period after which an unopened notice is served, as agreed (D28); answers as evidence; decisions in effect.

Confirmations of before name no length, or one that held "at present": for them the setting goes on deciding. Answers
taken over before count as evidence since they came. Decisions in effect whose measures nobody ordered are tasks from
here on.
"""

from alembic import op

revision = "0171"
down_revision = "0170"


def upgrade() -> None:
    """Nothing was agreed before."""
    op.execute(
        "ALTER TABLE service_address ADD COLUMN deemed_after integer, ADD COLUMN deemed_unit varchar, "
        "ADD CONSTRAINT ck_service_address_deemed_as_agreed CHECK (num_nulls(deemed_after, deemed_unit) IN (0, 2) AND "
        "(deemed_after IS NULL OR (deemed_after > 0 AND electronic AND service_rule = 'OPENED_OR_DEEMED')))"
    )
    op.execute("ALTER TABLE evidence ADD COLUMN taken_over_at timestamptz")
    op.execute(
        "INSERT INTO task (key, kind, role, subject_kind, subject_id, subject_ref, urgent, raised_at) "
        "SELECT 'to_order 0171 ' || id, 'to_order', 'officer', 'track', id, ref, false, now() FROM case_track "
        "WHERE state = 'EFFECTIVE' AND NOT EXISTS (SELECT 1 FROM task WHERE task.kind = 'to_order' AND "
        "task.subject_kind = 'track' AND task.subject_id = case_track.id AND task.done_at IS NULL) "
        "ON CONFLICT (key) DO NOTHING"
    )


def downgrade() -> None:
    """The setting decides for everybody again; open tasks of these kinds have no words in what runs then."""
    op.execute("DELETE FROM task WHERE kind IN ('to_order', 'no_copy') AND done_at IS NULL")
    op.execute("ALTER TABLE evidence DROP COLUMN taken_over_at")
    op.execute("ALTER TABLE service_address DROP COLUMN deemed_after, DROP COLUMN deemed_unit")
