"""How documents are numbered, served and verified: each promise tried against the verbs and the page."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.models import Task
from core import outbox
from core.actors import SYSTEM
from core.clock import day_of
from core.db import transaction
from core.errors import Refused
from core.machine import Ask
from notices import alerts, numbers, passing, queries, serving
from notices.models import Document, Service
from notices.papers import text_of
from notices.states import APPROVAL, SERVICE
from registry.models_accounts import Account
from registry.models_settings import Setting
from registry.queries import service_address
from tests.builders import Desk, rendered
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


def step(desk: Desk, service: Service, event: str, **said: object) -> None:
    actor = desk.head if event in {"post_publicly", "void"} else desk.officer
    serving.step(desk.session, service.id, event, actor=actor, now=desk.now, **said)  # type: ignore[arg-type]


def test_numbers_of_a_series_have_no_gap_and_begin_anew_each_year(session: Session) -> None:
    given = [numbers.give(session, "函", year).serial for year in (2026, 2026, 2027, 2026)]
    assert given == [1, 2, 1, 3]


def test_a_refused_move_uses_up_no_number(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            desk.received()
        with pytest.raises(ConnectionError):
            _fails_after_a_number_was_given(desk)
        with transaction() as at:
            desk.session = at
            desk.received(contact="13900000002")
            serials = at.scalars(select(Document.serial).where(Document.kind == "D01").order_by(Document.id)).all()
    assert serials == [1, 2]


def _fails_after_a_number_was_given(desk: Desk) -> None:
    with transaction() as at:
        desk.session = at
        desk.received(contact="13900000001")
        raise ConnectionError


def test_nothing_is_served_before_its_pdf_exists(desk: Desk) -> None:
    forwarding = desk.accepted().forwardings[0]
    document = queries.last_document(desk.session, ["D05b"], "forwarding", forwarding.id)
    assert document is not None
    service = document.services[0]
    assert service.state == "ISSUED"
    ask = Ask(desk.session, service, desk.lead, {}, desk.now)
    assert SERVICE.refusals(ask, "open")
    assert SERVICE.refusals(ask, "final_pdf")


def test_what_was_made_void_before_it_had_a_pdf_holds_back_no_other_document(desk: Desk) -> None:
    service = desk.session.scalars(select(Service).where(Service.document == _issued(desk))).one()
    dossier = service.document.dossier
    assert dossier is not None
    others = [each for each in dossier.documents if each.outward and each.id != service.document_id]
    assert others
    for each in others:
        each.pdf_sha256, each.pdf_at = "0" * 64, desk.now
    desk.session.flush()
    seal = Ask(desk.session, dossier, SYSTEM, {}, desk.now)
    assert APPROVAL.refusals(seal, "seal")
    step(desk, service, "void", reason="文件无法制成")
    asked = select(outbox.Outbox).where(outbox.Outbox.key == f"finish:{service.document_id}")
    assert desk.session.scalars(asked).one().job == "notices.finish"
    passing.pass_on(desk.session, service.document, desk.now)
    assert dossier.state == "SEALED"


def _issued(desk: Desk) -> Document:
    forwarding = desk.accepted().forwardings[0]
    document = queries.last_document(desk.session, ["D05b"], "forwarding", forwarding.id)
    assert document is not None
    return document


def test_only_the_recipient_opens_it_and_opening_is_its_service(desk: Desk) -> None:
    service = letter(desk)
    serving.onward(desk.session, service, desk.now)
    with pytest.raises(Refused):
        serving.open_(desk.session, service.id, actor=desk.firm_lead, now=desk.now)
    serving.open_(desk.session, service.id, actor=desk.member, now=desk.now)
    serving.open_(desk.session, service.id, actor=desk.lead, now=desk.on(1))
    assert service.state == "SERVED"
    assert service.served_on == day_of(desk.now)
    assert service.opened_by == desk.member.id


def test_without_a_confirmed_address_it_waits_for_paper(desk: Desk) -> None:
    address = service_address(desk.session, desk.lender.id)
    assert address is not None
    address.electronic = False
    service = letter(desk)
    serving.onward(desk.session, service, desk.now)
    assert service.state == "READY"
    step(desk, service, "post", slip_no="EX123")
    step(desk, service, "slip_signed", served_on=day_of(desk.now), receiver="前台 王某")
    assert (service.state, service.served_how) == ("SERVED", "POST")


def test_a_company_of_which_nobody_can_sign_in_any_more_waits_for_paper_as_well(desk: Desk) -> None:
    service = letter(desk)
    people = select(Account).where(Account.party_id == desk.lender.id)
    for person in desk.session.scalars(people):
        person.locked_at = desk.now
    desk.session.flush()
    serving.onward(desk.session, service, desk.now)
    assert service.state == "READY", "online it could neither be opened nor handed over"
    step(desk, service, "hand_over", served_on=day_of(desk.now), receiver="前台 王某")
    assert service.state == "SERVED"


def test_public_notice_comes_only_after_two_other_ways_failed(desk: Desk) -> None:
    service = letter(desk)
    for number in ("EX1", "EX2"):
        step(desk, service, "post", slip_no=number)
        step(desk, service, "returned", reason="查无此人")
        with pytest.raises(Refused):  # however often the post tries, it is one way
            step(desk, service, "post_publicly")
    with pytest.raises(Refused):
        alerts.attempted(desk.session, service, "", actor=desk.officer, now=desk.now)
    alerts.attempted(desk.session, service, "已搬离", actor=desk.officer, now=desk.now)
    assert service.failed_ways == {"POST", "IN_PERSON"}
    desk.session.execute(update(Setting).where(Setting.key == "COLLECTION_HOURS").values(value="08:30-16:00"))
    step(desk, service, "post_publicly")
    assert service.state == "NOTICE_POSTED"
    notice = desk.session.scalars(select(Document).where(Document.kind == "D37")).one()
    paper = notice.frozen
    assert paper.translation is not None
    assert "投诉" not in text_of(paper.blocks)
    assert "complaint" not in text_of(paper.translation.blocks)
    assert "工作日 8:30—16:00" in text_of(paper.blocks)
    assert "Working days, 8:30 to 16:00" in text_of(paper.translation.blocks)


def test_once_two_ways_have_failed_the_head_has_the_public_notice_as_a_task(desk: Desk) -> None:
    def open_tasks() -> list[str]:
        asked = select(Task.role).where(Task.kind == "post_publicly", Task.done_at.is_(None))
        return list(desk.session.scalars(asked))

    service = letter(desk)
    step(desk, service, "post", slip_no="EX1")
    step(desk, service, "returned", reason="查无此人")
    assert open_tasks() == []
    alerts.attempted(desk.session, service, "已搬离", actor=desk.officer, now=desk.now)
    assert open_tasks() == ["head"]
    step(desk, service, "post", slip_no="EX2")
    assert open_tasks() == []
    serving.step(desk.session, service.id, "returned", actor=desk.officer, now=desk.on(1), reason="查无此人")
    assert open_tasks() == ["head"]
    step(desk, service, "post_publicly")
    assert open_tasks() == []


def test_a_day_of_receipt_lies_between_issue_and_today(desk: Desk) -> None:
    service = letter(desk)
    for day in (day_of(desk.now) - timedelta(days=1), day_of(desk.now) + timedelta(days=1)):
        for event in ("acknowledge", "hand_over"):
            with pytest.raises(Refused, match="印发日期"):
                step(desk, service, event, served_on=day, receiver="江月")


def test_a_void_document_is_verified_as_void_and_keeps_its_number(desk: Desk) -> None:
    service = letter(desk)
    step(desk, service, "void", reason="内容有误")
    found = queries.verified(desk.session, service.document.check_code)
    assert found is not None
    assert (found.number, found.in_force, found.void_on) == (service.document.number, False, day_of(desk.now))


def test_anyone_verifies_a_document_and_learns_nothing_of_its_parties(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        service = letter(desk)
        code, number, party = service.document.check_code, service.document.number, desk.lender.name_zh
    page = client.get("/verify", query_string={"code": code.lower()}).get_data(as_text=True)
    assert str(number) in page
    assert "真实且有效" in page
    assert party not in page
    wrong = client.get("/verify", query_string={"code": "AAAA-AAAA-AAAA-AAAA"}).get_data(as_text=True)
    assert "不是本协会的文书" in wrong
    bare = code.replace("-", "")
    for typed in (bare, f" {bare[:8]} {bare[8:]} ", code.replace("-", "–")):
        assert "真实且有效" in client.get("/verify", query_string={"code": typed}).get_data(as_text=True)
    short = client.get("/verify", query_string={"code": bare[:-1]}).get_data(as_text=True)
    assert "核验码不完整" in short
    assert "不是本协会的文书" not in short


def test_a_typed_code_stands_in_no_address_and_a_receipt_code_is_led_on_and_never_shown(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context(), transaction() as at:
        code = letter(Desk(at, NOW)).document.check_code
    page = client.get("/verify").text
    assert 'method="get"' not in page.partition("<main")[2]
    assert "真实且有效" in client.post("/verify/code", data={"code": code.lower()}).text
    receipt = "ABCD-EFGH-JKLM-NPQR-STUV-WXYZ"
    for answer in (client.post("/verify/code", data={"code": receipt}), client.get(f"/verify?code={receipt}")):
        assert "这是投诉的查询码" in answer.text
        assert 'href="/track/"' in answer.text
        assert receipt not in answer.text.partition("<main")[2].partition("</main>")[0]
    assert "这是投诉编号" in client.post("/verify/code", data={"code": "TS2026-7K3M9Q"}).text
    assert "位数过多" in client.post("/verify/code", data={"code": f"{code}7"}).text
    assert client.post("/verify/code", data={"code": ""}).status_code == 422
    assert client.get("/verify/code").location == "/verify"


def test_what_is_entered_for_a_receipt_code_by_mistake_is_told_by_its_shape(client: FlaskClient) -> None:
    short = client.post("/track/", data={"code": "abcd efgh jklm npqr"})
    assert short.status_code == 422
    assert "查询码为24位" in short.text
    assert 'href="/verify"' in short.text.partition("<main")[2]
    assert "这是投诉编号" in client.post("/track/", data={"code": "ts2026-7k3m9q"}).text
    assert "逐位核对" in client.post("/track/", data={"code": "ABCD-EFGH-JKLM-NPQR-STUV-WXYZ"}).text
    for place, code in (("/track/", "ABCD-EFGH-IKLM-NPQR-STUV-WXYO"), ("/complain/resume", "abcd efgh jklm npq0")):
        assert "不含I和O" in client.post(place, data={"code": code}).text
