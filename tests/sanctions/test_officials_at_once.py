"""Two who act on one track at once: the second is told what the first did, and nothing is done twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from casework import cases, contacts, recusals, tracks
from casework.contacts import By, Contact, Whose
from casework.models import Task
from casework.models_cases import Allegation, CaseFile, CaseTrack
from core.actors import SYSTEM, Actor
from core.db import db, transaction
from core.errors import BadInput, Changed, NotNow
from notices.models import Document
from registry import accounts, clock_sweep
from registry.models_accounts import Account
from registry.models_clocks import Clock
from sanctions import (
    bodies,
    decisions,
    extensions,
    hearings,
    interview_times,
    interviews,
    measures,
    milestones,
    motions,
    panels,
    restorations,
    review_bodies,
    reviews,
    rounds,
    trainees,
    verifications,
)
from sanctions.models_measures import Interview, Measure, TrainingPerson
from sanctions.models_resolutions import Motion, Restoration
from sanctions.models_reviews import Review
from sanctions.plans import Person
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.sanctions.chain import Chain
from tests.sanctions.reviewing import Reviewing
from tests.sanctions.test_resolutions import Bench
from tests.two_at_once import at_once


@pytest.fixture
def chain(app: Flask) -> Iterator[Chain]:
    """What is there once it was committed: others see it."""
    with app.app_context():
        with transaction() as at:
            made = Chain(at, NOW)
        yield made


@pytest.fixture
def bench(app: Flask) -> Iterator[Bench]:
    """The same, with people who hear and vote."""
    with app.app_context():
        with transaction() as at:
            made = Bench(at, NOW)
        yield made


def _track(at: Session, number: int) -> CaseTrack:
    return at.get_one(CaseTrack, number)


def _measure(at: Session, number: int, level: int = 1) -> Measure:
    found = rounds.measure(at, _track(at, number), level)
    assert found is not None
    return found


def _interview(at: Session, number: int) -> Interview:
    found = _measure(at, number, 2).interview
    assert found is not None
    return found


def _made(at: Session, number: int, kind: str) -> int | None:
    mine = select(func.count()).select_from(Document).where(Document.subject_kind == "track", Document.kind == kind)
    return at.scalar(mine.where(Document.subject_id == number))


def test_a_missed_interview_is_summoned_again_once_though_two_officers_note_it_at_once(
    app: Flask, chain: Chain
) -> None:
    with transaction():
        track = chain.executing([2])
        number, seen, second, by = track.id, track.version, chain.second.id, actor(chain.officer)
        now = chain.plan(chain.later(9)).at + timedelta(hours=2)
        plans = [chain.plan(now + timedelta(days=days)) for days in (1, 8)]

    def missed(at: Session, plan: int) -> None:
        beside = at.get_one(Account, second)
        mine, again = at.get_one(CaseTrack, number), plans[plan]
        interviews.miss(at, mine, version=seen, again=again, second=beside, situation="无人", actor=by, now=now)

    told = at_once(app, lambda at: missed(at, 0), lambda at: missed(at, 1))
    assert isinstance(told, Changed)
    with transaction() as at:
        assert _made(at, number, "D23b") == 2


def test_nothing_is_alleged_once_the_report_is_being_sent(app: Flask, chain: Chain) -> None:
    with transaction():
        track = chain.filed()
        chain.serve(track, "D11b")
        tracks.explain(chain.session, track, text="情况说明", actor=actor(chain.lead), now=chain.later(1))
        number, by = track.id, actor(chain.officer)

    def report(at: Session) -> None:
        chain.found(at.get_one(CaseTrack, number), chain.later(2))

    def allege(at: Session) -> None:
        cases.allege(at, at.get_one(CaseTrack, number), code="V-C05", facts="又一事", actor=by, now=chain.later(2))

    assert isinstance(at_once(app, report, allege), NotNow)
    with transaction() as at:
        mine = select(Allegation).where(Allegation.track_id == number)
        assert [each.finding for each in at.scalars(mine)] == ["ESTABLISHED"]


@pytest.mark.parametrize("first", ["report", "contact"])
def test_no_contact_is_entered_beside_a_report_that_is_being_sent(app: Flask, chain: Chain, first: str) -> None:
    with transaction():
        track = chain.filed()
        chain.serve(track, "D11b")
        tracks.explain(chain.session, track, text="情况说明", actor=actor(chain.lead), now=chain.later(1))
        beside = track.case.tracks[1]
        tracks.decline(chain.session, beside, reasons="无事实", actor=actor(chain.head), version=None, now=chain.now)
        number, by = track.id, actor(chain.officer)
        call = Contact(chain.now, "CALL_INTERACTIVE", By(chain.lender.id), Whose(mark="1"))

    def enter(at: Session) -> None:
        contacts.enter(at, _track(at, number).case, call, actor=by, now=chain.later(2))

    def report(at: Session) -> None:
        chain.session = at
        chain.found(_track(at, number), chain.later(2))

    if first == "report":
        assert isinstance(at_once(app, report, enter), NotNow)
    else:
        assert at_once(app, enter, report) is None


def _more_time(chain: Chain) -> int:
    """A correction for which the company may ask for more time."""
    with transaction():
        return chain.executing([1]).id


def test_of_two_who_ask_for_more_time_at_once_the_second_is_told(app: Flask, chain: Chain) -> None:
    number, by, now = _more_time(chain), actor(chain.lead), chain.later(12)

    def ask(at: Session, why: str) -> None:
        extensions.ask_for_time(at, _track(at, number), level=1, why=why, actor=by, now=now)

    assert isinstance(at_once(app, lambda at: ask(at, "系统改造"), lambda at: ask(at, "人手不足")), NotNow)
    with transaction() as at:
        assert [each["why"] for each in _measure(at, number).time_requests] == ["系统改造"]


def test_more_time_is_not_given_once_it_is_being_refused(app: Flask, chain: Chain) -> None:
    number, now = _more_time(chain), chain.later(13)
    with transaction() as at:
        why = {"level": 1, "why": "系统改造"}
        extensions.ask_for_time(at, _track(at, number), **why, actor=actor(chain.lead), now=chain.later(12))
        said = {**why, "actor": actor(chain.head), "version": None, "now": now}

    def give(at: Session) -> None:
        extensions.extend(at, _track(at, number), **said)

    told = at_once(app, lambda at: extensions.refuse_time(at, _track(at, number), **said), give)
    assert isinstance(told, BadInput)
    with transaction() as at:
        assert _measure(at, number).extended_on is None


def test_a_request_for_more_time_that_comes_as_the_sweep_begins_is_not_passed_over(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)
    with app.app_context():
        with transaction() as at:
            number = Chain(at, began).executing([1]).id
        _asked_as_it_begins(monkeypatch, number)
        swept = list(clock_sweep.sweep(began + timedelta(days=70)))
        assert "K22" not in {each.key for each in swept}
        with transaction() as at:
            assert _measure(at, number).state == "ORDERED"


def _asked_as_it_begins(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Once the sweep has seen that nobody asked, the company does."""

    def come_late(_session: Session, it: Clock) -> bool:
        if (it.key, it.subject_id) == ("K22", number):
            with db.engine.begin() as person:
                person.execute(text("SET LOCAL ROLE zilu_system"))
                asking = text("UPDATE measure SET more_time_asked_at = now() WHERE track_id = :number AND level = 1")
                person.execute(asking, {"number": number})
        return False

    monkeypatch.setattr(clock_sweep.HOOKS, "holds", [*clock_sweep.HOOKS.holds, come_late])


def test_a_vote_that_is_cast_while_another_member_is_recused_is_counted(app: Flask, bench: Bench) -> None:
    with transaction() as at:
        track, members = bench.sitting()
        number, now = track.id, bench.later(7)
        said = {"choice": "PROPOSED", "reasons": "充分", "now": now}
        panels.vote(at, track, **said, actor=members[1])

    def recuse(at: Session) -> None:
        mine = _track(at, number).case
        recusals.declare(at, mine, ground="SHARES", facts="持有股权", actor=members[1], now=now)

    assert at_once(app, lambda at: panels.vote(at, _track(at, number), **said, actor=members[0]), recuse) is None
    with transaction() as at:
        panel = rounds.panel(at, _track(at, number))
        assert (panel.tally if panel else {})["cast"] == 1


def test_a_panel_keeps_a_chair_though_two_of_its_members_leave_at_once(app: Flask, bench: Bench) -> None:
    with transaction():
        track, members = bench.sitting()
        number, now = track.id, bench.later(7)

    def leave(at: Session, member: Actor) -> None:
        mine = _track(at, number).case
        recusals.declare(at, mine, ground="SHARES", facts="持有股权", actor=member, now=now)

    assert at_once(app, lambda at: leave(at, members[0]), lambda at: leave(at, members[1])) is None
    with transaction() as at:
        panel = rounds.panel(at, _track(at, number))
        left = rounds.sitting(panel) if panel else []
        assert [(each.account_id, each.chair) for each in left] == [(members[2].id, True)]


@pytest.mark.parametrize("first", ["draw", "lock"])
def test_whoever_is_locked_out_as_a_panel_is_drawn_is_replaced(app: Flask, bench: Bench, first: str) -> None:
    with transaction():
        number, out, now = bench.deliberating([1]).id, [each.id for each in bench.panel], bench.later(6)

    def draw(at: Session) -> None:
        panels.draw(at, _track(at, number), actor=actor(bench.secretary), now=now, seed="一二三")

    def lock(at: Session) -> None:
        for each in out:
            accounts.lock(at, at.get_one(Account, each), actor=SYSTEM, why="离职", now=now)

    told = at_once(app, *((draw, lock) if first == "draw" else (lock, draw)))
    with transaction() as at:
        asked = at.scalars(select(Task.kind).where(Task.subject_kind == "track", Task.subject_id == number)).all()
        if first == "draw":
            assert asked.count(bodies.SEAT_LEFT) == 1, "one draw fills every free seat"
        else:
            assert isinstance(told, Changed)


def test_a_vote_in_a_review_counts_though_another_member_is_recused_meanwhile(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            chain = Reviewing(at, NOW).fill_pool()
            review = chain.asked(chain.served_decision([1]))
            members = chain.voted(review, "UPHOLD")
            number, case, now = review.id, review.track.case_id, chain.later(9)

        def vote(at: Session) -> None:
            said = {"choice": "UPHOLD", "reasons": "充分", "actor": members[1], "now": now}
            review_bodies.vote(at, at.get_one(Review, number), **said)

        def recuse(at: Session) -> None:
            mine = at.get_one(CaseFile, case)
            recusals.declare(at, mine, ground="SHARES", facts="持有股权", actor=members[0], now=now)

        assert at_once(app, vote, recuse) is None
        with transaction() as at:
            assert (at.get_one(Review, number).tally or {})["cast"] == 1


def _motion(bench: Bench) -> tuple[int, list[Actor]]:
    """A motion is before the panel."""
    with transaction() as at:
        track, members = bench.sitting()
        said = {"questions": ["次数？"], "reasons": "未查清", "actor": members[0], "version": None}
        motions.put_return(at, track, **said, now=bench.later(7))
        return track.id, members


def test_a_vote_on_a_motion_counts_though_another_member_is_recused_meanwhile(app: Flask, bench: Bench) -> None:
    number, members = _motion(bench)
    said = {"choice": "FOR", "reasons": "未查清", "now": bench.later(7)}
    with transaction() as at:
        motions.vote(at, _track(at, number), **said, actor=members[1])

    def recuse(at: Session) -> None:
        mine = _track(at, number).case
        recusals.declare(at, mine, ground="SHARES", facts="持有股权", actor=members[1], now=bench.later(7))

    assert at_once(app, lambda at: motions.vote(at, _track(at, number), **said, actor=members[0]), recuse) is None
    with transaction() as at:
        assert at.scalars(select(Motion)).one().tally == {"cast": 1, "yes": 1, "no": 0, "abstained": 0}


def test_a_motion_whose_result_is_being_announced_is_not_taken_back(app: Flask, bench: Bench) -> None:
    number, members = _motion(bench)

    def back(at: Session) -> None:
        motions.withdraw(at, _track(at, number), actor=members[0], now=bench.later(7))

    against = ("AGAINST", "AGAINST", "AGAINST")
    told = at_once(app, lambda at: bench.settled(_track(at, number), members, *against), back)
    assert isinstance(told, NotNow)
    with transaction() as at:
        assert at.scalars(select(Motion)).one().outcome == "LOST"


def test_only_the_time_of_an_interview_that_was_read_is_confirmed(app: Flask, chain: Chain) -> None:
    now = chain.later(10)
    with transaction() as at:
        track = chain.executing([2])
        number, lead, officer, was = track.id, actor(chain.lead), actor(chain.officer), _interview(at, track.id).at
        day = rounds.working_day_after(at, was.date(), 1)
        assert day is not None
        interview_times.propose(at, track, at=was + (day - was.date()), why="出差", actor=lead, now=now)

    def confirm(at: Session) -> None:
        interviews.confirm_attendance(at, _track(at, number), actor=lead, now=now, moves=0)

    def accept(at: Session) -> None:
        interview_times.accept(at, _track(at, number), actor=officer, version=None, now=now)

    assert isinstance(at_once(app, accept, confirm), Changed)


def test_minutes_are_signed_once_though_two_sign_at_once(app: Flask, bench: Bench) -> None:
    with transaction():
        track, members = bench.ready()
        bench.hold(track, members[0])
        number, by, now = track.id, actor(bench.lead), bench.after(track)

    def sign(at: Session, name: str) -> None:
        hearings.sign(at, _track(at, number), signed_by=name, corrections=name, actor=by, now=now)

    assert isinstance(at_once(app, lambda at: sign(at, "周岚"), lambda at: sign(at, "何昭")), NotNow)
    with transaction() as at:
        found = bench.hearing(_track(at, number))
        assert (found.signed_by, found.corrections) == ("周岚", "周岚")


def test_nobody_is_enrolled_twice_though_two_name_the_same_people(app: Flask, chain: Chain) -> None:
    with transaction():
        number, by, now = chain.executing([3]).id, actor(chain.lead), chain.later(10)

    def enrol(at: Session) -> None:
        measures.enrol(at, _track(at, number), people=[Person("学员甲", "主管")], actor=by, now=now)

    assert isinstance(at_once(app, enrol, enrol), BadInput)
    with transaction() as at:
        training = _measure(at, number, 3).training
        assert training is not None
        assert [each.name for each in training.people] == ["学员甲"]


def test_nobody_plans_a_step_for_an_order_that_is_being_taken_back(app: Flask, chain: Chain) -> None:
    with transaction():
        track, now = chain.effective([1, 4], "V-I02"), chain.later(9)
        chain.execute(track, now)
        number, lead, head = track.id, actor(chain.lead), actor(chain.head)
    obstacle = {"obstacle": "台风导致停业", "obstacle_ended": date(2026, 12, 1), "asked_on": date(2026, 12, 4)}
    restore: dict[str, Any] = {**obstacle, "actor": head, "version": None, "now": now}
    step: dict[str, Any] = {"text": "开展专项培训", "due_on": date(2026, 12, 10), "actor": lead, "now": now}

    def plan(at: Session) -> None:
        milestones.add(at, _track(at, number), no=1, **step)

    told = at_once(app, lambda at: reviews.restore(at, _track(at, number), **restore), plan)
    assert isinstance(told, NotNow)


def test_no_track_passes_while_a_correction_is_being_found_wanting(app: Flask, chain: Chain) -> None:
    with transaction():
        track = chain.executing([1])
        chain.report(track)
        chain.verify(track)
        number, now = track.id, chain.later(22)
        finder, passer = actor(chain.second), actor(chain.officer)

    def find(at: Session) -> None:
        item = _measure(at, number).items[0]
        verifications.verify_item(at, item, result="FAIL", note="仍在致电", actor=finder, now=now)

    def let_pass(at: Session) -> None:
        verifications.pass_(at, _track(at, number), actor=passer, version=None, now=now)

    assert isinstance(at_once(app, find, let_pass), NotNow)
    with transaction() as at:
        assert (_track(at, number).state, _measure(at, number).items[0].result) == ("VERIFYING", "FAIL")


def test_a_restoration_is_granted_or_refused_and_never_both(app: Flask, bench: Bench) -> None:
    with transaction():
        track, members = bench.sitting()
        bench.hindered(track)
        number, now = track.id, bench.later(8)

    def refuse(at: Session) -> None:
        restorations.refuse(at, _track(at, number), reasons="不属实", actor=members[0], now=now)

    told = at_once(app, refuse, lambda at: _grant(at, number, members[1], bench))
    assert isinstance(told, NotNow)
    with transaction() as at:
        asked = at.scalars(select(Restoration)).one()
        assert (asked.granted_at, asked.refused_because) == (None, "不属实")


def _hindered(at: Session, number: int, bench: Bench) -> None:
    ended, now = bench.later(3).date(), bench.later(7)
    said = {"obstacle": "台风停电", "ended_on": ended, "actor": actor(bench.lead), "now": now}
    restorations.ask_for(at, _track(at, number), **said)


def test_nobody_asks_for_lost_time_beside_a_decision_that_is_being_announced(app: Flask, bench: Bench) -> None:
    with transaction() as at:
        track, members = bench.sitting()
        number = track.id
        for each in members:
            panels.vote(at, track, choice="PROPOSED", reasons="充分", actor=each, now=bench.later(6))
    said = {"reasons": "事实清楚。", "statement_dealt": "", "actor": members[0], "now": bench.later(7)}

    def announce(at: Session) -> None:
        decisions.decide(at, _track(at, number), **said)

    assert isinstance(at_once(app, announce, lambda at: _hindered(at, number, bench)), NotNow)
    with transaction() as at:
        assert not at.scalars(select(Restoration)).all()


def test_one_request_for_lost_time_waits_though_two_leads_ask_at_once(app: Flask, bench: Bench) -> None:
    with transaction():
        number = bench.sitting()[0].id
    told = at_once(app, lambda at: _hindered(at, number, bench), lambda at: _hindered(at, number, bench))
    assert isinstance(told, NotNow)
    with transaction() as at:
        assert at.scalars(select(Restoration)).one().waits


def _grant(at: Session, number: int, member: Actor, bench: Bench) -> None:
    """Grant it, with the request read before anybody answered it."""
    restorations.grant(
        at, _track(at, number), not_own=True, reasons="属实", actor=member, version=None, now=bench.later(8)
    )


@pytest.mark.parametrize("leaves", [False, True])
def test_the_list_of_a_training_stays_as_it_was_confirmed(app: Flask, chain: Chain, leaves: bool) -> None:
    with transaction():
        track = chain.executing([3])
        number, lead, by = track.id, actor(chain.lead), actor(chain.officer)
        named = [Person(f"学员{place}", "主管") for place in "甲乙丙"]
        first = [
            each.id for each in measures.enrol(chain.session, track, people=named, actor=lead, now=chain.later(10))
        ]
    said = {"results": dict.fromkeys(first, (True, 90)), "actor": by, "version": None, "now": chain.later(20)}

    def changes(at: Session) -> None:
        mine, given = _track(at, number), {"actor": lead, "now": chain.later(20)}
        if leaves:
            trainees.remove(at, mine, at.get_one(TrainingPerson, first[0]), **given)
        else:
            measures.enrol(at, mine, people=[Person("学员丁", "主管")], **given)

    told = at_once(app, lambda at: measures.confirm_training(at, _track(at, number), **said), changes)
    assert isinstance(told, NotNow)
    with transaction() as at:
        kept = at.scalars(select(TrainingPerson.attended).order_by(TrainingPerson.id)).all()
        assert kept == [True, True, True]


def test_whom_two_take_off_the_list_at_once_is_gone_once(app: Flask, chain: Chain) -> None:
    with transaction():
        track, lead, now = chain.executing([3]), actor(chain.lead), chain.later(10)
        (one,) = measures.enrol(chain.session, track, people=[Person("学员甲", "主管")], actor=lead, now=now)
        number, who = track.id, one.id

    def remove(at: Session) -> None:
        trainees.remove(at, _track(at, number), at.get_one(TrainingPerson, who), actor=lead, now=now)

    assert isinstance(at_once(app, remove, remove), Changed)
