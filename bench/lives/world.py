"""Everybody in the random lives: staff with every role, companies and their contacts, and where time stands."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
from sqlalchemy.orm import Session

from core import clock
from core.actors import SYSTEM, Actor
from core.pdf_failures import Reason, RenderFailed
from notices import rendering
from registry import calendar
from registry.models import PartyKind
from registry.models_clocks import YearSource
from tests.builders_cases import World, account, actor, party

BEGAN = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
UNRENDERED = 0.03
"""How often a rendering fails."""


class People(World):
    """The people of the builders, and more of each, so that nobody is the only one who could act."""

    def __post_init__(self) -> None:
        """Bring everybody in."""
        super().__post_init__()
        session = self.session
        self.other = party(session, "远山小额贷款有限公司")
        self.outside = party(session, "无名信息咨询有限公司", PartyKind.FIRM, None)
        lead = account(session, "远山联系人", "respondent", "lead", party=self.other)
        member = account(session, "青屿经办", "respondent", "member", party=self.lender)
        pool = [account(session, f"复核委员{place}", "review body") for place in "甲乙丙丁戊己庚"]
        more = [
            account(session, "负责人乙", "head"),
            account(session, "受理乙", "intake", "officer"),
            account(session, "调查员乙", "officer", "investigator"),
            account(session, "审理员乙", "reviewer"),
        ]
        first = [self.officer, self.second, self.head, self.investigator, self.reviewer, self.secretary]
        inside = [*first, self.publisher, self.other_publisher, *more]
        self.staff = [actor(each) for each in (*inside, *self.panel, *pool)]
        self.contacts = [actor(each) for each in (self.lead, self.firm_lead, lead, member)]
        self.companies = [
            self.lender.name_zh,
            self.firm.name_zh,
            self.other.name_zh,
            self.outside.name_zh,
            "不知名公司",
        ]

    def contact(self, party_id: int | None, dice: random.Random) -> Actor:
        """Somebody who may speak for a company; for one without accounts, a stranger."""
        mine = [each for each in self.contacts if each.party_id == party_id]
        return dice.choice(mine or self.contacts)


class Present:
    """The moment in which everybody acts; it only moves on."""

    def __init__(self) -> None:
        self.now = BEGAN

    def wait(self, days: float) -> None:
        """Let time pass."""
        self.now += timedelta(days=days)


def know_year(at: Session, year: int, now: datetime) -> None:
    """The notice of a year comes out, and says what was estimated."""
    known = next(each for each in calendar.years(at) if each.year == year)
    if known.source is YearSource.ESTIMATE:
        named = {each.day: each.is_workday for each in calendar.days_of(at, year) if each.name}
        calendar.load_year(at, year, named, f"放假安排{year}", SYSTEM, now)


def _tiny() -> bytes:
    made, held = pikepdf.new(), BytesIO()
    made.add_blank_page()
    made.save(held)
    return held.getvalue()


@contextmanager
def standing_in(present: Present, dice: random.Random) -> Iterator[None]:
    """The time of the lives instead of the wall's, and one small page instead of laying out each document."""
    page = _tiny()

    def layout(*_paper: object) -> bytes:
        if dice.random() < UNRENDERED:
            raise RenderFailed(Reason.BROKEN)
        return page

    kept = clock.now, rendering.pdf_in_limits
    for place, name, value in ((clock, "now", lambda: present.now), (rendering, "pdf_in_limits", layout)):
        setattr(place, name, value)
    try:
        yield
    finally:
        clock.now, rendering.pdf_in_limits = kept
