"""Views of the queue are addresses: saved, shared, counted; pages go both ways; a complaint knows its neighbours."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from casework import stop_contacts, triage
from casework.intake import Company
from casework.models import Complaint, NamedCompany
from casework.models_queue import NEVER, QueueEntry, SavedView
from casework.models_recusals import Interest
from core import clock
from core.actors import Actor
from core.db import SYSTEM_READER, read_as, transaction
from core.errors import NotAllowed
from desk import case_addresses, queries_cases_pages, queries_queue, queries_queue_select, queue_addresses, saved_views
from desk.queries_queue_select import Asked
from registry.models_accounts import Account
from tests.builders import Desk, account, actor_of, party
from tests.conftest import NOW
from tests.kept_states import brought_once
from tests.signed_in import signed_in
from tests.statements import counted

Enter = Callable[[int], FlaskClient]
MANY = 60


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Sign somebody in."""
    return partial(signed_in, app)


@pytest.fixture
@brought_once
def people(app: Flask) -> dict[str, int]:
    """Sixty complaints, and who works on them."""
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        for place in range(MANY):
            desk.received(
                contact=f"139{place:08d}", facts=f"第{place}件：多次致电我的同事，告知我欠款，并辱骂我的家人。"
            )
        other = account(at, "受理丙", "intake")
        return {"intake": desk.intake.id or 0, "head": desk.head.id or 0, "other": other.id}


def _refs(page: str) -> list[str]:
    return re.findall(r'name="ids" value="(TS[^"]+)"', page) or re.findall(
        r"/staff/complaints/(TS\d{4}-\w{6})\?in", page
    )


def _link(page: str, rel: str) -> str:
    found = re.search(rf'<a href="([^"]+)" rel="{rel}"', page)
    assert found, rel
    return found[1].replace("&amp;", "&")


def test_a_day_of_the_filter_that_cannot_be_read_is_said_and_stays_in_the_field(
    enter: Enter, people: dict[str, int]
) -> None:
    browser = enter(people["intake"])
    for typed in ("2026.11.31", "昨天", "9999-12-31"):
        page = browser.get(f"/staff?view=open&since={typed}&until={typed}").text
        assert f"“{typed}” could not be read as a day: nothing was left out because of it." in page
        assert f'value="{typed}"' in page
        assert '<details class="filter-box" open data-wide-open>' in page
    assert "Registered from: 2026" not in page
    chosen = browser.get("/staff?view=open&since=2026-11-20").text
    assert '<details class="filter-box" data-wide-open>' in chosen, "on a phone the chips say what is chosen"
    turned = browser.get("/staff?view=open&since=2026-11-20&until=2026-11-01").text
    assert "The first day is after the last one: nothing lies between them." in turned


def test_a_choice_with_many_words_is_saved_with_its_other_filters(
    app: Flask, enter: Enter, people: dict[str, int]
) -> None:
    browser = enter(people["intake"])
    page = browser.get(f"/staff?view=open&state=RECEIVED&officer=none&text={'多次致电我的同事' * 12}").text
    found = re.search(r'href="(/staff/views/new[^"]+)"', page)
    assert found
    assert browser.post(found[1].replace("&amp;", "&"), data={"name": "长词"}).status_code == 303
    with app.app_context(), transaction() as at:
        saved = dict(parse_qsl(at.scalars(select(SavedView.query)).one()))
    assert (saved["state"], saved["officer"]) == ("RECEIVED", "none")


def test_pages_go_forward_and_back_and_a_complaint_knows_its_neighbours(
    app: Flask, enter: Enter, people: dict[str, int]
) -> None:
    browser = enter(people["intake"])
    first = browser.get("/staff?view=acceptance").text
    second = browser.get(_link(first, "next")).text
    refs = [*_refs(first), *_refs(second)]
    assert (len(_refs(first)), len(_refs(second)), len(set(refs))) == (50, 10, MANY)
    assert _refs(browser.get(_link(second, "prev")).text) == _refs(first)
    page = browser.get(f"/staff/complaints/{refs[49]}?in=view%3Dacceptance").text
    assert refs[48] in _link(page, "prev")
    assert refs[50] in _link(page, "next")
    page = browser.get(f"/staff/complaints/{refs[50]}").text  # the view is remembered where the address does not say it
    assert refs[51] in _link(page, "next")
    assert 'rel="prev"' not in browser.get(f"/staff/complaints/{refs[0]}?in=view%3Dacceptance").text
    urgent = browser.get("/staff/views/next")
    assert refs[0] in urgent.location
    assert refs[1] in browser.get(f"/staff/views/next?but={refs[0]}").location
    sorted_ = browser.get("/staff?view=acceptance&sort=-received").text
    assert 'aria-sort="descending"' in sorted_
    assert 'aria-sort="ascending"' in first


def test_the_next_most_urgent_goes_through_all_of_my_work_and_then_begins_again(
    enter: Enter, people: dict[str, int]
) -> None:
    browser = enter(people["intake"])
    refs = _refs(browser.get("/staff?view=mine").text)[:4]

    def pressed(ref: str, opened: str = "") -> str:
        page = browser.get(opened or f"/staff/complaints/{ref}").text
        to = browser.get(re.findall(r'href="([^"]+)" data-key="n"', page)[0].replace("&amp;", "&")).location
        browser.get(to)
        return str(re.findall(r"TS2026-\w{6}", to)[0])

    assert pressed(refs[2], f"/staff/complaints/{refs[2]}?in=view%3Dall") == refs[0], "it was opened from elsewhere"
    assert [pressed(ref) for ref in refs[:3]] == refs[1:]
    assert pressed(refs[2]) == refs[0], "it was come to from the search, or by the link of a mail"
    last = _refs(browser.get(_link(browser.get("/staff?view=mine").text, "next")).text)[-1]
    assert pressed(last, f"/staff/complaints/{last}?in=view%3Dmine") == refs[0], "after the last it begins again"


def test_the_next_most_urgent_after_a_deed_is_what_followed_and_not_what_follows_its_new_day(
    app: Flask, enter: Enter, people: dict[str, int]
) -> None:
    browser = enter(people["intake"])
    refs = _refs(browser.get("/staff?view=mine").text)[:4]
    browser.get(browser.get("/staff/views/next").location)
    browser.get(f"/staff/complaints/{refs[0]}")
    with app.app_context(), transaction() as at:
        it = select(Complaint.id).where(Complaint.ref == refs[0]).scalar_subquery()
        at.execute(update(QueueEntry).where(QueueEntry.complaint_id == it).values(due_on=NEVER))
    assert refs[1] in browser.get(f"/staff/views/next?but={refs[0]}").location


def test_a_complaint_leads_back_to_the_page_it_was_opened_from_and_to_the_first_once_all_of_that_is_done(
    app: Flask, enter: Enter, people: dict[str, int]
) -> None:
    browser = enter(people["intake"])
    address = _link(browser.get("/staff?view=acceptance&sort=received").text, "next")
    second = browser.get(address).text
    refs = _refs(second)
    opened = re.findall(r'href="(/staff/complaints/TS[^"]+[?]in[^"]+)"', second)[0].replace("&amp;", "&")

    def back(page: str) -> str:
        return re.findall(r'href="([^"]+)" data-key="u"', page)[0].replace("&amp;", "&")

    page = browser.get(opened).text
    assert refs[0] in opened
    assert back(page) == address
    assert back(browser.get(f"/staff/complaints/{refs[0]}").text) == address, "after a deed the address says no more"
    assert back(browser.get(_link(page, "next")).text) == address
    with app.app_context(), transaction() as at:
        ids = select(Complaint.id).where(Complaint.ref.in_(refs))
        at.execute(delete(QueueEntry).where(QueueEntry.complaint_id.in_(ids)))
    answer = browser.get(address)
    assert (answer.status_code, answer.location) == (302, "/staff?view=acceptance&sort=received")


def test_the_page_one_comes_from_is_remembered_however_long_the_words_are_that_were_looked_for(app: Flask) -> None:
    said: dict[str, Any] = {"view": "open", "text": "催收" * 50, "after": "2026-11-30~123456"}
    with app.test_request_context():
        for addresses, asked in ((queue_addresses, Asked(**said)), (case_addresses, queries_cases_pages.Asked(**said))):
            query = queue_addresses.carried(queue_addresses.query_of(asked), vars(asked))[: queue_addresses.LONGEST]
            assert queue_addresses.place_in(query) == {"after": said["after"]}
            assert addresses.asked_in(query).view == "open"


@pytest.mark.parametrize("asked", [Asked(view="acceptance"), Asked(view="all", sort="-received")])
def test_the_neighbours_of_a_complaint_are_asked_for_once_and_are_those_of_the_list(
    app: Flask, people: dict[str, int], asked: Asked
) -> None:
    with app.app_context(), transaction() as at:
        who = actor_of(at.get_one(Account, people["intake"]))
        before, here, after = queries_queue.page(at, asked, who, clock.today(), "zh").lines[3:6]
        known = queries_queue.beside(at, asked, who, here.id)
        assert (known.before, known.after) == (before.ref, after.ref)
        assert (known.nth, known.many) == (5, queries_queue.page(at, asked, who, clock.today(), "zh").total)
        with counted(app) as said:
            assert queries_queue.beside(at, asked, who, here.id, known.place) == known
        assert len([each for each in said if "SELECT" in each.upper()]) == 1


def test_the_next_complaint_still_follows_after_a_deed_moved_this_one_or_took_it_out(
    app: Flask, enter: Enter, people: dict[str, int]
) -> None:
    browser = enter(people["intake"])
    refs = _refs(browser.get("/staff?view=acceptance").text)
    for view, place in (("acceptance", 4), ("open", 20)):
        opened = browser.get(f"/staff/complaints/{refs[place]}?in=view%3D{view}")
        assert re.search(r"No\. \d+ of \d+<", opened.text)
        with app.app_context(), transaction() as at:
            it = at.scalars(select(Complaint).where(Complaint.ref == refs[place])).one()
            if view == "acceptance":
                number = party(at, "望岭消费金融").id
                masked = {
                    "masked_facts": "多次致电我的同事。",
                    "actor": actor_of(at.get_one(Account, people["intake"])),
                }
                triage.accept(at, it, respondents=[number], now=NOW, **masked)
            else:
                at.execute(update(QueueEntry).where(QueueEntry.complaint_id == it.id).values(due_on=NEVER))
        page = browser.get(f"/staff/complaints/{refs[place]}").text
        assert not re.search(r"No\. \d+ of \d+<", page), "it does not stand there any more"
        assert (refs[place - 1] in _link(page, "prev"), refs[place + 1] in _link(page, "next")) == (True, True), view
    with app.app_context(), transaction() as at:
        entry = select(QueueEntry.complaint_id).order_by(QueueEntry.complaint_id.desc()).limit(1).scalar_subquery()
        at.execute(update(QueueEntry).values(due_on=NOW.date()))
        at.execute(
            update(QueueEntry).where(QueueEntry.complaint_id == entry).values(due_on=NOW.date() + timedelta(days=1))
        )
        last = at.scalars(select(Complaint.ref).where(Complaint.id == entry)).one()
    browser.get(f"/staff/complaints/{last}?in=view%3Dopen")
    with app.app_context(), transaction() as at:
        at.execute(update(QueueEntry).where(QueueEntry.complaint_id == entry).values(due_on=NEVER))
    page = browser.get(f"/staff/complaints/{last}").text
    assert ('rel="next"' in page, 'rel="prev"' in page) == (False, True), "it does not follow itself"
    page = browser.get(f"/staff/complaints/{refs[4]}?in=view%3Dacceptance").text
    assert refs[0] in _link(page, "next"), "opened in a view that does not hold it"
    assert 'rel="prev"' not in page


def test_a_choice_is_saved_as_an_address_for_oneself_or_for_all(
    app: Flask, enter: Enter, people: dict[str, int]
) -> None:
    browser, other = enter(people["intake"]), enter(people["other"])
    asked = "view=open&sort=due&channel=WEB"
    form = f"/staff/views/new?page=complaints&query={asked.replace('=', '%3D').replace('&', '%26')}"
    assert browser.get(form).status_code == 200
    assert browser.post(form, data={"key": "v0", "name": " "}).status_code == 422
    for key, name, shared in (("v1", "网上来的", ""), ("v2", "大家的", "y")):
        answer = browser.post(form, data={"key": key, "name": name, **({"shared": shared} if shared else {})})
        assert answer.status_code == 303
        assert dict(parse_qsl(urlsplit(answer.location).query)) == {"view": "open", "sort": "due", "channel": "WEB"}
    mine, theirs = browser.get("/staff").text, other.get("/staff").text
    assert "网上来的" in mine
    assert "大家的" in mine
    assert "大家的" in theirs
    assert "网上来的" not in theirs
    opened = other.get(f"/staff?{asked}").text
    assert re.findall(r"<h1[^>]*>\s*([^<]+?)\s*<", opened) == ["大家的"], "what is looked at is called by its name"
    assert re.findall(r'aria-current="true"><span>([^<]+)', opened) == ["大家的"]
    side = re.search(r"大家的</span> <span class=\"amount\">([\d,+]+)", mine)
    assert side
    assert side[1] == str(MANY)
    with app.app_context(), transaction() as at:
        views = {view.name: view.id for view in at.scalars(select(SavedView))}
    assert other.post(f"/staff/views/{views['网上来的']}/remove", data={"key": "r1"}).status_code == 404
    assert other.post(f"/staff/views/{views['大家的']}/remove", data={"key": "r2"}).status_code == 403
    assert enter(people["head"]).post(f"/staff/views/{views['大家的']}/remove", data={"key": "r3"}).status_code == 303
    assert browser.post(f"/staff/views/{views['网上来的']}/remove", data={"key": "r4"}).status_code == 303
    assert "网上来的" not in browser.get("/staff").text


def test_a_saved_view_keeps_no_words_and_those_of_earlier_ones_are_taken_out(
    app: Flask, enter: Enter, people: dict[str, int]
) -> None:
    browser = enter(people["intake"])
    form = "/staff/views/new?page=complaints&query=view%3Dopen%26text%3D13800138000%26channel%3DWEB"
    shown = browser.get(form).text
    assert "no words or numbers that were looked for" in shown
    assert "“13800138000” is not kept" in shown, "said of this very choice"
    answer = browser.post(form, data={"key": "t1", "name": "催收", "shared": "y"})
    assert urlsplit(answer.location).query == "view=open&channel=WEB"
    for page in ("/staff", "/staff/views"):
        assert "13800138000" not in enter(people["other"]).get(page).text
    earlier = {"text=%E5%BC%A0&view=all": "view=all", "view=all&text=1&text=2": "view=all", "view=open": "view=open"}
    with app.app_context(), transaction() as at:
        for name in earlier:
            said = {"page": "complaints", "query": name, "shared": True, "made_at": NOW}
            at.add(SavedView(owner_id=people["other"], name=name, **said))
        at.flush()
        migration = import_module("migrations.versions.0109_views_without_words")
        at.execute(text(migration.CLEANED))
        at.expire_all()
        found = at.scalars(select(SavedView).where(SavedView.owner_id == people["other"]))
        assert {each.name: each.query for each in found} == earlier


def test_what_everybody_uses_is_not_replaced_by_a_view_of_the_same_name(enter: Enter, people: dict[str, int]) -> None:
    browser, form = enter(people["intake"]), "/staff/views/new?page=complaints&query=view%3Dopen"
    assert browser.post(form, data={"key": "w1", "name": "催办", "shared": "y"}).status_code == 303
    again = browser.post(form.replace("open", "all"), data={"key": "w2", "name": "催办"})
    assert again.status_code == 422
    assert "Everybody sees a view of yours by this name" in again.text
    assert "view=open" in enter(people["other"]).get("/staff/views").text
    for key, query in (("w3", "open"), ("w4", "all")):
        answer = browser.post(form.replace("open", query), data={"key": key, "name": "我的"})
        assert answer.status_code == 303
    assert browser.get("/staff/views").text.count("我的</a>") == 1


def test_every_view_stands_on_the_page_of_all_and_ones_own_stand_first_beside_the_queue(
    app: Flask, enter: Enter, people: dict[str, int]
) -> None:
    with app.app_context(), transaction() as at:
        for number in range(50):
            said = {"page": "complaints", "query": f"view=all&text={number}", "shared": True, "made_at": NOW}
            at.add(SavedView(owner_id=people["other"], name=f"共享{number:02d}", **said))
        at.add(SavedView(owner_id=people["intake"], name="自己共享", **said))
    browser = enter(people["intake"])
    beside = browser.get("/staff").text
    assert beside.index("自己共享") < beside.index("共享00")
    assert "共享49" not in beside
    assert "共享49" in browser.get("/staff/views").text


def test_the_select_of_an_address_is_what_the_page_lists(app: Flask, people: dict[str, int]) -> None:
    with app.app_context(), transaction() as at:
        who = actor_of(at.get_one(Account, people["intake"]))
        for asked in (Asked(), Asked(view="open", channel="WEB"), Asked(view="all"), Asked(view="open", text="第7件")):
            listed = queries_queue.page(at, asked, who, clock.today(), "zh")
            found = list(at.scalars(select(Complaint.id).where(*queries_queue_select.conditions(at, asked, who))))
            assert {line.id for line in listed.lines} <= set(found)
            assert len(found) == listed.total


def test_words_that_are_looked_for_too_long_are_given_up_and_the_page_leads_to_the_search(
    app: Flask, enter: Enter, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = enter(people["intake"])
    ref = _refs(browser.get("/staff?view=acceptance&text=第7件").text)[0]
    monkeypatch.setattr(queries_queue, "SECONDS", 0.05)
    for name in ("_cut", "_stands"):
        monkeypatch.setattr(queries_queue, name, lambda at, *_of: at.execute(text("SELECT pg_sleep(2)")))
    page = browser.get("/staff?view=all&text=第7件").text
    assert "Looking for these words took too long and was stopped." in page
    assert 'href="/staff/search?q=%E7%AC%AC7%E4%BB%B6"' in page
    assert "0 in all" not in page
    assert browser.get(f"/staff/complaints/{ref}?in=view%3Dall%26text%3D第7件").status_code == 200


def test_only_staff_save_views(session: Session) -> None:
    desk = Desk(session, NOW)
    with pytest.raises(NotAllowed):
        saved_views.save(session, page="complaints", name="x", query="", shared=False, actor=desk.lead, now=NOW)


def test_what_is_written_out_for_a_seat_is_answered_to_each_who_sits_there(session: Session) -> None:
    desk = Desk(session, NOW)
    mine, others = desk.forwarded().complaint, desk.forwarded(contact="13900000001").complaint
    away = account(session, "经办丙", "officer")
    mine.officer_id, others.officer_id = desk.officer.id, away.id
    session.commit()
    read_as(session, SYSTEM_READER)

    def seen(who: Actor) -> tuple[set[int], int]:
        found = queries_queue.page(session, Asked(), who, NOW.date(), "zh")
        return {line.id for line in found.lines}, queries_queue.counts(session, who)["mine"]

    assert seen(desk.officer) == ({mine.id}, 1)
    assert seen(actor_of(away)) == ({others.id}, 1)
    assert seen(replace(desk.officer, covers=frozenset({away.id}))) == ({mine.id, others.id}, 2)


@pytest.mark.parametrize("how", ["nobody has", "a colleague who is away has", "only asked to stop calling"])
def test_what_others_have_or_nobody_about_a_company_of_mine_is_no_work_of_mine(session: Session, how: str) -> None:
    desk = Desk(session, NOW)
    about, other = desk.received(), desk.received(companies=[Company("FIRM", "NAME", desk.outside.name_zh)])
    away, me = account(session, "受理丙", "intake"), desk.intake
    if how == "only asked to stop calling":
        session.execute(update(NamedCompany).where(NamedCompany.party_id == desk.lender.id).values(party_id=None))
        said: dict[str, Any] = {"number": "13912345678", "own": True, "actor": desk.intake, "now": desk.now}
        stop_contacts.request(session, about, parties=[desk.lender.id], **said)
    elif how != "nobody has":
        about.officer_id = other.officer_id = away.id
        me = replace(me, covers=frozenset({away.id}))
    of = {"account_id": me.id, "kind": "SHARES", "from_on": date(2020, 1, 1), "declared_at": NOW}
    old = Interest(**of, party_id=desk.outside.id, to_on=date(2022, 1, 1))
    session.add_all([Interest(**of, party_id=desk.lender.id), old])
    session.commit()
    read_as(session, SYSTEM_READER)
    listed = queries_queue.page(session, Asked(), me, NOW.date(), "zh")
    assert {line.id for line in listed.lines} == {other.id}
    assert queries_queue.counts(session, me)["mine"] == 1
    assert queries_queue.most_urgent(session, me) == other.ref
    assert queries_queue.most_urgent(session, me, other.id) == ""
    assert queries_queue.beside(session, Asked(), me, other.id).after == ""
    assert set(session.scalars(select(Complaint.id).where(*queries_queue_select.conditions(session, Asked(), me)))) == {
        other.id
    }


def test_a_request_to_stop_contact_that_waits_stays_in_the_work_of_intake_once_its_complaint_is_forwarded(
    session: Session,
) -> None:
    desk = Desk(session, NOW)
    it = desk.forwarded().complaint
    it.officer_id = None
    said: dict[str, Any] = {"number": "13912345678", "own": True, "actor": desk.intake, "now": desk.now}
    stop_contacts.request(session, it, parties=[desk.lender.id], **said)
    session.commit()
    read_as(session, SYSTEM_READER)
    both = replace(desk.intake, roles=frozenset({"intake", "officer", "head"}))
    for who, mine in ((desk.intake, {it.id}), (both, {it.id}), (desk.officer, set())):
        assert {line.id for line in queries_queue.page(session, Asked(), who, NOW.date(), "zh").lines} == mine
        assert queries_queue.counts(session, who)["mine"] == len(mine)
