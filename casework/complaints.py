"""Verbs of complaints: feedback, dispute, escalation, withdrawal and the ends, who handles one; see also intake.py."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from casework import holds, noting, policies, policies_assignment, policies_tracks, queries_assignment, tasks, telling
from casework.models import Complaint, Release
from casework.models_queue import QueueEntry
from casework.policies import SEVERE
from casework.policies_impartial import no_part_in_complaint
from casework.states import COMPLAINT
from core.actors import SYSTEM, Actor
from core.clock import day_of, today
from core.errors import Changed, NotAllowed, NotNow, raise_first
from core.machine import Ask
from core.words import _l
from notices import dossiers, serving
from registry import accounts
from registry.models_accounts import Account


def speaking(actor: Actor, complaint: Complaint) -> Actor:
    """The actor as the complainant, if staff note what the complainant says; the journal keeps the account.

    Whoever takes no part in the complaint stays oneself: once they speak as the person, nothing asks of their ties.
    """
    if not actor.has("intake", "officer", "head") or policies.is_own(actor, complaint):
        return actor
    session = object_session(complaint)
    if session is not None and next(no_part_in_complaint(session, actor, complaint.id, today()), None) is not None:
        return actor
    return replace(actor, roles=frozenset({"complainant"}), audience="public", subject_id=complaint.id)


def as_the_person(session: Session, complaint: Complaint, actor: Actor) -> Actor:
    """The complainant as a verb's actor, if staff note what the complainant says; refuses whoever takes no part."""
    raise_first(no_part_in_complaint(session, actor, complaint.id, today()))
    return speaking(actor, complaint)


def _acknowledge(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> None:
    """Count the released answers as received: whoever replies to one has received it (domain 6.2, 3)."""
    for forwarding in complaint.forwardings:
        serving.answer(session, "forwarding", forwarding.id, actor=actor, now=now, kinds=("D39",))


def accept_reply(
    session: Session,
    complaint: Complaint,
    *,
    actor: Actor,
    version: int | None = None,
    seen: int | None = None,
    now: datetime,
) -> None:
    """The complainant accepts what was answered (row C10); `seen` is the newest answer that its page showed."""
    holds.hold(session, complaint, version)
    actor = as_the_person(session, complaint, actor)
    if complaint.state == "DISPUTED":
        raise NotNow(_l("The answer was disputed in the meantime, so it was not accepted."))
    newest = select(func.max(Release.id)).where(Release.complaint_id == complaint.id)
    if seen is not None and seen != session.scalar(newest):
        raise Changed(_l("Another answer has come since you opened this page: read it first. Nothing was accepted."))
    _acknowledge(session, complaint, actor=actor, now=now)
    dossiers.move(Ask(session, complaint, actor, {}, now), COMPLAINT, "accept_reply")


def dispute(
    session: Session,
    complaint: Complaint,
    *,
    releases: Sequence[int],
    why: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """The complainant rejects a released answer (row C11); the check runs from today."""
    holds.hold(session, complaint, version)
    actor = as_the_person(session, complaint, actor)
    if complaint.state == "DISPUTED":
        raise NotNow(
            _l(
                "The association is checking the answers already, so no further one can be disputed. What is to be "
                "said of it, send as a message: it is read with them."
            )
        )
    if complaint.ended:
        raise NotNow(_l("The complaint has ended, so no answer of it can be disputed any more."))
    _acknowledge(session, complaint, actor=actor, now=now)
    dossiers.move(Ask(session, complaint, actor, {"releases": list(releases), "why": why}, now), COMPLAINT, "dispute")


def as_said(complaint: Complaint) -> Actor:
    """The system, carrying out what the person said before."""
    return replace(SYSTEM, roles=frozenset({"complainant", "system"}), subject_id=complaint.id)


def dispute_stands(session: Session, complaint: Complaint, *, day: date | None, now: datetime) -> None:
    """Go on with the check of a dispute although nobody answered a later reply: silence settles nothing (row C11)."""
    ask = Ask(session, complaint, as_said(complaint), {"releases": [], "stands": True}, now, day=day)
    dossiers.move(ask, COMPLAINT, "dispute")


@COMPLAINT.effect("C11")
def note_dispute(ask: Ask) -> None:
    """Note which answer is disputed and why; what was said of it before (as where a respondent was added) stays."""
    for release in ask.session.scalars(select(Release).where(Release.id.in_(ask.facts["releases"]))):
        said = (release.why_disputed or "", str(ask.facts["why"]).strip())
        release.disputed_at = release.disputed_at or ask.now
        release.why_disputed = "\n".join(each for each in said if each)


def close(
    session: Session,
    complaint: Complaint,
    *,
    why: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """The check of a disputed answer shows no sign of a breach (row C13)."""
    holds.hold(session, complaint, version)
    dossiers.move(Ask(session, complaint, actor, {"why": why.strip()}, now), COMPLAINT, "close")


def ask_again(
    session: Session,
    complaint: Complaint,
    *,
    points: Mapping[int, Sequence[str]],
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Respondents whose answers are disputed are asked about the open points (row C14), by forwarding."""
    holds.hold(session, complaint, version)
    named = {number: [str(point).strip() for point in each if str(point).strip()] for number, each in points.items()}
    facts = {"points": {number: each for number, each in named.items() if each}}
    dossiers.move(Ask(session, complaint, actor, facts, now), COMPLAINT, "ask_again")


@COMPLAINT.effect("C14")
def note_round(ask: Ask) -> None:
    """Count the second round; there is no third."""
    ask.it.asked_again = True
    ask.it.round += 1


def escalate(
    session: Session,
    complaint: Complaint,
    *,
    why: str,
    parties: Sequence[int] | None = None,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Signs of a breach become a lead on the respondents (rows C15, C16, C17)."""
    holds.hold(session, complaint, version)
    facts = {"why": why.strip(), "source": "COMPLAINT", "parties": _respondents(complaint, parties)}
    dossiers.move(Ask(session, complaint, actor, facts, now), COMPLAINT, "escalate")


def _respondents(complaint: Complaint, parties: Sequence[int] | None) -> list[int] | None:
    """Whom an escalation is about: whoever was asked for an answer and was not let off (rows F07, F17).

    None, if nobody was asked, as after a merger: then it is about those whom the person named.
    """
    if parties is None:
        return [each.party_id for each in complaint.forwardings if not each.let_off] or None
    return list(dict.fromkeys(parties))


@COMPLAINT.effect("C18")
def note_silence(ask: Ask) -> None:
    """Let the lead name the companies that have not answered."""
    silent = [f for f in ask.it.forwardings if f.gave_up and f.state == "OVERDUE"]
    ask.facts.update(parties=[f.party_id for f in silent], source="COMPLAINT", lead=", ".join(f.ref for f in silent))


@COMPLAINT.effect("C15", "C16", "C17", "C18")
def note_escalation(ask: Ask) -> None:
    """An officer who escalates a complaint that nobody handles keeps it from now on."""
    if ask.it.officer_id is None and ask.actor.has("officer"):
        ask.it.officer_id = ask.actor.id


def withdraw(
    session: Session,
    complaint: Complaint,
    *,
    pressure: bool | None,
    why: str = "",
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """The complainant withdraws, having been asked about pressure (row C20); a case goes on all the same."""
    holds.hold(session, complaint, version)
    actor = as_the_person(session, complaint, actor)
    facts = {"pressure": pressure, "why": why.strip()}
    dossiers.move(Ask(session, complaint, actor, facts, now), COMPLAINT, "withdraw")


@COMPLAINT.effect("C20")
def note_withdrawal(ask: Ask) -> None:
    """Note what was said about pressure; if there was some, it is urgent (V-P04)."""
    ask.it.pressure = bool(ask.facts["pressure"])
    ask.it.reason_text = ask.facts.get("why") or None
    if ask.it.pressure:
        pressed(ask.session, ask.it, on=day_of(ask.now), now=ask.now)


def pressed(session: Session, complaint: Complaint, *, on: date, now: datetime) -> None:
    """The person said on that day that somebody presses for an end: it stays said, whatever is asked anew later."""
    complaint.pressed_on = on
    retaliation(session, complaint, now=now)


def retaliation(session: Session, complaint: Complaint, *, now: datetime) -> None:
    """Somebody presses the person because of the complaint: urgent until somebody has looked at it."""
    subject = ("complaint", complaint.id, complaint.ref)
    complaint.urgent = True
    if any(task.kind == "retaliation" for task in tasks.open_of(session, subject[:2])):
        return
    key = f"retaliation:{complaint.id}:{now:%Y%m%d%H%M%S}"
    tasks.put(session, "retaliation", subject, role="officer", now=now, key=key, urgent=True)


OUTCOMES = {
    "C10": "ACCEPTED",
    "C12": "NO_FEEDBACK",
    "C13": "CHECKED",
    "C19": "SETTLED",
    "C20": "WITHDRAWN",
    "C22": "ESCALATED",
    "C25": "DUPLICATE",
}


@COMPLAINT.effect(*OUTCOMES)
def note_end(ask: Ask) -> None:
    """Note how it ended, when, and by whom."""
    it: Complaint = ask.it
    assert ask.row is not None  # noqa: S101 - an effect of a row
    it.outcome, it.ended_at, it.ended_by = OUTCOMES[ask.row.id], ask.now, ask.root.actor.id
    if ask.row.id == "C13":
        it.reason_text = ask.facts["why"]


@COMPLAINT.effect("C04", "C10", "C12", "C13", "C19", "C22", "C25")
def no_terms_wait(ask: Ask) -> None:
    """Once the complaint has ended, nothing is left to do about proposed terms."""
    tasks.settle(ask.session, ("complaint", ask.it.id), ("settlement",), actor=ask.actor, now=ask.now)


@COMPLAINT.effect("C10", "C12", "C19", "C20")
def screen_what_is_severe(ask: Ask) -> None:
    """A severe complaint that ended without a lead is screened by an officer: its end does not end the matter."""
    if ask.it.severity >= SEVERE and not policies_tracks.about_facts(ask.session, ask.it):
        tasks.put(ask.session, "screen", ("complaint", ask.it.id, ask.it.ref), role="officer", now=ask.now)


def assign(
    session: Session,
    complaint: Complaint,
    account_id: int | None,
    *,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Say who handles an open complaint. Whoever takes no part in it is not given it, and can only give it back."""
    if not policies.may_work(actor):
        raise NotAllowed
    holds.hold(session, complaint, version)
    policies_assignment.may_be_given(session, complaint, account_id, day_of(now))
    before, complaint.officer_id = complaint.officer_id, account_id
    telling.of_assignment(session, "complaint_assigned", complaint.id, account_id, actor=actor, now=now)
    said = {"officer": [before, account_id]}
    noting.of_complaint(session, complaint, "assigned", actor, now, said, by_anybody=account_id is None)


def give_back(session: Session, account_id: int, now: datetime) -> None:
    """Take the open complaints from somebody who may no longer take part in them; others take them up."""
    it = QueueEntry
    mine = select(it.complaint_id).where(it.officer_id == account_id, it.state != "MERGED").order_by(it.complaint_id)
    for number in sorted(queries_assignment.barred_from(session, session.scalars(mine).all(), account_id, day_of(now))):
        complaint = session.get_one(Complaint, number)
        holds.hold(session, complaint)
        if complaint.officer_id == account_id:
            _back_to_nobody(session, complaint, now)


def leave(session: Session, complaint: Complaint, now: datetime, about: Collection[int] = ()) -> None:
    """Take the complaint from its handler, if this person is tied to one of its companies, as far as known now."""
    handles = Actor(complaint.officer_id, audience="staff")
    if next(no_part_in_complaint(session, handles, complaint.id, day_of(now), about), None) is not None:
        _back_to_nobody(session, complaint, now)


def _back_to_nobody(session: Session, complaint: Complaint, now: datetime) -> None:
    before, complaint.officer_id = complaint.officer_id, None
    noting.of_complaint(session, complaint, "assigned", SYSTEM, now, {"officer": [before, None]})


@COMPLAINT.effect("C03", "C08", "C11", "C24", "C29", "C30")
def leave_to_who_goes_on(ask: Ask) -> None:
    """Take it from a handler who cannot do what it waits for from now on, so that it stands in the lists of others."""
    if ask.row is not None:
        _without(ask.session, ask.it, ask.row.target, ask.now)


@accounts.on_locked
@accounts.on_roles
def leave_what_took_the_role(session: Session, account: Account, now: datetime) -> None:
    """Take from whoever lost a role, or was locked out, the complaints that wait for people of that role alone."""
    it = QueueEntry
    mine = select(it.complaint_id).where(it.officer_id == account.id, it.state.in_(policies_assignment.NEEDS))
    for number in session.scalars(mine.order_by(it.complaint_id)).all():
        complaint = session.get_one(Complaint, number)
        holds.hold(session, complaint)
        if complaint.officer_id == account.id:
            _without(session, complaint, complaint.state, now)


def leave_to_others(session: Session, now: datetime) -> None:
    """Do the same for everybody who holds such complaints: those of before anybody was asked whether they can go on."""
    it = QueueEntry
    held = select(it.officer_id).where(it.state.in_(policies_assignment.NEEDS))
    holders = select(Account).where(Account.id.in_(held)).order_by(Account.id)
    for account in session.scalars(holders).all():
        leave_what_took_the_role(session, account, now)


def _without(session: Session, complaint: Complaint, state: str, now: datetime) -> None:
    person = complaint.officer_id
    if person is not None and not policies_assignment.goes_on(state, queries_assignment.roles_of(session, person)):
        _back_to_nobody(session, complaint, now)


@COMPLAINT.found_from("forwarding")
def of_forwarding(ask: Ask) -> list[Complaint]:
    """The complaint that was forwarded."""
    ask.facts.pop("journal", None)
    return [ask.session.get_one(Complaint, ask.it.complaint_id)]


@COMPLAINT.found_from("complaint")
def followers(ask: Ask) -> list[Complaint]:
    """What follows a leading complaint ends with it, and so on down the line."""
    ask.facts.pop("journal", None)
    found: list[Complaint] = []
    leads = [ask.it.id]
    while leads:
        mine = select(Complaint).where(Complaint.lead_id.in_(leads), Complaint.state == "MERGED")
        next_ones = list(ask.session.scalars(mine.order_by(Complaint.id).with_for_update()))
        found += next_ones
        leads = [each.id for each in next_ones]
    return found
