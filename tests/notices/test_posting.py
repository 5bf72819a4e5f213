"""A notice of service is published: everybody reads it as long as it counts, and it counts from when it can be read."""

from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import outbox
from core.db import transaction
from notices import passing, posting, queries, serving
from notices.models import Document, Service
from registry import clocks
from registry.models_clocks import Clock
from tests.builders import Desk, rendered
from tests.conftest import NOW

PLACE = "/notices-of-service"


def posted(desk: Desk) -> tuple[Service, Document, Clock]:
    """A letter to the lender that neither mail nor post brought; the notice of its service, and its period."""
    document = queries.last_document(desk.session, ["D05b"], "forwarding", desk.accepted().forwardings[0].id)
    assert document is not None
    service = rendered(desk.session, document, NOW)[0]
    service.bounced_at, service.failures = NOW, 1
    said = {"actor": desk.officer, "now": NOW}
    serving.step(desk.session, service.id, "post", slip_no="EX1", **said)  # type: ignore[arg-type]
    serving.step(desk.session, service.id, "returned", reason="查无此人", **said)  # type: ignore[arg-type]
    serving.step(desk.session, service.id, "post_publicly", actor=desk.head, now=NOW)
    notice = desk.session.scalars(select(Document).where(Document.kind == "D37")).one()
    period = clocks.live(desk.session, "K29", ("service", service.id))
    assert period is not None
    return service, notice, period


def test_everybody_reads_a_notice_of_service_as_long_as_it_counts(app: Flask, client: FlaskClient) -> None:
    empty = client.get(PLACE).text
    assert ("没有送达公告" in empty, "以下单位" in empty) == (True, False)
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            service, notice, _period = posted(desk)
            name, number, paper = desk.lender.name_zh, str(notice.number), f"{PLACE}/{notice.check_code}.pdf"
        assert name not in client.get(PLACE).text, "its paper is not there yet"
        outbox.run_all()
        page = client.get(PLACE).text
        assert name in page
        assert number in page
        assert paper in page
        assert client.get(paper).data.startswith(b"%PDF")
        assert PLACE in client.get("/").text
        with transaction() as at:
            serving.open_(at, service.id, actor=desk.member, now=NOW)
        assert name not in client.get(PLACE).text
        assert client.get(paper).status_code == 404


def test_a_notice_of_service_counts_from_the_day_on_which_it_can_be_read(session: Session) -> None:
    desk = Desk(session, NOW)
    _service, notice, period = posted(desk)
    assert posting.waits_for_its_notice(session, period)
    rendered(session, notice, desk.on(4))
    passing.pass_on(session, notice, desk.on(4))
    assert period.day0 == date(2026, 11, 29)
    assert not posting.waits_for_its_notice(session, period)
