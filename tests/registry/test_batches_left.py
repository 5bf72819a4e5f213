"""A long job whose starter has left or has another role: the head goes on with it, or takes back what it did."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import tasks
from casework.models import Task
from core import clock, outbox
from core.actors import SYSTEM, Actor
from core.db import transaction
from core.errors import NotAllowed, Refused
from registry import accounts, batches
from registry.batches import Kind
from registry.models_accounts import Account
from registry.models_batches import Batch, BatchItem
from tests.registry.test_batches import BACK, KIND, Works, works

__all__ = ["works"]


@pytest.mark.parametrize("how", ["locked", "another role"])
@pytest.mark.parametrize("at_once", [False, True])
def test_what_its_starter_cannot_go_on_with_is_a_task_for_the_head_who_goes_on_in_that_place(
    works: Works, monkeypatch: pytest.MonkeyPatch, how: str, at_once: bool
) -> None:
    did: list[int | None] = []

    def many(
        _at: Session, _batch: Batch, items: Sequence[BatchItem], actor: Actor, _now: datetime
    ) -> dict[int, Refused]:
        did.extend(actor.id for _each in items)
        return {}

    kind = Kind(
        lambda _s, it: f"Rename {it.id}",
        lambda _at, _batch, _item, actor, _now: did.append(actor.id),
        may=lambda actor: actor.has("officer", "head"),
        many=many if at_once else None,
    )
    monkeypatch.setitem(batches.KINDS, KIND, kind)
    number = works.prepared()
    works.act(batches.start, number)
    with transaction() as at:
        person, said = at.get_one(Account, works.officer), {"actor": SYSTEM, "now": clock.now()}
        if how == "locked":
            accounts.lock(at, person, why="离职", version=None, **said)
        else:
            accounts.give_role(at, person, "secretary", **said)
            accounts.take_role(at, person, "officer", **said)
    outbox.run_all()
    assert works.state(number) == ("FAILED", 0, 0, 1)
    with transaction() as at:
        task = at.scalars(select(Task).where(Task.kind == "job_left")).one()
        assert (task.role, task.subject_id, task.done_at) == ("head", number, None)
        assert f"Rename {number}" in tasks.sentence(task)
    works.act(batches.go_on, number, works.head)
    outbox.run_all()
    assert works.state(number) == ("DONE", 7, 0, 1)
    assert did == [works.head] * 7
    with transaction() as at:
        assert at.scalars(select(Task.done_at).where(Task.kind == "job_left")).one() is not None
        assert at.get_one(Batch, number).started_by == works.head


def test_what_somebody_did_who_has_left_the_head_takes_back(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(batches.KINDS, KIND, Kind(lambda _s, it: f"Rename {it.id}", works.do, undo=BACK))
    number = works.prepared()
    works.act(batches.start, number)
    outbox.run_all()
    with pytest.raises(NotAllowed):
        works.act(batches.undo, number, works.head)
    with transaction() as at:
        accounts.lock(at, at.get_one(Account, works.officer), why="离职", actor=SYSTEM, now=clock.now())
    works.act(batches.undo, number, works.head)
    works.act(batches.start, number + 1, works.head)
    outbox.run_all()
    assert works.names() == [""] * 8
