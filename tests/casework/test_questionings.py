"""People are questioned on the record: what it holds, who asks, and what it stands for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from casework import inquiries, personal_strings, recusals, tracks
from casework.questioning import Questioning
from casework.states import TRACK
from core.errors import BadInput, NotNow
from core.machine import Ask
from tests.builders_cases import World, actor
from tests.casework.test_inquiry import investigated, letter, refused, rows, text, world

__all__ = ["world"]


def record(world: World, **changed: Any) -> Questioning:
    whole = Questioning(
        started_at=world.now - timedelta(hours=2),
        ended_at=world.now - timedelta(hours=1),
        place="协会会议室",
        officers=(world.investigator.id, world.second.id),
        person="赵某",
        position="催收主管",
        identity_checked="3021",
        rights_told=True,
        recusal="NONE",
        entries=({"question": "谁拨打的？", "answer": "外呼组。"},),
        signed_by="赵某",
    )
    return replace(whole, **changed)


def test_a_questioning_is_kept_as_a_record_and_stands_on_the_list_of_evidence(world: World) -> None:
    track = investigated(world)
    said = {"actor": actor(world.investigator), "version": None, "now": world.now}
    inquiries.question(world.session, track, record=record(world), **said)  # type: ignore[arg-type]
    document = letter(world, track, "D29")
    assert not document.outward
    assert "谁拨打的？" in text(document)
    assert "经询问，不申请回避" in text(document)
    assert "经办乙" in text(document)
    assert rows(world, track)[-1] == "S45"
    tracks.explain(world.session, track, text="说明", actor=actor(world.lead), now=world.now)
    world.found(track, world.later(1))
    listed = text(letter(world, track, "D30"))
    assert "询问笔录1" in listed
    assert "未逐项记录，见书面说明" in listed
    assert "赵某" in personal_strings.named_in(world.session, track.case_id)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "经核对无异议"),
        ({"corrections": "“外呼组”应为“催收二组”。"}, "有更正意见，见笔录"),
        ({"signed_by": "", "refused_because": "要求先咨询律师"}, "拒绝签名，见笔录"),
    ],
)
def test_the_list_of_evidence_tells_whether_a_record_was_challenged(
    world: World, changed: dict[str, Any], said: str
) -> None:
    track = investigated(world)
    if "refused_because" in changed:
        changed |= {"witness_id": world.second.id}
    by = {"actor": actor(world.investigator), "version": None, "now": world.now}
    inquiries.question(world.session, track, record=record(world, **changed), **by)  # type: ignore[arg-type]
    tracks.explain(world.session, track, text="说明", actor=actor(world.lead), now=world.now)
    world.found(track, world.later(1))
    last = text(letter(world, track, "D30")).strip().splitlines()[-1]
    assert last.endswith(said)
    assert "询问笔录1" in last


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"officers": (1, 1)}, "second"),
        ({"rights_told": False}, "rights_told"),
        ({"recusal": ""}, "recusal"),
        ({"entries": ()}, "entries"),
        ({"signed_by": ""}, "signed_by"),
    ],
)
def test_a_questioning_that_lacks_something_is_no_record(world: World, changed: dict[str, Any], field: str) -> None:
    track = investigated(world)
    with pytest.raises(BadInput) as refusal:
        inquiries.question(
            world.session,
            track,
            record=record(world, **changed),
            actor=actor(world.investigator),
            version=None,
            now=world.now,
        )
    assert refusal.value.field == field


def test_whoever_is_asked_to_be_recused_questions_no_further(world: World) -> None:
    track = investigated(world)
    wanted = record(world, recusal="ASKED")
    assert any(
        isinstance(each, NotNow) for each in refused(world, track, "question", world.investigator, record=wanted)
    )


def test_whoever_takes_no_part_in_the_case_neither_questions_nor_witnesses_there(world: World) -> None:
    track = investigated(world)
    said = {"ground": "RELATIVE", "facts": "亲属", "actor": actor(world.second), "now": world.now}
    recusals.declare(world.session, track.case, **said)  # type: ignore[arg-type]
    world.head.locked_at, world.head.lock_reason = world.now, "离任"
    unsigned = {"signed_by": "", "refused_because": "对措辞有异议"}
    with_officer = (world.investigator.id, world.officer.id)
    for changed, field in (
        ({}, "second"),
        ({"officers": with_officer, **unsigned, "witness_id": world.second.id}, "witness"),
        ({"officers": with_officer, **unsigned, "witness_id": world.head.id}, "witness"),
    ):
        wanted = record(world, **changed)
        found = refused(world, track, "question", world.investigator, record=wanted)
        assert [each.field for each in found if isinstance(each, BadInput)] == [field]
    assert not refused(world, track, "question", world.investigator, record=record(world, officers=with_officer))


def test_only_the_investigator_of_the_track_questions_and_nobody_from_outside(world: World) -> None:
    track = investigated(world)
    other = actor(world.second)
    assert TRACK.refusals(Ask(world.session, track, other, {"record": record(world)}, world.now), "question")
    outside = record(world, officers=(world.investigator.id, world.lead.id))
    assert refused(world, track, "question", world.investigator, record=outside)


def test_a_refused_signature_needs_its_reason_and_a_witness(world: World) -> None:
    track = investigated(world)
    unsigned = record(world, signed_by="", refused_because="对措辞有异议", witness_id=world.officer.id)
    said = {"actor": actor(world.investigator), "version": None, "now": world.now}
    inquiries.question(world.session, track, record=unsigned, **said)  # type: ignore[arg-type]
    assert "在场见证：经办甲" in text(letter(world, track, "D29"))
