"""Each guard of a review beside its measure refuses, with the sentence that is read, in both languages."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from casework import recusals
from core.actors import Actor
from sanctions import review_bodies, rounds
from sanctions.models_reviews import Review
from sanctions.states import REVIEW
from tests.builders_cases import actor, party
from tests.refusals import Refusal, Scene, all_refused, guarded, rows_of
from tests.sanctions.reviewing import Reviewing


class Stage(Reviewing):
    """Everybody, the review that is to move, and the members drawn for it."""

    it: Review
    body: list[Actor]

    @property
    def member(self) -> Actor:
        """Sits on the review body."""
        return self.body[0]

    @property
    def undrawn(self) -> Actor:
        """Of the pool, but not of this body."""
        drawn = {each.id for each in self.body}
        return next(actor(each) for each in self.pool if each.id not in drawn)


def new(stage: Stage, basis: str, measures: list[int], code: str = "V-C04") -> Review:
    """Somebody wants a decision in force reviewed."""
    track = stage.effective(measures, code)
    decision = rounds.decision(stage.session, track)
    assert decision is not None
    said = {"own_motion": False, "grounds": "", "revoked": "", "asked_at": stage.now, "redraws": []}
    of = {"track": track, "track_id": track.id, "decision": decision, "decision_id": decision.id}
    return Review(state="NEW", basis=basis, **of, **said)


def minor(stage: Stage) -> Review:
    return new(stage, "MINOR", [1, 2])


def major(stage: Stage) -> Review:
    return new(stage, "MINOR", [1, 4], "V-I02")


def undrawn(stage: Stage) -> Review:
    return stage.asked(stage.effective([1, 2]))


def drawn(stage: Stage) -> Review:
    review = undrawn(stage)
    stage.body = stage.voted(review)
    return review


def restored(stage: Stage) -> None:
    stage.it.basis = "RESTORED"


def revoked(stage: Stage) -> None:
    stage.it.basis = "REVOKED"


def asked_already(stage: Stage) -> None:
    stage.asked(stage.it.track)


def upheld_already(stage: Stage) -> None:
    review = stage.asked(stage.it.track)
    review.state, review.outcome, review.ended_at = "DECIDED", "UPHOLD", stage.now
    stage.it.basis = "RESTORED"
    stage.session.flush()


def stayed_behind(stage: Stage) -> None:
    stage.it.track.party.merged_into_id = party(stage.session, "青屿消费金融股份公司").id


def not_in_force(stage: Stage) -> None:
    stage.it.track.state = "INVESTIGATING"


def voted(choice: str, measures: tuple[int, ...] = (), harsher: tuple[int, ...] = ()) -> Callable[[Stage], None]:
    """All members voted so; then somebody who reaches the table wrote something harsher into it."""

    def before(stage: Stage) -> None:
        said = {"choice": choice, "reasons": "理由充分", "measures": measures, "now": stage.later(9)}
        for member in stage.body:
            vote = review_bodies.vote(stage.session, stage.it, **said, actor=member)  # type: ignore[arg-type]
            if harsher:
                vote.measures = list(harsher)

    return before


def split(stage: Stage) -> None:
    """All but one want it quashed; that one is not the chair."""
    for place, member in enumerate(stage.body):
        said = {"choice": "UPHOLD" if place == 1 else "QUASH", "reasons": "理由充分", "now": stage.later(9)}
        review_bodies.vote(stage.session, stage.it, **said, actor=member)  # type: ignore[arg-type]


def untold(stage: Stage) -> None:
    stage.it.track.drawn_untold = True


def challenged(stage: Stage) -> None:
    said = {"ground": "EMPLOYED", "facts": "曾任职于当事单位。", "now": stage.later(9)}
    recusals.ask(stage.session, stage.it.track.case, stage.body[1].id or 0, **said, actor=actor(stage.lead))  # type: ignore[arg-type]


def decided_before(stage: Stage) -> None:
    """A member of the review body sat on the panel as well: the database lets nobody write so."""
    panel = rounds.panel(stage.session, stage.it.track)
    assert panel is not None
    set_committed_value(stage.it.members[-1], "account_id", panel.members[0].account_id)


def on_own_motion(stage: Stage) -> None:
    stage.it.own_motion = True


def late(**changed: Any) -> Callable[[Stage], dict[str, Any]]:
    """Asked after an obstacle."""
    return lambda stage: {"grounds": "有误", "obstacle": "台风停业", "obstacle_ended": stage.now.date(), **changed}


ASKED = {"grounds": "人数有误"}
GROUNDS = "Give the grounds: what is wrong with the decision, and why."
NONE_IN_FORCE = "No decision is in force in this case."
NO_BODY = "No members have been drawn for the review yet."
NOT_DRAWN = "Only members drawn for the review decide it."
UNTOLD = "The respondent was not told who was drawn, and could not ask for a recusal: the secretary tells it."
OTHER_RESULT = "The votes come to another result."
OUTVOTED = "The chair announces the decision, or a member who voted for what was decided."
TOO_FEW = "Not enough members have voted: * are needed."
ONLY_THE_LEAD = "Only an authorised person of the company concerned can submit this."
BY_BODY = ("R02", "R03", "R04", "R05")
NEW = [
    Refusal("R01", ONLY_THE_LEAD, "firm_lead", ASKED),
    Refusal("R01", GROUNDS, "lead", {"grounds": " "}),
    Refusal("R01", "The time for asking for a review has ended.", "lead", ASKED, days=60),
    Refusal("R01", NONE_IN_FORCE, "lead", ASKED, not_in_force),
    Refusal("R01", "A review of this decision is open already.", "lead", ASKED, asked_already),
    Refusal(
        "R01",
        "A review of this decision was asked for before: it is not reviewed a second time at your request.",
        "lead",
        ASKED,
        upheld_already,
    ),
    Refusal("R01", "Name the document that was revoked, by whom and when.", "lead", {"revoked": " "}, revoked),
    *(
        Refusal(
            "R01",
            "Say on which day since the decision the document was revoked.",
            "lead",
            {**ASKED, "revoked": "某决定", "revoked_on": day},
            revoked,
        )
        for day in (None, date(2020, 1, 1), date(2030, 1, 1))
    ),
    Refusal(
        "R01",
        "Say what prevented your company, and why it was not of its making.",
        "lead",
        late(obstacle=" "),
        restored,
    ),
    Refusal("R01", "Say on which day the obstacle ended.", "lead", late(obstacle_ended=None), restored),
    Refusal("R01", "This is asked within 10 days after the obstacle ended.", "lead", late(), restored, days=60),
    Refusal("R07", GROUNDS, "head", {"grounds": " "}),
    Refusal("R07", "Choose: an error, or new evidence.", "head", ASKED),
    Refusal("R07", "Confirm that the review can only end in the respondent's favour.", "head", {"favour": False}),
    Refusal("R07", NONE_IN_FORCE, "head", ASKED, not_in_force),
    Refusal(
        "R07",
        "* was merged into *, which is a respondent of this case as well: take the merger back before this decision "
        "is reviewed.",
        "head",
        ASKED,
        stayed_behind,
    ),
]
DRAWN = [
    *(Refusal(row, NOT_DRAWN, "undrawn") for row in BY_BODY),
    *(Refusal(row, TOO_FEW, "member") for row in BY_BODY),
    *(Refusal(row, OTHER_RESULT, "member", before=voted("QUASH")) for row in ("R02", "R03", "R05")),
    Refusal("R04", OTHER_RESULT, "member", before=voted("UPHOLD")),
    Refusal("R04", OUTVOTED, lambda s: s.body[1], before=split),
    Refusal("R02", "A recusal has been asked and is not decided yet.", "member", before=challenged),
    Refusal("R02", UNTOLD, "member", before=untold),
    Refusal("R02", "Give the reasons.", "member", {"reasons": " "}, voted("UPHOLD")),
    Refusal("R03", "A review never ends in a harsher decision.", "member", before=voted("VARY", (1,), (1, 2, 3))),
    *(
        Refusal(row, "Whoever decided does not review the decision.", "member", before=decided_before)
        for row in BY_BODY
    ),
    Refusal("R05", "Name what is to be found out.", "member", {"questions": " "}, voted("REMIT")),
]
SCENES = [
    Scene("new", minor, NEW, day=9),
    Scene(
        "new, of a major decision",
        major,
        [
            Refusal(
                "R01",
                "A major decision in force is reviewed again only where a document it rests on was revoked.",
                "lead",
                ASKED,
            ),
        ],
        day=9,
    ),
    Scene(
        "undrawn",
        undrawn,
        [
            *(Refusal(row, NO_BODY, lambda s: actor(s.pool[0])) for row in BY_BODY),
            Refusal("R06", ONLY_THE_LEAD, "firm_lead"),
            Refusal("R06", "Confirm that your company withdraws the review.", "lead", {"confirmed": False}),
            Refusal("R06", "Your company did not ask for this review.", "lead", before=on_own_motion),
        ],
        day=9,
    ),
    Scene("drawn", drawn, DRAWN, day=9),
]


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_a_review_refuses_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(REVIEW, Stage(session, now).fill_pool(), scene)  # type: ignore[arg-type]


def test_no_guard_of_the_model_is_left_out() -> None:
    assert rows_of(SCENES) == guarded("review")
