"""Tables of official documents: series, dossiers, documents and their service."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from core.crypto import EncryptedJson
from core.db import SUBJECT_NOT_BARRED, Base, BigId, BigRef, Instant, Versioned, not_barred
from core.forgetting import PROOF
from notices.papers import Head, Paper
from notices.states import ONLINE, SERVICE

OF_SERVICE = "EXISTS (SELECT 1 FROM service s WHERE s.id = service_id)"
OWN_SERVICE = {
    "staff": not_barred("document", "document_id"),
    "party": "party_id = zilu_party()",
    "complainant": "complaint_id = zilu_complaint()",
    "panel": "EXISTS (SELECT 1 FROM document d WHERE d.id = document_id)",
}

IN_REGISTER = (
    *("id", "kind", "series", "year", "serial", "number", "issued_on"),
    *("seal_mode", "pdf_at", "void_at", "void_reason", "set_aside_on", "erased_at"),
)
"""What the register of numbers shows of a document: nothing of the matter or of people."""


class SeriesCounter(Base):
    """The last number given in a series and year; its row is locked by the issuing transaction."""

    __tablename__ = "series_counter"
    __readers__: ClassVar[dict[str, str]] = {"staff": "true", "admin": "true"}
    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class NumbersLost(Base):
    """Numbers given after the dump from which the database was restored: shown as lost, never given again."""

    __tablename__ = "numbers_lost"
    __table_args__ = (CheckConstraint("first <= last", name="in_order"),)
    __readers__: ClassVar[dict[str, str]] = {"staff": "true", "admin": "true"}
    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    noted_at: Mapped[Instant]


class Dossier(Versioned, Base):
    """The documents of one move, drafted, signed and issued together."""

    __tablename__ = "dossier"
    __numbered__: ClassVar[bool] = True
    __table_args__ = (
        CheckConstraint("(state IN ('ISSUED', 'SEALED')) = (issued_at IS NOT NULL)", name="issued_at_if_issued"),
        Index(
            "uq_dossier_open",
            "subject_kind",
            "subject_id",
            unique=True,
            postgresql_where=text("state IN ('DRAFTED', 'IN_APPROVAL', 'SIGNED') AND deed IS NOT NULL"),
        ),
        CheckConstraint("undo_until IS NULL OR deed IS NOT NULL", name="undo_of_a_deed"),
        Index("ix_dossier_subject", "subject_kind", "subject_id"),
        Index("ix_dossier_undo_until", "undo_until", postgresql_where=text("state = 'DRAFTED'")),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": SUBJECT_NOT_BARRED,
        "panel": "(of_body OR drafted_by = zilu_account()) "
        "AND ((subject_kind = 'track' AND EXISTS (SELECT 1 FROM case_track t WHERE t.id = subject_id)) "
        "OR (subject_kind = 'review' AND EXISTS (SELECT 1 FROM review r WHERE r.id = subject_id)))",
    }
    id: Mapped[BigId]
    state: Mapped[str] = mapped_column(default="NEW")
    subject_kind: Mapped[str]
    subject_id: Mapped[BigRef]
    event: Mapped[str]
    """The event of the subject's machine that issuing carries out."""
    drafted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    drafted_at: Mapped[Instant]
    issued_at: Mapped[Instant | None]
    dropped_because: Mapped[str | None]
    deed: Mapped[str | None]
    """What is done again when it is signed, where it waits for approval: a name of `notices.doers` and an event."""
    deed_id: Mapped[BigRef | None]
    """The number of the thing that it is done with; opaque here."""
    of_body: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a panel or a review body decided it: its members read the draft, and may ask that it be given up."""
    undo_until: Mapped[Instant | None]
    """When it is done by itself: until then whoever did it may take it back."""
    documents: Mapped[list["Document"]] = relationship(back_populates="dossier", order_by="Document.id")

    @property
    def ref(self) -> str:
        """The name in the journal."""
        return f"dossier {self.id}"

    @property
    def sent_back(self) -> bool:
        """Whether it waits for its drafter's changes: drafts are submitted at once, so this one was sent back."""
        return self.state == "DRAFTED" and self.deed is not None and self.undo_until is None


class Document(Base):
    """One official document: its frozen context, its number, its PDF; never changed once issued."""

    __tablename__ = "document"
    __numbered__: ClassVar[bool] = True
    __held__: ClassVar[bool] = True
    __table_args__ = (
        UniqueConstraint("series", "year", "serial"),
        CheckConstraint("(serial IS NULL) = (number IS NULL)", name="number_with_serial"),
        CheckConstraint("(pdf_sha256 IS NULL) = (pdf_at IS NULL)", name="pdf_with_time"),
        CheckConstraint("(void_at IS NULL) = (void_reason IS NULL)", name="void_with_reason"),
        CheckConstraint("seal_mode IN ('electronic', 'physical', 'none')", name="seal_mode_known"),
        Index("ix_document_to_stamp", "id", postgresql_where=text("seal_mode = 'physical' AND pdf_sha256 IS NULL")),
        Index("ix_document_subject", "subject_kind", "subject_id"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": not_barred("document"),
        "party": "outward AND (party_id = zilu_party() OR (set_aside_on IS NULL "
        "AND EXISTS (SELECT 1 FROM service s WHERE s.document_id = document.id AND s.party_id = zilu_party()) "
        "AND NOT EXISTS (SELECT 1 FROM publication p WHERE document.subject_kind = 'publication' "
        "AND p.id = document.subject_id AND p.state = 'EXPIRED')))",
        "complainant": "complaint_id = zilu_complaint() AND outward",
        "panel": "subject_kind = 'track' AND kind IN ('D15', 'D17', 'D18', 'D19', 'D20', 'D22', 'D31') "
        "AND EXISTS (SELECT 1 FROM case_track t WHERE t.id = subject_id)",
        "admin": "number IS NOT NULL",
    }
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = {"admin": IN_REGISTER}
    id: Mapped[BigId]
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), index=True)
    kind: Mapped[str]
    lang: Mapped[str]
    outward: Mapped[bool]
    volume: Mapped[str]
    series: Mapped[str | None]
    year: Mapped[int | None]
    serial: Mapped[int | None]
    number: Mapped[str | None]
    subject_kind: Mapped[str]
    """The machine whose row made the document, and its thing; opaque here."""
    subject_id: Mapped[BigRef]
    row: Mapped[str]
    round: Mapped[int] = mapped_column(default=0)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    complaint_id: Mapped[int | None] = mapped_column(index=True)
    """The complaint whose complainant is the recipient; opaque here."""
    to: Mapped[str]
    paper: Mapped[Any] = mapped_column(EncryptedJson)
    """The frozen context: `frozen` and `head` as JSON, and the settings it rests on as they stood."""
    paper_sha256: Mapped[str] = mapped_column(info=PROOF)
    wording: Mapped[str]
    """The version of the wording it was made from."""
    check_code: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[Instant]
    issued_on: Mapped[date]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    pdf_sha256: Mapped[str | None] = mapped_column(index=True)
    pdf_at: Mapped[Instant | None]
    pages: Mapped[int | None]
    """How many pages the PDF has; known once it is made."""
    render_trouble: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    """Why its PDF could not be made, in both languages."""
    void_at: Mapped[Instant | None]
    void_reason: Mapped[str | None]
    seal_mode: Mapped[str] = mapped_column(default="electronic", server_default="electronic")
    """How it is sealed: "electronic", "physical" (stamped on paper, served as a scan), or "none"."""
    set_aside_on: Mapped[date | None]
    """The day from which the document is no longer in force (withdrawn or superseded)."""
    erased_at: Mapped[Instant | None]
    """When its text and its PDF were erased with the personal data of its complaint; its number stays."""
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    """The document that took its place, or withdrew it."""
    dossier: Mapped[Dossier | None] = relationship(back_populates="documents")
    services: Mapped[list["Service"]] = relationship(back_populates="document", order_by="Service.id")

    @property
    def ref(self) -> str:
        """Its number, or its kind if it has none."""
        return self.number or self.kind

    @property
    def frozen(self) -> Paper:
        """What it says, as it was frozen when it was issued."""
        return Paper.from_json(self.paper["paper"])

    @property
    def head(self) -> Head:
        """Who issued it, to whom and under which number, frozen with it."""
        return Head.from_json(self.paper["head"])

    @property
    def unstamped(self) -> bool:
        """Whether it is sealed by hand and its stamped scan is not back."""
        return self.seal_mode == "physical" and self.pdf_sha256 is None and self.erased_at is None


class Service(Versioned, Base):
    """How one outward document reaches one named recipient."""

    __tablename__ = "service"
    __numbered__: ClassVar[bool] = True
    __table_args__ = (
        CheckConstraint("(state = 'SERVED') = (served_on IS NOT NULL)", name="served_on_if_served"),
        UniqueConstraint("document_id", "party_id", "complaint_id", postgresql_nulls_not_distinct=True),
        Index("ix_service_party", "party_id", "id"),
        Index(
            "ix_service_to_open",
            "party_id",
            postgresql_where=text(
                "state IN ('AVAILABLE', 'ALERTED', 'NOTICE_POSTED') "
                "OR (state = 'SERVED' AND served_how = 'PORTAL' AND opened_at IS NULL)"
            ),
        ),
        Index(
            "ix_service_to_serve",
            "id",
            postgresql_where=text(
                "state IN ('FAILED', 'READY', 'POSTED', 'UNDELIVERED') "
                "OR (paper_asked_at IS NOT NULL AND paper_sent_on IS NULL AND state <> 'VOID')"
            ),
        ),
    )
    __readers__: ClassVar[dict[str, str]] = OWN_SERVICE
    id: Mapped[BigId]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    state: Mapped[str] = mapped_column(default="NEW", index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    complaint_id: Mapped[int | None] = mapped_column(index=True)
    method: Mapped[str | None]
    """PORTAL, IN_PERSON, POST, LEFT, NOTICE, as in the proof of service."""
    served_on: Mapped[date | None]
    served_how: Mapped[str | None]
    opened_at: Mapped[Instant | None]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    alerted_at: Mapped[Instant | None]
    bounced_at: Mapped[Instant | None]
    attempted_at: Mapped[Instant | None]
    """When it was noted that it could not be handed over."""
    paper_asked_at: Mapped[Instant | None]
    paper_sent_on: Mapped[date | None]
    """The day on which the paper copy that was asked for left."""
    slip_no: Mapped[str | None]
    receiver: Mapped[str | None]
    """Who signed for it, or the witnesses of a refusal."""
    proof: Mapped[dict[str, str] | None] = mapped_column(EncryptedJson)
    """What else is noted: posting, place, position, relation, server, refusal, witnesses, video (domain 4.3)."""
    proof_sha256: Mapped[str | None] = mapped_column(index=True)
    """The file among it, which stays as long as the receipt."""
    failures: Mapped[int] = mapped_column(default=0)
    """How often an alert (at most once) or a letter came back."""
    trouble: Mapped[str | None]
    """Why its document could not be made."""
    document: Mapped[Document] = relationship(back_populates="services")

    @validates("proof")
    def _name_file(self, _field: str, proof: dict[str, str] | None) -> dict[str, str] | None:
        self.proof_sha256 = (proof or {}).get("file")
        return proof

    @property
    def ref(self) -> str:
        """The number of the document that is served."""
        return self.document.ref

    @property
    def shown(self) -> tuple[str, str]:
        """The words of its tag, as table and row: while its document waits for its stamp, those of the document."""
        if self.state == "NOTICE_POSTED":
            return "posted", "ON_PAGE" if self.party_id is None else "IN_PUBLIC"
        waits = self.state == "ISSUED" and self.document.unstamped
        return ("number", "TO_STAMP") if waits else ("service", self.state)

    @property
    def shown_to_it(self) -> tuple[str, str]:
        """The words of its tag, as table and row, as the recipient itself reads them."""
        table, row = self.shown
        return (table, row) if table == "number" else ("service_theirs", self.state)

    @property
    def posted_on(self) -> date | None:
        """The day on which it was last given to the post."""
        said = (self.proof or {}).get("posted_on")
        return date.fromisoformat(said) if said else None

    @property
    def failed_ways(self) -> set[str]:
        """The ways by which it did not reach its recipient, each once, however often it was tried."""
        came_back = self.bounced_at is not None
        failed = {"PORTAL": came_back, "POST": self.failures > came_back, "IN_PERSON": self.attempted_at is not None}
        return {way for way, so in failed.items() if so}

    @property
    def may_ask_paper(self) -> bool:
        """Whether its recipient may still ask for a paper copy: once, for what reached them online (D28)."""
        waits = self.state in SERVICE.states_for("ask_paper")
        read_online = self.state == "SERVED" and self.served_how not in {"IN_PERSON", "POST", "LEFT"}
        return self.paper_asked_at is None and (waits or read_online)

    @property
    def online(self) -> bool:
        """Whether it waits to be opened."""
        return self.state in ONLINE

    @property
    def to_open(self) -> bool:
        """Whether somebody can open it, even if it counts as served by now."""
        return self.online or self.unread

    @property
    def sent_on_paper(self) -> bool:
        """Whether it is in the post, or came back."""
        return self.state in {"POSTED", "UNDELIVERED"}

    @property
    def unread(self) -> bool:
        """Whether it counts as served online although nobody has opened it."""
        return self.state == "SERVED" and self.served_how == "PORTAL" and self.opened_at is None


class ServiceStep(Base):
    """A step of service that a person noted, or a way that failed: none takes the place of another."""

    __tablename__ = "service_step"
    __readers__: ClassVar[dict[str, str]] = {"staff": OF_SERVICE, "panel": OF_SERVICE}
    id: Mapped[BigId]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    event: Mapped[str]
    """The event of its row; "attempted", which has none."""
    day: Mapped[date]
    said: Mapped[dict[str, str]] = mapped_column(EncryptedJson)
    """Place, reason, receiver, position, relation, number of the slip; of a file its name and type."""
    sha256: Mapped[str | None] = mapped_column(index=True)
    """The scan, slip or recording that proves it."""
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Nobody, where the house itself noted that an alert came back."""
    noted_at: Mapped[Instant]
