"""Who of staff and companies is told that something waits: about tasks, answers, assignments and days that come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, or_, select, union
from sqlalchemy.orm import Session

from casework.models import Complaint, Forwarding, Task
from casework.models_cases import CaseFile, CaseTrack
from casework.models_queue import QueueEntry
from casework.models_recusals import Interest, Recusal
from casework.models_stop_contacts import StopContact
from casework.policies_impartial import is_kept_out
from casework.queries_recusals import is_closed
from casework.states import FORWARDING
from core import clock
from core.actors import Actor
from core.db import KEPT, transaction
from core.held_back import held_back_of
from core.machine import Ask
from core.outbox import job, later
from notices.models import Dossier
from registry import absences, calendar, notifications
from registry.clock_hooks import HOOKS
from registry.clock_kinds import KINDS
from registry.events import EVENTS
from registry.models_accounts import Account, AccountRole, Audience
from registry.models_clocks import Clock
from registry.models_notifications import Notification

JOB = "casework.tell_staff"
ANSWERS = frozenset(
    {"message", "evidence", "information", "recheck", "settlement", "time_asked", "interview_time", "record_signed"}
)
"""Tasks that somebody from outside raised."""
OFFICERS = frozenset({"officer", "intake", "investigator"})
"""Owners of clocks that are the officer's in charge."""
ONE_DAY = timedelta(days=1)
DISTANT = {"past": -ONE_DAY, "today": 0 * ONE_DAY, "tomorrow": ONE_DAY}
"""How far the day of a reminder lies ahead, by the word with which its key begins."""


def of_task(
    session: Session, task_id: int, kind: str, subject: tuple[str, int], role: str, but: int | None = None
) -> None:
    """Tell whoever a new task is for and wants to hear of it; not the first person, if it takes a second one."""
    event = "approval" if kind == "dossier_approve" else "answer" if kind.partition(":")[0] in ANSWERS else "task"
    _later(session, event, f"task:{task_id}", subject, role, but)


@FORWARDING.effect("F04", "F05")
def of_answer(ask: Ask) -> None:
    """A company answered, or says that the matter is not its own."""
    _later(ask.session, "answer", f"answer:{ask.it.id}:{ask.now.isoformat()}", ("forwarding", ask.it.id), "intake")


def of_assignment(
    session: Session, event: str, number: int, account_id: int | None, *, actor: Actor, now: datetime
) -> None:
    """Tell this person that somebody else gave them a complaint or a case."""
    if account_id is not None and account_id != actor.id:
        person = session.get_one(Account, account_id)
        notifications.tell(session, person, event, key=f"{event}:{number}:{now.isoformat()}", now=now)


def _later(session: Session, event: str, key: str, subject: tuple[str, int], role: str, but: int | None = None) -> None:
    if _anybody(session, EVENTS[event].choice):
        kind, number = subject
        args = {"event": event, "about": key, "kind": kind, "number": number, "role": role}
        later(session, JOB, key=f"tell_staff:{key}", **args if but is None else {**args, "but": but})


def _anybody(session: Session, choice: str) -> bool:
    """Whether anybody wants to be told that; asked once for all that is done together."""
    known: dict[object, Any] = session.info[KEPT] if held_back_of(session) is not None else {}
    if ("wanted", choice) not in known:
        wanted = notifications.who_wants(choice).limit(1)
        known["wanted", choice] = session.scalar(wanted) is not None
    return bool(known["wanted", choice])


@job(JOB)
def tell_staff(event: str, about: str, kind: str, number: int, role: str, but: int | None = None) -> None:
    """Tell whoever is in charge; everybody of the role, if nobody is or the task is not for that person.

    What takes a second person goes to everybody of the role except the first.
    """
    now, subject = clock.now(), (kind, number)
    with transaction() as session:
        wanting = select(Account).where(Account.id.in_(notifications.who_wants(EVENTS[event].choice)))
        wanting = wanting.where(Account.audience == Audience.STAFF).order_by(Account.id)
        of_role = select(AccountRole.account_id).where(AccountRole.role == role)
        wanting = wanting.where(Account.id != but) if but is not None else wanting
        today = clock.day_of(now)
        charged = _in_charge(session, event, subject, role, today) if but is None else []
        whom = [Account.id.in_(charged or of_role)]
        if event == "answer" and role not in OFFICERS:
            whom.append(Account.id.in_(of_role))  # the head decides, but whoever is in charge is told as well
        people = session.scalars(wanting.where(or_(*whom))).all()
        for person in people:
            if not _keeps_out(session, person.id, subject, today):
                notifications.tell(session, person, event, key=about, now=now)


def _keeps_out(session: Session, account_id: int, subject: tuple[str, int], day: date) -> bool:
    """Whether a matter is closed to somebody, by a recusal or by an interest they declared."""
    return is_closed(session, account_id, *subject) or is_kept_out(session, account_id, subject, day)


def _in_charge(session: Session, event: str, subject: tuple[str, int], role: str, day: date) -> list[int]:
    """The officer or investigator, and the substitute if that person is away; nobody, if the task is not for them.

    Whoever is locked out is in charge of nothing. A substitute who lacks the role, has left since, or takes no part in
    the matter, can no more do it than the one who is away: then somebody else must hear of it. That an answer came is
    theirs whatever the role, since the matter is theirs.
    """
    officer = _officer_of(session, *subject, role)

    def able(each: int) -> bool:
        has_role = event == "answer" or role in session.get_one(Account, each).role_words
        return has_role and not _keeps_out(session, each, subject, day)

    substitute = absences.away(session, day).get(officer) if officer is not None else None
    people = [each for each in (officer, substitute) if each is not None]
    there = set(session.scalars(select(Account.id).where(Account.id.in_(people), Account.works)))
    if not all(map(able, people)) or substitute not in {None, *there}:
        return []
    return sorted(there)


def _officer_of(session: Session, kind: str, number: int, role: str) -> int | None:
    if kind == "track" and role == "investigator":
        return session.scalar(select(CaseTrack.investigator_id).where(CaseTrack.id == number))
    found = {
        "complaint": select(Complaint.officer_id).where(Complaint.id == number),
        "forwarding": select(Complaint.officer_id).join(Forwarding).where(Forwarding.id == number),
        "case": select(CaseFile.officer_id).where(CaseFile.id == number),
        "track": select(CaseFile.officer_id).join(CaseTrack).where(CaseTrack.id == number),
        "approval": select(Dossier.drafted_by).where(Dossier.id == number),
    }.get(kind)
    return session.scalar(found) if found is not None else None


def deadlines(session: Session, now: datetime) -> None:
    """Every day, after the morning's hour: tell what ended yesterday, ends today or ends tomorrow, each once."""
    today, morning = clock.day_of(now), notifications.morning(session, now)
    staff, companies = (set(session.scalars(notifications.who_wants(f"{side}_dates"))) for side in ("staff", "party"))
    for moment, distance in DISTANT.items():
        day = today + distance
        for person, about in (*_of_staff(session, day, today, staff), *_of_companies(session, day, today, companies)):
            event = f"{'staff' if person.audience is Audience.STAFF else 'party'}_{moment}"
            key = f"{moment}:{about}:{day}"
            notifications.tell(session, person, event, key=key, now=now, at=morning)


@notifications.on_telling
def still_so(session: Session, person: Account, found: list[Notification], now: datetime) -> list[Notification]:
    """What is still worth telling: no task done meanwhile, closed to this person, or not of a role they have now.

    And no day that has come or moved since, or is no longer this person's.
    """
    raised = [_task(each) for each in found if _task(each)]
    over = _over(session, person, raised, clock.day_of(now)) if raised else ()
    known: dict[date, set[str]] = {}

    def stands(it: Notification) -> bool:
        moment, _colon, rest = it.key.partition(":")
        if moment not in DISTANT:
            return _task(it) not in over
        about, _colon, said = rest.rpartition(":")
        day, today = date.fromisoformat(said), clock.day_of(now)
        if day not in known:
            asked = session, day, today, {person.id}
            known[day] = {each for _person, each in (*_of_staff(*asked), *_of_companies(*asked))}
        same = day < today if moment == "past" else day == today + DISTANT[moment]
        return same and about in known[day]

    return [each for each in found if stands(each)]


def _over(session: Session, person: Account, raised: list[int], today: date) -> set[int]:
    """Which of these tasks are done, or can no longer be done by this person."""
    found = session.scalars(select(Task).where(Task.id.in_(raised))).all()
    mine = [each for each in found if each.done_at is None and each.role in person.role_words]
    to_do = {
        each.id for each in mine if not _keeps_out(session, person.id, (each.subject_kind, each.subject_id), today)
    }
    return {each.id for each in found} - to_do


def _task(it: Notification) -> int:
    """The number of the task it asks for, 0 if none: that an answer came stays true once it was read."""
    kind, _colon, number = it.key.partition(":")
    return int(number) if kind == "task" and it.event != "answer" else 0


def _of_staff(session: Session, day: date, today: date, wanting: set[int]) -> Iterable[tuple[Account, str]]:
    """Of clocks that end on `day`: the officers in charge, and who stands in for those away today, if they want it.

    If the officer has left, takes no part or is away with nobody able to stand in, people of the role: otherwise the
    day would pass unseen.
    """
    away, left, tied = absences.away(session, today), _left(session), _tied(session)
    asked = wanting | left | tied | set(away)
    of_role = _of_roles(session, wanting | {*away.values()}) if left or tied or away else {}
    staff = _Staff(session, today, wanting, away, left, tied, of_role)
    for officer, number in session.execute(_of_complaints(session, day, asked)).all():
        for person in staff.told(officer, ("complaint", number), "intake", "officer"):
            yield person, f"complaint:{number}"
    running = select(CaseFile.officer_id, CaseTrack.investigator_id, Clock.id, Clock.key, CaseTrack.id)
    running = running.join(CaseTrack, CaseTrack.case_id == CaseFile.id)
    running = running.join(Clock, (Clock.subject_type == "track") & (Clock.subject_id == CaseTrack.id))
    theirs = CaseFile.officer_id.in_(asked) | CaseTrack.investigator_id.in_(asked)
    running = running.where(Clock.due_on == day, _still_counts(session, day), theirs)
    for officer, investigator, number, key, track in session.execute(running).all():
        owner = KINDS[key].owner
        if owner in OFFICERS:
            for person in staff.told(investigator if owner == "investigator" else officer, ("track", track), owner):
                yield person, f"clock:{number}"


@dataclass(frozen=True)
class _Staff:
    """The staff as they are today, by the numbers of their accounts."""

    session: Session
    today: date
    wanting: set[int]
    """Who wants to be told."""
    away: dict[int, int]
    """Who is away, with who stands in."""
    left: set[int]
    tied: set[int]
    """Who takes no part in something."""
    of_role: dict[str, list[int]]

    def told(self, officer: int | None, subject: tuple[str, int], *roles: str) -> Iterable[Account]:
        """Who is told of a matter in the charge of this officer; people of the first role where nobody else is left."""
        people = self._in_charge(officer, subject, roles)
        if not people and officer is not None:
            people = self.of_role.get(roles[0], [])
        for each in people:
            if each in self.wanting and not self._is_kept_out(each, subject):
                yield self.session.get_one(Account, each)

    def _in_charge(self, officer: int | None, subject: tuple[str, int], roles: tuple[str, ...]) -> list[int]:
        """The officer and the substitute; nobody where there is a substitute who can't act."""
        substitute = self.away.get(officer or 0)
        if substitute is not None and not self._can_stand_in(substitute, subject, roles):
            return []
        both = [each for each in (officer, substitute) if each is not None and each not in self.left]
        return [each for each in both if each not in self.tied or not self._is_kept_out(each, subject)]

    def _can_stand_in(self, substitute: int, subject: tuple[str, int], roles: tuple[str, ...]) -> bool:
        has_role = any(substitute in self.of_role.get(role, ()) for role in roles)
        return substitute not in self.left and has_role and not self._is_kept_out(substitute, subject)

    def _is_kept_out(self, person: int, subject: tuple[str, int]) -> bool:
        return _keeps_out(self.session, person, subject, self.today)


def _left(session: Session) -> set[int]:
    """Staff who are locked out, or have never come in."""
    staff = Account.audience == Audience.STAFF
    return set(session.scalars(select(Account.id).where(staff, ~Account.works)))


def _tied(session: Session) -> set[int]:
    """Whoever takes no part in something, or asks not to."""
    return set(session.scalars(select(Recusal.account_id).union(select(Interest.account_id))))


def _of_roles(session: Session, wanting: set[int]) -> dict[str, list[int]]:
    """By role, those of these people who have it."""
    found: dict[str, list[int]] = {}
    asked = select(AccountRole.role, AccountRole.account_id).where(AccountRole.account_id.in_(wanting))
    for role, person in session.execute(asked.order_by(AccountRole.account_id)):
        found.setdefault(role, []).append(person)
    return found


def _of_complaints(session: Session, day: date, asked: Iterable[int]) -> CompoundSelect[Any]:
    """By officer in charge, the open complaints of which something ends that day, whatever else of them is overdue.

    Not the system's own progress notice (K07), which needs nobody.
    """
    mine = select(QueueEntry.officer_id, QueueEntry.complaint_id).where(QueueEntry.officer_id.in_(asked))
    parts = []
    for kind, of, number in (
        ("complaint", Complaint.id, Complaint.id),
        ("forwarding", Forwarding.complaint_id, Forwarding.id),
        ("stop_contact", StopContact.complaint_id, StopContact.id),
    ):
        part = mine.join(of.class_, of == QueueEntry.complaint_id)
        part = part.join(Clock, (Clock.subject_type == kind) & (Clock.subject_id == number))
        parts.append(part.where(Clock.due_on == day, Clock.key != "K07", _still_counts(session, day)))
    return union(*parts)


def _of_companies(session: Session, day: date, today: date, wanting: set[int]) -> Iterable[tuple[Account, str]]:
    """The company's people who chose to be told, with each thing the company owes that day."""
    owing = select(Account, Clock.id, Clock.key).join(Clock, Clock.visible_party == Account.party_id)
    owing = owing.where(Clock.due_on == day, _still_counts(session, day), Account.id.in_(wanting))
    for person, number, key in session.execute(owing).all():
        if KINDS[key].owner == "respondent" and not (day < today and _is_held(session, number)):
            yield person, f"clock:{number}"


def _is_held(session: Session, number: int) -> bool:
    """Whether the day passed without effect, since a request made in time waits for the head."""
    found = session.get_one(Clock, number)
    return found.state == "RUNNING" and any(held(session, found) for held in HOOKS.holds)


def _still_counts(session: Session, day: date) -> ColumnElement[bool]:
    """Whether this last day counts: the clock runs, or ended because it passed; an estimate does not count.

    But the last days of December do, though the next year's notice may still change them: they act once they are over.
    """
    acts = Clock.provisional.is_(False) | calendar.confirms_itself(session, day)
    return acts & ((Clock.state == "RUNNING") | (Clock.how == "expired"))
