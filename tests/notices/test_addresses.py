"""Addresses: of pages, which name what cannot be and get an answer; and of service, as companies confirm them (D28)."""

from datetime import datetime
from functools import partial

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Changed
from notices import alerts, queries, serving
from notices.models import Document, Service
from notices.papers import whole_text
from registry import clocks, service_addresses
from registry.counting import Unit
from registry.models_settings import Setting
from registry.queries import service_address
from registry.service_addresses import DEEMED
from registry.service_addresses import OPENED as OPENED_RULE
from tests.builders import Desk, rendered

AGREED, ARRIVED = "本单位同意本协会通过电子送达账号送达", "文书到达上述账号之日，为送达之日"
OPENED = "文书经本单位账号打开，或者自提醒发出后满3个工作日的，视为送达"
READ = {"ARRIVAL": "ARRIVAL", "OPENED_OR_DEEMED": "OPENED_OR_DEEMED 3 WD"}


def confirmed(desk: Desk, rule: str, *, electronic: bool = True) -> None:
    """The lender's lead confirms its address while notices count as served by this rule."""
    desk.session.execute(select(Setting).where(Setting.key == "PORTAL_SERVICE")).scalar_one().value = rule
    desk.session.flush()
    address = service_addresses.NewAddress(electronic, "海望区1号", "林岚", "0100-5550101", "青屿联系人")
    sign = partial(service_addresses.confirm, desk.session, actor=desk.lead, address=address, now=desk.now)
    with pytest.raises(Changed):
        sign(agreed=READ[({*READ} - {rule}).pop()])  # another rule was read
    sign(agreed=READ[rule])


def alerted(desk: Desk, contact: str) -> Service:
    """A forwarding to the lender has gone on its way."""
    forwarding = desk.accepted(contact=contact).forwardings[0]
    document = queries.last_document(desk.session, ["D05b"], "forwarding", forwarding.id)
    assert document is not None
    service = rendered(desk.session, document, desk.now)[0]
    serving.onward(desk.session, service, desk.now)
    return service


def test_a_number_that_no_row_can_have_leads_nowhere(client: FlaskClient) -> None:
    assert client.get("/track/letters/99999999999999999999999.pdf").status_code == 404


@pytest.mark.parametrize(
    ("electronic", "rule", "said", "unsaid"),
    [
        (True, "OPENED_OR_DEEMED", (AGREED, OPENED), (ARRIVED, "不采用电子送达")),
        (True, "ARRIVAL", (AGREED, ARRIVED), (OPENED, "不采用电子送达")),
        (False, "OPENED_OR_DEEMED", ("不采用电子送达，各类文书以纸质形式送达至海望区1号",), (AGREED, OPENED)),
    ],
)
def test_a_confirmation_says_what_the_company_agreed_to_and_when_it_is_served(
    session: Session, now: datetime, electronic: bool, rule: str, said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    desk = Desk(session, now)
    confirmed(desk, rule, electronic=electronic)
    paper = session.scalars(select(Document).where(Document.kind == "D28")).one()
    words = whole_text(paper.frozen)
    assert [each for each in said if each not in words] == []
    assert [each for each in unsaid if each in words] == []
    assert ("PORTAL_SERVICE" in paper.paper["settings"]) is electronic, "what it rests on is kept with it"


@pytest.mark.parametrize(
    ("agreed", "later", "state"),
    [("OPENED_OR_DEEMED", "ARRIVAL", "ALERTED"), ("ARRIVAL", "OPENED_OR_DEEMED", "SERVED")],
)
def test_a_rule_of_service_laid_down_later_binds_a_company_once_it_confirms_anew(
    session: Session, now: datetime, agreed: str, later: str, state: str
) -> None:
    desk, states = Desk(session, now), []
    confirmed(desk, agreed)
    session.execute(select(Setting).where(Setting.key == "PORTAL_SERVICE")).scalar_one().value = later
    for contact in ("13900000001", "13900000002"):
        states.append(alerted(desk, contact).state)
        confirmed(desk, later)
    assert states == [state, ({"ALERTED", "SERVED"} - {state}).pop()]


def test_a_length_laid_down_later_binds_a_company_once_it_confirms_anew(session: Session, now: datetime) -> None:
    desk, ends = Desk(session, now), []
    confirmed(desk, "OPENED_OR_DEEMED")
    session.execute(select(Setting).where(Setting.key == DEEMED)).scalar_one().value = 1
    for contact in ("13900000001", "13900000002"):
        service = alerted(desk, contact)
        period = clocks.live(session, DEEMED, ("service", service.id))
        assert period is not None
        ends.append((period.length, period.unit))
        address = service_addresses.NewAddress(True, "海望区1号", "林岚", "0100-5550101", "青屿联系人")
        with pytest.raises(Changed):  # as the page read on which the longer period stood
            service_addresses.confirm(session, actor=desk.lead, address=address, agreed=READ[OPENED_RULE], now=now)
        service_addresses.confirm(session, actor=desk.lead, address=address, now=now)
    assert ends == [(3, Unit.WD), (1, Unit.WD)]


@pytest.mark.parametrize(("agreed", "length"), [((10, "WD"), 10), ((None, None), 7)])
def test_a_successor_is_served_after_the_period_to_which_it_agreed_itself_or_that_is_laid_down(
    session: Session, now: datetime, agreed: tuple[int | None, str | None], length: int
) -> None:
    desk = Desk(session, now)
    confirmed(desk, OPENED_RULE)
    service = alerted(desk, "13900000001")
    service.party_id = desk.firm.id
    theirs = service_address(session, desk.firm.id)
    assert theirs is not None
    theirs.deemed_after, theirs.deemed_unit = agreed
    session.execute(select(Setting).where(Setting.key == DEEMED)).scalar_one().value = 7
    session.flush()
    alerts.told_to_others(session, {"service.party_id": [service.id]}, "passed_on:1", now)
    period = clocks.live(session, DEEMED, ("service", service.id))
    assert period is not None
    assert (period.length, period.unit) == (length, Unit.WD)
