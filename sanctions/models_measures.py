"""Tables of measures ordered: what is to be rectified, interviews, trainings and who takes part."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework import party_requests
from casework.models_cases import OF_TRACK, CaseTrack
from core import days
from core.clock import day_of
from core.crypto import Encrypted
from core.db import Base, BigId, Instant
from notices.papers import Lang
from sanctions.plans import TrainingPlan, last_of


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


@dataclass(frozen=True)
class Reported:
    """What a company reported on a problem, when, and what was found of it."""

    text: str
    at: datetime
    came_on: date | None
    by: int | None
    signed_by: str
    note: str | None
    late: bool
    found_by: tuple[int, ...]
    """Who looked at it: two officers, once both have."""

    @property
    def day(self) -> date:
        """The day that counts: of what came on paper its own."""
        return self.came_on or day_of(self.at)


@dataclass(frozen=True)
class Finding:
    """What one officer found of a problem, and when; the words may be unknown of what was found before they were kept.

    Without a result it says that the person was recused: what they had found does not count any more.
    """

    by: int
    at: datetime
    attempt: int
    result: str | None
    note: str | None


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
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"))
    no: Mapped[int]
    problem: Mapped[str]
    correction: Mapped[str]
    days: Mapped[int]
    """Natural days from service."""
    proof: Mapped[str]
    report: Mapped[str | None]
    reported_at: Mapped[Instant | None]
    came_on: Mapped[date | None]
    """The day on which a report on paper was handed over or posted; `reported_at` is when it was entered then."""
    reported_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signed_by: Mapped[str | None]
    """The named executive who signs the report."""
    result: Mapped[str | None]
    result_note: Mapped[str | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    second_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    earlier: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    """Reports on it that did not pass, the first one first: it was ordered again."""
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    """What each officer found, each time that somebody looked; the database lets it only grow."""
    measure: Mapped[Measure] = relationship(back_populates="items")

    def order_again(self, most: int) -> None:
        """It is open once more, for no longer than that; what was reported and found stays beside it."""
        if self.reported_at is not None:
            day = self.came_on.isoformat() if self.came_on else None
            kept: dict[str, Any] = {"text": self.report or "", "at": self.reported_at.isoformat(), "came_on": day}
            kept |= {"by": self.reported_by, "signed_by": self.signed_by, "note": self.result_note}
            kept |= {"late": self.measure.done_late, "found_by": [self.verified_by, self.second_by]}
            self.earlier = [*self.earlier, kept]
        self.days = min(self.days, most)
        self.result = self.result_note = self.verified_by = self.second_by = None
        self.report = self.reported_at = self.came_on = self.reported_by = self.signed_by = None

    def found(self, by: int, at: datetime, result: str | None, note: str | None) -> None:
        """Keep what somebody found beside all that was found before; no result if they were recused since."""
        said = {"by": by, "at": at.isoformat(), "attempt": self.measure.attempt, "result": result, "note": note}
        self.findings = [*self.findings, said]

    @property
    def found_so_far(self) -> list[Finding]:
        """What each officer found, the first one first."""
        return [
            Finding(each["by"], datetime.fromisoformat(each["at"]), each["attempt"], each["result"], each["note"])
            for each in self.findings
        ]

    @property
    def opinions(self) -> dict[int, str]:
        """What each officer holds of the report that is verified now, by account; whoever was recused holds nothing.

        A report that comes late is another one than what was looked at before: nothing.
        """
        here = [each for each in self.found_so_far if each.attempt == self.measure.attempt]
        last = {each.by: each.result for each in here if self.reported_at is None or each.at >= self.reported_at}
        return {by: result for by, result in last.items() if result}

    @property
    def contested(self) -> bool:
        """Whether an officer who looked holds otherwise than what it was found to be last."""
        return any(held != self.result for held in self.opinions.values())

    @property
    def found_before(self) -> Finding | None:
        """What it was found to be when it was ordered again; nothing if nobody looked."""
        looked = [each for each in self.found_so_far if each.attempt < self.measure.attempt and each.result]
        return looked[-1] if looked else None

    @property
    def reports(self) -> list[Reported]:
        """Every report on it, the first one first."""
        found = [
            Reported(
                each["text"],
                datetime.fromisoformat(each["at"]),
                date.fromisoformat(each["came_on"]) if each["came_on"] else None,
                each["by"],
                each["signed_by"] or "",
                each["note"],
                each["late"],
                tuple(filter(None, each["found_by"])),
            )
            for each in self.earlier
        ]
        if self.reported_at is not None:
            last = self.report or "", self.reported_at, self.came_on, self.reported_by, self.signed_by or ""
            by = tuple(filter(None, (self.verified_by, self.second_by)))
            found.append(Reported(*last, self.result_note, self.measure.done_late, by))
        return found

    @property
    def sent_at(self) -> datetime | None:
        """When it was reported last, even if it was ordered again since."""
        return told[-1].at if (told := self.reports) else None


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
    recusal_answer: Mapped[str] = mapped_column(default="", server_default="")
    """What the attendees said when they were asked whether they challenge anybody; empty in older records."""
    entries: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    """Questions and answers in pairs."""
    commitments: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    recording_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    recorded_at: Mapped[Instant | None]
    """When the record was put before the attendees to be read, corrected and signed."""
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    corrections: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    """By page, what an attendee wants corrected; it becomes part of the record."""
    signatures: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    """By page, who signed, when, by which account, and the digest of what was signed."""
    signed_by: Mapped[str | None]
    refused_because: Mapped[str | None]
    second_officer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    measure: Mapped[Measure] = relationship(back_populates="interview")

    @property
    def by_move(self) -> bool:
        """Whether the time counts as confirmed because the association accepted the company's own proposal."""
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

    def take(self, plan: TrainingPlan, lang: Lang) -> None:
        """Set the days and the place."""
        self.dates, self.first_on, self.place = plan.days(lang), plan.first, plan.place.strip()
        self.sessions = plan.held(lang)

    @property
    def last_on(self) -> date | None:
        """The last of its days, read from its own words."""
        return last_of(self.dates) or self.first_on

    def over_on(self, today: date) -> bool:
        """Whether its last session has passed."""
        return self.last_on is not None and self.last_on < today

    @property
    def to_make_up(self) -> int:
        """How many people have still to make up for what they missed or failed before enough were trained."""
        return max(self.minimum - sum(not each.fell_short for each in self.people), 0)

    def dates_in(self, lang: Lang) -> str:
        """Its days in a language; an older order whose words hold no readable date keeps its words."""
        if self.first_on is None or (last := last_of(self.dates)) is None:
            return self.dates
        return TrainingPlan(self.first_on, "", last).days(lang)

    @property
    def several(self) -> list[str]:
        """Its sessions as the order names them; none where it named none, and its days say all there is."""
        return [] if self.sessions == [self.dates] else self.sessions

    def day_of(self, number: int) -> date | None:
        """The day of one of its sessions; a single session lasts until the last day."""
        said = self.sessions[number - 1]
        return self.last_on if said == self.dates else days.leading(said, self.first_on) or self.first_on

    @property
    def session_days(self) -> list[date | None]:
        """The day of each session; the last one where no sessions are named."""
        return [self.day_of(no) for no, _ in enumerate(self.several, 1)] or [self.last_on]


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
    def fell_short(self) -> bool:
        """Whether the person is known to have missed a session or failed the test, and has not made up for it."""
        mark = self.training.pass_mark
        if self.makeup_on is not None:
            return (self.makeup_result or 0) < mark
        return self.attended is False or (self.result is not None and self.result < mark)

    @property
    def passed(self) -> bool:
        """Whether the person attended and reached the mark, or made up for it once."""
        mark = self.training.pass_mark
        return bool(self.attended and (self.result or 0) >= mark) or (
            self.makeup_on is not None and (self.makeup_result or 0) >= mark
        )
