"""What is few is found among the few: let off, given up; an index that only begins another one goes."""

from alembic import op
from sqlalchemy import text

revision = "0165"
down_revision = "0164"

BEGINNINGS = (
    ("forwarding", "complaint_id"),
    ("allegation", "track_id"),
    ("service", "document_id"),
    ("case_track", "case_id"),
    ("publication_text", "publication_id"),
    ("admission_signature", "admission_id"),
    ("contact_event", "complaint_id"),
    ("panel_member", "panel_id"),
    ("rectification_item", "measure_id"),
    ("archive_entry", "volume_id"),
    ("motion_vote", "motion_id"),
    ("dossier_step", "dossier_id"),
    ("dossier_version", "dossier_id"),
    ("dossier_request", "dossier_id"),
    ("review_member", "review_id"),
    ("admission", "track_id"),
    ("panel", "track_id"),
    ("proposal", "track_id"),
)


def upgrade() -> None:
    """One index for each question."""
    let_off = text("let_off_on IS NOT NULL")
    op.create_index("ix_forwarding_let_off", "forwarding", ["complaint_id", "party_id"], postgresql_where=let_off)
    op.create_index("ix_outbox_gave_up", "outbox", ["id"], postgresql_where=text("gave_up_at IS NOT NULL"))
    op.create_index("ix_case_track_engagement_id", "case_track", ["engagement_id"])
    for table, column in BEGINNINGS:
        op.drop_index(f"ix_{table}_{column}", table)


def downgrade() -> None:
    """As before."""
    for table, column in BEGINNINGS:
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.drop_index("ix_case_track_engagement_id", "case_track")
    op.drop_index("ix_outbox_gave_up", "outbox")
    op.drop_index("ix_forwarding_let_off", "forwarding")
