"""What the person of one complaint sees on the tracking page; read as that person and nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from casework import queries_answering
from casework.labels import TO_CHECK
from casework.models import Complaint, Forwarding, Message, Release, Settlement
from casework.models_cases import Evidence
from casework.models_erasures import ErasureRequest
from casework.policies import NOTICES
from casework.states import ANSWERING, COMPLAINT, FORWARDING, OVER, STOP_CONTACT
from core.clock import day_of, today
from core.words import _, bracketed, language
from notices import queries as notices
from notices.kinds import KINDS
from notices.models import Document
from registry.models import Party
from registry.models_clocks import Clock

FURTHER = ANSWERING[1]
"""The time limit for a further answer."""
WAITED = ("SENT", "OVERDUE")
"""A company in these states has still to answer."""
NOT_FILED = "D12"
"""The letter that no case is filed against one company."""


@dataclass(frozen=True)
class Respondent:
    """How far one company is: its name and state, never its texts."""

    name: str
    role: str
    state: str
    """As its person knows it: one that was reminded is asked as before while an answer is in time yet."""
    sent_at: datetime | None
    in_time_until: date | None
    """That day, by a calendar corrected since the end was acted on."""
    party_id: int
    forwarding_id: int

    @property
    def is_awaited(self) -> bool:
        """Whether its answer has not come."""
        return self.state in WAITED


@dataclass(frozen=True)
class Tracking:
    """Everything the tracking page shows."""

    complaint: Complaint
    respondents: list[Respondent]
    releases: Sequence[Release]
    messages: Sequence[Message]
    evidence: Sequence[Evidence]
    letters: Sequence[Document]
    settlement: Settlement | None
    clocks: Sequence[Clock]
    """Time limits of the matter; how long a letter waits to be opened stands with the letter."""
    names: dict[int, str]
    """The company of each forwarding."""

    @property
    def ended(self) -> bool:
        """Whether the complaint has come to an end."""
        return self.complaint.state in COMPLAINT.ends

    @property
    def standing(self) -> str:
        """Its state as its person knows it.

        What is checked again without a dispute since was closed, and reopened; where all have answered, no company is
        waited for.
        """
        state, asked = self.complaint.state, {each.state for each in self.respondents} - set(OVER)
        if state == "DISPUTED" and not any(self._is_disputed(each) for each in self.releases):
            return "RECHECKED"
        if state == "FORWARDED" and asked and asked <= set(TO_CHECK):
            return "ANSWERED"
        return "FURTHER" if state == "FORWARDED" and self._waits_for_further() else state

    def _waits_for_further(self) -> bool:
        """Whether every answer that is waited for is a further one: the company has answered once."""
        last = {each.subject_id: each.key for each in self.clocks if each.key in ANSWERING}
        keys = {last.get(each.forwarding_id) for each in self.respondents if each.is_awaited}
        return keys == {FURTHER}

    def _is_disputed(self, answer: Release) -> bool:
        """Whether an answer is disputed now: a dispute from before a second look was dealt with when it was closed."""
        again = self.complaint.recheck_decided_at if self.complaint.rechecked else None
        return answer.disputed_at is not None and (again is None or answer.disputed_at > again)

    def is_overtaken(self, letter: Document) -> bool:
        """Whether a letter told of an end that was taken back, since the complaint is or was looked at once more."""
        since = self.complaint.recheck_decided_at if self.complaint.rechecked else None
        if since is None:
            return False
        told = [each for each in self.letters if each.kind in NOTICES and each.subject_kind == COMPLAINT.name]
        before = [each for each in (told[:-1] if self.ended else told) if each.issued_at <= since]
        return bool(before) and before[-1] is letter

    @property
    def several(self) -> bool:
        """Whether more than one company answered: accepting is for all of them."""
        return len({each.forwarding_id for each in self.releases}) > 1

    def is_about_one(self, letter: Document) -> bool:
        """Whether a letter ends nothing but what one of several companies is asked about."""
        return letter.kind == NOT_FILED and len({each.party_id for each in self.respondents}) > 1

    def company_of(self, letter: Document) -> str:
        """Which of several companies a letter is about: two of one kind differ by nothing else."""
        about = self.names.get(letter.subject_id, "") if letter.subject_kind == FORWARDING.name else ""
        return about if len(self.names) > 1 else ""

    def counts_from(self, clock: Clock) -> str:
        """From which letters a time limit counts that has not begun; nothing where it waits for none of these."""
        named = [self._called(each) for each in self.letters if each.id in clock.awaits]
        if len(named) > 1:
            return str(_("The time counts from the last of these letters: %(letters)s.", letters=_("; ").join(named)))
        return str(_("The time counts from the letter “%(letter)s”.", letter=named[0])) if named else ""

    def _called(self, letter: Document) -> str:
        name, which = KINDS[letter.kind].name(language()), self.company_of(letter) or letter.number
        return f"{name}{bracketed(which)}" if which else str(name)

    @property
    def settling(self) -> list[str]:
        """The companies that read terms and have to agree to them."""
        return [each.name for each in self.respondents if each.state != "CLOSED"]

    @property
    def terms_wait(self) -> bool:
        """Whether a company agrees to terms to which the person has said neither yes nor no."""
        it, may = self.settlement, COMPLAINT.row(self.complaint.state, "settle") is not None
        return it is not None and may and bool(it.confirmed) and it.complainant_at is None and it.refused_at is None

    @property
    def agreed(self) -> tuple[list[str], list[str]]:
        """Of these companies, which agreed to the terms that stand there, and which have not."""
        asked = [each for each in self.respondents if each.state != "CLOSED"]
        confirmed = self.settlement.confirmed if self.settlement is not None else {}
        found: tuple[list[str], list[str]] = ([], [])
        for each in asked:
            found[str(each.party_id) not in confirmed].append(each.name)
        return found

    @property
    def live_clocks(self) -> list[Clock]:
        """Time limits that wait, run or are held; a request that a number is left alone outlives the complaint."""
        mine = [clock for clock in self.clocks if clock.state != "ENDED"]
        return [clock for clock in mine if clock.subject_type == STOP_CONTACT.name] if self.ended else mine

    @property
    def former_clocks(self) -> list[Clock]:
        """Time limits that are over, the newest first."""
        live = {clock.id for clock in self.live_clocks}
        return [clock for clock in self.clocks if clock.id not in live and clock.day0 is not None][::-1]


def tracking(session: Session, complaint_id: int) -> Tracking | None:
    """The complaint of a receipt code with all that its person may see."""
    found = select(Complaint).where(Complaint.id == complaint_id)
    complaint = session.scalar(found.options(selectinload(Complaint.companies)))
    if complaint is None:
        return None
    of = complaint.id
    rows = session.execute(
        select(
            Forwarding.id,
            Forwarding.party_id,
            Party.name_zh,
            Party.name_en,
            Forwarding.role,
            Forwarding.state,
            Forwarding.sent_at,
        )
        .join(Party, Party.id == Forwarding.party_id)
        .where(Forwarding.complaint_id == of)
        .order_by(Forwarding.id),
    ).all()
    late = [of] if any(row.state == "OVERDUE" for row in rows) else []
    in_time = queries_answering.in_time(session, late, today()).get(of, {})
    english = language() == "en"
    names = {row.id: row.name_en if english and row.name_en else row.name_zh for row in rows}
    return Tracking(
        complaint=complaint,
        respondents=[
            Respondent(
                names[row.id],
                row.role,
                "SENT" if row.id in in_time else row.state,
                row.sent_at,
                in_time.get(row.id),
                row.party_id,
                row.id,
            )
            for row in rows
        ],
        names=names,
        releases=session.scalars(select(Release).where(Release.complaint_id == of).order_by(Release.id)).all(),
        messages=session.scalars(select(Message).where(Message.complaint_id == of).order_by(Message.id)).all(),
        evidence=session.scalars(select(Evidence).where(Evidence.complaint_id == of).order_by(Evidence.id)).all(),
        letters=notices.documents_of(session, (), [of]),
        settlement=session.scalar(select(Settlement).where(Settlement.complaint_id == of)),
        clocks=session.scalars(
            select(Clock).where(Clock.visible_complaint == of, Clock.subject_type != "service").order_by(Clock.id),
        ).all(),
    )


def erased_from(session: Session, complaint: Complaint) -> date | None:
    """From when on the code opens nothing any more, where the person asked for that and it was granted."""
    mine = select(ErasureRequest.erase_on).where(ErasureRequest.complaint_id == complaint.id)
    return session.scalar(mine.where(ErasureRequest.granted.is_(True), ErasureRequest.over_at.is_(None)))


def erasing_taken_back(session: Session, complaint: Complaint) -> date | None:
    """On which day the person took back what was granted and told with a day; nothing if it was asked for again since.

    What was given up because the complaint is looked at again was taken back by nobody.
    """
    mine = select(ErasureRequest.granted, ErasureRequest.over_at).where(ErasureRequest.complaint_id == complaint.id)
    last = session.execute(mine.order_by(ErasureRequest.id.desc()).limit(1)).first()
    if last is None or last.granted is not True or last.over_at is None:
        return None
    again = complaint.recheck_decided_at if complaint.rechecked else None
    return None if again is not None and last.over_at <= again else day_of(last.over_at)


def erasing_waits(session: Session, complaint: Complaint) -> bool:
    """Whether that waits, since the association has to keep the data for now."""
    mine = select(ErasureRequest.id).where(ErasureRequest.complaint_id == complaint.id)
    waits = mine.where(ErasureRequest.held_at.is_not(None), ErasureRequest.over_at.is_(None))
    return session.scalar(waits) is not None


def files_sent(session: Session, complaint_id: int, at: datetime) -> list[int]:
    """The numbers of the files that the complainant sent at this moment."""
    mine = (Evidence.complaint_id == complaint_id, Evidence.given_by == "COMPLAINANT", Evidence.added_at == at)
    return list(session.scalars(select(Evidence.id).where(*mine).order_by(Evidence.id)))
