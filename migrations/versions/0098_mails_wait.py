"""A mail knows until when it is good for something; alerts that no server took wait for one again."""

import sqlalchemy as sa
from alembic import op

revision = "0098"
down_revision = "0097"
LOST = """
UPDATE outbox SET done_at = NULL, handed_at = NULL, tries = 0
FROM mail JOIN service ON service.id::text = split_part(mail.key, ':', 2)
WHERE mail.key ~ '^alert:[0-9]+:' AND mail.sent_at IS NULL AND mail.bounced_at IS NULL AND service.state = 'ALERTED'
AND outbox.key = 'mail:' || mail.id AND outbox.done_at IS NOT NULL AND outbox.parked_at IS NULL
AND EXISTS (SELECT 1 FROM installation WHERE mode = 'production')
"""
"""Without a server such work counted as done, though nothing was sent; what it told of waits all the same."""


def upgrade() -> None:
    """Mails of before end with nothing; of those that were lost, only alerts are still true."""
    op.add_column("mail", sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    op.execute(LOST)


def downgrade() -> None:
    """An alert that waits again is sent or given up as before."""
    op.drop_column("mail", "until")
