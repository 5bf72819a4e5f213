"""What names a file, and what points at things that are erased or counted by, is found by an index."""

from alembic import op
from sqlalchemy import text

revision = "0163"
down_revision = "0162"

NAMING = {
    "evidence": ("stripped_sha256", "covered_sha256", "party_id"),
    "stored_file": ("stripped_as",),
    "made_copy": ("copy_sha256",),
    "seal_line": ("scan_sha256",),
    "archive_volume": ("pdf_sha256",),
    "bundle": ("sha256",),
    "batch": ("sha256",),
    "import_file": ("sha256", "rejects_sha256"),
    "month_report": ("sha256",),
    "interview": ("recording_sha256",),
    "hearing": ("minutes_sha256", "signed_sha256"),
    "file_view": ("sha256",),
    "finding_evidence": ("evidence_id",),
    "ledger_entry": ("forwarding_id",),
    "case_track": ("earlier_id",),
}
KEYED = ("mail", "text_message")


def upgrade() -> None:
    """An index for each; one of steps that wait, of tasks also when done, and of what a key begins with."""
    for table, columns in NAMING.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
    undone = text("done_at IS NULL")
    op.drop_index("ix_task_subject", "task")
    op.create_index("ix_task_subject", "task", ["subject_kind", "subject_id"])
    op.create_index("ix_dossier_step_open", "dossier_step", ["role", "dossier_id"], postgresql_where=undone)
    for table in KEYED:
        op.create_index(f"ix_{table}_key_begins", table, ["key"], postgresql_ops={"key": "text_pattern_ops"})


def downgrade() -> None:
    """Without them."""
    for table in KEYED:
        op.drop_index(f"ix_{table}_key_begins", table)
    op.drop_index("ix_dossier_step_open", "dossier_step")
    op.drop_index("ix_task_subject", "task")
    undone = text("done_at IS NULL")
    op.create_index("ix_task_subject", "task", ["subject_kind", "subject_id"], postgresql_where=undone)
    for table, columns in NAMING.items():
        for column in columns:
            op.drop_index(f"ix_{table}_{column}", table)
