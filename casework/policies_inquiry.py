"""What must hold while a track is investigated: whom it may concern, more time, suspension, referral, questioning."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casework import queries_merged
from casework.models import Complaint
from casework.models_cases import CaseTrack
from casework.policies import NO_AUTHORITY, personal_in
from casework.policies_complaints import SAY_PART
from casework.policies_records import impossible_times
from casework.policies_recusals import TAKES_NO_PART, kept_out, takes_no_part
from casework.policies_tracks import NO_VIOLATION, basis_of, has_investigator, has_run_out
from casework.questioning import Questioning
from casework.states import FILED_BY, TRACK
from core.actors import Actor
from core.at_hand import once
from core.clock import day_of, today
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask, filled
from core.plainly import in_words
from core.words import LazyString, _l
from notices import queries as notices
from notices.states import SERVICE
from registry.models import VIA_PRINCIPAL
from registry.models_accounts import Account
from registry.queries import online_since

NO_DUTY = "V-P02"
"""Not cooperating is a breach only of those whom the rules bind."""
GRAVE_CODES = ("V-I05", "V-B02")
"""Violations that always put the question of a referral (domain 6.5)."""
CAUSES: dict[str, LazyString] = {
    "CRIMINAL": _l("A criminal case on the same facts"),
    "ADMINISTRATIVE": _l("An administrative case on the same facts"),
    "FORCE_MAJEURE": _l("Force majeure"),
}
"""Why an investigation may wait (row S09)."""
OFFICERS = ("officer", "investigator", "head")
TWO = 2


def is_outside(session: Session, track: CaseTrack) -> bool:
    """Whether the rules did not bind the company on the day of the conduct: it is reached through its principal."""
    return basis_of(session, track) == VIA_PRINCIPAL


def may_enter_answer(session: Session, actor: Actor, track: CaseTrack, day: date | None = None) -> bool:
    """Whether somebody enters what came on paper: from a firm outside the rules, or a company not served online."""
    can_come = TRACK.row(track.state, "explain") is not None or is_on_its_way(session, track)
    if not can_come or not takes_part(session, actor, track):
        return False
    return track.basis == VIA_PRINCIPAL or may_enter_for(session, actor, track, day or since(session, track, FILED_BY))


def is_on_its_way(session: Session, track: CaseTrack) -> bool:
    """Whether the notice of filing is out and not noted as served, which an answer to it shows that it was."""
    sent = notices.unserved(session, "track", track.id, FILED_BY) if track.state == "FILED" else ()
    return any(SERVICE.row(each.state, "acknowledge") for each in sent)


def may_enter_for(session: Session, actor: Actor, track: CaseTrack, day: date | None = None) -> bool:
    """Whether somebody enters what a company sent on paper: it can send nothing in the portal, or could not by `day`.

    What it posted before it was served online comes afterwards.
    """
    beside = [each.party_id for each in track.case.tracks]  # a page asks once for all of them
    return takes_part(session, actor, track) and wrote_on_paper(session, track.party_id, day, beside)


def wrote_on_paper(session: Session, company: int, day: date | None, beside: Sequence[int] = ()) -> bool:
    """Whether a company can send nothing in the portal, or could not on that day."""
    every = sorted({company, *beside})
    since = once(session, ("online since", *every), lambda: online_since(session, every))[company]
    return since is None or (day is not None and day <= since)


def since(session: Session, track: CaseTrack, kinds: Sequence[str]) -> date | None:
    """When the letter that an answer is about was issued: no answer on paper was posted before that."""
    asked = notices.last_document(session, kinds, "track", track.id)
    return asked.issued_on if asked is not None else None


def filed_on(session: Session, track: CaseTrack) -> date | None:
    """The day of filing, by the first letter that told of it; the lead was registered earlier."""
    made = notices.documents_of(session, [("track", track.id)])
    return min((each.issued_on for each in made if each.kind in FILED_BY), default=None)


def takes_part(session: Session, actor: Actor, track: CaseTrack) -> bool:
    """Whether staff with no ties to the case act; the machine doesn't ask that of staff who speak as a company."""
    return actor.has(*OFFICERS) and next(takes_no_part(session, actor, track.case_id, today()), None) is None


TRACK.guard("S04")(has_investigator)


@TRACK.guard("S04")
def outside_the_rules(ask: Ask) -> Iterator[Refused]:
    """Only a company that the rules did not bind is asked instead of filed against; it owes no answer."""
    track: CaseTrack = ask.it
    if not is_outside(ask.session, track):
        yield NotNow(_l("The rules bound this company on the day of the conduct: file the case."))
    if not track.allegations:
        yield NotNow(NO_VIOLATION)
    if any(each.code == NO_DUTY for each in track.allegations):
        yield NotNow(_l("A company outside the rules has no duty to answer: not cooperating can't be alleged."))
    if "asked" in ask.facts and not ask.facts["asked"]:
        yield BadInput("asked", _l("Say what the company is asked."))


@TRACK.guard("S08")
def more_time_once(ask: Ask) -> Iterator[Refused]:
    """Once, before the end of the investigation's time, with reasons; the head approves it."""
    track: CaseTrack = ask.it
    if track.extended_on is not None:
        yield NotNow(_l("The investigation was given more time already; that is done once."))
    if has_run_out(ask.session, track, "K11", day_of(ask.now)):
        yield NotNow(_l("The time of the investigation has ended; it can only be extended before its end."))
    yield from filled(ask, "reasons", _l("Give the reasons."))


@TRACK.guard("S09")
def cause_to_wait(ask: Ask) -> Iterator[Refused]:
    """A criminal or administrative case, or force majeure: nothing else stops an investigation."""
    if "cause" in ask.facts and ask.facts["cause"] not in CAUSES:
        yield BadInput(
            "cause", _l("Only a criminal or administrative case or force majeure suspends an investigation.")
        )
    yield from filled(ask, "reasons", _l("Say which case or event it is."))


@TRACK.guard("S10")
def cause_has_ended(ask: Ask) -> Iterator[Refused]:
    """It goes on only when what it waited for is over."""
    if "ended" in ask.facts and not ask.facts["ended"]:
        yield BadInput("ended", _l("Confirm that the cause of the suspension has ended."))
    yield from filled(ask, "reasons", _l("Say how the cause ended."))


@TRACK.guard("S11")
def nothing_is_left(ask: Ask) -> Iterator[Refused]:
    """The whole matter is the authority's; otherwise only a part is referred."""
    if "nothing_left" in ask.facts and not ask.facts["nothing_left"]:
        yield BadInput("nothing_left", _l("Confirm that nothing is left for the association; else refer a part."))
    yield from _referral(ask)


@TRACK.guard("S46")
def authority_is_competent(ask: Ask) -> Iterator[Refused]:
    """Which authority, for which facts; the case goes on here."""
    yield from filled(ask, "scope", SAY_PART)
    yield from _referral(ask)


def _referral(ask: Ask) -> Iterator[Refused]:
    """The authority and the facts are named, and no complainant is: the consent given is for companies (I-13)."""
    yield from filled(ask, "authority", NO_AUTHORITY)
    yield from filled(ask, "facts", _l("Say which facts are passed on."))
    yield from filled(ask, "suspected", _l("Say what is suspected."))
    passed_on = "\n".join(str(ask.facts.get(name) or "") for name in ("facts", "suspected", "own_handling"))
    ours = select(queries_merged.of_cases([ask.it.case_id]).c.complaint_id)
    whose = select(Complaint).where(Complaint.id.in_(ours)).options(joinedload(Complaint.complainant))
    for complaint in ask.session.scalars(whose.order_by(Complaint.id)) if passed_on.strip() else ():
        if personal_in(complaint, passed_on):
            yield BadInput("facts", _l("The text names the complainant of %(ref)s without consent.", ref=complaint.ref))


@TRACK.guard("S45")
def questioned_properly(ask: Ask) -> Iterator[Refused]:
    """Two officers, one of them the investigator; rights told; recusal asked; signed, or the refusal witnessed."""
    if ask.actor.id != ask.it.investigator_id:
        yield NotAllowed(_l("Only the investigator of this track questions."))
    record: Questioning | None = ask.facts.get("record")
    if record is None:
        return
    yield from _two_officers(ask, record)
    if not record.rights_told:
        yield BadInput("rights_told", _l("The person must be told of the rights and duties first."))
    if record.recusal not in {"NONE", "ASKED"}:
        yield BadInput("recusal", _l("Ask whether the person wants an officer to be recused."))
    elif record.recusal == "ASKED":
        yield NotNow(_l("Recusal was asked for: the questioning waits until it is decided."))
    if not record.entries:
        yield BadInput("entries", _l("The record says what was asked and what was answered."))
    if (filed := filed_on(ask.session, ask.it)) is not None and day_of(record.started_at) < filed:
        yield BadInput(
            "started_at",
            _l("The case was filed on %(day)s: nobody was questioned in it before that.", day=in_words(filed)),
        )
    yield from impossible_times(record.started_at, record.ended_at, ask.now)
    if not record.signed_by.strip() and not (record.refused_because.strip() and record.witness_id):
        yield BadInput(
            "signed_by", _l("Every page is signed, or the refusal noted with its reason and a second officer.")
        )


def _two_officers(ask: Ask, record: Questioning) -> Iterator[Refused]:
    several = {each for each in record.officers if each}
    if len(several) < TWO or ask.actor.id not in several:
        yield BadInput("second", _l("Two officers question, one of them the investigator."))
    gone = kept_out(ask.session, ask.it.case_id, ask.on)
    for number in several:
        yield from _is_officer(ask.session, "second", number, gone)
    if record.witness_id is not None:
        yield from _is_officer(ask.session, "witness", record.witness_id, gone)
        if record.witness_id == ask.actor.id:
            yield BadInput("witness", _l("The second officer is somebody else."))


def _is_officer(session: Session, field: str, number: int, gone: Collection[int]) -> Iterator[Refused]:
    """Whoever questions, or witnesses a refused signature, is an officer who takes part in the case."""
    person = session.get(Account, number)
    if person is None or not person.works or not person.role_words & set(OFFICERS):
        yield BadInput(field, _l("Only officers of the association question."))
    elif number in gone:
        yield BadInput(field, TAKES_NO_PART)
