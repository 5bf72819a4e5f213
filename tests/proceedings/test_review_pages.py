"""Pages of reviews: asked for in the portal, drawn by the secretary, voted on by the members, told to everybody."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from casework.models_cases import CaseTrack
from casework.models_recusals import Interest, Recusal
from core import clock
from core.db import transaction
from notices.models import Document
from notices.papers import day_text
from registry.models import ServiceAddress
from registry.models_accounts import Account
from registry.models_clocks import Clock, ClockEnd, ClockState
from sanctions import measures, reviews, rounds
from sanctions.models_hearings import Hearing
from sanctions.models_publications import Publication
from sanctions.models_reviews import Review, ReviewVote
from tests.builders import account, rendered
from tests.builders_cases import actor
from tests.casework.receipts import digest, receipt
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.kept_states import brought_once
from tests.proceedings.test_pages import BEGUN, House, today  # noqa: F401 - the day on which it happens
from tests.sanctions.reviewing import Reviewing
from tests.statements import counted


def _house(app: Flask, levels: list[int], *, published: bool = False, served: bool = True) -> House:
    house = House(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        so_far = chain.effective if published else chain.served_decision if served else chain.decided
        track = so_far(levels, "V-I02")
        if not served:
            rendered(at, at.scalars(select(Document).where(Document.kind == "D20")).one(), chain.later(7))
        if published:
            measures.execute(at, track, actor=actor(chain.officer), version=None, now=chain.later(9))
            publication = rounds.publication(at, track)
            assert publication is not None
            chain.publish(publication, chain.later(9))
            house.slug = publication.slug
        house.track = track.id
        people = {name: getattr(chain, name).id for name in ("officer", "head", "secretary", "lead")}
        people |= {f"reviewer{place}": each.id for place, each in enumerate(chain.pool)}
        house.people = people
    return house


@pytest.fixture
@brought_once
def major(app: Flask) -> House:
    return _house(app, [1, 4])


def _ask(lead: Any, where: str) -> None:
    """Write why, then send it."""
    lead.post(where, grounds="认定人数有误", seen="0", act="look")
    lead.post(f"{where}/check", seen="1")


def _review(house: House) -> Review:
    return house.read(lambda at: at.scalars(select(Review)).one())  # type: ignore[no-any-return]


def _members(house: House) -> list[str]:
    """Who was drawn, the chair first."""
    asked: Any = house.read(lambda at: [each.account_id for each in at.scalars(select(Review)).one().members])
    named = {number: name for name, number in house.people.items()}
    return [named[number] for number in asked]


def test_whoever_writes_why_a_review_is_asked_for_sees_until_when(major: House) -> None:
    lead, where = major.enter("lead"), f"/portal/cases/{major.track}/review"
    lead.post(where, grounds="认定人数有误", seen="0", act="look")
    for page in (lead.get(where), lead.get(f"{where}/check")):
        assert re.search(r"Review request</span>\s*<b>until [^<]+</b>\s*<small>\d+ working days left", page)


@pytest.mark.parametrize("levels", [[1, 2], [1, 4]])
def test_who_asks_before_the_decision_is_served_reads_what_asking_does_to_it(app: Flask, levels: list[int]) -> None:
    house = _house(app, levels, served=False)
    page = house.enter("lead").get(f"/portal/cases/{house.track}/review")
    assert "it counts as served on that day" in page
    assert ("takes effect once it is served, and is carried out while it is reviewed" in page) == (levels == [1, 2])
    assert ("The decision has no effect while it is reviewed." in page) == (levels == [1, 4])
    _ask(house.enter("lead"), f"/portal/cases/{house.track}/review")
    assert house.state == ("EFFECTIVE" if levels == [1, 2] else "IN_REVIEW")


def test_who_reviews_a_decision_reads_of_the_hearing_and_of_what_was_explained(major: House) -> None:
    with major.app.app_context(), transaction() as at:
        it = at.get_one(CaseTrack, major.track)
        it.explanation = "调查期间的说明"
        held = {"at": BEGUN, "place": "听证室", "agenda": [], "started_at": BEGUN, "ended_at": BEGUN}
        at.add(Hearing(track_id=it.id, round=it.round, asked_at=BEGUN, wishes="请当面核对外呼名单", **held))
    _ask(major.enter("lead"), f"/portal/cases/{major.track}/review")
    number = _review(major).id
    major.enter("secretary").post(f"/staff/reviews/{number}/draw")
    page = major.enter(_members(major)[0]).get(f"/staff/reviews/{number}")
    assert "请当面核对外呼名单" in page
    assert "调查期间的说明" in page


def test_from_the_portal_to_the_decision_of_the_review(major: House) -> None:
    lead, where = major.enter("lead"), f"/portal/cases/{major.track}"
    assert "Ask for a review" in lead.get(where)
    page = lead.get(f"{where}/review")
    assert "The decision has no effect while it is reviewed." in page
    assert 'name="revoked"' not in page
    lead.post(f"{where}/review", 422, grounds="", seen="0", act="look")
    evidence = (BytesIO(made.picture()), "名单.png")
    lead.post(f"{where}/review", grounds="认定人数有误，请求从轻。", seen="0", act="look", files=evidence)
    assert major.state == "SERVED", "nothing is asked before somebody has looked at it"
    looked = lead.get(f"{where}/review/check")
    assert all(each in looked for each in ("认定人数有误", "its words can't be changed.", "名单.png"))
    assert "taken back" not in looked, "it can be withdrawn"
    lead.post(f"{where}/review/check", seen="1")
    assert major.state == "IN_REVIEW"
    assert "认定人数有误" in lead.get(where)
    told = receipt(lead.client, lead.get(where), "review")
    assert digest("认定人数有误，请求从轻。") in told
    assert "名单.png" in told
    assert "名单.png" in lead.get(where)
    secretary, number = major.enter("secretary"), _review(major).id
    assert "Open reviews" in secretary.get("/staff/reviews")
    officer, track = major.enter("officer"), f"/staff/tracks/{major.track}"
    assert "The secretary draws the members." in officer.get(track)
    secretary.post(f"/staff/reviews/{number}/draw")
    assert "5 members of the review body have not voted yet." in officer.get(track)
    members = _members(major)
    assert len(members) == 5
    outsider = next(name for name in major.people if name.startswith("reviewer") and name not in members)
    major.enter(outsider).get(f"/staff/reviews/{number}", 404)
    for name in members:
        member, desk = major.enter(name), f"/staff/reviews/{number}"
        page = member.get(desk)
        assert "认定人数有误" in page
        file = re.search(rf"{desk}/files/\d+", page)
        assert file is not None, "the members read what came with it"
        assert member.client.get(file.group()).status_code == 200
        member.post(f"{desk}/vote", 422, prefix="vote", choice="VARY", measures=["1", "4"], reasons="从轻")
        member.post(f"{desk}/vote", prefix="vote", choice="VARY", measures=["1"], reasons="秘密的理由")
    chair = major.enter(members[0])
    page = chair.get(f"/staff/reviews/{number}")
    assert "Announce the decision" in page
    assert "Write it in Chinese, for its reader." in page
    chair.post(f"/staff/reviews/{number}/decision", prefix="decision", reasons="人数应当核减。")
    assert major.state == "EFFECTIVE"
    assert _review(major).measures == [1]
    page = major.enter("officer").get(f"/staff/tracks/{major.track}")
    assert "人数应当核减。" in page
    assert "秘密的理由" not in page
    assert len(major.read(lambda at: at.scalars(select(ReviewVote)).all())) == 5
    letter = major.read(lambda at: at.scalars(select(Document.id).where(Document.kind == "D22")).one())
    major.enter("lead").get(f"/portal/notices/{letter}")  # the company reads its letter


def test_a_seat_that_a_recusal_left_free_is_told_wherever_the_review_is(major: House) -> None:
    _ask(major.enter("lead"), f"/portal/cases/{major.track}/review")
    secretary, number = major.enter("secretary"), _review(major).id
    secretary.post(f"/staff/reviews/{number}/draw")
    case = major.read(lambda at: at.get_one(CaseTrack, major.track).case_id)
    major.enter(_members(major)[1]).post(
        f"/staff/recusals/case/{case}/declare", ground="EMPLOYED", facts="曾在该单位任职"
    )
    told = "1 seat is free: the secretary draws."
    assert told in secretary.get("/staff/reviews")
    page = major.enter("officer").get(f"/staff/tracks/{major.track}")
    assert page.count(told) == 2, "what is waited for, and the card"
    secretary.post(f"/staff/reviews/{number}/draw")
    assert told not in secretary.get("/staff/reviews")


def test_no_vote_of_a_review_is_awaited_in_the_members_own_list_while_a_seat_is_free(major: House) -> None:
    _ask(major.enter("lead"), f"/portal/cases/{major.track}/review")
    major.enter("secretary").post(f"/staff/reviews/{_review(major).id}/draw")
    members = _members(major)
    member = major.enter(members[0])
    assert "awaited" in member.get("/staff/reviews")
    gone = major.people[members[1]]
    major.read(lambda at: setattr(at.get_one(Account, gone), "locked_at", NOW))
    page = member.get("/staff/reviews")
    assert "awaited" not in page
    assert "1 seat is free" in page


def test_a_decision_that_a_review_varied_stands_as_issued_beside_the_new_one(app: Flask) -> None:
    house = House(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        review = chain.asked(chain.served_decision([1, 4], "V-I02"), now=chain.later(9))
        chain.reviewed(review, *["VARY"] * 4, lighter=(1,))
        house.track = review.track_id
        drawn = review.members[0].account_id
        house.people = {"officer": chain.officer.id, "lead": chain.lead.id, "member": drawn}
    page = house.enter("officer").get(f"/staff/tracks/{house.track}")
    reviewed, decided = (page.split(f'id="{name}"')[1].split("</section>")[0] for name in ("reviews", "decision"))
    assert ('data-state="4"' in decided, "5 for, 0 against" in decided, "事实清楚，证据充分。" in decided) == (
        True,
        True,
        True,
    )
    assert "复核查明的事实如下。" not in decided
    assert ('data-state="4"' in reviewed, "4 for, 0 against" in reviewed, "复核查明的事实如下。" in reviewed) == (
        False,
        True,
        True,
    )
    for who, where in (("member", "/staff/reviews"), ("lead", f"/portal/cases/{house.track}")):
        told = house.enter(who).get(where)
        assert ("Review decided" in told, "decision stayed" in told) == (True, False), who


def test_who_was_outvoted_does_not_announce_and_write_the_reasons(app: Flask) -> None:
    house = House(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        review = chain.asked(chain.served_decision([1, 4], "V-I02"), now=chain.later(9))
        members = chain.voted(review, "VARY", "UPHOLD", "VARY", "VARY", "UPHOLD", lighter=(1,))
        house.track, number = review.track_id, review.id
        house.people = {name: members[place].id or 0 for place, name in enumerate(("chair", "outvoted", "other"))}
    outvoted, where = house.enter("outvoted"), f"/staff/reviews/{number}"
    page = outvoted.get(where)
    assert "Announce the decision" not in page
    assert "a member who voted for what was decided" in page
    mine = page.split('id="vote"')[1].split("</section>")[0]
    assert ("The decision stands" in mine, "Upheld" in mine) == (True, False)
    outvoted.post(f"{where}/decision", 403, prefix="decision", reasons="应当维持。")
    assert house.state == "IN_REVIEW"
    for name in ("chair", "other"):
        assert "Announce the decision" in house.enter(name).get(where)


def test_whoever_verifies_a_decision_learns_that_it_has_no_effect_yet_and_what_keeps_it(major: House) -> None:
    asked = select(Document.check_code).where(Document.kind == "D20")
    where = f"/verify?code={major.read(lambda at: at.scalars(asked).one())}"
    lead, anybody = major.enter("lead"), major.enter()
    page = anybody.get(where)
    assert "Genuine, but not in effect yet" in page
    assert "and it is in force" not in page
    _ask(lead, f"/portal/cases/{major.track}/review")
    page = anybody.get(where)
    assert "Genuine, but not in force while it is reviewed" in page
    assert "认定人数有误" not in page
    lead.post(f"/portal/cases/{major.track}/review/withdraw", confirmed="y")
    assert "Genuine and in force" in anybody.get(where)


def test_a_review_is_withdrawn_in_the_portal_by_the_lead_alone(major: House) -> None:
    lead, where = major.enter("lead"), f"/portal/cases/{major.track}"
    _ask(lead, f"{where}/review")
    member = major.enter("member") if "member" in major.people else lead
    assert "Withdraw the review" in member.get(f"{where}/review/withdraw")
    lead.post(f"{where}/review/withdraw", 422)
    lead.post(f"{where}/review/withdraw", confirmed="y")
    assert major.state == "EFFECTIVE"
    card = lead.get(where).partition('id="reviews"')[2].partition("</section>")[0]
    assert len(re.findall("[Ww]ithdrawn<", card)) == 1, "said once"
    lead.get(f"{where}/review/withdraw", 404)


def test_what_gives_up_a_right_stands_after_what_uses_it_and_is_never_put_forward(major: House) -> None:
    lead, where = major.enter("lead"), f"/portal/cases/{major.track}"
    page = lead.get(where)
    assert page.index(f'href="{where}/review"') < page.index(f'<a class="button" href="{where}/waive"')
    _ask(lead, f"{where}/review")
    assert f'<a class="button" href="{where}/review/withdraw"' in lead.get(where)


def test_who_gave_the_review_up_is_not_told_that_its_time_has_ended(app: Flask, major: House) -> None:
    lead, where = major.enter("lead"), f"/portal/cases/{major.track}"
    with app.app_context(), transaction() as at:
        member = account(at, "经办", "respondent", "member", party=at.get_one(CaseTrack, major.track).party)
        major.people["member"] = member.id
    page = major.enter("member").get(f"{where}/waive")
    assert "Only an authorised person of your company can do this." in page
    assert "save it as a draft" not in page
    assert 'name="right" type="hidden" value="review"' in lead.get(f"{where}/waive")
    lead.post(f"{where}/waive", 409, confirmed="y", right="windows")
    lead.post(f"{where}/waive", confirmed="y", right="review")
    page = lead.get(where)
    assert "Your company gave the review up" in page
    assert "The time has ended" not in page
    where, words = f"{where}/review", "Your company gave the review up: only where"
    page = lead.get(where)
    assert words in page
    assert "On the facts, the evidence" not in page
    assert not re.search(r'rests on was revoked\s*<span class="optional"', page), "it is asked for"
    lead.post(where, grounds="事实不清。", revoked="", seen="0", act="look")
    page = lead.get(f"{where}/check")
    assert "Name the document that was revoked" in page, "before the last press"
    assert re.search("<button[^>]*disabled", page)


def test_the_head_has_a_published_decision_reviewed_and_everybody_is_told(app: Flask) -> None:
    house = _house(app, [5], published=True)
    head, where = house.enter("head"), f"/staff/reviews/track/{house.track}/own-motion"
    assert "A review of the decision is open" not in house.enter().get(f"/bulletins/{house.slug}")
    assert "Have the decision reviewed" in head.get(f"/staff/tracks/{house.track}")
    head.post(where, 422, basis="ERROR", grounds="有误")
    head.post(where, basis="ERROR", grounds="人数统计有误", favour="y")
    house.enter("officer").get(where, 404)
    assert _review(house).own_motion
    assert 'href="/staff/reviews#open"' in head.get(f"/staff/tracks/{house.track}")
    assert house.read(lambda at: at.scalars(select(Publication)).one().in_review)
    for page in (f"/bulletins/{house.slug}", "/bulletins.atom", "/bulletins.json"):
        assert "A review of the decision is open" in house.enter().get(page)


@pytest.mark.parametrize(("choice", "lighter"), [("UPHOLD", ()), ("VARY", (5,))])
def test_a_bulletin_says_by_which_review_its_decision_stands(app: Flask, choice: str, lighter: tuple[int, ...]) -> None:
    house = House(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        track = chain.served_decision([1, 5], "V-I02")
        review = chain.asked(track)
        chain.reviewed(review, *[choice] * 5, lighter=lighter)
        chain.serve_paper(review)
        measures.execute(at, track, actor=actor(chain.officer), version=None, now=chain.later(12))
        publication = rounds.publication(at, track)
        assert publication is not None
        chain.publish(publication, chain.later(12))
        house.slug, number = publication.slug, chain.paper(review).number
        day = day_text(chain.paper(review).issued_on, "zh")
    said = "维持" if choice == "UPHOLD" else "变更"
    page = house.enter(lang="zh").get(f"/bulletins/{house.slug}")
    assert f'经<span lang="zh-CN">{number}</span>{said}（{day}）' in page
    word = "upheld" if choice == "UPHOLD" else "varied"
    assert f'{word} on review by <span lang="zh-CN">{number}</span>' in house.enter().get(f"/bulletins/{house.slug}")
    paper = house.read(lambda at: at.scalars(select(Document).where(Document.kind == "D23f")).one().paper)
    assert f"复核决定为{number}（{day}）" in str(paper)
    assert f"{word} on review by {number}" in str(paper)
    for feed in ("atom", "json"):
        assert f"经{number}{said}（{day}）" in house.enter(lang="zh").get(f"/bulletins.{feed}")
        assert f"{word} on review by {number}" in house.enter().get(f"/bulletins.{feed}")


def test_the_head_lets_the_time_run_again(app: Flask) -> None:
    house = _house(app, [1, 5], published=True)
    head = house.enter("head")
    assert "Let the time for a review run again" in head.get(f"/staff/tracks/{house.track}")
    said = {"obstacle": "台风导致停业", "obstacle_ended": "2026-11-20", "asked_on": "2026-11-24"}
    head.post(f"/staff/tracks/{house.track}/do/restore_review", **said)
    assert house.state == "SERVED"
    assert house.read(lambda at: at.scalars(select(Publication)).one().state) == "WITHDRAWN"
    assert house.read(lambda at: at.get_one(CaseTrack, house.track).major)


def test_the_second_of_two_people_is_told_who_was_first(major: House) -> None:
    lead = major.enter("lead")
    about = major.read(lambda at: at.get_one(CaseTrack, major.track).investigator_id)
    lead.post(f"/portal/cases/{major.track}/recusal", person=about, ground="SHARES", facts="持有股权")
    number = major.read(lambda at: at.scalars(select(Recusal.id)).one())
    page = major.enter("head").post(f"/staff/recusals/{number}", 409, choice="grant", reasons="属实", version="99")
    assert "asked" in page or "Meanwhile" in page


def test_the_decision_of_a_review_beside_its_execution_is_found_by_both_sides(app: Flask) -> None:
    house = House(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        track = chain.executing([1])
        review = chain.asked(track, now=chain.later(9))
        chain.reviewed(review, *["UPHOLD"] * 3)
        chain.serve_paper(review)
        house.track, number = track.id, chain.paper(review).number or ""
        house.people = {name: getattr(chain, name).id for name in ("officer", "lead")}
    assert number in house.enter("lead").get(f"/portal/cases/{house.track}")
    assert number in house.enter("officer").get(f"/staff/tracks/{house.track}")


def test_a_review_beside_the_execution_is_seen_wherever_its_track_is_worked_on(app: Flask) -> None:
    house = House(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        track = chain.effective([1])
        first = chain.asked(track, now=chain.later(9))
        chain.reviewed(first, *["UPHOLD"] * 3)
        chain.serve_paper(first)
        house.track, case = track.id, track.case_id
        house.people = {name: getattr(chain, name).id for name in ("officer", "head")}
    line, url = "A review of this decision is under way", f"/staff/tracks/{house.track}/do/execute"
    page = house.enter("officer").get(f"/staff/cases/{case}")
    assert (line in page, "The company asked for a review" in page) == (False, True)
    assert line not in house.enter("officer").get(url)
    with app.app_context(), transaction() as at:
        said = {"basis": "ERROR", "grounds": "人数统计有误", "favour": True, "now": chain.later(10)}
        again = at.get_one(CaseTrack, house.track)
        reviews.own_motion(at, again, **said, actor=actor(at.get_one(Account, house.people["head"])))
    page = house.enter("officer").get(f"/staff/cases/{case}")
    assert line in page
    assert "The head had the decision reviewed" in page
    assert "Review decision" in page.split('class="columns"')[0], "its clock"
    assert line in house.enter("officer").get(url)


def test_a_company_reads_at_the_head_of_its_case_and_in_its_list_that_a_review_runs_and_until_when(app: Flask) -> None:
    house = _house(app, [1, 4], published=True)
    lead, until = house.enter("lead"), re.compile(r"own time for this ends on \d+ \w+ \d{4}\.")
    pages = ("/portal/cases/", f"/portal/cases/{house.track}")
    assert not any("on its own motion" in lead.get(page) for page in pages)
    said = {"basis": "ERROR", "grounds": "认定人数有误", "favour": "y"}
    house.enter("head").post(f"/staff/reviews/track/{house.track}/own-motion", **said)
    house.read(lambda at: at.execute(update(Clock).where(Clock.key == "K21").values(provisional=False)))
    for page in pages:
        told = lead.get(page)
        told = told[: told.index('id="reviews"')] if 'id="reviews"' in told else told
        assert "has the decision reviewed on its own motion; it stays in effect meanwhile." in told
        assert until.search(told), page


def test_a_company_that_asked_for_a_review_reads_at_the_head_until_when_it_is_decided(major: House) -> None:
    lead = major.enter("lead")
    _ask(lead, f"/portal/cases/{major.track}/review")
    major.read(lambda at: at.execute(update(Clock).where(Clock.key == "K21").values(provisional=False)))
    for page in ("/portal/cases/", f"/portal/cases/{major.track}"):
        told = lead.get(page)
        told = told[: told.index('id="reviews"')] if 'id="reviews"' in told else told
        assert "until then the decision has no effect. The association's own time for this ends on" in re.sub(
            r"(</p>\s*<p>)|\s+", " ", told.replace("&#39;", "'")
        )


def test_the_list_of_measures_is_sorted_by_every_limit_that_still_counts(app: Flask) -> None:
    house = House(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        owed, reviewed, waits = chain.deliberating([1]), chain.effective([1]), chain.served_decision([1, 4], "V-I02")
        chain.asked(reviewed, now=chain.later(9))
        at.flush()
        running = {each.key: each for each in at.scalars(select(Clock).where(Clock.state == ClockState.RUNNING))}
        running["K20"].due_on = running["K21"].due_on + timedelta(days=1)
        over = running["K18"]
        over.due_on, over.ended_at = clock.today() - timedelta(days=8), NOW
        over.state, over.how = ClockState.ENDED, ClockEnd.EXPIRED
        refs = [each.ref for each in (owed, reviewed, waits)]
        house.people = {"officer": chain.officer.id}
    page = house.enter("officer").get("/staff/tracks")
    assert re.findall(r"<small>([^ ]+) · ", page) == refs
    assert re.search("[56] working days overdue", page)
    assert "<td>—</td>" not in page


def test_a_day_that_cannot_be_read_is_not_lost_as_the_request_is_saved(app: Flask) -> None:
    house = House(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        house.track = chain.executing([1]).id
        house.people = {"lead": chain.lead.id}
    lead, where = house.enter("lead"), f"/portal/cases/{house.track}/review"
    said = {"grounds": "", "revoked": "判决书", "seen": "0", "act": "save", "key": "of one page"}
    page = lead.post(where, 422, revoked_on="上月十五", **said)
    assert 'value="上月十五"' in page
    assert "Write the date as year, month and day" in page
    assert "Give the grounds" not in page, "what is merely unfinished is not told"
    lead.post(where, revoked_on="2026-10-15", **said)
    assert 'value="2026-10-15"' in lead.get(where)
    checked = lead.get(f"{where}/check")
    assert "15 October 2026" in checked
    assert "2026-10-15" not in checked


def test_a_member_opens_the_decision_on_the_review_from_its_page(app: Flask) -> None:
    house = House(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        review = chain.asked(chain.served_decision([1, 4], "V-I02"), now=chain.later(9))
        chain.reviewed(review, *["VARY"] * 4, lighter=(1,))
        house.people = {"member": review.members[0].account_id}
        page, number = f"/staff/reviews/{review.id}", chain.paper(review).number or ""
    assert number in house.enter("member").get(page).split('id="outcome"')[1]


@pytest.mark.parametrize(
    ("lang", "why"), [("zh", "据以公布的决定已被撤销或者变更。"), ("en", "was quashed or varied.")]
)
def test_a_draft_that_a_review_ended_says_why_in_the_readers_language(app: Flask, lang: str, why: str) -> None:
    house = House(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        track = chain.effective([1, 5], "V-I02")
        measures.execute(at, track, actor=actor(chain.officer), version=None, now=chain.later(9))
        publication = rounds.publication(at, track)
        assert publication is not None
        review = chain.asked(track, now=chain.later(9), revoked="行政处罚决定已被撤销")
        chain.reviewed(review, *["VARY"] * 5, lighter=(1,))
        assert publication.state == "DROPPED"
        house.people, house.slug = {"officer": chain.officer.id}, publication.slug
    assert why in house.enter("officer", lang=lang).get(f"/staff/publications/{house.slug}")


@pytest.mark.parametrize("levels", [[1, 4], [1]])
def test_staff_enter_a_request_on_paper_of_a_company_that_is_not_served_online(app: Flask, levels: list[int]) -> None:
    house = _house(app, levels)
    page, words = f"/staff/tracks/{house.track}", "Enter a request for a review that came on paper"
    where = f"{page}/do/ask_review" if 4 in levels else f"/staff/reviews/track/{house.track}/on-paper"
    officer = house.enter("officer")
    assert words not in officer.get(page)
    with house.app.app_context(), transaction() as at:
        at.execute(update(ServiceAddress).values(electronic=False))
    assert words in officer.get(page)
    with house.app.app_context(), transaction() as at:
        tie = {"party_id": at.get_one(CaseTrack, house.track).party_id, "kind": "SHARES", "from_on": date(2020, 1, 1)}
        at.add(Interest(**tie, account_id=house.people["officer"], declared_at=NOW))
    assert words not in officer.get(page)
    assert officer.client.get(where).status_code in {403, 404}, "whoever is tied to it is not let fill it in"
    with house.app.app_context(), transaction() as at:
        at.execute(delete(Interest))
    sent = {"received_on": f"{clock.today()}", "arrived_on": f"{clock.today()}", "signed_by": "周岚"}
    officer.post(where, 422, **sent, text="")
    for day in ("received_on", "arrived_on"):
        officer.post(where, 422, **{**sent, day: ""}, text="认定人数有误。")
    if 4 not in levels:
        gone = {"revoked": "所依据的行政处罚决定", "revoked_on": f"{clock.today() + timedelta(days=1)}"}
        officer.post(where, 422, **sent, text="认定人数有误。", **gone)
        sent |= {**gone, "revoked_on": f"{clock.today()}"}
    officer.post(where, **sent, text="认定人数有误。")
    review = _review(house)
    assert (review.grounds, review.basis) == (
        "认定人数有误。\n（书面提交，周岚签署）",
        "MAJOR" if 4 in levels else "REVOKED",
    )


def test_the_list_of_cases_asks_as_little_about_many_running_reviews_as_about_one(app: Flask) -> None:
    house = House(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        asked = [chain.asked(chain.effective([1]), now=chain.later(9)).id for _each in range(3)]
        house.people = {"lead": chain.lead.id}
    lead, many = house.enter("lead"), []
    for running in (3, 1):
        lead.get("/portal/cases/")
        with counted(app) as said:
            page = lead.get("/portal/cases/")
        assert page.count("Your request for a review of the decision is being decided") == running
        many.append(len(said))
        house.read(lambda at: at.execute(delete(Review).where(Review.id.in_(asked[1:]))))
    assert many[0] == many[1]
