"""Who proposed a wording or laid a setting down: somebody else puts it in force."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    """What was put in force or confirmed before names nobody and stays as it is."""
    op.add_column("wording_version", sa.Column("proposed_by", sa.BigInteger(), nullable=True))
    op.add_column("wording_version", sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f("fk_wording_version_proposed_by"), "wording_version", "account", ["proposed_by"], ["id"])
    op.create_check_constraint(
        op.f("ck_wording_version_proposed_with_basis"), "wording_version", "proposed_at IS NULL OR basis <> ''"
    )
    op.create_check_constraint(
        op.f("ck_wording_version_put_in_force_by_another"), "wording_version", "confirmed_by <> proposed_by"
    )
    op.add_column("setting", sa.Column("laid_down_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_setting_laid_down_by"), "setting", "account", ["laid_down_by"], ["id"])


def downgrade() -> None:
    """One person is enough again."""
    op.drop_column("setting", "laid_down_by")
    for name in ("put_in_force_by_another", "proposed_with_basis"):
        op.drop_constraint(op.f(f"ck_wording_version_{name}"), "wording_version")
    op.drop_column("wording_version", "proposed_at")
    op.drop_column("wording_version", "proposed_by")
