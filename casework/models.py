"""Tables of complaints: who complains about whom, what they say, and the forwardings with their answers."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.labels import told
from casework.states import COMPLAINT, FORWARDING
from core.clock import day_of
from core.crypto import Encrypted, EncryptedJson
from core.db import SUBJECT_NOT_BARRED, Base, BigId, Instant, Versioned, not_barred
from registry.models import Party


def none_or_not_barred(kind: str, column: str) -> str:
    """SQL that is true of rows about no thing of this kind, or about one that is not closed to this reader."""
    return f"({column} IS NULL OR {not_barred(kind, column)})"


NOT_OF_A_CLOSED_ONE = not_barred("complaint", "complaint_id")
OF_A_CASE_IF_ANY = none_or_not_barred("case", "case_id")
OF_COMPLAINT = {"staff": NOT_OF_A_CLOSED_ONE, "complainant": "complaint_id = zilu_complaint()"}
OF_FORWARDING = {
    "staff": not_barred("forwarding", "forwarding_id"),
    "party": "EXISTS (SELECT 1 FROM forwarding f WHERE f.id = forwarding_id)",
}
CONCERNED_BY = "(SELECT f.complaint_id FROM forwarding f WHERE f.let_off_on IS NULL)"
"""SQL: the complaints that concern this company; a forwarding that was taken back, or returned with success, is out."""


def _where_there_is_one(table: str, column: str) -> Index:
    """An index without the many rows whose column is empty: they are never looked for."""
    return Index(f"ix_{table}_{column}", column, postgresql_where=text(f"{column} IS NOT NULL"))


OWN_COMPLAINT = (
    "id", "ref", "state", "channel", "lang", "received_at", "came_on", "product", "issue", "facts", "request",
    "conduct_from", "conduct_to", "other_conduct", "ticked", "round", "urgent", "missing", "asked_info", "reason",
    "reason_text", "outcome", "authority", "asked_again", "rechecked", "recheck_days", "recheck_asked_at",
    "recheck_why", "recheck_decided_at", "recheck_refused_why", "ended_at", "pressure", "pressed_on", "merged_at",
    "version",
)  # fmt: skip
"""What the person of a complaint may know of it: what was said and decided, not who works on it."""
HISTORIC = "HISTORIC"
"""The state of what came from an earlier register: it is only to be found."""
ENDED = (*sorted(COMPLAINT.ends), HISTORIC)
TO_ERASE = "erased_at IS NULL AND state IN ('REJECTED', 'REFERRED_OUT', 'CLOSED', 'WITHDRAWN', 'HISTORIC')"
SOURCED = text("source IS NOT NULL")


class Complaint(Versioned, Base):
    """What one person reports about one or more companies."""

    __tablename__ = "complaint"
    __numbered__: ClassVar[bool] = True
    __table_args__ = (
        Index("uq_complaint_source_source_no", "source", "source_no", unique=True, postgresql_where=SOURCED),
        CheckConstraint("(state = 'HISTORIC') = (source IS NOT NULL)", name="historic_has_source"),
        CheckConstraint("(state = 'MERGED') <= (lead_id IS NOT NULL)", name="merged_has_lead"),
        CheckConstraint("(state = 'REJECTED') <= (reason IS NOT NULL)", name="rejected_has_reason"),
        CheckConstraint("conduct_from <= conduct_to", name="conduct_in_order"),
        CheckConstraint("came_on <= CAST(timezone('Asia/Shanghai', received_at) AS date)", name="came_before_entry"),
        Index("ix_complaint_queue", "state", "received_at", "id"),
        Index("ix_complaint_received", text("received_at DESC"), text("id DESC")),
        _where_there_is_one("complaint", "taken_from_id"),
        _where_there_is_one("complaint", "lead_id"),
        _where_there_is_one("complaint", "officer_id"),
        Index(
            "ix_complaint_ended",
            text("received_at DESC"),
            text("id DESC"),
            postgresql_where=text("state IN ('REJECTED', 'REFERRED_OUT', 'CLOSED', 'WITHDRAWN')"),
        ),
        Index("ix_complaint_to_erase", text("coalesce(ended_at, received_at)"), "id", postgresql_where=text(TO_ERASE)),
        Index("ix_complaint_erased", "erased_at", postgresql_where=text("erased_at IS NOT NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": not_barred("complaint"),
        "complainant": "id = zilu_complaint() AND erased_at IS NULL",
    }
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = {"complainant": OWN_COMPLAINT}
    id: Mapped[BigId]
    ref: Mapped[str] = mapped_column(unique=True)
    """TS2026- and six random characters without look-alikes."""
    receipt_hash: Mapped[bytes | None] = mapped_column(unique=True)
    """Keyed hash of the receipt code, which is stored nowhere."""
    state: Mapped[str] = mapped_column(default="NEW")
    channel: Mapped[str]
    """WEB, PHONE, LETTER, COUNTER or IMPORT."""
    lang: Mapped[str] = mapped_column(default="zh")
    received_at: Mapped[Instant]
    """When it was sent, or entered by staff."""
    came_on: Mapped[date | None]
    """The day on which it had come to the association, where it was entered later (K01 counts from receipt)."""
    product: Mapped[str | None]
    issue: Mapped[str | None]
    facts: Mapped[str] = mapped_column(default="")
    masked_facts: Mapped[str | None]
    """What a respondent may read: the facts with personal data hidden, checked at intake."""
    masked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    request: Mapped[str | None]
    """What the person asks for."""
    conduct_from: Mapped[date | None]
    conduct_to: Mapped[date | None]
    other_conduct: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether the person ticked “something else” on the form, which is no kind of violation."""
    ticked: Mapped[list[str] | None] = mapped_column(JSONB)
    """The other kinds that the person ticked there, whatever staff hold since; none where nobody filled it in."""
    round: Mapped[int] = mapped_column(default=0)
    severity: Mapped[int] = mapped_column(default=0)
    urgent: Mapped[bool] = mapped_column(default=False)
    missing: Mapped[str | None]
    """What the person was asked to add (D02)."""
    asked_info: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None]
    """Code of a rejection, from the list of row C05."""
    reason_text: Mapped[str | None]
    outcome: Mapped[str | None]
    authority: Mapped[str | None]
    """To whom it was referred."""
    asked_again: Mapped[bool] = mapped_column(default=False)
    rechecked: Mapped[bool] = mapped_column(default=False)
    recheck_days: Mapped[int | None]
    """Within how many days of its notice it may be looked at again, as that notice says."""
    recheck_asked_at: Mapped[Instant | None]
    recheck_why: Mapped[str | None]
    recheck_decided_at: Mapped[Instant | None]
    """When it was granted or refused that it is looked at again."""
    recheck_refused_why: Mapped[str | None]
    decided_before_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who ended it before it was looked at again; somebody else decides now."""
    ended_at: Mapped[Instant | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    pressure: Mapped[bool | None]
    pressed_on: Mapped[date | None]
    """What the person says on withdrawal or settlement, asked anew for new terms; and the day of the last yes."""
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"))
    merged_at: Mapped[Instant | None]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    source: Mapped[str | None]
    source_no: Mapped[str | None]
    source_fields: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    out_of_scope: Mapped[bool] = mapped_column(default=False)
    taken_from_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"))
    """The historic complaint of which this one was made."""
    erased_at: Mapped[Instant | None]
    """When its personal data were erased: numbers, days, codes and companies are left."""
    complainant: Mapped["Complainant | None"] = relationship(back_populates="complaint")
    companies: Mapped[list["NamedCompany"]] = relationship(back_populates="complaint", order_by="NamedCompany.id")
    codes: Mapped[list["AllegedCode"]] = relationship(order_by="AllegedCode.code")
    forwardings: Mapped[list["Forwarding"]] = relationship(back_populates="complaint", order_by="Forwarding.id")

    @property
    def received_on(self) -> date:
        """The day of receipt, in the association's zone: from it the time for acceptance counts (K01, R13)."""
        return self.came_on or day_of(self.received_at)

    @property
    def ended(self) -> bool:
        """Whether it has ended, or came from an earlier register."""
        return self.state in ENDED

    @property
    def goes_on(self) -> bool:
        """Whether it is still decided by itself: it has not ended and was not merged into another."""
        return not self.ended and self.state != "MERGED"

    @property
    def can_be_written_to(self) -> bool:
        """Whether its person can be written to about it: it was received, and not in an earlier register."""
        return self.state not in {COMPLAINT.initial, HISTORIC}


class Complainant(Base):
    """The person of one complaint, encrypted field by field, in a table of its own."""

    __tablename__ = "complainant"
    __numbered__: ClassVar[bool] = True
    __table_args__ = (Index("ix_complainant_contact", "contact_hash"),)
    __readers__: ClassVar[dict[str, str]] = OF_COMPLAINT
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    role: Mapped[str]
    """DEBTOR, AGREED_CONTACT, OTHER_CONTACT, UNRELATED, GUARANTOR, WRONG_NUMBER, EMPLOYER or AGENT."""
    name: Mapped[str | None] = mapped_column(Encrypted)
    name_pictures: Mapped[dict[str, str] | None] = mapped_column(EncryptedJson)
    """Private characters of the name, each with its picture (base64 of a PNG); none in most names."""
    contact: Mapped[str | None] = mapped_column(Encrypted)
    """One telephone number or mail address."""
    contact_hash: Mapped[bytes | None]
    contact_verified_at: Mapped[Instant | None]
    id_no: Mapped[str | None] = mapped_column(Encrypted)
    share_identity: Mapped[bool] = mapped_column(default=False)
    consented_at: Mapped[Instant | None]
    consent_text: Mapped[str | None]
    """The version of “How your data is used” that the person agreed to, with the complaint."""
    agent_authorised: Mapped[bool] = mapped_column(default=False)
    complaint: Mapped[Complaint] = relationship(back_populates="complainant")


class NamedCompany(Base):
    """A company as the person named it, and the party it was found to be."""

    __tablename__ = "named_company"
    __numbered__: ClassVar[bool] = True
    __table_args__ = (_where_there_is_one("named_company", "party_id"),)
    __readers__: ClassVar[dict[str, str]] = OF_COMPLAINT
    id: Mapped[BigId]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    kind: Mapped[str]
    """INSTITUTION or FIRM."""
    how: Mapped[str]
    """NAME, APP, SMS_SIGNATURE or NUMBER: how people know it; UNKNOWN: they do not."""
    value: Mapped[str]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    complaint: Mapped[Complaint] = relationship(back_populates="companies")
    party: Mapped[Party | None] = relationship()

    @property
    def told(self) -> str:
        """As the person named it, in the reader's words where it is a number."""
        return told(self.how, self.value)

    @property
    def version(self) -> int:
        """The version its form was opened on: the party is all that ever changes."""
        return self.party_id or 0


class AllegedCode(Base):
    """A kind of violation the complaint alleges."""

    __tablename__ = "alleged_code"
    __numbered__: ClassVar[bool] = True
    __readers__: ClassVar[dict[str, str]] = OF_COMPLAINT
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("violation.code"), primary_key=True)


class Message(Base):
    """One message between the complainant and the association."""

    __tablename__ = "message"
    __readers__: ClassVar[dict[str, str]] = OF_COMPLAINT
    id: Mapped[BigId]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    from_complainant: Mapped[bool]
    body: Mapped[str]
    at: Mapped[Instant]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    seen_at: Mapped[Instant | None]


class Note(Base):
    """An internal note; never shown outside."""

    __tablename__ = "note"
    __table_args__ = (CheckConstraint("num_nonnulls(complaint_id, case_id) = 1", name="of_one_thing"),)
    __readers__: ClassVar[dict[str, str]] = {
        "staff": " AND ".join((OF_A_CASE_IF_ANY, none_or_not_barred("complaint", "complaint_id"))),
    }
    id: Mapped[BigId]
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    body: Mapped[str]
    at: Mapped[Instant]


class Task(Base):
    """Something a person must look at, raised by a row, the sweep or a failed job."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_task_open", "role", "raised_at", "id", postgresql_where=text("done_at IS NULL")),
        Index("ix_task_subject", "subject_kind", "subject_id"),
    )
    __readers__: ClassVar[dict[str, str]] = {"staff": SUBJECT_NOT_BARRED}
    id: Mapped[BigId]
    key: Mapped[str]
    """Raising the same task twice raises it once."""
    kind: Mapped[str]
    """A word of casework.tasks.KINDS, which holds its sentence in both languages."""
    role: Mapped[str]
    but: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The first person, if it takes a second one: the task is not theirs."""
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    subject_ref: Mapped[str]
    urgent: Mapped[bool] = mapped_column(default=False)
    raised_at: Mapped[Instant]
    done_at: Mapped[Instant | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Forwarding(Versioned, Base):
    """One complaint put before one respondent: what it may read, and what became of it."""

    __tablename__ = "forwarding"
    __table_args__ = (
        UniqueConstraint("complaint_id", "party_id"),
        CheckConstraint("(state = 'RELEASED') <= (released_at IS NOT NULL)", name="released_at_if_released"),
        Index("ix_forwarding_let_off", "complaint_id", "party_id", postgresql_where=text("let_off_on IS NOT NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": NOT_OF_A_CLOSED_ONE,
        "party": "party_id = zilu_party()",
        "complainant": "complaint_id = zilu_complaint()",
    }
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = {
        "complainant": ("id", "ref", "complaint_id", "party_id", "role", "state", "sent_at", "gave_up", "released_at"),
    }
    id: Mapped[BigId]
    ref: Mapped[str] = mapped_column(unique=True)
    """The complaint's number and a running one: TS2026-7K3M9Q-1."""
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    role: Mapped[str]
    """PRINCIPAL (the lender) or COLLECTOR (the firm it engaged)."""
    state: Mapped[str] = mapped_column(default="NEW", index=True)
    round: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[Instant]
    masked_facts: Mapped[str]
    product: Mapped[str | None]
    conduct_from: Mapped[date | None]
    conduct_to: Mapped[date | None]
    codes: Mapped[list[str]] = mapped_column(JSONB, default=list)
    identity: Mapped[str | None] = mapped_column(Encrypted)
    """The complainant's name and contact, only where the person consented."""
    debtor: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The complainant is the debtor; for anybody else a text that shows the debt would be a breach (V-I01)."""
    time_asked_at: Mapped[Instant | None]
    time_reason: Mapped[str | None]
    time_refused_at: Mapped[Instant | None]
    time_refused_reason: Mapped[str | None]
    time_requests: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    """Every request for more time with its answer, as casework.party_requests keeps them."""
    extended: Mapped[int] = mapped_column(default=0)
    """Steps of extension granted: at most two."""
    insisted: Mapped[bool] = mapped_column(default=False)
    sent_back: Mapped[bool] = mapped_column(default=False)
    gaps: Mapped[str | None]
    """The gaps named, or the points disputed, for which a further answer is asked."""
    return_reason: Mapped[str | None]
    retract_reason: Mapped[str | None]
    let_off_on: Mapped[date | None]
    """The company was found not to be concerned: its return was accepted (F07), or the letter taken back (F17)."""
    gave_up: Mapped[bool] = mapped_column(default=False)
    """The reminder period ended: nobody waits for this answer any more."""
    released_at: Mapped[Instant | None]
    complaint: Mapped[Complaint] = relationship(back_populates="forwardings")
    party: Mapped[Party] = relationship()
    answers: Mapped[list["Answer"]] = relationship(back_populates="forwarding", order_by="Answer.id")

    @property
    def erased(self) -> bool:
        """Whether its texts were erased with the complaint's personal data; before that, every one has a text."""
        return not self.masked_facts

    @property
    def time_waits(self) -> bool:
        """Whether a request for more time waits for the head; until then the end of the period has no effect."""
        return self.time_asked_at is not None and self.state == "SENT"

    @property
    def waits(self) -> bool:
        """Whether anybody still has to act on it before the complaint can move on."""
        return self.state in {"SENT", "ANSWERED", "RETURNED"} or (self.state == "OVERDUE" and not self.gave_up)

    @property
    def waits_for_answer(self) -> bool:
        """Whether the company still has to answer, in time or late."""
        return self.state in FORWARDING.states_for("answer")

    @property
    def let_off(self) -> bool:
        """Whether the company was found not concerned; a return on which nobody decided does not count."""
        return self.let_off_on is not None


class Answer(Base):
    """What a respondent answered: one text for the association, one for the complainant."""

    __tablename__ = "answer"
    __readers__: ClassVar[dict[str, str]] = OF_FORWARDING
    id: Mapped[BigId]
    forwarding_id: Mapped[int] = mapped_column(ForeignKey("forwarding.id"), index=True)
    round: Mapped[int]
    outcome: Mapped[str]
    to_association: Mapped[str]
    to_complainant: Mapped[str]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[Instant]
    came_on: Mapped[date | None]
    """The day on which one on paper was handed over or posted; `submitted_at` is when it was entered then."""
    timely: Mapped[bool]
    warned: Mapped[bool] = mapped_column(default=False)
    """The releaser confirmed that the text shows nothing of the debt."""
    forwarding: Mapped[Forwarding] = relationship(back_populates="answers")

    @property
    def day(self) -> date:
        """The day that counts: of what came on paper its own."""
        return self.came_on or day_of(self.submitted_at)


class Release(Base):
    """The text for the complainant, as released: all that a complainant ever sees of an answer."""

    __tablename__ = "release"
    __readers__: ClassVar[dict[str, str]] = OF_COMPLAINT
    id: Mapped[BigId]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    forwarding_id: Mapped[int] = mapped_column(ForeignKey("forwarding.id"), index=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), unique=True)
    outcome: Mapped[str]
    body: Mapped[str]
    answered_at: Mapped[Instant]
    """When the company answered: its answer itself is not the complainant's to read."""
    came_on: Mapped[date | None]
    released_at: Mapped[Instant]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    disputed_at: Mapped[Instant | None]
    why_disputed: Mapped[str | None]

    @property
    def day(self) -> date:
        """The day that counts: of what came on paper its own."""
        return self.came_on or day_of(self.answered_at)


class Settlement(Base):
    """Terms that both sides may confirm; a case goes on all the same."""

    __tablename__ = "settlement"
    __table_args__ = (
        CheckConstraint("refused_at IS NULL OR complainant_at IS NULL", name="agreed_or_refused"),
        CheckConstraint("(said_on IS NULL) = (said_how IS NULL)", name="said_to_staff"),
    )
    __readers__: ClassVar[dict[str, str]] = {
        **OF_COMPLAINT,
        "party": f"complaint_id IN {CONCERNED_BY} OR jsonb_exists(confirmed, zilu_party()::text)",
    }
    id: Mapped[BigId]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), unique=True)
    terms: Mapped[str]
    proposed_at: Mapped[Instant]
    came_on: Mapped[date | None]
    """The day of the letter in which a company proposed them; `proposed_at` is when it was entered then."""
    complainant_at: Mapped[Instant | None]
    confirmed: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    """By respondent (party id), when its people confirmed these terms; of a letter its day."""
    refused_at: Mapped[Instant | None]
    """When the person said no to these terms; agreeing to them takes it back."""
    said_on: Mapped[date | None]
    said_how: Mapped[str | None]
    """When and how the person said yes or no, where staff entered it: WRITING, TELEPHONE or IN_PERSON."""
    former: Mapped[str | None]
    """The terms in whose place these were put."""

    @property
    def day(self) -> date:
        """The day that counts: of what came on paper its own."""
        return self.came_on or day_of(self.proposed_at)

    def agreed_on(self, party_id: int) -> date | None:
        """The day on which a company confirmed them."""
        said = self.confirmed.get(str(party_id))
        if said is None or "T" not in said:
            return date.fromisoformat(said) if said else None
        return day_of(datetime.fromisoformat(said))

    @property
    def turn(self) -> int:
        """Which proposal these terms are, for pages on which others are written beside them."""
        return round(self.proposed_at.timestamp() * 1_000_000)


class LedgerEntry(Base):
    """A breach of procedure noted on a party's ledger, such as an answer not given in time (V-P01)."""

    __tablename__ = "ledger_entry"
    __numbered__: ClassVar[bool] = True
    __readers__: ClassVar[dict[str, str]] = {
        "staff": " AND ".join(
            (none_or_not_barred("forwarding", "forwarding_id"), none_or_not_barred("track", "track_id"))
        )
    }
    id: Mapped[BigId]
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    code: Mapped[str] = mapped_column(ForeignKey("violation.code"))
    forwarding_id: Mapped[int | None] = mapped_column(ForeignKey("forwarding.id"), index=True)
    track_id: Mapped[int | None] = mapped_column(ForeignKey("case_track.id"))
    on: Mapped[date]
