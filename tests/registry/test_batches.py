"""A long job does each of its items once, whatever dies on the way; it says what became of each, in both languages."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core import clock, outbox
from core.actors import Actor
from core.db import transaction
from core.errors import Changed, NotAllowed, NotNow
from core.words import _l
from registry import batches, jobs_batches
from registry.batches import Chosen, File, Kind
from registry.models import Party
from registry.models_accounts import Account
from registry.models_batches import Batch, BatchItem
from tests.builders import account, actor_of, party
from tests.two_at_once import at_once

KIND, BACK, PLAIN = "test.rename", "test.rename_back", "test.list"
SHUT = NotNow(_l("Nothing was chosen."))


class Killed(BaseException):
    """What no runner catches: the process is gone."""


class Works:
    """A site with some companies, one officer, one head, another officer; and what goes wrong on the way."""

    def __init__(self, at: Session) -> None:
        self.parties = [party(at, f"试验{number}号公司").id for number in range(8)]
        self.officer, self.other, self.head = (
            account(at, name, role).id for name, role in (("周研", "officer"), ("陈放", "officer"), ("梁岚", "head"))
        )
        self.troubles: dict[int, list[BaseException]] = {}
        self.hidden: set[int] = set()

    def do(self, at: Session, batch: Batch, item: BatchItem, actor: Actor, _now: datetime) -> None:
        it = at.get_one(Party, item.subject_id, with_for_update=True, populate_existing=True)
        item.result = {"before": it.name_en}
        it.name_en = f"{it.name_en or ''}{batch.params['word']}"
        at.flush()
        assert actor.id == self.officer
        if waiting := self.troubles.get(item.subject_id):
            raise waiting.pop(0)

    def back(self, at: Session, _batch: Batch, item: BatchItem, _actor: Actor, _now: datetime) -> None:
        at.get_one(Party, item.subject_id).name_en = item.result["before"]

    def prepared(self, name: str = KIND, *, leave_out: int = 1) -> int:
        with transaction() as at:
            chosen = [
                Chosen("party", number, f"公司{number}", SHUT if place < leave_out else None)
                for place, number in enumerate(self.parties)
            ]
            me = actor_of(at.get_one(Account, self.officer))
            made = batches.prepare(at, name, chosen, params={"word": "!"}, actor=me, now=clock.now())
            return made.id

    def act(self, verb: object, number: int, who: int | None = None) -> None:
        with transaction() as at:
            person = actor_of(at.get_one(Account, who or self.officer))
            verb(at, at.get_one(Batch, number), actor=person, now=clock.now())  # type: ignore[operator]

    def state(self, number: int) -> tuple[str, int, int, int]:
        with transaction() as at:
            it = at.get_one(Batch, number)
            return it.state, it.done, it.failed, it.skipped

    def names(self) -> list[str]:
        with transaction() as at:
            return [at.get_one(Party, number).name_en or "" for number in self.parties]

    def items(self, number: int) -> dict[int, BatchItem]:
        with transaction() as at:
            found = at.scalars(select(BatchItem).where(BatchItem.batch_id == number)).all()
            return {each.subject_id: each for each in found}


@pytest.fixture
def works(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Works]:
    with app.app_context():
        with transaction() as at:
            made = Works(at)
        for name, kind in (
            (KIND, Kind(lambda _s, it: f"Rename {it.id}", made.do, seen=lambda _s, i: i.subject_id not in made.hidden)),
            (BACK, Kind(lambda _s, it: f"Back {it.id}", made.back)),
            (PLAIN, Kind(lambda _s, it: f"List {it.id}", file=lambda _s, _it: File("l.txt", "text/plain", b"all"))),
        ):
            monkeypatch.setitem(batches.KINDS, name, kind)
        yield made


def test_nobody_outside_spends_the_keys_of_its_items(works: Works) -> None:
    number = works.prepared(leave_out=0)
    with transaction() as at:
        items = list(at.scalars(select(BatchItem.id).where(BatchItem.batch_id == number)))
    for each in items:
        for guessed in (f"batch:{number}:{each}", f"{number}:{each}-{each}"):
            with transaction(once=guessed):
                pass  # as any form does with the key that its sender gives it
    works.act(batches.start, number)
    outbox.run_all()
    assert works.state(number) == ("DONE", 8, 0, 0)


def test_whoever_starts_a_job_that_is_discarded_at_that_moment_is_told(app: Flask, works: Works) -> None:
    number, now = works.prepared(), clock.now()

    def mine(at: Session) -> dict[str, Any]:
        return {"batch": at.get_one(Batch, number), "actor": actor_of(at.get_one(Account, works.officer))}

    late = at_once(app, lambda at: batches.discard(at, **mine(at)), lambda at: batches.start(at, **mine(at), now=now))
    assert type(late) is Changed


def test_who_may_it_no_longer_neither_starts_it_nor_goes_on_nor_takes_its_file(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, open_to_all = works.prepared(), batches.KINDS[KIND]
    closed = replace(open_to_all, may=lambda _actor: False)
    monkeypatch.setitem(batches.KINDS, KIND, closed)
    with pytest.raises(NotAllowed):
        works.act(batches.start, number)
    monkeypatch.setitem(batches.KINDS, KIND, replace(open_to_all, second=_l("Nothing was chosen.")))
    with pytest.raises(NotNow):  # what a second person confirms nobody begins by hand
        works.act(batches.start, number)
    monkeypatch.setitem(batches.KINDS, KIND, open_to_all)
    works.act(batches.start, number)
    works.act(batches.cancel, number)
    monkeypatch.setitem(batches.KINDS, KIND, closed)
    for verb, who in ((batches.go_on, works.officer), (batches.go_on, works.head), (batches.ask_file, works.officer)):
        with pytest.raises(NotAllowed):
            works.act(verb, number, who)


def test_a_kind_with_a_measure_of_its_own_takes_no_more_at_once(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    for most, fits in ((8, True), (7, False)):
        monkeypatch.setitem(batches.KINDS, KIND, replace(batches.KINDS[KIND], most=most))
        if fits:
            works.prepared()
        else:
            with pytest.raises(NotNow, match="7"):
                works.prepared()


def test_nothing_is_done_before_it_is_started_and_then_each_item_once(works: Works) -> None:
    number = works.prepared(leave_out=2)
    outbox.run_all()
    assert works.state(number) == ("PREPARED", 0, 0, 2)
    assert works.names() == [""] * 8
    for who in (works.other, works.head):
        with pytest.raises(NotAllowed):
            works.act(batches.start, number, who)
    works.act(batches.start, number)
    with pytest.raises(NotNow):
        works.act(batches.start, number)
    outbox.run_all()
    assert works.state(number) == ("DONE", 6, 0, 2)
    assert works.names() == ["", "", *["!"] * 6]
    left_out = works.items(number)[works.parties[0]]
    assert left_out.reason is not None
    assert (left_out.state, left_out.reason["en"]) == ("SKIPPED", "Nothing was chosen.")
    assert left_out.reason["zh"] == "没有选中任何事项。"


def test_a_worker_that_is_killed_in_the_middle_leaves_nothing_half_and_nothing_is_done_twice(works: Works) -> None:
    number = works.prepared()
    third, fifth = works.parties[2], works.parties[4]
    works.troubles = {third: [Killed()], fifth: [Killed(), Killed(), Killed(), Killed()]}
    works.act(batches.start, number)
    killed = 0
    while works.state(number)[0] != "DONE":
        try:
            outbox.run_all()
        except Killed:
            killed += 1
    assert killed == 4
    assert works.state(number) == ("DONE", 6, 1, 1)
    assert works.names() == ["", "!", "!", "!", "", "!", "!", "!"]
    poison = works.items(number)[fifth]
    assert (poison.state, poison.reason) == ("FAILED", jobs_batches.in_both(jobs_batches.ENDS_WORKER))


def test_a_fault_of_one_item_is_its_own_and_what_failed_is_tried_once_more_when_somebody_goes_on(works: Works) -> None:
    number = works.prepared()
    works.troubles = {works.parties[1]: [RuntimeError("details")], works.parties[2]: [SHUT]}
    works.hidden = {works.parties[3]}
    works.act(batches.start, number)
    outbox.run_all()
    assert works.state(number) == ("DONE", 4, 1, 3)
    found = works.items(number)
    assert found[works.parties[1]].reason == jobs_batches.in_both(jobs_batches.FAULT)
    assert found[works.parties[3]].reason == jobs_batches.in_both(batches.UNREADABLE)
    assert "details" not in str(found[works.parties[1]].reason)
    works.act(batches.go_on, number, works.head)
    outbox.run_all()
    assert works.state(number) == ("DONE", 5, 0, 3)
    assert works.names() == ["", "!", "", "", *["!"] * 4]


def test_a_question_that_the_database_refuses_about_one_item_is_a_fault_of_that_one(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seen(at: Session, item: BatchItem) -> bool:
        return bool(at.scalar(text("SELECT 1 / :number"), {"number": int(item.subject_id != works.parties[3])}))

    monkeypatch.setitem(batches.KINDS, KIND, Kind(lambda _s, it: f"Rename {it.id}", works.do, seen=seen))
    number = works.prepared()
    works.act(batches.start, number)
    outbox.run_all(limit=1)
    assert works.state(number) == ("DONE", 6, 1, 1)
    assert works.items(number)[works.parties[3]].reason == jobs_batches.in_both(jobs_batches.FAULT)


def test_what_is_done_at_once_is_done_once_and_alone_where_one_of_them_is_wrong(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[BaseException] = [Killed()]

    def many(
        at: Session, batch: Batch, items: Sequence[BatchItem], actor: Actor, now: datetime
    ) -> dict[int, batches.Refused]:
        for item in items:
            if item.subject_id != works.parties[4]:
                works.do(at, batch, item, actor, now)
        if len(items) == 3 and killed:
            raise killed.pop()
        return {item.id: SHUT for item in items if item.subject_id == works.parties[4]}

    monkeypatch.setattr(jobs_batches, "TOGETHER", 3)
    monkeypatch.setitem(batches.KINDS, KIND, Kind(lambda _s, _it: "", works.do, many=many))
    number = works.prepared()
    works.troubles = {works.parties[7]: [RuntimeError(), RuntimeError()]}
    works.act(batches.start, number)
    with pytest.raises(Killed):
        outbox.run_all()
    assert works.names() == [""] * 8
    outbox.run_all()
    assert works.state(number) == ("DONE", 5, 1, 2)
    assert works.names() == ["", "!", "!", "!", "", "!", "!", ""]


def test_it_is_cancelled_between_two_items_and_goes_on_where_it_stopped(works: Works) -> None:
    number = works.prepared()
    works.act(batches.start, number)
    jobs_batches.one(number)
    jobs_batches.one(number)
    with pytest.raises(NotAllowed):
        works.act(batches.cancel, number, works.other)
    works.act(batches.cancel, number)
    outbox.run_all()
    assert works.state(number) == ("CANCELLED", 2, 0, 1)
    works.act(batches.go_on, number)
    outbox.run_all()
    assert works.state(number) == ("DONE", 7, 0, 1)
    with pytest.raises(NotNow):
        works.act(batches.go_on, number)


def test_what_was_next_when_it_was_cancelled_is_done_once_it_goes_on(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, is_open = works.prepared(), jobs_batches._is_open

    def cancelled(item: int, actor: Actor) -> bool:
        works.act(batches.cancel, number)
        return is_open(item, actor)

    works.act(batches.start, number)
    for _again in range(jobs_batches.TRIES + 1):
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(jobs_batches, "_is_open", cancelled)
            outbox.run_all()
        assert works.state(number) == ("CANCELLED", 0, 0, 1)
        works.act(batches.go_on, number)
    outbox.run_all()
    assert works.state(number) == ("DONE", 7, 0, 1)
    assert works.names() == ["", *["!"] * 7]


def test_what_somebody_else_was_changing_each_time_says_so(works: Works) -> None:
    number = works.prepared()
    works.troubles = {works.parties[1]: [Changed()], works.parties[2]: [Changed() for _ in range(3)]}
    works.act(batches.start, number)
    outbox.run_all()
    assert works.state(number) == ("DONE", 6, 1, 1)
    assert works.items(number)[works.parties[2]].reason == jobs_batches.in_both(jobs_batches.IN_THE_WAY)
    works.act(batches.go_on, number)
    outbox.run_all()
    assert works.state(number) == ("DONE", 7, 0, 1)


def test_two_workers_at_once_do_each_item_once(works: Works, app: Flask) -> None:
    number = works.prepared()
    works.act(batches.start, number)
    stopped: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                while jobs_batches.one(number):
                    pass
        except BaseException as error:  # noqa: BLE001 - told to the test
            stopped.append(error)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert not stopped
    assert works.state(number) == ("DONE", 7, 0, 1)
    assert works.names() == ["", *["!"] * 7]


def test_it_goes_in_legs_and_says_when_the_runner_gives_up(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_batches, "SECONDS", 0.0)
    number = works.prepared()
    works.act(batches.start, number)
    outbox.run_all(limit=1)
    assert works.state(number) == ("RUNNING", 1, 0, 1)
    with transaction() as at:
        row = at.scalars(select(outbox.Outbox).where(outbox.Outbox.done_at.is_(None))).one()
        jobs_batches.gave_up(at, row)
    assert works.state(number)[0] == "FAILED"
    works.act(batches.go_on, number)
    outbox.run_all()
    assert works.state(number) == ("DONE", 7, 0, 1)


def test_what_can_be_taken_back_is_once_and_exactly(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    number = works.prepared()
    works.act(batches.start, number)
    outbox.run_all()
    with pytest.raises(NotNow):
        works.act(batches.undo, number)
    monkeypatch.setitem(batches.KINDS, KIND, Kind(lambda _s, _it: "", works.do, undo=BACK))
    works.act(batches.undo, number)
    with pytest.raises(NotNow):
        works.act(batches.undo, number)
    with transaction() as at:
        back = at.scalars(select(Batch).where(Batch.undoes == number)).one().id
    works.act(batches.start, back)
    outbox.run_all()
    assert works.state(back) == ("DONE", 7, 0, 0)
    assert works.names() == [""] * 8


def test_only_its_starter_takes_it_back_and_nobody_while_it_is_under_way(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(batches.KINDS, KIND, Kind(lambda _s, _it: "", works.do, undo=BACK))
    number = works.prepared()
    works.act(batches.start, number)
    jobs_batches.one(number)
    assert works.state(number)[1] == 1
    with pytest.raises(NotNow):
        works.act(batches.undo, number)
    outbox.run_all()
    for who in (works.other, works.head):
        with pytest.raises(NotAllowed):
            works.act(batches.undo, number, who)
    works.act(batches.undo, number)


def test_what_nobody_starts_within_a_day_is_forgotten(works: Works) -> None:
    old, kept = works.prepared(), works.prepared()
    works.act(batches.start, kept)
    with transaction() as at:
        assert batches.forget_unstarted(at, clock.now() + timedelta(hours=2)) == 0
        assert batches.forget_unstarted(at, clock.now() + timedelta(days=2)) == 1
    with transaction() as at:
        assert at.get(Batch, old) is None
        assert not at.scalars(select(BatchItem).where(BatchItem.batch_id == old)).all()
