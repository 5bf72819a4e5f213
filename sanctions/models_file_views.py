"""Tables of what respondents were shown of their file: each view as it was made, never changed."""

from typing import Any, ClassVar

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from casework.models_cases import OF_TRACK
from core.crypto import EncryptedJson
from core.db import Base, BigId, Instant


class FileView(Base):
    """The main volume of one track as it was made for its respondent, and who looked at it when."""

    __tablename__ = "file_view"
    __readers__: ClassVar[dict[str, str]] = {role: rule for role, rule in OF_TRACK.items() if role != "panel"}
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    made_at: Mapped[Instant]
    made_for: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    entries: Mapped[list[dict[str, Any]]] = mapped_column(EncryptedJson)
    """section, kind, title, number, day, served, text; of a file its digest, media type and size."""
    sha256: Mapped[str]
    """The digest of the entries, as the journal has it."""
