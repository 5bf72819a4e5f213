"""Another time for an interview: proposed, answered, told to calendars, as a training is; the inbox as XLSX."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import tasks
from casework.models_cases import CaseTrack
from core.clock import day_of
from core.db import transaction
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.machine import Ask
from notices.queries import last_document
from notices.states import SERVICE
from portal import company_archives
from proceedings import queries_called_off, queries_respondents
from registry import clocks, successions
from registry.models_accounts import Account
from registry.models_lineage import SuccessionKind
from sanctions import company_papers, endings, interview_times, interviews, measures, reviews, rounds, statements
from sanctions.models_measures import Interview
from sanctions.plans import InterviewPlan, Person, TrainingPlan, from_to
from tests.builders import account
from tests.builders_cases import actor, party
from tests.conftest import NOW
from tests.portal.house import Enter, case, enter, today  # noqa: F401 - fixtures
from tests.sanctions.chain import Chain
from tests.sanctions.reviewing import Reviewing

DAY = timedelta(days=1)


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _held(chain: Chain, track: CaseTrack) -> Interview:
    measure = rounds.measure(chain.session, track, 2)
    assert measure is not None
    assert measure.interview is not None
    return measure.interview


def _working(chain: Chain, day: datetime, many: int) -> datetime:
    found = rounds.working_day_after(chain.session, day.date(), many)
    assert found is not None
    return day + (found - day.date())


def _tasks(chain: Chain, track: CaseTrack) -> list[str]:
    return [each.kind for each in tasks.open_of(chain.session, ("track", track.id)) if each.kind == "interview_time"]


def test_a_proposal_is_taken_or_refused_and_holds_an_absence_up(chain: Chain) -> None:
    taken, refused = chain.executing([2]), chain.executing([2])
    now, lead, officer = chain.later(10), actor(chain.lead), actor(chain.officer)
    for track in (taken, refused):
        held = _held(chain, track)
        wanted = _working(chain, held.at, 1)
        served = rounds.served_on(chain.session, track, "D23b")
        assert served is not None
        period = clocks.live(chain.session, "K23", ("track", track.id))
        assert period is not None
        period.provisional = False  # it ends among days that the next year's notice may still change
        said = {"why": "负责人出差。", "actor": lead, "now": now}
        for wrong in (held.at, now - DAY, held.at.replace(hour=15, minute=30), _working(chain, held.at, 40)):
            with pytest.raises(BadInput) as caught:
                interview_times.propose(chain.session, track, at=wrong, **said)
            assert caught.value.field == "at"
        with pytest.raises(BadInput):
            interview_times.propose(chain.session, track, at=wanted, **{**said, "why": " "})
        with pytest.raises(NotAllowed):
            interview_times.propose(chain.session, track, at=wanted, **{**said, "actor": actor(chain.firm_lead)})
        interview_times.propose(chain.session, track, at=wanted, **said)
        with pytest.raises(NotNow):
            interview_times.propose(chain.session, track, at=wanted, **said)
        with pytest.raises(NotNow):
            interviews.confirm_attendance(chain.session, track, actor=lead, now=now)
        assert _tasks(chain, track) == ["interview_time"]
    held, wanted = _held(chain, taken), _working(chain, _held(chain, taken).at, 1)
    given = {"actor": officer, "version": None, "now": now}
    with pytest.raises(NotAllowed):
        interview_times.accept(chain.session, taken, **{**given, "actor": lead})
    interview_times.accept(chain.session, taken, **given)
    assert (held.at, held.confirmed_at, held.proposed_at, held.moves) == (wanted, now, None, 1)
    assert _tasks(chain, taken) == []
    with pytest.raises(NotNow, match="只能提议一次"):
        interview_times.propose(chain.session, taken, at=_working(chain, wanted, 1), why="再次。", actor=lead, now=now)
    with pytest.raises(NotNow):
        interview_times.refuse(chain.session, taken, why="已定", **given)
    held, after = _held(chain, refused), _held(chain, refused).at + timedelta(hours=1)
    absent = {"second": chain.second, "situation": "无人到场。", "again": chain.plan(after)}
    with pytest.raises(NotNow):
        interviews.miss(chain.session, refused, **absent, **{**given, "now": after})
    with pytest.raises(BadInput):
        interview_times.refuse(chain.session, refused, why="", **given)
    interview_times.refuse(chain.session, refused, why="会议室已定。", **given)
    with pytest.raises(NotNow):
        interview_times.propose(chain.session, refused, at=wanted, why="再次。", actor=lead, now=now)
    interviews.miss(chain.session, refused, **absent, **{**given, "now": after})
    assert (held.proposal_refused_because, held.moves) == (None, 1)


def test_a_proposal_leaves_three_whole_working_days_after_the_summons(chain: Chain) -> None:
    track = chain.executing([2])
    served = rounds.served_on(chain.session, track, "D23b")
    assert served is not None
    at = _held(chain, track).at
    said = {"why": "负责人出差。", "actor": actor(chain.lead), "now": chain.later(9)}
    third, fourth = (at.replace(month=day.month, day=day.day) for day in _days(chain, served))
    with pytest.raises(BadInput):
        interview_times.propose(chain.session, track, at=third, **said)
    interview_times.propose(chain.session, track, at=fourth, **said)
    assert _held(chain, track).proposed_for == fourth


def _days(chain: Chain, served: date) -> Iterator[date]:
    """The third and the fourth working day."""
    for many in (3, 4):
        found = rounds.working_day_after(chain.session, served, many)
        assert found is not None
        yield found


def test_a_proposal_that_only_an_estimate_lets_pass_is_not_taken(session: Session) -> None:
    chain = Chain(session, datetime(2026, 12, 14, 2, 0, tzinfo=UTC))
    track = chain.executing([2])
    served = rounds.served_on(session, track, "D23b")
    assert served == date(2026, 12, 23)
    said, given = {"actor": actor(chain.lead), "now": chain.later(9)}, {"actor": actor(chain.officer), "version": None}
    third, fourth = (_held(chain, track).at.replace(month=day.month, day=day.day) for day in _days(chain, served))
    interview_times.propose(session, track, at=third, why="负责人出差。", **said)
    with pytest.raises(BadInput):
        interview_times.accept(session, track, now=chain.later(9), **given)
    interview_times.refuse(session, track, why="太早。", now=chain.later(9), **given)
    assert _held(chain, track).at not in {third, fourth}


def test_only_the_time_that_was_read_is_confirmed(chain: Chain) -> None:
    track, now = chain.executing([2]), chain.later(10)
    held, said = _held(chain, track), {"actor": actor(chain.lead), "now": now}
    held.moves += 1
    with pytest.raises(Changed):
        interviews.confirm_attendance(chain.session, track, moves=0, **said)  # type: ignore[arg-type]
    assert held.confirmed_at is None
    interviews.confirm_attendance(chain.session, track, moves=1, **said)  # type: ignore[arg-type]
    assert held.confirmed_at == now


def test_that_it_comes_is_confirmed_before_the_interview_only(chain: Chain) -> None:
    track = chain.executing([2])
    held, said = _held(chain, track), {"actor": actor(chain.lead)}
    with pytest.raises(NotNow):
        interviews.confirm_attendance(chain.session, track, now=held.at, **said)
    now = chain.recorded(track)
    with pytest.raises(NotNow):
        interviews.confirm_attendance(chain.session, track, now=now, **said)
    assert held.confirmed_at is None


def test_a_time_that_was_confirmed_stays_confirmed_while_another_is_proposed_and_where_that_is_refused(
    chain: Chain,
) -> None:
    track, now = chain.executing([2]), chain.later(10)
    held = _held(chain, track)
    interviews.confirm_attendance(chain.session, track, actor=actor(chain.lead), now=now)
    wanted, later = _working(chain, held.at, 1), now + timedelta(hours=1)
    period = clocks.live(chain.session, "K23", ("track", track.id))
    assert period is not None
    period.provisional = False
    interview_times.propose(chain.session, track, at=wanted, why="出差。", actor=actor(chain.lead), now=later)
    assert held.confirmed_at == now
    given = {"actor": actor(chain.officer), "version": None, "now": later}
    interview_times.refuse(chain.session, track, why="会议室已定。", **given)  # type: ignore[arg-type]
    assert (held.confirmed_at, held.proposed_at) == (now, None)


def test_pages_of_another_time_the_calendar_entry_and_the_inbox_as_a_spreadsheet(app: Flask, enter: Enter) -> None:  # noqa: F811
    it = case(app, lambda chain: chain.executing([2]))
    lead, stranger, member = enter(it.lead), enter(it.stranger), enter(it.member)
    url = it.at("interview", "other-time")
    stranger.get(url, 404)
    stranger.get(it.at("interview.ics"), 404)
    assert "Propose another time for the interview" in lead.get(it.at())
    before = lead.get(it.at("interview.ics"))
    assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai" in before
    assert "SEQUENCE:0" in before
    assert "DTSTART;TZID=Asia/Shanghai:" in before
    assert "between 08:00 and 18:00" in lead.get(url), "before the first try"
    assert "Say which time you propose." in lead.post(url, 422, why="出差")
    assert "still to come" in lead.post(url, 422, at="2026-11-20T10:00", why="出差")
    day = (NOW + timedelta(days=8)).strftime("%Y-%m-%dT10:30")
    member.post(url, 403, at=day, why="出差")
    lead.post(url, at=day, why="负责人出差")
    page = lead.get(it.at())
    assert "负责人出差" in page
    assert "We will come" not in page
    book = load_workbook(BytesIO(lead.client.get("/portal/waiting.xlsx").data))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]  # type: ignore[union-attr]
    assert rows[0][:2] == ["Urgency", "Until"]
    columns = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    assert any("Another time is proposed" in str(each) for each in columns["What to do"])
    assert all(str(each).startswith("http") for each in columns["Address"])
    assert {type(each) for each in columns["Counts as served by"]} <= {datetime, type(None)}, (
        "days can be reckoned with"
    )
    assert len(load_workbook(BytesIO(stranger.client.get("/portal/waiting.xlsx").data)).active["A"]) == 1  # type: ignore[index]


def _in_sessions(chain: Chain, *more: int) -> CaseTrack:
    """A training on two days: of the first session it is known from when to when, of the second not for certain."""
    track, now = chain.effective([3, *more]), chain.later(9)
    sessions = ("2026-12-08 9:00–12:00，自律规则", "2026-12-09 下午2:00–5:00，考核 https://train.example/7")
    plan = TrainingPlan(date(2026, 12, 8), "协会培训教室", date(2026, 12, 9), sessions)
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=now, training=plan)
    chain.serve(track, "D23d", now)
    return track


def test_whoever_attends_a_training_reads_its_sessions_and_puts_each_in_a_calendar(
    app: Flask,
    enter: Enter,  # noqa: F811
) -> None:
    it = case(app, _in_sessions)
    lead = enter(it.lead)
    with app.test_request_context(), transaction() as at:
        officer = account(at, "经办", "officer").id
    pages = (lead.get(it.at()), lead.get(it.at("training")), enter(officer or 0).get(f"/staff/tracks/{it.number}"))
    for page in pages:
        assert "2026年12月8日 9:00–12:00，自律规则" in page, re.findall("[^<>]*自律规则[^<>]*", page)
        assert "https://train.example/7" in page
        assert "8 December 2026 to 9 December 2026" in page, "in the reader's language, whatever the order's"
    assert it.at("training.ics") in pages[0]
    entry = lead.get(it.at("training.ics"))
    assert "DTSTART;TZID=Asia/Shanghai:20261208T090000\r\nDTEND;TZID=Asia/Shanghai:20261208T120000" in entry
    assert "DTSTART;VALUE=DATE:20261209\r\nDTEND;VALUE=DATE:20261210" in entry, "two in the afternoon is not guessed"
    assert entry.count("LOCATION:协会培训教室") == len(set(re.findall("UID:.*", entry))) == 2
    enter(it.stranger).get(it.at("training.ics"), 404)


def test_marks_kept_with_the_attendance_are_read_by_the_company_though_too_few_have_passed(
    app: Flask,
    enter: Enter,  # noqa: F811
) -> None:
    it = case(app, _in_sessions)
    with app.app_context(), transaction() as at:
        track = at.get_one(CaseTrack, it.number)
        by = actor(at.scalars(select(Account).where(Account.id == it.lead)).one())
        people = [Person(f"学员{place}", "催收主管") for place in "甲乙丙"]
        one, two, three = (each.id for each in measures.enrol(at, track, people=people, actor=by, now=NOW))
        officer = account(at, "经办", "officer").id or 0
    with time_machine.travel(datetime(2026, 12, 10, 3, tzinfo=UTC)):
        staff, url = enter(officer), f"/staff/tracks/{it.number}/attendance"
        assert "Mark of 学员甲" in staff.get(url)
        came = {f"sessions_{each}": ["1", "2"] for each in (one, two, three)}
        staff.post(url, **came, **{f"mark_{one}": "91", f"mark_{two}": "40"})
        assert 'value="40"' in staff.get(url), "what is kept stands there again"
        page = enter(it.lead).get(it.at())
    assert re.search(r"40\s+not passed", page)
    assert "1 more person has to be trained" in page


def test_a_training_without_sessions_is_in_the_calendar_from_its_first_day_to_its_last(
    app: Flask,
    enter: Enter,  # noqa: F811
) -> None:
    it = case(app, lambda chain: chain.executing([3]))
    begins = day_of(NOW) + 7 * DAY
    lead = enter(it.lead)
    entry, answer = lead.get(it.at("training.ics")), lead.client.get(f"{it.at('training.ics')}?lang=zh")
    named = answer.headers["Content-Disposition"]
    assert re.search(r"filename=AJ[0-9-]+\.ics; filename\*=UTF-8''%E5%8D%8F", named), named
    assert f"DTSTART;VALUE=DATE:{begins:%Y%m%d}\r\nDTEND;VALUE=DATE:{begins + 2 * DAY:%Y%m%d}" in entry
    assert "月" not in entry.partition("DESCRIPTION")[2], "days stand there in the reader's own calendar"


def _given_another_day(chain: Chain, *more: int) -> CaseTrack:
    """Its summons was served the day before, so the association set another day."""
    track, by = chain.effective([2, *more]), {"actor": actor(chain.officer), "version": None}
    first = chain.plan(chain.later(9))
    measures.execute(chain.session, track, **by, now=chain.later(9), interview=first)  # type: ignore[arg-type]
    late = first.at - DAY
    chain.serve(track, "D23b", late)
    interviews.confirm_attendance(chain.session, track, actor=actor(chain.lead), now=late)
    interviews.move(chain.session, track, plan=chain.plan(late), now=late, **by)  # type: ignore[arg-type]
    return track


def test_where_the_association_sets_another_time_its_summons_and_the_page_say_which_counts(
    app: Flask,
    enter: Enter,  # noqa: F811
) -> None:
    it = case(app, _given_another_day)
    lead = enter(it.lead)
    with app.app_context(), transaction() as at:
        summons = last_document(at, ["D23b"], "track", it.number)
        assert summons is not None
        number = summons.id
    page = lead.get(it.at())
    assert "This time counts, not the one in the summons." in page
    assert "gave the interview another time:" in page
    assert "confirmed that it comes to the interview" in page, "so it did of the time before"
    assert "the time in this summons does not count any more" in lead.get(f"/portal/notices/{number}")


def _ordered_anew_for_that_time(chain: Chain) -> CaseTrack:
    """The order was taken back, and goes out again."""
    track, head, officer = _given_another_day(chain, 4), actor(chain.head), actor(chain.officer)
    held, now = _held(chain, track), chain.plan(chain.later(9)).at - DAY + timedelta(hours=1)
    plan = InterviewPlan(held.at, held.place, tuple(held.interviewers))
    said = {"obstacle": "台风导致停业", "obstacle_ended": day_of(now), "asked_on": day_of(now)}
    reviews.restore(chain.session, track, **said, version=None, actor=head, now=now)  # type: ignore[arg-type]
    statements.waive(chain.session, track, confirmed=True, actor=actor(chain.lead), now=now)
    measures.execute(chain.session, track, actor=officer, version=None, now=now, interview=plan)
    chain.serve(track, "D23b", now)
    return track


def test_a_further_summons_counts_though_the_interview_had_been_moved_to_that_time(app: Flask, enter: Enter) -> None:  # noqa: F811
    it = case(app, _ordered_anew_for_that_time)
    page = enter(it.lead).get(it.at())
    assert "gave the interview another time:" in page, "so it did"
    assert "Put it in your calendar" in page
    assert "This time counts" not in page


def _given_up(chain: Chain) -> CaseTrack:
    """Summoned, and then the company is no longer able to carry anything out."""
    track, said = chain.executing([2]), {"ground": "UNABLE", "reasons": "已停业", "binding": True}
    endings.close_unexecuted(
        chain.session,
        track,
        **said,
        actor=actor(chain.head),
        version=None,
        now=chain.later(11),  # type: ignore[arg-type]
    )
    return track


def test_an_interview_that_is_held_no_more_is_taken_out_of_the_calendar(app: Flask, enter: Enter) -> None:  # noqa: F811
    it = case(app, _given_up)
    lead = enter(it.lead)
    page = lead.get(it.at())
    assert [each in page for each in ("Take it out of your calendar", "Put it in your calendar")] == [True, False]
    lead.get(it.at("interview.ics"), 404)
    entry = lead.get(f"{it.at('interview.ics')}?off=1")
    assert [each for each in ("METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1") if each not in entry] == []
    enter(it.stranger).get(f"{it.at('interview.ics')}?off=1", 404)


@pytest.mark.parametrize("how", ["given up", "taken back"])
def test_a_training_that_is_held_no_more_is_taken_out_of_the_calendar_session_by_session(
    app: Flask,
    enter: Enter,  # noqa: F811
    how: str,
) -> None:
    it = case(app, lambda chain: _in_sessions(chain, *[4] * (how == "taken back")))
    lead = enter(it.lead)
    before = lead.get(it.at("training.ics"))
    assert "out of your calendar" not in lead.get(it.at())
    with app.test_request_context(), transaction() as at:
        track, head = at.get_one(CaseTrack, it.number), actor(account(at, "负责人", "head"))
        if how == "taken back":
            said = {"obstacle": "台风导致停业", "obstacle_ended": day_of(NOW), "asked_on": day_of(NOW)}
            reviews.restore(at, track, **said, version=None, actor=head, now=NOW)  # type: ignore[arg-type]
        else:
            given = {"ground": "UNABLE", "reasons": "已停业", "binding": True}
            endings.close_unexecuted(at, track, **given, version=None, actor=head, now=NOW)  # type: ignore[arg-type]
    page, url = lead.get(it.at()), it.at("training.ics")
    assert [each in page for each in ("Take session 1 out", "Take session 2 out", "Put it in")] == [True, True, False]
    entry = lead.get(f"{url}?off=1")
    assert [each for each in ("METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1") if each not in entry] == []
    assert re.findall("UID:.*", entry) == re.findall("UID:.*", before)[:1]
    lead.get(f"{url}?off=3", 404)
    enter(it.stranger).get(f"{url}?off=1", 404)
    with time_machine.travel(datetime(2026, 12, 9, 3, tzinfo=UTC)):
        page = enter(it.lead).get(it.at())
        assert [f"Take session {no} out" in page for no in (1, 2)] == [False, True], "the first was to be held before"


def test_an_interview_that_went_with_an_order_taken_back_is_taken_out_of_the_calendar(
    app: Flask,
    enter: Enter,  # noqa: F811
) -> None:
    it = case(app, lambda chain: chain.executing([2, 4]))
    lead = enter(it.lead)
    before = lead.get(it.at("interview.ics"))
    with app.test_request_context(), transaction() as at:
        said = {"obstacle": "台风导致停业", "obstacle_ended": day_of(NOW), "asked_on": day_of(NOW), "version": None}
        head = actor(account(at, "负责人", "head"))
        reviews.restore(at, at.get_one(CaseTrack, it.number), **said, actor=head, now=NOW)  # type: ignore[arg-type]
    assert "Take it out of your calendar" in lead.get(it.at())
    lead.get(it.at("interview.ics"), 404)
    entry = lead.get(f"{it.at('interview.ics')}?off=1")
    assert [each for each in ("METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1") if each not in entry] == []
    assert re.findall("UID:.*", entry) == re.findall("UID:.*", before)
    enter(it.stranger).get(f"{it.at('interview.ics')}?off=1", 404)


def test_an_interview_that_a_review_took_away_is_asked_of_nobody(session: Session, now: datetime) -> None:
    chain = Reviewing(session, now).fill_pool()
    track = chain.executing([1, 2])
    held = _held(chain, track)
    assert queries_called_off.interview(session, track, chain.later(10)) is None
    chain.reviewed(chain.asked(track, now=chain.later(10)), "VARY", "VARY", "VARY", lighter=(1,))
    assert track.state == "EFFECTIVE"
    off = queries_called_off.interview(session, track, chain.later(10))
    assert off is not None
    assert off.number == held.id
    assert queries_respondents.ordered(session, track) == []


def test_no_interview_is_called_off_because_its_further_summons_is_made_void_and_goes_out_again(chain: Chain) -> None:
    track = chain.executing([2])
    held, session = _held(chain, track), chain.session
    said = {"second": chain.second, "situation": "无人到场。", "actor": actor(chain.officer), "version": None}
    after = held.at + timedelta(hours=1)
    interviews.miss(session, track, now=after, again=chain.plan(after), **said)  # type: ignore[arg-type]
    summons = last_document(session, ["D23b"], "track", track.id)
    assert summons is not None
    session.refresh(summons, ["services"])
    ask = Ask(session, summons.services[0], actor(chain.head), {"reason": "收件地址有误"}, after)
    SERVICE.carry_out(ask, "void")
    assert queries_called_off.interview(session, track, after) is None
    assert [each.opened for each in queries_respondents.ordered(session, track)] == [False]


def test_a_successor_reads_that_its_predecessor_proposed_another_time(
    app: Flask,
    enter: Enter,  # noqa: F811
) -> None:
    it = case(app, lambda chain: chain.executing([2]))
    enter(it.lead).post(it.at("interview", "other-time"), at=f"{NOW + timedelta(days=8):%Y-%m-%dT10:30}", why="出差")
    with app.test_request_context(), transaction() as at:
        heir = party(at, "远岬消费金融有限公司", basis=None)
        number = account(at, "远岬联系人", "respondent", "lead", party=heir).id or 0
        given: dict[str, Any] = {"kind": SuccessionKind.ABSORBED, "evidence": "合并协议", "version": None}
        given |= {"matters": [f"case_track:{it.number}"], "actor": actor(account(at, "负责人", "head"))}
        gone = at.get_one(CaseTrack, it.number).party
        successions.record(at, gone, heir, from_on=day_of(NOW), now=NOW + DAY, **given)
    with time_machine.travel(NOW + DAY):
        assert "<b>The company that yours succeeded</b> proposed another time" in enter(number).get(it.at())


def test_a_company_reads_that_its_interview_was_moved_beside_the_summons_that_names_the_old_time(
    app: Flask,
    enter: Enter,  # noqa: F811
) -> None:
    it = case(app, lambda chain: chain.executing([2]))
    lead = enter(it.lead)
    day = NOW + timedelta(days=8)
    lead.post(it.at("interview"))
    lead.post(it.at("interview", "other-time"), at=day.strftime("%Y-%m-%dT10:30"), why="负责人出差")
    page = lead.get(it.at())
    assert "proposed another time for the interview: " in page
    assert "The interview was moved" not in page
    with app.test_request_context(), transaction() as at:
        track, officer = at.get_one(CaseTrack, it.number), account(at, "承办员", "officer")
        later = NOW + timedelta(hours=5)
        interview_times.accept(at, track, actor=actor(officer), version=None, now=later, why="带上录音原件")
        summons = last_document(at, ["D23b"], "track", it.number)
        assert summons is not None
        (kept,) = company_papers.other_times(at, company_archives.Asked(track.party_id, None, "en"))
        assert "负责人出差" in kept.text
        assert "带上录音原件" in kept.text
    page = lead.get(it.at())
    assert "moved the interview as was proposed, to " in page
    assert "The interview was moved on" in page
    assert page.count("confirmed that it comes to the interview") == 1, "it did so itself, before it proposed"
    assert "the time that was proposed was taken on" in page
    assert "带上录音原件" in page
    assert "Your proposal of another time is answered" in lead.get("/portal/")
    page = lead.get(f"/portal/notices/{summons.id}")
    assert "the time in this summons does not count any more" in page
    assert f"{day.day} {day:%B %Y} 10:30" in page
    assert page.count(f'href="{it.at()}"') > 1


def test_a_page_for_what_cannot_be_done_says_why_and_asks_for_nothing(app: Flask, enter: Enter) -> None:  # noqa: F811
    it = case(app, lambda chain: chain.executing([1, 2]))
    with app.app_context(), transaction() as at:
        officer, head = account(at, "承办员", "officer").id or 0, account(at, "负责人", "head").id or 0
    day = enter(officer).get(f"/staff/tracks/{it.number}/interview-day")
    assert "The interview leaves time enough after its summons: its day stays." in day
    assert "Give this day" not in day
    refusing = enter(head).get(f"/staff/tracks/{it.number}/no-more-time")
    assert "Nobody asked for more time." in refusing
    assert 'name="why"' not in refusing


@pytest.mark.parametrize(
    ("line", "hours"),
    [
        ("2026年12月8日 9:00–12:00，规则", (9, 12)),
        ("12月8日 ９：００至１２：００", (9, 12)),
        ("2026-12-08 下午14:00-17:00", (14, 17)),
        ("2026-12-08 下午2:00-5:00", None),
        ("2026-12-08 2:00-5:00 p.m.", None),
        ("2026-12-08 9:00-12:00，14:00-17:00", None),
        ("2026-12-08 25:00-26:00", None),
        ("2026-12-08，2学时，规则", None),
    ],
)
def test_the_times_of_a_session_are_read_where_they_can_be_no_others(line: str, hours: tuple[int, int] | None) -> None:
    assert from_to(line) == (hours and (time(hours[0]), time(hours[1])))
