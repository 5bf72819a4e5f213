"""The table of assignment rules: which complaints go to whom when they are accepted."""

from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigId, Versioned


class AssignmentRule(Versioned, Base):
    """One rule: what it asks of a complaint, and among whom the least loaded gets it; what is empty asks nothing."""

    __tablename__ = "assignment_rule"
    __table_args__ = (
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("cardinality(people) > 0", name="goes_to_somebody"),
        CheckConstraint("region ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6})?$'", name="region_form"),
        CheckConstraint("lang IN ('', 'zh', 'en')", name="lang_known"),
        CheckConstraint("most_open > 0", name="most_open_positive"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": "true"}
    id: Mapped[BigId]
    place: Mapped[int]
    """They are tried in this order."""
    name: Mapped[str]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    code: Mapped[str] = mapped_column(default="")
    """A code, or how codes begin."""
    lang: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    """Two, four or six digits of the administrative division in a respondent's code of credit."""
    people: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    most_open: Mapped[int | None]
    """Whoever has this many open complaints gets no more by this rule."""
