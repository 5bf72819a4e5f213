"""Numbers of the procedure are settings: the verbs follow them, and what was issued keeps those it was made under."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import update
from sqlalchemy.orm import Session

from casework import forwardings
from core.errors import BadInput, NotNow
from notices import queries as notices
from notices import serving
from notices.papers import text_of
from registry.models_settings import Setting
from sanctions import hearings, interview_times, interviews, measures, panels, queries_hearings, reissues, rounds
from tests.builders import Desk, known_year
from tests.builders_cases import actor
from tests.sanctions.chain import Chain
from tests.sanctions.test_lost_time import panel_waits
from tests.sanctions.test_resolutions import Bench


@pytest.fixture
def bench(session: Session, now: datetime) -> Bench:
    return Bench(session, now)


def lay_down(session: Session, key: str, value: Any) -> None:
    session.execute(update(Setting).where(Setting.key == key).values(value=value))


def written(bench: Bench, kind: str, number: int) -> str:
    found = notices.last_document(bench.session, [kind], "track", number)
    assert found is not None
    return text_of(found.frozen.blocks)


def test_restoration_is_asked_for_in_the_days_laid_down(bench: Bench) -> None:
    track, _members = bench.sitting()
    lay_down(bench.session, "RESTORATION_DAYS", 3)
    with pytest.raises(BadInput, match=r"3日"):
        bench.hindered(track)
    lay_down(bench.session, "RESTORATION_DAYS", 4)
    assert bench.hindered(track).waits


def test_a_panel_waits_as_long_as_the_minutes_of_the_missed_hearing_said(bench: Bench) -> None:
    known_year(bench.session)
    lay_down(bench.session, "RESTORATION_DAYS", 12)
    track, members = bench.ready()
    hearings.adjourn(bench.session, track, reasons="负责人住院", actor=members[0], version=None, now=bench.later(8))
    bench.set(track, now=bench.later(8))
    bench.serve(track, "D18", bench.later(8))
    held = bench.after(track)
    bench.miss(track, members[0], good_reason=True, obstacle_ends=held.date())
    lay_down(bench.session, "RESTORATION_DAYS", 5)
    assert "障碍消除后12日内申请" in written(bench, "D19", track.id)
    for days, waits in ((12, True), (13, False)):
        with time_machine.travel(held + timedelta(days=days)):
            assert panel_waits(bench, track, members[0]) is waits


def test_a_rectification_takes_as_long_as_is_laid_down(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    track = chain.reported()
    lay_down(session, "K22.least", 3)
    lay_down(session, "K22.most", 40)
    for days in (2, 41):
        with pytest.raises(BadInput, match=r"3.*40"):
            chain.propose(track, [1], terms=_order(days))
    chain.propose(track, [1], terms=_order(3))
    assert track.state == "NOTICE_ISSUED"


def _order(days: int) -> dict[str, Any]:
    return {"1": {"days": days, "items": [{"problem": "甲", "correction": "乙", "proof": "丙"}]}}


def test_a_hearing_notice_says_how_many_may_come(bench: Bench) -> None:
    lay_down(bench.session, "HEARING_PERSONS", 5)
    track = bench.asked()
    bench.drawn(track)
    bench.set(track)
    assert "不超过5人" in written(bench, "D18", track.id)


def test_another_time_of_an_interview_lies_in_the_hours_laid_down(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    track = chain.executing([2])
    measure = rounds.measure(session, track, 2)
    assert measure is not None
    assert measure.interview is not None
    at = measure.interview.at
    day = rounds.working_day_after(session, at.date(), 1)
    assert day is not None
    said = {"at": at + (day - at.date()), "why": "出差", "actor": actor(chain.lead), "now": chain.later(10)}
    lay_down(session, "INTERVIEW_HOURS", "19:30-21:00")
    with pytest.raises(BadInput, match=r"19:30"):
        interview_times.propose(session, track, **said)
    lay_down(session, "INTERVIEW_HOURS", "00:00-23:59")
    interview_times.propose(session, track, **said)


def test_an_answer_period_has_the_steps_with_which_it_began(session: Session, now: datetime) -> None:
    desk = Desk(session, now)
    lay_down(session, "K03.extend", [30])
    once = desk.forwarded()
    lay_down(session, "K03.extend", [30, 60])
    twice = desk.forwarded(contact="13912345679")
    for each in (once, twice):
        forwardings.extend(session, each, why="调取录音", to=None, actor=desk.head, version=None, now=desk.on(1))
    with pytest.raises(NotNow):
        forwardings.extend(session, once, why="再次", to=None, actor=desk.head, version=None, now=desk.on(2))
    lay_down(session, "K03.extend", [30])
    forwardings.extend(session, twice, why="再次", to=None, actor=desk.head, version=None, now=desk.on(2))
    assert (once.extended, twice.extended) == (1, 2)


def test_a_hearing_notice_is_held_against_the_days_it_was_made_under(bench: Bench) -> None:
    track = bench.asked()
    members = bench.drawn(track)
    bench.set(track, plan=bench.plan(bench.later(6), 8))
    bench.serve(track, "D18", bench.later(6))
    lay_down(bench.session, "HEARING_NOTICE_WD", 10)
    with pytest.raises(NotNow):
        bench.set(track, now=bench.later(7), plan=bench.plan(bench.later(7), 12))
    bench.miss(track, members[0])
    assert bench.hearing(track).absent
    assert queries_hearings.notice_days(bench.session) == 10


def test_a_summons_is_held_against_the_days_it_was_made_under(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    track = chain.executing([2])
    lay_down(session, "INTERVIEW_NOTICE_WD", 30)
    measure = rounds.measure(session, track, 2)
    assert measure is not None
    assert measure.interview is not None
    after = measure.interview.at + timedelta(hours=1)
    said = {"second": chain.second, "situation": "无人到场。", "actor": actor(chain.officer), "version": None}
    with pytest.raises(BadInput, match=r"30"):
        interviews.miss(session, track, now=after, again=chain.plan(after), **said)
    lay_down(session, "INTERVIEW_NOTICE_WD", 4)
    interviews.miss(session, track, now=after, again=chain.plan(after), **said)
    assert measure.interview.missed == 1


def test_a_summons_issued_again_as_it_was_keeps_the_days_of_the_void_one(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    track = chain.effective([2])
    measures.execute(
        session,
        track,
        actor=actor(chain.officer),
        version=None,
        now=chain.later(9),
        interview=chain.plan(chain.later(9)),
    )
    void = rounds.document(session, track, "D23b")
    assert void is not None
    lay_down(session, "INTERVIEW_NOTICE_WD", 30)
    serving.step(session, void.services[0].id, "void", actor=actor(chain.head), now=chain.later(9), reason="有误")
    reissues.reissue(session, track, actor=actor(chain.head), version=None, now=chain.later(9))
    made = rounds.document(session, track, "D23b")
    assert made is not None
    assert (made.id > void.id, notices.laid_down_in(made, "INTERVIEW_NOTICE_WD")) == (True, 3)


def test_a_panel_votes_by_the_rules_under_which_it_was_drawn(bench: Bench) -> None:
    lay_down(bench.session, "QUORUM_LEAST", 2)
    track, members = bench.sitting()
    lay_down(bench.session, "QUORUM_LEAST", 3)
    lay_down(bench.session, "MAJORITY_MINOR", "1/1")
    for member, choice in zip(members, ("PROPOSED", "PROPOSED"), strict=False):
        panels.vote(bench.session, track, choice=choice, reasons="清楚", actor=member, now=bench.later(7))
    panel = rounds.panel(bench.session, track)
    assert panel is not None
    assert panel.rules == {"QUORUM_LEAST": 2, "QUORUM_ABSENT": 1, "MAJORITY_MINOR": "1/2", "MAJORITY_MAJOR": "2/3"}
    assert panel.tally is not None
    assert (panel.tally["cast"], panel.tally["needed"], panel.tally["measures"]) == (2, 2, [1])


@pytest.mark.parametrize(("measures_", "tier", "code"), [([1], "minor", "V-C04"), ([4], "major", "V-I02")])
def test_titles_call_the_measures_of_a_tier_as_is_laid_down(
    session: Session, now: datetime, measures_: list[int], tier: str, code: str
) -> None:
    lay_down(session, f"TIER_WORD.{tier}", "自律惩戒")
    track = Chain(session, now).decided(measures_, code)
    for kind, title in (("D17", "采取自律惩戒的事先告知书"), ("D20", "采取自律惩戒的决定")):
        found = notices.last_document(session, [kind], "track", track.id)
        assert found is not None
        assert found.frozen.title.endswith(title)
