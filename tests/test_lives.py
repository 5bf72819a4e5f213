"""Random lives keep every promise of the procedure, and all of them come to an end by staff and the sweep alone."""

import random
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import update

from bench.lives import covers, office, wordings
from bench.lives.driver import Broken, Life
from bench.lives.inside import DEEDS
from bench.lives.procedure import Tally, procedure, settled
from bench.lives.texts import HELD_BACK
from bench.lives.world import BEGAN, People, Present, standing_in
from casework.models import Complaint
from core.db import db, transaction
from core.machine import Machine
from search import entries

DEEP = ("S40", "S26", "S35", "B10", "R03", "C22", "A03", "P08", "F14", "V12")
"""Rows in every part of the procedure that the lives of this test are steered to."""


def assert_found_as_it_is() -> None:
    """The index of the search says what the things say, whatever verbs have written."""
    with transaction() as at:
        assert entries.drifted(at) == []


def test_whatever_people_do_every_promise_holds_and_everything_comes_to_an_end(
    app: Flask, restored: Callable[[], None]
) -> None:
    tally = Tally()

    def anew() -> People:
        db.session.remove()
        assert_found_as_it_is()
        restored()
        with transaction() as at:
            return People(at, BEGAN)

    with app.test_request_context("/staff/lives"):
        machine = procedure(anew, tally, DEEP)
        run_state_machine_as_test(machine, settings=settled(2, 20, derandomize=True, shrink=False))
        assert_found_as_it_is()
    assert tally.lives == 2
    assert tally.walked["S12"]


@pytest.fixture
def life(app: Flask) -> Iterator[Life]:
    """A life that begins with nothing."""
    present, dice = Present(), random.Random(7)  # noqa: S311 - the same each time
    with app.test_request_context("/staff/lives"), standing_in(present, dice), force_locale("zh_Hans_CN"):
        with transaction() as at:
            people = People(at, BEGAN)
        lived = Life(people, present, dice)
        yield lived
        lived.close()


def test_staff_alone_end_a_complaint_whose_request_for_more_was_made_void(life: Life) -> None:
    life.begin(complaint=True)
    life.papers.render(late=False)
    [(machine, number, _state)] = life.things("complaint")
    life.act(machine, number, DEEDS["complaint"]["ask_info"], well=True)
    life.papers.render(late=False)
    assert life.papers.void(life.world, ("complaint", number), ("D02",))
    life.end()
    assert life.thing(Machine.all["complaint"], number).state in Machine.all["complaint"].ends
    assert life.watch.walked["C28"] == 1


def test_what_breaks_between_two_looks_is_seen_by_the_second(life: Life) -> None:
    life.begin(complaint=True)
    life.check()
    with transaction() as at:
        at.execute(update(Complaint).values(state="CLOSED"))
    with pytest.raises(Broken) as told:
        life.check()
    said = str(told.value)
    assert "I-15 the journal's last state of each complaint: complaint 1 is CLOSED" in said
    assert "I-22 no clock runs at an end of a complaint: K01 on complaint 1 CLOSED" in said


def test_every_document_is_read_by_the_look_after_it_was_written(life: Life) -> None:
    for _turn in range(2):
        life.begin(complaint=True)
        life.check()
    written = life.eye.one("SELECT count(*) FROM document WHERE complaint_id IS NOT NULL")
    assert life.watch.premises[HELD_BACK] == written > 1


def test_the_lists_of_whoever_stands_in_and_documents_in_new_words_are_looked_at(life: Life) -> None:
    life.begin(complaint=True)
    for _turn in range(40):
        life.tell(office.go_away)
        life.tell(wordings.reword)
        life.tell(wordings.reword)
    [(machine, number, _state)] = life.things("complaint")
    life.act(machine, number, DEEDS["complaint"]["ask_info"], well=True)
    life.check(whole=True)
    assert life.watch.premises[wordings.GOES_BY] > 0
    assert life.watch.premises[covers.QUEUED] == life.watch.premises[covers.FILED] > 0
