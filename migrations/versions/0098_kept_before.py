"""A mail knows until when it is good for something; what earlier versions left undone is asked for.

Alerts that no server took wait for one again. Companies stand in lists by pinyin. Hashes of contacts and files of people whose name was put right are
written anew by jobs, which have the keys.
"""

import sqlalchemy as sa
from alembic import op

from core.pinyin import sort_key

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

ASKED = (
    ("casework.rehash", "rehash:0", '{"after": 0}', "SELECT 1 FROM complainant WHERE contact_hash IS NOT NULL"),
    ("search.hide_names", "hide_names", "{}", "SELECT 1 FROM journal WHERE \"row\" = 'person.corrected'"),
)


def upgrade() -> None:
    """Mails of before end with nothing; of those that were lost, only alerts are still true."""
    op.add_column("mail", sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("party", sa.Column("sort_zh", sa.String(), server_default="", nullable=False))
    party = sa.table("party", sa.column("id"), sa.column("name_zh"), sa.column("sort_zh"))
    for number, name in op.get_bind().execute(sa.select(party.c.id, party.c.name_zh)).all():
        op.execute(sa.update(party).where(party.c.id == number).values(sort_zh=sort_key(name)))
    op.execute(LOST)
    asked = "INSERT INTO outbox (job, key, args, asked_at, tries) SELECT :job, :key, CAST(:args AS jsonb), now(), 0 "
    for job, key, args, where in ASKED:
        found = sa.text(f"{asked} WHERE EXISTS ({where}) ON CONFLICT (key) DO NOTHING")
        op.execute(found.bindparams(job=job, key=key, args=args))


def downgrade() -> None:
    """An alert that waits again is sent or given up as before; the earlier version knows no such jobs."""
    op.execute("DELETE FROM outbox WHERE job IN ('casework.rehash', 'search.hide_names')")
    op.drop_column("party", "sort_zh")
    op.drop_column("mail", "until")
