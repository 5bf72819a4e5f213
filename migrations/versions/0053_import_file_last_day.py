"""A kept import file has a last day; its digest stays."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
DAYS = """
INSERT INTO setting (key, value, unit, meaning, meaning_zh, basis, version)
SELECT 'IMPORT_FILE_DAYS', '180'::jsonb, 'days',
  'so long a file that complaints were imported from is kept as it came; its digest stays',
  '导入文件原样保存的天数，期满删除，仅留摘要值', '[D]', 1
WHERE EXISTS (SELECT 1 FROM installation)
ON CONFLICT (key) DO NOTHING
"""
"""Where nothing is set up yet, it comes with the other settings."""


def upgrade() -> None:
    """Files that are there already get their last day from the day on which they came."""
    op.add_column("import_file", sa.Column("digest", sa.String(), nullable=True))
    op.add_column("import_file", sa.Column("keep_until", sa.Date(), nullable=True))
    op.execute(
        "UPDATE import_file SET digest = sha256, keep_until = (brought_at AT TIME ZONE 'Asia/Shanghai')::date + 180"
    )
    op.alter_column("import_file", "digest", nullable=False)
    op.alter_column("import_file", "keep_until", nullable=False)
    op.alter_column("import_file", "sha256", nullable=True)
    op.execute(DAYS)


def downgrade() -> None:
    """What has no file any more goes."""
    op.execute("DELETE FROM import_file WHERE sha256 IS NULL")
    op.alter_column("import_file", "sha256", nullable=False)
    op.drop_column("import_file", "keep_until")
    op.drop_column("import_file", "digest")
    op.execute("DELETE FROM setting WHERE key = 'IMPORT_FILE_DAYS'")
