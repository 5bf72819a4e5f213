"""Admitted facts: minor, no S5, once, signed; taken back in time; final by the sweep; decided upon three signatures."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import noting, policies_recusals, queries_recusals, recusals
from casework.models import Task
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import journal
from core.actors import SYSTEM, Actor
from core.db import Reader, read_as, transaction
from core.db import session as reading
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from core.words import _l
from notices import queries as notices
from notices.papers import text_of
from registry import clocks
from registry.clock_sweep import sweep
from registry.models_accounts import Account, AccountRole
from registry.models_clocks import Clock
from sanctions import (
    admissions,
    panels,
    policies_admissions,
    policies_hearings,
    rounds,
    statements,
)
from tests.builders import account
from tests.builders_cases import actor
from tests.sanctions.hearing_room import HearingRoom
from tests.two_at_once import at_once

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


class Desk(HearingRoom):
    """A track whose facts are admitted."""

    def admit(self, track: CaseTrack, **changed: Any) -> None:
        said = {
            "text": "无异议，已整改。",
            "signed_by": "周岚",
            "position": "副总经理",
            "authorised": True,
            "told": True,
            "actor": actor(self.lead),
            "now": self.later(5),
        }
        admissions.admit(self.session, track, **{**said, **changed})

    def admitted(self, measures: list[int] | None = None) -> CaseTrack:
        track = self.noticed(measures or [1, 2], "V-C04")
        self.admit(track)
        return track

    def sign(self, track: CaseTrack, role: str, **changed: Any) -> None:
        person = self.officer if role == "officer" else self.reviewer
        said = {"role": role, "opinion": "事实清楚，同意。", "actor": actor(person), "now": self.later(12)}
        admissions.sign(self.session, track, **{**said, **changed})

    def decide(self, track: CaseTrack, **changed: Any) -> None:
        said = {
            "measures": [1, 2],
            "reasons": "当事单位认可事实。",
            "statement_dealt": "",
            "opinion": "同意。",
            "actor": actor(self.head),
            "version": None,
            "now": self.later(13),
        }
        admissions.decide(self.session, track, **{**said, **changed})

    def over(self, track: CaseTrack) -> datetime:
        """The morning after the last day for taking it back."""
        clock = clocks.live(self.session, "K31", ("track", track.id))
        assert clock is not None
        assert clock.due_on is not None
        return datetime.combine(clock.due_on, time(2, 0), UTC) + timedelta(days=1)


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


@pytest.fixture
def world(app: Flask) -> Iterator[Desk]:
    """Everybody, committed: the sweep works in transactions of its own."""
    with app.app_context():
        with transaction() as at:
            everybody = Desk(at, START)
        yield everybody


def test_facts_are_admitted_by_an_authorised_person_who_was_told_the_consequences(desk: Desk) -> None:
    track = desk.noticed([1], "V-C04")
    for wrong in ({"signed_by": " "}, {"position": ""}, {"authorised": False}, {"told": False}):
        with pytest.raises(BadInput):
            desk.admit(track, **wrong)
    for person in (desk.firm_lead, desk.officer):
        with pytest.raises(NotAllowed):
            desk.admit(track, actor=actor(person))
    desk.admit(track)
    assert track.state == "ADMITTED"
    assert [desk.live(track, key) for key in ("K14", "K31", "K18")] == [False, True, False]


def test_after_an_admission_a_statement_is_late_only_after_the_day_on_which_its_time_would_have_ended(
    desk: Desk,
) -> None:
    track = desk.admitted()
    clock = desk.session.scalars(select(Clock).where(Clock.key == "K14", Clock.subject_id == track.id)).one()
    assert clock.due_on is not None
    clock.provisional = False
    for days, late in ((0, False), (1, True)):
        now = desk.now + (clock.due_on - desk.now.date()) + timedelta(days=days)
        said = statements.state(desk.session, track, text="请求从轻处理。", actor=actor(desk.lead), now=now)
        assert said.late is late


def test_major_measures_and_the_gravest_violations_go_to_a_panel(desk: Desk) -> None:
    with pytest.raises(NotNow, match=r"轻类措施"):
        desk.admit(desk.noticed([1, 4], "V-I02"))
    grave = desk.noticed([1], "V-I02")
    with pytest.raises(NotNow, match=r"最严重"):
        desk.admit(grave)


def test_facts_are_admitted_once_for_each_notice_and_taken_back_in_time(desk: Desk) -> None:
    track = desk.admitted()
    with pytest.raises(NotAllowed):
        admissions.take_back(desk.session, track, confirmed=True, actor=actor(desk.firm_lead), now=desk.later(6))
    with pytest.raises(BadInput):
        admissions.take_back(desk.session, track, confirmed=False, actor=actor(desk.lead), now=desk.later(6))
    admissions.take_back(desk.session, track, confirmed=True, actor=actor(desk.lead), now=desk.later(6))
    assert track.state == "PRE_NOTICE"
    assert [desk.live(track, key) for key in ("K14", "K31")] == [True, False]
    with pytest.raises(NotNow, match=r"一次"):
        desk.admit(track, now=desk.later(6))


def test_after_its_time_an_admission_is_not_taken_back(desk: Desk) -> None:
    track = desk.admitted()
    with pytest.raises(NotNow, match=r"届满"):
        admissions.take_back(desk.session, track, confirmed=True, actor=actor(desk.lead), now=desk.over(track))


def test_the_sweep_makes_an_admission_final_and_deliberation_counts_from_its_last_day(world: Desk) -> None:
    with transaction():
        track = world.admitted()
        over = world.over(track)
    assert all(swept.done for swept in sweep(over + timedelta(days=3)))
    with transaction() as at:
        assert track.state == "ADMITTED"
        found = policies_admissions.admission(at, track)
        assert found is not None
        assert found.final_at
        clock = clocks.live(at, "K18", ("track", track.id))
        assert clock is not None
        assert clock.day0 == (over - timedelta(days=1)).date()
        assert not world.live(track, "K31")


def test_the_head_refuses_an_admission_with_reasons_and_nothing_is_lost(desk: Desk) -> None:
    track = desk.admitted()
    said = {"version": None, "now": desk.later(6)}
    with pytest.raises(BadInput):
        admissions.refuse(desk.session, track, reasons=" ", actor=actor(desk.head), **said)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        admissions.refuse(desk.session, track, reasons="疑点", actor=actor(desk.officer), **said)  # type: ignore[arg-type]
    admissions.refuse(desk.session, track, reasons="次数存疑", actor=actor(desk.head), **said)  # type: ignore[arg-type]
    assert track.state == "PRE_NOTICE"
    assert [desk.live(track, key) for key in ("K14", "K31", "K18")] == [True, False, False]
    statements.state(desk.session, track, text="次数有误", actor=actor(desk.lead), now=desk.later(6))
    assert not rounds.statements(desk.session, track)[0].late


def test_three_people_sign_none_of_whom_investigated(desk: Desk) -> None:
    track = desk.admitted()
    with pytest.raises(NotAllowed):
        desk.sign(track, "officer", actor=actor(desk.investigator))
    with pytest.raises(NotAllowed):
        desk.sign(track, "legal", actor=actor(desk.officer))
    with pytest.raises(BadInput):
        desk.sign(track, "officer", opinion=" ")
    with pytest.raises(NotNow):
        desk.decide(track)
    desk.sign(track, "officer")
    with pytest.raises(NotNow):
        desk.sign(track, "officer", actor=actor(desk.second))
    both = account(desk.session, "兼任", "officer", "reviewer", "head")
    with pytest.raises(NotNow, match=r"法务"):
        desk.decide(track)
    desk.sign(track, "legal", actor=actor(both))
    with pytest.raises(NotAllowed):
        desk.decide(track, actor=actor(both))
    desk.decide(track)
    assert track.state == "DECIDED"


def test_whoever_investigated_once_neither_signs_nor_decides_nor_serves_the_panel(desk: Desk) -> None:
    track = desk.admitted()
    former = account(desk.session, "前任", "officer", "investigator", "secretary", "head")
    said = {"track": track.ref, "former": former.id, "investigator": track.investigator_id}
    noting.of_case(desk.session, track.case, "reassign", actor(desk.head), desk.later(5), **said)
    journal.settle(desk.session)
    with pytest.raises(NotAllowed):
        desk.sign(track, "officer", actor=actor(former))
    desk.sign(track, "officer")
    desk.sign(track, "legal")
    with pytest.raises(NotAllowed):
        desk.decide(track, actor=actor(former))
    served = NotAllowed(_l("Whoever investigated the case does not serve its panel."))
    assert str(served) in map(str, panels.draw_refusals(desk.session, track, actor(former)))
    setting = policies_hearings.can_be_set(Ask(desk.session, track, actor(former), {}, desk.later(12)))
    assert str(served) in map(str, setting)


@pytest.mark.parametrize("how", ["challenged", "tied"])
def test_the_signature_of_whoever_is_recused_counts_no_more_and_somebody_else_gives_it(desk: Desk, how: str) -> None:
    track, now = desk.admitted(), desk.later(12)
    desk.sign(track, "officer", actor=actor(desk.second))
    desk.sign(track, "legal")
    if how == "challenged":
        said = {"ground": "EMPLOYED", "facts": "曾任职于当事单位。", "now": now}
        asked = recusals.ask(desk.session, track.case, desk.second.id, **said, actor=actor(desk.lead))  # type: ignore[arg-type]
        recusals.grant(desk.session, asked, actor=actor(desk.head), version=None, now=now)
    else:
        said = {"kind": "SHARES", "from_on": date(2025, 1, 1), "to_on": None, "note": "", "now": now}
        recusals.declare_interest(desk.session, desk.lender, **said, actor=actor(desk.second), today=now.date())  # type: ignore[arg-type]
    with pytest.raises(NotNow, match=r"经办人尚未签署"):
        desk.decide(track)
    desk.sign(track, "officer")
    left = select(Task.id).where(Task.kind == "recused", Task.done_at.is_(None))
    assert desk.session.scalars(left).all() == [], "the work is somebody else's now"
    desk.decide(track)
    assert track.state == "DECIDED"


@pytest.mark.parametrize("then", ["signed", "refused"])
def test_a_legal_signature_that_counts_no_more_is_asked_of_other_reviewers(desk: Desk, then: str) -> None:
    track, now = desk.admitted(), desk.later(12)
    desk.sign(track, "legal")
    recusals.declare(desk.session, track.case, ground="SHARES", facts="持股。", actor=actor(desk.reviewer), now=now)
    asked = select(Task).where(Task.kind == admissions.UNSIGNED, Task.subject_kind == "track")
    task = desk.session.scalars(asked).one()
    assert (task.role, task.subject_id, task.done_at) == ("reviewer", track.id, None)
    if then == "signed":
        desk.sign(track, "legal", actor=actor(account(desk.session, "审核丁", "reviewer")))
    else:
        admissions.refuse(desk.session, track, reasons="x", actor=actor(desk.head), version=None, now=now)
    desk.session.refresh(task)
    assert task.done_at == now


def test_whoever_sits_on_a_panel_of_the_case_does_not_sign_its_admission(desk: Desk) -> None:
    track = desk.noticed([1, 2], "V-C04")
    drawn = panels.draw(desk.session, track, actor=actor(desk.secretary), now=desk.later(5)).members
    desk.admit(track)
    member = desk.session.get_one(Account, drawn[0].account_id)
    desk.session.add_all(AccountRole(account_id=member.id, role=role) for role in ("officer", "reviewer", "head"))
    desk.session.flush()
    desk.session.expire(member, ["roles"])
    for role in ("officer", "legal"):
        with pytest.raises(NotAllowed, match=r"不得签署"):
            desk.sign(track, role, actor=actor(member))
    desk.sign(track, "officer")
    desk.sign(track, "legal")
    with pytest.raises(NotAllowed, match=r"不得签署"):
        desk.decide(track, actor=actor(member))


def test_a_company_may_challenge_whoever_signed(world: Desk) -> None:
    with transaction() as at:
        track = world.admitted()
        world.sign(track, "officer", actor=actor(world.second))
        known = policies_recusals.taking_part(at, track.case_id, world.lender.id)
        lender = world.lender.id
    read_as(reading(), Reader("zilu_party", (("zilu.party", str(lender)),)))
    shown = {each.account_id: set(each.parts) for each in queries_recusals.people(reading())}
    assert shown == {number: set(parts) for number, parts in known.items()}
    assert shown[world.second.id] == {"officer"}


def test_while_it_can_be_taken_back_nothing_is_decided(desk: Desk) -> None:
    track = desk.admitted()
    desk.sign(track, "officer")
    desk.sign(track, "legal")
    with pytest.raises(NotNow, match=r"撤回"):
        desk.decide(track, now=desk.later(6))
    assert rounds.decision(desk.session, track) is None


def test_an_open_recusal_is_decided_before_the_case(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    track = desk.admitted()
    desk.sign(track, "officer")
    desk.sign(track, "legal")
    monkeypatch.setattr(policies_recusals, "is_open", lambda _session, _case_id: True)
    with pytest.raises(NotNow, match=r"回避"):
        desk.decide(track)


@pytest.mark.parametrize("measures", [[1, 2, 3], [3], [4], []])
def test_an_admitted_case_is_never_decided_harsher_than_announced(desk: Desk, measures: list[int]) -> None:
    track = desk.admitted()
    desk.sign(track, "officer")
    desk.sign(track, "legal")
    with pytest.raises(BadInput):
        desk.decide(track, measures=measures)
    assert track.state == "ADMITTED"


def test_the_decision_and_the_approval_name_who_signed(desk: Desk) -> None:
    track = desk.admitted()
    statements.state(desk.session, track, text="请求从轻", actor=actor(desk.lead), now=desk.later(6))
    desk.sign(track, "officer")
    desk.sign(track, "legal")
    with pytest.raises(BadInput):
        desk.decide(track)
    desk.decide(track, measures=[1], statement_dealt="已予考虑。")
    form = notices.last_document(desk.session, ["D42"], "track", track.id)
    assert form is not None
    assert (form.outward, form.volume) == (False, "internal")
    text = text_of(form.frozen.blocks)
    for said in ("经办甲", "审理员", "部门负责人", "周岚（副总经理）", "无异议，已整改。"):
        assert said in text
    letter = notices.last_document(desk.session, ["D20"], "track", track.id)
    assert letter is not None
    said_in_it = text_of(letter.frozen.blocks)
    assert ("认可事实" in said_in_it, "审议" in said_in_it) == (True, False), "no panel deliberated"
    desk.serve(track, "D20", desk.later(14))
    assert track.state == "EFFECTIVE"
    assert desk.live(track, "K20")


def test_without_an_admission_no_decision_comes_before_the_windows_end(desk: Desk) -> None:
    """I-01, tried from every state before the decision."""
    track = desk.noticed([1], "V-C04")
    for event in ("decide_minor", "decide_major", "decide_admitted"):
        for person in (desk.head, desk.panel[0], desk.officer):
            assert TRACK.refusals(Ask(desk.session, track, actor(person), {}, desk.later(30)), event)
        assert TRACK.refusals(Ask(desk.session, track, SYSTEM, {}, desk.later(30)), event)


def test_of_two_who_sign_an_admission_at_once_the_second_is_told(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, datetime(2026, 11, 25, 2, tzinfo=UTC))
            number, now = desk.admitted().id, desk.later(12)
            officer, other = actor(desk.officer), actor(desk.second)

        def sign(by: Actor) -> Callable[[Session], None]:
            said = {"role": "officer", "opinion": "同意。", "actor": by, "now": now}
            return lambda at: admissions.sign(at, at.get_one(CaseTrack, number), **said)

        assert isinstance(at_once(app, sign(officer), sign(other)), NotNow)
