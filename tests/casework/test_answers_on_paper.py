"""An answer that came on paper, of a company that can send nothing in the portal, counts on the day it was sent."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import answers_on_paper
from casework.answers_on_paper import Paper
from casework.models import Forwarding, LedgerEntry
from casework.models_cases import STAMPED, Evidence
from core.clock import day_of
from core.db import attempt
from core.errors import BadInput, NotAllowed
from registry import clocks
from registry.models import ServiceAddress
from tests.builders import Desk, known_year
from tests.filestore import making_files as made


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


def offline(desk: Desk) -> Forwarding:
    """Put before a company that is served on paper by now."""
    known_year(desk.session)
    forwarding = desk.forwarded()
    desk.session.execute(update(ServiceAddress).values(electronic=False))
    desk.session.expire_all()
    return forwarding


def enter(desk: Desk, forwarding: Forwarding, now: datetime, came: date, **changed: Any) -> None:
    paper = Paper("EXPLAINED", "经核查通话记录，共致电三次。", "我司已停止联系您的同事。", "周岚", came)
    by = {"actor": desk.intake, "version": None, "now": now}
    answers_on_paper.enter(desk.session, forwarding, replace(paper, **changed), **by)  # type: ignore[arg-type]


@pytest.mark.parametrize(("after", "timely"), [(0, True), (1, False)])
def test_it_is_in_time_by_the_day_it_came_whenever_it_is_entered(desk: Desk, after: int, *, timely: bool) -> None:
    forwarding = offline(desk)
    running = clocks.live(desk.session, "K03", ("forwarding", forwarding.id))
    assert running is not None
    assert running.due_on is not None
    last = running.due_on
    now = desk.now + (last - day_of(desk.now)) + timedelta(days=1)
    enter(desk, forwarding, now, last + timedelta(days=after), scans=[(BytesIO(made.picture()), "答复.png")])
    given = forwarding.answers[-1]
    assert (forwarding.state, given.timely) == ("ANSWERED", timely)
    came = last + timedelta(days=after)
    assert (given.came_on, given.day, given.submitted_at) == (came, came, now)
    assert given.to_association.endswith("（书面提交，周岚签署）")
    assert bool(desk.session.scalars(select(LedgerEntry)).all()) is not timely, "no breach (V-P01) for one in time"
    scan = desk.session.scalars(select(Evidence).where(Evidence.forwarding_id == forwarding.id)).one()
    assert (scan.purpose, scan.party_id) == (STAMPED, desk.lender.id)


def test_only_for_a_company_that_cannot_send_it_itself_and_only_what_is_whole(desk: Desk) -> None:
    today = day_of(desk.now)
    with pytest.raises(NotAllowed):
        enter(desk, desk.forwarded(), desk.now, today)
    forwarding = offline(desk)
    wrongs = ({"outcome": ""}, {"to_complainant": " "}, {"signed_by": " "}, {"received_on": today + timedelta(days=1)})
    for wrong in wrongs:
        with pytest.raises(BadInput), attempt(desk.session):
            enter(desk, forwarding, desk.now, today, **wrong)
