"""What may be done with complaints: questions that pages ask and guards rest on."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import Session, selectinload

from casework.masking import paragraph_of, tells
from casework.models import AllegedCode, Complainant, Complaint, Forwarding, NamedCompany, Release, Settlement
from casework.models_cases import CaseComplaint, CaseTrack
from casework.states import COMPLAINT, FORWARDING, UNSENT
from core.actors import Actor
from core.at_hand import at_hand
from core.clock import day_of
from core.errors import BadInput, NotNow, Refused
from core.journal import JournalEntry
from core.machine import Ask
from core.words import LazyString, _l
from notices import queries as notices
from notices import queries_approval
from notices.models import Document
from registry import calendar, clock_moves, clocks, golive, lineage, settings
from registry import queries as register
from registry.models import VIA_PRINCIPAL, Party
from registry.policies import basis_during, basis_on, may_be_named

COMPLAINT.lives(Complaint)

STAFF = ("intake", "officer", "head")
REASONS = (
    "DUPLICATE",
    "NO_FACTS",
    "COURT_OR_AUTHORITY",
    "OUT_OF_SCOPE",
    "ABUSIVE",
    "CANNOT_IDENTIFY",
    "UNAUTHORISED_AGENT",
)
"""Why a complaint may be rejected (row C05)."""
FINAL = frozenset({"ACCEPTED", "SETTLED", "WITHDRAWN"})
"""Outcomes that nobody looks at again: the person decided it."""
SEVERE, GRAVE = 3, 4
UNCOUNTED = (*UNSENT, "REJECTED")
"""Not sent yet, of an earlier register, not accepted: no complaints that others can be alike to."""
MANY = 5000
"""Complaints about a company above which the period is looked through, and no longer the company's list."""
AT_ONCE = 50
"""How many complaints that are alike are looked at, or looked through, at once."""
NO_AUTHORITY = _l("Name the authority that is competent.")
RECHECK = "RECHECK_DAYS"
"""The setting that says how long a rejected or closed complaint may be looked at again (rows C29, C30)."""
ENDED_AS_LAID_DOWN = ("C01", "C05", "C06", "C10", "C13", "C19", "C20", "C29", "C30")
"""Rows whose notice says how long the end can be looked at again; whoever comes in can also withdraw."""
SIMILAR = "similar"
"""To suggest or open a case for how many complain alike; what is grave enough needs no number."""
golive.rests_on((RECHECK,), *(f"complaint.{row}" for row in ENDED_AS_LAID_DOWN))
golive.rests_on(("SIMILAR_COUNT", "SIMILAR_DAYS"), SIMILAR)
NOTICES = ("D03", "D04b", "D08")
"""Letters that tell somebody that a complaint has ended."""
DECIDING = (
    *("C02", "C05", "C06", "C07", "C13", "C14", "C15", "C16", "C17"),
    *("C23", "C24", "C26", "C28", "C31", "C32"),
)
"""Rows by which staff decide about a complaint: whoever did one is not new to it."""
DECIDED_BY = frozenset(COMPLAINT.rows[row].event for row in DECIDING)
DOCUMENTS_WAIT = _l("Documents wait for approval; nothing else is done with the complaint until then.")
NOT_ENDED = _l("This time limit has not ended.")
NOT_VOID = _l("The document was not made void.")
NOBODY_TO_ASK = _l("The company has ceased to exist and has no successor: close the complaint, or escalate it.")
NOT_YOURS = _l("This is not your complaint.")
UNNAMED = ("NUMBER", "UNKNOWN")
"""How a company is told without a name."""


def is_own(actor: Actor, complaint: Complaint) -> bool:
    """Whether somebody came with this complaint's receipt code, or acts as its complainant."""
    return actor.subject_id is not None and actor.subject_id == complaint.id


def may_read(actor: Actor, complaint: Complaint) -> bool:
    """Whether somebody reads the complaint: staff, and its complainant."""
    return actor.has(*STAFF, "reviewer", "secretary", "investigator") or is_own(actor, complaint)


def may_work(actor: Actor) -> bool:
    """Whether somebody receives complaints or handles cases."""
    return actor.has(*STAFF)


def may_receive(actor: Actor) -> bool:
    """Whether somebody receives complaints: enters and takes them up, reads copies for respondents (C01, C03, I-13)."""
    return actor.has("intake")


def may_reveal(actor: Actor) -> bool:
    """Whether somebody may unmask personal data, which the journal notes."""
    return actor.has(*STAFF)


def conduct_day(complaint: Complaint) -> date:
    """The day that decides jurisdiction and rules: the last day of the conduct, otherwise that of receipt."""
    return complaint.conduct_to or complaint.conduct_from or complaint.received_on


def predecessor_in(session: Session, complaints: Iterable[Complaint], party_id: int, day: date) -> int | None:
    """Whose conduct of that day a company answers for as its successor, if the complaints are about that one.

    They are about the companies they name or were put before, and the other side of an engagement of these on that day.
    """
    before = lineage.answered_for(session, party_id, day)
    if not before:
        return None
    about = {number for each in complaints for number in _about(session, each)}
    for number in before:
        if about & {number, *engaged_with(session, number, day)}:
            own = party_id in about and basis_on(session, party_id, day) != VIA_PRINCIPAL
            return None if own else number
    return None


def engaged_with(session: Session, number: int, day: date) -> set[int]:
    """Both sides of a company's engagements on that day; none if it had none."""
    every = register.engagements_on(session, day, institution=number)
    every += register.engagements_on(session, day, firm=number)
    return {side for each in every for side in (each.institution_id, each.firm_id)}


def _about(session: Session, complaint: Complaint) -> Iterator[int]:
    yield from (each.party_id for each in complaint.companies if each.party_id is not None)
    passed = [lineage.acted(session, lineage.FORWARDED, each.id) for each in complaint.forwardings]
    yield from (number for number in passed if number is not None)


def bound_by(session: Session, complaint: Complaint, party: Party) -> str:
    """What bound a company at the time of the conduct, or its predecessor, if it answers for that one's conduct."""
    day = conduct_day(complaint)
    days = (complaint.conduct_from, day)
    own = basis_during(session, party, days)
    former = predecessor_in(session, [complaint], party.id, day) if own == VIA_PRINCIPAL else None
    return own if former is None else basis_during(session, former, days)


def reach(session: Session, complaint: Complaint, party_ids: Iterable[int]) -> tuple[list[Party], list[Party]]:
    """Which of these parties the association's rules reached on the day of the conduct, and which not (I-11)."""
    within: list[Party] = []
    outside: list[Party] = []
    for number in dict.fromkeys(party_ids):
        party = session.get(Party, number)
        if party is None:
            raise BadInput("respondents", _l("This respondent is not in the register."))
        reached = may_be_named(party) and bound_by(session, complaint, party) != VIA_PRINCIPAL
        (within if reached else outside).append(party)
    return within, outside


def nobody_left(session: Session, forwarding: Forwarding, instead: LazyString) -> Iterator[Refused]:
    """Refuse to ask anything of a company that is gone, since it could not be served; its successor, if any, is asked.

    `instead` says what is done if there is none. An ended forwarding may have stayed with an entry that was merged: the
    other one was asked about the same complaint.
    """
    if forwarding.party.merged_into_id is not None:
        standing = session.get_one(Party, forwarding.party.merged_into_id)
        named = {"company": forwarding.party.name_zh, "standing": standing.name_zh}
        yield NotNow(
            _l("%(company)s was merged into %(standing)s: ask that one, close the complaint, or escalate it.", **named)
        )
    if forwarding.party.ceased_on is None:
        return
    found = lineage.successions(session, forwarding.party_id)
    for each in found:
        named = {"company": forwarding.party.name_zh, "successor": each.successor.name_zh}
        if forwarding.state in FORWARDING.ends:  # only what is open is passed on
            yield NotNow(_l("%(company)s went on as %(successor)s: put the complaint before it instead.", **named))
        else:
            yield NotNow(
                _l("%(company)s went on as %(successor)s: pass the forwarding on to it on the company's page.", **named)
            )
    if not found:
        yield NotNow(instead)


NO_DEBT = _l("The complainant is not the debtor: confirm that the text shows nothing of the debt.")


def is_debtors(complaint: Complaint) -> bool:
    """Whether the debtor complains: to anybody else a text that shows the debt would itself be V-I01."""
    person = complaint.complainant
    return person is not None and person.role == "DEBTOR"


def personal_in(complaint: Complaint, text: str) -> bool:
    """Whether a copy for a respondent still names the complainant."""
    person = complaint.complainant
    if person is None:
        return False
    return tells(text, [person.name, person.contact, person.id_no])


def still_personal(complaint: Complaint, text: str) -> Iterator[BadInput]:
    """What of the person a copy still holds, and in which paragraph; never the words, which long jobs would keep."""
    field, person = "masked_facts", complaint.complainant
    if person is None:
        return
    if place := paragraph_of(text, person.name):
        yield BadInput(field, _l("This copy still holds the person's name, in paragraph %(place)s.", place=place))
    if place := paragraph_of(text, person.contact):
        said = _l("This copy still holds the person's telephone or mail address, in paragraph %(place)s.", place=place)
        yield BadInput(field, said)
    if place := paragraph_of(text, person.id_no):
        yield BadInput(
            field, _l("This copy still holds the person's identity number, in paragraph %(place)s.", place=place)
        )


def tracks_of(session: Session, *complaints: Complaint) -> list[CaseTrack]:
    """The tracks of every case that rests on one of these complaints."""
    links = [at_hand(session, CaseComplaint, "complaint_id", complaint.id) for complaint in complaints]
    cases = {link.case_id for some in links for link in some or ()}
    known = [at_hand(session, CaseTrack, "case_id", case) for case in cases]
    if all(some is not None for some in (*links, *known)):
        return sorted((track for tracks in known for track in tracks or ()), key=lambda track: track.id)
    mine = select(CaseComplaint.case_id).where(CaseComplaint.complaint_id.in_([each.id for each in complaints]))
    return list(session.scalars(select(CaseTrack).where(CaseTrack.case_id.in_(mine)).order_by(CaseTrack.id)))


def cases_ended(session: Session, complaint: Complaint) -> bool:
    """Whether there was a case and every track of it has ended."""
    found = tracks_of(session, complaint)
    return bool(found) and all(track.ended_on is not None for track in found)


def _concerned(complaint: Complaint) -> set[int]:
    """Whom a complaint is about: whom it names or was put before, except those found not concerned."""
    off = {each.party_id for each in complaint.forwardings if each.let_off}
    named = {company.party_id for company in complaint.companies if company.party_id is not None}
    return (named | {each.party_id for each in complaint.forwardings}) - off


def _about_one_of(parties: Collection[int]) -> CompoundSelect[tuple[int | None, int]]:
    """The party_id and complaint_id of every complaint that is about one of them, in the same sense as `_concerned`."""
    same = (Forwarding.complaint_id == NamedCompany.complaint_id) & (Forwarding.party_id == NamedCompany.party_id)
    named = select(NamedCompany.party_id, NamedCompany.complaint_id).where(NamedCompany.party_id.in_(parties))
    named = named.where(~exists().where(same, Forwarding.let_off_on.is_not(None)))
    sent = select(Forwarding.party_id, Forwarding.complaint_id).where(Forwarding.party_id.in_(parties))
    return union(named, sent.where(Forwarding.let_off_on.is_(None)))


def similar(session: Session, complaint: Complaint, now: datetime) -> list[Complaint]:
    """Complaints about the same party and the same kind of conduct within SIMILAR_DAYS, including this one."""
    found = _alike(session, complaint, now, _concerned(complaint), Complaint)
    return list(session.scalars(found.options(selectinload(Complaint.complainant))))


def near(session: Session, complaint: Complaint, now: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    """The id, ref, state and received_at of what `similar` finds, and one more where there are more."""
    it = Complaint
    asked = _alike(session, complaint, now, _concerned(complaint), it.id, it.ref, it.state, it.received_at)
    return session.execute(asked.limit(AT_ONCE + 1)).all()


def _alike(
    session: Session,
    complaint: Complaint,
    now: datetime,
    parties: Collection[int],
    *what: Any,  # noqa: ANN401 - columns, or the complaint itself
) -> Select[*tuple[Any, ...]]:
    """The latest 50; of companies with many complaints the period is walked backwards until so many are found.

    Of a company with a tenth of a million complaints that is a few milliseconds, its whole list two seconds; of a
    rare one the list is short, and the period long.
    """
    since = now - timedelta(days=settings.days(session, "SIMILAR_DAYS"))
    codes = [alleged.code for alleged in complaint.codes]
    found = select(*what).where(Complaint.received_at >= since, Complaint.state.not_in(UNCOUNTED))
    if _are_many(session, parties):
        coded = exists().where(AllegedCode.complaint_id == Complaint.id, AllegedCode.code.in_(codes))
        found = found.where(_is_about_one_of(parties), coded)
    else:
        about = _about_one_of(parties).subquery()
        found = found.where(Complaint.id.in_(select(about.c.complaint_id)))
        found = found.where(Complaint.id.in_(select(AllegedCode.complaint_id).where(AllegedCode.code.in_(codes))))
    return found.order_by(Complaint.received_at.desc(), Complaint.id.desc()).limit(AT_ONCE)


def _are_many(session: Session, parties: Collection[int]) -> bool:
    """Whether complaints about these companies are more than a list to look through."""
    theirs = (
        select(it.complaint_id).where(it.party_id.in_(parties)).limit(MANY + 1) for it in (NamedCompany, Forwarding)
    )
    counted = [select(func.count()).select_from(each.subquery()).scalar_subquery() > MANY for each in theirs]
    return bool(session.scalar(select(or_(*counted))))


def _is_about_one_of(parties: Collection[int]) -> ColumnElement[bool]:
    """SQL that asks this of each complaint by itself, in the same sense as `_about_one_of`."""
    same = (Forwarding.complaint_id == NamedCompany.complaint_id) & (Forwarding.party_id == NamedCompany.party_id)
    let_off = exists().where(same, Forwarding.let_off_on.is_not(None)).correlate(NamedCompany)
    named = select(literal(1)).where(NamedCompany.complaint_id == Complaint.id, NamedCompany.party_id.in_(parties))
    sent = select(literal(1)).where(Forwarding.complaint_id == Complaint.id, Forwarding.party_id.in_(parties))
    ways = named.where(~let_off).correlate(Complaint), sent.where(Forwarding.let_off_on.is_(None)).correlate(Complaint)
    return union_all(*ways).exists()


def verified_similar(session: Session, complaint: Complaint, now: datetime) -> int:
    """How many different verified people, agents aside, complain alike about one of its companies in SIMILAR_DAYS.

    They are counted as far as SIMILAR_COUNT: whoever asks wants to know whether there are so many.
    """
    enough, most = settings.days(session, "SIMILAR_COUNT"), 0
    for party in sorted(_concerned(complaint)):
        most = max(most, _people_alike(session, complaint, now, party, enough))
        if most >= enough:
            break
    return most


def _people_alike(session: Session, complaint: Complaint, now: datetime, party: int, enough: int) -> int:
    who = (Complaint.received_at, Complaint.id, Complainant.contact_hash)
    asked = _alike(session, complaint, now, [party], *who).join(Complainant, Complainant.complaint_id == Complaint.id)
    asked = asked.where(Complainant.contact_verified_at.is_not(None), Complainant.role != "AGENT")
    asked = asked.where(Complainant.contact_hash.is_not(None))
    found = session.execute(asked).all()
    people = {each.contact_hash for each in found}
    while len(people) < enough and len(found) == AT_ONCE:
        at, number, _hash = found[-1]
        found = session.execute(asked.where(tuple_(Complaint.received_at, Complaint.id) < (at, number))).all()
        people.update(each.contact_hash for each in found)
    return min(len(people), enough)


def clock_ended(ask: Ask, key: str) -> bool:
    """Whether the clock of this thing was acted on, or its confirmed last day has passed (domain 6.2, 4)."""
    found = clocks.live(ask.session, key, (ask.machine, ask.it.id))
    return found is None or clock_moves.has_ended(found, day_of(ask.now))


def disputed_forwardings(session: Session, complaint: Complaint) -> set[int]:
    """The forwardings with a disputed answer; in a second look without a dispute, all that were released."""
    mine = select(Release.forwarding_id, Release.disputed_at).where(Release.complaint_id == complaint.id)
    released = session.execute(mine).all()
    disputed = {number for number, disputed_at in released if disputed_at is not None}
    return disputed or ({number for number, _ in released} if complaint.rechecked else set())


def latest(releases: Iterable[Release]) -> list[Release]:
    """The answer of each forwarding that was released last: what was said before has been disputed already."""
    return list({each.forwarding_id: each for each in sorted(releases, key=lambda each: each.id)}.values())


def disputable(session: Session, complaint: Complaint) -> list[Release]:
    """The latest answers, except those of respondents asked again that have not answered: theirs were disputed."""
    silent = select(Forwarding.id).where(Forwarding.complaint_id == complaint.id, Forwarding.state == "OVERDUE")
    mine = select(Release).where(Release.complaint_id == complaint.id, Release.forwarding_id.not_in(silent))
    return latest(session.scalars(mine))


CHECKING = ("C11", "C30")
CHECKED = ("C13", "C14", "C15", "C16", "C17", "C18")


def check_is_open(session: Session, complaint: Complaint) -> bool:
    """Whether a dispute or second look was followed by another respondent (C32) before anybody decided about it."""
    if complaint.state != "RELEASED" or not complaint.forwardings[1:]:
        return False
    mine = (JournalEntry.subject_kind == "complaint") & (JournalEntry.subject_id == complaint.id)
    asked = select(JournalEntry.row).where(mine, JournalEntry.row.in_((*CHECKING, *CHECKED)))
    return session.scalar(asked.order_by(JournalEntry.seq.desc()).limit(1)) in CHECKING


def waited_for(complaint: Complaint, terms: Settlement | None) -> list[Forwarding]:
    """The open forwardings whose respondents have not confirmed the terms."""
    confirmed = terms.confirmed if terms else {}
    return [f for f in complaint.forwardings if f.state != "CLOSED" and str(f.party_id) not in confirmed]


def recheck_days(session: Session, complaint: Complaint) -> int:
    """How many days the notice gave; if none was sent, what the settings say today."""
    return complaint.recheck_days or settings.days(session, RECHECK)


def told_on(session: Session, complaint: Complaint) -> date | None:
    """The day on which the notice of its end was received; None while it is on its way."""
    letter = notices.last_document(session, NOTICES, "complaint", complaint.id)
    if letter is None:
        return day_of(complaint.ended_at) if complaint.ended_at else None
    return notices.served_on(session, letter.id)


def recheck_in_time(session: Session, complaint: Complaint, asked_on: date) -> bool:
    """Whether it was asked for within the days that the notice gave, counted from its receipt."""
    told = told_on(session, complaint)
    return told is None or not calendar.are_over(session, told, recheck_days(session, complaint), asked_on)


def took_part(session: Session, complaint: Complaint) -> set[int]:
    """The accounts that decided anything about a complaint or approved it: none of them can take the second look."""
    mine = (JournalEntry.subject_kind == "complaint") & (JournalEntry.subject_id == complaint.id)
    found = session.scalars(select(JournalEntry.actor).where(mine, JournalEntry.row.in_(DECIDING)))
    known = {int(actor.partition(":")[2]) for actor in found if actor.startswith("account:")}
    known |= queries_approval.approvers_about(session, "complaint", complaint.id, DECIDED_BY)
    return known | {each for each in (complaint.ended_by, complaint.masked_by) if each is not None}


def may_ask_recheck(session: Session, complaint: Complaint, today: date) -> bool:
    """Whether the person can still ask for a second look: once, in time, and not after a decision of their own."""
    return (
        COMPLAINT.row(complaint.state, "recheck") is not None
        and not complaint.rechecked
        and complaint.recheck_asked_at is None
        and complaint.outcome not in FINAL
        and recheck_in_time(session, complaint, today)
    )


def recheck_waits(complaint: Complaint) -> bool:
    """Whether the person asked for a second look, and nobody has granted or refused it."""
    answered = complaint.rechecked or complaint.recheck_decided_at is not None
    return complaint.ended and complaint.recheck_asked_at is not None and not answered


def same_person(one: Complaint, other: Complaint) -> bool:
    """Whether two complaints come from one person: by contact, otherwise by name; without either they never do."""
    a, b = one.complainant, other.complainant
    if a is None or b is None:
        return False
    if a.contact_hash and b.contact_hash:
        return a.contact_hash == b.contact_hash
    return bool(a.name) and a.name == b.name


def was_voided(session: Session, machine: str, number: int, kinds: tuple[str, ...]) -> Document | None:
    """The last document of these kinds about a thing, if it was made void before it was served."""
    mine = select(Document).where(Document.subject_kind == machine, Document.subject_id == number)
    last = session.scalar(mine.where(Document.kind.in_(kinds)).order_by(Document.id.desc()).limit(1))
    served = last is not None and any(service.state == "SERVED" for service in last.services)
    return last if last is not None and last.void_at is not None and not served else None


def open_with(session: Session, contact_hash: bytes) -> list[Complaint]:
    """Open complaints of one person to which more can be added.

    One that ended with the complaint it followed and is looked at again follows it no more.
    """
    mine = (
        select(Complaint)
        .join(Complaint.complainant)
        .where(Complainant.contact_hash == contact_hash)
        .where(Complaint.state.not_in([*COMPLAINT.ends, "HISTORIC", "MERGED"]))
    )
    return list(session.scalars(mine.order_by(Complaint.id.desc())))
