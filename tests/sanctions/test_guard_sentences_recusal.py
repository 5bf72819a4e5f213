"""Each guard of a recusal refuses, with the sentence that the person reads, in both languages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from casework import recusals
from casework.models_cases import CaseTrack
from casework.models_recusals import Recusal
from casework.states_recusals import RECUSAL
from core.actors import Actor
from tests.builders import account
from tests.builders_cases import actor
from tests.refusals import Refusal, Scene, all_refused, guarded, rows_of
from tests.sanctions.chain import Chain

FACTS = "2025年曾任职于当事单位。"


class Stage(Chain):
    """Everybody, the track of the case, and the recusal that is to move."""

    it: Recusal
    sitting: list[Actor]

    @property
    def council(self) -> Actor:
        """Decides on the head."""
        return actor(account(self.session, "理事", "council"))

    @property
    def drawn(self) -> Actor:
        """Of the pool, and of no panel of the case."""
        return actor(account(self.session, "委员辛", "panel"))

    @property
    def stranger(self) -> Actor:
        """No case rests on this person's complaint."""
        return Actor(None, frozenset({"complainant"}), subject_id=self.complaint().id)


def new(stage: Stage) -> Recusal:
    """About the investigator."""
    stage.track = stage.reported()
    return about(stage.track, stage.investigator.id, stage.now)


def about(track: CaseTrack, number: int, now: datetime) -> Recusal:
    said = {"part": "investigator", "how": "ASKED", "ground": "EMPLOYED", "facts": FACTS}
    return Recusal(case_id=track.case_id, case=track.case, account_id=number, state="NEW", asked_at=now, **said)


def asked(of: str) -> Callable[[Stage], Recusal]:
    """The respondent asks about somebody."""

    def thing(stage: Stage) -> Recusal:
        stage.track = stage.reported()
        return ask(stage, getattr(stage, of).id)

    return thing


def about_a_member(stage: Stage) -> Recusal:
    stage.track = stage.deliberating([1])
    stage.sitting = stage.vote(stage.track)
    return ask(stage, stage.sitting[1].id or 0)


def ask(stage: Stage, number: int) -> Recusal:
    said = {"ground": "EMPLOYED", "facts": FACTS, "now": stage.now}
    return recusals.ask(stage.session, stage.track.case, number, **said, actor=actor(stage.lead))  # type: ignore[arg-type]


def changed(**said: Any) -> Callable[[Stage], None]:
    """With something else in it."""

    def before(stage: Stage) -> None:
        for name, value in said.items():
            setattr(stage.it, name, value)

    return before


def asked_already(stage: Stage) -> None:
    ask(stage, stage.investigator.id)


def officer_challenged(stage: Stage) -> None:
    ask(stage, stage.officer.id)


def head_challenged(stage: Stage) -> None:
    ask(stage, stage.head.id)


NOT_CONCERNED = "Only an authorised person of the company concerned can submit this."
OWN = "Nobody decides on his own recusal."
CHALLENGED = "Your recusal was asked for: until it is decided you do nothing in this case."
BY_CHAIR = "The chair of the panel decides on the recusal of a member."
BY_HEAD = "The head of the department decides on this recusal."
BY_COUNCIL = "The council decides on this recusal."
NEW = [
    Refusal("A01", "Choose a ground of the list.", "lead", before=changed(ground="DISLIKE")),
    Refusal("A01", "Say on what facts the ground rests.", "lead", before=changed(facts=" ")),
    Refusal("A01", "The recusal of this person was asked for already, or is granted.", "lead", before=asked_already),
    Refusal(
        "A01",
        "Choose somebody who takes part in this case.",
        "lead",
        before=lambda s: changed(account_id=s.publisher.id)(s),
    ),
    Refusal("A01", NOT_CONCERNED, "firm_lead"),
    Refusal("A01", "No case rests on your complaint.", "stranger"),
    Refusal("A01", "Declare your own conflict of interest: nobody has to decide on it.", "investigator"),
    Refusal("A01", "Only members of the panel and officers ask for a recusal here.", "drawn"),
    Refusal("A01", CHALLENGED, "officer", before=officer_challenged),
    Refusal("A02", "Choose a ground of the list.", "investigator", before=changed(ground="DISLIKE")),
    Refusal("A02", "The conflict check finds nothing."),
    Refusal("A02", "Everybody declares only his own conflict of interest.", "second"),
]
SCENES = [
    Scene("new", new, NEW, day=3),
    Scene(
        "about the investigator",
        asked("investigator"),
        [
            Refusal("A03", BY_HEAD, "council"),
            Refusal("A04", BY_HEAD, "council", {"reasons": "无依据"}),
            Refusal("A04", "Give the reasons.", "head", {"reasons": " "}),
            Refusal("A03", CHALLENGED, "head", before=head_challenged),
        ],
        day=3,
    ),
    Scene(
        "about the head",
        asked("head"),
        [
            Refusal("A03", OWN, "head"),
            Refusal("A04", OWN, "head", {"reasons": "无依据"}),
            Refusal("A03", BY_COUNCIL, lambda s: actor(account(s.session, "副职", "head"))),
        ],
        day=3,
    ),
    Scene(
        "about a member",
        about_a_member,
        [Refusal("A03", BY_CHAIR, "head"), Refusal("A04", BY_CHAIR, "head", {"reasons": "无依据"})],
        day=6,
    ),
]


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_a_recusal_refuses_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(RECUSAL, Stage(session, now), scene)


def test_no_guard_of_the_model_is_left_out() -> None:
    assert rows_of(SCENES) == guarded("recusal")
