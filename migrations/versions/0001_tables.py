"""The tables, and the functions that say who reads."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

FUNCTIONS = {
    "zilu_party": "zilu.party",
    "zilu_complaint": "zilu.complaint",
    "zilu_account": "zilu.account",
}


def upgrade() -> None:
    """Make the functions that policies look at, then every table."""
    for name, setting in FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE "
            f"AS $$ SELECT nullif(current_setting('{setting}', true), '')::bigint $$"
        )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "calendar_year_notice",
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "package", "notice", "estimate", name="source", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("notice_no", sa.String(), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_by", sa.BigInteger(), nullable=True),
        sa.Column("stamp", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint(
            "(source = 'notice') = (loaded_at IS NOT NULL)", name=op.f("ck_calendar_year_notice_notice_was_loaded")
        ),
        sa.CheckConstraint(
            "(source = 'notice') = (notice_no IS NOT NULL)", name=op.f("ck_calendar_year_notice_notice_has_a_number")
        ),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year_notice")),
    )
    op.create_table(
        "clock",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ARMED",
                "RUNNING",
                "PAUSED",
                "ENDED",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "how",
            sa.Enum("stopped", "expired", "replaced", name="how", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("armed_on", postgresql.ARRAY(sa.BigInteger()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("awaits", postgresql.ARRAY(sa.BigInteger()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("day0", sa.Date(), nullable=True),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column(
            "unit",
            sa.Enum("WD", "CD", "MONTH", name="unit", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("extend_to", postgresql.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("steps", postgresql.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("paused_on", postgresql.ARRAY(sa.Date()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("resumed_on", postgresql.ARRAY(sa.Date()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("days_left", sa.Integer(), nullable=True),
        sa.Column("notified_due_on", sa.Date(), nullable=True),
        sa.Column("moved_from", sa.Date(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visible_party", sa.BigInteger(), nullable=True),
        sa.Column("visible_complaint", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'ARMED') = (cardinality(awaits) > 0)", name=op.f("ck_clock_armed_awaits_a_document")
        ),
        sa.CheckConstraint("(state = 'ENDED') = (ended_at IS NOT NULL)", name=op.f("ck_clock_ended_at_if_ended")),
        sa.CheckConstraint("(state = 'ENDED') = (how IS NOT NULL)", name=op.f("ck_clock_how_if_ended")),
        sa.CheckConstraint(
            "(state = 'PAUSED') = (days_left IS NOT NULL)", name=op.f("ck_clock_paused_stores_days_left")
        ),
        sa.CheckConstraint(
            "how <> 'expired' OR (due_on IS NOT NULL AND NOT provisional)", name=op.f("ck_clock_only_certain_expires")
        ),
        sa.CheckConstraint("state <> 'ARMED' OR day0 IS NULL", name=op.f("ck_clock_armed_has_no_dates")),
        sa.CheckConstraint("state <> 'PAUSED' OR due_on IS NULL", name=op.f("ck_clock_paused_has_no_due")),
        sa.CheckConstraint(
            "state <> 'RUNNING' OR due_on IS NOT NULL OR provisional", name=op.f("ck_clock_undated_is_provisional")
        ),
        sa.CheckConstraint(
            "state = 'ENDED' OR cardinality(paused_on) - cardinality(resumed_on) = (state = 'PAUSED')::int",
            name=op.f("ck_clock_each_pause_is_resumed"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('RUNNING', 'PAUSED') OR day0 IS NOT NULL", name=op.f("ck_clock_running_has_day0")
        ),
        sa.CheckConstraint("(day0 IS NULL) = (started_at IS NULL)", name=op.f("ck_clock_day0_if_started")),
        sa.CheckConstraint("(moved_from IS NULL) = (moved_at IS NULL)", name=op.f("ck_clock_moved_from_if_moved")),
        sa.CheckConstraint("day0 IS NOT NULL OR due_on IS NULL", name=op.f("ck_clock_no_due_without_day0")),
        sa.CheckConstraint("due_on >= notified_due_on", name=op.f("ck_clock_never_earlier_than_notified")),
        sa.CheckConstraint("due_on IS NULL OR due_on > day0", name=op.f("ck_clock_due_after_day0")),
        sa.CheckConstraint("length > 0", name=op.f("ck_clock_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
    )
    op.create_index(
        "ix_clock_awaits",
        "clock",
        ["awaits"],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("state = 'ARMED'"),
    )
    op.create_index(
        "ix_clock_complaint",
        "clock",
        ["visible_complaint", "id"],
        unique=False,
        postgresql_where=sa.text("visible_complaint IS NOT NULL"),
    )
    op.create_index(
        "ix_clock_due",
        "clock",
        ["due_on", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'RUNNING' AND NOT provisional"),
    )
    op.create_index(
        "ix_clock_estimated",
        "clock",
        ["due_on", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'RUNNING' AND provisional AND alerted_at IS NULL"),
    )
    op.create_index(
        "ix_clock_party",
        "clock",
        ["visible_party", "id"],
        unique=False,
        postgresql_where=sa.text("visible_party IS NOT NULL"),
    )
    op.create_index("ix_clock_subject", "clock", ["subject_type", "subject_id", "id"], unique=False)
    op.create_index(
        "uq_clock_live",
        "clock",
        ["key", "subject_type", "subject_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'ENDED'"),
    )
    op.create_table(
        "draft",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "place", name=op.f("pk_draft")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.SmallInteger(), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("first_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("mode IN ('demonstration', 'production')", name=op.f("ck_installation_mode")),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "instrument",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title_zh", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), server_default="", nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("replaced_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
        sa.UniqueConstraint("key", name=op.f("uq_instrument_key")),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("subject_kind", "subject_id", "seq", name=op.f("uq_journal_subject_kind_subject_id_seq")),
    )
    op.create_table(
        "journal_head",
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("sent_at IS NULL OR bounced_at IS NULL", name=op.f("ck_mail_sent_or_bounced")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_key")),
    )
    op.create_index(
        "ix_mail_recent", "mail", [sa.literal_column("queued_at DESC"), sa.literal_column("id DESC")], unique=False
    )
    op.create_table(
        "once",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_once")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("args", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gave_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["id"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL AND gave_up_at IS NULL"),
    )
    op.create_table(
        "party",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("INSTITUTION", "FIRM", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), server_default="", nullable=False),
        sa.Column("folded_zh", sa.String(), nullable=False),
        sa.Column("folded_en", sa.String(), server_default="", nullable=False),
        sa.Column("uscc", sa.String(), nullable=False),
        sa.Column("member_no", sa.String(), nullable=True),
        sa.Column("named_executive", sa.String(), server_default="", nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("uscc ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'", name=op.f("ck_party_uscc_form")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("member_no", name=op.f("uq_party_member_no")),
        sa.UniqueConstraint("uscc", name=op.f("uq_party_uscc")),
    )
    op.create_index("ix_party_folded_en", "party", ["folded_en"], unique=False)
    op.create_index("ix_party_folded_zh", "party", ["folded_zh"], unique=False)
    op.create_table(
        "series_counter",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_series_counter")),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("PASSWORD", "CODE", "MAIL", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("account_hash", sa.LargeBinary(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
    )
    op.create_index("ix_sign_in_try_account", "sign_in_try", ["account_hash", "at"], unique=False)
    op.create_index("ix_sign_in_try_address", "sign_in_try", ["address_hash", "at"], unique=False)
    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stripped_as", sa.String(), nullable=True),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_stored_file_sha256_is_a_digest")),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_not_empty")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "violation",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("zh", sa.String(), nullable=False),
        sa.Column("en", sa.String(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("retired", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("code ~ '^V-[A-Z][0-9]{2}$'", name=op.f("ck_violation_code_form")),
        sa.CheckConstraint("family = substr(code, 3, 1)", name=op.f("ck_violation_family")),
        sa.CheckConstraint("severity BETWEEN 1 AND 5", name=op.f("ck_violation_severity")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_violation")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("mail", sa.LargeBinary(), nullable=False),
        sa.Column("mail_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("staff", "party", "admin", name="audience", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(), server_default="zh", nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lock_reason", sa.String(), server_default="", nullable=False),
        sa.Column("demonstration", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(audience = 'party') = (party_id IS NOT NULL)", name=op.f("ck_account_party_if_of_a_party")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_account_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("mail_hash", name=op.f("uq_account_mail_hash")),
    )
    op.create_table(
        "basis",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "MEMBERSHIP",
                "SIGNATORY",
                "UNDERTAKING",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "ACTIVE",
                "RIGHTS_SUSPENDED",
                "WITHDRAWN",
                "EXPELLED",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="ACTIVE",
            nullable=False,
        ),
        sa.Column("document", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint(
            "status NOT IN ('WITHDRAWN', 'EXPELLED') OR to_on IS NOT NULL", name=op.f("ck_basis_ended_has_a_day")
        ),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_basis_to_after_from")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_basis_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basis")),
    )
    op.create_index("ix_basis_party", "basis", ["party_id", "from_on"], unique=False)
    op.create_table(
        "engagement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("firm_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("products", sa.String(), server_default="", nullable=False),
        sa.Column("white_list_url", sa.String(), server_default="", nullable=False),
        sa.Column("subcontracting_allowed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("contract", sa.String(), server_default="", nullable=False),
        sa.Column("last_evaluated_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("institution_id <> firm_id", name=op.f("ck_engagement_two_parties")),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_engagement_to_after_from")),
        sa.ForeignKeyConstraint(["firm_id"], ["party.id"], name=op.f("fk_engagement_firm_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["party.id"], name=op.f("fk_engagement_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement")),
    )
    op.create_index("ix_engagement_firm", "engagement", ["firm_id", "from_on"], unique=False)
    op.create_index("ix_engagement_institution", "engagement", ["institution_id", "from_on"], unique=False)
    op.create_table(
        "party_alias",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "SHORT",
                "FORMER",
                "APP",
                "SMS_SIGNATURE",
                "NUMBER",
                "WEB",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "to_on IS NULL OR from_on IS NULL OR to_on >= from_on", name=op.f("ck_party_alias_to_after_from")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_alias_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_alias")),
        sa.UniqueConstraint("party_id", "kind", "value", name=op.f("uq_party_alias_party_id_kind_value")),
    )
    op.create_index("ix_party_alias_folded", "party_alias", ["folded"], unique=False)
    op.create_table(
        "account_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "INVITATION",
                "PASSWORD",
                "SECOND_FACTOR",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose = 'INVITATION' OR digest IS NULL OR confirmed_at IS NOT NULL",
            name=op.f("ck_account_link_second_person"),
        ),
        sa.CheckConstraint("(digest IS NULL) = (expires_at IS NULL)", name=op.f("ck_account_link_expires_once_sent")),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> account_id", name=op.f("ck_account_link_not_oneself")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_link_account_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_account_link_asked_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_account_link_confirmed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_account_link_digest")),
    )
    op.create_index(
        "uq_account_link_asked",
        "account_link",
        ["account_id", "purpose"],
        unique=True,
        postgresql_where=sa.text("used_at IS NULL AND refused_at IS NULL"),
    )
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "role IN ('intake', 'officer', 'investigator', 'head', 'reviewer', 'secretary', 'panel', 'review body', 'council', 'publisher', 'seal keeper', 'respondent', 'lead', 'member', 'system_admin', 'security_admin', 'audit_admin')",
            name=op.f("ck_account_role_role"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_role_account_id")),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"], name=op.f("fk_account_role_given_by")),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_role")),
    )
    op.create_table(
        "account_secret",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("password_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_secret_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_secret")),
    )
    op.create_table(
        "archive_volume",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("volume", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("retention_years", sa.Integer(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bound_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "volume IN ('main', 'internal', 'complainant')", name=op.f("ck_archive_volume_volume_known")
        ),
        sa.ForeignKeyConstraint(["bound_by"], ["account.id"], name=op.f("fk_archive_volume_bound_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_volume")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "volume", name=op.f("uq_archive_volume_subject_kind_subject_id_volume")
        ),
    )
    op.create_table(
        "case_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("conduct_from", sa.Date(), nullable=True),
        sa.Column("conduct_to", sa.Date(), nullable=True),
        sa.Column("officer_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["account.id"], name=op.f("fk_case_file_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("ref", name=op.f("uq_case_file_ref")),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_case_file_year_serial")),
    )
    op.create_index(op.f("ix_case_file_officer_id"), "case_file", ["officer_id"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("receipt_hash", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("issue", sa.String(), nullable=True),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("masked_facts", sa.String(), nullable=True),
        sa.Column("masked_by", sa.BigInteger(), nullable=True),
        sa.Column("request", sa.String(), nullable=True),
        sa.Column("conduct_from", sa.Date(), nullable=True),
        sa.Column("conduct_to", sa.Date(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.String(), nullable=True),
        sa.Column("asked_info", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("reason_text", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("authority", sa.String(), nullable=True),
        sa.Column("asked_again", sa.Boolean(), nullable=False),
        sa.Column("rechecked", sa.Boolean(), nullable=False),
        sa.Column("recheck_days", sa.Integer(), nullable=True),
        sa.Column("recheck_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recheck_why", sa.String(), nullable=True),
        sa.Column("decided_before_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("pressure", sa.Boolean(), nullable=True),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("officer_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("source_no", sa.String(), nullable=True),
        sa.Column("source_fields", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("out_of_scope", sa.Boolean(), nullable=False),
        sa.Column("taken_from_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'HISTORIC') = (source IS NOT NULL)", name=op.f("ck_complaint_historic_has_source")
        ),
        sa.CheckConstraint("(state = 'MERGED') <= (lead_id IS NOT NULL)", name=op.f("ck_complaint_merged_has_lead")),
        sa.CheckConstraint(
            "(state = 'REJECTED') <= (reason IS NOT NULL)", name=op.f("ck_complaint_rejected_has_reason")
        ),
        sa.CheckConstraint("conduct_from <= conduct_to", name=op.f("ck_complaint_conduct_in_order")),
        sa.ForeignKeyConstraint(["decided_before_by"], ["account.id"], name=op.f("fk_complaint_decided_before_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_complaint_ended_by")),
        sa.ForeignKeyConstraint(["lead_id"], ["complaint.id"], name=op.f("fk_complaint_lead_id")),
        sa.ForeignKeyConstraint(["masked_by"], ["account.id"], name=op.f("fk_complaint_masked_by")),
        sa.ForeignKeyConstraint(["officer_id"], ["account.id"], name=op.f("fk_complaint_officer_id")),
        sa.ForeignKeyConstraint(["taken_from_id"], ["complaint.id"], name=op.f("fk_complaint_taken_from_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_complaint_receipt_hash")),
        sa.UniqueConstraint("ref", name=op.f("uq_complaint_ref")),
        sa.UniqueConstraint("source", "source_no", name=op.f("uq_complaint_source_source_no")),
    )
    op.create_index(op.f("ix_complaint_lead_id"), "complaint", ["lead_id"], unique=False)
    op.create_index(op.f("ix_complaint_officer_id"), "complaint", ["officer_id"], unique=False)
    op.create_index("ix_complaint_queue", "complaint", ["state", "received_at", "id"], unique=False)
    op.create_index(
        "ix_complaint_received",
        "complaint",
        [sa.literal_column("received_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "dossier",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.BigInteger(), nullable=True),
        sa.Column("signed_by", sa.BigInteger(), nullable=True),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_because", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('ISSUED', 'SEALED')) = (issued_at IS NOT NULL)", name=op.f("ck_dossier_issued_at_if_issued")
        ),
        sa.ForeignKeyConstraint(["drafted_by"], ["account.id"], name=op.f("fk_dossier_drafted_by")),
        sa.ForeignKeyConstraint(["signed_by"], ["account.id"], name=op.f("fk_dossier_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
    )
    op.create_index(
        "uq_dossier_open",
        "dossier",
        ["subject_kind", "subject_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('DRAFTED', 'IN_APPROVAL', 'SIGNED')"),
    )
    op.create_table(
        "interest",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('EMPLOYED', 'SHARES', 'BUSINESS', 'RELATIVE')", name=op.f("ck_interest_kind_known")
        ),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_interest_ends_after_its_beginning")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_interest_account_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_interest_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
    )
    op.create_index(op.f("ix_interest_account_id"), "interest", ["account_id"], unique=False)
    op.create_index(op.f("ix_interest_party_id"), "interest", ["party_id"], unique=False)
    op.create_table(
        "panel_background",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_panel_background_account_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_panel_background_party_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_panel_background")),
    )
    op.create_table(
        "provision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("instrument_id", sa.BigInteger(), nullable=False),
        sa.Column("clause", sa.String(), server_default="", nullable=False),
        sa.Column("title_zh", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("summary_zh", sa.String(), server_default="", nullable=False),
        sa.Column("summary_en", sa.String(), server_default="", nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.BigInteger(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(verified_by IS NULL) = (verified_at IS NULL)", name=op.f("ck_provision_verified_by_somebody")
        ),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_to >= effective_from", name=op.f("ck_provision_to_after_from")
        ),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_provision_instrument_id")),
        sa.ForeignKeyConstraint(["verified_by"], ["account.id"], name=op.f("fk_provision_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provision")),
    )
    op.create_index("uq_provision_clause", "provision", ["instrument_id", "clause", "effective_from"], unique=True)
    op.create_table(
        "service_address",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("electronic", sa.Boolean(), nullable=False),
        sa.Column("postal_address", sa.String(), nullable=False),
        sa.Column("contact_name", sa.LargeBinary(), nullable=False),
        sa.Column("contact_phone", sa.LargeBinary(), nullable=False),
        sa.Column("signed_by", sa.BigInteger(), nullable=False),
        sa.Column("signed_name", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_service_address_to_after_from")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_service_address_account_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_service_address_party_id")),
        sa.ForeignKeyConstraint(["signed_by"], ["account.id"], name=op.f("fk_service_address_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_address")),
    )
    op.create_index(
        "uq_service_address_current",
        "service_address",
        ["party_id"],
        unique=True,
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.create_table(
        "setting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("unit", sa.String(), server_default="", nullable=False),
        sa.Column("meaning", sa.String(), server_default="", nullable=False),
        sa.Column("meaning_zh", sa.String(), server_default="", nullable=False),
        sa.Column("basis", sa.String(), server_default="", nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_setting_confirmed_at_a_time")
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_setting_confirmed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("key", name=op.f("uq_setting_key")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("subject_ref", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["done_by"], ["account.id"], name=op.f("fk_task_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("key", name=op.f("uq_task_key")),
    )
    op.create_index(
        "ix_task_open", "task", ["role", "raised_at", "id"], unique=False, postgresql_where=sa.text("done_at IS NULL")
    )
    op.create_table(
        "web_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(), server_default="", nullable=False),
        sa.Column("client", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason = '')", name=op.f("ck_web_session_reason_if_ended")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_web_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_web_session_digest")),
    )
    op.create_index(
        "ix_web_session_open", "web_session", ["account_id"], unique=False, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_table(
        "alleged_code",
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["violation.code"], name=op.f("fk_alleged_code_code")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_alleged_code_complaint_id")),
        sa.PrimaryKeyConstraint("complaint_id", "code", name=op.f("pk_alleged_code")),
    )
    op.create_table(
        "archive_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("volume_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_page", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.CheckConstraint("first_page > 0 AND pages > 0", name=op.f("ck_archive_entry_pages_run_on")),
        sa.ForeignKeyConstraint(["volume_id"], ["archive_volume.id"], name=op.f("fk_archive_entry_volume_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_entry")),
        sa.UniqueConstraint("volume_id", "place", name=op.f("uq_archive_entry_volume_id_place")),
    )
    op.create_index(op.f("ix_archive_entry_volume_id"), "archive_entry", ["volume_id"], unique=False)
    op.create_table(
        "case_complaint",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_complaint_case_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_case_complaint_complaint_id")),
        sa.PrimaryKeyConstraint("case_id", "complaint_id", name=op.f("pk_case_complaint")),
    )
    op.create_index(op.f("ix_case_complaint_complaint_id"), "case_complaint", ["complaint_id"], unique=False)
    op.create_table(
        "case_track",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("engagement_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("lead_code", sa.String(), nullable=True),
        sa.Column("earlier_id", sa.BigInteger(), nullable=True),
        sa.Column("earlier_round", sa.Integer(), nullable=True),
        sa.Column("investigator_id", sa.BigInteger(), nullable=True),
        sa.Column("reviewer_id", sa.BigInteger(), nullable=True),
        sa.Column("filed_by", sa.BigInteger(), nullable=True),
        sa.Column("explanation", sa.String(), nullable=True),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("explained_late", sa.Boolean(), nullable=False),
        sa.Column("no_answer", sa.Boolean(), nullable=False),
        sa.Column("report", sa.String(), nullable=True),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("suspended_because", sa.String(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("gaps", sa.String(), nullable=True),
        sa.Column("reasons", sa.String(), nullable=True),
        sa.Column("proposed_level", sa.Integer(), nullable=True),
        sa.Column("decided_level", sa.Integer(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(ended_on IS NOT NULL) = (state IN ('NOT_FILED','NO_MEASURE','REFERRED','CLOSED','ARCHIVED'))",
            name=op.f("ck_case_track_ended_on_if_ended"),
        ),
        sa.CheckConstraint(
            "state <> 'SUSPENDED' OR suspended_because IS NOT NULL",
            name=op.f("ck_case_track_suspended_because_of_something"),
        ),
        sa.CheckConstraint(
            "(decided_level IS NULL) OR (decided_level <= proposed_level)", name=op.f("ck_case_track_not_harsher")
        ),
        sa.CheckConstraint(
            "reviewer_id IS NULL OR reviewer_id <> investigator_id",
            name=op.f("ck_case_track_reviewer_not_investigator"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_track_case_id")),
        sa.ForeignKeyConstraint(["earlier_id"], ["case_track.id"], name=op.f("fk_case_track_earlier_id")),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_case_track_engagement_id")),
        sa.ForeignKeyConstraint(["filed_by"], ["account.id"], name=op.f("fk_case_track_filed_by")),
        sa.ForeignKeyConstraint(["investigator_id"], ["account.id"], name=op.f("fk_case_track_investigator_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_case_track_party_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["account.id"], name=op.f("fk_case_track_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_track")),
        sa.UniqueConstraint("case_id", "party_id", name=op.f("uq_case_track_case_id_party_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_case_track_ref")),
    )
    op.create_index(op.f("ix_case_track_case_id"), "case_track", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_track_party_id"), "case_track", ["party_id"], unique=False)
    op.create_index("ix_case_track_queue", "case_track", ["state", "id"], unique=False)
    op.create_table(
        "complainant",
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("contact_hash", sa.LargeBinary(), nullable=True),
        sa.Column("contact_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id_no", sa.LargeBinary(), nullable=True),
        sa.Column("share_identity", sa.Boolean(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_text", sa.String(), nullable=True),
        sa.Column("agent_authorised", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complainant_complaint_id")),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_complainant")),
    )
    op.create_index("ix_complainant_contact", "complainant", ["contact_hash"], unique=False)
    op.create_table(
        "complaint_script",
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("bands", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("script_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_script_complaint_id")),
        sa.ForeignKeyConstraint(["script_id"], ["complaint.id"], name=op.f("fk_complaint_script_script_id")),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_complaint_script")),
    )
    op.create_index("ix_complaint_script_bands", "complaint_script", ["bands"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_complaint_script_script_id"), "complaint_script", ["script_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("outward", sa.Boolean(), nullable=False),
        sa.Column("volume", sa.String(), nullable=False),
        sa.Column("series", sa.String(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("complaint_id", sa.Integer(), nullable=True),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("paper", sa.LargeBinary(), nullable=False),
        sa.Column("paper_sha256", sa.String(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("check_code", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.BigInteger(), nullable=True),
        sa.Column("pdf_sha256", sa.String(), nullable=True),
        sa.Column("pdf_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("render_trouble", sa.String(), nullable=True),
        sa.Column("void_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.Column("set_aside_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(pdf_sha256 IS NULL) = (pdf_at IS NULL)", name=op.f("ck_document_pdf_with_time")),
        sa.CheckConstraint("(serial IS NULL) = (number IS NULL)", name=op.f("ck_document_number_with_serial")),
        sa.CheckConstraint("(void_at IS NULL) = (void_reason IS NULL)", name=op.f("ck_document_void_with_reason")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_document_dossier_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name=op.f("fk_document_issued_by")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_document_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("check_code", name=op.f("uq_document_check_code")),
        sa.UniqueConstraint("series", "year", "serial", name=op.f("uq_document_series_year_serial")),
    )
    op.create_index(op.f("ix_document_complaint_id"), "document", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_document_dossier_id"), "document", ["dossier_id"], unique=False)
    op.create_index(op.f("ix_document_party_id"), "document", ["party_id"], unique=False)
    op.create_index("ix_document_subject", "document", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "forwarding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("masked_facts", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("conduct_from", sa.Date(), nullable=True),
        sa.Column("conduct_to", sa.Date(), nullable=True),
        sa.Column("codes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=True),
        sa.Column("debtor", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("time_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_reason", sa.String(), nullable=True),
        sa.Column("time_refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_refused_reason", sa.String(), nullable=True),
        sa.Column("extended", sa.Integer(), nullable=False),
        sa.Column("insisted", sa.Boolean(), nullable=False),
        sa.Column("sent_back", sa.Boolean(), nullable=False),
        sa.Column("gaps", sa.String(), nullable=True),
        sa.Column("return_reason", sa.String(), nullable=True),
        sa.Column("retract_reason", sa.String(), nullable=True),
        sa.Column("gave_up", sa.Boolean(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'RELEASED') <= (released_at IS NOT NULL)", name=op.f("ck_forwarding_released_at_if_released")
        ),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_forwarding_complaint_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_forwarding_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forwarding")),
        sa.UniqueConstraint("complaint_id", "party_id", name=op.f("uq_forwarding_complaint_id_party_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_forwarding_ref")),
    )
    op.create_index(op.f("ix_forwarding_complaint_id"), "forwarding", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_forwarding_party_id"), "forwarding", ["party_id"], unique=False)
    op.create_index(op.f("ix_forwarding_state"), "forwarding", ["state"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("from_complainant", sa.Boolean(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_message_author_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_message_complaint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_complaint_id"), "message", ["complaint_id"], unique=False)
    op.create_table(
        "named_company",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_named_company_complaint_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_named_company_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_company")),
    )
    op.create_index(op.f("ix_named_company_complaint_id"), "named_company", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_named_company_party_id"), "named_company", ["party_id"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(complaint_id, case_id) = 1", name=op.f("ck_note_of_one_thing")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_note_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_note_case_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_note_complaint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_case_id"), "note", ["case_id"], unique=False)
    op.create_index(op.f("ix_note_complaint_id"), "note", ["complaint_id"], unique=False)
    op.create_table(
        "recusal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("complaint_id", sa.BigInteger(), nullable=True),
        sa.Column("chair_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("reasons", sa.String(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ground IN ('EMPLOYED', 'SHARES', 'BUSINESS', 'RELATIVE', 'TOOK_PART')",
            name=op.f("ck_recusal_ground_known"),
        ),
        sa.CheckConstraint("state <> 'REFUSED' OR reasons <> ''", name=op.f("ck_recusal_refused_with_reasons")),
        sa.CheckConstraint(
            "state NOT IN ('GRANTED', 'REFUSED') OR decided_at IS NOT NULL",
            name=op.f("ck_recusal_decided_at_if_decided"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recusal_account_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_recusal_asked_by")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_recusal_case_id")),
        sa.ForeignKeyConstraint(["chair_id"], ["account.id"], name=op.f("fk_recusal_chair_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_recusal_complaint_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_recusal_decided_by")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_recusal_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
    )
    op.create_index("ix_recusal_account", "recusal", ["account_id", "state"], unique=False)
    op.create_index(op.f("ix_recusal_case_id"), "recusal", ["case_id"], unique=False)
    op.create_index(op.f("ix_recusal_complaint_id"), "recusal", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_recusal_party_id"), "recusal", ["party_id"], unique=False)
    op.create_index(
        "uq_recusal_live",
        "recusal",
        ["case_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('ASKED', 'GRANTED')"),
    )
    op.create_table(
        "settlement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("complainant_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_settlement_complaint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("complaint_id", name=op.f("uq_settlement_complaint_id")),
    )
    op.create_table(
        "stop_contact",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_own", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=True),
        sa.Column("relayed_on", sa.Date(), nullable=True),
        sa.Column("declined_why", sa.String(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'CONFIRMED') <= (confirmed_at IS NOT NULL)",
            name=op.f("ck_stop_contact_confirmed_at_if_confirmed"),
        ),
        sa.CheckConstraint(
            "(state = 'DECLINED') <= (declined_why IS NOT NULL)", name=op.f("ck_stop_contact_declined_says_why")
        ),
        sa.CheckConstraint(
            "state IN ('NEW', 'REQUESTED', 'DECLINED') OR party_id IS NOT NULL",
            name=op.f("ck_stop_contact_relayed_has_party"),
        ),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_stop_contact_complaint_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_stop_contact_confirmed_by")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_stop_contact_party_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_stop_contact_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_contact")),
        sa.UniqueConstraint("ref", name=op.f("uq_stop_contact_ref")),
    )
    op.create_index(op.f("ix_stop_contact_complaint_id"), "stop_contact", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_stop_contact_party_id"), "stop_contact", ["party_id"], unique=False)
    op.create_index(op.f("ix_stop_contact_state"), "stop_contact", ["state"], unique=False)
    op.create_index(
        "uq_stop_contact_asked",
        "stop_contact",
        ["complaint_id", "party_id", "number_hash"],
        unique=True,
        postgresql_where=sa.text("state <> 'DECLINED'"),
    )
    op.create_table(
        "violation_cite",
        sa.Column("violation_code", sa.String(), nullable=False),
        sa.Column("provision_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.id"], name=op.f("fk_violation_cite_provision_id")),
        sa.ForeignKeyConstraint(["violation_code"], ["violation.code"], name=op.f("fk_violation_cite_violation_code")),
        sa.PrimaryKeyConstraint("violation_code", "provision_id", name=op.f("pk_violation_cite")),
    )
    op.create_table(
        "admission",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("admitted_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_because", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(refused_at IS NULL) = (refused_because IS NULL)", name=op.f("ck_admission_refused_with_reason")
        ),
        sa.CheckConstraint("told", name=op.f("ck_admission_consequences_told")),
        sa.CheckConstraint("withdrawn_at IS NULL OR refused_at IS NULL", name=op.f("ck_admission_one_end")),
        sa.ForeignKeyConstraint(["admitted_by"], ["account.id"], name=op.f("fk_admission_admitted_by")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_admission_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission")),
        sa.UniqueConstraint("track_id", "round", name=op.f("uq_admission_track_id_round")),
    )
    op.create_index(op.f("ix_admission_track_id"), "admission", ["track_id"], unique=False)
    op.create_table(
        "allegation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("found_by", sa.BigInteger(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "finding IN ('ESTABLISHED', 'NOT_ESTABLISHED', 'UNPROVEN')", name=op.f("ck_allegation_finding_known")
        ),
        sa.CheckConstraint("(finding IS NULL) = (reason IS NULL)", name=op.f("ck_allegation_finding_has_reason")),
        sa.ForeignKeyConstraint(["code"], ["violation.code"], name=op.f("fk_allegation_code")),
        sa.ForeignKeyConstraint(["found_by"], ["account.id"], name=op.f("fk_allegation_found_by")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_allegation_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allegation")),
        sa.UniqueConstraint("track_id", "code", name=op.f("uq_allegation_track_id_code")),
    )
    op.create_index(op.f("ix_allegation_track_id"), "allegation", ["track_id"], unique=False)
    op.create_table(
        "answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("forwarding_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("to_association", sa.String(), nullable=False),
        sa.Column("to_complainant", sa.String(), nullable=False),
        sa.Column("submitted_by", sa.BigInteger(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timely", sa.Boolean(), nullable=False),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["forwarding_id"], ["forwarding.id"], name=op.f("fk_answer_forwarding_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["account.id"], name=op.f("fk_answer_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
    )
    op.create_index(op.f("ix_answer_forwarding_id"), "answer", ["forwarding_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("measures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("statement_dealt", sa.String(), nullable=False),
        sa.Column("votes_for", sa.Integer(), nullable=False),
        sa.Column("votes_against", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("set_aside_on", sa.Date(), nullable=True),
        sa.Column("immediate", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("immediate_reasons", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_decision_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_track_id"), "decision", ["track_id"], unique=False)
    op.create_index(
        "uq_decision_standing",
        "decision",
        ["track_id", "round"],
        unique=True,
        postgresql_where=sa.text("set_aside_on IS NULL"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("track_id", sa.BigInteger(), nullable=True),
        sa.Column("forwarding_id", sa.BigInteger(), nullable=True),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("stripped_sha256", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.Column("shows", sa.String(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(complaint_id, case_id, forwarding_id) >= 1", name=op.f("ck_evidence_of_something")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_evidence_added_by")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_evidence_case_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_evidence_complaint_id")),
        sa.ForeignKeyConstraint(["forwarding_id"], ["forwarding.id"], name=op.f("fk_evidence_forwarding_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_evidence_party_id")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_evidence_sha256")),
        sa.ForeignKeyConstraint(["stripped_sha256"], ["stored_file.sha256"], name=op.f("fk_evidence_stripped_sha256")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_evidence_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_case_id"), "evidence", ["case_id"], unique=False)
    op.create_index(op.f("ix_evidence_complaint_id"), "evidence", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_evidence_forwarding_id"), "evidence", ["forwarding_id"], unique=False)
    op.create_index(op.f("ix_evidence_track_id"), "evidence", ["track_id"], unique=False)
    op.create_table(
        "file_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_for", sa.BigInteger(), nullable=True),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["made_for"], ["account.id"], name=op.f("fk_file_view_made_for")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_file_view_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_view")),
    )
    op.create_index(op.f("ix_file_view_track_id"), "file_view", ["track_id"], unique=False)
    op.create_table(
        "hearing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("wishes", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("agenda", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column("adjourned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adjourned_because", sa.String(), nullable=True),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=True),
        sa.Column("minutes", sa.LargeBinary(), nullable=True),
        sa.Column("minutes_sha256", sa.String(), nullable=True),
        sa.Column("signed_by", sa.String(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_account", sa.BigInteger(), nullable=True),
        sa.Column("signed_sha256", sa.String(), nullable=True),
        sa.Column("corrections", sa.String(), nullable=True),
        sa.Column("refused_because", sa.String(), nullable=True),
        sa.Column("second_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(adjourned_at IS NULL) = (adjourned_because IS NULL)", name=op.f("ck_hearing_adjourned_with_reason")
        ),
        sa.CheckConstraint("(at IS NULL) = (place IS NULL)", name=op.f("ck_hearing_place_with_time")),
        sa.CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name=op.f("ck_hearing_signed_by_somebody")),
        sa.CheckConstraint(
            "second_id IS NULL OR refused_because IS NOT NULL", name=op.f("ck_hearing_witness_of_a_refusal")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_hearing_asked_by")),
        sa.ForeignKeyConstraint(["second_id"], ["account.id"], name=op.f("fk_hearing_second_id")),
        sa.ForeignKeyConstraint(["set_by"], ["account.id"], name=op.f("fk_hearing_set_by")),
        sa.ForeignKeyConstraint(["signed_account"], ["account.id"], name=op.f("fk_hearing_signed_account")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_hearing_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing")),
    )
    op.create_index(op.f("ix_hearing_track_id"), "hearing", ["track_id"], unique=False)
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("forwarding_id", sa.BigInteger(), nullable=True),
        sa.Column("track_id", sa.BigInteger(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["violation.code"], name=op.f("fk_ledger_entry_code")),
        sa.ForeignKeyConstraint(["forwarding_id"], ["forwarding.id"], name=op.f("fk_ledger_entry_forwarding_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_ledger_entry_party_id")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_ledger_entry_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
    )
    op.create_index(op.f("ix_ledger_entry_party_id"), "ledger_entry", ["party_id"], unique=False)
    op.create_table(
        "panel",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.BigInteger(), nullable=True),
        sa.Column("redraws", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("tally", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["drawn_by"], ["account.id"], name=op.f("fk_panel_drawn_by")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_panel_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
        sa.UniqueConstraint("track_id", "round", name=op.f("uq_panel_track_id_round")),
    )
    op.create_index(op.f("ix_panel_track_id"), "panel", ["track_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("measures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=True),
        sa.Column("score", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_proposal_proposed_by")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_proposal_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("track_id", "round", name=op.f("uq_proposal_track_id_round")),
    )
    op.create_index(op.f("ix_proposal_track_id"), "proposal", ["track_id"], unique=False)
    op.create_table(
        "resolution",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Integer(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('HARSHER', 'RETURN')", name=op.f("ck_resolution_kind_known")),
        sa.CheckConstraint("yes > no + abstained", name=op.f("ck_resolution_majority")),
        sa.ForeignKeyConstraint(["resolved_by"], ["account.id"], name=op.f("fk_resolution_resolved_by")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_resolution_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution")),
    )
    op.create_index(op.f("ix_resolution_track_id"), "resolution", ["track_id"], unique=False)
    op.create_table(
        "restoration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("obstacle", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_because", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(refused_at IS NULL) = (refused_because IS NULL)", name=op.f("ck_restoration_refused_with_reason")
        ),
        sa.CheckConstraint("ended_on <= asked_on", name=op.f("ck_restoration_ended_before_asked")),
        sa.CheckConstraint("granted_at IS NULL OR refused_at IS NULL", name=op.f("ck_restoration_one_answer")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_restoration_asked_by")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_restoration_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restoration")),
    )
    op.create_index(op.f("ix_restoration_track_id"), "restoration", ["track_id"], unique=False)
    op.create_table(
        "service",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("complaint_id", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("served_how", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.BigInteger(), nullable=True),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paper_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("slip_no", sa.String(), nullable=True),
        sa.Column("receiver", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'SERVED') = (served_on IS NOT NULL)", name=op.f("ck_service_served_on_if_served")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_service_document_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["account.id"], name=op.f("fk_service_opened_by")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_service_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint(
            "document_id",
            "party_id",
            "complaint_id",
            name=op.f("uq_service_document_id_party_id_complaint_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_service_complaint_id"), "service", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_service_document_id"), "service", ["document_id"], unique=False)
    op.create_index(op.f("ix_service_party_id"), "service", ["party_id"], unique=False)
    op.create_index(op.f("ix_service_state"), "service", ["state"], unique=False)
    op.create_table(
        "statement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated_by", sa.BigInteger(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["stated_by"], ["account.id"], name=op.f("fk_statement_stated_by")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_statement_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    op.create_index(op.f("ix_statement_track_id"), "statement", ["track_id"], unique=False)
    op.create_table(
        "admission_signature",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("admission_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('officer', 'legal')", name=op.f("ck_admission_signature_role_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_admission_signature_account_id")),
        sa.ForeignKeyConstraint(["admission_id"], ["admission.id"], name=op.f("fk_admission_signature_admission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission_signature")),
        sa.UniqueConstraint("admission_id", "account_id", name=op.f("uq_admission_signature_admission_id_account_id")),
        sa.UniqueConstraint("admission_id", "role", name=op.f("uq_admission_signature_admission_id_role")),
    )
    op.create_index(op.f("ix_admission_signature_admission_id"), "admission_signature", ["admission_id"], unique=False)
    op.create_table(
        "contact_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=True),
        sa.Column("stop_contact_id", sa.BigInteger(), nullable=True),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.Column("from_number", sa.String(), nullable=True),
        sa.Column("target_role", sa.String(), nullable=True),
        sa.Column("connected", sa.Boolean(), nullable=True),
        sa.Column("effective", sa.Boolean(), nullable=True),
        sa.Column("evidence_id", sa.BigInteger(), nullable=True),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("direction IN ('IN', 'OUT')", name=op.f("ck_contact_event_direction_known")),
        sa.CheckConstraint(
            "kind IN ('CALL_INTERACTIVE', 'CALL_NOTICE', 'CALL_ATTEMPT', 'SMS', 'IM', 'LETTER', 'VISIT')",
            name=op.f("ck_contact_event_kind_known"),
        ),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_contact_event_added_by")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_contact_event_complaint_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_contact_event_evidence_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_contact_event_party_id")),
        sa.ForeignKeyConstraint(
            ["stop_contact_id"], ["stop_contact.id"], name=op.f("fk_contact_event_stop_contact_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_event")),
    )
    op.create_index(op.f("ix_contact_event_complaint_id"), "contact_event", ["complaint_id"], unique=False)
    op.create_index("ix_contact_event_day", "contact_event", ["complaint_id", "at", "id"], unique=False)
    op.create_index(op.f("ix_contact_event_party_id"), "contact_event", ["party_id"], unique=False)
    op.create_index(op.f("ix_contact_event_stop_contact_id"), "contact_event", ["stop_contact_id"], unique=False)
    op.create_table(
        "finding_evidence",
        sa.Column("allegation_id", sa.BigInteger(), nullable=False),
        sa.Column("evidence_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["allegation_id"], ["allegation.id"], name=op.f("fk_finding_evidence_allegation_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_finding_evidence_evidence_id")),
        sa.PrimaryKeyConstraint("allegation_id", "evidence_id", name=op.f("pk_finding_evidence")),
    )
    op.create_table(
        "measure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_late", sa.Boolean(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("more_time_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("more_time_reason", sa.String(), nullable=True),
        sa.Column("more_time_refused_because", sa.String(), nullable=True),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(state = 'ORDERED') = (done_on IS NULL)", name=op.f("ck_measure_done_on_if_done")),
        sa.CheckConstraint("state IN ('ORDERED','DONE','PASSED','FAILED')", name=op.f("ck_measure_state_known")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_measure_decision_id")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_measure_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("decision_id", "level", name=op.f("uq_measure_decision_id_level")),
    )
    op.create_index(op.f("ix_measure_track_id"), "measure", ["track_id"], unique=False)
    op.create_table(
        "panel_member",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("chair", sa.Boolean(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("recused_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_panel_member_account_id")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_member_panel_id")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_panel_member_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_member")),
        sa.UniqueConstraint("panel_id", "account_id", name=op.f("uq_panel_member_panel_id_account_id")),
    )
    op.create_index(op.f("ix_panel_member_account_id"), "panel_member", ["account_id"], unique=False)
    op.create_index(op.f("ix_panel_member_panel_id"), "panel_member", ["panel_id"], unique=False)
    op.create_index(op.f("ix_panel_member_track_id"), "panel_member", ["track_id"], unique=False)
    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("codes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("redacted_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("comments", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.String(), nullable=True),
        sa.Column("in_review", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('PUBLISHED', 'WITHDRAWN', 'EXPIRED')) = (published_at IS NOT NULL)",
            name=op.f("ck_publication_published_at_if_published"),
        ),
        sa.CheckConstraint("scope IN ('MEMBERS', 'PUBLIC')", name=op.f("ck_publication_scope_known")),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> redacted_by", name=op.f("ck_publication_two_persons")
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["account.id"], name=op.f("fk_publication_approved_by")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_publication_decision_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_publication_document_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_publication_party_id")),
        sa.ForeignKeyConstraint(["redacted_by"], ["account.id"], name=op.f("fk_publication_redacted_by")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_publication_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("slug", name=op.f("uq_publication_slug")),
    )
    op.create_index(op.f("ix_publication_party_id"), "publication", ["party_id"], unique=False)
    op.create_index(op.f("ix_publication_track_id"), "publication", ["track_id"], unique=False)
    op.create_index(
        "uq_publication_standing",
        "publication",
        ["decision_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('WITHDRAWN', 'DROPPED')"),
    )
    op.create_table(
        "release",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("forwarding_id", sa.BigInteger(), nullable=False),
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.BigInteger(), nullable=True),
        sa.Column("disputed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why_disputed", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_release_answer_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_release_complaint_id")),
        sa.ForeignKeyConstraint(["forwarding_id"], ["forwarding.id"], name=op.f("fk_release_forwarding_id")),
        sa.ForeignKeyConstraint(["released_by"], ["account.id"], name=op.f("fk_release_released_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_release_answer_id")),
    )
    op.create_index(op.f("ix_release_complaint_id"), "release", ["complaint_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("new_decision_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("own_motion", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("grounds", sa.String(), nullable=False),
        sa.Column("revoked", sa.String(), server_default="", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("seed", sa.String(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_by", sa.BigInteger(), nullable=True),
        sa.Column("redraws", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("tally", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("measures", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reasons", sa.String(), nullable=True),
        sa.Column("questions", sa.String(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "basis IN ('MINOR', 'RESTORED', 'REVOKED', 'MAJOR', 'ERROR', 'NEW_EVIDENCE')",
            name=op.f("ck_review_basis_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('UPHOLD', 'VARY', 'QUASH', 'REMIT', 'WITHDRAWN')", name=op.f("ck_review_outcome_known")
        ),
        sa.CheckConstraint(
            "state NOT IN ('DECIDED', 'WITHDRAWN') OR ended_at IS NOT NULL", name=op.f("ck_review_ended_at_if_ended")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_review_outcome_if_ended")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_review_asked_by")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_review_decision_id")),
        sa.ForeignKeyConstraint(["drawn_by"], ["account.id"], name=op.f("fk_review_drawn_by")),
        sa.ForeignKeyConstraint(["new_decision_id"], ["decision.id"], name=op.f("fk_review_new_decision_id")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_review_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_decision_id"), "review", ["decision_id"], unique=False)
    op.create_index(op.f("ix_review_new_decision_id"), "review", ["new_decision_id"], unique=False)
    op.create_index(op.f("ix_review_track_id"), "review", ["track_id"], unique=False)
    op.create_index("uq_review_open", "review", ["track_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL"))
    op.create_table(
        "interview",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("must_attend", sa.String(), nullable=False),
        sa.Column("bring", sa.String(), nullable=False),
        sa.Column("interviewers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attendees", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rights_told", sa.Boolean(), nullable=False),
        sa.Column("entries", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("commitments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recording_sha256", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("corrections", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("signatures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=True),
        sa.Column("refused_because", sa.String(), nullable=True),
        sa.Column("second_officer_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_interview_measure_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_interview_recorded_by")),
        sa.ForeignKeyConstraint(
            ["recording_sha256"], ["stored_file.sha256"], name=op.f("fk_interview_recording_sha256")
        ),
        sa.ForeignKeyConstraint(["second_officer_id"], ["account.id"], name=op.f("fk_interview_second_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
        sa.UniqueConstraint("measure_id", name=op.f("uq_interview_measure_id")),
    )
    op.create_table(
        "publication_text",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_publication_text_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_text")),
        sa.UniqueConstraint("publication_id", "no", name=op.f("uq_publication_text_publication_id_no")),
    )
    op.create_index(op.f("ix_publication_text_publication_id"), "publication_text", ["publication_id"], unique=False)
    op.create_table(
        "rectification_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("correction", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_by", sa.BigInteger(), nullable=True),
        sa.Column("signed_by", sa.String(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("result_note", sa.String(), nullable=True),
        sa.Column("verified_by", sa.BigInteger(), nullable=True),
        sa.Column("second_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("result IN ('PASS', 'FAIL')", name=op.f("ck_rectification_item_result_known")),
        sa.CheckConstraint(
            "(result IS NULL) = (verified_by IS NULL)", name=op.f("ck_rectification_item_verified_by_somebody")
        ),
        sa.CheckConstraint(
            "second_by IS NULL OR second_by <> verified_by", name=op.f("ck_rectification_item_two_officers")
        ),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_rectification_item_measure_id")),
        sa.ForeignKeyConstraint(["reported_by"], ["account.id"], name=op.f("fk_rectification_item_reported_by")),
        sa.ForeignKeyConstraint(["second_by"], ["account.id"], name=op.f("fk_rectification_item_second_by")),
        sa.ForeignKeyConstraint(["verified_by"], ["account.id"], name=op.f("fk_rectification_item_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_item")),
        sa.UniqueConstraint("measure_id", "no", name=op.f("uq_rectification_item_measure_id_no")),
    )
    op.create_index(op.f("ix_rectification_item_measure_id"), "rectification_item", ["measure_id"], unique=False)
    op.create_table(
        "redaction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("passage", sa.String(), nullable=False),
        sa.Column("instead", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"], name=op.f("fk_redaction_publication_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction")),
    )
    op.create_index(op.f("ix_redaction_publication_id"), "redaction", ["publication_id"], unique=False)
    op.create_table(
        "review_member",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.Column("track_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("chair", sa.Boolean(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("recused_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_review_member_account_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_member_review_id")),
        sa.ForeignKeyConstraint(["track_id"], ["case_track.id"], name=op.f("fk_review_member_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_member")),
        sa.UniqueConstraint("review_id", "account_id", name=op.f("uq_review_member_review_id_account_id")),
    )
    op.create_index(op.f("ix_review_member_account_id"), "review_member", ["account_id"], unique=False)
    op.create_index(op.f("ix_review_member_review_id"), "review_member", ["review_id"], unique=False)
    op.create_index(op.f("ix_review_member_track_id"), "review_member", ["track_id"], unique=False)
    op.create_table(
        "training",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("subjects", sa.String(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("dates", sa.String(), nullable=False),
        sa.Column("sessions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_training_measure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
        sa.UniqueConstraint("measure_id", name=op.f("uq_training_measure_id")),
    )
    op.create_table(
        "vote",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("measures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("choice IN ('PROPOSED', 'LIGHTER', 'NONE', 'ABSTAIN')", name=op.f("ck_vote_choice_known")),
        sa.ForeignKeyConstraint(["member_id"], ["panel_member.id"], name=op.f("fk_vote_member_id")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_vote_panel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("member_id", name=op.f("uq_vote_member_id")),
    )
    op.create_index(op.f("ix_vote_panel_id"), "vote", ["panel_id"], unique=False)
    op.create_table(
        "review_vote",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("measures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "choice IN ('UPHOLD', 'VARY', 'REMIT', 'QUASH', 'ABSTAIN')", name=op.f("ck_review_vote_choice_known")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["review_member.id"], name=op.f("fk_review_vote_member_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_vote_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_vote")),
        sa.UniqueConstraint("member_id", name=op.f("uq_review_vote_member_id")),
    )
    op.create_index(op.f("ix_review_vote_review_id"), "review_vote", ["review_id"], unique=False)
    op.create_table(
        "training_person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("training_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("sessions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.Column("result", sa.Integer(), nullable=True),
        sa.Column("makeup_on", sa.Date(), nullable=True),
        sa.Column("makeup_result", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["training_id"], ["training.id"], name=op.f("fk_training_person_training_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_person")),
    )
    op.create_index(op.f("ix_training_person_training_id"), "training_person", ["training_id"], unique=False)


def downgrade() -> None:
    """Drop them in the opposite order."""
    op.drop_index(op.f("ix_training_person_training_id"), table_name="training_person")
    op.drop_table("training_person")
    op.drop_index(op.f("ix_review_vote_review_id"), table_name="review_vote")
    op.drop_table("review_vote")
    op.drop_index(op.f("ix_vote_panel_id"), table_name="vote")
    op.drop_table("vote")
    op.drop_table("training")
    op.drop_index(op.f("ix_review_member_track_id"), table_name="review_member")
    op.drop_index(op.f("ix_review_member_review_id"), table_name="review_member")
    op.drop_index(op.f("ix_review_member_account_id"), table_name="review_member")
    op.drop_table("review_member")
    op.drop_index(op.f("ix_redaction_publication_id"), table_name="redaction")
    op.drop_table("redaction")
    op.drop_index(op.f("ix_rectification_item_measure_id"), table_name="rectification_item")
    op.drop_table("rectification_item")
    op.drop_index(op.f("ix_publication_text_publication_id"), table_name="publication_text")
    op.drop_table("publication_text")
    op.drop_table("interview")
    op.drop_index("uq_review_open", table_name="review", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_index(op.f("ix_review_track_id"), table_name="review")
    op.drop_index(op.f("ix_review_new_decision_id"), table_name="review")
    op.drop_index(op.f("ix_review_decision_id"), table_name="review")
    op.drop_table("review")
    op.drop_index(op.f("ix_release_complaint_id"), table_name="release")
    op.drop_table("release")
    op.drop_index(
        "uq_publication_standing",
        table_name="publication",
        postgresql_where=sa.text("state NOT IN ('WITHDRAWN', 'DROPPED')"),
    )
    op.drop_index(op.f("ix_publication_track_id"), table_name="publication")
    op.drop_index(op.f("ix_publication_party_id"), table_name="publication")
    op.drop_table("publication")
    op.drop_index(op.f("ix_panel_member_track_id"), table_name="panel_member")
    op.drop_index(op.f("ix_panel_member_panel_id"), table_name="panel_member")
    op.drop_index(op.f("ix_panel_member_account_id"), table_name="panel_member")
    op.drop_table("panel_member")
    op.drop_index(op.f("ix_measure_track_id"), table_name="measure")
    op.drop_table("measure")
    op.drop_table("finding_evidence")
    op.drop_index(op.f("ix_contact_event_stop_contact_id"), table_name="contact_event")
    op.drop_index(op.f("ix_contact_event_party_id"), table_name="contact_event")
    op.drop_index("ix_contact_event_day", table_name="contact_event")
    op.drop_index(op.f("ix_contact_event_complaint_id"), table_name="contact_event")
    op.drop_table("contact_event")
    op.drop_index(op.f("ix_admission_signature_admission_id"), table_name="admission_signature")
    op.drop_table("admission_signature")
    op.drop_index(op.f("ix_statement_track_id"), table_name="statement")
    op.drop_table("statement")
    op.drop_index(op.f("ix_service_state"), table_name="service")
    op.drop_index(op.f("ix_service_party_id"), table_name="service")
    op.drop_index(op.f("ix_service_document_id"), table_name="service")
    op.drop_index(op.f("ix_service_complaint_id"), table_name="service")
    op.drop_table("service")
    op.drop_index(op.f("ix_restoration_track_id"), table_name="restoration")
    op.drop_table("restoration")
    op.drop_index(op.f("ix_resolution_track_id"), table_name="resolution")
    op.drop_table("resolution")
    op.drop_index(op.f("ix_proposal_track_id"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_index(op.f("ix_panel_track_id"), table_name="panel")
    op.drop_table("panel")
    op.drop_index(op.f("ix_ledger_entry_party_id"), table_name="ledger_entry")
    op.drop_table("ledger_entry")
    op.drop_index(op.f("ix_hearing_track_id"), table_name="hearing")
    op.drop_table("hearing")
    op.drop_index(op.f("ix_file_view_track_id"), table_name="file_view")
    op.drop_table("file_view")
    op.drop_index(op.f("ix_evidence_track_id"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_forwarding_id"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_complaint_id"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_case_id"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_index("uq_decision_standing", table_name="decision", postgresql_where=sa.text("set_aside_on IS NULL"))
    op.drop_index(op.f("ix_decision_track_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_index(op.f("ix_answer_forwarding_id"), table_name="answer")
    op.drop_table("answer")
    op.drop_index(op.f("ix_allegation_track_id"), table_name="allegation")
    op.drop_table("allegation")
    op.drop_index(op.f("ix_admission_track_id"), table_name="admission")
    op.drop_table("admission")
    op.drop_table("violation_cite")
    op.drop_index("uq_stop_contact_asked", table_name="stop_contact", postgresql_where=sa.text("state <> 'DECLINED'"))
    op.drop_index(op.f("ix_stop_contact_state"), table_name="stop_contact")
    op.drop_index(op.f("ix_stop_contact_party_id"), table_name="stop_contact")
    op.drop_index(op.f("ix_stop_contact_complaint_id"), table_name="stop_contact")
    op.drop_table("stop_contact")
    op.drop_table("settlement")
    op.drop_index("uq_recusal_live", table_name="recusal", postgresql_where=sa.text("state IN ('ASKED', 'GRANTED')"))
    op.drop_index(op.f("ix_recusal_party_id"), table_name="recusal")
    op.drop_index(op.f("ix_recusal_complaint_id"), table_name="recusal")
    op.drop_index(op.f("ix_recusal_case_id"), table_name="recusal")
    op.drop_index("ix_recusal_account", table_name="recusal")
    op.drop_table("recusal")
    op.drop_index(op.f("ix_note_complaint_id"), table_name="note")
    op.drop_index(op.f("ix_note_case_id"), table_name="note")
    op.drop_table("note")
    op.drop_index(op.f("ix_named_company_party_id"), table_name="named_company")
    op.drop_index(op.f("ix_named_company_complaint_id"), table_name="named_company")
    op.drop_table("named_company")
    op.drop_index(op.f("ix_message_complaint_id"), table_name="message")
    op.drop_table("message")
    op.drop_index(op.f("ix_forwarding_state"), table_name="forwarding")
    op.drop_index(op.f("ix_forwarding_party_id"), table_name="forwarding")
    op.drop_index(op.f("ix_forwarding_complaint_id"), table_name="forwarding")
    op.drop_table("forwarding")
    op.drop_index("ix_document_subject", table_name="document")
    op.drop_index(op.f("ix_document_party_id"), table_name="document")
    op.drop_index(op.f("ix_document_dossier_id"), table_name="document")
    op.drop_index(op.f("ix_document_complaint_id"), table_name="document")
    op.drop_table("document")
    op.drop_index(op.f("ix_complaint_script_script_id"), table_name="complaint_script")
    op.drop_index("ix_complaint_script_bands", table_name="complaint_script", postgresql_using="gin")
    op.drop_table("complaint_script")
    op.drop_index("ix_complainant_contact", table_name="complainant")
    op.drop_table("complainant")
    op.drop_index("ix_case_track_queue", table_name="case_track")
    op.drop_index(op.f("ix_case_track_party_id"), table_name="case_track")
    op.drop_index(op.f("ix_case_track_case_id"), table_name="case_track")
    op.drop_table("case_track")
    op.drop_index(op.f("ix_case_complaint_complaint_id"), table_name="case_complaint")
    op.drop_table("case_complaint")
    op.drop_index(op.f("ix_archive_entry_volume_id"), table_name="archive_entry")
    op.drop_table("archive_entry")
    op.drop_table("alleged_code")
    op.drop_index("ix_web_session_open", table_name="web_session", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_table("web_session")
    op.drop_index("ix_task_open", table_name="task", postgresql_where=sa.text("done_at IS NULL"))
    op.drop_table("task")
    op.drop_table("setting")
    op.drop_index("uq_service_address_current", table_name="service_address", postgresql_where=sa.text("to_on IS NULL"))
    op.drop_table("service_address")
    op.drop_index("uq_provision_clause", table_name="provision")
    op.drop_table("provision")
    op.drop_table("panel_background")
    op.drop_index(op.f("ix_interest_party_id"), table_name="interest")
    op.drop_index(op.f("ix_interest_account_id"), table_name="interest")
    op.drop_table("interest")
    op.drop_index(
        "uq_dossier_open",
        table_name="dossier",
        postgresql_where=sa.text("state IN ('DRAFTED', 'IN_APPROVAL', 'SIGNED')"),
    )
    op.drop_table("dossier")
    op.drop_index("ix_complaint_received", table_name="complaint")
    op.drop_index("ix_complaint_queue", table_name="complaint")
    op.drop_index(op.f("ix_complaint_officer_id"), table_name="complaint")
    op.drop_index(op.f("ix_complaint_lead_id"), table_name="complaint")
    op.drop_table("complaint")
    op.drop_index(op.f("ix_case_file_officer_id"), table_name="case_file")
    op.drop_table("case_file")
    op.drop_table("archive_volume")
    op.drop_table("account_secret")
    op.drop_table("account_role")
    op.drop_index(
        "uq_account_link_asked",
        table_name="account_link",
        postgresql_where=sa.text("used_at IS NULL AND refused_at IS NULL"),
    )
    op.drop_table("account_link")
    op.drop_index("ix_party_alias_folded", table_name="party_alias")
    op.drop_table("party_alias")
    op.drop_index("ix_engagement_institution", table_name="engagement")
    op.drop_index("ix_engagement_firm", table_name="engagement")
    op.drop_table("engagement")
    op.drop_index("ix_basis_party", table_name="basis")
    op.drop_table("basis")
    op.drop_table("account")
    op.drop_table("violation")
    op.drop_table("stored_file")
    op.drop_index("ix_sign_in_try_address", table_name="sign_in_try")
    op.drop_index("ix_sign_in_try_account", table_name="sign_in_try")
    op.drop_table("sign_in_try")
    op.drop_table("series_counter")
    op.drop_index("ix_party_folded_zh", table_name="party")
    op.drop_index("ix_party_folded_en", table_name="party")
    op.drop_table("party")
    op.drop_index(
        "ix_outbox_waiting", table_name="outbox", postgresql_where=sa.text("done_at IS NULL AND gave_up_at IS NULL")
    )
    op.drop_table("outbox")
    op.drop_table("once")
    op.drop_index("ix_mail_recent", table_name="mail")
    op.drop_table("mail")
    op.drop_table("journal_head")
    op.drop_table("journal")
    op.drop_table("instrument")
    op.drop_table("installation")
    op.drop_table("draft")
    op.drop_index("uq_clock_live", table_name="clock", postgresql_where=sa.text("state <> 'ENDED'"))
    op.drop_index("ix_clock_subject", table_name="clock")
    op.drop_index("ix_clock_party", table_name="clock", postgresql_where=sa.text("visible_party IS NOT NULL"))
    op.drop_index(
        "ix_clock_estimated",
        table_name="clock",
        postgresql_where=sa.text("state = 'RUNNING' AND provisional AND alerted_at IS NULL"),
    )
    op.drop_index("ix_clock_due", table_name="clock", postgresql_where=sa.text("state = 'RUNNING' AND NOT provisional"))
    op.drop_index("ix_clock_complaint", table_name="clock", postgresql_where=sa.text("visible_complaint IS NOT NULL"))
    op.drop_index(
        "ix_clock_awaits", table_name="clock", postgresql_using="gin", postgresql_where=sa.text("state = 'ARMED'")
    )
    op.drop_table("clock")
    op.drop_table("calendar_year_notice")
    op.drop_table("calendar_day")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
