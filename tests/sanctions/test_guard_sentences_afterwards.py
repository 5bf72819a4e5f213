"""What an earlier round leaves behind: a return, a review, an order issued; refused in words, in both languages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.states import TRACK
from desk.deeds import form_of
from notices.models import Service
from notices.states import SERVICE
from proceedings import deeds_tracks
from registry.models_settings import Installation
from sanctions import ladder, reviews, rounds
from sanctions.ladder_scores import Judged
from sanctions.models_decisions import Proposal
from sanctions.models_resolutions import Resolution
from sanctions.tallies import is_harsher
from tests.builders_cases import actor
from tests.refusals import Refusal, Scene, all_refused
from tests.sanctions.reviewing import Reviewing
from tests.sanctions.test_guard_sentences_track_check import empty, proposing


class Stage(Reviewing):
    """Everybody, and what is to move."""

    it: Any


def remitted(stage: Stage) -> CaseTrack:
    """A review that the respondent asked for sent the case back, and it was reported on once more."""
    stage.fill_pool(9)
    track = stage.effective([1, 2])
    stage.reviewed(stage.asked(track), *["REMIT"] * 3, questions="次数的统计口径")
    stage.found(track, stage.later(20))
    return track


def returned(stage: Stage) -> None:
    """A panel returned it before; nothing was found since."""
    announced = stage.session.scalars(select(Proposal.round).where(Proposal.track_id == stage.it.id)).one()
    of = {"track_id": stage.it.id, "round": announced, "kind": "RETURN", "yes": 3, "no": 0, "abstained": 0}
    stage.session.add(Resolution(**of, body="次数？", reasons="未查清", resolved_at=stage.later(30)))


def in_production(stage: Stage) -> None:
    """Nobody has confirmed what a measure rests on, nor looked at a provision."""
    stage.session.get_one(Installation, 1).mode = "production"


def retaliation(stage: Stage) -> None:
    stage.it.allegations[0].code = "V-P04"


def declared(*measures: int) -> Callable[[Stage], None]:
    """The panel declared an order immediate."""

    def before(stage: Stage) -> None:
        found = rounds.decision(stage.session, stage.it)
        assert found is not None
        found.immediate, found.immediate_reasons, found.measures = ["STOP_CONTACT"], "仍在骚扰", list(measures)

    return before


def issued(stage: Stage) -> None:
    declared(1, 4)(stage)
    stage.session.flush()
    reviews.order_now(stage.session, stage.it, actor=actor(stage.officer), version=None, now=stage.later(8))


def served(stage: Stage) -> CaseTrack:
    return stage.served_decision([1, 4], "V-I02")


def review_paper(stage: Stage) -> Service:
    """The decision of a review, on its way."""
    review = stage.fill_pool(9).asked(stage.effective([1, 2]))
    stage.reviewed(review, *["UPHOLD"] * 3)
    return stage.paper(review).services[0]


HARSHER = proposing(1, 2, 3)
AFTERWARDS = [
    Refusal("S48", "A measure was decided against this company.", "reviewer"),
    Refusal(
        "S15",
        "After a review the measures are not harsher than before, unless new facts came from elsewhere.",
        "reviewer",
        HARSHER,
    ),
    Refusal(
        "S15",
        "After the panel returned the case the measures are not harsher than announced, unless on new facts.",
        "reviewer",
        HARSHER,
        returned,
    ),
    Refusal(
        "S15",
        "Something harsher rests on evidence that came after the case was sent back.",
        "reviewer",
        proposing(1, 2, 3, new_facts="另有三人"),
        returned,
    ),
    Refusal(
        "S16",
        "After a review the measures are not harsher than before, unless new facts came from elsewhere.",
        "reviewer",
        proposing(1, 4),
    ),
    Refusal(
        "S16",
        "After the panel returned the case the measures are not harsher than announced, unless on new facts.",
        "reviewer",
        proposing(1, 4),
        returned,
    ),
    Refusal(
        "S15",
        "V-P04 is this very thing: it does not count once more.",
        "reviewer",
        {"judged": {"A5": Judged("yes", "打击报复")}},
        retaliation,
    ),
    Refusal(
        "S15",
        "The association has not confirmed the setting MEASURE_BASIS.L1 (*), so this can't be done yet.",
        "reviewer",
        empty(1),
        in_production,
    ),
    Refusal(
        "S16",
        "The association has not confirmed the setting MEASURE_BASIS.L4 (*), so this can't be done yet.",
        "reviewer",
        empty(4),
        in_production,
    ),
]
IMMEDIATE = [
    Refusal("S80", "The panel declared no order immediate.", "officer"),
    Refusal("S80", "This measure was not ordered.", "officer", before=declared(4)),
    Refusal("S80", "This order was issued already.", "officer", before=issued),
]
SCENES = [
    Scene("remitted", remitted, AFTERWARDS, day=21),
    Scene("served", served, IMMEDIATE, day=8),
]


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_after_an_earlier_round_a_track_refuses_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(TRACK, Stage(session, now), scene)


def test_the_decision_of_a_review_is_not_made_void_in_words(session: Session, now: datetime) -> None:
    sentence = "The decision of a review is not made void: an error in it is corrected by a notice."
    void = Refusal("V17", sentence, "head", {"reason": "误发"})
    all_refused(SERVICE, Stage(session, now), Scene("review paper", review_paper, [void], day=11))


@pytest.mark.parametrize("before", [None, returned])
def test_nothing_harsher_than_before_is_ticked_where_a_track_was_sent_back(
    app: Flask, session: Session, now: datetime, before: Callable[[Stage], None] | None
) -> None:
    stage = Stage(session, now)
    stage.it = remitted(stage)
    for each in stage.it.allegations:
        each.persons = each.acts = 500
    if before is not None:
        before(stage)
    session.flush()
    assert is_harsher(ladder.suggest(session, stage.it).band, [1, 2])
    with app.test_request_context():
        g.me = actor(stage.reviewer)
        form = form_of(session, deeds_tracks.DEEDS["propose_minor"], stage.it)
    assert form.levels == [1, 2]
