"""Cases: opened from complaints or other leads, with a track per company; what is alleged, found and noted in them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework import clauses, holds, leads, noting, queries_erasures, recusals, tasks, telling
from casework import policies_tracks as policies
from casework.contact_tables import with_table
from casework.leads import Respondent
from casework.models import Complaint, Note
from casework.models_cases import Allegation, CaseFile, CaseTrack, Evidence
from casework.policies_contacts import OF_ANOTHER_CASE, committed_by
from casework.policies_inquiry import GRAVE_CODES, NO_DUTY, is_outside
from casework.policies_recusals import unfit_to_keep
from casework.policies_stop_contacts import noted_at_the_letter
from casework.states import TRACK
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from core.words import _l
from notices import dossiers
from registry import rulebook
from registry.models import Party
from registry.models_accounts import Account

UNFIT = ("NEW", "RECEIVED", "NEED_INFO", "REJECTED", "REFERRED_OUT", "MERGED", "HISTORIC")
"""States in which a complaint carries no case."""
OVER = _l("This case has ended.")
SAY_ACTS = _l("Say what was done, when and how.")


def open(  # noqa: A001, PLR0913 - the word of the business; each value is named
    session: Session,
    complaints: Sequence[Complaint],
    *,
    title: str,
    actor: Actor,
    now: datetime,
    source: str = "COMPLAINT",
    parties: Iterable[Party] = (),
    lead: str = "",
    conduct: tuple[date | None, date | None] = (None, None),
) -> CaseFile:
    """Open a case from complaints, or from another source on named companies: a track for each (row S01)."""
    _may_work(actor)
    since, until = leads.conduct_of(complaints) if complaints else conduct
    concerned = leads.respondents(session, complaints)
    concerned = leads.and_named(session, concerned, parties, complaints, until or since or day_of(now))
    _fit(session, complaints)
    if not concerned:
        raise BadInput("parties", _l("No company is known yet: name the one that the case is about."))
    codes, own = leads.codes_of(complaints), title.strip()
    case = leads.new_case(
        session,
        title=leads.Title(own) if own else leads.title_of(session, [each.party for each in concerned], codes),
        source=source,
        day=day_of(now),
        conduct=(since, until),
        officer_id=actor.id,
    )
    noting.of_case(session, case, "open", actor, now, source=source)
    leads.check_white_list(session, case, concerned, now)
    text = lead.strip() or leads.text_of(complaints)
    facts = {"complaints": list(complaints), "codes": codes}
    for complaint in complaints:
        leads.link(session, case, complaint, actor=actor, now=now)
    for each in concerned:
        track = leads.new_track(session, case, each, lead=text)
        dossiers.move(Ask(session, track, actor, dict(facts), now), TRACK, "open_lead")
    session.expire(case, ["tracks"])
    return case


def attach(session: Session, case: CaseFile, complaint: Complaint, *, actor: Actor, now: datetime) -> None:
    """Let an open case rest on one more complaint."""
    _may_work(actor)
    _fit(session, [complaint])
    _hold_open(session, case)
    if not leads.link(session, case, complaint, actor=actor, now=now):
        raise NotNow(_l("This case already rests on this complaint."))


def has_ended(case: CaseFile) -> bool:
    """Whether every track has ended: then the case takes no more complaints and no more companies."""
    return all(track.state in TRACK.ends for track in case.tracks)


def _hold_open(session: Session, case: CaseFile, version: int | None = None) -> None:
    """Lock a case that has not ended; otherwise a track that ends at this moment would miss what is added."""
    holds.hold_case(session, case, version)
    holds.hold_tracks(session, case)
    if has_ended(case):
        raise NotNow(OVER)


def add_track(
    session: Session,
    case: CaseFile,
    party: Party,
    *,
    lead: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> CaseTrack:
    """Open a track on one more company (row S01)."""
    _may_work(actor)
    _hold_open(session, case, version)
    complaints = list(case.complaints)
    found = next((each for each in leads.respondents(session, complaints) if each.party.id == party.id), None)
    text = lead.strip() or leads.text_of(complaints)
    facts = {"complaints": complaints, "codes": leads.codes_of(complaints)}
    track = leads.new_track(session, case, found or Respondent(party, leads.role_of(party)), lead=text)
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "open_lead")
    leads.know_engagements(session, case, actor, now)
    leads.check_white_list_for(session, track, now)
    recusals.of_a_respondent(session, case, now)
    return track


def allege(  # noqa: PLR0913
    session: Session,
    track: CaseTrack,
    *,
    code: str,
    facts: str,
    actor: Actor,
    now: datetime,
    persons: int = 1,
    acts: int = 1,
    version: int | None = None,
) -> Allegation:
    """Name a kind of violation that the company is said to have committed, and what it is said to have done."""
    _may_work(actor)
    holds.same(track, version)
    _still_open(track)
    found = rulebook.violation(session, code)
    if found is None or (found.retired and not _stands_in(track.case, code)):
        raise BadInput("code", _l("Choose a kind of violation from the list."))
    if not facts.strip():
        raise BadInput("facts", SAY_ACTS)
    if any(each.code == code for each in track.allegations):
        raise BadInput("code", _l("This kind of violation is already named on this track."))
    for refusal in noted_at_the_letter(session, track, code):
        raise refusal
    if code == NO_DUTY and is_outside(session, track):
        raise BadInput(
            "code", _l("A company outside the rules has no duty to answer: not cooperating can't be alleged.")
        )
    _counts(persons, acts)
    allegation = Allegation(track=track, code=code, facts=facts.strip(), persons=persons, acts=acts)
    session.add(allegation)
    session.flush()
    noting.of_case(session, track.case, "allege", actor, now, track=track.ref, code=code)
    if code in GRAVE_CODES:
        key = f"refer_authority:track:{track.id}:{code}"
        subject = ("track", track.id, track.ref)
        tasks.put(session, "refer_authority", subject, role="head", now=now, key=key, urgent=True)
    return allegation


def _stands_in(case: CaseFile, code: str) -> bool:
    """Whether a kind of violation is named in the case already: one that was retired since is offered there alone."""
    return any(each.code == code for track in case.tracks for each in track.allegations)


def revise(
    session: Session,
    allegation: Allegation,
    *,
    facts: str,
    persons: int,
    acts: int,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Make an allegation more exact, before the report."""
    _may_work(actor)
    holds.same(allegation, version)
    _still_open(allegation.track)
    if not facts.strip():
        raise BadInput("facts", SAY_ACTS)
    _counts(persons, acts)
    allegation.facts, allegation.persons, allegation.acts = facts.strip(), persons, acts
    session.flush()
    track = allegation.track
    noting.of_case(session, track.case, "revise", actor, now, track=track.ref, code=allegation.code)


def find(
    session: Session,
    allegation: Allegation,
    *,
    finding: str,
    reason: str,
    evidence: Sequence[Evidence],
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Say whether an allegation is established, by which evidence and why; it can be changed until the report."""
    track = allegation.track
    holds.same(allegation, version)
    if track.state != "INVESTIGATING":
        raise NotNow(_l("Findings are made while the track is investigated."))
    if actor.id is None or actor.id != track.investigator_id:
        raise NotAllowed(_l("Only the investigator of this track makes findings."))
    if finding not in clauses.FINDINGS:
        raise BadInput("finding", _l("Choose: established, not established or unproven."))
    if not reason.strip():
        raise BadInput("reason", _l("Give the reasons."))
    evidence = with_table(session, allegation, evidence)
    if finding == "ESTABLISHED" and not evidence:
        raise BadInput("evidence", _l("An established violation cites at least one piece of evidence."))
    _require_citable(session, evidence, track)
    if finding == "ESTABLISHED":
        if not rulebook.provisions_for(session, allegation.code, policies.conduct_day(track.case)):
            raise policies.nothing_forbade(allegation.code)
        for refusal in committed_by(session, track, allegation.code):
            raise refusal
    allegation.finding, allegation.reason = finding, reason.strip()
    allegation.found_by, allegation.found_at = actor.id, now
    allegation.evidence = list(evidence)
    session.flush()
    noting.of_case(session, track.case, "find", actor, now, track=track.ref, code=allegation.code, finding=finding)


def _require_citable(session: Session, evidence: Sequence[Evidence], track: CaseTrack) -> None:
    for each in evidence:
        if not _of_case(each, track.case):
            raise BadInput("evidence", OF_ANOTHER_CASE)
        if not leads.may_be_shown(session, each, track):
            raise BadInput(
                "evidence", _l("No finding may rest on what the respondent can't be shown: %(name)s.", name=each.name)
            )


def note(session: Session, case: CaseFile, *, text: str, actor: Actor, now: datetime) -> Note:
    """Write an internal note; it is never shown outside."""
    if actor.audience != "staff" or actor.id is None:
        raise NotAllowed
    if not text.strip():
        raise BadInput("text", _l("Write the note."))
    written = Note(case_id=case.id, author_id=actor.id, body=text.strip(), at=now)
    session.add(written)
    session.flush()
    noting.of_case(session, case, "note", actor, now, note=written.id)
    return written


def assign(
    session: Session, case: CaseFile, officer: Account, *, actor: Actor, version: int | None, now: datetime
) -> None:
    """Say which officer keeps the case."""
    if not policies.may_assign(actor):
        raise NotAllowed
    holds.same(case, version)
    if (why_not := unfit_to_keep(session, case.id, officer, day_of(now))) is not None:
        raise BadInput("officer", why_not)
    former, case.officer_id = case.officer_id, officer.id
    session.flush()
    recusals.replaced(session, case, actor=actor, now=now)
    telling.of_assignment(session, "case_assigned", case.id, officer.id, actor=actor, now=now)
    noting.of_case(session, case, "assign", actor, now, former=former, officer=officer.id)


def rename(session: Session, case: CaseFile, *, title: str, actor: Actor, version: int | None, now: datetime) -> None:
    """Give the case another title."""
    _may_work(actor)
    holds.same(case, version)
    if not title.strip():
        raise BadInput("title", _l("Write a title."))
    before, case.title = case.title, title.strip()
    if case.title != before:
        case.title_en = None
    session.flush()
    noting.of_case(session, case, "rename", actor, now, before=before)


def _may_work(actor: Actor) -> None:
    if not policies.may_work_on(actor):
        raise NotAllowed


def _fit(session: Session, complaints: Sequence[Complaint]) -> None:
    """Refuse what carries no case; each is held first, for its deletion may be granted at this moment."""
    holds.hold_these(session, complaints)
    told = queries_erasures.granted_of(session, [each.id for each in complaints])
    for complaint in complaints:
        if complaint.state in UNFIT or complaint.erased_at is not None:
            raise NotNow(_l("%(ref)s can't carry a case in its present state.", ref=complaint.ref))
        if complaint.id in told:
            raise NotNow(
                _l(
                    "The person of %(ref)s was told that the data are deleted early: the head takes that back first.",
                    ref=complaint.ref,
                )
            )


def _still_open(track: CaseTrack) -> None:
    if track.state not in policies.BEFORE_REPORT:
        raise NotNow(_l("After the report nothing is added to what is alleged."))


def _counts(persons: int, acts: int) -> None:
    if persons < 1:
        raise BadInput("persons", _l("At least one person is affected."))
    if acts < 1:
        raise BadInput("acts", _l("There is at least one act."))


def _of_case(evidence: Evidence, case: CaseFile) -> bool:
    return evidence.case_id == case.id or evidence.complaint_id in {complaint.id for complaint in case.complaints}
