"""Tables of hearings: asked for by a respondent, set by the secretary, held or missed, put on record and signed."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models_cases import OF_TRACK, CaseTrack
from core.clock import day_of
from core.crypto import EncryptedJson
from core.db import Base, BigId, Instant

OWN_HEARING = (
    "id", "track_id", "round", "asked_at", "came_on", "asked_by", "wishes", "at", "place", "agenda", "adjourned_at",
    "adjourned_because", "waived_at", "waiver_came_on", "started_at", "ended_at", "absent", "minutes", "minutes_sha256",
    "signed_by", "signed_at", "signed_account", "signed_sha256", "corrections", "refused_because",
)  # fmt: skip
"""What a respondent may know of its hearing: the minutes as they were frozen, not the notes behind them."""


class Hearing(Base):
    """One hearing; the last one of a round counts, since a restored right brings another."""

    __tablename__ = "hearing"
    __table_args__ = (
        CheckConstraint("(at IS NULL) = (place IS NULL)", name="place_with_time"),
        CheckConstraint("(adjourned_at IS NULL) = (adjourned_because IS NULL)", name="adjourned_with_reason"),
        CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name="signed_by_somebody"),
        CheckConstraint("second_id IS NULL OR refused_because IS NOT NULL", name="witness_of_a_refusal"),
    )
    __readers__: ClassVar[dict[str, str]] = OF_TRACK
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = {"party": OWN_HEARING}
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    round: Mapped[int]
    asked_at: Mapped[Instant]
    came_on: Mapped[date | None]
    """The day on which a request on paper was handed over or posted; `asked_at` is when it was entered then."""
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    wishes: Mapped[str]
    """What the respondent wants to be heard on, and who comes for it."""
    at: Mapped[Instant | None]
    place: Mapped[str | None]
    agenda: Mapped[list[str]] = mapped_column(JSONB, default=list)
    set_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The secretary, who also takes the minutes."""
    adjourned_at: Mapped[Instant | None]
    adjourned_because: Mapped[str | None]
    waived_at: Mapped[Instant | None]
    waiver_came_on: Mapped[date | None]
    """The day on which a waiver on paper was handed over or posted; `waived_at` is when it was entered then."""
    started_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]
    absent: Mapped[bool] = mapped_column(default=False)
    record: Mapped[Any | None] = mapped_column(EncryptedJson)
    """What was put on record: who came, what was asked and answered, what was said at the end."""
    minutes: Mapped[Any | None] = mapped_column(EncryptedJson)
    """The minutes (D19) as they were frozen, for the respondent, who reads and signs them."""
    minutes_sha256: Mapped[str | None] = mapped_column(index=True)
    signed_by: Mapped[str | None]
    """Who signed the minutes for the respondent, on paper or in the portal."""
    signed_at: Mapped[Instant | None]
    signed_account: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signed_sha256: Mapped[str | None] = mapped_column(index=True)
    """The digest of the minutes as they stood when they were signed in the portal."""
    corrections: Mapped[str | None]
    """What the signer wants to be read differently; the minutes themselves do not change."""
    refused_because: Mapped[str | None]
    second_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who witnessed the refusal to sign."""
    track: Mapped[CaseTrack] = relationship()

    @property
    def day(self) -> date:
        """The day that counts: of what came on paper its own."""
        return self.came_on or day_of(self.asked_at)

    @property
    def to_sign(self) -> bool:
        """Whether its minutes wait for the respondent's signature."""
        held = bool(self.minutes) and not self.absent
        return held and self.signed_at is None and self.refused_because is None
