"""Where leads come from: whom a complaint concerns, what an earlier track gave rise to, and the tracks they open."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import noting, tasks
from casework import policies_tracks as policies
from casework.copies import parted
from casework.models import Complaint, Task
from casework.models_cases import Allegation, CaseComplaint, CaseFile, CaseTrack, Evidence
from casework.policies import conduct_day, predecessor_in
from casework.showable import is_showable
from casework.states import COMPLAINT, TRACK
from core.actors import SYSTEM, Actor
from core.machine import Ask
from notices import numbers
from registry import lineage
from registry import parties as companies
from registry import queries as register
from registry.clock_moves import newest
from registry.models import Engagement, Party, PartyKind
from registry.models_rulebook import Violation
from registry.policies import basis_during

MISSED = "S43"
"""Missing an interview is failing to cooperate (V-P02); anything else not carried out is V-P03."""
FOUND_WANTING = "S42"
NOT_FILED = "NOT_FILED"


@dataclass(frozen=True)
class Respondent:
    """A company that a case would be about, in which role and by which engagement."""

    party: Party
    role: str
    engagement_id: int | None = None


class _Facts(NamedTuple):
    """What decides which engagements count."""

    day: date
    among: Sequence[Party]
    """If there are several engagements, those with one of these companies count."""
    complaints: Sequence[Complaint] = ()


def respondents(
    session: Session, complaints: Iterable[Complaint], only: Collection[int] | None = None
) -> list[Respondent]:
    """Whom these complaints concern: those they were put before, and the other side of each engagement.

    `only` narrows this to some of these companies, with the other side of each.
    """
    found: dict[int, Respondent] = {}
    for complaint in complaints:
        named = [(party.id, _entry(session, party)) for party in _named(complaint)]
        chosen = [entry for number, entry in named if only is None or number in only or entry.id in only]
        _bring(session, found, chosen, _Facts(conduct_day(complaint), [entry for _number, entry in named], [complaint]))
    return _in_order(found)


def and_named(
    session: Session,
    concerned: Sequence[Respondent],
    parties: Iterable[Party],
    complaints: Sequence[Complaint],
    day: date,
) -> list[Respondent]:
    """These companies and those named besides, each with the other side of its engagement on that day."""
    found = {each.party.id: each for each in concerned}
    fresh = [each for each in parties if each.id not in found]
    among = [*(each.party for each in concerned), *fresh]
    _bring(session, found, fresh, _Facts(day, among, complaints))
    return _in_order(found)


def brought_in(
    session: Session, case: CaseFile, complaints: Iterable[Complaint], parties: Iterable[Party]
) -> list[Party]:
    """The companies of a case that nobody named and nobody was asked about: each is the other side of an engagement."""
    named = [*parties]
    for complaint in complaints:
        named += [each.party for each in complaint.forwardings]
        named += [each.party for each in complaint.companies if each.party is not None]
    known = {_entry(session, each).id for each in named}
    return [each.party for each in case.tracks if each.party_id not in known]


def with_other_side(session: Session, party: Party, complaint: Complaint, day: date) -> list[Respondent]:
    """A company of a complaint with its other side on `day`, which need not be the day the complaint tells of."""
    found: dict[int, Respondent] = {}
    _bring(
        session,
        found,
        [party],
        _Facts(day, [party, *(_entry(session, each) for each in _named(complaint))], [complaint]),
    )
    return _in_order(found)


def _bring(session: Session, found: dict[int, Respondent], parties: Sequence[Party], facts: _Facts) -> None:
    for party in parties:
        found.setdefault(party.id, Respondent(party, role_of(party)))
    among = {each.id for each in facts.among}
    for party in parties:
        for side, engagement in _other_side(session, party, facts):
            for each in (side, party) if side.id in among else (side,):
                before = found.get(each.id)
                if before is None or before.engagement_id is None:
                    found[each.id] = Respondent(each, role_of(each), engagement.id)


def _in_order(found: dict[int, Respondent]) -> list[Respondent]:
    return sorted(found.values(), key=lambda each: (each.role != "PRINCIPAL", each.party.id))


def _named(complaint: Complaint) -> list[Party]:
    """Who was asked for an answer, except those found not concerned; if nobody was, whom the person named."""
    asked = [each.party for each in complaint.forwardings if not each.let_off]
    if asked:
        return asked
    returned = {each.party_id for each in complaint.forwardings}
    named = {each.party_id: each.party for each in complaint.companies if each.party is not None}
    return [party for party in named.values() if party.id not in returned]


def _entry(session: Session, party: Party) -> Party:
    """The entry that stands for a company: an ended forwarding may have stayed with one that was merged."""
    return party if party.merged_into_id is None else session.get_one(Party, party.merged_into_id)


def role_of(party: Party) -> str:
    """As which side a company stands in a case: a lender answers as the principal of its firms."""
    return "PRINCIPAL" if party.kind is PartyKind.INSTITUTION else "COLLECTOR"


def _other_side(session: Session, party: Party, facts: _Facts) -> list[tuple[Party, Engagement]]:
    """Whoever answers with a company: inside an engagement a firm and its principal have a track each (domain 6.1).

    If several engagements ran on that day and none of the companies was named, nobody is guessed at.
    """
    acted = predecessor_in(session, facts.complaints, party.id, facts.day)
    sides = _engaged(session, facts.day, party, acted)
    known = {each.id for each in facts.among}
    mine = [(side, each) for side, each in sides if side.id in known]
    return mine or (sides[:1] if len({side.id for side, _each in sides}) == 1 else [])


def _engaged(session: Session, day: date, party: Party, acted: int | None) -> list[tuple[Party, Engagement]]:
    """Whom a company, or the one whose conduct it answers for, worked with on that day, as what they go on as."""
    lender, whose = party.kind is PartyKind.INSTITUTION, acted or party.id
    running = register.engagements_on(
        session, day, institution=whose if lender else None, firm=None if lender else whose
    )
    sides = [(each.firm if lender else each.institution, each) for each in running]
    return [(standing, each) for side, each in sides for standing in _standing(session, side)]


def _standing(session: Session, party: Party) -> list[Party]:
    """The company itself, or, if it is gone, those that go on as it."""
    return (lineage.heirs(session, party.id) if party.ceased_on is not None else []) or [party]


def may_be_shown(session: Session, evidence: Evidence, track: CaseTrack) -> bool:
    """Whether this respondent may see a file: the complainant agreed for those complained about and their firms."""
    if not is_showable(evidence, track):
        return False
    if evidence.given_by != "COMPLAINANT" or evidence.complaint_id is None:
        return True
    complaint = session.get_one(Complaint, evidence.complaint_id)
    concerned, day = {each.party.id for each in respondents(session, [complaint])}, conduct_day(complaint)
    if track.party_id in concerned:
        return True
    whose = policies.whose(session, track)
    works_with = [
        *(each.institution_id for each in register.engagements_on(session, day, firm=whose)),
        *(each.firm_id for each in register.engagements_on(session, day, institution=whose)),
    ]
    return not concerned.isdisjoint([whose, *works_with])


def codes_of(complaints: Iterable[Complaint]) -> list[str]:
    """The kinds of violations that complaints allege, each once."""
    return list(dict.fromkeys(each.code for complaint in complaints for each in complaint.codes))


def text_of(complaints: Iterable[Complaint]) -> str:
    """What the complaints say, for the lead form: the masked text, if there is one."""
    return "\n".join(f"{each.ref}：{parted(each.masked_facts or each.facts)[0]}" for each in complaints)


class Title(NamedTuple):
    """What a case is called; what a person wrote stays in the language it was written in."""

    zh: str
    en: str | None = None


def new_case(
    session: Session,
    *,
    title: Title,
    source: str,
    day: date,
    conduct: tuple[date | None, date | None],
    officer_id: int | None,
) -> CaseFile:
    """A file with the next number of the year."""
    given = numbers.give(session, "AJ", day.year)
    case = CaseFile(
        year=given.year,
        serial=given.serial,
        ref=f"AJ〔{given.year}〕{given.serial}",
        title=title.zh,
        title_en=title.en,
        source=source,
        opened_on=day,
        conduct_from=conduct[0],
        conduct_to=conduct[1],
        officer_id=officer_id,
    )
    session.add(case)
    session.flush()
    return case


def new_track(
    session: Session, case: CaseFile, respondent: Respondent, *, lead: str, place: int = 1, acted: Party | None = None
) -> CaseTrack:
    """A track that no row has opened yet; it is not in the session, so that a refused one leaves nothing behind.

    `acted` is whose conduct it is about, if that is known already.
    """
    before = acted.id if acted is not None else policies.acted_before(session, case, respondent.party.id)
    return CaseTrack(
        ref=f"{case.ref}-{_tracks_in(session, case) + place}",
        case_id=case.id,
        party_id=respondent.party.id,
        engagement_id=respondent.engagement_id,
        role=respondent.role,
        basis=basis_during(session, before or respondent.party.id, policies.conduct_days(case)),
        state="NEW",
        lead=lead,
    )


def _tracks_in(session: Session, case: CaseFile) -> int:
    return len(session.scalars(select(CaseTrack.id).where(CaseTrack.case_id == case.id)).all())


def conduct_of(complaints: Iterable[Complaint]) -> tuple[date | None, date | None]:
    """From when to when the conduct took place, over all complaints."""
    days = [day for each in complaints for day in (each.conduct_from, each.conduct_to) if day]
    return (min(days), max(days)) if days else (None, None)


def link(
    session: Session, case: CaseFile, complaint: Complaint, *, actor: Actor, now: datetime, dated: bool = True
) -> bool:
    """Let a case rest on one more complaint; if `dated`, also for its facts and time. False if it did already.

    The days of the conduct move no more once a report rests on them.
    """
    there = select(CaseComplaint).where(CaseComplaint.case_id == case.id, CaseComplaint.complaint_id == complaint.id)
    if session.scalar(there) is not None:
        return False
    session.add(CaseComplaint(case_id=case.id, complaint_id=complaint.id, since=now))
    days = [day for day in (complaint.conduct_from, complaint.conduct_to) if day]
    if days and dated:
        before = case.conduct_from, case.conduct_to
        whole = min(filter(None, (*days, case.conduct_from))), max(filter(None, (*days, case.conduct_to)))
        if before != whole and not _reported(session, case):
            case.conduct_from, case.conduct_to = whole
            policies.asked_anew(session)
    session.flush()
    session.expire(case, ["complaints"])
    if dated:
        tasks.settle(session, ("complaint", complaint.id), ("screen", "similar"), actor=actor, now=now)
    noting.of_case(session, case, "attach", actor, now, complaint=complaint.ref)
    return True


def _reported(session: Session, case: CaseFile) -> bool:
    """Whether a track of the case was investigated to its end, or ended in another way than by not being filed."""
    open_to_facts = (TRACK.initial, *policies.BEFORE_REPORT, NOT_FILED)
    past = select(CaseTrack.id).where(CaseTrack.case_id == case.id, CaseTrack.state.not_in(open_to_facts))
    return session.scalar(past.limit(1)) is not None


def check_white_list(session: Session, case: CaseFile, found: Iterable[Respondent], now: datetime) -> None:
    """Ask somebody to look at the lender's published list, if no engagement is known for any company (domain 6.1)."""
    several = list(found)
    if several and not any(each.engagement_id for each in several):
        tasks.put(session, "white_list", ("case", case.id, case.ref), role="officer", now=now)


def check_white_list_for(session: Session, track: CaseTrack, now: datetime) -> None:
    """Ask for a look at the lender's published list, if a company joins a case and no engagement is known for it."""
    case = track.case
    if not _engaged(session, policies.conduct_day(case), track.party, policies.acted(session, track)):
        key = f"white_list:track:{track.id}"
        tasks.put(session, "white_list", ("case", case.id, case.ref), role="officer", now=now, key=key)


def know_engagements(session: Session, case: CaseFile, actor: Actor, now: datetime) -> None:
    """Let two companies of a case answer together once an engagement between them has become known."""
    session.expire(case, ["tracks"])
    sides = {each.party_id for each in case.tracks}
    day = policies.conduct_day(case)
    for track in [each for each in case.tracks if each.engagement_id is None]:
        acted = policies.acted(session, track)
        running = _engaged(session, day, track.party, acted)
        track.engagement_id = next((each.id for side, each in running if side.id in sides), None)
    session.flush()
    if all(each.engagement_id for each in case.tracks):
        tasks.settle(session, ("case", case.id), ("white_list",), actor=actor, now=now)


@companies.on_engaged
def of_an_engagement(session: Session, engagement: Engagement, now: datetime) -> None:
    """Answer what was asked about a published list: the engagement was entered only now."""
    asked = select(Task.subject_id).where(Task.kind == "white_list", Task.done_at.is_(None))
    sides = CaseTrack.party_id.in_((engagement.institution_id, engagement.firm_id))
    about = select(CaseFile).where(CaseFile.id.in_(asked), CaseFile.tracks.any(sides)).order_by(CaseFile.id)
    for case in session.scalars(about).all():
        know_engagements(session, case, SYSTEM, now)


def title_of(session: Session, parties: Sequence[Party], codes: Sequence[str]) -> Title:
    """What a case is called until somebody gives it a title."""
    violation = session.get(Violation, codes[0]) if codes else None
    zh, en = (violation.zh, violation.en) if violation else ("违规催收", "collection against the rules")
    more = len(codes) > 1
    return Title(
        f"{parties[0].name_zh}涉嫌{zh}" + "等" * more,
        f"{parties[0].name('en')}: suspected {en}" + " and other breaches" * more,
    )


def title_for(session: Session, track: CaseTrack) -> str:
    """What the file of one company is called: a title of the case that names only another gives way to its own."""
    case = track.case
    every = {each.id: {each.party_id, policies.whose(session, each)} for each in case.tracks}
    told = lineage.names_of(session, set().union(*every.values()))
    named = {
        number for number, names in told.items() if any(each in case.title for each in _names(session, number, names))
    }
    if every[track.id] & named or not named:
        return case.title
    codes = [each.code for each in track.allegations] or [
        each.code for complaint in case.complaints for each in complaint.codes
    ]
    return title_of(session, [session.get_one(Party, policies.whose(session, track))], list(dict.fromkeys(codes))).zh


def _names(session: Session, number: int, names: lineage.Names) -> list[str]:
    own = session.get_one(Party, number)
    others = (*(each.value for each in names.former), *(each.name_zh for each in names.merged))
    return [each for each in (own.name_zh, own.name_en, *others) if each]


def covered_by(ask: Ask, complaint: Complaint, each: Respondent, codes: Sequence[str]) -> CaseTrack | None:
    """The track that covers these facts already; one that was not filed stands in no officer's way."""
    found = policies.covering(ask.session, each.party.id, [complaint], codes)
    return None if found is not None and found.state == NOT_FILED and ask.root.by_staff else found


def _held_cover(ask: Ask, complaint: Complaint, each: Respondent, codes: Sequence[str]) -> CaseTrack | None:
    """The covering track, locked if it still takes facts in; if it has just ended, another one is looked for.

    A track whose case rests on the complaint needs no lock: whatever ends it waits for the complaint, which is locked.
    """
    found = covered_by(ask, complaint, each, codes)
    if found is None or found.state not in policies.BEFORE_REPORT:
        return found
    mine = select(CaseComplaint).where(CaseComplaint.case_id == found.case_id)
    if ask.session.scalar(mine.where(CaseComplaint.complaint_id == complaint.id)) is not None:
        return found
    locking = select(CaseTrack).where(CaseTrack.id == found.id).with_for_update()
    ask.session.scalars(locking.execution_options(populate_existing=True)).all()
    if found.state in policies.BEFORE_REPORT:
        return found
    policies.asked_anew(ask.session)
    return covered_by(ask, complaint, each, codes)


@TRACK.found_from("complaint")
def of_complaint(ask: Ask) -> list[CaseTrack]:
    """New tracks for an escalated complaint; where facts are covered already, it joins that case (S01)."""
    complaint: Complaint = ask.it
    session, codes = ask.session, codes_of([complaint])
    concerned, fresh = respondents(session, [complaint], ask.facts.get("parties")), []
    for each in concerned:
        covered = _held_cover(ask, complaint, each, codes)
        if covered is None:
            fresh.append(each)
        elif covered.state in policies.BEFORE_REPORT:
            link(session, covered.case, complaint, actor=ask.root.actor, now=ask.now)
    if not fresh:
        return []
    case = new_case(
        session,
        title=title_of(session, [each.party for each in fresh], codes),
        source="COMPLAINT",
        day=ask.on,
        conduct=conduct_of([complaint]),
        officer_id=complaint.officer_id or (ask.root.actor.id if ask.root.by_staff else None),
    )
    noting.of_case(session, case, "open", ask.root.actor, ask.now, complaint=complaint.ref)
    check_white_list(session, case, concerned, ask.now)
    link(session, case, complaint, actor=ask.root.actor, now=ask.now)
    lead = "\n".join(filter(None, (ask.facts.get("lead"), text_of([complaint]))))
    return [new_track(session, case, each, lead=lead, place=place) for place, each in enumerate(fresh, 1)]


@TRACK.found_from("track")
def of_track(ask: Ask) -> list[CaseTrack]:
    """The track itself; for a lead that it gives rise to, a new one in a case of its own.

    That is about whoever had to carry out the decision on the day; a company gone by now answers by its successor.
    """
    track: CaseTrack = ask.it
    if ask.facts["event"] != "open_lead":
        return [track]
    row = ask.fired_by.row if ask.fired_by else None
    code = "V-P02" if row and row.id == MISSED else "V-P03"
    if ask.session.scalar(policies.follow_ups(track.id, track.round).limit(1)) is not None:
        return []
    day = _failed_on(ask, track)
    had = policies.had_duty(ask.session, track.id, day)
    party = track.party if had is None or had.ceased_on is not None else had
    case = new_case(
        ask.session,
        title=title_of(ask.session, [party], [code]),
        source="INSPECTION",
        day=ask.on,
        conduct=(day, day),
        officer_id=track.case.officer_id,
    )
    noting.of_case(ask.session, case, "open", ask.root.actor, ask.now, earlier=track.ref)
    lead = f"{track.ref}号案件所作自律措施未按要求执行，作为新的线索登记。"
    respondent = Respondent(party, track.role, track.engagement_id)
    new = new_track(ask.session, case, respondent, lead=lead, acted=had)
    new.lead_code, new.earlier_id, new.earlier_round = code, track.id, track.round
    return [new]


def _failed_on(ask: Ask, track: CaseTrack) -> date:
    """The day of the failure; if verification found it wanting, the day it began, since all was done before that."""
    row = ask.fired_by.row if ask.fired_by else None
    verifying = newest(ask.session, "K26", ("track", track.id)) if row is not None and row.id == FOUND_WANTING else None
    return verifying.day0 if verifying is not None and verifying.day0 is not None else ask.on


@COMPLAINT.found_from("track")
def complaints_of(ask: Ask) -> list[Complaint]:
    """The complaints that the track's case rests on."""
    linked = select(Complaint).join(CaseComplaint, CaseComplaint.complaint_id == Complaint.id)
    mine = linked.where(CaseComplaint.case_id == ask.it.case_id).order_by(Complaint.id)
    return list(ask.session.scalars(mine.with_for_update(of=Complaint)))


@TRACK.effect("S01")
def alleged_by_lead(ask: Ask) -> None:
    """Allege what the lead itself says, if it arose from a track."""
    track: CaseTrack = ask.it
    if track.lead_code:
        ask.session.add(track)
        ask.session.add(Allegation(track=track, code=track.lead_code, facts=track.lead))
