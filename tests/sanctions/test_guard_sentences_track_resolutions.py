"""What minutes of a hearing and motions of a panel must hold: refused with the sentence read, in both languages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import Actor
from core.clock import day_of
from sanctions import hearings, motions
from sanctions.models_resolutions import Motion, Resolution, Restoration
from tests.builders_cases import actor
from tests.refusals import Refusal, Scene, all_refused
from tests.sanctions import test_guard_sentences_track_hearing as hearing
from tests.sanctions.test_guard_sentences_track_hearing import deliberating, missed, recorded, set_up


class Stage(hearing.Stage):
    """Everybody, the track, its panel, and what is before it."""

    motion: Motion

    @property
    def both(self) -> Actor:
        """Investigates, and is the secretary as well."""
        person = actor(self.investigator)
        return replace(person, roles=person.roles | {"secretary"})


def put(*choices: str) -> Callable[[Stage], None]:
    """A motion to return the case, and how members vote on it."""

    def before(stage: Stage) -> None:
        said = {"questions": ["次数？"], "reasons": "未查清", "version": None, "now": stage.later(6)}
        stage.motion = motions.put_return(stage.session, stage.it, **said, actor=stage.member)  # type: ignore[arg-type]
        for member, choice in zip(stage.sitting, choices, strict=False):
            voted = {"choice": choice, "reasons": "理由充分", "now": stage.later(6)}
            motions.vote(stage.session, stage.it, **voted, actor=member)  # type: ignore[arg-type]

    return before


def taken_back(stage: Stage) -> None:
    put()(stage)
    motions.withdraw(stage.session, stage.it, actor=stage.member, now=stage.later(6))


def returned_before(stage: Stage) -> None:
    of = {"track_id": stage.it.id, "round": stage.it.round, "kind": "RETURN"}
    votes = {"yes": 3, "no": 0, "abstained": 0}
    stage.session.add(Resolution(**of, **votes, body="次数？", reasons="未查清", resolved_at=stage.later(5)))


def wrote_before(stage: Stage) -> None:
    """A letter about an earlier limit was entered and refused after the hearing that was missed."""
    came, at = day_of(stage.later(5)), stage.after(stage.it)
    said = {"obstacle": "台风停电。", "ended_on": came, "asked_on": came, "came_on": came, "asked_at": at}
    of = {"track_id": stage.it.id, "round": stage.it.round}
    stage.session.add(Restoration(**of, **said, refused_at=at, refused_because="逾期"))


def untold(stage: Stage) -> None:
    stage.it.drawn_untold = True


def just_told(stage: Stage) -> None:
    stage.it.recusal_until = day_of(stage.later(30))


DRAWN = [
    (
        "The respondent was not told who was drawn, and could not ask for a recusal: the secretary tells it.",
        untold,
    ),
    (
        (
            "The respondent was told who was drawn and can ask until * for a recusal: "
            "nobody votes before that day is over."
        ),
        just_told,
    ),
]


def moved(stage: Stage) -> dict[str, Any]:
    return {"motion": stage.motion}


def set_again(stage: Stage) -> CaseTrack:
    """Adjourned once, set again, its notice served."""
    track = set_up(stage)
    said = {"reasons": "负责人住院", "version": None, "now": stage.later(8)}
    hearings.adjourn(stage.session, track, **said, actor=stage.member)  # type: ignore[arg-type]
    stage.set(track, now=stage.later(8))
    stage.serve(track, "D18", stage.later(8))
    return track


def excused(stage: Stage) -> CaseTrack:
    """Missed again, for a good reason."""
    track = set_again(stage)
    stage.miss(track, stage.member, good_reason=True, obstacle_ends=day_of(stage.after(track)))
    return track


ATTENDEE = {"name": "周岚", "position": "副总经理", "identity_checked": "330101199001010000", "authority": "授权委托书"}
SCENES = [
    Scene(
        "asked",
        hearing.asked,
        [Refusal("S55", "Whoever investigated the case does not serve its panel.", "both")],
        day=6,
    ),
    Scene(
        "set",
        set_up,
        [
            Refusal(
                "S22",
                "Of an identity document only the last four characters are kept.",
                "member",
                recorded(attendees=(ATTENDEE,)),
            ),
            Refusal(
                "S22",
                "By these times it ended before it began: look at both.",
                "member",
                lambda s: recorded(ended_at=s.hearing(s.it).at)(s),
            ),
            Refusal(
                "S22",
                "By this time it is not over yet: what has ended is put on record.",
                "member",
                lambda s: recorded(ended_at=s.later(31))(s),
            ),
            Refusal(
                "S22", "A refusal to sign has its reason and a witness.", "member", recorded(refused_because="不认可")
            ),
            Refusal(
                "S22",
                "The witness is somebody else.",
                "member",
                lambda s: recorded(refused_because="不认可", second_id=s.member.id)(s),
            ),
        ],
        day=30,
    ),
    Scene(
        "set again",
        set_again,
        [Refusal("S23", "Say when the good reason ended, or is expected to end.", "member", missed(good_reason=True))],
        day=30,
    ),
    Scene(
        "excused",
        excused,
        [
            Refusal(
                row,
                "The respondent missed the hearing for a good reason and can ask until * for its time to run again: "
                "the panel votes after that day.",
                "member",
                before=before,
            )
            for row in ("S25", "S26", "S27", "S28", "S57", "S58")
            for before in (None, wrote_before)
        ],
        day=26,
    ),
    Scene(
        "deliberating",
        deliberating,
        [
            *(
                Refusal(row, sentence, "member", before=before)
                for row in ("S25", "S26", "S27", "S28", "S57", "S58")
                for sentence, before in DRAWN
            ),
            Refusal("S58", "Not enough members have voted: * are needed.", "member", moved, put("FOR")),
            Refusal(
                "S58", "More than half of the members present must be for it.", "member", moved, put(*["AGAINST"] * 3)
            ),
            Refusal("S58", "This motion is not before the panel any more.", "member", moved, taken_back),
            Refusal(
                "S58",
                "The case was returned once already; the panel decides on what it has.",
                "member",
                before=returned_before,
            ),
        ],
        day=6,
    ),
]


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_minutes_and_motions_are_refused_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(TRACK, Stage(session, now), scene)
