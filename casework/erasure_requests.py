"""Erasing what a person told before its years are over, because that person asked: one proposes, the head decides."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework import holds, messages, noting, policies, queries_erasures, tasks
from casework.complaints import as_the_person
from casework.documents import lang_of
from casework.models import Complaint
from casework.models_erasures import ErasureRequest
from casework.phrases import phrase
from casework.policies_impartial import no_part_in_complaint
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused, raise_first
from core.plainly import day
from core.words import LazyString, _, _l, language
from notices.papers import day_text
from registry import golive
from registry.clock_kinds import KINDS
from registry.counting import ONE_DAY

KIND, EARLY = "erasure_proposed", "erase early"
golive.rests_on((queries_erasures.GRACE,), EARLY)
tasks.KINDS[KIND] = _l("The person asks to have the data deleted before the years are over: decide on it, %(ref)s.")
KEPT = {
    "hold": _l("The head holds it back from erasing: as long as that lasts it is not erased early."),
    "case": _l("A case rests on it: what was told is kept with the file of that case, and erased with it."),
    "task": _l("Something of it still waits to be done, for example a message to be answered: do that first."),
    "draft": _l("A draft about it has not been issued yet: issue or drop it first."),
    "forwarding": _l("A company has not finished with it yet: wait for that."),
    "stop_contact": _l("A request to stop contact that hangs on it is still open: wait for its end."),
    "follower": _l("A complaint that follows it has not ended yet: wait for that."),
}
"""What keeps it, as whoever wants to erase it reads."""


def may_propose(actor: Actor) -> bool:
    """Whether somebody may propose it: whoever hears from the person."""
    return actor.has("officer", "intake")


def may_decide(actor: Actor, request: ErasureRequest) -> bool:
    """Whether somebody may grant or refuse it: the head, who has not proposed it."""
    return actor.has("head") and actor.id is not None and actor.id != request.proposed_by


def propose(
    session: Session,
    complaint: Complaint,
    *,
    asked_on: date,
    reason: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> ErasureRequest:
    """Put it before the head that an ended complaint be erased; nothing may keep it."""
    if not may_propose(actor) or actor.id is None:
        raise NotAllowed
    holds.hold(session, complaint, version)
    raise_first(no_part_in_complaint(session, actor, complaint.id, day_of(now)))
    raise_first(refusals(session, complaint))
    if not complaint.received_on <= asked_on <= day_of(now):
        raise BadInput("asked_on", _l("Give the day on which the person asked, since the complaint came."))
    if not reason.strip():
        raise BadInput("reason", _l("Say how the person asked for it."))
    if queries_erasures.request_of(session, complaint) is not None:
        raise NotNow(_l("It is proposed or granted already."))
    said = {"asked_on": asked_on, "reason": reason.strip(), "proposed_at": now, "proposed_by": actor.id}
    made = ErasureRequest(complaint_id=complaint.id, **said)
    session.add(made)
    session.flush()
    subject = ("complaint", complaint.id, complaint.ref)
    tasks.put(session, KIND, subject, role="head", now=now, key=f"{KIND}:{made.id}", but=actor.id)
    noting.of_complaint(session, complaint, "retention.proposed", actor, now)
    return made


def grant(
    session: Session, complaint: Complaint, *, why: str, actor: Actor, version: int | None = None, now: datetime
) -> None:
    """It is erased after the days in which its person, who is told, can take it back, unless something keeps it."""
    request = _decided(session, complaint, why, actor, version, now)
    if request.granted:
        raise NotNow(_l("It is granted already."))
    raise_first(grant_refusals(session, complaint))
    request.granted, request.decided_at, request.decided_by, request.why = True, now, actor.id, why.strip()
    request.erase_on = queries_erasures.first_day_early(session, day_of(now))
    _done(session, complaint, "granted", request.why, actor, now, request.erase_on)


def refuse(
    session: Session, complaint: Complaint, *, why: str, actor: Actor, version: int | None = None, now: datetime
) -> None:
    """It is kept for its years, also after it was granted, as long as it is there; it may be proposed again."""
    request = _decided(session, complaint, why, actor, version, now)
    request.granted, request.decided_at, request.decided_by, request.why = False, now, actor.id, why.strip()
    request.over_at = now
    _done(session, complaint, "refused", request.why, actor, now)


def take_back(
    session: Session, complaint: Complaint, *, actor: Actor, version: int | None = None, now: datetime
) -> None:
    """The person does not want it any more, on the page of the code or as staff note it: it is kept for its years.

    What staff note is told to the person, who may have meant something else and would learn of it nowhere.
    """
    holds.hold(session, complaint, version)
    person = as_the_person(session, complaint, actor)
    if not policies.is_own(person, complaint):
        raise NotAllowed
    request = queries_erasures.request_of(session, complaint)
    if request is None:
        raise NotNow(_l("No deletion before the years are over is proposed or granted any more."))
    request.over_at = now
    session.flush()
    tasks.settle(session, ("complaint", complaint.id), (KIND,), actor=person, now=now)
    noting.of_complaint(session, complaint, "retention.taken_back", person, now)
    if not policies.is_own(actor, complaint):
        _tell(session, complaint, "taken_back", actor, now)


def give_up(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> None:
    """A complaint that is opened again is not erased early: whoever still wants that asks again once it has ended.

    Whoever was told from when on it is deleted is told that it is not.
    """
    request = queries_erasures.request_of(session, complaint)
    if request is None:
        return
    request.over_at = now
    session.flush()
    tasks.settle(session, ("complaint", complaint.id), (KIND,), actor=actor, now=now)
    if request.granted:
        _tell(session, complaint, "given_up", actor, now)


def wait(session: Session, complaint: Complaint, *, told: str, actor: Actor, now: datetime) -> None:
    """What was granted waits from now on, since the data are held back: its person hears so, and why if it is said."""
    request = queries_erasures.request_of(session, complaint)
    if request is None or not request.granted:
        return
    request.held_at = now
    session.flush()
    lang = lang_of(complaint)
    _tell(session, complaint, "held", actor, now, told.strip() or phrase("erasing.held_why", lang))


def go_on(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> None:
    """What waited is erased on its day, or the next one if that has passed: its person hears from when on."""
    request = queries_erasures.request_of(session, complaint)
    if request is None or request.held_at is None or request.erase_on is None:
        return
    request.held_at, request.erase_on = None, max(request.erase_on, day_of(now) + ONE_DAY)
    session.flush()
    _tell(session, complaint, "let_go", actor, now, on=request.erase_on)


def refusals(session: Session, complaint: Complaint) -> Iterator[Refused]:
    """Why it is neither proposed nor granted now, whatever is said."""
    if not complaint.ended:
        yield NotNow(_l("The complaint has not ended: its data are needed until then."))
    elif what := queries_erasures.keeps(session, complaint, KIND):
        yield NotNow(_running(session, complaint) if what == "clock" else KEPT[what])


def _running(session: Session, complaint: Complaint) -> LazyString:
    """Which time limit runs, of which letter where it is that of a service, and until when if that is known."""
    clock, letter = queries_erasures.running(session, complaint)
    named = LazyString(_named, clock.key, letter.ref if letter is not None else "", clock.due_on)
    return _l("A time limit of it still runs: %(clock)s. Wait for its end.", clock=named)


def _named(key: str, letter: str, last: date | None) -> str:
    until = _("until %(day)s", day=day(last, "page")) if last is not None else ""
    return " · ".join(each for each in (KINDS[key].name(language()), letter, until) if each)


def grant_refusals(session: Session, complaint: Complaint) -> Iterator[Refused]:
    """Why it is not granted now, whatever is said: its person is told a day by a setting that somebody confirmed."""
    yield from refusals(session, complaint)
    yield from golive.refused(session, EARLY)


def _decided(
    session: Session, complaint: Complaint, why: str, actor: Actor, version: int | None, now: datetime
) -> ErasureRequest:
    """What is decided, by whoever may."""
    holds.hold(session, complaint, version)
    request = queries_erasures.request_of(session, complaint)
    if not actor.has("head"):
        raise NotAllowed
    raise_first(no_part_in_complaint(session, actor, complaint.id, day_of(now)))
    if request is None:
        raise NotNow(_l("Nobody has proposed to erase it early, or that was decided."))
    if not may_decide(actor, request):
        raise NotAllowed(_l("You proposed it: another head decides."))
    if not why.strip():
        raise BadInput("why", _l("Give the reason."))
    return request


def _done(
    session: Session, complaint: Complaint, what: str, why: str, actor: Actor, now: datetime, on: date | None = None
) -> None:
    """Note what was decided, and tell its person by a message; nobody can be written to of an earlier register."""
    session.flush()
    tasks.settle(session, ("complaint", complaint.id), (KIND,), actor=actor, now=now)
    noting.of_complaint(session, complaint, f"retention.{what}", actor, now)
    _tell(session, complaint, what, actor, now, why, on)


def _tell(
    session: Session,
    complaint: Complaint,
    what: str,
    actor: Actor,
    now: datetime,
    why: str = "",
    on: date | None = None,
) -> None:
    if complaint.can_be_written_to:
        lang = lang_of(complaint)
        said = {"why": why} if on is None else {"why": why, "day": day_text(on, lang)}
        messages.write(session, complaint, phrase(f"erasing.{what}", lang, **said), actor=actor, now=now)
