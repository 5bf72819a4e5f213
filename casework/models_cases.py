"""Tables of cases: the file, one track per respondent, allegations with their findings, evidence."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models import CONCERNED_BY, OF_A_CASE_IF_ANY, Complaint, none_or_not_barred
from core.clock import day_of
from core.db import Base, BigId, Instant, Versioned, not_barred
from core.forgetting import PROOF
from registry.models import Engagement, Party

REFUSED_CONTACT = "V-C03"
"""Contacting a contact again after refusal: a lead of it tells the company which number, and so never a complaint."""
OWN_TRACK = "EXISTS (SELECT 1 FROM case_track t WHERE t.id = track_id)"
"""True for readers who see the track itself: its policy decides."""
TAKES_PART = "NOT IN (SELECT r.case_id FROM recusal r WHERE r.account_id = zilu_account() AND r.state = 'GRANTED')"
"""True of the number of a case from which this reader was not recused (I-04)."""
OF_TRACK = {"staff": OWN_TRACK, "party": OWN_TRACK, "panel": OWN_TRACK}


OWN_FILE = (
    "id", "year", "serial", "ref", "opened_on", "conduct_from", "conduct_to", "version", "erased_at",
)  # fmt: skip
"""What a respondent may know of the case file; its title and its source are the association's."""


class CaseFile(Versioned, Base):
    """A case: opened from one or several complaints, with one track per respondent."""

    __tablename__ = "case_file"
    __numbered__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("year", "serial"), Index("ix_case_file_opened_on", "opened_on", "id"))
    __readers__: ClassVar[dict[str, str]] = {
        "staff": f"id {TAKES_PART}",
        "party": "EXISTS (SELECT 1 FROM case_track t WHERE t.case_id = case_file.id)",
        "panel": "EXISTS (SELECT 1 FROM case_track t WHERE t.case_id = case_file.id)",
    }
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = {"party": OWN_FILE}
    id: Mapped[BigId]
    year: Mapped[int]
    serial: Mapped[int]
    ref: Mapped[str] = mapped_column(unique=True)
    """AJ〔2026〕7: for staff and parties, never public."""
    title: Mapped[str]
    title_en: Mapped[str | None]
    """The same in English, unless a person wrote the title: that stays as it was written."""
    source: Mapped[str]
    """COMPLAINT, INSPECTION, REGULATOR, MEDIA or PEER."""
    opened_on: Mapped[date]
    conduct_from: Mapped[date | None]
    conduct_to: Mapped[date | None]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    erased_at: Mapped[Instant | None]
    """When what had been told for it was erased: what the association decided is left."""
    tracks: Mapped[list["CaseTrack"]] = relationship(back_populates="case", order_by="CaseTrack.id")
    complaints: Mapped[list[Complaint]] = relationship(secondary="case_complaint", order_by=Complaint.id)
    evidence: Mapped[list["Evidence"]] = relationship(order_by="Evidence.id")

    def called(self, lang: str = "zh") -> str:
        """Its title in the reader's language, as far as it has one in English."""
        return self.title_en if lang.startswith("en") and self.title_en else self.title


class CaseComplaint(Base):
    """Which complaints a case rests on."""

    __tablename__ = "case_complaint"
    __numbered__: ClassVar[bool] = True
    __readers__: ClassVar[dict[str, str]] = {"staff": not_barred("case", "case_id")}
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True, index=True)
    since: Mapped[Instant | None]
    """When it came to the case; empty where nobody noted it: with the case."""


OWN_PROCEDURE = (
    "id", "ref", "case_id", "party_id", "role", "basis", "state", "round", "explanation", "explained_at",
    "explained_late", "explained_parts", "proposed_level", "decided_level", "recusal_until", "taken_over_on",
    "ended_on", "version",
)  # fmt: skip
"""What a respondent may know of its own track: not who works on it, nor the report and what was noted on it."""


BETWEEN_PARTS = "\n\n"
"""What separates an explanation from what was added to it."""


@dataclass(frozen=True)
class Explained:
    """One part of an explanation: the first, or what was added later."""

    no: int
    at: datetime
    late: bool
    text: str
    came_on: date | None = None
    """The day of one that came on paper; `at` is when it was entered."""

    @property
    def day(self) -> date:
        """The day that counts."""
        return self.came_on or day_of(self.at)


SEATED = (
    "EXISTS (SELECT 1 FROM {} m WHERE m.track_id = case_track.id AND m.account_id = zilu_account() "
    "AND m.recused_at IS NULL AND EXISTS "
    "(SELECT 1 FROM account_role r WHERE r.account_id = m.account_id AND r.role = '{}'))"
)
"""SQL: somebody sits on a body of this track, and still has the role for it."""


class CaseTrack(Versioned, Base):
    """The procedure against one respondent."""

    __tablename__ = "case_track"
    __numbered__: ClassVar[bool] = True
    __table_args__ = (
        UniqueConstraint("case_id", "party_id"),
        CheckConstraint("reviewer_id IS NULL OR reviewer_id <> investigator_id", name="reviewer_not_investigator"),
        CheckConstraint("(decided_level IS NULL) OR (decided_level <= proposed_level)", name="not_harsher"),
        CheckConstraint(
            "(ended_on IS NOT NULL) = (state IN ('NOT_FILED','NO_MEASURE','REFERRED','CLOSED','ARCHIVED'))",
            name="ended_on_if_ended",
        ),
        CheckConstraint("NOT (drawn_untold AND recusal_until IS NOT NULL)", name="told_until"),
        CheckConstraint("(recusal_from IS NULL) = (recusal_days IS NULL)", name="recusal_counted_from"),
        CheckConstraint("state <> 'SUSPENDED' OR suspended_because IS NOT NULL", name="suspended_because_of_something"),
        Index("ix_case_track_queue", "state", "id"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": f"case_id {TAKES_PART}",
        "party": "party_id = zilu_party() AND state NOT IN ('NEW', 'SCREENING', 'NOT_FILED')",
        "panel": f"{SEATED.format('panel_member', 'panel')} OR {SEATED.format('review_member', 'review body')}",
    }
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = {"party": OWN_PROCEDURE}
    id: Mapped[BigId]
    ref: Mapped[str] = mapped_column(unique=True)
    """The case's number and a running one: AJ〔2026〕7-1."""
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"), index=True)
    role: Mapped[str]
    """PRINCIPAL or COLLECTOR."""
    basis: Mapped[str]
    """MEMBERSHIP, SIGNATORY, UNDERTAKING or VIA_PRINCIPAL on the day of the conduct."""
    state: Mapped[str] = mapped_column(default="NEW")
    round: Mapped[int] = mapped_column(default=0)
    """Which advance notice this is: a document of an earlier round moves nothing."""
    lead: Mapped[str] = mapped_column(default="")
    """What the lead says, for the lead form D10."""
    lead_code: Mapped[str | None]
    """V-P02 or V-P03 where the lead arose from an earlier track."""
    earlier_id: Mapped[int | None] = mapped_column(ForeignKey("case_track.id"), index=True)
    earlier_round: Mapped[int | None]
    """The round of that track whose decision gave rise to it: one lead per decision."""
    investigator_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    filed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    explanation: Mapped[str | None]
    explained_at: Mapped[Instant | None]
    explained_late: Mapped[bool] = mapped_column(default=False)
    """Whether the first explanation came late: a later addition says so of itself."""
    explained_parts: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    """When each part came, whether late, how long it is; of one that came on paper its day (`came_on`)."""
    no_answer: Mapped[bool] = mapped_column(default=False)
    report: Mapped[str | None]
    extended_on: Mapped[date | None]
    """When the investigation was given more time: once (S08)."""
    suspended_because: Mapped[str | None]
    """What the investigation waits for, while it is suspended (S09)."""
    returned_on: Mapped[date | None]
    """When the report was sent back to the investigator: once (S13)."""
    gaps: Mapped[str | None]
    """What the adjudication unit missed in the report, one gap a line."""
    reasons: Mapped[str | None]
    """Why it was declined, or ended without a measure."""
    proposed_level: Mapped[int | None]
    decided_level: Mapped[int | None]
    failures: Mapped[int] = mapped_column(default=0)
    """How often verification failed."""
    recusal_until: Mapped[date | None]
    """Until when the respondent, told who was drawn last, can ask for a recusal before a panel or review votes."""
    recusal_from: Mapped[date | None]
    """On which day it was told: its days count from then, once more where the calendar changes."""
    recusal_days: Mapped[int | None]
    """How many working days it has, by the setting of that day; empty, as the day before, in older rows."""
    drawn_untold: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the secretary has still to tell it: it reads nothing in the portal."""
    taken_over_on: Mapped[date | None]
    """When it was passed on to whoever answers for it now: what was told before was told to another company."""
    ended_on: Mapped[date | None]
    case: Mapped[CaseFile] = relationship(back_populates="tracks")
    party: Mapped[Party] = relationship()
    engagement: Mapped[Engagement | None] = relationship()
    allegations: Mapped[list["Allegation"]] = relationship(back_populates="track", order_by="Allegation.id")

    @property
    def major(self) -> bool:
        """Whether the heaviest measure is L4 or heavier (domain 6.3)."""
        level = self.decided_level if self.decided_level is not None else self.proposed_level
        return (level or 0) >= FIRST_MAJOR

    @property
    def explained(self) -> list[Explained]:
        """The explanation in the parts in which it came; one that was never split is a single part."""
        return list(self._explained())

    def _explained(self) -> Iterator[Explained]:
        text, start = self.explanation or "", 0
        if self.explained_at is None:
            return
        sizes = [part["size"] + len(BETWEEN_PARTS) for part in self.explained_parts or ()]
        if sum(sizes) != len(text) + len(BETWEEN_PARTS):  # taken over, or written before the parts were kept
            yield Explained(1, self.explained_at, self.explained_late, text)
            return
        for no, part in enumerate(self.explained_parts, 1):
            end = start + part["size"]
            came_on = date.fromisoformat(part["came_on"]) if part.get("came_on") else None
            yield Explained(no, datetime.fromisoformat(part["at"]), part["late"], text[start:end], came_on)
            start = end + len(BETWEEN_PARTS)


FIRST_MAJOR = 4


class Allegation(Versioned, Base):
    """A violation alleged against one respondent, and what was found."""

    __tablename__ = "allegation"
    __table_args__ = (
        UniqueConstraint("track_id", "code"),
        CheckConstraint("finding IN ('ESTABLISHED', 'NOT_ESTABLISHED', 'UNPROVEN')", name="finding_known"),
        CheckConstraint("(finding IS NULL) = (reason IS NULL)", name="finding_has_reason"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": OWN_TRACK, "panel": OWN_TRACK}
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"))
    code: Mapped[str] = mapped_column(ForeignKey("violation.code"))
    facts: Mapped[str]
    persons: Mapped[int] = mapped_column(default=1)
    acts: Mapped[int] = mapped_column(default=1)
    finding: Mapped[str | None]
    reason: Mapped[str | None]
    found_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    found_at: Mapped[Instant | None]
    track: Mapped[CaseTrack] = relationship(back_populates="allegations")
    evidence: Mapped[list["Evidence"]] = relationship(secondary="finding_evidence", order_by="Evidence.id")


STAMPED = "STAMPED"
"""The purpose of the scan of a reply that a respondent gave on paper, under its seal."""


OWN_EVIDENCE = (
    "id", "complaint_id", "case_id", "track_id", "forwarding_id", "party_id", "given_by", "purpose", "item_id",
    "sha256", "stripped_sha256", "own_name", "media_type", "size", "shared", "added_at",
    "confirmed_sha256", "confirmed_type", "confirmed_size", "erased_at",
)  # fmt: skip
"""What a company may know of a file: not what a complainant called it, nor what the association noted."""


COVER = (
    *("covered_sha256", "covered_type", "covered_size", "covered_by", "covered_at"),
    *("cover_checked_by", "cover_checked_at"),
)
"""The copy in which people are covered, by whom, and who looked through it."""
CONFIRMED = "CASE WHEN cover_checked_by IS NOT NULL THEN {} END"


class Evidence(Base):
    """A file, by whom it was given, and whether a respondent may see it."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("num_nonnulls(complaint_id, case_id, forwarding_id) >= 1", name="of_something"),
        CheckConstraint(
            "num_nulls(covered_sha256, covered_type, covered_size, covered_by, covered_at) IN (0, 5)",
            name="covered_whole",
        ),
        CheckConstraint(
            "num_nulls(cover_checked_by, cover_checked_at) IN (0, 2) AND "
            "(cover_checked_by IS NULL OR (covered_by IS NOT NULL AND covered_by <> cover_checked_by))",
            name="cover_checked_by_another",
        ),
        CheckConstraint(
            "num_nulls(erased_at, erased_sha256) IN (0, 2) AND (erased_at IS NULL) = (sha256 IS NOT NULL)",
            name="there_or_erased",
        ),
        Index(
            "uq_evidence_taken_over",
            *("case_id", "forwarding_id", "sha256"),
            unique=True,
            postgresql_where=text("case_id IS NOT NULL AND forwarding_id IS NOT NULL"),
        ),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": " AND ".join(
            (
                OF_A_CASE_IF_ANY,
                none_or_not_barred("complaint", "complaint_id"),
                none_or_not_barred("forwarding", "forwarding_id"),
            )
        ),
        "party": f"(party_id = zilu_party() AND num_nulls(case_id, forwarding_id) > 0) "
        f"OR (shared AND case_id IS NULL AND complaint_id IN {CONCERNED_BY})",
        "complainant": "complaint_id = zilu_complaint() AND given_by = 'COMPLAINANT'",
        "panel": "EXISTS (SELECT 1 FROM case_file c WHERE c.id = case_id)",
    }
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = {"party": OWN_EVIDENCE}
    id: Mapped[BigId]
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    track_id: Mapped[int | None] = mapped_column(ForeignKey("case_track.id"), index=True)
    forwarding_id: Mapped[int | None] = mapped_column(ForeignKey("forwarding.id"), index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    """The respondent that gave it."""
    given_by: Mapped[str]
    """COMPLAINANT, STAFF or RESPONDENT."""
    purpose: Mapped[str] = mapped_column(default="EVIDENCE")
    """EVIDENCE, ANSWER, STAMPED (a reply under seal), EXPLANATION, STATEMENT, PROOF, RECORD or REVIEW."""
    item_id: Mapped[int | None] = mapped_column(index=True)
    """The numbered problem that a proof belongs to; opaque here."""
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), index=True, nullable=True)
    """Empty once it was erased; whoever serves the file says so."""
    stripped_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    """The copy without metadata that is passed on."""
    covered_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    """What outsiders are to read in its place: somebody looked through all of it and covered who is to be hidden."""
    covered_type: Mapped[str | None]
    covered_size: Mapped[int | None] = mapped_column(BigInteger)
    covered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    covered_at: Mapped[Instant | None]
    cover_checked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """A second person, who looked through the covered copy; before that no outsider reads it."""
    cover_checked_at: Mapped[Instant | None]
    confirmed_sha256: Mapped[str | None] = mapped_column(
        Computed(CONFIRMED.format("covered_sha256"), persisted=True), info=PROOF
    )
    """The covered copy once it is confirmed: all that the database tells outsiders of it."""
    confirmed_type: Mapped[str | None] = mapped_column(Computed(CONFIRMED.format("covered_type"), persisted=True))
    confirmed_size: Mapped[int | None] = mapped_column(
        BigInteger, Computed(CONFIRMED.format("covered_size"), persisted=True)
    )
    name: Mapped[str]
    own_name: Mapped[str | None] = mapped_column(
        Computed("CASE WHEN given_by = 'RESPONDENT' THEN name END", persisted=True)
    )
    """The same where a respondent gave it: of a complainant's file the name may tell whose it is."""
    media_type: Mapped[str]
    size: Mapped[int]
    shared: Mapped[bool] = mapped_column(default=False)
    """The complainant agreed that the institution may see this file."""
    added_at: Mapped[Instant]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    taken_over_at: Mapped[Instant | None]
    """When an answer that had come before became evidence of the case."""
    shows: Mapped[str | None]
    """What it shows, for the list of evidence."""
    erased_at: Mapped[Instant | None]
    """When the file was erased with its case; that there was one, and by whom it was given, stays."""
    erased_sha256: Mapped[str | None] = mapped_column(info=PROOF)
    """The digest of the file that was erased."""

    @property
    def taken_over(self) -> bool:
        """Whether it came with an answer and became evidence of a case: the answer has it in a row of its own."""
        return self.case_id is not None and self.forwarding_id is not None

    @property
    def since(self) -> datetime:
        """From when on it is evidence."""
        return self.taken_over_at or self.added_at

    @property
    def version(self) -> int:
        """The version its form was opened on: what it shows is all that staff change by a form."""
        return zlib.crc32((self.shows or "").encode())


class FindingEvidence(Base):
    """Which evidence a finding cites."""

    __tablename__ = "finding_evidence"
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "EXISTS (SELECT 1 FROM allegation a WHERE a.id = allegation_id)",
        "panel": "EXISTS (SELECT 1 FROM allegation a WHERE a.id = allegation_id)",
    }
    allegation_id: Mapped[int] = mapped_column(ForeignKey("allegation.id"), primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), primary_key=True, index=True)
