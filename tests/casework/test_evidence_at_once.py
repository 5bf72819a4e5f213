"""Two who act on one file of a case at once: nothing goes out that nobody looked through, and nothing counts twice."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import call_lists, contact_lists, contacts, evidence, evidence_looks, queries_evidence
from casework.call_lists import Reading
from casework.contacts import By, Contact, Whose
from casework.models_cases import CaseFile, Evidence
from casework.models_contacts import ContactEvent
from core.db import transaction
from core.errors import BadInput, Changed, NotNow
from registry.models_accounts import Account
from tests.builders_cases import World, actor
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.two_at_once import at_once

BILL = """起始时间,对方号码,通信方式,呼叫类型,通话时长
2026-10-10 09:00:00,95500123,国内通话,被叫,30
2026-10-10 09:10:00,95500123,国内通话,被叫,40
"""
COVERED, BETTER = made.picture(size=(9, 9)), made.picture(size=(10, 10))


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """What is there once it was committed: others see it."""
    with app.app_context():
        with transaction() as at:
            made = World(at, NOW)
        yield made


class Room:
    """A file of a case, and two officers who have opened it."""

    def __init__(self, world: World) -> None:
        self.people = world.officer.id, world.second.id
        with transaction() as at:
            by = [actor(at.get_one(Account, each)) for each in self.people]
            it = evidence.add(at, world.case(), BytesIO(made.picture()), "截图.png", actor=by[0], now=NOW)
            place = queries_evidence.place_of(at, it)
            for each in by:
                evidence_looks.open_it(at, place, it, why="", actor=each, now=NOW)
            self.number, self.by = it.id, by

    def cover(self, at: Session, content: bytes) -> None:
        """The first officer hands a copy in."""
        it = at.get_one(Evidence, self.number)
        place = queries_evidence.place_of(at, it)
        copy = (BytesIO(content), "盖.png")
        evidence_looks.cover(at, place, it, copy=copy, nothing=False, actor=self.by[0], now=NOW)

    def confirm(self, at: Session, copy: str) -> None:
        """The second officer looked through this copy."""
        it = at.get_one(Evidence, self.number)
        place = queries_evidence.place_of(at, it)
        evidence_looks.confirm(at, place, it, copy=copy, looked=True, actor=self.by[1], now=NOW)

    def covered(self) -> str:
        """With a copy that waits for the second officer; its digest."""
        with transaction() as at:
            self.cover(at, COVERED)
            return str(at.get_one(Evidence, self.number).covered_sha256)

    def passed_on(self) -> tuple[str | None, str | None]:
        """The copy that there is, and what outsiders read."""
        with transaction() as at:
            it = at.get_one(Evidence, self.number, populate_existing=True)
            return it.covered_sha256, it.confirmed_sha256


def test_a_copy_that_is_handed_in_beside_a_confirmation_is_not_confirmed(app: Flask, world: World) -> None:
    room = Room(world)
    first = room.covered()
    told = at_once(app, lambda at: room.cover(at, BETTER), lambda at: room.confirm(at, first))
    assert isinstance(told, Changed)
    there, out = room.passed_on()
    assert (there != first, out) == (True, None)


def test_a_copy_that_is_handed_in_while_the_one_before_is_being_confirmed_waits_for_another_look(
    app: Flask, world: World
) -> None:
    room = Room(world)
    first = room.covered()
    assert at_once(app, lambda at: room.confirm(at, first), lambda at: room.cover(at, BETTER)) is None
    there, out = room.passed_on()
    assert (there != first, out) == (True, None)


def test_a_copy_that_is_being_taken_back_is_not_confirmed(app: Flask, world: World) -> None:
    room = Room(world)
    first = room.covered()

    def back(at: Session) -> None:
        it = at.get_one(Evidence, room.number)
        place = queries_evidence.place_of(at, it)
        evidence_looks.uncover(at, place, it, actor=room.by[0], now=NOW)

    assert isinstance(at_once(app, back, lambda at: room.confirm(at, first)), NotNow)
    assert room.passed_on() == (None, None)


def test_a_file_is_kept_back_once_though_two_keep_it_back_at_once(app: Flask, world: World) -> None:
    room = Room(world)
    with transaction() as at:
        at.get_one(Evidence, room.number).shared = True

    def back(at: Session, by: int) -> None:
        it = at.get_one(Evidence, room.number)
        evidence_looks.keep_back(at, queries_evidence.place_of(at, it), it, actor=room.by[by], now=NOW)

    assert isinstance(at_once(app, lambda at: back(at, 0), lambda at: back(at, 1)), NotNow)
    with transaction() as at:
        assert not at.get_one(Evidence, room.number).shared


class Bill:
    """A case with a call list that nobody has read yet."""

    def __init__(self, world: World) -> None:
        with transaction() as at:
            case, self.by = world.case(), actor(at.get_one(Account, world.officer.id))
            giver = contact_lists.Giver(complaint=case.complaints[0])
            stream = BytesIO(BILL.encode())
            it = contact_lists.bring(at, case, stream, "话单.csv", giver, actor=self.by, now=NOW)
            self.case, self.list, self.lender = case.id, it.id, world.lender.id

    def take(self, at: Session) -> None:
        """Keep what it shows."""
        case, it = at.get_one(CaseFile, self.case), at.get_one(Evidence, self.list)
        table = contact_lists.table_of(it)
        how = Reading(call_lists.guess(table), Whose(case.complaints[0].id), rest=By(self.lender))
        contact_lists.take(at, case, it, table, how, actor=self.by, now=NOW)

    def enter(self, at: Session) -> None:
        """The first of its calls by hand."""
        case = at.get_one(CaseFile, self.case)
        first = datetime(2026, 10, 10, 1, tzinfo=UTC)
        said = {"from_number": "95500123", "seconds": 30, "by": By(self.lender), "whose": Whose(case.complaints[0].id)}
        contacts.enter(at, case, Contact(first, "CALL_INTERACTIVE", **said), actor=self.by, now=NOW)  # type: ignore[arg-type]

    def counted(self) -> int | None:
        """How many contacts the case has."""
        with transaction() as at:
            return at.scalar(select(func.count()).select_from(ContactEvent).where(ContactEvent.case_id == self.case))


def test_a_list_that_two_keep_at_once_counts_once(app: Flask, world: World) -> None:
    bill = Bill(world)
    assert isinstance(at_once(app, bill.take, bill.take), NotNow)
    assert bill.counted() == 2


def test_a_list_is_taken_out_once_though_two_take_it_out_at_once(app: Flask, world: World) -> None:
    bill = Bill(world)
    with transaction() as at:
        bill.take(at)

    def out(at: Session, why: str) -> None:
        contacts.take_list_out(at, at.get_one(CaseFile, bill.case), bill.list, why=why, actor=bill.by, now=NOW)

    assert isinstance(at_once(app, lambda at: out(at, "不完整"), lambda at: out(at, "重复")), NotNow)
    with transaction() as at:
        assert set(at.scalars(select(ContactEvent.out_because))) == {"不完整"}


def test_a_contact_that_two_enter_at_once_counts_once(app: Flask, world: World) -> None:
    bill = Bill(world)
    assert isinstance(at_once(app, bill.enter, bill.enter), BadInput)
    assert bill.counted() == 1


def test_a_contact_is_taken_out_once_though_two_take_it_out_at_once(app: Flask, world: World) -> None:
    bill = Bill(world)
    with transaction() as at:
        bill.enter(at)

    def out(at: Session, why: str) -> None:
        event = at.scalars(select(ContactEvent)).one()
        contacts.take_out(at, at.get_one(CaseFile, bill.case), event, why=why, actor=bill.by, now=NOW)

    assert isinstance(at_once(app, lambda at: out(at, "误录"), lambda at: out(at, "重复")), NotNow)
    with transaction() as at:
        assert at.scalars(select(ContactEvent.out_because)).one() == "误录"
