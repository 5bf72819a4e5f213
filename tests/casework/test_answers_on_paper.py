"""An answer that came on paper, of a company that can send nothing in the portal, counts on the day it was sent."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import answers_on_paper, forwardings, settlements, timelines
from casework.answers_on_paper import Paper
from casework.models import Forwarding, LedgerEntry, Settlement, Task
from casework.models_cases import STAMPED, Evidence
from casework.models_recusals import Interest
from casework.states import FORWARDING
from core import journal
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.db import attempt
from core.errors import BadInput, NotAllowed
from core.journal import settle
from core.machine import Ask
from notices.models import Document
from registry import accounts, clocks
from registry.models import ServiceAddress
from registry.models_accounts import Account, AccountLink, LinkPurpose
from registry.queries import online_since
from tests.builders import Desk, account, actor_of, known_year, person_of
from tests.casework.test_stop_contacts import relayed
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


@pytest.mark.parametrize(
    ("after", "timely", "acted"),
    [(0, True, 0), (1, False, 0), (0, True, 1), (1, False, 1), (0, True, 2)],
)
def test_it_is_in_time_by_the_day_it_was_sent_whatever_the_sweep_did_before_it_was_entered(
    desk: Desk, after: int, acted: int, *, timely: bool
) -> None:
    forwarding = offline(desk)
    running = clocks.live(desk.session, "K03", ("forwarding", forwarding.id))
    assert running is not None
    assert running.due_on is not None
    last = running.due_on
    now = desk.now + (last - day_of(desk.now)) + timedelta(days=20)
    for event in ("K03_expired", "K04_expired")[:acted]:
        FORWARDING.carry_out(Ask(desk.session, forwarding, SYSTEM, {}, now, day=last), event)
    enter(desk, forwarding, now, last + timedelta(days=after), scans=[(BytesIO(made.picture()), "答复.png")])
    given = forwarding.answers[-1]
    assert (forwarding.state, given.timely) == ("ANSWERED", timely)
    came = last + timedelta(days=after)
    assert (given.came_on, given.day, given.submitted_at) == (came, came, now)
    assert given.to_association.endswith("（书面提交，周岚签署）")
    assert bool(desk.session.scalars(select(LedgerEntry)).all()) is not timely, "no breach (V-P01) for one in time"
    scan = desk.session.scalars(select(Evidence).where(Evidence.forwarding_id == forwarding.id)).one()
    assert (scan.purpose, scan.party_id) == (STAMPED, desk.lender.id)
    check = clocks.live(desk.session, "K35", ("forwarding", forwarding.id))
    assert check is not None
    assert check.day0 == day_of(now), "the association checks it from when it has it"
    reminders = desk.session.scalars(select(Document).where(Document.kind == "D07a"))
    assert [each.services[0].state == "VOID" for each in reminders] == [timely] * (acted > 0)
    asked = select(Task.subject_ref).where(Task.kind == "in_time_after_all", Task.role == "officer")
    assert desk.session.scalars(asked).all() == [forwarding.complaint.ref] * (acted == 2)


def test_of_two_rounds_the_one_that_was_answered_in_time_after_all_is_struck_and_the_late_one_stays(desk: Desk) -> None:
    forwarding, now, noted = offline(desk), desk.now, select(LedgerEntry.on).order_by(LedgerEntry.id)
    for key, after in (("K03", 1), ("K30", 0)):
        running = clocks.live(desk.session, key, ("forwarding", forwarding.id))
        assert running is not None
        assert running.due_on is not None
        last = running.due_on
        now += last - day_of(now) + timedelta(days=2)
        FORWARDING.carry_out(Ask(desk.session, forwarding, SYSTEM, {}, now, day=last), f"{key}_expired")
        known = desk.session.scalars(noted).all()
        enter(desk, forwarding, now, last + timedelta(days=after))
        if after:
            forwardings.send_back(desk.session, forwarding, gaps=["何时停止联系"], actor=desk.intake, now=now)
            desk.serve("forwarding", forwarding.id, "D07b", now)
    assert [each.timely for each in forwarding.answers] == [False, True]
    assert desk.session.scalars(noted).all() == known[:1] != known


def test_only_for_a_company_that_cannot_send_it_itself_and_only_what_is_whole(desk: Desk) -> None:
    today = day_of(desk.now)
    with pytest.raises(NotAllowed):
        enter(desk, desk.forwarded(), desk.now, today)
    forwarding = offline(desk)
    wrongs = ({"outcome": ""}, {"to_complainant": " "}, {"signed_by": " "}, {"received_on": today + timedelta(days=1)})
    for wrong in wrongs:
        with pytest.raises(BadInput), attempt(desk.session):
            enter(desk, forwarding, desk.now, today, **wrong)


def test_what_was_posted_before_the_company_was_served_online_is_entered_afterwards(desk: Desk) -> None:
    forwarding, since = offline(desk), day_of(desk.on(3))
    (address,) = desk.session.scalars(select(ServiceAddress).where(ServiceAddress.party_id == desk.lender.id))
    address.to_on = since
    kept = ("party_id", "account_id", "postal_address", "contact_name", "contact_phone", "signed_by", "signed_name")
    said = {name: getattr(address, name) for name in (*kept, "signed_at")}
    desk.session.add(ServiceAddress(**said, from_on=since, electronic=True))
    desk.session.flush()
    assert answers_on_paper.speaking(desk.intake, forwarding) is not desk.intake, "its form is offered"
    with pytest.raises(NotAllowed), attempt(desk.session):
        enter(desk, forwarding, desk.on(5), day_of(desk.on(4)))
    enter(desk, forwarding, desk.on(5), day_of(desk.on(2)))
    assert forwarding.answers[-1].timely


def came_in(desk: Desk, who: Actor, now: datetime | None) -> None:
    """Was invited; comes in then, if ever."""
    at = {"asked_at": desk.now, "digest": None, "expires_at": None, "used_at": now}
    desk.session.add(AccountLink(account_id=who.id, purpose=LinkPurpose.INVITATION, **at))
    desk.session.flush()


def test_what_was_posted_before_anybody_who_signs_came_in_is_entered_afterwards(desk: Desk) -> None:
    known_year(desk.session)
    forwarding = desk.forwarded()
    came_in(desk, desk.lead, desk.on(3))
    assert answers_on_paper.speaking(desk.intake, forwarding) is not desk.intake, "its form is offered"
    with pytest.raises(NotAllowed), attempt(desk.session):
        enter(desk, forwarding, desk.on(5), day_of(desk.on(4)))
    enter(desk, forwarding, desk.on(5), day_of(desk.on(2)))
    assert forwarding.answers[-1].timely


def test_a_company_whose_lead_was_followed_by_another_without_a_break_sends_in_the_portal(desk: Desk) -> None:
    it, later = desk.lead.party_id, account(desk.session, "继任", "lead", party=desk.lender)
    assert it is not None
    first = desk.session.get_one(Account, desk.lead.id)
    came_in(desk, desk.lead, desk.on(-20))
    came_in(desk, actor_of(later), desk.on(3))
    (online,) = desk.session.scalars(select(ServiceAddress.from_on).where(ServiceAddress.party_id == it))
    since = max(online, day_of(desk.on(-20)))
    for gone, until in ((desk.on(9), since), (desk.on(2), day_of(desk.on(3))), (desk.on(4), since)):
        first.locked_at = gone
        desk.session.flush()
        assert online_since(desk.session, [it]) == {it: until}


def test_a_company_whose_only_lead_was_locked_out_for_a_while_is_online_anew_since_then(desk: Desk) -> None:
    it, first = desk.lead.party_id, desk.session.get_one(Account, desk.lead.id)
    assert it is not None
    came_in(desk, desk.lead, desk.on(-20))
    accounts.lock(desk.session, first, actor=SYSTEM, why="离岗", now=desk.on(2))
    assert online_since(desk.session, [it]) == {it: None}
    accounts.unlock(desk.session, first, actor=SYSTEM, now=desk.on(6))
    journal.settle(desk.session)
    assert online_since(desk.session, [it]) == {it: day_of(desk.on(6))}
    other = account(desk.session, "继任", "lead", party=desk.lender)
    came_in(desk, actor_of(other), desk.on(1))
    accounts.take_role(desk.session, other, "lead", actor=SYSTEM, now=desk.on(7))
    journal.settle(desk.session)
    since = desk.session.scalars(select(ServiceAddress.from_on).where(ServiceAddress.party_id == it)).one()
    assert online_since(desk.session, [it]) == {it: max(since, day_of(desk.on(-20)))}, "the other signed meanwhile"


@pytest.mark.parametrize("late", [False, True])
def test_a_company_that_is_not_served_online_confirms_on_paper_that_it_has_stopped(desk: Desk, *, late: bool) -> None:
    known_year(desk.session)
    it = relayed(desk, served=late)
    day, by = day_of(desk.on(2)), {"version": None, "now": desk.on(9)}
    with pytest.raises(NotAllowed):
        answers_on_paper.confirm_stop(desk.session, it, received_on=day, actor=desk.intake, **by)  # type: ignore[arg-type]
    desk.session.execute(update(ServiceAddress).values(electronic=False))
    desk.session.expire_all()
    if late:
        it.state = "UNCONFIRMED"
    with pytest.raises(BadInput), attempt(desk.session):
        answers_on_paper.confirm_stop(
            desk.session,
            it,
            received_on=day - timedelta(days=9),
            actor=desk.intake,
            **by,  # type: ignore[arg-type]
        )
    scan = (BytesIO(made.picture()), "函.png")
    answers_on_paper.confirm_stop(
        desk.session,
        it,
        received_on=day,
        scan=scan,
        actor=desk.intake,
        **by,  # type: ignore[arg-type]
    )
    assert (it.scan_name, it.scan_type) == ("函.png", "image/png")
    assert (it.state, it.confirmed_by) == ("CONFIRMED", desk.intake.id)
    assert (it.confirmed_at, it.confirmed_on) == (desk.on(9), day), "the day of its letter is told"


def test_terms_are_agreed_to_on_paper_and_settle_once_both_sides_have_the_same(desk: Desk) -> None:
    forwarding = offline(desk)
    own, now = person_of(forwarding.complaint), desk.on(3)
    settlements.propose(desk.session, forwarding.complaint, "停止联系同事。", actor=own, now=desk.on(1))
    settlements.confirm(
        desk.session, forwarding.complaint, terms="停止联系同事。", pressure=False, actor=own, now=desk.on(1)
    )
    assert answers_on_paper.writing(desk.session, forwarding.complaint) == [forwarding]
    paper = answers_on_paper.Terms(
        "停止联系同事。", "周岚", day_of(desk.on(2)), scans=[(BytesIO(made.picture()), "函.png")]
    )
    with pytest.raises(BadInput), attempt(desk.session):
        answers_on_paper.agree(desk.session, forwarding, replace(paper, signed_by=" "), actor=desk.officer, now=now)
    other = replace(paper, terms="减免利息。", warned=True, scans=())
    with attempt(desk.session):
        assert not answers_on_paper.agree(desk.session, forwarding, other, actor=desk.officer, now=now), "read first"
        terms = desk.session.scalars(select(Settlement)).one()
        assert (terms.day, terms.agreed_on(desk.lender.id)) == (paper.received_on, paper.received_on), "not the entry's"
    assert answers_on_paper.agree(desk.session, forwarding, paper, actor=desk.officer, now=now)
    assert (forwarding.complaint.outcome, forwarding.state) == ("SETTLED", "CLOSED")
    kept = desk.session.scalars(select(Evidence).where(Evidence.forwarding_id == forwarding.id)).one()
    assert (kept.party_id, kept.purpose) == (desk.lender.id, "ANSWER")
    settle(desk.session)
    told = timelines.entries(desk.session, [("complaint", forwarding.complaint_id, "")], "zh")
    settled = next(each["text"] for each in told if timelines.sentence("C19") in each["text"])
    assert settled.startswith(timelines.sentence("C19")), "the company said so, not the complainant"


def test_nobody_who_is_tied_to_the_company_enters_its_answer(desk: Desk) -> None:
    forwarding = offline(desk)
    tie = {"account_id": desk.intake.id, "party_id": desk.lender.id, "kind": "SHARES"}
    desk.session.add(Interest(**tie, from_on=date(2020, 1, 1), declared_at=desk.now))
    desk.session.flush()
    with pytest.raises(NotAllowed, match="存在利害关系"):
        enter(desk, forwarding, desk.now, day_of(desk.now))
    assert answers_on_paper.speaking(desk.intake, forwarding) is desk.intake, "nor is the form offered"
