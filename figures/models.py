"""Tables of figures: what was counted in each month, corrections of closed months, reports, what is published."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, BigRef, Instant, Versioned

EVERYBODY_INSIDE = {"staff": "true", "party": "true"}
TAKES_PART = (
    "case_id IS NULL OR case_id NOT IN "
    "(SELECT r.case_id FROM recusal r WHERE r.account_id = zilu_account() AND r.state = 'GRANTED')"
)
"""What belongs to a case is not counted for whoever was recused from it (I-04)."""
OWN = (
    "code = '' AND what IN ('FORWARDED', 'ANSWER', 'MEASURE', 'SET_ASIDE') AND party_id IN "
    "(SELECT p.id FROM party p WHERE p.id = zilu_party() OR p.merged_into_id = zilu_party())"
)
"""A company reads what was put before it, how it answered, and what was ordered; no complaint that never reached it."""


class FigureMonth(Versioned, Base):
    """One month: when it was last counted, whether it is closed, and how often it was corrected since."""

    __tablename__ = "figure_month"
    __table_args__ = (
        CheckConstraint("extract(day FROM month) = 1", name="first_day"),
        CheckConstraint("revision = 0 OR closed_at IS NOT NULL", name="only_closed_is_corrected"),
    )
    __readers__: ClassVar[dict[str, str]] = EVERYBODY_INSIDE
    month: Mapped[date] = mapped_column(primary_key=True)
    counted_at: Mapped[Instant]
    closed_at: Mapped[Instant | None]
    revision: Mapped[int] = mapped_column(default=0)


class Figure(Base):
    """How many of something there were in a month; of complaints once for all, and once for each company and code."""

    __tablename__ = "figure"
    __table_args__ = (
        Index("ix_figure_whole", "month", "what", postgresql_where=text("party_id IS NULL AND code = ''")),
        Index("ix_figure_code", "code", "month", postgresql_where=text("party_id IS NULL")),
        Index("ix_figure_party_code", "party_id", "code", "month", postgresql_where=text("party_id IS NOT NULL")),
        Index("ix_figure_of_case", "month", "what", postgresql_where=text("case_id IS NOT NULL")),
        Index("ix_figure_by_company", "month", "what", postgresql_where=text("case_id IS NULL AND code = ''")),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": TAKES_PART, "party": OWN}
    id: Mapped[BigId]
    month: Mapped[date] = mapped_column(ForeignKey("figure_month.month"))
    what: Mapped[str]
    """RECEIVED, ENDED, FORWARDED, ANSWER, CLOCK; of cases FINDING, MEASURE and SET_ASIDE."""
    said: Mapped[str] = mapped_column(default="")
    """The outcome, the finding, the level of a measure, how a time limit ended."""
    channel: Mapped[str] = mapped_column(default="")
    party_id: Mapped[BigRef | None]
    """None: of all companies together, each complaint once. No key: a merge leaves what was counted as it is."""
    code: Mapped[str] = mapped_column(default="")
    """Empty: of all codes together."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    many: Mapped[int]


class FigureStay(Base):
    """How many left a state in a month after so many tenths of a day."""

    __tablename__ = "figure_stay"
    __readers__: ClassVar[dict[str, str]] = {"staff": "true"}
    month: Mapped[date] = mapped_column(ForeignKey("figure_month.month"), primary_key=True)
    machine: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    tenths: Mapped[int] = mapped_column(primary_key=True)
    many: Mapped[int]


class FigureChange(Base):
    """One figure of a closed month before and after a correction: nothing of it changes silently."""

    __tablename__ = "figure_change"
    __table_args__ = (
        Index("ix_figure_change_month", "month", "revision"),
        CheckConstraint("before <> after", name="something_changed"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": TAKES_PART}
    id: Mapped[BigId]
    month: Mapped[date] = mapped_column(ForeignKey("figure_month.month"))
    revision: Mapped[int]
    what: Mapped[str]
    said: Mapped[str]
    channel: Mapped[str]
    party_id: Mapped[BigRef | None]
    code: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    before: Mapped[int]
    after: Mapped[int]


class FigureRevision(Base):
    """One correction of a closed month: who asked for it, when, and why."""

    __tablename__ = "figure_revision"
    __readers__: ClassVar[dict[str, str]] = {"staff": "true"}
    month: Mapped[date] = mapped_column(ForeignKey("figure_month.month"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Instant]
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str]
    changed: Mapped[int]
    """How many figures are others now."""


class MonthReport(Base):
    """The printed report of a month in one language: asked for, then made; a new one is a new row."""

    __tablename__ = "month_report"
    __table_args__ = (
        CheckConstraint("lang IN ('zh', 'en')", name="lang_known"),
        CheckConstraint("num_nulls(sha256, pages, size, made_at) IN (0, 4)", name="made_whole"),
        Index("ix_month_report_month", "month", "lang", "id"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": "true"}
    id: Mapped[BigId]
    month: Mapped[date] = mapped_column(ForeignKey("figure_month.month"))
    lang: Mapped[str]
    revision: Mapped[int]
    """Of the month's figures, as they stood when it was made."""
    asked_at: Mapped[Instant]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[Instant | None]
    pages: Mapped[int | None]
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    trouble: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    """Why it could not be made, in both languages."""


class OpenMonth(Base):
    """A month whose figures were published: once, and never in another form afterwards."""

    __tablename__ = "open_month"
    __open__ = "published"
    month: Mapped[date] = mapped_column(ForeignKey("figure_month.month"), primary_key=True)
    published_at: Mapped[Instant]
    least: Mapped[int]
    """Cells of fewer were suppressed: the setting SMALL_CELL of that day."""


class OpenCell(Base):
    """One published figure; one that is suppressed has no number here, nor anywhere a stranger can read."""

    __tablename__ = "open_cell"
    __table_args__ = (
        UniqueConstraint("month", "about", "company", "code", "result"),
        CheckConstraint("about IN ('COMPLAINTS', 'MEASURES')", name="about_known"),
    )
    __open__ = "published"
    id: Mapped[BigId]
    month: Mapped[date] = mapped_column(ForeignKey("open_month.month"))
    about: Mapped[str]
    company: Mapped[str]
    """INSTITUTION, FIRM, BOTH, NONE; ALL for the sum."""
    code: Mapped[str]
    """The most serious code alleged or established, NONE, or ALL."""
    result: Mapped[str]
    """How a complaint ended, or the level of a measure; ALL for the sum."""
    many: Mapped[int | None]
