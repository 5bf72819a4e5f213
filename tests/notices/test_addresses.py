"""Addresses: of pages, which name what cannot be and get an answer; and of service, as companies confirm them (D28)."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from notices.models import Document
from notices.papers import Paper, whole_text
from registry import parties
from registry.models_settings import Setting
from tests.builders import Desk

AGREED, ARRIVED = "本单位同意本协会通过电子送达账号送达", "文书到达上述账号之日，为送达之日"
OPENED = "文书经本单位账号打开，或者自提醒发出后满规定期限的，视为送达"


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
    session.execute(select(Setting).where(Setting.key == "PORTAL_SERVICE")).scalar_one().value = rule
    address = parties.NewAddress(electronic, "海望区1号", "林岚", "0100-5550101", "林岚")
    parties.confirm_address(session, actor=desk.lead, address=address, now=now)
    paper = session.scalars(select(Document).where(Document.kind == "D28")).one()
    words = whole_text(Paper.from_json(paper.paper["paper"]))
    assert [each for each in said if each not in words] == []
    assert [each for each in unsaid if each in words] == []
    assert ("PORTAL_SERVICE" in paper.paper["settings"]) is electronic, "what it rests on is kept with it"
