"""Every way of service, what its receipt says, and what becomes a task: the rules of domain 4.3, one by one."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import tasks
from casework.models import Task
from core import mail, outbox
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.errors import Changed, NotAllowed, NotNow, Refused
from core.machine import Ask
from core.mail import Mail
from core.outbox import Outbox
from notices import alerts, queries, queries_serving, serving, step_notes
from notices.documents import NOBODY, NOT_CERTAIN
from notices.models import Document, Service
from notices.papers import day_text
from notices.states import SERVICE
from registry import clock_sweep, clocks
from registry.models_clocks import Clock, ClockState
from registry.models_settings import Installation, Setting
from tests.builders import MAIL, Desk, rendered
from tests.conftest import NOW


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session, NOW)


def letter(desk: Desk) -> Service:
    """The forwarding letter to the lender, its PDF made."""
    forwarding = desk.accepted().forwardings[0]
    document = queries.last_document(desk.session, ["D05b"], "forwarding", forwarding.id)
    assert document is not None
    return rendered(desk.session, document, desk.now)[0]


def alerted(desk: Desk) -> Service:
    service = letter(desk)
    serving.onward(desk.session, service, desk.now)
    assert service.state == "ALERTED"
    return service


def step(desk: Desk, service: Service, event: str, **said: object) -> None:
    actor = desk.head if event in {"post_publicly", "void"} else desk.officer
    serving.step(desk.session, service.id, event, actor=actor, now=desk.now, **said)  # type: ignore[arg-type]


def test_each_role_is_offered_the_steps_that_it_may_note_and_no_other(desk: Desk) -> None:
    service = letter(desk)
    intake = replace(desk.intake, roles=frozenset({"intake"}))

    def offered(actor: Actor) -> set[str]:
        return {event for event, _words in step_notes.steps_of(desk.session, service, actor)}

    assert offered(desk.officer) == {"hand_over", "attempted", "post", "leave", "acknowledge"}
    assert offered(desk.head) == {"void"}
    assert offered(intake) == set()
    serving.onward(desk.session, service, desk.now)
    assert offered(intake) == {"bounce"}


def receipts(desk: Desk, service: Service) -> list[dict[str, str]]:
    """What the receipts of a service say, label by label."""
    found = select(Document).where(
        Document.kind == "D21", Document.subject_kind == "service", Document.subject_id == service.id
    )
    told = []
    for document in desk.session.scalars(found):
        blocks = document.paper["paper"]["blocks"]
        rows = [row for block in blocks if "headers" not in block for row in block.get("rows", ())]
        named = [row for block in blocks if "headers" in block for row in block["rows"]]
        told.append(dict(rows) | {"named": str(named)})
    return told


def open_tasks(desk: Desk, service: Service) -> list[str]:
    return [each.kind for each in tasks.open_of(desk.session, ("service", service.id))]


def swept(desk: Desk, days: int) -> None:
    """What the sweep of that day does with the clocks of services, in this transaction."""
    now, at = desk.on(days), desk.session
    due = select(Clock).where(Clock.subject_type == "service", Clock.due_on < day_of(now))
    for clock in at.scalars(due.order_by(Clock.due_on, Clock.id)).all():
        at.refresh(clock)
        if clock.state is ClockState.RUNNING:
            at.info[clock_sweep.EXPIRING] = (clock.id, now)
            clock_sweep._expire(at, clock, now)
    at.info.pop(clock_sweep.EXPIRING, None)


def test_the_receipt_of_a_hand_over_says_who_in_what_position_where_and_when(desk: Desk) -> None:
    service = letter(desk)
    proof = {"position": "行政主管", "relation": "员工", "place": "蓝湾市海望区潮汐路1号前台"}
    step(desk, service, "hand_over", served_on=day_of(desk.now), receiver="江月", proof=proof)
    (said,) = receipts(desk, service)
    forwarding = desk.session.get_one(Document, service.document_id)
    assert said["案号或者事由"]
    assert said["受送达人"] == desk.lender.name_zh
    assert said["受送达人职务"] == "行政主管"
    assert said["收件人"] == "江月"
    assert said["收件人与受送达人的关系"] == "员工"
    assert said["送达地点"] == "蓝湾市海望区潮汐路1号前台"
    assert said["送达方式"] == "直接送达"
    assert said["送达人"] == desk.officer.name
    assert "2026年" in said["送达时间"]
    assert str(forwarding.number) in said["named"]


@pytest.mark.parametrize("how", ["hand_over", "void"])
def test_once_a_letter_is_served_or_void_nobody_is_asked_to_serve_it_on_paper(desk: Desk, how: str) -> None:
    service = alerted(desk)
    alerts.bounced(desk.session, service, desk.now, noted_by=desk.officer)
    waits = select(Task.id).where(Task.kind == "unreachable", Task.done_at.is_(None))
    assert len(desk.session.scalars(waits).all()) == 1
    said = {"served_on": day_of(desk.now), "receiver": "王某"} if how == "hand_over" else {"reason": "内容有误"}
    step(desk, service, how, **said)
    assert not desk.session.scalars(waits).all()


def test_nobody_signs_for_a_letter_before_it_was_posted_and_a_posting_noted_late_has_its_own_day(desk: Desk) -> None:
    service, other = letter(desk), letter(desk)
    said = {"actor": desk.officer, "now": desk.on(3)}
    serving.step(desk.session, service.id, "post", slip_no="EX1", **said)
    with pytest.raises(Refused, match="不得早于交邮日期"):
        serving.step(desk.session, service.id, "slip_signed", served_on=day_of(desk.on(2)), receiver="王某", **said)
    serving.step(desk.session, service.id, "slip_signed", served_on=day_of(desk.on(3)), receiver="王某", **said)
    assert service.served_on == service.posted_on, "in the same town it arrives on the day"
    serving.step(desk.session, other.id, "post", slip_no="EX2", served_on=day_of(desk.on(1)), **said)
    assert other.posted_on == day_of(desk.on(1))
    serving.step(desk.session, other.id, "slip_signed", served_on=day_of(desk.on(2)), receiver="王某", **said)
    assert other.served_on == day_of(desk.on(2))


def test_by_post_the_day_on_the_slip_counts_and_the_receipt_names_the_slip(desk: Desk) -> None:
    service = letter(desk)
    step(desk, service, "post", slip_no="EX123")
    serving.step(
        desk.session,
        service.id,
        "slip_signed",
        actor=desk.officer,
        now=desk.on(5),
        served_on=day_of(desk.on(2)),
        receiver="前台 王某",
    )
    assert service.served_on == day_of(desk.on(2))
    (said,) = receipts(desk, service)
    assert "EX123" in said["备注"]
    assert said["送达地点"] != "EX123"


def test_left_only_after_a_refusal_with_two_witnesses_or_a_recording(desk: Desk) -> None:
    service = letter(desk)
    today = day_of(desk.now)
    for lacking in ({"receiver": "丁舟、许岚"}, {"receiver": "丁舟", "reason": "拒绝签收"}):
        with pytest.raises(Refused):
            step(desk, service, "leave", served_on=today, **lacking)
    step(desk, service, "leave", served_on=today, receiver="丁舟、许岚", reason="前台称无权签收")
    (said,) = receipts(desk, service)
    assert (said["拒收事由"], said["见证人"], said["收件人"]) == ("前台称无权签收", "丁舟、许岚", "（拒收）")


def test_a_recording_of_the_refusal_stands_in_for_witnesses(desk: Desk) -> None:
    service = letter(desk)
    proof = {"file": "a" * 64, "file_name": "拒收.mp4", "file_type": "video/mp4"}
    step(desk, service, "leave", served_on=day_of(desk.now), receiver="丁舟", reason="拒绝签收", proof=proof)
    assert "拒收.mp4" in receipts(desk, service)[0]["备注"]
    assert service.proof_sha256 == proof["file"]


def test_online_the_receipt_tells_of_alert_and_opening(desk: Desk) -> None:
    service = alerted(desk)
    serving.open_(desk.session, service.id, actor=desk.member, now=desk.now)
    (said,) = receipts(desk, service)
    assert said["送达方式"] == "电子送达（在线平台）"
    assert said["收件人"] == desk.member.name
    assert "打开" in said["系统记录"]
    assert service.document.check_code in said["系统记录"]


def test_deemed_served_on_the_last_day_after_an_alert_that_did_not_come_back(desk: Desk) -> None:
    service = alerted(desk)
    swept(desk, 2)
    assert service.state == "ALERTED"
    swept(desk, 8)
    desk.session.refresh(service)
    assert (service.state, service.served_how, service.unread) == ("SERVED", "PORTAL", True)
    assert service.served_on == date(2026, 11, 30)  # three working days after Wednesday 25 November
    (said,) = receipts(desk, service)
    assert "推定送达" in said["备注"]
    assert said["收件人"] == NOBODY, "nobody received it"


def test_on_its_last_day_an_unopened_document_does_not_yet_count_as_served(desk: Desk) -> None:
    service = alerted(desk)
    with pytest.raises(NotNow):
        SERVICE.carry_out(Ask(desk.session, service, SYSTEM, {}, desk.on(5)), "K28_expired")
    assert service.state == "ALERTED"
    SERVICE.carry_out(Ask(desk.session, service, SYSTEM, {}, desk.on(6)), "K28_expired")
    assert service.state == "SERVED"


def test_an_unopened_notice_makes_a_task_that_reading_does(desk: Desk) -> None:
    service = alerted(desk)
    swept(desk, 8)
    assert open_tasks(desk, service) == ["unopened"]
    serving.open_(desk.session, service.id, actor=desk.firm_lead, now=desk.on(9))
    assert (service.opened_at, open_tasks(desk, service)) == (None, ["unopened"]), "another company read nothing"
    serving.open_(desk.session, service.id, actor=desk.member, now=desk.on(9))
    assert open_tasks(desk, service) == []
    assert len(receipts(desk, service)) == 1


def test_a_mail_that_comes_back_makes_a_task_and_stops_deemed_service(desk: Desk) -> None:
    service = alerted(desk)
    sent = desk.session.scalars(select(Mail).where(Mail.key.startswith(f"alert:{service.id}:"))).all()
    assert len(sent) >= 2  # the lead and a member
    for each in sent:
        assert service.state == "ALERTED"  # somebody else may have been reached
        each.bounced_at = desk.now
        desk.session.flush()
        alerts.alert_bounced(desk.session, each)
    assert (service.state, service.failed_ways) == ("READY", {"PORTAL"})
    assert open_tasks(desk, service) == ["unreachable"]
    swept(desk, 9)
    desk.session.refresh(service)
    assert service.state == "READY"
    assert alerts.alert_bounced in mail._told_of_bounces


def alerts_of(desk: Desk, service: Service) -> list[Mail]:
    return list(desk.session.scalars(select(Mail).where(Mail.key.startswith(f"alert:{service.id}:"))))


def test_what_never_left_the_house_serves_nobody_and_the_check_before_going_live_says_so(desk: Desk) -> None:
    service = alerted(desk)
    period = clocks.live(desk.session, "K28", ("service", service.id))
    assert period is not None
    assert list(alerts.to_go_live(desk.session)) == []
    assert not alerts.waits_for_its_alert(desk.session, period)
    desk.session.execute(update(Installation).values(mode="production"))
    assert [each.blocks for each in alerts.to_go_live(desk.session)] == [("service.V07",)]
    assert alerts.waits_for_its_alert(desk.session, period)
    alerts_of(desk, service)[0].sent_at = desk.now
    desk.session.flush()
    assert not alerts.waits_for_its_alert(desk.session, period)


def test_the_period_after_an_alert_counts_from_the_day_on_which_the_first_one_left(desk: Desk) -> None:
    service = alerted(desk)
    period = clocks.live(desk.session, "K28", ("service", service.id))
    assert period is not None
    for days, each in enumerate(alerts_of(desk, service), 2):
        each.queued_at, each.sent_at = desk.now, desk.on(days)
        desk.session.flush()
        alerts.alert_left(desk.session, each)
    assert (period.day0, period.due_on) == (date(2026, 11, 27), date(2026, 12, 2))
    assert period.moved_from is None, "no calendar has moved it, and nobody is told that one did"
    assert alerts.alert_left in mail._told_of_sending


def test_an_alert_that_was_given_up_is_one_that_came_back(desk: Desk) -> None:
    service = alerted(desk)
    for each in alerts_of(desk, service):
        assert service.state == "ALERTED"
        row = Outbox(job=mail.SENDING, key=f"given up:{each.id}", args={"mail_id": each.id}, asked_at=desk.now)
        alerts.alert_given_up(desk.session, row)
    assert (service.state, service.failures) == ("READY", 1)
    assert open_tasks(desk, service) == ["unreachable"]
    assert alerts.alert_given_up in outbox.GIVEN_UP


def test_other_mails_that_come_back_change_no_service(desk: Desk) -> None:
    service = alerted(desk)
    lost = Mail(key="moved:1", to=MAIL, subject="x", body="x", language="zh", message_id="x", queued_at=desk.now)
    alerts.alert_bounced(desk.session, lost)
    assert service.state == "ALERTED"


def test_a_complainant_whose_alert_comes_back_is_served_on_the_tracking_page(desk: Desk) -> None:
    complaint = desk.received(contact=MAIL)
    document = queries.last_document(desk.session, ["D01"], "complaint", complaint.id)
    assert document is not None
    service = rendered(desk.session, document, desk.now)[0]
    serving.onward(desk.session, service, desk.now)
    assert service.state == "ALERTED"
    alerts.bounced(desk.session, service, desk.now, noted_by=desk.officer)
    assert service.state == "NOTICE_POSTED"


def test_whoever_is_no_official_notes_no_bounce(desk: Desk) -> None:
    service = alerted(desk)
    with pytest.raises(NotAllowed):
        alerts.bounced(desk.session, service, desk.now, noted_by=desk.lead)


def test_paper_on_request_is_a_task_until_it_is_sent_and_electronic_service_goes_on(desk: Desk) -> None:
    service = alerted(desk)
    serving.step(desk.session, service.id, "ask_paper", actor=desk.lead, now=desk.now)
    assert (service.state, open_tasks(desk, service)) == ("ALERTED", ["paper_asked"])
    assert service in queries_serving.to_serve(desk.session)[0]
    alerts.paper_sent(desk.session, service.id, actor=desk.officer, now=desk.on(1))
    assert open_tasks(desk, service) == []
    assert service not in queries_serving.to_serve(desk.session)[0]
    with pytest.raises(NotNow):
        alerts.paper_sent(desk.session, service.id, actor=desk.officer, now=desk.on(1))
    serving.open_(desk.session, service.id, actor=desk.member, now=desk.on(1))
    assert service.served_on == day_of(desk.on(1))


def test_whoever_looked_at_a_letter_before_something_was_noted_of_it_is_told(desk: Desk) -> None:
    service = alerted(desk)
    seen = service.version
    serving.step(desk.session, service.id, "ask_paper", actor=desk.lead, now=desk.now)
    with pytest.raises(Changed):
        step(desk, service, "void", reason="内容有误", version=seen)
    assert (service.state, service.document.void_at) == ("ALERTED", None)


def test_public_notice_serves_when_its_time_is_over_and_says_so(desk: Desk) -> None:
    desk.session.execute(update(Setting).where(Setting.key == "K29").values(value=10))  # before the calendar ends
    service = letter(desk)
    alerts.attempted(desk.session, service, "已搬离", actor=desk.officer, now=desk.now)
    step(desk, service, "post", slip_no="EX1")
    step(desk, service, "returned", reason="查无此人")
    step(desk, service, "post_publicly")
    notice = queries.last_document(desk.session, ["D37"], "service", service.id)
    assert notice is not None
    rendered(desk.session, notice, desk.now)
    swept(desk, 12)
    desk.session.refresh(service)
    assert service.state == "NOTICE_POSTED"
    swept(desk, 13)
    desk.session.refresh(service)
    assert (service.state, service.served_how) == ("SERVED", "NOTICE")
    (said,) = receipts(desk, service)
    assert "公告期满" in said["备注"]
    assert said["收件人"] == NOBODY


def test_of_a_letter_that_lay_on_the_tracking_page_no_proof_speaks_of_a_public_notice(desk: Desk) -> None:
    desk.session.execute(update(Setting).where(Setting.key == "K29").values(value=10))
    complaint = desk.received(contact=MAIL)
    document = queries.last_document(desk.session, ["D01"], "complaint", complaint.id)
    assert document is not None
    service = rendered(desk.session, document, desk.now)[0]
    serving.onward(desk.session, service, desk.now)
    alerts.bounced(desk.session, service, desk.now, noted_by=desk.officer)
    swept(desk, 13)
    desk.session.refresh(service)
    assert (service.state, service.served_how, service.unread) == ("SERVED", "PORTAL", True)
    (said,) = receipts(desk, service)
    assert "公告" not in str(said)
    assert "查询页面留存期满" in said["备注"]
    assert said["收件人"] == NOBODY


def test_what_somebody_else_does_in_the_matter_is_no_receipt_of_a_companys_letter(desk: Desk) -> None:
    service = alerted(desk)
    subject = service.document.subject_kind, service.document.subject_id
    for other in (desk.officer, desk.firm_lead):
        serving.answer(desk.session, *subject, actor=other, now=desk.on(1))
        assert service.state == "ALERTED"
    serving.answer(desk.session, *subject, actor=desk.member, now=desk.on(2))
    assert (service.state, service.served_on) == ("SERVED", day_of(desk.on(2)))


def test_nothing_is_served_twice(desk: Desk) -> None:
    service = letter(desk)
    today = day_of(desk.now)
    step(desk, service, "hand_over", served_on=today, receiver="江月")
    served = [row.event for row in SERVICE.rows.values() if row.target == "SERVED"]
    for event in served:
        assert SERVICE.row("SERVED", event) is None
    with pytest.raises(Refused):
        step(desk, service, "hand_over", served_on=today + timedelta(days=0), receiver="别人")
    serving.onward(desk.session, service, desk.on(1))
    serving.open_(desk.session, service.id, actor=desk.member, now=desk.on(1))
    assert (service.served_on, service.receiver, len(receipts(desk, service))) == (today, "江月", 1)


def test_nothing_void_is_served(desk: Desk) -> None:
    service = alerted(desk)
    step(desk, service, "void", reason="内容有误")
    swept(desk, 9)
    desk.session.refresh(service)
    assert (service.state, receipts(desk, service)) == ("VOID", [])
    assert desk.session.scalars(select(Task).where(Task.kind == "unopened")).all() == []


@pytest.mark.parametrize(("begins", "last"), [(NOW, "2026年12月10日24时"), (NOW + timedelta(days=26), NOT_CERTAIN)])
def test_the_receipt_names_the_last_day_of_what_begins_where_it_is_certain(
    session: Session, begins: datetime, last: str
) -> None:
    conduct = {"conduct_from": begins.date() - timedelta(days=9), "conduct_to": begins.date() - timedelta(days=5)}
    desk = Desk(session, begins)
    it = desk.forwarded(**conduct)
    document = queries.last_document(session, ["D05b"], "forwarding", it.id)
    assert document is not None
    [said] = receipts(desk, document.services[0])
    assert str(["机构答复", "15日", last]) in said["named"]
    clock = clocks.live(session, "K03", ("forwarding", it.id))
    assert clock is not None
    assert clock.provisional is (last == NOT_CERTAIN)
    assert clock.provisional or f"{day_text(clock.due_on, 'zh')}24时" == last
