"""What the years do after a life: everything is archived and over, and of whoever told of it nothing is left."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import retention
from bench.lives import executing
from bench.lives.filling import NUMBERS
from bench.lives.inside import DEEDS
from bench.lives.outside import NAME
from casework import erasures, rechecks, tasks
from casework.models import Complaint, Task
from casework.models_cases import CaseFile
from casework.models_erasures import ErasureHold
from core import journal
from core.actors import Actor
from core.db import SYSTEM_READER, read_as, session, transaction
from search import entries
from tests.canary import holding

YEARS = (1, 11)
"""After so many years everything can go into the archive, after so many more nothing is kept any longer."""
DAYS, TURNS = 366, 8
WAITS = (
    "SELECT subject_type, subject_id, key FROM clock WHERE state <> 'ENDED' UNION ALL SELECT subject_kind, subject_id, "
    "kind FROM task WHERE done_at IS NULL UNION ALL SELECT 'track', id, state FROM case_track WHERE state <> 'ARCHIVED'"
)
"""What could keep something from being erased."""


def forget(life: Any) -> None:
    """Ended tracks go into the archive, everybody ticks off what waits, nothing is held back, and the years pass."""
    archive = DEEDS["track"]["archive"]
    for years in YEARS:
        life.wait(years * DAYS)
        for machine, number, state in life.things("track"):
            if machine.row(state, "archive") is not None:
                _try(lambda it=(machine, number): life.attempt("bind", life.act, *it, executing.bind))
                _try(lambda it=(machine, number): life.attempt("archive", life.act, *it, archive, well=True))
        life.attempt("papers end", life.papers.deliver, life.world)
        life.attempt("leave off", _leave_off, life)
    retention.erase_due(life.present.now)
    at = session()
    read_as(at, SYSTEM_READER)
    left = [f"complaint {each}" for each in at.scalars(select(Complaint.id).where(Complaint.erased_at.is_(None)))]
    left += [f"case {each}" for each in at.scalars(select(CaseFile.id).where(CaseFile.erased_at.is_(None)))]
    places = sorted(holding(at, NAME, *NUMBERS))
    wrong = [str(each) for each in (*journal.verify(at), *entries.drifted(at))]
    at.rollback()
    if left or places or wrong:
        waits = life.eye.rows(WAITS)
        life.fail(f"{waits}\nafter its years this is not erased: {left}; the person still stands in {places}; {wrong}")


def _try(do: Callable[[], bool]) -> None:
    """Where whoever tries was recused, somebody else does."""
    any(do() for _turn in range(TURNS))


def _refuse(at: Session, it: Complaint, heads: list[Actor], now: datetime) -> None:
    by = next(each for each in heads if rechecks.may_refuse(at, it, each))
    rechecks.refuse(at, it, why="没有新的事实。", actor=by, now=now)


def _leave_off(life: Any) -> None:
    now, heads = life.present.now, life.world.able("head")
    with transaction() as at:
        for task in at.scalars(select(Task).where(Task.done_at.is_(None)).order_by(Task.id)).all():
            if task.kind in tasks.DECIDED:
                _refuse(at, at.get_one(Complaint, task.subject_id), heads, now)
                continue
            by = next(each for each in life.world.able(task.role, "head") if each.id != task.but)
            tasks.done(at, task, actor=by, now=now)
        for held in at.scalars(select(ErasureHold).where(ErasureHold.let_go_at.is_(None))).all():
            erasures.let_go(at, at.get_one(Complaint, held.complaint_id), actor=heads[0], now=now)
