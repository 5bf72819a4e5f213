"""Every step and every failed attempt to serve a letter stays on record, and says what it is proven by."""

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import outbox
from core.clock import day_of
from core.db import transaction
from core.errors import BadInput, Unavailable
from core.forgetting import forget_later
from filestore import files
from notices import alerts, erasing, queries, serving
from notices.models import Document, Service, ServiceStep
from notices.papers import text_of
from registry.models_settings import Setting
from tests.builders import Desk, rendered
from tests.conftest import NOW
from tests.filestore import making_files
from tests.notices.test_public_notice_approval import Undelivered
from tests.signed_in import Browser, signed_in

LATER = NOW + timedelta(days=6)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(LATER):
        yield


def letter(at: Session) -> tuple[Desk, Service]:
    """The forwarding letter to a lender that is reached on paper alone."""
    desk = Desk(at, NOW)
    document = queries.last_document(at, ["D05b"], "forwarding", desk.accepted().forwardings[0].id)
    assert document is not None
    (service,) = rendered(at, document, NOW)
    return desk, service


def on(days: int) -> str:
    return (NOW + timedelta(days=days)).date().isoformat()


def scan(size: int) -> dict[str, Any]:
    return {"file": (io.BytesIO(making_files.picture(size=(size, size))), f"凭证{size}.png")}


def test_each_attempt_keeps_its_day_place_reason_file_and_who_noted_it(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk, service = letter(at)
        number, officer = service.document_id, desk.officer
    url, browser = f"/staff/notices/{number}", Browser(signed_in(app, officer.id, lang="zh"))
    browser.post(url, step="post", served_on=on(1), slip_no="EX111", **scan(11))
    browser.post(url, step="returned", served_on=on(4), reason="查无此人", location="城东邮局", **scan(12))
    browser.post(url, step="attempted", served_on=on(3), reason="大门紧锁", location="潮汐路1号", **scan(13))
    browser.post(url, step="attempted", served_on=on(5), reason="前台拒绝转交", location="望海路2号")
    card = browser.get(url).partition('id="steps"')[2].partition("</section>")[0]
    told = ["EX111", "大门紧锁", "查无此人", "前台拒绝转交"]
    assert [each for each in told if each not in card] == []
    assert [card.index(each) for each in told] == sorted(card.index(each) for each in told), "by their days"
    for said in ("潮汐路1号", "望海路2号", "城东邮局", "2026-11-28", "2026-11-30", f"由{officer.name}登记"):
        assert said in card, said
    for size, address in zip((11, 13, 12), re.findall(r'href="([^"]+receipt[^"]+)"', card), strict=True):
        with browser.client.get(address.replace("&amp;", "&")) as answer:
            assert answer.data == making_files.picture(size=(size, size))
    browser.post(url, step="hand_over", served_on=on(6), receiver="江月")
    with app.app_context(), transaction() as at:
        receipt = at.scalars(select(Document).where(Document.kind == "D21", Document.subject_kind == "service")).all()
        remarks = "".join(text_of(each.frozen.blocks) for each in receipt)
    for said in ("2026年11月28日直接送达未成（地点：潮汐路1号", "前台拒绝转交", "邮寄单号EX111", "地点：城东邮局"):
        assert said in remarks, said


def test_an_attempt_lies_between_the_day_of_issue_and_today(session: Session) -> None:
    desk, service = letter(session)
    for day in (-1, 1):
        with pytest.raises(BadInput) as refused:
            alerts.attempted(session, service, "已搬离", actor=desk.officer, now=NOW, day=day_of(desk.on(day)))
        assert refused.value.field == "served_on"
    assert service.attempted_at is None


def test_the_file_of_a_step_stays_as_long_as_the_step_and_goes_when_the_letter_is_erased(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk, service = letter(at)
            kept = files.keep(at, io.BytesIO(making_files.picture()), "a.png").sha256
            said = {"file": kept, "file_name": "a.png", "file_type": "image/png"}
            serving.step(at, service.id, "post", actor=desk.officer, now=NOW, slip_no="EX1", proof=said)
            serving.step(at, service.id, "returned", actor=desk.officer, now=NOW, reason="查无此人")
            number = service.document_id
        with transaction() as at:
            forget_later(at, [kept])
        outbox.run_all()
        assert files.read(kept) == making_files.picture()
        with transaction() as at:
            forget_later(at, erasing.emptied(at, [at.get_one(Document, number)], NOW)[0])
            assert at.scalars(select(ServiceStep.id)).all() == []
        outbox.run_all()
        with pytest.raises(Unavailable):
            files.read(kept)


def test_an_alert_that_came_back_is_a_step_that_nobody_noted(session: Session) -> None:
    desk, service = letter(session)
    serving.onward(session, service, NOW)
    alerts.bounced(session, service, NOW)
    step = session.scalars(select(ServiceStep)).one()
    assert (step.event, step.day, step.noted_by) == ("bounce", day_of(NOW), None)
    serving.step(session, service.id, "acknowledge", actor=desk.lead, now=NOW)
    assert session.scalars(select(ServiceStep)).all() == [step], "what the recipient does itself has its own facts"


def test_a_public_notice_names_the_day_on_which_it_counts_as_served_by_the_day_it_is_issued(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        at.execute(update(Setting).where(Setting.key == "K29").values(value=10))  # before the calendar ends
    with time_machine.travel(NOW):
        undelivered = Undelivered(app)
        undelivered.publish()
        number = undelivered.waiting()
        undelivered.step(undelivered.reviewer, number, "approve")
    with time_machine.travel(NOW + timedelta(days=1)):
        council = Browser(signed_in(app, undelivered.council.id))
        council.post(f"/staff/approvals/{number}/sign", prefix="sign")
        assert undelivered.stands() == ("NOTICE_POSTED", 1), "signed the day after, it is what was approved"
        with app.app_context():
            with transaction() as at:
                notice = at.scalars(select(Document).where(Document.kind == "D37")).one()
                said = text_of(notice.frozen.blocks)
            outbox.run_all()
            with transaction() as at:
                (posted,) = queries.posted(at)
        page = app.test_client().get("/notices-of-service?lang=zh").text
    assert posted.until == date(2026, 12, 7), "ten days after Thursday 26 November are a Sunday"
    assert "2026年12月7日" in said
    assert "2026年12月7日视为送达" in page
