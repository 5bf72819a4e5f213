"""Files that only JSON named stand in columns of their own: what names a file is looked for there before it goes."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from core.crypto import unseal

revision = "0114"
down_revision = "0117"
DIGEST = re.compile(r'"([0-9a-f]{64})"')
FILE = re.compile(r'"file": "([0-9a-f]{64})"')
SEVERAL = (("file_view", "entries", "shown_sha256"), ("dossier_version", "sent", "sent_sha256"))
AT_ONCE = 1000


def _fill(table: str, source: str, named: str, one: bool) -> None:
    """What is encrypted is read with the key, row after row."""
    connection, after = op.get_bind(), 0
    asked = f"SELECT id, {source} FROM {table} WHERE id > :after AND {source} IS NOT NULL ORDER BY id LIMIT {AT_ONCE}"
    while rows := connection.execute(sa.text(asked), {"after": after}).all():
        after = rows[-1].id
        for number, sealed in rows:
            found = (FILE if one else DIGEST).findall(unseal(bytes(sealed)).decode())
            if found:
                said = {"id": number, "named": found[0] if one else sorted(set(found))}
                connection.execute(sa.text(f"UPDATE {table} SET {named} = :named WHERE id = :id"), said)


def upgrade() -> None:
    """Views of the file, receipts of service, deeds that wait for approval, items of long jobs."""
    for table, source, named in SEVERAL:
        op.add_column(table, sa.Column(named, ARRAY(sa.Text()), server_default="{}", nullable=False))
        _fill(table, source, named, one=False)
        op.create_index(f"ix_{table}_{named}", table, [named], postgresql_using="gin")
    op.add_column("service", sa.Column("proof_sha256", sa.String(), nullable=True))
    _fill("service", "proof", "proof_sha256", one=True)
    op.create_index(op.f("ix_service_proof_sha256"), "service", ["proof_sha256"])
    made = sa.Computed("result ->> 'sha256'", persisted=True)
    op.add_column("batch_item", sa.Column("made_sha256", sa.String(), made, nullable=True))
    op.create_index(op.f("ix_batch_item_made_sha256"), "batch_item", ["made_sha256"])


def downgrade() -> None:
    """The JSON says it alone."""
    for table, named in (("batch_item", "made_sha256"), ("service", "proof_sha256")):
        op.drop_index(op.f(f"ix_{table}_{named}"), table)
        op.drop_column(table, named)
    for table, _source, named in reversed(SEVERAL):
        op.drop_index(f"ix_{table}_{named}", table)
        op.drop_column(table, named)
