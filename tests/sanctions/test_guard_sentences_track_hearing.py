"""Heard and deliberated on, a track refuses each guarded row with the sentence that is read, in both languages."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from casework import evidence, recusals
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import Actor
from sanctions import motions, panels, restorations, terms
from sanctions.sittings import Absence, HearingPlan
from tests.builders_cases import actor
from tests.filestore import making_files as made
from tests.refusals import Refusal, Scene, all_refused
from tests.sanctions.hearing_room import AGENDA, HearingRoom


class Stage(HearingRoom):
    """Everybody, the track that is to move, and the members of its panel."""

    it: CaseTrack
    sitting: list[Actor]

    @property
    def member(self) -> Actor:
        """Sits on the panel."""
        return self.sitting[0]

    @property
    def undrawn(self) -> Actor:
        """Of the pool, but not of this panel."""
        drawn = {each.id for each in self.sitting}
        return next(actor(each) for each in self.panel if each.id not in drawn)


def asked(stage: Stage) -> CaseTrack:
    return stage.asked()


def drawn(stage: Stage) -> None:
    stage.sitting = stage.drawn(stage.it)


def set_up(stage: Stage) -> CaseTrack:
    """The hearing is set, and its notice served in time."""
    track, stage.sitting = stage.ready()
    return track


def unserved(stage: Stage) -> CaseTrack:
    """The hearing is set; its notice has not arrived."""
    track = stage.asked()
    stage.sitting = stage.drawn(track)
    stage.set(track)
    return track


def deliberating(stage: Stage) -> CaseTrack:
    track = stage.deliberating([1, 2])
    stage.sitting = stage.drawn(track, stage.later(6))
    return track


def deliberating_on_a_circular(stage: Stage) -> CaseTrack:
    track = stage.deliberating([1, 4], code="V-I02")
    stage.sitting = stage.drawn(track, stage.later(6))
    return track


def drawn_anew(stage: Stage) -> None:
    """A member leaves after the notice, and another is drawn."""
    track, when = stage.it, stage.later(7)
    gone, *stage.sitting = stage.sitting
    recusals.declare(stage.session, track.case, ground="RELATIVE", facts="亲属", actor=gone, now=when)
    panels.fill(stage.session, track, actor=actor(stage.secretary), now=when)


def adjourned(stage: Stage) -> None:
    found = stage.hearing(stage.it)
    found.adjourned_at, found.adjourned_because = stage.later(7), "负责人住院"


def on_a_day_off(stage: Stage) -> None:
    """A notice published since has made its day one of rest."""
    found = stage.hearing(stage.it)
    assert found.at is not None
    found.at += timedelta(days=5 - found.at.weekday())


def challenged(stage: Stage) -> None:
    said = {"ground": "EMPLOYED", "facts": "曾任职于当事单位。", "now": stage.later(6)}
    recusals.ask(stage.session, stage.it.case, stage.investigator.id, **said, actor=actor(stage.lead))  # type: ignore[arg-type]


def voted(*choices: str) -> Callable[[Stage], None]:
    """Members of the panel, in their order."""

    def before(stage: Stage) -> None:
        for member, choice in zip(stage.sitting, choices, strict=False):
            said = {"choice": choice, "reasons": "理由充分", "measures": (), "now": stage.later(6)}
            panels.vote(stage.session, stage.it, **said, actor=member)  # type: ignore[arg-type]

    return before


def put(stage: Stage) -> None:
    """A motion is before the panel."""
    said = {"questions": ["次数？"], "reasons": "未查清", "version": None, "now": stage.later(6)}
    motions.put_return(stage.session, stage.it, **said, actor=stage.member)  # type: ignore[arg-type]


def hindered(stage: Stage) -> None:
    """The respondent asks for its time to run again."""
    said = {"obstacle": "台风停电。", "ended_on": stage.later(3).date(), "now": stage.later(6)}
    restorations.ask_for(stage.session, stage.it, **said, actor=actor(stage.lead))  # type: ignore[arg-type]


def planned(**changed: Any) -> Callable[[Stage], dict[str, Any]]:
    def facts(stage: Stage) -> dict[str, Any]:
        plan = stage.plan(stage.later(6), changed.get("days", 10))
        return {"plan": HearingPlan(plan.at, changed.get("place", plan.place), changed.get("agenda", AGENDA))}

    return facts


def recorded(**changed: Any) -> Callable[[Stage], dict[str, Any]]:
    """The minutes of the hearing."""
    return lambda stage: {"record": stage.record(stage.it, **changed)}


def missed(**changed: Any) -> Callable[[Stage], dict[str, Any]]:
    """Nobody came."""

    def facts(stage: Stage) -> dict[str, Any]:
        at = stage.hearing(stage.it).at
        said = {"started_at": at, "present": stage.sat(stage.it), "situation": "无人到场", "good_reason": False}
        return {"absence": Absence(**{**said, **changed})}  # type: ignore[arg-type]

    return facts


def harsher(*levels: int, **changed: Any) -> Callable[[Stage], dict[str, Any]]:
    """What the panel would announce, on evidence found since."""

    def facts(stage: Stage) -> dict[str, Any]:
        said = {"actor": actor(stage.officer), "now": stage.later(6), "shows": "新调取的通话记录"}
        found = evidence.add(stage.session, stage.it.case, io.BytesIO(made.picture()), "新.png", **said)  # type: ignore[arg-type]
        whole = {
            "measures": list(levels),
            "terms": terms.proposed(stage.session, stage.it, list(levels)),
            "new_facts": "另有三人",
            "evidence": [found],
            "allegation": stage.it.allegations[0],
            "reasons": "新证据",
        }
        return {**whole, **changed}

    return facts


def known(stage: Stage) -> dict[str, Any]:
    return {**harsher(1, 2, 3)(stage), "evidence": list(stage.it.allegations[0].evidence)}


def on_a_saturday(stage: Stage) -> dict[str, Any]:
    plan = stage.plan(stage.later(6), 10)
    return {"plan": replace(plan, at=plan.at + timedelta(days=5 - plan.at.weekday()))}


NOT_DRAWN = "No panel has been drawn yet."
ONLY_MEMBERS = "Only members of the panel decide."
TOO_FEW = "Not enough members have voted: * are needed."
RECUSAL_OPEN = "A recusal has been asked and is not decided yet."
ASKED = [
    Refusal("S55", NOT_DRAWN, "secretary"),
    Refusal("S55", "Say where the hearing is held.", "secretary", planned(place=" "), before=drawn),
    Refusal("S55", "Name the points of the hearing.", "secretary", planned(agenda=()), before=drawn),
    Refusal("S55", "Hearings take place on working days.", "secretary", on_a_saturday, before=drawn),
    Refusal(
        "S55",
        "The notice reaches the respondent more than * working days before the hearing.",
        "secretary",
        planned(days=2),
        before=drawn,
    ),
    Refusal("S56", "Only an authorised person of the company concerned can submit this.", "firm_lead"),
    Refusal("S56", "Confirm that your company gives up the hearing.", "lead", {"confirmed": False}),
]
SET = [
    Refusal(
        "S74",
        "The hearing notice was served in time, or still can be: another day would be an adjournment.",
        "secretary",
        planned(),
    ),
    Refusal("S24", ONLY_MEMBERS, "undrawn"),
    Refusal("S24", "This hearing has been adjourned once; it is not adjourned again.", "member", before=adjourned),
    Refusal("S24", "Give the reasons.", "member", {"reasons": ""}),
    Refusal("S22", ONLY_MEMBERS, "undrawn"),
    Refusal("S22", "The hearing has not taken place yet.", "member"),
    Refusal("S22", RECUSAL_OPEN, "member", before=challenged),
    Refusal("S22", "A hearing needs at least three members of the panel.", "member", recorded(present=()), days=30),
    Refusal(
        "S22",
        "The notice named *: on another day the respondent is heard only if it is present and agreed in writing to "
        "shorter notice.",
        "member",
        recorded(started_at=datetime(2026, 1, 1, tzinfo=UTC)),
        days=30,
    ),
    Refusal(
        "S22",
        "The minutes say who came, what was asked and what was answered.",
        "member",
        recorded(entries=()),
        days=30,
    ),
    Refusal(
        "S22",
        "The respondent is told its rights and asked whether it challenges anybody.",
        "member",
        recorded(rights_told=False),
        days=30,
    ),
    Refusal("S23", ONLY_MEMBERS, "undrawn"),
    Refusal("S23", "Say what happened.", "member", missed(situation=" "), days=30),
    Refusal(
        "S23",
        "The hearing is on a day off by the calendar published since, and nobody is absent: have it set anew.",
        "member",
        before=on_a_day_off,
        days=30,
    ),
    Refusal(
        "S23",
        "Nobody is absent but on the day and from the hour that the notice named: *.",
        "member",
        missed(started_at=datetime(2026, 1, 1, tzinfo=UTC)),
        days=30,
    ),
    Refusal(
        "S23",
        "With a good reason nobody is absent: adjourn the hearing, or hold another.",
        "member",
        missed(good_reason=True),
        days=30,
    ),
    Refusal(
        "S23",
        "The respondent was not told of a member drawn after the hearing notice, and could not ask for that member's "
        "recusal: send a new notice.",
        "member",
        missed(),
        before=drawn_anew,
        days=30,
    ),
]
UNSERVED = [
    Refusal(
        "S22",
        "The hearing notice was not served * working days before, and nobody present agreed in writing to shorter "
        "notice.",
        "member",
        recorded(),
        days=30,
    ),
    Refusal(
        "S23",
        "The hearing notice was not served in time: the respondent is not absent.",
        "member",
        missed(),
        days=30,
    ),
]
PANEL = [
    Refusal("S25", ONLY_MEMBERS, "undrawn"),
    Refusal("S25", TOO_FEW, "member"),
    Refusal("S25", "Give the reasons.", "member", {"reasons": " "}, voted("PROPOSED", "PROPOSED", "PROPOSED")),
    Refusal("S25", RECUSAL_OPEN, "member", before=challenged),
    Refusal("S25", "A motion is before the panel: it is voted on first.", "member", before=put),
    Refusal("S26", TOO_FEW, "member"),
    Refusal("S26", "The votes come to another result.", "member", before=voted("PROPOSED", "PROPOSED", "PROPOSED")),
    Refusal("S27", TOO_FEW, "member"),
    Refusal("S27", "The votes come to another result.", "member", before=voted("PROPOSED", "PROPOSED", "PROPOSED")),
    Refusal(
        "S27",
        "The respondent asks for its time to run again: the panel decides on that first.",
        "member",
        before=hindered,
    ),
    Refusal("S28", ONLY_MEMBERS, "undrawn"),
    Refusal("S28", RECUSAL_OPEN, "member", before=challenged),
    Refusal("S28", "Say which facts were not in the advance notice.", "member", harsher(1, 2, 3, new_facts=" ")),
    Refusal(
        "S28",
        "Nothing harsher rests on a statement, on a hearing or on evidence that was known before.",
        "member",
        known,
    ),
    Refusal(
        "S28",
        "This is not harsher than what was announced: the panel decides it by its vote.",
        "member",
        harsher(1),
    ),
    Refusal("S28", "The heaviest measure decides the tier.", "member", harsher(1, 4)),
    Refusal("S57", ONLY_MEMBERS, "undrawn"),
    Refusal("S57", "The heaviest measure decides the tier.", "member", harsher(1, 2, 3)),
    Refusal(
        "S57", "New facts rest on evidence that was not in the advance notice.", "member", harsher(1, 4, evidence=[])
    ),
    Refusal("S57", "Say which violation the new facts belong to.", "member", harsher(1, 4, allegation=None)),
    Refusal("S58", ONLY_MEMBERS, "undrawn"),
    Refusal("S58", "Name the questions that are to be answered.", "member", {"questions": []}),
    Refusal("S58", "Give the reasons.", "member", {"reasons": " "}),
    Refusal("S19", "The panel is voting: statements can't be taken any more.", "lead", before=voted("PROPOSED")),
    Refusal("S70", ONLY_MEMBERS, "undrawn"),
    Refusal("S70", "Nobody asks for a time limit to run again.", "member"),
    Refusal(
        "S70",
        "An obstacle of the respondent's own making opens nothing again: refuse it.",
        "member",
        {"not_own": False},
        before=hindered,
    ),
    Refusal("S71", "The heaviest measure decides the tier.", "member", before=hindered),
]
OPEN = (
    "A vote that is still to come, also of whoever is drawn for a free seat, could change the result: wait for it, or "
    "for the last day."
)
SCENES = [
    Scene("asked", asked, ASKED, day=6),
    Scene("set", set_up, SET, day=7),
    Scene("set but unserved", unserved, UNSERVED, day=7),
    Scene("deliberating", deliberating, PANEL, day=6),
    Scene(
        "deliberating with five",
        deliberating_on_a_circular,
        [
            Refusal("S26", OPEN, "member", before=voted("PROPOSED", "PROPOSED", "PROPOSED", "NONE")),
            Refusal(
                "S26",
                "The chair announces the decision, or a member who voted for what was decided.",
                lambda s: s.sitting[1],
                before=voted("PROPOSED", "NONE", "PROPOSED", "PROPOSED", "PROPOSED"),
            ),
        ],
        day=6,
    ),
    Scene(
        "deliberating without a panel",
        lambda stage: stage.deliberating([1]),
        [Refusal(row, NOT_DRAWN, lambda s: actor(s.panel[0])) for row in ("S25", "S26", "S27", "S28", "S57", "S58")],
        day=6,
    ),
]


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_heard_or_deliberated_on_a_track_refuses_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(TRACK, Stage(session, now), scene)
