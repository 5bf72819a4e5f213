"""What companies answered becomes evidence of a case: files of an answer, or its words as a file, as they came."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework import headings, holds, noting, queries_merged
from casework import policies_tracks as policies
from casework.models import Answer, Complaint, Forwarding
from casework.models_cases import STAMPED, CaseFile, Evidence
from casework.policies_impartial import no_part_in_complaint
from core import clock
from core.actors import Actor
from core.at_hand import at_hand
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, raise_first
from core.labels import state_label
from core.words import LOCALES, _l
from filestore import files
from notices.papers import day_text
from registry import queries as register
from registry.models import Party

NOTHING = _l("There is no answer that is not among the evidence yet.")
GONE = _l("Some of it is evidence of the case already, or is no longer there. Look again.")
TEXT = "text/plain"
WITH = (selectinload(Forwarding.answers), selectinload(Forwarding.complaint), joinedload(Forwarding.party))
"""What is read of letters that were passed on, in whatever number they come."""


@dataclass(frozen=True)
class Offer:
    """A file of an answer, or the answer's own words."""

    answer: Answer
    forwarding: Forwarding
    giver: Party
    complaint: Complaint
    file: Evidence | None
    """None for the words."""
    content: bytes = b""

    @property
    def mark(self) -> str:
        """How a form names it."""
        return f"evidence:{self.file.id}" if self.file is not None else f"answer:{self.answer.id}"

    @property
    def sha256(self) -> str:
        """The digest of what would be taken over."""
        return self.file.sha256 if self.file is not None else sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        """What it is called."""
        return self.file.name if self.file is not None else f"答复{self.forwarding.ref}.txt"

    @property
    def source(self) -> str:
        """Whose answer it comes from, to which letter, and when that was received."""
        return _source(self.forwarding, self.giver, self.answer.submitted_at, self.answer.came_on)


def described(session: Session, it: Evidence, shows: str) -> str:
    """What a piece of evidence shows, and of one taken over whose answer it is, however that was written over."""
    if not it.taken_over:
        return shows
    forwarding, giver = session.get_one(Forwarding, it.forwarding_id), session.get_one(Party, it.party_id)
    source = _source(forwarding, giver, it.added_at, None)
    if source in shows:
        return shows
    return _beside(shows, _source(forwarding, giver, it.added_at, _came_on(session, it)))


def _source(forwarding: Forwarding, giver: Party, received: datetime, came_on: date | None) -> str:
    when = f"{day_text(came_on, 'zh')}书面递交或者交邮" if came_on else f"{day_text(day_of(received), 'zh')}收到"
    return f"{giver.name_zh}对转办{forwarding.ref}的答复（{when}）"


def _came_on(session: Session, it: Evidence) -> date | None:
    """What is taken over has the moment of its answer, which may have come on paper on a day of its own."""
    mine = select(Answer.came_on).where(Answer.forwarding_id == it.forwarding_id, Answer.submitted_at == it.added_at)
    return session.scalars(mine.limit(1)).first()


def _beside(shows: str, source: str) -> str:
    return shows if source in shows else f"{shows}（{source}）" if shows else source


def offers(session: Session, case: CaseFile) -> list[Offer]:
    """What was answered about the complaints of a case, and those merged into one of them, and is not evidence yet."""
    ours = select(queries_merged.of_cases([case.id]).c.complaint_id)
    asked = select(Forwarding).where(Forwarding.complaint_id.in_(ours)).order_by(Forwarding.id).options(*WITH)
    sent = session.scalars(asked.execution_options(populate_existing=True)).all()
    left = [*_left(session, case, sent)]
    theirs = register.companies_of(session, [answer.submitted_by for _each, answer, _file in left])
    found = []
    for each, answer, file in left:
        giver = theirs.get(answer.submitted_by or 0, each.party)  # not who has the letter by now
        content = b"" if file is not None else _words(session, each, giver, answer)
        found.append(Offer(answer, each, giver, each.complaint, file, content))
    return found


def any_left(session: Session, case: CaseFile, complaints: Sequence[Complaint]) -> bool:
    """Whether there is such an offer of these complaints; asks only for what the page does not have at hand."""
    here = {each.id: at_hand(session, Forwarding, "complaint_id", each.id) for each in complaints}
    sent = [each for known in here.values() for each in known or ()]
    if more := [number for number, known in here.items() if known is None]:
        sent += session.scalars(select(Forwarding).where(Forwarding.complaint_id.in_(more)).options(*WITH))
    return any(True for _one in _left(session, case, sent))


def _left(
    session: Session, case: CaseFile, sent: Sequence[Forwarding]
) -> Iterator[tuple[Forwarding, Answer, Evidence | None]]:
    """What the case lacks of each answer: its words (told as None), and its files.

    The words become a file of the case that the answer itself did not bring; where there is one, the case has them.
    """
    kept = select(Evidence).where(Evidence.forwarding_id.in_([each.id for each in sent])).order_by(Evidence.id)
    every = session.scalars(kept).all()
    for forwarding in sent:
        for answer in forwarding.answers:
            mine = [it for it in every if (it.forwarding_id, it.added_at) == (forwarding.id, answer.submitted_at)]
            given = {it.erased_sha256 or it.sha256: it for it in mine if it.case_id is None}
            taken = {it.sha256 for it in mine if it.case_id == case.id and it.erased_at is None}
            has_words = not taken <= given.keys()
            if answer.to_association and not has_words:
                yield forwarding, answer, None
            for digest, file in given.items():
                if file.erased_at is None and digest not in taken:
                    yield forwarding, answer, file


def _words(session: Session, forwarding: Forwarding, giver: Party, answer: Answer) -> bytes:
    """The answer as it was sent, in Chinese whoever takes it over: the same bytes each time."""
    with force_locale(LOCALES["zh"]):
        outcome = str(state_label("outcome", answer.outcome).text)  # now, not in the reader's language
    when = answer.came_on or f"{clock.local(answer.submitted_at):%Y-%m-%d %H:%M}"
    said = [
        giver.name_zh,
        f"转办编号：{forwarding.ref}",
        f"提交时间：{when}",
        f"处理结果：{outcome}",
        "",
        headings.read(session, answer.to_association, "zh"),
        *(("", "拟答复投诉人：", answer.to_complainant) if answer.to_complainant else ()),
    ]
    return "\n".join([*said, ""]).encode()


def take_over(
    session: Session, case: CaseFile, chosen: Collection[str], *, shows: str = "", actor: Actor, now: datetime
) -> list[Evidence]:
    """Make what was chosen evidence of the case, whose it is and as of the day on which it was received."""
    if not policies.may_work_on(actor):
        raise NotAllowed
    holds.hold_case(session, case)
    if not chosen:
        raise BadInput("chosen", _l("Choose at least one."))
    here = {each.mark: each for each in offers(session, case)}
    if not set(chosen) <= here.keys():
        raise NotNow(GONE)
    taken = [here[mark] for mark in here if mark in chosen]
    for number in sorted({each.complaint.id for each in taken}):
        raise_first(no_part_in_complaint(session, actor, number, day_of(now)))
    return [_take(session, case, each, shows.strip(), actor, now) for each in taken]


def _take(session: Session, case: CaseFile, offer: Offer, shows: str, actor: Actor, now: datetime) -> Evidence:
    """The bytes are those in the store: a file goes only when neither the answer nor the case has it any more."""
    it = offer.file
    if it is None:
        files.keep_made(session, offer.content, offer.name, TEXT)
    added = Evidence(
        case_id=case.id,
        complaint_id=offer.complaint.id,
        forwarding_id=offer.forwarding.id,
        party_id=offer.giver.id,
        given_by="RESPONDENT",
        purpose=STAMPED if it is not None and it.purpose == STAMPED else "ANSWER",
        sha256=offer.sha256,
        name=it.name if it is not None else offer.name,
        media_type=it.media_type if it is not None else TEXT,
        size=it.size if it is not None else len(offer.content),
        added_at=offer.answer.submitted_at,
        added_by=offer.answer.submitted_by,
        taken_over_at=now,
        shows=_beside(shows, offer.source),
    )
    session.add(added)
    session.flush()
    session.expire(case, ["evidence"])
    said: dict[str, str | int | None] = {
        "evidence": added.id,
        "sha256": added.sha256,
        "forwarding": offer.forwarding.ref,
    }
    noting.of_case(session, case, "take_over", actor, now, **said, complaint=offer.complaint.ref)
    return added
