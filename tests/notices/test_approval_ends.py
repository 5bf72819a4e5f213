"""How an approval ends: signed, refused, dropped, or left behind by who drafted it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from casework import complaints, recusals
from casework.models import Complaint, Task
from casework.states import COMPLAINT
from core.actors import SYSTEM
from core.db import attempt, db, transaction
from core.errors import NotAllowed, NotNow
from core.machine import Ask
from core.outbox import Outbox
from notices import approval_steps, approval_waiting, approvals, jobs_drafts, queries_approval
from notices.doers import Sent
from notices.models import Dossier
from registry import accounts
from registry.models import Party
from registry.models_accounts import Account, AccountRole
from registry.settings import setting
from tests.builders import account, actor_of
from tests.conftest import NOW
from tests.notices.test_approvals import MISSING, House, house, today
from tests.two_at_once import Beside

__all__ = ["house", "today"]


def test_what_happens_outside_drops_a_draft_that_became_impossible_and_its_drafter_is_told(house: House) -> None:
    number = house.draft()
    with house.app.app_context():
        with transaction() as at:
            complaints.withdraw(at, at.get_one(Complaint, house.number), pressure=False, actor=house.person, now=NOW)
        jobs_drafts.look_again(number)
        with transaction() as at:
            dossier = at.get_one(Dossier, number, populate_existing=True)
            assert dossier.state == "DROPPED"
            assert dossier.dropped_because
            task = at.scalars(select(Task).where(Task.kind == "dossier_dropped")).one()
            assert task.subject_id == number
        db.session.rollback()


def test_a_signature_is_refused_when_the_documents_would_say_something_else(house: House) -> None:
    number = house.draft()
    house.step(house.reviewer, number, "approve")
    with house.app.app_context(), transaction() as at:
        newest = queries_approval.version_of(at, number)
        assert newest is not None
        newest.digest = "0" * 64
    assert "would say something else now" in house.step(house.head, number, "sign", 409)
    assert house.facts()[0] == "RECEIVED"


def test_what_comes_while_a_signature_is_tried_waits_until_it_is_done(house: House) -> None:
    number = house.draft()
    house.step(house.reviewer, number, "approve")

    def withdraw(at: Session) -> None:
        complaints.withdraw(at, at.get_one(Complaint, house.number), pressure=False, actor=house.person, now=NOW)

    with house.app.app_context():
        beside = Beside(house.app, withdraw)
        with transaction() as at:
            mine = at.get_one(Dossier, number, with_for_update=True)
            event.listen(at, "after_soft_rollback", lambda tried, _nested: beside.meets(tried), once=True)
            approval_steps.sign(at, mine, actor=house.head, version=None, now=NOW)
            assert mine.state == "ISSUED"
        assert beside.ends() is None
    assert house.facts()[0] == "WITHDRAWN"


def test_a_draft_is_dropped_with_a_reason_by_those_whom_it_concerns(house: House) -> None:
    number = house.draft()
    assert "Give the reason." in house.step(house.intake, number, "drop", 422)
    house.step(house.intake, number, "drop", reason="已电话补充")
    with house.app.app_context(), transaction() as at:
        assert at.get_one(Dossier, number).dropped_because == "已电话补充"


@pytest.mark.parametrize(("who", "told"), [("intake", 0), ("head", 1)])
def test_a_drafter_hears_that_somebody_else_dropped_a_draft(house: House, who: str, told: int) -> None:
    house.step(getattr(house, who), house.draft(), "drop", reason="已电话补充")
    with house.app.app_context(), transaction() as at:
        assert len(at.scalars(select(Task).where(Task.kind == "dossier_dropped")).all()) == told


def test_whoever_has_no_step_of_the_chain_neither_comments_on_a_draft_nor_drops_it(house: House) -> None:
    number = house.draft()
    with house.app.app_context(), transaction() as at:
        it, said = at.get_one(Dossier, number), dict[str, Any](actor=house.colleague, version=None, now=NOW)
        with pytest.raises(NotAllowed):
            approval_steps.comment(at, it, "不妥", **said)
        with pytest.raises(NotAllowed):
            approval_steps.drop(at, it, reason="不妥", **said)


def test_a_letter_that_no_body_decided_is_changed_by_its_drafter_alone(house: House) -> None:
    number = house.draft()
    house.step(house.reviewer, number, "back", comment="请再核对。")
    with house.app.app_context(), transaction() as at:
        it, secretary = at.get_one(Dossier, number), actor_of(account(at, "秘书戊", "secretary"))
        people = (house.intake, house.colleague, secretary)
        assert [approvals.may_revise(at, it, each) for each in people] == [True, False, False]
        with pytest.raises(NotAllowed):
            approvals.revise(at, it, Sent(), actor=secretary, version=None, now=NOW)


def test_a_mover_who_has_the_role_of_a_single_signature_needs_nobody(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        setting(at, "APPROVAL_CHAIN").value = ["sign:officer"]
    sent = {"ask_info-missing": MISSING, "ask_info-key": "d"}
    house.browser(house.intake).post(f"/staff/complaints/{house.ref}/do/ask_info", data=sent)
    assert house.facts()[0] == "NEED_INFO"


def test_a_drafter_who_lost_the_role_leaves_a_draft_that_only_can_be_dropped(house: House) -> None:
    number = house.draft()
    house.step(house.reviewer, number, "approve")
    with house.app.app_context(), transaction() as at:
        at.execute(delete(AccountRole).where(AccountRole.account_id == house.intake.id))
    assert "may not do it any more" in house.step(house.head, number, "sign", 409)
    assert house.facts()[0] == "RECEIVED"
    house.step(house.head, number, "drop", reason="拟稿人已调离")


def test_whoever_signs_hears_that_a_drafter_is_locked_out(house: House) -> None:
    """Nobody else changes the draft, and nothing else is done with the complaint meanwhile."""
    number = house.draft()
    house.step(house.reviewer, number, "back", comment="请再核对。")

    def told() -> list[str]:
        with house.app.app_context(), transaction() as at:
            waits = select(Task.role).where(Task.kind == "dossier_left", Task.done_at.is_(None))
            return list(at.scalars(waits.where(Task.subject_id == number)))

    with house.app.app_context(), transaction() as at:
        accounts.lock(at, at.get_one(Account, house.intake.id), actor=SYSTEM, why="离任", now=NOW)
    assert told() == ["head"]
    assert f"/staff/approvals/{number}" in house.browser(house.head).get("/staff/tasks").text
    with house.app.app_context(), transaction() as at:
        accounts.unlock(at, at.get_one(Account, house.intake.id), actor=SYSTEM, now=NOW)
    assert told() == []
    with house.app.app_context(), transaction() as at:
        accounts.lock(at, at.get_one(Account, house.intake.id), actor=SYSTEM, why="离任", now=NOW + timedelta(hours=1))
    assert told() == ["head"]
    house.step(house.head, number, "drop", reason="拟稿人已离任")
    assert told() == []


def test_what_came_back_while_its_drafter_was_locked_out_is_the_drafter_s_again_afterwards(house: House) -> None:
    number = house.draft()
    waits = select(Task.kind).where(Task.subject_kind == "approval", Task.subject_id == number, Task.done_at.is_(None))
    with house.app.app_context(), transaction() as at:
        accounts.lock(at, at.get_one(Account, house.intake.id), actor=SYSTEM, why="离任", now=NOW)
    house.step(house.reviewer, number, "back", comment="请再核对。")
    with house.app.app_context(), transaction() as at:
        assert at.scalars(waits).all() == ["dossier_left"]
        later = NOW + timedelta(hours=1)
        accounts.unlock(at, at.get_one(Account, house.intake.id), actor=SYSTEM, now=later)
        assert at.scalars(waits).all() == ["dossier_sent_back"]


@pytest.mark.parametrize("first", ["back", "tie"])
def test_whoever_signs_hears_that_a_drafter_takes_no_part_any_more(house: House, first: str) -> None:
    """Who is tied to a company of the matter neither changes the draft nor gives it up."""
    number = house.draft()

    def back() -> None:
        house.step(house.reviewer, number, "back", comment="请再核对。")

    def tie() -> None:
        with house.app.app_context(), transaction() as at:
            it = at.get_one(Complaint, house.number).companies[0]
            about = at.get_one(Party, it.party_id)
            said: dict[str, Any] = {"kind": "SHARES", "from_on": NOW.date(), "to_on": None, "note": ""}
            recusals.declare_interest(at, about, **said, actor=house.intake, now=NOW, today=NOW.date())

    for step in (back, tie) if first == "back" else (tie, back):
        step()
    with house.app.app_context(), transaction() as at:
        waits = select(Task.kind, Task.role).where(Task.subject_id == number, Task.done_at.is_(None))
        waits = waits.where(Task.subject_kind == "approval", Task.kind != "dossier_sent_back")
        assert [tuple(each) for each in at.execute(waits)] == [("dossier_aside", "head")]
    assert "拟稿人已不再参与本事项" in _in_chinese(house)
    house.step(house.head, number, "drop", reason="拟稿人回避")
    with house.app.app_context(), transaction() as at:
        assert not at.scalars(select(Task).where(Task.kind == "dossier_aside", Task.done_at.is_(None))).all()


def _in_chinese(house: House) -> str:
    browser = house.browser(house.head)
    browser.set_cookie("lang", "zh")
    return browser.get("/staff/tasks").text


@pytest.mark.parametrize("came_back", ["before", "after"])
def test_whoever_signs_hears_at_once_that_a_drafter_lost_the_role_and_no_more_once_it_is_given_back(
    house: House, came_back: str
) -> None:
    number = house.draft()

    def told(change: Callable[..., None]) -> list[str]:
        with house.app.app_context():
            with transaction() as at:
                for role in sorted(house.intake.roles):
                    change(at, at.get_one(Account, house.intake.id), role, actor=SYSTEM, now=NOW)
                assert at.scalars(select(Outbox.id).where(Outbox.job == approval_waiting.JOB)).all()
            jobs_drafts.look_again(number)
            with transaction() as at:
                waits = select(Task.role).where(Task.kind == "dossier_left", Task.done_at.is_(None))
                return list(at.scalars(waits.where(Task.subject_id == number)))

    def back() -> list[str]:
        with house.app.app_context(), transaction() as at:
            waits = select(Task.role).where(Task.kind == "dossier_sent_back", Task.done_at.is_(None))
            return list(at.scalars(waits.where(Task.subject_id == number)))

    assert told(accounts.take_role) == ["head"]
    assert house.facts()[0] == "RECEIVED"
    assert told(accounts.give_role) == []
    if came_back == "after":
        assert told(accounts.take_role) == ["head"]
        house.step(house.reviewer, number, "back", comment="再核")
    else:
        house.step(house.reviewer, number, "back", comment="再核")
        assert back() == ["intake"]
        assert told(accounts.take_role) == ["head"]
    assert told(lambda *_given, **_said: None) == ["head"], "it is still asked of whoever signs"
    assert not back(), "those of the role can't change it"
    assert told(accounts.give_role) == []
    assert back() == ["intake"]


def test_the_machine_alone_does_not_pass_a_chain_by(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        it, facts = at.get_one(Complaint, house.number), {"missing": [MISSING]}
        with pytest.raises(NotNow, match="须经他人审批"), attempt(at):
            COMPLAINT.carry_out(Ask(at, it, house.intake, facts, NOW), "ask_info")
    assert house.facts()[0] == "RECEIVED"


def test_a_new_version_with_other_kinds_of_documents_takes_their_chain_as_well(house: House) -> None:
    number = house.draft()
    house.step(house.reviewer, number, "back", comment="再核")
    with house.app.app_context(), transaction() as at:
        newest = queries_approval.version_of(at, number)
        assert newest is not None
        newest.papers = [{**paper, "kind": "D03"} for paper in newest.papers]
        setting(at, "APPROVAL_CHAIN").value = ["check:reviewer", "countersign:secretary", "sign:council"]
    fields = {"ask_info-missing": MISSING, "ask_info-key": "r"}
    assert house.browser(house.intake).post(f"/staff/approvals/{number}/revise", data=fields).status_code == 303
    with house.app.app_context(), transaction() as at:
        steps = [(each.step, each.role) for each in queries_approval.steps_of(at, number)]
        assert steps == [("check", "reviewer"), ("countersign", "secretary"), ("sign", "council")]
