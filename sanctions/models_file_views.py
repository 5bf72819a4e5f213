"""Tables of what respondents were shown of their file: each view as it was made, never changed."""

from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, validates

from casework.models_cases import OF_TRACK
from core.crypto import EncryptedJson
from core.db import Base, BigId, Instant
from core.forgetting import named_in


class FileView(Base):
    """The main volume of one track as made for its respondent, with who looked at it and when."""

    __tablename__ = "file_view"
    __table_args__ = (Index("ix_file_view_shown_sha256", "shown_sha256", postgresql_using="gin"),)
    __readers__: ClassVar[dict[str, str]] = {role: rule for role, rule in OF_TRACK.items() if role != "panel"}
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    made_at: Mapped[Instant]
    made_for: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    entries: Mapped[list[dict[str, Any]]] = mapped_column(EncryptedJson)
    """section, kind, title, number, day, served, text; of a file its digest, media type and size."""
    sha256: Mapped[str] = mapped_column(index=True)
    """The digest of the entries, as the journal has it."""
    shown_sha256: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """The files among the entries: they stay as long as it says that they were shown."""

    @validates("entries")
    def _name_files(self, _field: str, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self.shown_sha256 = named_in([each.get("sha256") for each in entries])
        return entries
