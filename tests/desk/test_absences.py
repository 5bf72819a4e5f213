"""Whoever stands in sees the work on those days only; everybody's load is counted; handing over goes in bulk."""

from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from casework import complaints, queries_cases, triage
from casework.models import Complaint
from casework.models_queue import QueueEntry
from core import clock
from core.actors import SYSTEM
from core.clock import day_of
from core.db import transaction
from core.errors import BadInput, NotAllowed, NotNow
from core.journal import JournalEntry
from core.words import in_both
from desk import choices, queries_cases_pages, queries_queue, queries_workload
from desk.queries_queue_select import Asked
from figures import queries
from registry import absences, accounts, sessions
from registry.models_accounts import Account
from registry.models_clocks import Clock, ClockEnd, ClockState
from tests.builders import Desk, account, actor_of, also
from tests.builders_cases import World
from tests.conftest import NOW
from tests.signed_in import signed_in

TODAY = day_of(NOW)


def test_work_follows_to_the_substitute_and_comes_back_by_itself(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        away, stands_in = at.get_one(Account, desk.officer.id), account(at, "代办丁", "officer", "intake")
        it = desk.accepted()
        complaints.assign(at, it, away.id, actor=desk.head, now=NOW)
        days = (TODAY, TODAY + timedelta(days=2))
        made = absences.enter(at, away, stands_in, days, actor=actor_of(away), now=NOW)
        token = sessions.begin(at, stands_in, passed=True, client="test", now=NOW)
        person, ref = stands_in.id, it.ref
        noted = at.info["journal"][-1]
        assert (noted["row"], noted["changes"]["substitute"]) == ("absence.enter", person)
    with app.app_context(), transaction() as at:
        seen = sessions.seen(at, token, NOW)
        assert seen is not None
        assert seen.actor.covers == {away.id}
        page = queries_queue.page(at, Asked(), seen.actor, TODAY, "en")
        assert ref in str(page.lines)
        assert queries_queue.counts(at, seen.actor)["mine"] == 1
        assert [(each.name, each.open) for each in queries_workload.loads(at, TODAY) if each.substitute] == [
            ("经办乙", 1)
        ]
        assert absences.away(at, days[1]) == {away.id: person}
        assert not absences.away(at, days[1] + timedelta(days=1))
        absences.end(at, at.merge(made), actor=actor_of(away), now=NOW)
        at.flush()  # a request of its own asks who is here
        back = sessions.seen(at, token, NOW)
        assert back is not None
        assert not back.actor.covers
        assert queries_queue.counts(at, back.actor)["mine"] == 0


def test_an_absence_from_tomorrow_shows_the_work_to_nobody_today(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        person, stands_in = at.get_one(Account, desk.officer.id), account(at, "代办丁", "officer")
        tomorrow = TODAY + timedelta(days=1)
        absences.enter(at, person, stands_in, (tomorrow, tomorrow), actor=actor_of(person), now=NOW)
        token = sessions.begin(at, stands_in, passed=True, client="test", now=NOW)
        seen = sessions.seen(at, token, NOW)
        assert seen is not None
        assert not seen.covers
        assert (absences.away(at, TODAY), absences.standing(at, TODAY)) == ({}, {})
        assert absences.away(at, tomorrow) == {person.id: stands_in.id}


def test_a_substitute_is_somebody_present_with_the_same_role(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        person, other = at.get_one(Account, desk.officer.id), account(at, "代办丁", "officer")
        reviewer = account(at, "审理员", "reviewer")
        mine, days = actor_of(person), (TODAY, TODAY + timedelta(days=3))
        with pytest.raises(NotAllowed):
            absences.enter(at, person, other, days, actor=actor_of(other), now=NOW)
        for substitute, span in (
            (person, days),
            (reviewer, days),
            (other, (days[1], days[0])),
            (other, (date(2026, 1, 1), date(2026, 1, 2))),
        ):
            with pytest.raises(BadInput):
                absences.enter(at, person, substitute, span, actor=mine, now=NOW)
        made = absences.enter(at, person, other, days, actor=desk.head, now=NOW)
        with pytest.raises(BadInput):
            absences.enter(at, person, other, days, actor=mine, now=NOW)
        with pytest.raises(BadInput):
            absences.enter(at, other, person, days, actor=actor_of(other), now=NOW)
        third = account(at, "代办戊", "officer")
        with pytest.raises(BadInput) as ill:
            absences.enter(at, other, third, days, actor=actor_of(other), now=NOW)
        assert f"This person stands in for {person.name} in these days." in in_both(ill.value)["en"]
        absences.end(at, made, actor=mine, now=NOW)
        with pytest.raises(NotNow):
            absences.end(at, made, actor=mine, now=NOW)


def test_no_day_lies_in_two_absences_and_nobody_who_is_locked_out_stands_in(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        person, other = at.get_one(Account, desk.officer.id), account(at, "代办丁", "officer")
        first, last = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
        said = {"actor": actor_of(person), "now": NOW}
        absences.enter(at, person, other, (first, last), **said)  # type: ignore[arg-type]
        for span in ((TODAY, first), (last, last + timedelta(days=1))):
            with pytest.raises(BadInput) as twice:
                absences.enter(at, person, other, span, **said)  # type: ignore[arg-type]
            assert twice.value.field == "from_on"
        left = account(at, "代办戊", "officer")
        left.locked_at = NOW
        with pytest.raises(BadInput) as gone:
            absences.enter(at, person, left, (TODAY, TODAY), **said)  # type: ignore[arg-type]
        assert gone.value.field == "substitute"


def test_who_was_invited_and_has_not_come_in_is_offered_no_work_and_stands_in_for_nobody(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        invited, head = account(at, "新人己", "officer", "investigator"), account(at, "负责人辛", "head")
        invited.invited = True
        at.flush()
        it, person, days = desk.accepted(), at.get_one(Account, desk.officer.id), (TODAY, TODAY)
        with pytest.raises(NotAllowed):
            complaints.assign(at, it, invited.id, actor=desk.head, now=NOW)
        with pytest.raises(BadInput, match="已受邀"):
            absences.enter(at, person, invited, days, actor=desk.head, now=NOW)
        assert invited.id not in {each.id for each in (*queries_cases.officers(at), *queries_cases.investigators(at))}
        ref, number = it.ref, head.id
    with time_machine.travel(NOW):
        browser = signed_in(app, number, now=NOW)
        for page in (f"/staff/complaints/{ref}", "/staff/workload/absence"):
            assert "经办乙" in browser.get(page).text
            assert "新人己" not in browser.get(page).text


def test_once_a_substitute_has_left_nobody_stands_in_and_the_head_is_asked_for_another(app: Flask) -> None:
    with time_machine.travel(NOW, tick=True):
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            person, other = at.get_one(Account, desk.officer.id), account(at, "代办丁", "officer")
            days = (TODAY, TODAY + timedelta(days=2))
            made = absences.enter(at, person, other, days, actor=desk.head, now=NOW)
            accounts.lock(at, other, actor=SYSTEM, why="离任", now=NOW)
            with force_locale("en"):
                assert "nobody stands in" in choices.people_choices(at, [person])[0][1]
        client = signed_in(app, desk.head.id)
        page = client.get("/staff/workload").text
        assert page.count("nobody stands in: 代办丁 has left") == 2
        waiting = client.get("/staff/tasks").text
        assert f"Whoever stands in for {person.name} has left" in waiting
        assert "/staff/workload#absences" in waiting
        client.post(f"/staff/workload/absence/{made.id}/end", data={"key": "b1"})
        assert "has left" not in client.get("/staff/tasks").text


def test_the_page_shows_the_load_takes_an_absence_and_leads_to_handing_over(app: Flask) -> None:
    with time_machine.travel(NOW, tick=True):
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            it = desk.accepted()
            complaints.assign(at, it, desk.officer.id, actor=desk.head, now=NOW)
            other = account(at, "代办丁", "officer").id
        client = signed_in(app, desk.officer.id)
        assert "Nobody is away" in client.get("/staff/workload").text
        said = {"person": desk.officer.id, "from_on": TODAY, "to_on": TODAY, "substitute": other, "key": "a1"}
        assert client.post("/staff/workload/absence", data=said).status_code == 303
        page = client.get("/staff/workload").text
        assert "代办丁 stands in" in page
        address = f"/staff/complaints/many/assign?view=open&officer={desk.officer.id}&which=all"
        assert address.replace("&", "&amp;") in page
        assert "All 1 that match" in client.get(address).text
        assert client.post("/staff/workload/absence", data={**said, "key": "a2"}).status_code == 422
        assert client.post("/staff/workload/absence/1/end", data={"key": "a3"}).status_code == 303
        assert "Nobody is away" in client.get("/staff/workload").text
        with app.app_context(), transaction() as at:
            assert at.scalar(select(JournalEntry.id).where(JournalEntry.row == "absence.end")) is not None


def test_the_form_offers_only_who_can_stand_in_and_takes_an_absence_that_has_begun(app: Flask) -> None:
    with time_machine.travel(NOW, tick=True):
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            person, head = desk.officer.id, desk.head.id
            other = account(at, "代办丁", "officer").id
            account(at, "发布员", "publisher")
        client = signed_in(app, person)
        offered = client.get("/staff/workload/absence").text.partition('name="substitute"')[2]
        assert "代办丁" in offered
        assert "发布员" not in offered
        assert "经办乙" not in offered
        everybody = signed_in(app, head).get("/staff/workload/absence").text.partition('name="substitute"')[2]
        assert "代办丁 (Case officer)" in everybody
        assert "发布员" not in everybody, "nobody else publishes"
        said = {"person": person, "from_on": TODAY - timedelta(days=1), "to_on": TODAY, "substitute": other}
        assert client.post("/staff/workload/absence", data={**said, "key": "a1"}).status_code == 303
        with app.app_context(), transaction() as at:
            assert absences.away(at, TODAY) == {person: other}


def test_what_was_merged_is_nobodys_work_wherever_work_is_counted(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        mine, intake = actor_of(at.get_one(Account, desk.officer.id)), desk.intake
        also(at, mine.id, "intake")
        leads = [desk.received(contact=f"1390000000{each}") for each in range(2)]
        seconds = [desk.received(contact=f"1390000000{each}") for each in range(2)]
        for it in (leads[0], seconds[0]):
            complaints.assign(at, it, mine.id, actor=desk.head, now=NOW)
        for lead, second in zip(leads, seconds, strict=True):
            triage.merge(at, second, lead=lead, same_facts=True, actor=intake, now=NOW)
        numbers = [each.id for each in seconds]
    choices = (Asked("mine"), Asked("open", officer="me"), Asked("unassigned"), Asked("open", officer="none"))
    for many in (1, 2):
        with app.app_context(), transaction() as at:
            assert queries_queue.counts_of(at, choices, mine) == [many] * 4
            by_workload = {each.account_id: each.open for each in queries_workload.loads(at, TODAY)}
            by_figures = {each.account: each.complaints for each in queries.workload(at, queries.Chosen(TODAY, TODAY))}
            for person in (mine.id, None):
                assert by_workload[person] == by_figures[person] == many
            for second in at.scalars(select(Complaint).where(Complaint.id.in_(numbers), Complaint.state == "MERGED")):
                triage.unmerge(at, second, why="事实不同", messages=[], actor=intake, now=NOW)


def test_overdue_is_what_was_due_before_today_and_soon_the_next_three_days(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        numbers = [desk.received(contact=f"1390000000{each}").id for each in range(4)]
    with app.app_context(), transaction() as at:
        for number, left in zip(numbers, (-1, 0, 3, 4), strict=True):
            at.get_one(QueueEntry, number).due_on = TODAY + timedelta(days=left)
        at.flush()
        assert [each.complaints for each in queries_workload.loads(at, TODAY) if each.open] == [(4, 1, 2)]


def test_a_case_that_nobody_investigates_yet_is_work_here_as_in_the_statistics(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        World(at, NOW).case()
        by_workload = {each.account_id: each.tracks for each in queries_workload.loads(at, TODAY)}
        by_figures = {each.account: each.tracks for each in queries.workload(at, queries.Chosen(TODAY, TODAY))}
    assert by_workload[None] == by_figures[None] == 2


def test_whoever_only_keeps_cases_stands_in_the_load_also_locked_and_they_are_handed_over(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        world = World(at, NOW)
        case, head = world.case(), account(at, "部门负责人", "head")
        keeper = at.get_one(Account, case.officer_id)
        keeper.locked_at = NOW
        token = sessions.begin(at, head, passed=True, client="test", now=NOW)
        at.flush()
        loads = {each.account_id: each for each in queries_workload.loads(at, TODAY)}
        assert (loads[keeper.id].kept, loads[keeper.id].tracks, loads[keeper.id].locked) == (1, 0, True)
        assert queries_workload.hanging(at, keeper.id) == (0, 1, 0)
        number = keeper.id
    client = app.test_client()
    client.set_cookie("lang", "en")
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    page = client.get("/staff/workload").text
    assert "cases kept: 1" in page
    assert f"/staff/cases?view=open&amp;officer={number}" in page, "work leads to its list"
    assert f"/staff?view=open&amp;officer={number}" not in page, "and nobody to an empty one"
    address = f"/staff/workload/hand-over/{number}"
    assert address in page
    assert "0 open complaints, 1 cases and 0 investigations" in client.get(address).text


def test_lists_and_numbers_say_whether_what_was_merged_is_among_them(app: Flask) -> None:
    with time_machine.travel(NOW, tick=True):
        with app.app_context(), transaction() as at:
            head = Desk(at, NOW).head.id
        client = signed_in(app, head)
        without = "Without what was merged"
        for page in ("/staff/workload", "/staff?view=unassigned", "/staff?view=open&officer=none"):
            assert without in client.get(page).text, page
        every = client.get("/staff?view=open").text
        assert "What was merged is counted here as well" in every
        assert without not in every


def test_the_load_says_how_many_cases_are_overdue_as_the_list_of_cases_does(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        world = World(at, NOW - timedelta(days=20))
        codes = ("V-C04", "V-C01", "V-P01")
        tracks = [world.filed(code, world.case(world.complaint(codes=(code,)))) for code in codes]
        who = {each.investigator_id for each in tracks}
        of = [each.id for each in tracks]
        for each, left in zip(tracks, (-3, 30, 30), strict=True):  # two late tracks are one late case
            beside = each.case.tracks[1]
            beside.investigator_id = each.investigator_id
            limits = Clock.subject_id == beside.id, Clock.subject_type == "track", Clock.state == ClockState.RUNNING
            for clock in at.scalars(select(Clock).where(*limits)):
                clock.due_on = TODAY + timedelta(days=left)
        found = select(Clock).where(Clock.subject_type == "track", Clock.subject_id.in_(of)).order_by(Clock.subject_id)
        running = at.scalars(found.where(Clock.state == ClockState.RUNNING, Clock.key == "K11")).all()
        for limit, left in zip(running, (-8, 2, 30), strict=True):
            limit.due_on = TODAY + timedelta(days=left)
        over = running[0]
        over.state, over.how, over.ended_at, over.provisional = ClockState.ENDED, ClockEnd.EXPIRED, NOW, False
        token = sessions.begin(at, world.officer, passed=True, client="test", now=NOW)
        people = [at.get_one(Account, each) for each in who]
    with app.app_context(), transaction() as at:
        loads = {each.account_id: each.cases for each in queries_workload.loads(at, TODAY)}
        assert [loads[each] for each in who] == [(6, 1, 1)]
        for person in people:
            for asked in (queries_cases_pages.Asked(), queries_cases_pages.Asked(view="open", officer=str(person.id))):
                assert queries_cases_pages.page(at, asked, actor_of(person), TODAY).groups["over"] == 1
    client = app.test_client()
    client.set_cookie("lang", "en")
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    page = client.get("/staff/workload").text
    assert "cases overdue: 1" in page
    assert "cases due within 3 days: 1" in page


def test_whoever_has_work_finds_under_the_own_name_where_to_enter_an_absence(app: Flask) -> None:
    for role in sorted(absences.WORK | {"panel"}):
        with app.app_context(), transaction() as at:
            token = sessions.begin(at, account(at, f"同事{role}", role), passed=True, client="test", now=clock.now())
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["sid"] = token
        offered = 'href="/staff/workload/absence"' in browser.get("/account/notifications").text
        assert (offered, browser.get("/staff/workload/absence").status_code) == (
            (True, 200) if role in absences.WORK else (False, 403)
        ), role


def test_an_absence_of_more_than_a_year_is_asked_about(app: Flask) -> None:
    with time_machine.travel(NOW, tick=True):
        with app.app_context(), transaction() as at:
            person, other = (account(at, name, "officer").id for name in ("经办乙", "代办丁"))
        client = signed_in(app, person)
        last = TODAY.replace(year=TODAY.year + 36)
        said = {"person": person, "from_on": TODAY, "to_on": last, "substitute": other, "key": "y1"}
        asked = client.post("/staff/workload/absence", data=said)
        assert asked.status_code == 422
        assert "check the year of both days" in asked.text
        assert client.post("/staff/workload/absence", data={**said, "years": "y", "key": "y2"}).status_code == 303
