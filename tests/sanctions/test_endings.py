"""Ends out of turn: each is refused without its ground, and leaves nothing behind that still runs."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import standing_still, tracks
from casework.models import Task
from casework.models_cases import CaseTrack
from core.clock import day_of
from core.db import transaction
from core.errors import BadInput, NotAllowed, NotNow
from notices import queries as notices
from notices.models import Document
from registry import clock_sweep, clocks, successions
from registry.models import Party
from registry.models_clocks import ClockState
from registry.models_lineage import SuccessionKind
from sanctions import endings, measures, policies_waivers, rounds, trainees
from sanctions.plans import Person
from tests.builders import account
from tests.builders_cases import actor, party
from tests.sanctions.chain import Chain

AT_AN_END = {"K20", "K27"}
"""What may still run at an end of a track (I-22)."""


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _letters(chain: Chain, track: CaseTrack, kind: str) -> list[Document]:
    return [each for each in notices.documents_of(chain.session, [("track", track.id)]) if each.kind == kind]


def _running(chain: Chain, track: CaseTrack) -> set[str]:
    found = clocks.of(chain.session, ("track", track.id))
    return {each.key for each in found if each.state is not ClockState.ENDED}


def _text(document: Document) -> str:
    return str(document.paper["paper"])


def _terminate(chain: Chain, track: CaseTrack, **changed: object) -> None:
    said = {
        "ground": "MISTAKE",
        "reasons": "立案对象有误。",
        "actor": actor(chain.head),
        "version": None,
        "now": chain.later(5),
    }
    endings.terminate(chain.session, track, **{**said, **changed})  # type: ignore[arg-type]


def _gone(chain: Chain, track: CaseTrack) -> None:
    said = {"evidence": "注销登记通知书（蓝湾）登销字〔2026〕第12号", "actor": actor(chain.head), "version": None}
    successions.cease(chain.session, track.party, on=chain.now.date(), **said, now=chain.now)  # type: ignore[arg-type]


def _close(chain: Chain, track: CaseTrack, **changed: object) -> None:
    said = {
        "ground": "CEASED",
        "reasons": "该公司已办理注销登记。",
        "binding": True,
        "actor": actor(chain.head),
        "version": None,
        "now": chain.later(14),
    }
    if track.party.ceased_on is None and changed.get("ground", "CEASED") == "CEASED":
        _gone(chain, track)
    endings.close_unexecuted(chain.session, track, **{**said, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"ground": ""}, "ground"), ({"reasons": " "}, "reasons"), ({"ground": "CEASED"}, "ground")],
)
def test_a_track_is_terminated_only_on_a_known_ground_with_reasons(
    chain: Chain, changed: dict[str, object], field: str
) -> None:
    track = chain.reported()
    with pytest.raises(BadInput) as refused:
        _terminate(chain, track, **changed)
    assert refused.value.field == field


def test_only_the_head_terminates(chain: Chain) -> None:
    track = chain.reported()
    with pytest.raises(NotAllowed):
        _terminate(chain, track, actor=actor(chain.officer))


def test_nobody_is_said_to_have_given_up_a_time_that_ended_with_the_track(chain: Chain) -> None:
    track = chain.proposed([1])
    chain.serve(track, "D17", chain.later(4))
    _terminate(chain, track)
    assert policies_waivers.time_given_up(chain.session, track) is None


def test_a_waiver_is_told_although_the_track_was_terminated_on_its_day(chain: Chain) -> None:
    track = chain.deliberating([1])
    _terminate(chain, track, now=chain.later(5) + timedelta(hours=1))
    given = policies_waivers.time_given_up(chain.session, track)
    assert given is not None
    assert given.ended_at == chain.later(5)


def test_a_terminated_track_tells_the_respondent_and_closes_the_complaint(chain: Chain) -> None:
    track = chain.proposed([1])
    for other in track.case.tracks[1:]:
        tracks.decline(
            chain.session, other, reasons="无违规迹象", actor=actor(chain.head), version=None, now=chain.later(4)
        )
    _gone(chain, track)
    _terminate(chain, track, ground="CEASED")
    assert (track.state, track.ended_on) == ("NO_MEASURE", chain.later(5).date())
    assert _running(chain, track) == {"K27"}
    told = _letters(chain, track, "D16c")[0]
    assert "无权利义务承受人" in _text(told)
    assert told.number is not None
    notice = _letters(chain, track, "D17")[0]
    assert notice.void_at is not None
    assert [each.state for each in notice.services] == ["VOID"]
    assert [each.state for each in told.services] == ["ISSUED"]
    assert track.case.complaints[0].state == "CLOSED"


@pytest.mark.parametrize("stage", ["FILED", "INVESTIGATING", "REVIEWING", "PRE_NOTICE", "DELIBERATION"])
def test_a_track_can_be_terminated_until_it_is_decided(chain: Chain, stage: str) -> None:
    track = _in(chain, stage)
    assert track.state == stage
    _terminate(chain, track, now=chain.later(8))
    assert track.state == "NO_MEASURE"
    assert _running(chain, track) <= AT_AN_END


def _in(chain: Chain, stage: str) -> CaseTrack:
    if stage in {"FILED", "INVESTIGATING"}:
        track = chain.filed()
        if stage == "INVESTIGATING":
            chain.serve(track, "D11b")
        return track
    if stage == "REVIEWING":
        return chain.reported()
    if stage == "DELIBERATION":
        return chain.deliberating([1])
    track = chain.proposed([4], code="V-I02")
    chain.serve(track, "D17", chain.later(4))
    return track


def test_a_decided_track_is_not_terminated(chain: Chain) -> None:
    track = chain.effective([1])
    with pytest.raises(NotNow):
        _terminate(chain, track, now=chain.later(9))


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"ground": "MISTAKE"}, "ground"), ({"reasons": ""}, "reasons"), ({"binding": False}, "binding")],
)
def test_measures_stay_unexecuted_only_on_a_known_ground(chain: Chain, changed: dict[str, object], field: str) -> None:
    track = chain.executing([1])
    with pytest.raises(BadInput) as refused:
        _close(chain, track, **changed)
    assert refused.value.field == field


def test_what_cannot_be_carried_out_stays_ordered_and_is_reported(chain: Chain) -> None:
    track = chain.executing([1, 3])
    _close(chain, track)
    assert track.state == "CLOSED"
    assert [each.state for each in rounds.measures(chain.session, track)] == ["ORDERED", "ORDERED"]
    assert _running(chain, track) <= AT_AN_END
    report = _letters(chain, track, "D32")[0]
    assert "当事单位已经终止" in _text(report)
    assert "原决定继续有效" in _text(report)
    assert "该事项成立，违反" in _text(report), "no list below it names the provision"


def test_a_publication_does_not_wait_for_a_company_that_is_gone(chain: Chain) -> None:
    track = chain.effective([4], code="V-I02")
    chain.execute(track, chain.later(9))
    with pytest.raises(NotNow):
        _close(chain, track)
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    chain.publish(publication, chain.later(10))
    _close(chain, track)
    assert track.state == "CLOSED"


def test_nobody_is_enrolled_in_a_training_or_taken_off_its_list_once_the_case_has_ended(chain: Chain) -> None:
    track = chain.executing([3])
    said = {"actor": actor(chain.lead), "now": chain.later(13)}
    (one,) = measures.enrol(chain.session, track, people=[Person("学员甲", "主管")], **said)
    _close(chain, track)
    with pytest.raises(NotNow, match="没有"):
        measures.enrol(chain.session, track, people=[Person("学员乙", "主管")], **said)
    with pytest.raises(NotNow, match="没有"):
        trainees.remove(chain.session, track, one, **said)
    assert [each.id for each in one.training.people] == [one.id]


def test_nothing_fails_at_the_end_of_a_period_in_which_the_company_was_gone_and_its_heir_has_the_whole_of_it(
    app: Flask,
) -> None:
    with app.app_context():
        with transaction() as at:
            chain = Chain(at, datetime(2026, 3, 2, 2, tzinfo=UTC))
            track = chain.executing([1])
            _gone(chain, track)
            number, lender, heir = track.id, chain.lender.id, party(at, "远岬消费金融有限公司", basis=None).id
            due = clocks.live(at, "K22", ("track", number)).due_on  # type: ignore[union-attr]
            after = chain.now + (due - day_of(chain.now)) + timedelta(days=1)  # type: ignore[operator]
        list(clock_sweep.sweep(after))
        with transaction() as at:
            assert rounds.measure(at, at.get_one(CaseTrack, number), 1).state == "ORDERED"  # type: ignore[union-attr]
            standing_still.look(at, after)
            assert at.scalars(select(Task.subject_id).where(Task.kind == "order_gone")).all() == [number]
            gone, to = at.get_one(Party, lender), at.get_one(Party, heir)
            said = {"kind": SuccessionKind.ABSORBED, "from_on": gone.ceased_on, "evidence": "吸收合并协议"}
            by = {"actor": actor(account(at, "负责人", "head")), "version": None, "now": after}
            successions.record(at, gone, to, matters=[f"case_track:{number}"], **said, **by)  # type: ignore[arg-type]
        list(clock_sweep.sweep(after + timedelta(days=1)))
        with transaction() as at:
            period = clocks.live(at, "K22", ("track", number))
            assert period is not None
            assert (period.day0, rounds.measure(at, at.get_one(CaseTrack, number), 1).state) == (  # type: ignore[union-attr]
                day_of(after),
                "ORDERED",
            )
