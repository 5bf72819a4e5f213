"""Tasks: what a person must look at, raised by a row, the sweep or a job that failed; each once."""

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, object_session
from sqlalchemy.orm.util import identity_key

from casework import telling
from casework.models import Complaint, Task
from core import clock, mail
from core.actors import SYSTEM, Actor
from core.errors import NotAllowed, NotNow
from core.held_back import held_back_of, writes
from core.machine import Ask
from core.outbox import Outbox
from core.words import LazyString, _, _l, language
from notices import doers
from notices.models import Dossier, Service
from notices.policies import TWO_WAYS
from notices.states import SERVICE
from notices.undoing import time_for
from registry import batches
from registry.clock_kinds import KINDS as CLOCKS
from registry.models_batches import Batch

KINDS: dict[str, LazyString] = {
    "clock_ended": _l("The time limit “%(clock)s” for %(ref)s has ended."),
    "clock_undated": _l("The calendar has no date for “%(clock)s” of %(ref)s: load the year."),
    "clock_estimate": _l("The estimated end of “%(clock)s” for %(ref)s has passed; nothing happens by itself."),
    "clock_early": _l(
        "“%(clock)s” for %(ref)s was acted on as ended, and ends later by the corrected calendar: decide what follows."
    ),
    "time_asked": _l("A respondent asks for more time: %(ref)s."),
    "time_waits": _l("A request for more time still waits after the last day: %(ref)s."),
    "screen": _l("Severe allegations without a lead: screen %(ref)s."),
    "retaliation": _l("Pressure or retaliation is reported (V-P04): %(ref)s."),
    "white_list": _l("No engagement covers the day of the conduct: check the white list for %(ref)s."),
    "similar": _l("Several similar complaints about the same company: think of a case, %(ref)s."),
    "message": _l("The complainant wrote: %(ref)s."),
    "in_time_after_all": _l(
        "What a lead holds to be missing was posted in time and has been entered: decide on that lead, %(ref)s."
    ),
    "evidence": _l("New evidence came in: %(ref)s."),
    "information": _l("What was asked for has come: %(ref)s."),
    "recheck": _l("The person asks that somebody new looks at it once more: %(ref)s."),
    "settlement": _l("Terms of a settlement were proposed: %(ref)s."),
    "stop_contact": _l("A number shall not be contacted any more: pass it on, %(ref)s."),
    "stop_unconfirmed": _l("The company has not confirmed that it stopped: ask it, %(ref)s."),
    "stop_gone": _l("The company that was asked to stop is gone, without a successor: tell the person, %(ref)s."),
    "stop_breached": _l("A number was contacted again after the request to stop: %(ref)s."),
    "unreachable": _l("A message to the recipient of %(ref)s came back: serve on paper."),
    "post_publicly": _l("Two ways of serving %(ref)s have failed: serve it by public notice, or have it tried again."),
    "unopened": _l("Nobody opened %(ref)s in time: it counts as served; ask the recipient whether it knows of it."),
    "paper_asked": _l("The recipient of %(ref)s asks for a paper copy: send it."),
    "not_rendered": _l("The PDF of %(ref)s could not be made."),
    "job_failed": _l("A job failed for the last time: %(ref)s."),
    "job_left": _l("Whoever began a long job can't go on with it: go on with the rest in that place, %(ref)s."),
    "dossier_approve": _l("Documents wait for approval: %(ref)s."),
    "dossier_sent_back": _l("A draft came back with comments: %(ref)s."),
    "dossier_drop_asked": _l("The body that decided asks that a draft be given up: %(ref)s."),
    "dossier_dropped": _l("A draft was dropped: %(ref)s."),
    "refer_authority": _l("Severe conduct: decide on a referral to the authority, %(ref)s."),
}
"""What a task asks, in the reader's words; other parts of the room add theirs."""

DECIDED: Final = frozenset({"recheck", "erasure_proposed"})
"""Kinds that a decision alone ends, of which a person hears: whoever ticked one off would leave that person waiting."""
HEAD: Final = Actor(None, frozenset({"head"}), audience="staff")
"""Any head."""
AT_INTAKE = frozenset({"RECEIVED", "NEED_INFO", "MERGED"})
"""States of a complaint that no officer has yet."""

SETTLED: Final = text(
    "UPDATE task SET done_at = s.done_at, done_by = s.done_by "
    "FROM json_to_recordset(CAST(:rows AS json)) AS s (subject_kind text, subject_id bigint, kinds text[], "
    "done_at timestamptz, done_by bigint) "
    "WHERE task.subject_kind = s.subject_kind AND task.subject_id = s.subject_id AND task.kind = ANY(s.kinds) "
    "AND task.done_at IS NULL RETURNING task.id"
)

Subject = tuple[str, int, str]
"""Machine, number and reference of what the task is about."""


def put(
    session: Session,
    kind: str,
    subject: Subject,
    *,
    role: str,
    now: datetime,
    key: str = "",
    urgent: bool = False,
    but: int | None = None,
) -> None:
    """Raise a task for the people of a role; the same key raises it once, whether open or done.

    If it takes a second person, everybody of the role hears of it and may do it, except (`but`) the first one.
    """
    if kind.partition(":")[0] not in KINDS:
        message = f"{kind} is no kind of task"
        raise LookupError(message)
    row = {
        "key": key or f"{kind}:{subject[0]}:{subject[1]}",
        "kind": kind,
        "role": role,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "subject_ref": subject[2],
        "urgent": urgent,
        "raised_at": now,
        "but": but,
    }
    if (back := held_back_of(session)) is not None:
        back.put_off(Task.__tablename__, row)
    else:
        _raise(session, [row])


@writes(Task.__tablename__)
def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write the tasks that were put off: raised ones, then done ones, as often as the order of the moves needs."""
    raised: list[dict[str, Any]] = []
    settled: list[dict[str, Any]] = []
    for row in rows:
        if "kinds" in row:
            settled.append(row)
            continue
        if any(_is_of(row, each) for each in settled):
            _raise(session, raised)
            _settle(session, settled)
            raised, settled = [], []
        raised.append(row)
    _raise(session, raised)
    _settle(session, settled)


def _is_of(row: dict[str, Any], settled: dict[str, Any]) -> bool:
    mine = row["subject_kind"], row["subject_id"]
    return row["kind"] in settled["kinds"] and mine == (settled["subject_kind"], settled["subject_id"])


def _settle(session: Session, rows: list[dict[str, Any]]) -> None:
    """Close the tasks of many things in one statement."""
    if not rows:
        return
    said = json.dumps(rows, default=str)
    for number in session.connection().scalars(SETTLED, {"rows": said}).all():
        if (known := session.identity_map.get(identity_key(Task, number))) is not None:
            session.expire(known)


def _raise(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write new tasks, and tell whoever they are for; a key that is there already is left alone."""
    if not rows:
        return
    new = insert(Task).on_conflict_do_nothing(index_elements=["key"]).returning(Task.id, Task.key)
    raised = {key: number for number, key in session.execute(new, rows)}
    for row in rows:
        if (number := raised.pop(row["key"], None)) is not None:
            subject = (row["subject_kind"], row["subject_id"])
            telling.of_task(session, number, row["kind"], subject, row["role"], row["but"])


def whose(complaint: Complaint) -> str:
    """The role that is told what comes from the complainant."""
    return "intake" if complaint.state in AT_INTAKE else "officer"


def about(ask: Ask) -> Subject:
    """The thing that a move is about."""
    return ask.machine, ask.it.id, str(ask.it.ref)


def may_finish(actor: Actor, task: Task) -> bool:
    """Whether somebody may tick it off: people of its role and the head, but never the one it keeps out."""
    if task.kind in DECIDED:
        return False
    return actor.has(task.role, "head", "system") and (task.but is None or task.but != actor.id)


def done(session: Session, task: Task, *, actor: Actor, now: datetime) -> None:
    """Close the task: somebody has looked at it."""
    session.flush()
    session.refresh(task, with_for_update=True)
    if task.kind in DECIDED:
        raise NotNow(_l("Somebody waits to hear of it: this ends when it is granted or refused."))
    if not may_finish(actor, task):
        raise NotAllowed
    if task.done_at is not None:
        raise NotNow(_l("Somebody has already done this task."))
    task.done_at, task.done_by = now, actor.id


def may_undo(session: Session, task: Task, *, actor: Actor, now: datetime) -> bool:
    """Whether somebody may undo it: who did it a moment ago, perhaps by mistake, as no task is raised twice."""
    if task.done_at is None or task.done_by != actor.id or not may_finish(actor, task):
        return False
    return now < task.done_at + time_for(session)


def undo(session: Session, task: Task, *, actor: Actor, now: datetime) -> None:
    """Open the task again; nobody is told anew."""
    session.flush()
    session.refresh(task, with_for_update=True)
    if not may_undo(session, task, actor=actor, now=now):
        raise NotNow(_l("This can't be undone any more: it is too long ago, or somebody has changed it since."))
    task.done_at = task.done_by = None


def settle(session: Session, subject: tuple[str, int], kinds: tuple[str, ...], *, actor: Actor, now: datetime) -> None:
    """Close the tasks of these kinds on a thing, since a move has answered them."""
    if (back := held_back_of(session)) is not None:
        of = {"subject_kind": subject[0], "subject_id": subject[1]}
        back.put_off(Task.__tablename__, of | {"kinds": kinds, "done_at": now, "done_by": actor.id})
        return
    session.execute(
        update(Task)
        .where(Task.subject_kind == subject[0], Task.subject_id == subject[1])
        .where(Task.kind.in_(kinds), Task.done_at.is_(None))
        .values(done_at=now, done_by=actor.id),
    )


def settle_one(session: Session, key: str, *, actor: Actor, now: datetime) -> None:
    """Close the one task with this key; several of its kind may be open on a thing."""
    mine = update(Task).where(Task.key == key, Task.done_at.is_(None))
    session.execute(mine.values(done_at=now, done_by=actor.id))


def open_of(session: Session, subject: tuple[str, int]) -> list[Task]:
    """Open tasks on a thing, the urgent ones first."""
    asked = select(Task).where(Task.subject_kind == subject[0], Task.subject_id == subject[1], Task.done_at.is_(None))
    return list(session.scalars(asked.order_by(Task.urgent.desc(), Task.raised_at, Task.id)))


def sentence(task: Task) -> str:
    """What the task asks, in the reader's words; the kind of a clock's task holds the clock's key after a colon."""
    kind, _colon, key = task.kind.partition(":")
    name = ""
    if key:
        name = CLOCKS[key].name(language())
    words, ref = str(KINDS[kind]), _called(task)
    if name and "%(clock)s" not in words:
        ref = _("%(ref)s (%(clock)s)", ref=ref, clock=name)
    return words % {"ref": ref, "clock": name}


def _called(task: Task) -> str:
    """What the task is about; a draft or a long job has no number and is called by what it does, and to what."""
    found = None
    if task.subject_kind == "batch" and (session := object_session(task)) is not None:
        work = session.get(Batch, task.subject_id)
        about = batches.KINDS.get(work.kind) if work is not None else None
        return about.title(session, work) if work is not None and about is not None else task.subject_ref
    if task.subject_kind == "approval" and (session := object_session(task)) is not None:
        found = session.get(Dossier, task.subject_id)
    if found is None or session is None:
        return task.subject_ref
    doer, thing, event = doers.doer_of(found)
    return doer.title(session, thing, event)


@SERVICE.effect("V03", "V08")
def of_service(ask: Ask) -> None:
    """Raise a task for a PDF that cannot be made, or an alert that bounced."""
    failed = ask.row is not None and ask.row.id == "V03"
    kind = "not_rendered" if failed else "unreachable"
    put(ask.session, kind, about(ask), role="officer", now=ask.now, urgent=failed)


@SERVICE.effect("V13")
def of_a_letter_returned(ask: Ask) -> None:
    """Raise a task for a letter that came back; after the second way, somebody else has to act."""
    _put_public_notice(ask.session, ask.it, {*ask.it.failed_ways, "POST"}, ask.now)


def _put_public_notice(session: Session, it: Service, failed: set[str], now: datetime) -> None:
    row = SERVICE.row("UNDELIVERED", "post_publicly")
    if it.party_id is not None and len(failed) >= TWO_WAYS and row is not None:
        key = f"post_publicly:{it.id}:{now.isoformat()}"
        put(session, "post_publicly", ("service", it.id, it.ref), role=row.roles[0], now=now, key=key)


@SERVICE.effect(*(row.id for row in SERVICE.rows_from("UNDELIVERED")))
def of_another_way(ask: Ask) -> None:
    """Close the task to serve it publicly: it is on its way again, served or void."""
    if len(ask.it.failed_ways) >= TWO_WAYS:
        with ask.session.no_autoflush:  # as in of_an_ended_service
            settle(ask.session, ("service", ask.it.id), ("post_publicly",), actor=ask.actor, now=ask.now)


@SERVICE.effect("V02")
def of_a_pdf_after_all(ask: Ask) -> None:
    """Close the task about a PDF that could not be made: now there is one."""
    settle(ask.session, ("service", ask.it.id), ("not_rendered",), actor=SYSTEM, now=ask.now)


@SERVICE.effect(*(row.id for row in SERVICE.rows.values() if row.target in SERVICE.ends))
def of_an_ended_service(ask: Ask) -> None:
    """Close the tasks of a service that succeeded in another way, or whose document is void."""
    service: Service = ask.it
    kinds = {"unreachable": service.bounced_at is not None}
    if ask.row is not None and ask.row.id == "V17":
        kinds |= {"not_rendered": service.state == "FAILED", "paper_asked": service.paper_asked_at is not None}
    if any(kinds.values()):
        done = tuple(kind for kind, so in kinds.items() if so)
        with ask.session.no_autoflush:  # the end and its state are written together, or the table refuses
            settle(ask.session, ("service", service.id), done, actor=ask.actor, now=ask.now)


@SERVICE.effect("V15", "V19")
def of_a_service_by_itself(ask: Ask) -> None:
    """Close the tasks that it is late, or may be: from here on K29 serves it."""
    late = ("clock_ended:K19", "clock_estimate:K19", "clock_undated:K19")
    with ask.session.no_autoflush:  # as in of_an_ended_service
        settle(ask.session, ("service", ask.it.id), late, actor=ask.actor, now=ask.now)


@SERVICE.effect("V07")
def of_an_unopened_notice(ask: Ask) -> None:
    """Have somebody tell a company's officer in charge of a notice that was served by rule and not opened."""
    if ask.it.party_id is not None and ask.it.document.party_id is not None:
        put(ask.session, "unopened", about(ask), role="officer", now=ask.now)


@SERVICE.effect("V09")
def of_a_paper_copy(ask: Ask) -> None:
    """Raise a task for a paper copy, which is sent besides."""
    put(ask.session, "paper_asked", about(ask), role="officer", now=ask.now)


ANSWERED = {"read": "unopened", "paper_sent": "paper_asked"}
"""What is noted of a service, and the task that it does."""


def noted_of_service(session: Session, service: Service, what: str, actor: Actor, now: datetime) -> None:
    """Close the task that asked for what was noted; a paper copy asked for after the service is a task as well."""
    if what == "attempted" and service.state == "UNDELIVERED":
        _put_public_notice(session, service, service.failed_ways, now)
    if what == "paper_asked":
        put(session, what, ("service", service.id, service.ref), role="officer", now=now)
    if what in ANSWERED:
        settle(session, ("service", service.id), (ANSWERED[what],), actor=actor, now=now)


def job_gave_up(session: Session, row: Outbox) -> None:
    """Raise a task for a job that failed for the last time; if no mail leaves at all, the go-live check says so."""
    if row.job == mail.SENDING and not mail.leaves_the_house():
        return
    now = row.gave_up_at or row.asked_at
    key = f"job_failed:outbox:{row.id}:{now.timestamp()}"
    put(session, "job_failed", ("outbox", row.id, row.job), role="head", now=now, key=key)


def job_waits_again(session: Session, number: int) -> None:
    """Close the task of a job that is tried again."""
    settle(session, ("outbox", number), ("job_failed",), actor=SYSTEM, now=clock.now())


@batches.on_left
def job_left(session: Session, batch: Batch, now: datetime) -> None:
    """Have a head continue a long job left by somebody who no longer can; close that once the job has not failed."""
    subject = ("batch", batch.id, f"batch-{batch.id}")
    if batch.state != "FAILED":
        settle(session, subject[:2], ("job_left",), actor=SYSTEM, now=now)
    elif batches.KINDS[batch.kind].may(HEAD):
        key = f"job_left:{batch.id}:{now.timestamp()}"
        put(session, "job_left", subject, role="head", now=now, key=key, urgent=True)
