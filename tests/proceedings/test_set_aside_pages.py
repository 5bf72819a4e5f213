"""A measure whose decision a review put out of force is told as such, since when, and what follows."""

from datetime import timedelta

import pytest
from flask import Flask

from casework.models_cases import CaseTrack
from core.db import transaction
from tests.proceedings.test_pages import BEGUN, House, today  # noqa: F401 - the day on which it happens
from tests.sanctions.reviewing import Reviewing


def _reviewed(app: Flask, outcome: str, lighter: tuple[int, ...] = ()) -> House:
    """A rectification order that was reported on, and an interview still to come, when the review ended."""
    house = House(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        track = chain.executing([1, 2])
        review = chain.asked(track, now=chain.later(9))
        chain.report(track, chain.later(10))
        chain.reviewed(review, *[outcome] * 3, lighter=lighter, questions="补充查明" if outcome == "REMIT" else "")
        house.track = track.id
        house.people = {"officer": chain.officer.id, "lead": chain.lead.id}
    return house


def _card(page: str, name: str) -> str:
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


@pytest.mark.parametrize(
    ("outcome", "follows"),
    [("QUASH", "The case ended without a measure."), ("REMIT", "The case went back to be looked into again.")],
)
def test_the_company_reads_that_its_measures_are_out_of_force_and_nothing_more_is_to_be_done(
    app: Flask, outcome: str, follows: str
) -> None:
    house = _reviewed(app, outcome)
    page = house.enter("lead").get(f"/portal/cases/{house.track}")
    told = _card(page, "set-aside")
    assert told.count("Nothing more is to be done for this order.") == 2
    assert follows in told
    assert "Reported or done" not in page


def test_what_a_lighter_decision_no_longer_orders_is_not_told_as_done(app: Flask) -> None:
    house = _reviewed(app, "VARY", (2,))
    page = house.enter("lead").get(f"/portal/cases/{house.track}")
    assert _card(page, "measure-1") == ""
    told = _card(page, "set-aside")
    assert "rectification" in told.lower()
    follows = "Whatever the review orders instead that the company has to carry out comes with a notice of its own."
    assert follows in told


def test_what_was_done_and_counts_for_the_lighter_decision_stays_done(app: Flask) -> None:
    house = _reviewed(app, "VARY", (1,))
    page = house.enter("lead").get(f"/portal/cases/{house.track}")
    assert "Reported or done" in _card(page, "measure-1")
    assert "rectification" not in _card(page, "set-aside").lower()


def test_the_ladder_says_that_what_was_decided_is_set_aside(app: Flask) -> None:
    house = _reviewed(app, "QUASH")
    page = house.enter("officer").get(f"/staff/tracks/{house.track}")
    assert page.count("set aside on") == 2


def test_staff_read_what_the_company_reads_of_measures_that_are_out_of_force(app: Flask) -> None:
    house = _reviewed(app, "QUASH")
    officer = house.enter("officer")
    page = officer.get(f"/staff/tracks/{house.track}")
    told = _card(page, "set-aside")
    assert told.count("Nothing more is to be done for this order.") == 2
    assert "The case ended without a measure." in told
    assert "No longer in force" in _card(page, "decision")
    with app.app_context(), transaction() as at:
        case = at.get_one(CaseTrack, house.track).case_id
    papers = _card(officer.get(f"/staff/cases/{case}"), "letters")
    assert papers.count("No longer in force") == 3, "the decision and its two orders"
