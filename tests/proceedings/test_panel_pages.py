"""The pages of a panel: drawn by the secretary, read by its members, voted on alone."""

import re
from datetime import date, datetime, timedelta
from io import BytesIO

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack, Evidence
from casework.timelines import LOOKS
from core import clock
from core.db import transaction
from core.journal import JournalEntry
from filestore import files
from registry import settings
from registry.models_accounts import Account
from registry.models_clocks import Clock
from sanctions import introductions, panels, statements
from sanctions.models_decisions import Panel, PanelMember, Vote
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.proceedings.test_pages import House, house, today
from tests.sanctions.chain import Chain

__all__ = ["house", "today"]


def _voting(chain: Chain) -> CaseTrack:
    track = chain.deliberating([1, 3, 5], "V-I02")
    panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(6), seed="甲")
    return track


def _stating(chain: Chain) -> CaseTrack:
    """The panel is drawn while the respondent can still state its view."""
    track = chain.proposed([1])
    chain.serve(track, "D17", chain.later(4))
    panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(5), seed="甲")
    return track


def test_the_secretary_draws_and_nobody_else(house: House) -> None:
    house.fill(lambda chain: chain.deliberating([1]))
    house.enter("officer").post(f"/staff/panel/{house.track}/draw", 403)
    assert f"/staff/panel/{house.track}/draw" in house.enter("secretary").get("/staff/panel")
    house.enter("secretary").post(f"/staff/panel/{house.track}/draw")
    assert len(house.read(lambda at: at.scalars(select(Panel)).one().members)) == 3


def test_a_respondent_reads_until_when_it_can_ask_for_a_recusal_or_is_told_by_letter(house: House) -> None:
    house.fill(lambda chain: chain.deliberating([1]))
    page, told = f"/staff/tracks/{house.track}", f"/staff/panel/{house.track}/told"
    house.read(lambda at: setattr(settings.setting(at, introductions.KEY), "value", 3))
    secretary, lead = house.enter("secretary"), house.enter("lead")
    untold = update(CaseTrack).values(recusal_until=None, drawn_untold=True)
    house.read(lambda at: at.execute(untold))
    assert told not in secretary.get(page), "nobody is drawn yet"
    secretary.post(told, 409, told_on=f"{clock.today()}")
    assert "A panel was drawn" not in lead.get(f"/portal/cases/{house.track}")
    secretary.post(f"/staff/panel/{house.track}/draw")
    assert "A panel was drawn; its members are named there." in lead.get(f"/portal/cases/{house.track}")
    assert "A panel was drawn: you may ask for a recusal before it votes" in lead.get("/portal/")
    waits = "The respondent was told who was drawn and can ask until"
    assert waits in house.enter(house.drawn()).get(f"/staff/panel/{house.track}")
    assert waits in secretary.get(page)
    assert told not in secretary.get(page)
    house.read(lambda at: at.execute(untold))
    assert "the secretary tells it" in house.enter(house.drawn()).get(f"/staff/panel/{house.track}")
    assert told in secretary.get(page)
    house.enter("officer").get(told, 403)
    assert "Say on which day the letter reached the respondent" in secretary.post(told, 422, told_on="")
    secretary.post(told, told_on=f"{clock.today()}")
    assert waits in secretary.get(page)
    assert told not in secretary.get(page)


def test_a_member_reads_the_file_of_his_own_panel_and_no_other(house: House) -> None:
    house.fill(_voting)
    member = house.enter(house.drawn())
    page = member.get(f"/staff/panel/{house.track}")
    names = house.read(lambda at: [
        (at.get_one(Account, each.account_id).name, each.chair) for each in at.scalars(select(Panel)).one().members
    ])  # fmt: skip
    sits = page[page.index('id="panel"') :]
    assert [name for name, _chairs in names if f"<li>{name}" not in sits] == [], "whom else could he ask about"
    assert all((f'<li>{name} <span class="tag tag-blue">chair' in sits) is chairs for name, chairs in names)
    for who in (member, house.enter("secretary")):
        assert 'class="due' in who.get("/staff/panel"), "until when they vote"
    for said in ("记录与陈述一致", "违规行为成立", "综合考虑违规次数和影响"):
        assert said in page, said
    house.enter(house.drawn(sits=False)).get(f"/staff/panel/{house.track}", 404)
    house.enter("officer").get(f"/staff/panel/{house.track}", 404)


def test_a_member_reads_that_the_vote_waits_for_the_days_to_ask_for_a_recusal(house: House) -> None:
    house.fill(_stating)
    member, page = house.enter(house.drawn()), f"/staff/panel/{house.track}"
    votes_after = re.compile(r"time ends on (.+?), 24:00; the panel votes after it")
    asked = dict.fromkeys(("before", "after", "untold"), "")
    for when, values in (
        ("before", {"recusal_until": None}),
        ("after", {"recusal_until": date(2027, 3, 1)}),
        ("untold", {"recusal_until": None, "drawn_untold": True}),
    ):
        house.read(lambda at, values=values: at.execute(update(CaseTrack).values(values)))
        asked[when] = next(iter(votes_after.findall(member.get(page))), "")
    assert asked["before"]
    assert (asked["after"], asked["untold"]) == ("1 March 2027", "")


def test_no_vote_is_awaited_and_no_panel_late_while_the_respondent_can_still_ask_for_a_recusal(house: House) -> None:
    house.fill(_voting)
    member, secretary = house.enter(house.drawn()), house.enter("secretary")
    past = {"due_on": clock.today() - timedelta(days=7), "provisional": False}
    house.read(lambda at: at.execute(update(Clock).where(Clock.key == "K18").values(past)))
    for list_ in ("/staff/panel", "/staff/tracks"):
        assert "overdue" in secretary.get(list_)
    assert "awaited" in member.get("/staff/panel")
    until = {"recusal_until": clock.today() + timedelta(days=2)}
    house.read(lambda at: at.execute(update(CaseTrack).values(until)))
    for who in (secretary, member):
        page = who.get("/staff/panel")
        assert "Its last day has passed; nobody votes before" in page
        assert "overdue" not in page
        assert "awaited" not in page
    assert "Its last day has passed; nobody votes before" in secretary.get("/staff/tracks"), "all lists say the same"
    assert "overdue" not in secretary.get("/staff/tracks")
    for who, where in ((secretary, "tracks"), (member, "panel")):
        assert "Its last day has passed; nobody votes before" in who.get(f"/staff/{where}/{house.track}")


def test_the_list_of_panels_says_until_when_the_respondent_has_time_and_that_it_is_to_be_told(house: House) -> None:
    house.fill(_stating)
    for who in (house.enter("secretary"), house.enter(house.drawn())):
        assert re.search(r"nobody votes before \d+ \w+ \d{4} is over", who.get("/staff/panel"))
    house.read(lambda at: at.execute(update(CaseTrack).values(recusal_until=None, drawn_untold=True)))
    assert "the respondent is still to be told who was drawn" in house.enter("secretary").get("/staff/panel")


def test_each_draw_names_its_company_before_and_a_second_one_leads_back_to_the_case(house: House) -> None:
    house.fill(lambda chain: chain.deliberating([1]))
    secretary, ref = house.enter("secretary"), house.read(lambda at: at.get_one(CaseTrack, house.track).ref)
    assert re.search(rf'data-confirm="[^"]+, {ref}: the draw can', secretary.get("/staff/panel"))
    draw = f"/staff/panel/{house.track}/draw"
    secretary.post(draw)
    secretary.post(draw)
    assert "The panel of this round has been drawn already." in secretary.get(f"/staff/tracks/{house.track}")


def test_who_presses_what_another_window_has_done_finds_the_way_back_to_that_page(house: House) -> None:
    house.fill(_voting)
    secretary, page = house.enter("secretary"), f"/staff/tracks/{house.track}"
    again = {"Referer": f"http://localhost{page}"}
    answer = secretary.client.post(f"/staff/panel/{house.track}/fill", headers=again)
    assert answer.status_code == 409
    assert f'<a href="{page}">To the page before</a>' in answer.text
    elsewhere = secretary.client.post(f"/staff/panel/{house.track}/fill", headers={"Referer": "http://example.org/x"})
    assert "To the page before" not in elsewhere.text


def test_a_free_seat_is_told_wherever_the_panel_is_counted_and_takes_no_vote(house: House) -> None:
    house.fill(_voting)
    member, secretary = house.enter(house.drawn()), house.enter("secretary")
    mine = house.people[house.drawn()]
    gone = PanelMember.account_id != mine, PanelMember.chair.is_(False)
    other = house.read(lambda at: at.scalars(select(PanelMember.id).where(*gone)).first())
    house.read(lambda at: at.execute(update(PanelMember).where(PanelMember.id == other).values(recused_at=clock.now())))
    page, free = member.get(f"/staff/panel/{house.track}"), "1 seat is free: the secretary draws."
    assert "A seat is free: nobody votes before" in page
    assert "0 of 4 members have voted" in page
    assert 'name="vote-choice"' not in page
    for said in (page, member.get("/staff/panel"), secretary.get("/staff/panel"),
                 secretary.get(f"/staff/tracks/{house.track}").partition('id="panel"')[2]):  # fmt: skip
        assert free in said
    assert "0 / 4" in secretary.get("/staff/panel")
    assert "awaited" not in member.get("/staff/panel")
    secretary.post(f"/staff/panel/{house.track}/fill")
    assert free not in member.get(f"/staff/panel/{house.track}")


def test_the_bare_address_of_the_staff_leads_a_member_to_the_panels(house: House) -> None:
    house.fill(_voting)
    member = house.enter(house.drawn()).client
    answer = member.get("/staff", follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, "/staff/panel")
    assert member.get("/staff?lang=en", follow_redirects=True).request.path == "/staff/panel"
    assert member.get("/staff?view=all").status_code == 403


def test_a_vote_is_cast_once_and_read_by_its_member_alone(house: House) -> None:
    house.fill(_voting)
    member, where = house.enter(house.drawn()), f"/staff/panel/{house.track}"
    page = member.post(f"{where}/vote", 422, prefix="vote")
    assert page.index('href="#vote-choice"') < page.index('href="#vote-reasons"'), "in the order of the page"
    assert "Give your reasons" in member.post(f"{where}/vote", 422, prefix="vote", choice="NONE")
    ticked = {"choice": "NONE", "reasons": "证据不足以支持", "measures": ["1"]}
    page = member.post(f"{where}/vote", 422, prefix="vote", **ticked)
    assert "Measures are ticked, but" in page, "a vote can't be changed later"
    member.post(f"{where}/vote", prefix="vote", choice="NONE", reasons="证据不足以支持")
    page = member.get(where)
    assert "证据不足以支持" in page
    assert 'name="vote-choice"' not in page
    assert "1 of 5 members have voted" in page
    member.post(f"{where}/vote", 409, prefix="vote", choice="PROPOSED", reasons="改变主意")
    assert len(house.read(lambda at: at.scalars(select(Vote)).all())) == 1
    for who in ("officer", "head", "secretary"):
        assert "证据不足以支持" not in house.enter(who).get(f"/staff/tracks/{house.track}")


def test_nobody_votes_past_a_statement_that_came_while_the_page_was_open(house: House) -> None:
    """With the first vote no statement is taken any more, and a vote can't be changed."""
    house.fill(_voting)
    member, where = house.enter(house.drawn()), f"/staff/panel/{house.track}"
    ballot = {"prefix": "vote", "choice": "PROPOSED", "reasons": "事实清楚"}
    seen = re.search(r'name="vote-seen" type="hidden" value="([^"]+)"', member.get(where))
    assert seen is not None
    with house.app.app_context(), transaction() as at:
        lead = actor(at.get_one(Account, house.people["lead"]))
        statements.state(
            at, at.get_one(CaseTrack, house.track), text="通话记录系他人所为。", actor=lead, now=clock.now()
        )
    refused = member.post(f"{where}/vote", 409, **ballot, seen=seen[1])
    assert "The respondent has stated more since you opened this page" in refused
    assert not house.read(lambda at: at.scalars(select(Vote)).all())
    now = re.search(r'name="vote-seen" type="hidden" value="([^"]+)"', member.get(where))
    assert now is not None
    member.post(f"{where}/vote", **ballot, seen=now[1])


def test_a_recused_member_no_longer_finds_the_file(house: House) -> None:
    house.fill(_voting)
    who = house.drawn()
    members = house.read(lambda at: {each.account_id: each.id for each in at.scalars(select(Panel)).one().members})
    seat = members[house.people[who]]
    member = house.enter(who)
    member.get(f"/staff/panel/members/{seat}/recusal", 302)
    case = house.read(lambda at: at.get_one(CaseTrack, house.track).case_id)
    member.post(f"/staff/recusals/case/{case}/declare", ground="EMPLOYED", facts="曾在当事单位任职")
    member.get(f"/staff/panel/{house.track}", 404)
    assert "You were not drawn" in member.get("/staff/panel")
    assert "Recused" in member.get("/staff/recusals")


def test_a_member_announces_what_the_votes_come_to(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        track = chain.deliberating([1, 3, 5], "V-I02")
        chain.vote(track, "PROPOSED", "PROPOSED", "PROPOSED", "PROPOSED")
        return track

    house.fill(make)
    voted = house.read(lambda at: at.scalars(select(Panel)).one().members[0].account_id)
    member = house.enter(next(name for name, number in house.people.items() if number == voted))
    page = member.get(f"/staff/panel/{house.track}")
    assert "4 of 5 members have voted" in page
    assert "4 for, 0 against, 0 abstained" in page
    assert "Give the reasons." in member.post(f"/staff/panel/{house.track}/decision", 422, prefix="decision")
    member.post(f"/staff/panel/{house.track}/decision", prefix="decision", reasons="事实清楚，证据充分。")
    assert house.state == "DECIDED"


def test_who_was_outvoted_announces_nothing_unless_in_the_chair(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        track = chain.deliberating([1, 2])
        chain.vote(track, "LIGHTER", "LIGHTER", "PROPOSED", lighter=(1,))
        return track

    house.fill(make)
    drawn = house.read(lambda at: [each.account_id for each in at.scalars(select(Panel)).one().members])
    named = {number: name for name, number in house.people.items()}
    where = f"/staff/panel/{house.track}"
    page = house.enter(named[drawn[0]]).get(where)
    ballot, rarest = page.index('id="vote"'), page.index("Put to the panel: return the case")
    assert (ballot < rarest, 'id="steps"' in page) == (True, False)
    for place, offered in enumerate((True, True, False)):
        page = house.enter(named[drawn[place]]).get(where)
        assert ("Announce the decision" in page) is offered
    last = house.enter(named[drawn[2]])
    last.post(f"{where}/decision", 403, prefix="decision", reasons="违规成立。")
    assert house.state == "DELIBERATION"


def test_how_a_panel_was_drawn_says_who_may_sit_and_whom_a_later_draw_brought_on_which_day(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        track = chain.deliberating([1])
        members = chain.vote(track, "PROPOSED", "PROPOSED")
        gone = chain.session.get_one(Account, members[2].id)
        gone.locked_at, gone.lock_reason = chain.later(6), "离任"
        chain.session.flush()
        panels.fill(chain.session, track, actor=actor(chain.secretary), now=chain.later(6), seed="补")
        return track

    house.fill(make)
    panel = house.read(lambda at: at.scalars(select(Panel)).one())
    (later,) = panel.redraws
    came = house.read(lambda at: at.get_one(Account, later["drawn"][0]).name)
    page = house.enter("secretary").get(f"/staff/tracks/{house.track}")
    assert "one person may decide on several companies of one case" in page
    day = clock.local(datetime.fromisoformat(later["at"]))
    assert f"Drawn on {day:%-d %B %Y %H:%M} in a seat that was free again: {came}." in page


def test_a_vote_that_lacks_its_measures_is_not_asked_whether_it_is_final(house: House) -> None:
    """The script asks nothing while what the answer needs is not ticked; the form then says what is missing."""
    house.fill(_voting)
    page = house.enter(house.drawn()).get(f"/staff/panel/{house.track}")
    assert 'data-tick-needed-with="LIGHTER" data-answer="vote-choice"' in page


def test_who_was_only_drawn_opens_the_cited_evidence_and_none_of_the_staffs_pages(house: House) -> None:
    house.fill(_voting)
    member = house.enter(house.drawn())
    cited = re.search(rf'href="(/staff/panel/{house.track}/files/\d+)"', member.get(f"/staff/panel/{house.track}"))
    assert cited
    assert member.client.get(cited[1]).mimetype == "image/png"
    member.get(f"/staff/panel/{house.track}/files/999", 404)
    for url in ("/staff/tracks", f"/staff/tracks/{house.track}", "/staff/publications"):
        member.get(url, 403)


def test_a_member_reads_the_covered_copy_of_cited_evidence_and_the_journal_knows_who_saw_the_original(
    house: House,
) -> None:
    house.fill(_voting)
    name = house.drawn()
    member = house.enter(name)
    cited = re.search(rf'href="(/staff/panel/{house.track}/files/(\d+))"', member.get(f"/staff/panel/{house.track}"))
    assert cited

    def looks(at: Session) -> list[str]:
        seen = select(JournalEntry.actor).where(JournalEntry.row.in_(LOOKS))
        return list(at.scalars(seen.where(JournalEntry.changes["evidence"].as_integer() == int(cited[2]))))

    def cover(at: Session) -> None:
        it, copy = at.get_one(Evidence, int(cited[2])), files.keep(at, BytesIO(b"covered"), "c.txt")
        it.covered_sha256, it.covered_type, it.covered_size = copy.sha256, copy.media_type, copy.size
        it.covered_by, it.cover_checked_by = house.people["officer"], house.people["head"]
        it.covered_at = it.cover_checked_at = NOW

    before = house.read(looks)
    for _twice in range(2):
        assert member.client.get(cited[1]).mimetype == "image/png"
    assert house.read(looks) == [*before, f"account:{house.people[name]}"]
    house.read(cover)
    assert member.client.get(cited[1]).data == b"covered"


def test_the_secretary_reads_how_many_votes_are_awaited(house: House) -> None:
    house.fill(_voting)
    where = f"/staff/tracks/{house.track}"
    assert "5 members of the panel have not voted yet." in house.enter("secretary").get(where)
    house.enter(house.drawn()).post(
        f"/staff/panel/{house.track}/vote", prefix="vote", choice="NONE", reasons="证据不足以支持"
    )
    assert "4 members of the panel have not voted yet." in house.enter("secretary").get(where)


def test_who_has_nothing_to_do_reads_who_acts_next(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        track = chain.deliberating([1, 2])
        chain.vote(track, *["PROPOSED"] * 3)
        return track

    house.fill(make)
    officer, where = house.enter("officer"), f"/staff/tracks/{house.track}"
    announce = "All have voted: the chair, or a member who voted for it, announces the decision."
    assert announce in officer.get(where)
    case = house.read(lambda at: at.get_one(CaseTrack, house.track).case_id)
    last = house.read(lambda at: at.scalars(select(Panel)).one().members[-1].account_id)
    officer.post(f"/staff/recusals/case/{case}/ask?person={last}", person=last, ground="SHARES", facts="持有股权")
    page = officer.get(where)
    assert "A recusal has been asked, and nothing is decided on the track before it." in page
    assert "The chair of the panel decides on the recusal of a member." in page
    assert announce not in page
