"""The index of the search: one row for each thing and for whom it is written, and the words of files of evidence."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from core.db import SUBJECT_NOT_BARRED, Base, BigId, BigRef

AUDIENCES = ("staff", "party", "public")
TERMS = {"gin_pending_list_limit": "512"}
"""Kilobytes of new rows that are not yet sorted in: more of them slow each search, fewer slow intake."""
_IN = "audience = '{}' AND CASE subject_kind {} ELSE false END"
_SEEN = "WHEN '{}' THEN EXISTS (SELECT 1 FROM {} x WHERE x.id = search_entry.subject_id{})"
"""Said with its table: a document has a subject_id as well."""
_ALL = f"WHEN 'complaint' THEN {SUBJECT_NOT_BARRED} WHEN 'party' THEN true"
_OWN = {"forwarding": "forwarding", "track": "case_track", "document": "document", "evidence": "evidence"}
_PUBLISHED = _SEEN.format("publication", "publication", " AND x.ended_at IS NULL")
_BARRED = " ".join(f"WHEN '{kind}' THEN {SUBJECT_NOT_BARRED}" for kind in ("case", "document", "publication"))
_STAFF = _IN.format("staff", f"{_ALL} {_SEEN.format('evidence', 'evidence', '')} {_BARRED}")
_PARTY = _IN.format("party", " ".join([*(_SEEN.format(kind, table, "") for kind, table in _OWN.items()), _PUBLISHED]))


def _terms_for(audience: str) -> Index:
    where = text(f"audience = '{audience}'")
    return Index(
        f"ix_search_entry_{audience}", "terms", postgresql_using="gin", postgresql_where=where, postgresql_with=TERMS
    )


class SearchEntry(Base):
    """What can be found of one thing by one audience; who may see the thing itself sees the row.

    Nothing that is kept encrypted stands here in clear: numbers of people stand in `terms` as keyed hashes.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("audience", "subject_kind", "subject_id"),
        CheckConstraint("audience IN ('staff', 'party', 'public')", name="audience_known"),
        Index("ix_search_entry_newest", "audience", text("at DESC"), text("id DESC")),
        *map(_terms_for, AUDIENCES),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": _STAFF,
        "party": _PARTY,
        "public": _IN.format("public", _PUBLISHED),
        "complainant": _IN.format("public", _PUBLISHED),
    }
    id: Mapped[BigId]
    audience: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[BigRef]
    ref: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str]
    """Its title in English, where it has one of its own."""
    body: Mapped[str]
    """What is looked through and shown in part: personal data masked, overlong texts cut."""
    parties: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """The companies concerned: found by any of their names, now and before."""
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    terms: Mapped[str] = mapped_column(TSVECTOR, deferred=True)


class EvidenceText(Base):
    """What the words of a file of evidence are, as a job has read them; only the index looks at it."""

    __tablename__ = "evidence_text"
    __readers__: ClassVar[dict[str, str]] = {}
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), primary_key=True, autoincrement=False)
    body: Mapped[str]
    trouble: Mapped[str] = mapped_column(default="")
    """Why nothing could be read: "unreadable", or "limits" where it took too long or was refused memory."""
