"""What must hold before a track moves, up to the check by the adjudication unit; and who may do what in a case."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from casework.models import Complaint
from casework.models_cases import REFUSED_CONTACT, Allegation, CaseComplaint, CaseFile, CaseTrack
from casework.policies import predecessor_in, tracks_of
from casework.showable import PASSED_ON, is_showable
from casework.states import FILED_BY, TRACK
from core.actors import Actor
from core.at_hand import made, noted
from core.clock import day_of
from core.errors import NotAllowed, NotNow, Refused
from core.machine import Ask, filled
from core.words import _l
from notices import queries_approval, trials
from registry import golive, lineage, rulebook, settings
from registry.clock_moves import has_ended, live, newest
from registry.models import VIA_PRINCIPAL, Party
from registry.models_accounts import Account
from registry.models_clocks import ClockEnd, ClockState
from registry.models_rulebook import Provision
from registry.policies import basis_during, last_bound, leads

TRACK.lives(CaseTrack)

SOURCES = ("COMPLAINT", "INSPECTION", "REGULATOR", "MEDIA", "PEER")
BEFORE_REPORT = ("SCREENING", "FILED", "INVESTIGATING", "SUSPENDED")
"""States in which new facts can still be taken into a track."""
ANNOUNCED = ("NOTICE_ISSUED", "PRE_NOTICE", "HEARING_ASKED", "HEARING_SET", "ADMITTED", "DELIBERATION")
"""States in which an advance notice is out and nothing is decided yet."""
TAKING_IN = "tracks taking in"
"""The name under which tracks that take facts in are noted, by party, while many clocks are acted on."""
FOLLOW_UPS = ("V-P02", "V-P03")
"""Codes of leads that an earlier track gave rise to."""
NO_VIOLATION = _l("Name at least one kind of violation first.")
NAME_INVESTIGATOR = _l("Name an investigator.")
APPROVES = _l("Whoever approves the filing does not investigate.")
EXPLAIN = _l("Write your explanation.")


def conduct_day(case: CaseFile) -> date:
    """The day that decides jurisdiction and rules: the last of the conduct, else the day the case was opened."""
    return case.conduct_to or case.conduct_from or case.opened_on


def conduct_days(case: CaseFile) -> tuple[date | None, date]:
    """The first and the last day of the conduct."""
    return case.conduct_from, conduct_day(case)


def has_run_out(session: Session, track: CaseTrack, key: str, today: date) -> bool:
    """Whether a track's clock is over: acted on, stopped, never there, or past its confirmed last day."""
    clock = live(session, key, ("track", track.id))
    return clock is None or has_ended(clock, today)


def is_late(session: Session, track: CaseTrack, key: str, today: date) -> bool:
    """Whether that day is after the last day of this clock, whether it was acted on, stopped or still runs."""
    clock = newest(session, key, ("track", track.id))
    if clock is None or clock.state is not ClockState.ENDED:
        return clock is None or has_ended(clock, today)
    return not clock.provisional and (clock.due_on is None or clock.due_on < today)


DAY_TO_SAY = "day_to_say"
"""A fact of whoever only looks whether a form opens: the day on which it was posted is asked there."""


def was_over(ask: Ask, track: CaseTrack, key: str) -> bool:
    """Whether a track's clock was over on the day that counts: what was posted in time may come after it was acted on.

    A clock that somebody stopped stays over: the right was used or given up.
    """
    clock = newest(ask.session, key, ("track", track.id))
    if clock is not None and clock.how in {None, ClockEnd.EXPIRED}:
        if ask.facts.get(DAY_TO_SAY):
            return False
        if ask.day is not None and clock.state is ClockState.ENDED:
            return clock.due_on is None or clock.due_on < ask.on
    return has_run_out(ask.session, track, key, ask.on)


def may_submit(actor: Actor, track: CaseTrack) -> bool:
    """Whether somebody submits and signs for the party concerned: its lead; its members read and draft."""
    return leads(actor, track.party_id)


def may_work_on(actor: Actor) -> bool:
    """Whether somebody keeps files: officers, investigators and the head."""
    return actor.has("officer", "investigator", "head", "system")


def may_open(actor: Actor) -> bool:
    """Whether somebody opens a case, or a track in one (row S01)."""
    row = TRACK.row(TRACK.initial, "open_lead")
    return may_work_on(actor) and row is not None and row.is_for(actor)


def may_assign(actor: Actor) -> bool:
    """Whether somebody says which officer keeps a case: the head, and officers among themselves."""
    return actor.has("head", "officer")


def may_reassign(actor: Actor) -> bool:
    """Whether somebody gives an investigation to somebody else: the head, who gave it first (row S02)."""
    return actor.has("head")


def may_take_journal(actor: Actor, case: CaseFile) -> bool:
    """Whether somebody takes out the journal, which names everybody involved: the head, and the officer of the case."""
    return actor.has("head") or (may_work_on(actor) and actor.id == case.officer_id)


def by_its_lead(actor: Actor, track: CaseTrack) -> Iterator[Refused]:
    """Only the respondent's own lead speaks for it."""
    if not may_submit(actor, track):
        yield NotAllowed(_l("Only an authorised person of the company concerned can submit this."))


def require_submitter(ask: Ask) -> Iterator[Refused]:
    """What only the respondent's lead may send, as a guard."""
    return by_its_lead(ask.actor, ask.it)


def about_facts(session: Session, *complaints: Complaint) -> list[CaseTrack]:
    """The tracks about what these complaints tell; one that a stopped number led to is not about it."""
    return [track for track in tracks_of(session, *complaints) if track.lead_code != REFUSED_CONTACT]


def covering(
    session: Session,
    party_id: int,
    complaints: Sequence[Complaint],
    codes: Iterable[str] = (),
) -> CaseTrack | None:
    """The track on this party that covers these facts already (S01).

    Whatever became of it where a case of the same complaint has one; else an open one that can still take facts in,
    over the same time and about the same kind of breach. One that a stopped number led to covers no complaint.
    """
    linked = [track for track in about_facts(session, *complaints) if track.party_id == party_id]
    if linked:
        return min(linked, key=lambda track: (track.state in TRACK.ends, -track.id))
    days = [day for complaint in complaints for day in (complaint.conduct_from, complaint.conduct_to) if day]
    wanted = set(codes)
    if not days or not wanted:
        return None
    for each in _taking_in(session, party_id):
        before, after = each.conduct_from or min(days), each.conduct_to or max(days)
        if before <= max(days) and after >= min(days) and not wanted.isdisjoint(each.codes):
            return session.get_one(CaseTrack, each.id)
    return None


class TakingIn(NamedTuple):
    """An open track that can still take facts in: over which time, about which kinds of breach."""

    id: int
    conduct_from: date | None
    conduct_to: date | None
    codes: Collection[str]


def see_taking_in(session: Session, parties: Iterable[int]) -> dict[int, list[TakingIn]]:
    """Open tracks on each of these parties that take facts in, by number; asked once when many clocks are acted on."""
    known: dict[int, list[TakingIn]] = noted(session, TAKING_IN, {})
    wanted = set(parties) - known.keys()
    known.update({party_id: [] for party_id in wanted})
    columns = (CaseTrack.party_id, CaseTrack.id, CaseFile.conduct_from, CaseFile.conduct_to)
    asked = select(*columns, func.array_agg(Allegation.code)).join(CaseFile, CaseFile.id == CaseTrack.case_id)
    asked = asked.join(Allegation).where(
        CaseTrack.party_id.in_(wanted),
        CaseTrack.lead_code.is_distinct_from(REFUSED_CONTACT),
        CaseTrack.state.in_(BEFORE_REPORT),
    )
    for row in session.execute(asked.group_by(CaseTrack.id, CaseFile.id).order_by(CaseTrack.id)):
        party_id, number, since, until, codes = row
        known[party_id].append(TakingIn(number, since, until, codes))
    return known


def _taking_in(session: Session, party_id: int) -> Iterator[TakingIn]:
    known: dict[int, list[TakingIn]] = noted(session, TAKING_IN, {})
    found = (known if party_id in known else see_taking_in(session, [party_id]))[party_id]
    yield from found
    asked_for = {each.id for each in found}
    for track in made(session, CaseTrack):
        if track.party_id == party_id and track.id not in asked_for and _takes_in(track):
            case, codes = track.case, {allegation.code for allegation in track.allegations}
            yield TakingIn(track.id, case.conduct_from, case.conduct_to, codes)


def _takes_in(track: CaseTrack) -> bool:
    return track.state in BEFORE_REPORT and track.lead_code != REFUSED_CONTACT


def asked_anew(session: Session) -> None:
    """Ask again which tracks can take facts in over a time: a case rests on other days now."""
    noted(session, TAKING_IN, {}).clear()


def about_stopped(session: Session, party_id: int, complaint_id: int) -> CaseTrack | None:
    """The track on this party that a stopped number of this complaint led to, while it still takes facts in."""
    mine = select(CaseTrack).join(CaseComplaint, CaseComplaint.case_id == CaseTrack.case_id)
    mine = mine.where(CaseTrack.party_id == party_id, CaseComplaint.complaint_id == complaint_id)
    mine = mine.where(CaseTrack.lead_code == REFUSED_CONTACT, CaseTrack.state.in_(BEFORE_REPORT))
    return session.scalar(mine.limit(1))


def provisions(session: Session, track: CaseTrack) -> list[Provision]:
    """What the allegations of a track breach, each once, as it was in force on the day of the conduct.

    Once there are findings, only what is established counts.
    """
    day = conduct_day(track.case)
    stands = or_(Allegation.finding.is_(None), Allegation.finding == "ESTABLISHED")
    mine = select(Allegation.code).where(Allegation.track_id == track.id, stands)
    codes = session.scalars(mine.order_by(Allegation.id))
    found = {each.id: each for code in codes.all() for each in rulebook.provisions_for(session, code, day)}
    return list(found.values())


def citable(session: Session, track: CaseTrack, announced: Collection[int] | None = None) -> Iterator[Refused]:
    """Each allegation has a provision in force on the day of the conduct; in production a verified one (I-09).

    Where an advance notice has `announced` provisions, it is one of those.
    """
    day = conduct_day(track.case)
    for allegation in track.allegations:
        if allegation.finding not in {None, "ESTABLISHED"}:
            continue
        found = rulebook.provisions_for(session, allegation.code, day)
        if not found:
            yield nothing_forbade(allegation.code, track.state)
        elif announced is not None and not (found := [each for each in found if each.id in announced]):
            yield _named_others(track, allegation.code)
        try:
            rulebook.require_citable(session, found, day)
        except Refused as refusal:
            yield refusal


def _named_others(track: CaseTrack, code: str) -> NotNow:
    if track.state == "ADMITTED":
        return NotNow(
            _l(
                "By now %(code)s cites other provisions than the advance notice named: refuse the admission, so that "
                "the panel returns the case and a new notice names them.",
                code=code,
            )
        )
    return NotNow(
        _l(
            "By now %(code)s cites other provisions than the advance notice named: return the case, so that a new "
            "notice names them.",
            code=code,
        )
    )


def nothing_forbade(code: str, state: str = "") -> NotNow:
    """What no rule of the day of the conduct forbids is neither filed nor established nor proposed on."""
    if state == "DELIBERATION":
        return NotNow(
            _l(
                "No provision on %(code)s was in force on the day of the conduct: return the case, so that it is left "
                "unproven.",
                code=code,
            )
        )
    if state == "ADMITTED":
        return NotNow(
            _l(
                "No provision on %(code)s was in force on the day of the conduct: refuse the admission, so that the "
                "panel returns the case and it is left unproven.",
                code=code,
            )
        )
    return NotNow(_l("No provision on %(code)s was in force on the day of the conduct.", code=code))


def acted(session: Session, track: CaseTrack) -> int | None:
    """Whose conduct a successor answers for; None if it is its own.

    The track was passed on to it, or rests on complaints about its predecessor, or on a duty that was still that one's.
    """
    fresh = not track.id or any(each is track for each in made(session, CaseTrack))  # no move has set it yet
    passed = None if fresh else lineage.acted(session, PASSED_ON, track.id)
    if track.earlier_id is not None and track.lead_code in FOLLOW_UPS:
        had = had_duty(session, track.earlier_id, conduct_day(track.case))
        return passed or (had.id if had is not None and had.id != track.party_id else None)
    return passed or acted_before(session, track.case, track.party_id)


def had_duty(session: Session, track_id: int, day: date) -> Party | None:
    """Who had to carry out the decision on that day, if not the company the track is against now."""
    return lineage.had_on(session, PASSED_ON, track_id, day)


def acted_before(session: Session, case: CaseFile, party_id: int) -> int | None:
    """Whose conduct it was, if a track is to be opened against a successor; None if it is the company's own."""
    return predecessor_in(session, case.complaints, party_id, conduct_day(case))


def whose(session: Session, track: CaseTrack) -> int:
    """Whose conduct a track is about: the company's own, or its predecessor's."""
    return acted(session, track) or track.party_id


def basis_of(session: Session, track: CaseTrack) -> str:
    """What bound the company whose conduct it was at that time: a successor answers as its predecessor did."""
    return basis_during(session, whose(session, track), conduct_days(track.case))


def bound_until(session: Session, track: CaseTrack) -> date | None:
    """The last day on which it was bound, if nothing bound it on the last day of the conduct."""
    days = conduct_days(track.case)
    last = last_bound(session, whose(session, track), days)
    return last if last is not None and last < conduct_day(track.case) else None


def answers_until(session: Session, track: CaseTrack) -> date:
    """The last day of the conduct for which it answers."""
    return bound_until(session, track) or conduct_day(track.case)


NOT_BOUND = {
    "": _l("On the day of the conduct this company was bound by no membership, signature or undertaking."),
    "DELIBERATION": _l(
        "On the day of the conduct this company was bound by no membership, signature or undertaking: return the case."
    ),
    "ADMITTED": _l(
        "On the day of the conduct this company was bound by no membership, signature or undertaking: refuse the "
        "admission, so that the panel returns the case."
    ),
}
"""By where the track is, with the way out: no panel can decide a measure, whatever it votes."""


def within_jurisdiction(session: Session, track: CaseTrack) -> Iterator[Refused]:
    """Measures reach only a party bound on the day of the conduct (I-11)."""
    if basis_of(session, track) == VIA_PRINCIPAL:
        yield NotNow(NOT_BOUND.get(track.state, NOT_BOUND[""]))


def follow_ups(earlier_id: int, round_no: int | None) -> Select[int]:
    """The leads that the decision of one round of a track gave rise to."""
    mine = select(CaseTrack.id).where(CaseTrack.earlier_id == earlier_id, CaseTrack.earlier_round == round_no)
    return mine.where(CaseTrack.lead_code.in_(FOLLOW_UPS))


@TRACK.guard("S01")
def opened_once(ask: Ask) -> Iterator[Refused]:
    """A known source; no open track covers these facts; one follow-up lead per decision."""
    track: CaseTrack = ask.it
    case = ask.session.get_one(CaseFile, track.case_id)
    if case.source not in SOURCES:
        yield NotNow(_l("Say where the lead comes from."))
    there = select(CaseTrack.id).where(CaseTrack.case_id == case.id, CaseTrack.party_id == track.party_id)
    if ask.session.scalar(there) is not None:
        yield NotNow(_l("This case already has a track on this company."))
    covered = covering(ask.session, track.party_id, ask.facts.get("complaints", ()), ask.facts.get("codes", ()))
    if covered is not None and covered.case_id != case.id and covered.state not in TRACK.ends:
        yield NotNow(_l("%(ref)s already covers these facts: add the complaint to it.", ref=covered.ref))
    follows = track.earlier_id is not None and track.lead_code in FOLLOW_UPS
    if follows and ask.session.scalar(follow_ups(track.earlier_id or 0, track.earlier_round).limit(1)) is not None:
        yield NotNow(_l("This decision has already given rise to a lead."))


golive.rests_on(("LIMITATION_YEARS",), "track.S02", "track.S04")
golive.begins("track.S02", "track")
golive.begins("track.S04", "track")


@TRACK.guard("S02")
def worth_filing(ask: Ask) -> Iterator[Refused]:
    """Signs of a breach, jurisdiction on the day of the conduct, not too long ago."""
    track: CaseTrack = ask.it
    if not track.allegations:
        yield NotNow(NO_VIOLATION)
    yield from within_jurisdiction(ask.session, track)
    yield from citable(ask.session, track)
    years = int(settings.value(ask.session, "LIMITATION_YEARS"))
    last = bound_until(ask.session, track) or track.case.conduct_to or track.case.conduct_from
    if last is not None and _years_later(last, years) < ask.on:
        yield NotNow(_l("The conduct ended more than %(years)s years ago.", years=years))


@TRACK.guard("S02")
def has_investigator(ask: Ask) -> Iterator[Refused]:
    """The head names who investigates: an investigator, and not the head who files."""
    person: Account | None = ask.facts.get("investigator")
    if "investigator" not in ask.facts:
        return
    if person is None or "investigator" not in person.role_words or not person.works:
        yield NotNow(NAME_INVESTIGATOR)
    elif person.id in {ask.actor.id, *_approving(ask.session)}:
        yield NotNow(APPROVES)


def _approving(session: Session) -> set[int]:
    """Who approved a step of the dossier that is being issued now, the signature included; empty without one."""
    held = session.info.get(trials.HELD)
    return queries_approval.approvers_of(session, held.id) if held is not None else set()


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@TRACK.guard("S03")
def declined_because(ask: Ask) -> Iterator[Refused]:
    """There are reasons, which the complainant reads."""
    yield from filled(ask, "reasons", _l("Give the reasons."))


@TRACK.guard("S05")
def filing_notice_served(ask: Ask) -> Iterator[Refused]:
    """Served is the filing notice of this track, or the question to a firm outside the rules."""
    yield from is_document(ask, *FILED_BY)


def is_document(ask: Ask, *kinds: str, of_round: bool = False) -> Iterator[Refused]:
    """Whether what was served is such a document, of this track and round."""
    document = ask.facts.get("document")
    right = document is not None and document.kind in kinds and document.subject_id == ask.it.id
    if not right or (of_round and document is not None and document.round != ask.it.round):
        yield NotNow(_l("This is not the document that the track waits for."))


@TRACK.guard("S06")
def explained_by_respondent(ask: Ask) -> Iterator[Refused]:
    """The respondent's lead explains, in words; a late explanation is taken and marked."""
    yield from require_submitter(ask)
    yield from filled(ask, "text", EXPLAIN)


@TRACK.guard("S07")
def explanation_time_over(ask: Ask) -> Iterator[Refused]:
    """NO_ANSWER only once the time has ended."""
    if not has_run_out(ask.session, ask.it, "K12", day_of(ask.now)):
        yield NotNow(_l("The time to explain has not ended."))


@TRACK.guard("S12")
def report_is_complete(ask: Ask) -> Iterator[Refused]:
    """Every allegation has a finding with reasons and evidence that the respondent may be shown, and still a rule."""
    track: CaseTrack = ask.it
    if ask.actor.id != track.investigator_id:
        yield NotAllowed(_l("Only the investigator of this track reports."))
    if not track.explained_at and not has_run_out(ask.session, track, "K12", day_of(ask.now)):
        yield NotNow(_l("The respondent still has time to explain."))
    if not track.allegations:
        yield NotNow(NO_VIOLATION)
    day = conduct_day(track.case)
    for allegation in track.allegations:
        yield from _found(track, allegation)
        if allegation.finding == "ESTABLISHED" and not rulebook.provisions_for(ask.session, allegation.code, day):
            yield nothing_forbade(allegation.code)  # since the finding its rule ended, or a complaint moved the day


def _found(track: CaseTrack, allegation: Allegation) -> Iterator[Refused]:
    if allegation.finding is None:
        yield NotNow(_l("%(code)s has no finding yet.", code=allegation.code))
    elif allegation.finding == "ESTABLISHED" and not allegation.evidence:
        yield NotNow(_l("The finding on %(code)s cites no evidence.", code=allegation.code))
    if any(not is_showable(each, track) for each in allegation.evidence):
        yield NotNow(
            _l("The finding on %(code)s rests on evidence that the respondent may not see.", code=allegation.code),
        )
