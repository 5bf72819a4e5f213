"""The worker and the clock process in random lives: later work done soon, late, in any order or twice; each morning."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import standing_still, telling
from core import clock, mail, texts
from core.clock import day_of
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import Refused
from core.outbox import GIVEN_UP, JOBS, Outbox
from filestore import files
from notices import undoing
from portal import materials
from publishing import subscriptions
from registry import batches, notifications
from registry.clock_kinds import KINDS

ELSEWHERE = (mail.SENDING, files.SCAN, "notices.render")
"""What asks a server that is not there, and what papers do themselves."""
WAITING = (
    "SELECT id, job, args FROM outbox WHERE done_at IS NULL AND gave_up_at IS NULL AND job <> ALL(:elsewhere) "
    "ORDER BY id"
)
TWICE = 0.1
"""How often a worker dies before it has noted that it did something, and another does it again."""
AT_ONCE = 25
"""So much is done in one step, and no more."""
MORNING: tuple[Callable[[Session, datetime], object], ...] = (
    notifications.hand_over,
    texts.hand_over,
    undoing.hand_over,
    batches.forget_unstarted,
    notifications.forget_old,
    subscriptions.forget_unconfirmed,
    lambda at, now: materials.remind(at, day_of(now)),
    telling.deadlines,
    standing_still.look,
)
"""What the clock process does each day beside the time limits; figures and files are looked at elsewhere."""

UNSEEN = (
    "SELECT c.ref || ' ' || k.key FROM queue_entry q JOIN complaint c ON c.id = q.complaint_id "
    "JOIN (SELECT 'complaint' AS kind, id, id AS of FROM complaint "
    "UNION ALL SELECT 'forwarding', id, complaint_id FROM forwarding "
    "UNION ALL SELECT 'stop_contact', id, complaint_id FROM stop_contact) x ON x.of = c.id "
    "JOIN clock k ON k.subject_type = x.kind AND k.subject_id = x.id WHERE q.officer_id IS NOT NULL "
    "AND k.key <> 'K07' AND k.state = 'RUNNING' AND NOT k.provisional AND k.due_on = :today AND NOT EXISTS ("
    "SELECT 1 FROM notification n JOIN account a ON a.id = n.account_id AND a.locked_at IS NULL "
    "WHERE a.id <> ALL (:away) AND n.key = 'today:complaint:' || c.id || ':' || k.due_on) "
    "UNION ALL SELECT t.ref || ' ' || k.key FROM case_track t JOIN case_file f ON f.id = t.case_id "
    "JOIN clock k ON k.subject_type = 'track' AND k.subject_id = t.id WHERE k.key = ANY(:owned) "
    "AND num_nonnulls(f.officer_id, t.investigator_id) = 2 AND k.state = 'RUNNING' AND NOT k.provisional "
    "AND k.due_on = :today AND NOT EXISTS (SELECT 1 FROM notification n JOIN account a ON a.id = n.account_id "
    "AND a.locked_at IS NULL WHERE a.id <> ALL (:away) AND n.key = 'today:clock:' || k.id || ':' || k.due_on) "
    "UNION ALL SELECT p.name_zh || ' ' || k.key FROM clock k JOIN party p ON p.id = k.visible_party "
    "WHERE k.key = ANY(:owed) AND k.state = 'RUNNING' AND NOT k.provisional AND k.due_on = :today "
    "AND EXISTS (SELECT 1 FROM account a WHERE a.party_id = p.id AND a.locked_at IS NULL) "
    "AND NOT EXISTS (SELECT 1 FROM notification n JOIN account a ON a.id = n.account_id AND a.locked_at IS NULL "
    "AND a.party_id = p.id WHERE n.key = 'today:clock:' || k.id || ':' || k.due_on)"
)
"""Days of complaints and tracks that are in somebody's hands, and of companies where anybody can sign in."""


def morning(life: Any) -> None:
    """The first round of a day; of what ends today somebody is told."""
    for step in MORNING:
        with transaction() as at:
            step(at, life.present.now)
    if refs := unseen(life):
        life.fail(f"a last day that passes unseen: {refs}")


def unseen(life: Any) -> list[str]:
    """What ends today in somebody's hands, and of which nobody who is there was told this morning."""
    today = day_of(life.present.now)
    owned = [key for key, kind in KINDS.items() if kind.owner in telling.OFFICERS]
    owed = [key for key, kind in KINDS.items() if kind.owner == "respondent"]
    gone = "SELECT account_id FROM absence WHERE ended_at IS NULL AND :today BETWEEN from_on AND to_on"
    away = [number for (number,) in life.eye.rows(gone, today=today)]
    return [ref for (ref,) in life.eye.rows(UNSEEN, today=today, owned=owned, owed=owed, away=away)]


def work(life: Any) -> str:
    """Some of what waits is done, in no order."""
    waiting = life.eye.rows(WAITING, elsewhere=list(ELSEWHERE))
    some = life.dice.sample(waiting, min(len(waiting), life.dice.randint(1, AT_ONCE)))
    for number, job, args in some:
        _perform(number, job, args, times=2 if life.dice.random() < TWICE else 1)
    return f"{len(some)} of {len(waiting)}: {' '.join(sorted({job for _number, job, _args in some}))}"


def work_off(life: Any) -> None:
    """All that waits is done, and what it asks for in turn."""
    while waiting := life.eye.rows(WAITING, elsewhere=list(ELSEWHERE)):
        for number, job, args in waiting:
            _perform(number, job, args)


def _perform(number: int, job: str, args: dict[str, Any], *, times: int = 1) -> None:
    for _time in range(times):
        read_as(session(), SYSTEM_READER)
        try:
            JOBS[job](**args)
        except ConnectionRefusedError:
            return  # the gateway is away, and is asked again
        except texts.Overnight:
            session().rollback()
            _give_up(number)
            return
        except Refused as why:
            message = f"{job} {args} was refused, which nobody answers: {why}"
            raise RuntimeError(message) from why
    with transaction() as at:
        at.get_one(Outbox, number, populate_existing=True).done_at = clock.now()


def _give_up(number: int) -> None:
    with transaction() as at:
        row = at.get_one(Outbox, number, populate_existing=True)
        row.gave_up_at = clock.now()
        for tell in GIVEN_UP:
            tell(at, row)
