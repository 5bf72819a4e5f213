"""What the record of a questioning must hold: refused with the sentence that is read, in both languages."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from casework.questioning import Questioning
from casework.states import TRACK
from tests.casework.test_guard_sentences_track_inquiry import Stage, investigating
from tests.refusals import Refusal, Scene, all_refused


def questioning(stage: Stage, **changed: Any) -> dict[str, Any]:
    record = Questioning(
        started_at=stage.now - timedelta(hours=2),
        ended_at=stage.now - timedelta(hours=1),
        place="协会",
        officers=(stage.investigator.id, stage.second.id),
        person="周岚",
        position="副总经理",
        identity_checked="1234",
        rights_told=True,
        recusal="NONE",
        entries=({"question": "是否致电？", "answer": "是。"},),
        signed_by="周岚",
    )
    return {"record": replace(record, **changed)}


SCENES = [
    Scene(
        "investigating",
        investigating,
        [
            Refusal("S45", "Only the investigator of this track questions.", "colleague"),
            Refusal(
                "S45",
                "Two officers question, one of them the investigator.",
                "investigator",
                lambda s: questioning(s, officers=(s.investigator.id,)),
            ),
            Refusal(
                "S45",
                "The person must be told of the rights and duties first.",
                "investigator",
                lambda s: questioning(s, rights_told=False),
            ),
            Refusal(
                "S45",
                "Ask whether the person wants an officer to be recused.",
                "investigator",
                lambda s: questioning(s, recusal=""),
            ),
            Refusal(
                "S45",
                "Recusal was asked for: the questioning waits until it is decided.",
                "investigator",
                lambda s: questioning(s, recusal="ASKED"),
            ),
            Refusal(
                "S45",
                "The record says what was asked and what was answered.",
                "investigator",
                lambda s: questioning(s, entries=()),
            ),
            Refusal(
                "S45",
                "The case was filed on *: nobody was questioned in it before that.",
                "investigator",
                lambda s: questioning(s, started_at=s.now - timedelta(days=1), ended_at=s.now - timedelta(hours=23)),
            ),
            Refusal(
                "S45",
                "By these times it ended before it began: look at both.",
                "investigator",
                lambda s: questioning(s, ended_at=s.now - timedelta(hours=3)),
            ),
            Refusal(
                "S45",
                "By this time it is not over yet: what has ended is put on record.",
                "investigator",
                lambda s: questioning(s, ended_at=s.now + timedelta(minutes=1)),
            ),
            Refusal(
                "S45",
                "By these times it lasted longer than a day: look at both days.",
                "investigator",
                lambda s: questioning(s, ended_at=s.now + timedelta(days=1)),
                days=1,
            ),
            Refusal(
                "S45",
                "Every page is signed, or the refusal noted with its reason and a second officer.",
                "investigator",
                lambda s: questioning(s, signed_by=" "),
            ),
            Refusal(
                "S45",
                "Only officers of the association question.",
                "investigator",
                lambda s: questioning(s, officers=(s.investigator.id, s.reviewer.id)),
            ),
            Refusal(
                "S45",
                "The second officer is somebody else.",
                "investigator",
                lambda s: questioning(s, witness_id=s.investigator.id),
            ),
        ],
    ),
]


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_a_questioning_is_refused_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(TRACK, Stage(session, now), scene)
