"""Pages of recusals: asked in the portal, on the tracking page and by staff; decided by the right person."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework import recusals, tracks
from casework.models_cases import CaseTrack
from casework.models_recusals import Interest, Recusal
from casework.policies_recusals import changes_hands
from core import clock
from core.actors import Actor
from core.db import Reader, read_as
from core.db import session as reading
from core.errors import NotAllowed
from notices.papers import day_text
from portal import queries_portal
from registry.models_accounts import Account, AccountRole
from sanctions import rounds
from sanctions.models_decisions import Vote
from tests.builders import account
from tests.builders_cases import actor
from tests.codes import opened
from tests.kept_states import brought_once
from tests.proceedings.test_pages import House, today  # noqa: F401 - the day on which it happens
from tests.proceedings.test_review_pages import _ask as request_review
from tests.proceedings.test_review_pages import _members, _review, major
from tests.sanctions.chain import Chain
from tests.statements import asked

__all__ = ["major"]


@pytest.fixture
@brought_once
def house(app: Flask) -> House:
    def make(chain: Chain) -> CaseTrack:
        track = chain.deliberating([1])
        chain.vote(track, "PROPOSED")
        return track

    return House(app).fill(make)


def _only(house: House) -> Recusal:
    return house.read(lambda at: at.scalars(select(Recusal)).one())  # type: ignore[no-any-return]


def _part(house: House, part: str) -> int:
    return int(house.read(lambda at: getattr(at.get_one(CaseTrack, house.track), part)))


def _case(house: House) -> int:
    return _part(house, "case_id")


def test_a_company_asks_and_reads_what_became_of_it(house: House) -> None:
    lead, where = house.enter("lead"), f"/portal/cases/{house.track}"
    assert "Ask for a recusal" in lead.get(where)
    page = lead.get(f"{where}/recusal")
    assert "调查员 (investigator)" in page
    about = _part(house, "investigator_id")
    lead.post(f"{where}/recusal", 422, person=about, ground="EMPLOYED")
    lead.post(f"{where}/recusal", person=about, ground="EMPLOYED", facts="曾任职于竞争对手")
    assert "Asked for, to be decided" in lead.get(where)
    it = _only(house)
    head = house.enter("head")
    assert "调查员" in head.get("/staff/recusals")
    page = head.get(f"/staff/recusals/{it.id}")
    party = house.read(lambda at: at.get_one(CaseTrack, house.track).party.name("en"))
    assert f"the respondent ({party})" in page, "a case may have several"
    head.post(f"/staff/recusals/{it.id}", 422, choice="refuse", reasons="")
    head.post(f"/staff/recusals/{it.id}", choice="refuse", reasons="不属于应当回避的情形")
    assert "不属于应当回避的情形" in lead.get(where)
    assert f"Decided on {day_text(clock.today(), 'en')}" in lead.get(where)
    happened = lead.get(where).partition('id="happened"')[2]
    assert "asked that 调查员 take no part in the case" in happened
    assert "decided that 调查员 goes on in the case" in happened


def test_a_company_learns_who_investigates_after_a_recusal_and_whom_it_asked_about(house: House) -> None:
    lead, where, before = house.enter("lead"), f"/portal/cases/{house.track}", _part(house, "investigator_id")
    assert "The investigator is now" not in lead.get(where)
    lead.post(f"{where}/recusal", person=before, ground="EMPLOYED", facts="曾任职于竞争对手")

    def refused(at: Session) -> int:
        return len(list(changes_hands(at, at.get_one(CaseTrack, house.track))))

    assert house.read(refused) == 1, "asked is not granted"
    house.enter("head").post(f"/staff/recusals/{_only(house).id}", choice="grant", reasons="应当回避")
    assert house.read(refused) == 0

    def replace(at: Session) -> str:
        track, new = at.get_one(CaseTrack, house.track), account(at, "继任调查员", "investigator")
        head = actor(at.get_one(Account, house.people["head"]))
        tracks.reassign(at, track, new, actor=head, version=None, now=clock.now())
        return at.get_one(Account, before).name

    name = house.read(replace)
    page = lead.get(where)
    assert "named a new investigator: 继任调查员" in page
    assert "The investigator is now 继任调查员" in page
    assert f"<b>{name}</b>" in page.split('id="recusals"')[1]
    with house.app.app_context():
        read_as(reading(), Reader("zilu_party", (("zilu.party", "0"),)))
        assert not queries_portal.told_of(reading(), CaseTrack(id=house.track), "reassign")


def test_only_who_decides_is_offered_the_decision(house: House) -> None:
    lead = house.enter("lead")
    about = _part(house, "investigator_id")
    lead.post(f"/portal/cases/{house.track}/recusal", person=about, ground="SHARES", facts="持股")
    it = _only(house)
    page = house.enter("officer").get(f"/staff/recusals/{it.id}")
    assert "The head of the department decides" in page
    assert 'name="choice"' not in page
    house.enter("officer").post(f"/staff/recusals/{it.id}", 409, choice="grant", reasons="是")
    assert _only(house).state == "ASKED"


def _asked_about(house: House, name: str) -> None:
    """The officer asks for the recusal of somebody."""

    def ask(at: Session) -> None:
        it, officer = at.get_one(CaseTrack, house.track), at.get_one(Account, house.people["officer"])
        said = {"ground": "SHARES", "facts": "持股", "actor": actor(officer), "now": clock.now()}
        recusals.ask(at, it.case, house.people[name], **said)

    house.read(ask)


def _left(house: House, name: str) -> None:
    """Somebody who could investigate declares an interest."""

    def leave(at: Session) -> None:
        at.add(AccountRole(account_id=house.people[name], role="investigator"))
        gone = Actor(house.people[name], frozenset({"officer"}), audience="staff")
        case = at.get_one(CaseTrack, house.track).case
        recusals.declare(at, case, ground="RELATIVE", facts="亲属", actor=gone, now=clock.now())

    house.read(leave)


def test_a_recused_person_is_not_offered_for_an_interview(app: Flask) -> None:
    house = House(app).fill(lambda chain: chain.effective([2]))
    where = f"/staff/tracks/{house.track}/do/execute"
    assert "经办乙" in house.enter("officer").get(where)
    _left(house, "second")
    assert "经办乙" not in house.enter("officer").get(where)


def test_a_recused_person_is_not_offered_for_the_investigation(app: Flask) -> None:
    house = House(app).fill(lambda chain: chain.filed())
    _left(house, "second")
    page = house.enter("head").get(f"/staff/cases/{_case(house)}/tracks/{house.track}/reassign")
    assert "调查员" in page
    assert "经办乙" not in page


def test_the_person_of_the_complaint_asks_on_the_tracking_page(house: House) -> None:
    complaint = house.read(lambda at: at.get_one(CaseTrack, house.track).case.complaints[0].id)
    browser = house.enter()
    with browser.client.session_transaction() as cookie:
        cookie.update(opened(house.app, complaint))
    assert "ask for a recusal" in browser.get("/track/complaint")
    about = f"{_case(house)}-{_part(house, 'investigator_id')}"
    browser.post("/track/recusal", person=about, ground="RELATIVE", facts="与被投诉机构负责人是亲属")
    it = _only(house)
    assert it.complaint_id == complaint
    assert "about 调查员" in browser.get("/track/complaint")
    house.enter("head").post(f"/staff/recusals/{it.id}", choice="refuse", reasons="不属于应当回避的情形")
    page = browser.get("/track/complaint")
    assert "about 调查员" in page
    assert f"Decided on {day_text(clock.today(), 'en')}" in page


def test_an_open_page_of_a_recused_officer_leads_nowhere(house: House) -> None:
    officer = house.enter("officer")
    pages = (f"/staff/cases/{_case(house)}", f"/staff/tracks/{house.track}")
    for page in pages:
        officer.get(page)
    officer.post(f"/staff/recusals/case/{_case(house)}/declare", ground="BUSINESS", facts="有业务往来")
    for page in pages:
        officer.get(page, 404)
    officer.post(f"/staff/cases/{_case(house)}/do/rename", 404, title="改名")


def test_an_officer_asks_about_a_member_and_the_chair_decides(house: House) -> None:
    panel = house.read(lambda at: [
        (each.account_id, each.chair) for each in rounds.panel(at, at.get_one(CaseTrack, house.track)).members
    ])  # fmt: skip
    chair = next(number for number, is_chair in panel if is_chair)
    about = next(number for number, is_chair in panel if not is_chair)
    where = f"/staff/recusals/case/{_case(house)}/ask"
    house.enter("officer").post(where, person=about, ground="TOOK_PART", facts="曾参与调查")
    it = _only(house)
    named = {number: name for name, number in house.people.items()}
    asked, deciding = house.enter(named[about]), house.enter(named[chair])
    page = asked.get(f"/staff/panel/{house.track}")
    assert "until it is decided you do nothing" in page
    assert named[about]
    assert "until it is decided you do nothing" in asked.get(where, 409)
    assert "委员" in deciding.get("/staff/recusals")
    waits = deciding.get(f"/staff/panel/{house.track}")
    assert "A recusal waits for your decision" in waits
    assert f'href="/staff/recusals/{it.id}"' in waits
    assert "A recusal waits for your decision" not in page
    assert ('id="bundles"' in waits, 'id="bundles"' in page) == (True, False), "no button that refuses him"
    deciding.post(f"/staff/recusals/{it.id}", choice="grant", reasons="")
    assert f"/staff/recusals/{it.id}" in deciding.get("/staff/recusals"), "what he decided"
    asked.get(f"/staff/panel/{house.track}", 404)
    secretary = house.enter("secretary")
    assert "Draw somebody in the place" in secretary.get(f"/staff/tracks/{house.track}")
    secretary.post(f"/staff/panel/{house.track}/fill")
    assert "in a seat that was free again" in secretary.get(f"/staff/tracks/{house.track}")


def test_a_member_who_reads_files_as_well_is_offered_what_members_may_ask(house: House) -> None:
    case, sits = f"/staff/cases/{_case(house)}", house.drawn()
    ask = f"/staff/recusals/case/{_case(house)}/ask"
    assert ask not in house.enter("head").get(case)
    house.read(lambda at: at.add(AccountRole(account_id=house.people[sits], role="council")))
    member = house.enter(sits)
    assert ask in member.get(case)
    assert "Ask for a recusal" in member.get(f"/staff/tracks/{house.track}")
    said, _page = asked(house.app, member, case)
    assert len([each for each in said if "zilu_case_people" in each]) == 1, "the card beside and each track ask once"
    assert not [each for each in said if "interview.interviewers" in each], "nothing is read part by part"
    member.post(ask, person=_part(house, "investigator_id"), ground="RELATIVE", facts="亲属")
    assert _only(house).asked_by == house.people[sits]


def test_who_is_a_member_of_a_panel_alone_asks_for_a_recusal(house: House) -> None:
    ask, sits = f"/staff/recusals/case/{_case(house)}/ask", house.drawn()
    member = house.enter(sits)
    assert ask in member.get(f"/staff/panel/{house.track}")
    assert "调查员 (investigator)" in member.get(ask)
    member.post(ask, person=_part(house, "investigator_id"), ground="RELATIVE", facts="亲属")
    assert _only(house).asked_by == house.people[sits]


def test_who_is_a_member_of_a_review_body_alone_asks_for_a_recusal(major: House) -> None:
    request_review(major.enter("lead"), f"/portal/cases/{major.track}/review")
    major.enter("secretary").post(f"/staff/reviews/{_review(major).id}/draw")
    ask, sits = f"/staff/recusals/case/{_case(major)}/ask", _members(major)[0]
    member = major.enter(sits)
    assert ask in member.get(f"/staff/reviews/{_review(major).id}")
    assert "调查员 (investigator)" in member.get(ask)
    member.post(ask, person=_part(major, "investigator_id"), ground="RELATIVE", facts="亲属")
    assert _only(major).asked_by == major.people[sits]
    _asked_about(major, sits)
    assert "your recusal is asked for" in member.get("/staff/reviews")


def test_who_is_asked_about_is_led_to_nothing_that_refuses_him_until_it_is_decided(house: House) -> None:
    sits, case = house.drawn(), _case(house)
    member, seat = house.enter(sits), f"/staff/panel/{house.track}"

    house.read(lambda at: at.execute(delete(Vote)))
    assert "your recusal is asked for" not in member.get("/staff/panel")
    _asked_about(house, sits)
    assert "your recusal is asked for" in member.get("/staff/panel")
    page = member.get(seat)
    assert "Your recusal was asked for: until it is decided you do nothing in this case." in page
    assert f"/staff/recusals/case/{case}/ask" not in page
    assert '/recusal"' not in page


def test_who_could_be_drawn_but_checked_the_case_may_not_ask_and_opens_no_form(house: House) -> None:
    number, head = _part(house, "reviewer_id"), _part(house, "filed_by")
    assert house.people["reviewer"] == number
    house.read(lambda at: at.add(AccountRole(account_id=number, role="panel")))
    house.enter("reviewer").get(f"/staff/recusals/case/{_case(house)}/ask", 403)
    asking = Actor(number, frozenset({"reviewer", "panel"}), audience="staff")
    said: dict[str, Any] = {"ground": "RELATIVE", "facts": "亲属", "actor": asking, "now": clock.now()}
    with pytest.raises(NotAllowed, match="Only members of the panel"):
        house.read(lambda at: recusals.ask(at, at.get_one(CaseTrack, house.track).case, head, **said))


def test_an_interest_is_declared_on_a_page(house: House) -> None:
    reviewer = house.enter("reviewer")
    party = house.read(lambda at: at.get_one(CaseTrack, house.track).party.name_zh)
    reviewer.post("/staff/recusals/interests", party=party, kind="SHARES", from_on="2025-01-01")
    assert house.read(lambda at: at.scalars(select(Interest)).one().kind) == "SHARES"
    assert "declared on" in reviewer.get("/staff/recusals?lang=en")
    assert _only(house).how == "FOUND"
    reviewer.get(f"/staff/tracks/{house.track}", 404)


def test_an_interest_ends_on_a_page_and_bars_for_a_time_after(house: House) -> None:
    reviewer = house.enter("reviewer")
    party = house.read(lambda at: at.get_one(CaseTrack, house.track).party.name_zh)
    reviewer.post("/staff/recusals/interests", party=party, kind="SHARES", from_on="2025-01-01")
    address = f"/staff/recusals/interests/{house.read(lambda at: at.scalars(select(Interest)).one().id)}/end"
    assert address in reviewer.get("/staff/recusals")
    reviewer.post(address, 422, to_on="2024-12-31")
    house.enter("head").get(address, 404)
    reviewer.post(address, to_on="2026-10-01")
    assert str(house.read(lambda at: at.scalars(select(Interest)).one().to_on)) == "2026-10-01"
    reviewer.post(address, 409, to_on="2026-10-01")
    reviewer.get(f"/staff/tracks/{house.track}", 404)


def test_what_a_complainant_says_of_somebody_is_read_masked_and_by_nobody_who_opens_no_file(house: House) -> None:
    def ask(at: Session) -> int:
        case = at.get_one(CaseTrack, house.track).case
        said = {"ground": "RELATIVE", "facts": "我是林晓芸，电话13812345678，与其是亲属。"}
        person = Actor(None, frozenset({"complainant"}), subject_id=case.complaints[0].id)
        house.people["keeper"] = account(at, "印章保管员", "seal keeper").id
        about = _part(house, "investigator_id")
        return recusals.ask(at, case, about, **said, actor=person, now=clock.now()).id

    number = house.read(ask)
    for who in ("head", "publisher"):
        page = house.enter(who).get(f"/staff/recusals/{number}")
        assert "林某" in page, who
        assert not [each for each in ("林晓芸", "13812345678") if each in page], who
    keeper = house.enter("keeper")
    keeper.get(f"/staff/recusals/{number}", 404)
    keeper.get(f"/staff/recusals/case/{_case(house)}/declare", 404)
    keeper.post(f"/staff/recusals/case/{_case(house)}/declare", 404, ground="RELATIVE", facts="亲属")
