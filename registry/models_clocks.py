"""The working-day calendar and the clocks that count on it."""

import uuid
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, Index, Integer, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column
from sqlalchemy.types import TypeEngine

from core.db import SUBJECT_NOT_BARRED, Base, BigId, Instant
from registry.counting import Unit
from registry.models import by_value


class YearSource(StrEnum):
    """What the days of a year rest on."""

    PACKAGE = "package"
    NOTICE = "notice"
    ESTIMATE = "estimate"


class ClockState(StrEnum):
    """How a clock stands: waiting for its document, counting, held, or over."""

    ARMED = "ARMED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    ENDED = "ENDED"


class ClockEnd(StrEnum):
    """How a clock ended."""

    STOPPED = "stopped"
    EXPIRED = "expired"
    REPLACED = "replaced"


class CalendarDay(Base):
    """One day: does it count as a working day, and is that certain."""

    __tablename__ = "calendar_day"
    __table_args__ = (Index("ix_calendar_day_open", "day", postgresql_where=text("NOT confirmed")),)
    __open__: ClassVar[str] = "the calendar is public"
    day: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    name: Mapped[str | None]
    """The holiday, in English; translated where it is shown."""
    source: Mapped[str]
    confirmed: Mapped[bool]


class CalendarYear(Base):
    """One year of the calendar: the official notice it follows, or that it is an estimate."""

    __tablename__ = "calendar_year_notice"
    __table_args__ = (
        CheckConstraint("(source = 'notice') = (notice_no IS NOT NULL)", name="notice_has_a_number"),
        CheckConstraint("(source = 'notice') = (loaded_at IS NOT NULL)", name="notice_was_loaded"),
    )
    __open__: ClassVar[str] = "the calendar is public"
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    source: Mapped[YearSource] = mapped_column(by_value(YearSource, "source"))
    notice_no: Mapped[str | None]
    loaded_at: Mapped[Instant | None]
    stamp: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4, server_default=func.gen_random_uuid())
    """New whenever a day of the year changes, so that a process knows whether its copy is still good."""


OWN_TIME = (
    "(key IN ('K17', 'K18', 'K21') AND subject_type = 'track' "
    "AND EXISTS (SELECT 1 FROM case_track t WHERE t.id = subject_id)) "
    "OR (key = 'K21' AND subject_type = 'review' AND EXISTS (SELECT 1 FROM review r WHERE r.id = subject_id)) "
    "OR (key = 'K34' AND subject_type = 'recusal' AND EXISTS (SELECT 1 FROM recusal r WHERE r.id = subject_id))"
)
"""How long a panel or a review body has for what its members read themselves."""


def _list_of(kind: type[TypeEngine[Any]]) -> MappedColumn[Any]:
    return mapped_column(ARRAY(kind), default=list, server_default=text("'{}'"))


class Clock(Base):
    """A time limit on an opaque subject: armed by a move, started by service or at once, ended once."""

    __tablename__ = "clock"
    __numbered__: ClassVar[bool] = True
    __table_args__ = (
        CheckConstraint("length > 0", name="length"),
        CheckConstraint("(state = 'ARMED') = (cardinality(awaits) > 0)", name="armed_awaits_a_document"),
        CheckConstraint("state <> 'ARMED' OR day0 IS NULL", name="armed_has_no_dates"),
        CheckConstraint("state NOT IN ('RUNNING', 'PAUSED') OR day0 IS NOT NULL", name="running_has_day0"),
        CheckConstraint("(day0 IS NULL) = (started_at IS NULL)", name="day0_if_started"),
        CheckConstraint("due_on IS NULL OR due_on > day0", name="due_after_day0"),
        CheckConstraint("day0 IS NOT NULL OR due_on IS NULL", name="no_due_without_day0"),
        CheckConstraint("state <> 'RUNNING' OR due_on IS NOT NULL OR provisional", name="undated_is_provisional"),
        CheckConstraint("(state = 'PAUSED') = (days_left IS NOT NULL)", name="paused_stores_days_left"),
        CheckConstraint("state <> 'PAUSED' OR due_on IS NULL", name="paused_has_no_due"),
        CheckConstraint(
            "state = 'ENDED' OR cardinality(paused_on) - cardinality(resumed_on) = (state = 'PAUSED')::int",
            name="each_pause_is_resumed",
        ),
        CheckConstraint("(state = 'ENDED') = (ended_at IS NOT NULL)", name="ended_at_if_ended"),
        CheckConstraint("(state = 'ENDED') = (how IS NOT NULL)", name="how_if_ended"),
        CheckConstraint("how <> 'expired' OR (due_on IS NOT NULL AND NOT provisional)", name="only_certain_expires"),
        CheckConstraint("due_on >= notified_due_on", name="never_earlier_than_notified"),
        CheckConstraint("(moved_from IS NULL) = (moved_at IS NULL)", name="moved_from_if_moved"),
        Index(
            "uq_clock_live", "key", "subject_type", "subject_id", unique=True, postgresql_where=text("state <> 'ENDED'")
        ),
        Index("ix_clock_subject", "subject_type", "subject_id", "id"),
        Index("ix_clock_due", "due_on", "id", postgresql_where=text("state = 'RUNNING' AND NOT provisional")),
        Index(
            "ix_clock_estimated",
            "due_on",
            "id",
            postgresql_where=text("state = 'RUNNING' AND provisional AND alerted_at IS NULL"),
        ),
        Index("ix_clock_awaits", "awaits", postgresql_using="gin", postgresql_where=text("state = 'ARMED'")),
        Index("ix_clock_party", "visible_party", "id", postgresql_where=text("visible_party IS NOT NULL")),
        Index(
            "ix_clock_party_live",
            "visible_party",
            postgresql_where=text("visible_party IS NOT NULL AND state <> 'ENDED'"),
        ),
        Index("ix_clock_complaint", "visible_complaint", "id", postgresql_where=text("visible_complaint IS NOT NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": SUBJECT_NOT_BARRED.replace("subject_kind", "subject_type"),
        "party": "visible_party = zilu_party()",
        "complainant": "visible_complaint = zilu_complaint()",
        "panel": OWN_TIME,
    }
    id: Mapped[BigId]
    key: Mapped[str]
    """K01 to K36."""
    subject_type: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[ClockState] = mapped_column(by_value(ClockState, "state"))
    how: Mapped[ClockEnd | None] = mapped_column(by_value(ClockEnd, "how"))
    armed_on: Mapped[list[int]] = _list_of(BigInteger)
    """The documents whose service starts it; it starts with the last."""
    awaits: Mapped[list[int]] = _list_of(BigInteger)
    """Those of them not served yet."""
    served_on: Mapped[date | None]
    """The latest service so far."""
    day0: Mapped[date | None]
    length: Mapped[int]
    """Total length, extensions included."""
    unit: Mapped[Unit] = mapped_column(by_value(Unit, "unit"))
    basis: Mapped[str]
    extend_to: Mapped[list[int]] = _list_of(Integer)
    """Total lengths that an extension may reach, step by step."""
    steps: Mapped[list[int]] = _list_of(Integer)
    """Total lengths granted so far."""
    paused_on: Mapped[list[date]] = _list_of(Date)
    resumed_on: Mapped[list[date]] = _list_of(Date)
    due_on: Mapped[date | None]
    """The last day, ending 24:00 in Shanghai (R4)."""
    provisional: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    days_left: Mapped[int | None]
    notified_due_on: Mapped[date | None]
    """The date that was told to a party or complainant: it only moves later, and a trigger never lets it go back."""
    moved_from: Mapped[date | None]
    """The last day as it stood before the calendar last moved it."""
    moved_at: Mapped[Instant | None]
    alerted_at: Mapped[Instant | None]
    """When staff were told that an estimated last day has passed."""
    visible_party: Mapped[int | None] = mapped_column(BigInteger)
    visible_complaint: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[Instant]
    started_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]

    @property
    def subject(self) -> tuple[str, int]:
        """What it runs on."""
        return self.subject_type, self.subject_id

    @property
    def pauses(self) -> list[tuple[date, date]]:
        """The pauses that are over, as the count takes them."""
        return list(zip(self.paused_on, self.resumed_on, strict=False))
