"""Tables of what the association decides: proposals, statements, panels and votes, decisions, measures."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework import party_requests
from casework.models_cases import OF_TRACK, OWN_TRACK, CaseTrack
from core import days
from core.crypto import Encrypted
from core.db import Base, BigId, Instant, not_barred
from sanctions.models_ballots import Ballot
from sanctions.plans import last_of

INSIDE = {"staff": OWN_TRACK, "panel": OWN_TRACK}


class Proposal(Base):
    """What the adjudication unit proposes to a panel, as the advance notice (D17) says it."""

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("track_id", "round"),)
    __readers__: ClassVar[dict[str, str]] = INSIDE
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    round: Mapped[int]
    level: Mapped[int]
    """The heaviest measure: 1 to 5."""
    measures: Mapped[list[int]] = mapped_column(JSONB)
    """The levels proposed, the heaviest among them."""
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """By level: what each measure would order."""
    reasons: Mapped[str]
    scope: Mapped[str | None]
    """How far it would be published: MEMBERS or PUBLIC, for L4 and L5."""
    score: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[Instant]
    track: Mapped[CaseTrack] = relationship()


class Statement(Base):
    """What a respondent says to an advance notice; any number until the vote."""

    __tablename__ = "statement"
    __readers__: ClassVar[dict[str, str]] = OF_TRACK
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    round: Mapped[int]
    body: Mapped[str]
    stated_at: Mapped[Instant]
    stated_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    late: Mapped[bool]


class Panel(Base):
    """The members drawn to decide one track in one round."""

    __tablename__ = "panel"
    __table_args__ = (UniqueConstraint("track_id", "round"),)
    __readers__: ClassVar[dict[str, str]] = INSIDE
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    round: Mapped[int]
    size: Mapped[int]
    seed: Mapped[str]
    """The seed of the draw, so that it can be repeated."""
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Quorum and majorities as laid down when it was drawn."""
    drawn_at: Mapped[Instant]
    drawn_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    redraws: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    """Draws in the place of recused members: seed, size of the pool, day, who drew, who was drawn."""
    tally: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """How many voted, and what it comes to once enough did: counts only, for members may not read others' votes."""
    members: Mapped[list["PanelMember"]] = relationship(back_populates="panel", order_by="PanelMember.id")


class PanelMember(Base):
    """One member of a panel; never the investigator or the reviewer of the track."""

    __tablename__ = "panel_member"
    __table_args__ = (UniqueConstraint("panel_id", "account_id"),)
    __readers__: ClassVar[dict[str, str]] = {
        "staff": not_barred("track", "track_id"),
        "panel": "account_id = zilu_account()",
    }
    id: Mapped[BigId]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    chair: Mapped[bool] = mapped_column(default=False)
    outside: Mapped[bool] = mapped_column(default=False)
    recused_at: Mapped[Instant | None]
    panel: Mapped[Panel] = relationship(back_populates="members")


class Vote(Ballot, Base):
    """One member's secret vote with its reasons."""

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("member_id"),
        CheckConstraint("choice IN ('PROPOSED', 'LIGHTER', 'NONE', 'ABSTAIN')", name="choice_known"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "EXISTS (SELECT 1 FROM panel p WHERE p.id = panel_id)",
        "panel": "EXISTS (SELECT 1 FROM panel_member m WHERE m.id = member_id)",
    }
    id: Mapped[BigId]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("panel_member.id"))
    measures: Mapped[list[int]] = mapped_column(JSONB, default=list)
    """The levels voted for: never more than the proposal's."""


class Decision(Base):
    """What the panel decided on one track in one round."""

    __tablename__ = "decision"
    __table_args__ = (
        Index("uq_decision_standing", "track_id", "round", unique=True, postgresql_where=text("set_aside_on IS NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = INSIDE
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    round: Mapped[int]
    level: Mapped[int]
    measures: Mapped[list[int]] = mapped_column(JSONB)
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reasons: Mapped[str]
    statement_dealt: Mapped[str]
    """How the respondent's statement was dealt with."""
    votes_for: Mapped[int]
    votes_against: Mapped[int]
    abstained: Mapped[int]
    decided_on: Mapped[date]
    effective_on: Mapped[date | None]
    set_aside_on: Mapped[date | None]
    """When a review quashed, varied or remitted it: from then on it is no history (I-14)."""
    immediate: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    """What the panel declared immediate: STOP_CONTACT, DELETE_DATA (S80)."""
    immediate_reasons: Mapped[str] = mapped_column(default="", server_default="")
    track: Mapped[CaseTrack] = relationship()


class Measure(Base):
    """One measure ordered, from its notice to its end."""

    __tablename__ = "measure"
    __table_args__ = (
        UniqueConstraint("decision_id", "level"),
        CheckConstraint("state IN ('ORDERED','DONE','PASSED','FAILED')", name="state_known"),
        CheckConstraint("(state = 'ORDERED') = (done_on IS NULL)", name="done_on_if_done"),
    )
    __readers__: ClassVar[dict[str, str]] = OF_TRACK
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    level: Mapped[int]
    """1 rectification order, 2 warning interview, 3 mandatory training, 4 circular, 5 public criticism."""
    state: Mapped[str] = mapped_column(default="ORDERED")
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    ordered_on: Mapped[date]
    done_on: Mapped[date | None]
    done_late: Mapped[bool] = mapped_column(default=False)
    attempt: Mapped[int] = mapped_column(default=1)
    more_time_asked_at: Mapped[Instant | None]
    """Since when a request for more time waits for the head; until it is decided, the time limit does not act."""
    more_time_reason: Mapped[str | None]
    more_time_refused_because: Mapped[str | None]
    time_requests: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    """Every request for more time with its answer, as casework.party_requests keeps them."""
    extended_on: Mapped[date | None]
    """When more time was given: once (S73)."""
    track: Mapped[CaseTrack] = relationship()
    items: Mapped[list["RectificationItem"]] = relationship(back_populates="measure", order_by="RectificationItem.no")
    interview: Mapped["Interview | None"] = relationship(back_populates="measure")
    training: Mapped["Training | None"] = relationship(back_populates="measure")


OF_MEASURE = {
    "staff": "EXISTS (SELECT 1 FROM measure m WHERE m.id = measure_id)",
    "party": "EXISTS (SELECT 1 FROM measure m WHERE m.id = measure_id)",
    "panel": "EXISTS (SELECT 1 FROM measure m WHERE m.id = measure_id)",
}


class RectificationItem(Base):
    """One numbered problem of a rectification order: what must change, by when, how it is shown."""

    __tablename__ = "rectification_item"
    __table_args__ = (
        UniqueConstraint("measure_id", "no"),
        CheckConstraint("result IN ('PASS', 'FAIL')", name="result_known"),
        CheckConstraint("(result IS NULL) = (verified_by IS NULL)", name="verified_by_somebody"),
        CheckConstraint("second_by IS NULL OR second_by <> verified_by", name="two_officers"),
    )
    __readers__: ClassVar[dict[str, str]] = OF_MEASURE
    id: Mapped[BigId]
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), index=True)
    no: Mapped[int]
    problem: Mapped[str]
    correction: Mapped[str]
    days: Mapped[int]
    """Natural days from service."""
    proof: Mapped[str]
    report: Mapped[str | None]
    reported_at: Mapped[Instant | None]
    reported_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signed_by: Mapped[str | None]
    """The named executive who signs the report."""
    result: Mapped[str | None]
    result_note: Mapped[str | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    second_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    measure: Mapped[Measure] = relationship(back_populates="items")


class Interview(Base):
    """A warning interview: the summons and the record."""

    __tablename__ = "interview"
    __table_args__ = (
        CheckConstraint("num_nulls(proposed_for, proposed_why, proposed_at) IN (0, 3)", name="proposal_whole"),
    )
    __readers__: ClassVar[dict[str, str]] = OF_MEASURE
    id: Mapped[BigId]
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), unique=True)
    at: Mapped[Instant]
    place: Mapped[str]
    purpose: Mapped[str]
    must_attend: Mapped[str]
    bring: Mapped[str]
    interviewers: Mapped[list[int]] = mapped_column(JSONB)
    confirmed_at: Mapped[Instant | None]
    proposed_for: Mapped[Instant | None]
    """The other time that the respondent proposes, until an officer answers."""
    proposed_why: Mapped[str | None]
    proposed_at: Mapped[Instant | None]
    proposal_refused_because: Mapped[str | None]
    proposals: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    """Every other time that was proposed, with its answer, as casework.party_requests keeps them."""
    moves: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it got another time: calendars take the entry with the higher number."""
    missed: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]
    attendees: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    """Name, position, authority of each; identity checked by the last four characters only."""
    rights_told: Mapped[bool] = mapped_column(default=False)
    entries: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    """Questions and answers in pairs."""
    commitments: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    recording_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    recorded_at: Mapped[Instant | None]
    """When the record was put before the attendees to be read, corrected and signed."""
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    corrections: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    """By page: what an attendee wants corrected; it becomes part of the record."""
    signatures: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    """By page: who signed, when, by which account, and the digest of what was signed."""
    signed_by: Mapped[str | None]
    refused_because: Mapped[str | None]
    second_officer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    measure: Mapped[Measure] = relationship(back_populates="interview")

    @property
    def by_move(self) -> bool:
        """Whether the time counts as confirmed because the association took it as the company had proposed it."""
        told = party_requests.told(self.proposals)
        return any(each.how == party_requests.GIVEN and each.ended_at == self.confirmed_at for each in told)


class Training(Base):
    """A training order: who must learn what, how long, by when, and how it ended."""

    __tablename__ = "training"
    __readers__: ClassVar[dict[str, str]] = OF_MEASURE
    id: Mapped[BigId]
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), unique=True)
    who: Mapped[str]
    minimum: Mapped[int]
    """How many people must come at least."""
    subjects: Mapped[str]
    hours: Mapped[int]
    form: Mapped[str]
    dates: Mapped[str]
    first_on: Mapped[date | None]
    """The first of its days, by which people are to be named; none where only words of an older order say it."""
    sessions: Mapped[list[str]] = mapped_column(JSONB, default=list)
    """The days on which it takes place: attendance is taken on each."""
    place: Mapped[str]
    pass_mark: Mapped[int]
    measure: Mapped[Measure] = relationship(back_populates="training")
    people: Mapped[list["TrainingPerson"]] = relationship(back_populates="training", order_by="TrainingPerson.id")

    @property
    def last_on(self) -> date | None:
        """The last of its days, as its words name it."""
        return last_of(self.dates) or self.first_on

    def day_of(self, number: int) -> date | None:
        """The day of one of its sessions; where there is but one, it goes on to the last day."""
        said = self.sessions[number - 1]
        return self.last_on if said == self.dates else days.leading(said, self.first_on) or self.first_on


class TrainingPerson(Base):
    """One person enrolled in a training, with attendance and result."""

    __tablename__ = "training_person"
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "EXISTS (SELECT 1 FROM training t WHERE t.id = training_id)",
        "party": "EXISTS (SELECT 1 FROM training t WHERE t.id = training_id)",
    }
    id: Mapped[BigId]
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"), index=True)
    name: Mapped[str] = mapped_column(Encrypted)
    position: Mapped[str]
    sessions: Mapped[list[int]] = mapped_column(JSONB, default=list)
    """The numbers of the sessions that the person came to."""
    attended: Mapped[bool | None]
    """Whether the person came to every session, or to the one held to make up."""
    result: Mapped[int | None]
    makeup_on: Mapped[date | None]
    """When missed sessions or a failed test were made up for."""
    makeup_result: Mapped[int | None]
    training: Mapped[Training] = relationship(back_populates="people")

    @property
    def passed(self) -> bool:
        """Came and reached the mark, or made up for it once."""
        mark = self.training.pass_mark
        return bool(self.attended and (self.result or 0) >= mark) or (
            self.makeup_on is not None and (self.makeup_result or 0) >= mark
        )


SHOWN = (
    "id", "party_id", "scope", "state", "slug", "codes", "level", "published_at", "document_id", "withdrawn_at",
    "withdrawn_because", "in_review", "ended_at", "version",
)  # fmt: skip
"""What readers outside may know of a publication: not who made and checked it, nor what they said about it."""


class Publication(Base):
    """A members' circular or a public bulletin, from its draft to its expiry."""

    __tablename__ = "publication"
    __table_args__ = (
        Index(
            "uq_publication_standing",
            "decision_id",
            unique=True,
            postgresql_where=text("state NOT IN ('WITHDRAWN', 'DROPPED')"),
        ),
        CheckConstraint("scope IN ('MEMBERS', 'PUBLIC')", name="scope_known"),
        CheckConstraint(
            "(state IN ('PUBLISHED', 'WITHDRAWN', 'EXPIRED')) = (published_at IS NOT NULL)",
            name="published_at_if_published",
        ),
        CheckConstraint("approved_by IS NULL OR approved_by <> redacted_by", name="two_persons"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": not_barred("publication"),
        "public": "scope = 'PUBLIC' AND published_at IS NOT NULL",
        "party": "published_at IS NOT NULL AND (scope = 'PUBLIC' OR EXISTS "
        "(SELECT 1 FROM basis b WHERE b.party_id = zilu_party() AND b.kind = 'MEMBERSHIP'))",
        "complainant": "scope = 'PUBLIC' AND published_at IS NOT NULL",
    }
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = dict.fromkeys(("public", "party", "complainant"), SHOWN)
    id: Mapped[BigId]
    track_id: Mapped[int] = mapped_column(ForeignKey("case_track.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    scope: Mapped[str]
    state: Mapped[str] = mapped_column(default="NEW")
    slug: Mapped[str] = mapped_column(unique=True)
    """The permanent part of its address."""
    codes: Mapped[list[str]] = mapped_column(JSONB, default=list)
    level: Mapped[int]
    redacted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    comments: Mapped[str | None]
    published_at: Mapped[Instant | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    withdrawn_at: Mapped[Instant | None]
    withdrawn_because: Mapped[str | None]
    in_review: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """A review of the decision is open: whoever reads it is told (I-05)."""
    ended_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column(default=1)
    track: Mapped[CaseTrack] = relationship()
    texts: Mapped[list["PublicationText"]] = relationship(back_populates="publication", order_by="PublicationText.no")
    redactions: Mapped[list["Redaction"]] = relationship(back_populates="publication", order_by="Redaction.id")
    corrections: Mapped[list["BulletinCorrection"]] = relationship(
        back_populates="publication", order_by="BulletinCorrection.id"
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the name SQLAlchemy reads

    @property
    def ref(self) -> str:
        """The permanent part of its address."""
        return self.slug


class PublicationText(Base):
    """One version of a publication's text; the last is shown, the earlier are kept."""

    __tablename__ = "publication_text"
    __table_args__ = (UniqueConstraint("publication_id", "no"),)
    __readers__: ClassVar[dict[str, str]] = {
        "staff": not_barred("publication", "publication_id"),
        "public": "shown AND EXISTS (SELECT 1 FROM publication p WHERE p.id = publication_id "
        "AND p.state IN ('PUBLISHED', 'WITHDRAWN'))",
        "party": "shown AND EXISTS (SELECT 1 FROM publication p WHERE p.id = publication_id "
        "AND p.state IN ('PUBLISHED', 'WITHDRAWN'))",
        "complainant": "shown AND EXISTS (SELECT 1 FROM publication p WHERE p.id = publication_id "
        "AND p.state IN ('PUBLISHED', 'WITHDRAWN'))",
    }
    id: Mapped[BigId]
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    no: Mapped[int]
    title: Mapped[str]
    summary: Mapped[dict[str, str]] = mapped_column(JSONB)
    """The table on top: number, party, kind of breach, measure, issuer, date."""
    body: Mapped[str]
    note: Mapped[str | None]
    """Why it was corrected, shown with its time."""
    shown: Mapped[bool] = mapped_column(default=False)
    at: Mapped[Instant]
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("text_correction.id"))
    """The last correction of the decision that this text follows, if there was one."""
    redaction_id: Mapped[int | None] = mapped_column(ForeignKey("redaction.id"))
    """What was left out besides, after it was published."""
    publication: Mapped[Publication] = relationship(back_populates="texts")


class Redaction(Base):
    """One passage of the served text left out of a publication, with its reason."""

    __tablename__ = "redaction"
    __readers__: ClassVar[dict[str, str]] = {"staff": not_barred("publication", "publication_id")}
    id: Mapped[BigId]
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    passage: Mapped[str]
    instead: Mapped[str]
    reason: Mapped[str]
    publication: Mapped[Publication] = relationship(back_populates="redactions")


class BulletinCorrection(Base):
    """A corrected text that somebody proposed, and what became of it: one waits at a time, decided by another."""

    __tablename__ = "bulletin_correction"
    __table_args__ = (
        CheckConstraint("outcome IN ('PLACED', 'REFUSED', 'TAKEN_BACK', 'LAPSED')", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="outcome_if_ended"),
        CheckConstraint(
            "outcome NOT IN ('PLACED', 'REFUSED') OR (ended_by IS NOT NULL AND ended_by <> proposed_by)",
            name="decided_by_another",
        ),
        CheckConstraint(
            "outcome <> 'TAKEN_BACK' OR (ended_by IS NOT NULL AND ended_by = proposed_by)",
            name="taken_back_by_its_author",
        ),
        CheckConstraint("outcome <> 'REFUSED' OR btrim(reasons) <> ''", name="refused_with_reasons"),
        Index(
            "uq_bulletin_correction_waiting",
            "publication_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": not_barred("publication", "publication_id")}
    id: Mapped[BigId]
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("publication_text.id"), unique=True)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[Instant]
    outcome: Mapped[str | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[Instant | None]
    reasons: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was refused; never shown outside."""
    publication: Mapped[Publication] = relationship(back_populates="corrections")
    text: Mapped[PublicationText] = relationship()


class PanelBackground(Base):
    """Where a member of the panel pool works: nobody decides on an employer, and one member comes from outside."""

    __tablename__ = "panel_background"
    __readers__: ClassVar[dict[str, str]] = {"staff": "true", "admin": "true"}
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    """The member institution or firm; none for somebody from outside."""
    organisation: Mapped[str] = mapped_column(default="", server_default="")
    """Where somebody from outside works, for the record of deliberation."""
