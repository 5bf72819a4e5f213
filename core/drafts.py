"""Drafts: what somebody typed and has not sent yet, kept on the server, encrypted."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, ForeignKeyConstraint, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.crypto import EncryptedJson
from core.db import Base, Instant


class Draft(Base):
    """One unsent text: whose it is, for which page, and the fields as typed."""

    __tablename__ = "draft"
    __readers__: ClassVar[dict[str, str]] = {}
    owner: Mapped[str] = mapped_column(primary_key=True)
    """`account:7`, or the digest of a secret that only one browser holds."""
    place: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[Any] = mapped_column(EncryptedJson)
    saved_at: Mapped[Instant]


class DraftFile(Base):
    """A file that a draft holds: it stays in the store as long as the draft."""

    __tablename__ = "draft_file"
    __table_args__ = (ForeignKeyConstraint(["owner", "place"], ["draft.owner", "draft.place"], ondelete="CASCADE"),)
    __readers__: ClassVar[dict[str, str]] = {}
    owner: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), primary_key=True, index=True)


def save(session: Session, owner: str, place: str, fields: dict[str, Any], now: datetime) -> None:
    """Keep the fields; the latest saving wins."""
    values = {"owner": owner, "place": place, "fields": fields, "saved_at": now}
    statement = insert(Draft).values(**values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["owner", "place"],
            set_={"fields": statement.excluded.fields, "saved_at": now},
        ),
    )


def find(session: Session, owner: str, place: str) -> dict[str, Any]:
    """The fields last saved; empty where there are none. Read inside transaction(): no reader sees drafts."""
    found: dict[str, Any] | None = session.scalar(
        select(Draft.fields).where(Draft.owner == owner, Draft.place == place),
    )
    return found or {}


def drop(session: Session, owner: str, place: str) -> None:
    """Forget a draft that was sent."""
    session.execute(delete(Draft).where(Draft.owner == owner, Draft.place == place))
