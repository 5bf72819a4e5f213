"""A rectification planned in steps: set by the lead, done with proof that counts in the report, seen by staff."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack, Evidence
from core.clock import day_of
from core.db import transaction
from notices.queries import last_document
from registry.models_clocks import Clock
from sanctions import milestones, rounds, verifications
from sanctions.models_milestones import Milestone
from tests.builders import account, rendered
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.portal.house import Enter, arrived, case, enter, today  # noqa: F401 - fixtures
from tests.sanctions.chain import Chain
from tests.two_at_once import gone_meanwhile

STEP = {"item": "1", "text": "开展专项培训"}


def test_a_rectification_is_planned_in_steps_and_each_is_done_with_its_proof(app: Flask, enter: Enter) -> None:  # noqa: F811
    def ordered(chain: Chain):  # noqa: ANN202 - a track
        return chain.executing([1])

    it = case(app, ordered)
    lead, member, stranger = enter(it.lead), enter(it.member), enter(it.stranger)
    plan = it.at("plan")
    stranger.get(plan, 404)
    assert "Plan the rectification in steps" in lead.get(it.at())
    soon = (NOW + timedelta(days=3)).strftime("%Y-%m-%d")
    member.post(plan, 403, **STEP, due_on=soon)
    lead.post(plan, 422, **STEP, due_on="2026-11-01")
    assert "plan for that day at the latest" in lead.post(plan, 422, **STEP, due_on="2027-06-01")
    assert "Say what will be done." in lead.post(plan, 422, item="1", text="", due_on=soon)
    lead.post(plan, **STEP, due_on=soon)
    assert "This step is planned for that day already." in lead.post(plan, 422, **STEP, due_on=soon, key="again")
    lead.post(plan, item="1", text="不做的一步", due_on=soon, key="second")
    with app.app_context(), transaction() as at:
        one, two = at.scalars(select(Milestone.id).order_by(Milestone.id)).all()
    assert "A step of your rectification plan" in member.get("/portal/")
    stranger.get(f"{plan}/{one}", 404)
    stranger.post(f"{plan}/{two}/remove", 404)
    member.post(f"{plan}/{two}/remove", 403)
    lead.post(f"{plan}/{two}/remove", key="remove")
    lead.post(f"{plan}/{two}/remove", 404)
    done = {"done_on": NOW.strftime("%Y-%m-%d"), "note": "已完成培训。"}
    lead.post(f"{plan}/{one}", 422, **{**done, "done_on": "2026-01-01"})
    member.post(f"{plan}/{one}", 403, **done)
    two_files = [(BytesIO(made.picture()), "签到表.png"), (BytesIO(b"PK\x05\x06" + bytes(18)), "材料.zip")]
    page = lead.post(f"{plan}/{one}", 422, **done, files=two_files)
    waits = re.search(r"<p>签到表\.png <small>.*?value=\"(upload:[^\"]+)\"", page, re.DOTALL)
    assert waits, "the good one went with the page that was refused"
    lead.post(f"{plan}/{one}", **done, files=waits[1])
    assert "already" in lead.post(f"{plan}/{one}", 409, **done, key="again")
    with app.app_context(), transaction() as at:
        kept = at.scalars(select(Evidence).where(Evidence.purpose == "PROOF")).one()
        assert at.get_one(Milestone, one).files == [kept.id]
        officer = account(at, "经办人", "officer").id or 0
    page = lead.get(plan)
    assert re.search(r"until [^<]+ 2026, 24:00", page)
    assert "已完成培训。" in page
    assert f"/portal/files/{kept.id}" in page
    lead.post(it.at("report"), report_1="已停止。", seen="0", act="save")
    assert "签到表.png" in lead.get(it.at("report", "check")), "what is sent with the report"
    assert "已完成培训。" in enter(officer).get(f"/staff/tracks/{it.number}")


def test_a_step_that_a_colleague_takes_off_the_plan_while_it_is_sent_as_done_is_gone(
    app: Flask,
    enter: Enter,  # noqa: F811
) -> None:
    it = case(app, lambda chain: chain.executing([1]))
    lead, soon = enter(it.lead), (NOW + timedelta(days=3)).strftime("%Y-%m-%d")
    lead.post(it.at("plan"), **STEP, due_on=soon)
    with app.app_context(), transaction() as at:
        step = at.scalars(select(Milestone.id)).one()
    sent, told = {"done_on": NOW.strftime("%Y-%m-%d"), "note": "已完成培训。", "key": "done"}, []
    url = f"{it.at('plan')}/{step}"
    gone_meanwhile(
        app,
        "done",
        lambda: told.append(lead.client.post(url, data=sent, content_type="multipart/form-data")),
        lambda at: at.delete(at.get_one(Milestone, step)),
    )
    assert [each.status_code for each in told] == [409]
    assert "Somebody else was quicker" in told[0].text


@pytest.mark.parametrize("reported", [False, True])
def test_a_step_left_open_is_overdue_as_long_as_the_order_waits_for_its_report(
    app: Flask,
    enter: Enter,  # noqa: F811
    reported: bool,
) -> None:
    def ordered(chain: Chain):  # noqa: ANN202 - a track
        track = chain.executing([1])
        measure = rounds.measure(chain.session, track, 1)
        assert measure is not None
        planned = {"text": "开展专项培训", "due_on": day_of(NOW) - timedelta(days=2), "set_at": NOW, "files": []}
        chain.session.add(Milestone(item_id=measure.items[0].id, attempt=1, set_by=chain.lead.id, **planned))
        if reported:
            chain.report(track, NOW)
        return track

    it = case(app, ordered)
    with app.app_context(), transaction() as at:
        officer = account(at, "经办人", "officer").id or 0
    for page in (enter(it.lead).get(it.at("plan")), enter(officer).get(f"/staff/tracks/{it.number}")):
        step = page[page.index("开展专项培训") :][:400]
        assert ("2 days overdue" in step) is not reported
        assert ("not noted as done" in step) is reported
    page = enter(it.lead).get(it.at("plan"))
    assert ("The report was sent" in page) is reported
    assert "You can't send this now" not in page
    page = enter(it.lead).get(it.at())
    assert ("· reported " in page) is reported
    if not reported:
        enter(it.lead).post(it.at("report"), report_1="已停止。", seen="0", act="save")
        assert "开展专项培训" in enter(it.lead).get(it.at("report", "check")), "a step left open is told beforehand"


def test_a_company_that_missed_the_end_is_not_told_that_all_is_reported(app: Flask, enter: Enter) -> None:  # noqa: F811
    def missed(chain: Chain):  # noqa: ANN202 - a track
        track = chain.executing([1])
        measure = rounds.measure(chain.session, track, 1)
        assert measure is not None
        chain.report(track, NOW)
        measure.state = "FAILED"
        return track

    it = case(app, missed)
    page = enter(it.lead).get(it.at())
    assert "A measure was not carried out in time." in page
    assert "Failed" in page
    assert "· done " not in page[page.index('id="measure-1"') :][:400]


def test_no_step_is_planned_after_a_day_that_is_still_provisional(app: Flask, enter: Enter) -> None:  # noqa: F811
    it = case(app, lambda chain: chain.executing([1]))
    with app.app_context(), transaction() as at:
        period = at.scalars(select(Clock).where(Clock.key == "K22", Clock.subject_id == it.number)).one()
        period.provisional, last = True, period.due_on
    assert last is not None
    lead, plan = enter(it.lead), it.at("plan")
    assert "provisionally until" in lead.get(plan)
    late = (last + timedelta(days=1)).isoformat()
    refused = lead.post(plan, 422, **STEP, due_on=late)
    assert f"The order ends on {last.day} {last:%B %Y} (provisional): plan for that day at the latest." in refused
    lead.post(plan, **STEP, due_on=last.isoformat(), key="last")


def test_a_problem_that_is_ordered_again_has_as_many_steps_as_at_first(session: Session) -> None:
    chain = Chain(session, NOW)
    track = chain.executing([1])
    steps = [{"no": 1, "text": f"第{place}步", "actor": actor(chain.lead)} for place in range(milestones.MOST + 1)]
    for each in steps[1:]:
        milestones.add(session, track, **each, due_on=day_of(chain.later(11)), now=chain.later(10))  # type: ignore[arg-type]
    chain.report(track)
    chain.verify(track, "FAIL")
    verifications.fail(session, track, actor=actor(chain.officer), version=None, now=chain.later(22))
    chain.serve(track, "D23a", chain.later(22))
    milestones.add(session, track, **steps[0], due_on=day_of(chain.later(24)), now=chain.later(23))  # type: ignore[arg-type]


def _ordered_again(chain: Chain) -> CaseTrack:
    track = chain.executing([1])
    chain.report(track, chain.later(10))
    chain.verify(track, "FAIL", chain.later(11))
    verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(11))
    return track


def test_a_report_that_did_not_pass_stands_beside_its_problem_for_the_company_and_for_staff(
    app: Flask,
    enter: Enter,  # noqa: F811
) -> None:
    it = case(app, _ordered_again)
    with app.app_context(), transaction() as at:
        officer = account(at, "经办人", "officer").id or 0
        order = last_document(at, ["D23a"], "track", it.number)
        assert order is not None
        rendered(at, order, NOW)
    lead = enter(it.lead)
    assert "Your report of" not in lead.get(it.at()), "what is asked is read once its order is opened"
    arrived(lead, it.at())
    page = lead.get(it.at())
    assert "Your report of 23 November 2026, after which it was ordered again" in page
    assert "核对原始材料" in page
    assert "Your latest report" in page
    assert page.count("reported the corrections") == 1
    page = enter(officer).get(f"/staff/tracks/{it.number}")
    assert "after which it was ordered again" in page
    assert "Nothing was reported since it was ordered again." in page
    assert re.search(r'href="/staff/evidence/\d+[^"]*">Proof 1', page), "with what came with it"
    assert "核对原始材料" in page
