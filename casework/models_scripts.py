"""The table of fingerprints of what complaints tell: those that tell the same are found without comparing all."""

from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, not_barred


class ComplaintScript(Base):
    """The fingerprint of one complaint's text, and the group of those written to one script."""

    __tablename__ = "complaint_script"
    __table_args__ = (Index("ix_complaint_script_bands", "bands", postgresql_using="gin"),)
    __readers__: ClassVar[dict[str, str]] = {"staff": not_barred("complaint", "complaint_id")}
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    bands: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """Texts that share one of these are worth comparing."""
    script_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    """The first complaint of the group; empty where no other tells the same."""
