"""Who was drawn for a panel is told to the respondent, which can ask for a recusal before the panel votes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import recusals
from casework.models import Task
from casework.models_cases import CaseTrack
from core.actors import SYSTEM
from core.clock import day_of, midnight
from core.errors import BadInput, NotAllowed, NotNow
from core.journal import settle
from registry import accounts, calendar, links, notifications, queries, settings
from registry.models_accounts import Account, AccountLink, Audience
from registry.models_notifications import MAIL, Notification
from sanctions import (
    admissions,
    hearings,
    introductions,
    panels,
    policies_resolutions,
    queries_hearings,
    review_bodies,
    reviews,
    rounds,
    statements,
)
from tests.builders import account, address
from tests.builders_cases import actor, party
from tests.casework.test_company_told import chose
from tests.sanctions.reviewing import Reviewing
from tests.sanctions.test_on_paper import offline
from tests.sanctions.test_resolutions import Bench
from tests.sanctions.test_successions import succeed


@pytest.fixture
def chain(session: Session, now: datetime) -> Bench:
    found = Bench(session, now)
    settings.setting(session, introductions.KEY).value = 3
    session.flush()
    return found


def _waiting(chain: Bench) -> list[str]:
    """Whose task it is to tell the respondent."""
    waits = select(Task.role).where(Task.kind == introductions.TELL, Task.done_at.is_(None))
    return list(chain.session.scalars(waits))


def _drawn(chain: Bench, track: CaseTrack) -> None:
    panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(6), seed="一二三")


def _refused(chain: Bench, track: CaseTrack, days: int) -> list[str]:
    return [str(each) for each in policies_resolutions.unsettled(chain.session, track, day_of(chain.later(days)))]


def test_a_respondent_hears_who_was_drawn_and_can_ask_for_a_recusal_before_the_panel_votes(chain: Bench) -> None:
    track = chain.deliberating([1])
    _drawn(chain, track)
    told = select(Notification.account_id).where(Notification.event == introductions.DRAWN_FOR)
    assert chain.session.scalars(told).all() == [chain.lead.id]
    last = track.recusal_until
    assert last == rounds.working_day_after(chain.session, day_of(chain.later(6)), 3)
    ends = (last - day_of(chain.now)).days
    assert (len(_refused(chain, track, ends)), _refused(chain, track, ends + 1)) == (1, [])
    panel = rounds.panel(chain.session, track)
    assert panel is not None
    member = next(actor(each) for each in chain.panel if each.id == panel.members[0].account_id)
    later = chain.later(ends + 1)
    recusals.declare(chain.session, track.case, ground="RELATIVE", facts="亲属", actor=member, now=later)
    panels.fill(chain.session, track, actor=actor(chain.secretary), now=later, seed="补")
    assert len(_refused(chain, track, ends + 1)) == 1, "of whoever was drawn since it hears as well"
    assert len(chain.session.scalars(told).all()) == 2


def test_whom_the_portal_does_not_reach_is_told_by_letter_before_the_panel_votes(chain: Bench) -> None:
    track = chain.deliberating([1])
    offline(chain)
    _drawn(chain, track)
    assert _waiting(chain) == ["secretary"]
    assert len(_refused(chain, track, 90)) == 1, "however long nobody tells it"
    said = {"actor": actor(chain.secretary), "version": None, "now": chain.later(9)}
    with pytest.raises(BadInput):
        introductions.note_told(chain.session, track, told_on=day_of(chain.later(5)), **said)
    with pytest.raises(NotAllowed):
        introductions.note_told(
            chain.session, track, told_on=day_of(chain.later(8)), **{**said, "actor": actor(chain.officer)}
        )
    introductions.note_told(chain.session, track, told_on=day_of(chain.later(8)), **said)
    assert track.recusal_until == rounds.working_day_after(chain.session, day_of(chain.later(8)), 3)
    assert _waiting(chain) == []
    with pytest.raises(NotNow):
        introductions.note_told(chain.session, track, told_on=day_of(chain.later(8)), **said)


def test_a_panel_of_an_earlier_round_is_told_to_nobody(chain: Bench) -> None:
    track, members = chain.sitting()
    track.drawn_untold, track.recusal_until = False, day_of(chain.later(-1))
    chain.announce(track, members, evidence=[chain.found_later(track)])
    assert (track.drawn_untold, track.recusal_until) == (False, None)
    chain.serve(track, "D17", chain.later(7))
    track.drawn_untold = True
    said = {"actor": actor(chain.secretary), "version": None, "now": chain.later(9)}
    with pytest.raises(NotNow):
        introductions.note_told(chain.session, track, told_on=day_of(chain.later(8)), **said)


def test_whom_nobody_told_is_still_to_be_told_after_its_time_ran_again(chain: Bench) -> None:
    track = chain.deliberating([1])
    offline(chain)
    members = chain.drawn(track, chain.later(6))
    chain.hindered(track)
    chain.open_again(track, members[0])
    assert (track.state, _waiting(chain)) == ("PRE_NOTICE", ["secretary"])


@pytest.mark.parametrize("paper", [False, True])
def test_a_notice_of_a_hearing_that_was_given_up_leaves_as_many_days(chain: Bench, paper: bool) -> None:
    track, now = chain.asked(), chain.later(6)
    if paper:
        offline(chain)
    chain.drawn(track, now)
    chain.set(track)
    chain.serve(track, "D18", now)
    lead = {"confirmed": True, "actor": actor(chain.lead), "now": now}
    hearings.waive(chain.session, track, **lead)
    statements.waive(chain.session, track, **lead)
    last = rounds.working_day_after(chain.session, day_of(now), 3)
    assert (track.state, track.drawn_untold, track.recusal_until) == ("DELIBERATION", False, last)
    assert len(_refused(chain, track, 6)) == 1
    assert _waiting(chain) == []


def test_a_void_notice_told_nobody(chain: Bench) -> None:
    track, _members = chain.ready()
    notice = queries_hearings.letter(chain.session, track)
    assert notice is not None
    assert queries_hearings.named_on(chain.session, track) is not None
    notice.void_at, notice.void_reason = chain.later(7), "地点有误"
    assert queries_hearings.named_on(chain.session, track) is None


def test_where_the_calendar_ends_weekdays_count(chain: Bench) -> None:
    track = chain.deliberating([1])
    offline(chain)
    _drawn(chain, track)
    friday = date(2050, 1, 7)
    said = {"actor": actor(chain.secretary), "version": None, "now": datetime(2050, 1, 8, tzinfo=UTC)}
    introductions.note_told(chain.session, track, told_on=friday, **said)
    assert track.recusal_until == date(2050, 1, 12)


def test_nobody_is_called_to_vote_before_the_day_that_counts_since_the_last_draw(chain: Bench) -> None:
    track = chain.deliberating([1])
    for person in chain.panel:
        chose(chain.session, person.id, votes=MAIL)
    stays, leaves, _third = chain.drawn(track, chain.later(6))
    when = chain.later(8)
    recusals.declare(chain.session, track.case, ground="RELATIVE", facts="亲属", actor=leaves, now=when)
    panels.fill(chain.session, track, actor=actor(chain.secretary), now=when, seed="补")
    person = chain.session.get_one(Account, stays.id)
    booked = select(Notification).where(Notification.account_id == person.id, Notification.event == "vote")
    first, second = chain.session.scalars(booked.order_by(Notification.due_at)).all()
    assert notifications.still_so(chain.session, person, [first], first.due_at) == []
    assert notifications.still_so(chain.session, person, [second], second.due_at) == [second]


@pytest.mark.parametrize("paper", [False, True])
def test_a_successor_hears_who_was_drawn_and_has_its_own_days(chain: Bench, paper: bool) -> None:
    track, now = chain.asked(), chain.later(6)
    if paper:
        offline(chain)
    chain.drawn(track, now)
    chain.set(track)
    chain.serve(track, "D18", now)  # which names everybody who sits, to another company
    heir = party(chain.session, "远岬消费金融有限公司", basis=None)
    lead = account(chain.session, "继任负责人", "respondent", "lead", party=heir)
    if not paper:
        address(chain.session, heir, lead)
    later = chain.later(20)
    succeed(chain, heir, track, now=later)
    hearings.waive(chain.session, track, confirmed=True, actor=actor(lead), now=later)
    last = rounds.working_day_after(chain.session, day_of(later), 3)
    assert track.state == "DELIBERATION"
    assert (track.drawn_untold, track.recusal_until) == ((True, None) if paper else (False, last))
    assert _waiting(chain) == ["secretary"] * paper
    if paper:
        said = {"actor": actor(chain.secretary), "version": None, "now": chain.later(21)}
        with pytest.raises(BadInput):
            introductions.note_told(chain.session, track, told_on=day_of(chain.later(19)), **said)


def test_whom_the_portal_reaches_no_more_while_its_days_run_is_told_by_letter_and_the_other_way_round(
    chain: Bench,
) -> None:
    track = chain.deliberating([1])
    _drawn(chain, track)
    lead = chain.session.get_one(Account, chain.lead.id)
    accounts.lock(chain.session, lead, actor=SYSTEM, why="离岗", now=chain.later(7))
    assert (track.drawn_untold, track.recusal_until, _waiting(chain)) == (True, None, ["secretary"])
    accounts.unlock(chain.session, lead, actor=SYSTEM, now=chain.later(8))
    last = rounds.working_day_after(chain.session, day_of(chain.later(8)), 3)
    assert (track.drawn_untold, track.recusal_until, _waiting(chain)) == (False, last, [])
    accounts.lock(chain.session, lead, actor=SYSTEM, why="离岗", now=chain.later(30))
    assert _refused(chain, track, 30) == [], "its days are over"


def _served(chain: Bench, days: int, *, online: bool) -> None:
    """From that day on the lender is served in the portal, or on paper."""
    found = queries.service_address(chain.session, chain.lender)
    assert found is not None
    found.electronic = online
    introductions.served_elsewhere(chain.session, found, SYSTEM, chain.later(days))


def test_whom_a_letter_told_is_not_told_once_more_because_somebody_leaves_it(chain: Bench) -> None:
    track = chain.deliberating([1])
    offline(chain)
    _drawn(chain, track)
    said = {"actor": actor(chain.secretary), "version": None, "now": chain.later(8)}
    introductions.note_told(chain.session, track, told_on=day_of(chain.later(8)), **said)
    settle(chain.session)
    last = track.recusal_until
    _served(chain, 9, online=False)
    assert (track.drawn_untold, track.recusal_until, _waiting(chain)) == (False, last, [])


def test_a_letter_to_the_company_before_on_the_day_of_a_succession_told_its_successor_nothing(chain: Bench) -> None:
    track = chain.deliberating([1])
    offline(chain)
    _drawn(chain, track)
    said = {"actor": actor(chain.secretary), "version": None, "now": chain.later(8)}
    introductions.note_told(chain.session, track, told_on=day_of(chain.later(8)), **said)
    heir = party(chain.session, "远岬消费金融有限公司", basis=None)
    lead = account(chain.session, "继任负责人", "respondent", "lead", party=heir)
    address(chain.session, heir, lead)
    succeed(chain, heir, track, now=chain.later(8) + timedelta(hours=1))
    settle(chain.session)
    assert not track.drawn_untold, "it reads so in the portal"
    accounts.lock(chain.session, lead, actor=SYSTEM, why="离岗", now=chain.later(8) + timedelta(hours=2))
    assert (track.drawn_untold, _waiting(chain)) == (True, ["secretary"])


def test_a_year_s_notice_moves_until_when_a_recusal_can_be_asked_for(session: Session) -> None:
    chain = Bench(session, datetime(2026, 12, 21, 2, tzinfo=UTC))
    settings.setting(session, introductions.KEY).value = 3
    track = chain.deliberating([1])
    for person in chain.panel:
        chose(session, person.id, votes=MAIL)
    stays, *_others = chain.drawn(track, chain.later(6))
    assert (track.recusal_from, track.recusal_until) == (date(2026, 12, 27), date(2026, 12, 30))
    days = dict.fromkeys((date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)), False)
    calendar.load_year(session, 2027, days, "示例〔2026〕1号", SYSTEM, chain.later(7))
    assert track.recusal_until == date(2027, 1, 5)
    moved = select(Notification.account_id).where(Notification.event == "moved", Notification.key.like("recusal:%"))
    assert session.scalars(moved).all() == [chain.lead.id]
    booked = select(Notification).where(Notification.account_id == stays.id, Notification.event == "vote")
    first, last = session.scalars(booked.order_by(Notification.due_at)).all()
    person = session.get_one(Account, stays.id)
    assert notifications.still_so(session, person, [first], first.due_at) == []
    assert notifications.still_so(session, person, [last], last.due_at) == [last]
    calendar.load_year(session, 2027, {date(2027, 1, 1): False}, "示例〔2026〕2号", SYSTEM, chain.later(8))
    assert track.recusal_until == date(2027, 1, 5), "what was told moves later only"


@pytest.mark.parametrize("heard", [False, True])
def test_the_secretary_is_asked_once_however_often_the_way_changes(chain: Bench, heard: bool) -> None:
    track, lead = chain.noticed(), {"actor": actor(chain.lead), "now": chain.later(6)}
    if heard:
        offline(chain)
    chain.drawn(track)
    if heard:
        _served(chain, 6, online=True)
        hearings.ask_for(chain.session, track, wishes="对事实有异议", **lead)
    _served(chain, 6, online=False)
    if heard:
        hearings.waive(chain.session, track, confirmed=True, **lead)
    statements.waive(chain.session, track, confirmed=True, **lead)
    assert (track.state, track.drawn_untold, _waiting(chain)) == ("DELIBERATION", True, ["secretary"])


def test_a_company_whose_signatory_has_come_in_only_now_is_told_in_the_portal(chain: Bench) -> None:
    track, session = chain.deliberating([1]), chain.session
    gone = session.get_one(Account, chain.lead.id)
    accounts.lock(session, gone, actor=SYSTEM, why="离岗", now=chain.later(5))
    _drawn(chain, track)
    said: dict[str, Any] = {"mail": "new@example.com", "name": "新负责人", "audience": Audience.PARTY}
    accounts.invite(session, actor=SYSTEM, party=track.party, roles=["lead"], now=chain.later(6), **said)
    assert (track.drawn_untold, _waiting(chain)) == (True, ["secretary"]), "invited, and not come yet"
    link = session.scalars(select(AccountLink)).one()
    links.accept(session, links.token_of(link), password="long enough for anybody 1", now=chain.later(8))
    last = rounds.working_day_after(session, day_of(chain.later(8)), 3)
    assert (track.drawn_untold, track.recusal_until, _waiting(chain)) == (False, last, [])
    told = select(Notification.account_id).where(Notification.event == introductions.DRAWN_FOR)
    assert session.scalars(told).all() == [link.account_id]


def test_while_facts_are_admitted_nobody_is_to_be_told_who_was_drawn(chain: Bench) -> None:
    track, lead = chain.noticed([1], "V-C04"), actor(chain.lead)
    offline(chain)
    panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(5), seed="一二三")
    assert _waiting(chain) == ["secretary"]
    said: dict[str, Any] = {"text": "", "signed_by": "周岚", "position": "副总经理", "authorised": True, "told": True}
    admissions.admit(chain.session, track, **said, actor=lead, now=chain.later(5))
    assert (track.drawn_untold, _waiting(chain)) == (True, []), "no panel votes, and nothing could be entered"
    admissions.take_back(chain.session, track, confirmed=True, actor=lead, now=chain.later(6))
    assert _waiting(chain) == ["secretary"]


@pytest.mark.parametrize("paper", [False, True])
def test_who_reviews_a_decision_is_told_before_they_vote(session: Session, now: datetime, paper: bool) -> None:
    reviewing = Reviewing(session, now).fill_pool()
    track = reviewing.served_decision([1])
    review = reviewing.asked(track)
    settings.setting(session, introductions.KEY).value = 3
    if paper:
        offline(reviewing)
    told = select(Notification.account_id).where(Notification.event == introductions.REVIEWED_BY)
    then = reviewing.later(9)
    review_bodies.draw(session, review, actor=actor(reviewing.secretary), now=then, seed="四五六")
    last = rounds.working_day_after(session, day_of(then), 3)
    assert last is not None
    assert session.scalars(told).all() == ([] if paper else [reviewing.lead.id])
    if paper:
        said = {"actor": actor(reviewing.secretary), "version": None, "now": then}
        introductions.note_told(session, track, told_on=day_of(then), **said)
    assert (track.drawn_untold, track.recusal_until) == (False, last)
    member = actor(session.get_one(Account, review.members[0].account_id))
    for on, waits in ((last, True), (last + timedelta(days=1), False)):
        with time_machine.travel(midnight(on) + timedelta(hours=9)):
            refused = [str(each) for each in review_bodies.vote_refusals(session, review, member)]
        assert any(str(last) in each for each in refused) == waits
    reviews.withdraw(session, review, confirmed=True, actor=actor(reviewing.lead), now=reviewing.later(10))
    assert (track.drawn_untold, track.recusal_until) == (False, None)
