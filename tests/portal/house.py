"""A company's people with their browsers, a forwarding that waits for them, and a case brought somewhere."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from casework.intake import EvidenceFile
from casework.models_cases import CaseTrack, Evidence
from core.db import transaction
from filestore import files
from notices.models import Service
from tests.builders import Desk, account, rendered
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.kept_states import brought_once, staged
from tests.sanctions.chain import Chain
from tests.signed_in import Browser, signed_in

BEGUN = NOW - timedelta(days=12)
ANSWER = {
    "outcome": "EXPLAINED",
    "to_association": "已核对通话记录，未发现违规。",
    "to_complainant": "我们已停止联系您，并向您致歉。",
}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test happens on 25 November 2026."""
    with time_machine.travel(NOW):
        yield


Enter = Callable[[int], Browser]


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Sign somebody in."""

    def entered(number: int) -> Browser:
        return Browser(signed_in(app, number))

    return entered


@dataclass
class Sent:
    """A forwarding that was sent, and who may and may not see it."""

    number: int
    lead: int
    member: int
    stranger: int
    shared: int
    kept: int


@pytest.fixture
@brought_once
def sent(app: Flask) -> Sent:
    """A forwarding whose letter waits in the portal; the complainant is not the borrower."""
    with app.app_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        one = files.keep(at, BytesIO(made.picture()), "沈若禾的截图.png")
        two = files.keep(at, BytesIO(made.picture("WEBP")), "另一份.webp")
        pictures = [
            EvidenceFile(one.sha256, one.name, one.media_type, one.size, shared=True),
            EvidenceFile(two.sha256, two.name, two.media_type, two.size),
        ]
        it = desk.accepted(role="UNRELATED", files=pictures).forwardings[0]
        for service in at.scalars(select(Service).where(Service.party_id == desk.lender.id)):
            rendered(at, service.document, BEGUN)
        given = at.scalars(select(Evidence).where(Evidence.complaint_id == it.complaint_id).order_by(Evidence.id)).all()
        people = (desk.lead.id, desk.member.id, desk.firm_lead.id)
        return Sent(it.id, *(number or 0 for number in people), shared=given[0].id, kept=given[1].id)


def address(sent: Sent, *more: str) -> str:
    return "/".join((f"/portal/forwardings/{sent.number}", *more))


def opened(enter: Enter, sent: Sent) -> Browser:
    """The lead, after the letter was opened."""
    browser = enter(sent.lead)
    arrived(browser, address(sent))
    return browser


def arrived(browser: Browser, url: str) -> None:
    """Open each letter that a page lists, or say that it has arrived on paper."""
    waiting = set(re.findall(r'action="(/portal/notices/\d+/(?:received|open))"', browser.get(url)))
    assert waiting, url
    for each in waiting:
        browser.post(each)


@dataclass
class Case:
    """A track and the people of the company concerned."""

    number: int
    lead: int
    member: int
    stranger: int

    def at(self, *more: str) -> str:
        """An address of it."""
        return "/".join((f"/portal/cases/{self.number}", *more))


def case(app: Flask, bring: Callable[[Chain], CaseTrack]) -> Case:
    """Bring a track somewhere, which is done once for all tests that need the same."""
    return staged(app, ("case", bring), lambda: _brought(app, bring))


def _brought(app: Flask, bring: Callable[[Chain], CaseTrack]) -> Case:
    with app.app_context(), transaction() as at:
        chain = Chain(at, BEGUN)
        member = account(at, "青屿经办", "respondent", "member", party=chain.lender)
        track = bring(chain)
        return Case(track.id, chain.lead.id, member.id, chain.firm_lead.id)
