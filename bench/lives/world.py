"""Everybody in the random lives: staff with every role, companies and their contacts, and where time stands."""

import hashlib
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count

import pikepdf
from sqlalchemy.orm import Session

from bench.lives.eye import Eye
from bench.lives.gateway import Gateway
from core import clock, texts
from core.actors import SYSTEM, Actor
from core.errors import NotNow
from notices import rendering
from printing import signing
from printing.pdf_failures import Reason, RenderFailed
from registry import calendar
from registry.events import of_audience
from registry.models import Engagement, PartyKind
from registry.models_accounts import Account
from registry.models_clocks import YearSource
from registry.models_notifications import MAIL, NotificationChoice
from tests.builders import account
from tests.builders_cases import World, actor, from_outside, party

BEGAN = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
UNRENDERED = 0.03
"""How often a rendering fails."""
EXECUTIVE = "周岚"
NOBODY_THERE = "nobody is there who could"


@dataclass(frozen=True)
class Firm:
    """A company by its number and name."""

    id: int
    name: str


class People:
    """The people of the builders, and more of each, so that nobody is the only one who could act."""

    def __init__(self, session: Session, now: datetime) -> None:
        """Bring everybody in; afterwards nothing of them is read from the database again."""
        world = World(session, now)
        other = party(session, "远山小额贷款有限公司")
        outside = party(session, "无名信息咨询有限公司", PartyKind.FIRM, None)
        session.add(Engagement(institution_id=other.id, firm_id=outside.id, from_on=date(2025, 1, 1)))
        lead = account(session, "远山联系人", "respondent", "lead", party=other)
        stranger = account(session, "无名联系人", "respondent", "lead", party=outside)
        member = account(session, "青屿经办", "respondent", "member", party=world.lender)
        pool = [account(session, f"复核委员{place}", "review body") for place in "甲乙丙丁戊己庚辛壬癸"]
        panel = [account(session, f"委员{place}", "panel") for place in "辛壬癸子丑"]
        from_outside(session, *pool, *panel)
        more = [
            account(session, "负责人乙", "head"),
            account(session, "负责人丙", "head"),
            account(session, "受理乙", "intake", "officer"),
            account(session, "受理丙", "intake"),
            account(session, "调查员乙", "officer", "investigator"),
            account(session, "调查员丙", "officer", "investigator"),
            account(session, "审理员乙", "reviewer"),
            account(session, "审理员丙", "reviewer"),
            account(session, "秘书乙", "secretary"),
            account(session, "发布丙", "publisher"),
            account(session, "理事", "council"),
        ]
        first = [world.officer, world.second, world.head, world.investigator, world.reviewer, world.secretary]
        inside = [*first, world.publisher, world.other_publisher, *more, *world.panel, *panel, *pool]
        both = ("系统管理员甲", "system_admin"), ("系统管理员乙", "system_admin")
        self.administrators = [actor(account(session, name, role)) for name, role in both]
        session.add_all(_all_told([*inside, world.lead, world.firm_lead, lead, stranger, member]))
        self.staff = self._inside = [actor(each) for each in inside]
        self.contacts = self._beside = [actor(each) for each in (world.lead, world.firm_lead, lead, stranger, member)]
        self._entries = [Firm(each.id, each.name_zh) for each in (world.lender, world.firm, other, outside)]
        self._stand(dict[int, int]())
        self.companies = [*(each.name for each in self._entries), "不知名公司"]

    def look(self, eye: Eye) -> None:
        """Who is there now, with which roles and for whom, and which entries stand: the house may have changed."""
        found = {number: (party, roles) for number, party, roles in eye.rows(PRESENT)}
        self.staff = list(_there(self._inside, found))
        self.contacts = list(_there(self._beside, found))
        merged = "SELECT id, merged_into_id FROM party WHERE merged_into_id IS NOT NULL"
        self._stand({each.id: each.merged_into_id for each in eye.rows(merged)})

    def _stand(self, merged: dict[int, int]) -> None:
        """Each company by the entry that stands for it, under the name by which people know it."""
        standing = [Firm(merged.get(each.id, each.id), each.name) for each in self._entries]
        self.lender, self.firm, self.other, self.outside = standing
        self.named = {each.name: each.id for each in standing}
        self.firms = list({each.id: each for each in reversed(standing)}.values())[::-1]

    def contact(self, party_id: int | None, dice: random.Random) -> Actor:
        """Somebody who may speak for a company, mostly its lead; for one without accounts, a stranger."""
        mine = [each for each in self.contacts if each.party_id == party_id] or self.contacts
        if not mine:
            raise NotNow(NOBODY_THERE)
        leads = [each for each in mine if each.has("lead")]
        return dice.choice(leads if leads and dice.random() < 0.95 else mine)

    def who(self, account_id: int | None) -> Actor | None:
        """One of the staff by the number of the account."""
        return next((each for each in self.staff if each.id == account_id), None)

    def able(self, *roles: str) -> list[Actor]:
        """Who of the staff has one of these roles."""
        return [each for each in self.staff if each.has(*roles)]


def _all_told(people: list[Account]) -> Iterator[NotificationChoice]:
    """Everybody wants to be told of everything, by mail."""
    for person in people:
        for choice in of_audience(person.audience.value):
            yield NotificationChoice(account_id=person.id, choice=choice, way=MAIL)


PRESENT = (
    "SELECT a.id, a.party_id, array_remove(array_agg(r.role), NULL) FROM account a "
    "LEFT JOIN account_role r ON r.account_id = a.id WHERE a.locked_at IS NULL GROUP BY a.id"
)


def _there(people: list[Actor], found: dict[int, tuple[int | None, list[str]]]) -> Iterator[Actor]:
    for each in people:
        if each.id in found:
            party, roles = found[each.id]
            yield replace(each, party_id=party, roles=frozenset(roles))


class Present:
    """The moment in which everybody acts; it only moves on."""

    def __init__(self) -> None:
        self.now = BEGAN

    def wait(self, days: float) -> None:
        """Let time pass."""
        self.now += timedelta(days=days)


def know_year(at: Session, year: int, now: datetime) -> None:
    """The notice of a year comes out, and says what was estimated."""
    known = next((each for each in calendar.years(at) if each.year == year), None)
    if known is not None and known.source is YearSource.ESTIMATE:
        named = {each.day: each.is_workday for each in calendar.days_of(at, year) if each.name}
        calendar.load_year(at, year, named, f"放假安排{year}", SYSTEM, now)


def _tiny() -> bytes:
    made, held = pikepdf.new(), BytesIO()
    made.add_blank_page()
    made.save(held)
    return held.getvalue()


@contextmanager
def standing_in(present: Present, dice: random.Random) -> Iterator[None]:
    """The time of the lives instead of the wall's; one small page and no signature instead of laying out and signing.

    No two pages are the same, as no two documents are. No file is waited for: a life is over before the machine is.
    """
    page, number = _tiny(), count(1)

    def layout(*_paper: object) -> bytes:
        if dice.random() < UNRENDERED:
            raise RenderFailed(Reason.BROKEN)
        return page + b"%% %d\n" % next(number)

    def signed(pdf: bytes, _order: signing.Order) -> signing.Signed:
        content = pdf + b"% signed\n"
        return signing.Signed(content, "B-B", hashlib.sha256(content).hexdigest())

    places = (
        (clock, "now", lambda: present.now),
        (rendering, "pdf_in_limits", layout),
        (signing, "signed", signed),
        (os, "fsync", lambda _handle: None),
        (texts._office, "gateway", Gateway(dice)),  # noqa: SLF001
    )
    kept = [(place, name, getattr(place, name)) for place, name, _value in places]
    for place, name, value in places:
        setattr(place, name, value)
    try:
        yield
    finally:
        for place, name, value in kept:
            setattr(place, name, value)
