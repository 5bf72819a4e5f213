"""Time that was lost to an obstacle: who may ask for it again, and what waits until nobody can any more."""

from datetime import timedelta

import pytest
import time_machine

from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import clock
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from notices import queries as notices
from notices.papers import text_of
from sanctions import (
    hearings,
    panels,
    restorations,
    rounds,
    statements,
)
from sanctions.models_resolutions import Restoration
from tests.builders_cases import actor
from tests.sanctions.test_resolutions import Bench, bench

__all__ = ["bench"]


def test_after_an_obstacle_the_time_runs_again_and_votes_are_cast_anew(bench: Bench) -> None:
    track, members = bench.sitting()
    panels.vote(bench.session, track, choice="PROPOSED", reasons="清楚", actor=members[0], now=bench.later(6))
    bench.hindered(track)
    with pytest.raises(NotNow):
        bench.hindered(track)
    with pytest.raises(BadInput):
        bench.open_again(track, members[0], not_own=False)
    with pytest.raises(BadInput):
        bench.open_again(track, members[0], reasons=" ")
    with pytest.raises(NotAllowed):
        bench.open_again(track, actor(bench.head))
    bench.open_again(track, members[0])
    assert track.state == "PRE_NOTICE"
    assert [bench.live(track, key) for key in ("K14", "K18")] == [True, False]
    assert not rounds.has_voted(bench.session, track)
    panel = rounds.panel(bench.session, track)
    assert panel is not None
    assert panel.tally is None
    statements.state(bench.session, track, text="现补充陈述", actor=actor(bench.lead), now=bench.later(9))
    assert not rounds.statements(bench.session, track)[-1].late


def test_after_an_obstacle_a_missed_hearing_is_asked_for_again(bench: Bench) -> None:
    track, members = bench.ready()
    bench.miss(track, members[0])
    now = bench.after(track)
    bench.hindered(track, ended_on=now.date(), now=now)
    bench.open_again(track, members[0], now=now)
    assert [bench.live(track, key) for key in ("K15", "K16", "K18")] == [True, True, False]
    hearings.ask_for(bench.session, track, wishes="再次听证", actor=actor(bench.lead), now=now)
    assert track.state == "HEARING_ASKED"
    assert not bench.hearing(track).absent


def test_a_hearing_missed_again_for_a_good_reason_is_asked_for_again(bench: Bench) -> None:
    track, members = bench.ready()
    hearings.adjourn(bench.session, track, reasons="负责人住院", actor=members[0], version=None, now=bench.later(8))
    bench.set(track, now=bench.later(8))
    bench.serve(track, "D18", bench.later(8))
    with pytest.raises(BadInput):
        bench.miss(track, members[0], good_reason=True)
    now = bench.after(track)
    bench.miss(track, members[0], good_reason=True, obstacle_ends=now.date())
    minutes = notices.last_document(bench.session, ["D19"], "track", track.id)
    assert minutes is not None
    assert "因正当理由未能到场" in text_of(minutes.frozen.blocks)
    with time_machine.travel(now):
        assert panel_waits(bench, track, members[0])
    bench.hindered(track, ended_on=now.date(), now=now)
    bench.open_again(track, members[0], now=now)
    hearings.ask_for(bench.session, track, wishes="再次听证", actor=actor(bench.lead), now=now)
    assert (track.state, bench.hearing(track).adjourned_at) == ("HEARING_ASKED", None)


def test_a_panel_votes_only_once_nobody_can_ask_for_lost_time_any_more(bench: Bench) -> None:
    track, members = bench.sitting()
    assert not panel_waits(bench, track, members[0])
    bench.hindered(track)
    assert panel_waits(bench, track, members[0])
    restorations.refuse(bench.session, track, reasons="自身原因", actor=members[0], now=bench.later(8))
    assert not panel_waits(bench, track, members[0])


def panel_waits(bench: Bench, track: CaseTrack, member: Actor) -> bool:
    """Whether nobody votes yet; then nothing is decided either."""
    waits = any("期限" in str(each) for each in panels.vote_refusals(bench.session, track, member))
    for event in ("decide_minor", "decide_none", "return_case", "harsher_minor"):
        asked = Ask(bench.session, track, member, {}, clock.now())
        assert any("恢复期限" in str(each) for each in TRACK.refusals(asked, event)) is waits
    return waits


def test_only_in_ten_days_after_the_obstacle_and_by_the_company_itself(bench: Bench) -> None:
    track, members = bench.sitting()
    ended = bench.later(7) - timedelta(days=11)
    for wrong in (
        {"ended_on": ended.date()},
        {"ended_on": None},
        {"obstacle": " "},
        {"ended_on": bench.later(9).date()},
    ):
        with pytest.raises(BadInput):
            bench.hindered(track, **wrong)
    with pytest.raises(NotAllowed):
        bench.hindered(track, actor=actor(bench.firm_lead))
    with pytest.raises(NotNow):
        bench.open_again(track, members[0])
    asked = Restoration(
        track_id=track.id,
        round=track.round,
        obstacle="停电",
        ended_on=ended.date(),
        asked_on=bench.later(7).date(),
        asked_at=bench.later(7),
    )
    bench.session.add(asked)
    bench.session.flush()
    with pytest.raises(BadInput, match=r"10"):
        bench.open_again(track, members[0])
    asked.ended_on = bench.later(6).date()
    other = Ask(bench.session, track, members[0], {}, bench.later(8))
    assert TRACK.refusals(other, "restore_major")
    with pytest.raises(NotAllowed):
        restorations.refuse(bench.session, track, reasons="自身原因", actor=actor(bench.head), now=bench.later(8))
    restorations.refuse(bench.session, track, reasons="自身原因", actor=members[0], now=bench.later(8))
    with pytest.raises(NotNow):
        bench.open_again(track, members[0])
    assert track.state == "DELIBERATION"
