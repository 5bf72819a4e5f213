"""Random lives keep every promise of the procedure, and all of them come to an end by staff and the sweep alone."""

from collections.abc import Callable

from flask import Flask
from hypothesis.stateful import run_state_machine_as_test

from bench.lives.procedure import Tally, procedure, settled
from bench.lives.world import BEGAN, People
from casework import search_entries
from core.db import db, transaction

DEEP = ("S40", "S26", "S35", "B10", "R03", "C22", "A03", "P08", "F14", "V12")
"""Rows in every part of the procedure that the lives of this test are steered to."""


def assert_found_as_it_is() -> None:
    """The index of the search says what the things say, whatever verbs have written."""
    with transaction() as at:
        assert search_entries.drifted(at) == []


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
