"""Pages of figures: who reads what, in both languages, as files, printed, and published."""

import csv
import io
import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from playwright.sync_api import Route
from sqlalchemy import select

from casework import complaints, policies_pages, triage
from casework.models_recusals import Recusal
from core import clock, outbox
from core.db import Reader, read_as, session, transaction
from figures import jobs, months, queries
from figures.models import Figure, FigureChange, FigureMonth, FigureRevision, OpenCell
from figures.queries import Chosen
from figures.tables import shown
from registry import settings
from registry.models_accounts import Account
from tests import browser, vnu
from tests.builders import Desk, account, party, person_of
from tests.conftest import NOW
from tests.kept_states import brought_once
from tests.sanctions.chain import Chain
from tests.signed_in import signed_in

BAD_NAME = "=HYPERLINK(1)消费金融有限公司"


class House:
    """A decision in force that was counted, and people who look."""

    code = "V-C04"

    def __init__(self, app: Flask) -> None:
        """Bring it about."""
        self.app = app
        with app.app_context():
            with transaction() as at:
                chain = Chain(at, NOW - timedelta(days=60))
                track = chain.effective([2])
                chain.lender.name_zh = BAD_NAME
                self.case, self.party, self.firm = track.case_id, chain.lender.id, chain.firm.id
                self.people = {"officer": chain.officer.id, "head": chain.head.id, "panel": chain.panel[0].id}
                self.people |= {"lead": chain.lead.id, "firm": chain.firm_lead.id}
            _count()

    def enter(self, who: str, lang: str = "en") -> FlaskClient:
        """Somebody, signed in."""
        return signed_in(self.app, self.people[who], lang=lang)


def _count() -> None:
    read_as(session(), Reader("zilu_system"))
    waiting = months.to_count(session(), clock.now())
    session().rollback()
    for month in waiting:
        jobs.count_month(month.isoformat())


class Life(House):
    """Complaints that were answered and accepted, not accepted, and still open, counted."""

    code = "V-C01"

    def __init__(self, app: Flask) -> None:
        """Bring it about."""
        self.app = app
        with app.app_context():
            with transaction() as at:
                desk = Desk(at, NOW - timedelta(days=10))
                sent = desk.forwarded()
                desk.answer(sent, desk.now + timedelta(days=1))
                desk.release(sent, desk.now + timedelta(days=2))
                desk.serve("forwarding", sent.id, "D39", desk.now + timedelta(days=2))
                person = person_of(sent.complaint)
                complaints.accept_reply(at, sent.complaint, actor=person, now=desk.now + timedelta(days=4))
                refused = desk.received(contact="13900001234")
                desk.received(contact="13900005678")
                triage.reject(at, refused, reason="NO_FACTS", ways=["x"], actor=desk.intake, now=desk.now)
                self.party, self.people = sent.party_id, {"officer": desk.intake.id}
            _count()


@pytest.fixture
@brought_once
def house(app: Flask) -> House:
    return House(app)


def test_figures_of_one_company_are_asked_for_by_its_name_and_one_that_nobody_bears_is_told(house: House) -> None:
    officer = house.enter("officer")
    by_name = officer.get("/staff/statistics", query_string={"company": BAD_NAME, "code": "V-C04"})
    assert by_name.status_code == 302
    assert (
        dict(parse_qsl(urlsplit(by_name.location).query)).items()
        >= {"party": str(house.party), "code": "V-C04"}.items()
    )
    page = officer.get(by_name.location).text
    assert f'value="{BAD_NAME}"' in page
    assert "<option" not in page[page.index('name="company"') : page.index('name="code"')]
    with house.app.app_context(), transaction() as at:
        party(at, "同名小额贷款有限公司").name_zh = BAD_NAME
    [stands] = re.findall(r'name="company" value="([^"]*)"', officer.get(by_name.location).text)
    again = officer.get("/staff/statistics", query_string={"company": unescape(stands), "code": "V-C01"})
    assert f"party={house.party}&code=V-C01" in again.location, "one of two namesakes is meant by what stands there"
    unknown = officer.get("/staff/statistics?company=无此单位", follow_redirects=True)
    assert "“无此单位” names no one company" in unknown.text
    assert 'value="无此单位"' in unknown.text
    long = officer.get(f"/staff/statistics?company={10**19}", follow_redirects=True)
    assert f"“{10**19}” names no one company" in long.text


def test_staff_read_every_table_with_its_chart_and_take_it_along(house: House) -> None:
    for lang, title in (("zh", "每月收到与办结"), ("en", "Received and ended by month")):
        page = house.enter("officer", lang).get("/staff/statistics")
        text = page.get_data(as_text=True)
        assert page.status_code == 200
        assert title in text
        assert text.count('<title id="chart-') == text.count('<desc id="chart-') >= 4
        assert "/staff?view=all" in text
    officer = house.enter("officer")
    answer = officer.get(f"/staff/statistics/institutions.csv?party={house.party}")
    [heads, row] = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert heads[:3] == ["Company", "Complaints received", "Complaints ended"]
    assert row[0] == f"'{BAD_NAME}"
    book = load_workbook(io.BytesIO(officer.get("/staff/statistics/statistics.xlsx").get_data()))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert f"'{BAD_NAME}" in {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert book.sheetnames[-1] == "What is counted"
    assert officer.get("/staff/statistics/nothing.csv").status_code == 404
    assert house.enter("panel").get("/staff/statistics").status_code == 403
    assert house.enter("lead").get("/staff/statistics").status_code in {302, 403}


def test_shares_in_one_column_have_one_decimal_all_of_them() -> None:
    assert [shown(each) for each in (98.1, 100.0, 1234.0, None, 12)] == ["98.1", "100.0", "1,234.0", "—", "12"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_the_statistics_are_filtered_by_is_said_with_the_readers_colon(house: House, lang: str) -> None:
    page = house.enter("officer", lang).get(f"/staff/statistics?code={house.code}").get_data(as_text=True)
    said = [bool(re.search(rf"\w{each}{house.code}", page)) for each in ("：", ": ")]
    assert said == [lang == "zh", lang == "en"]


def _leading(page: str) -> list[tuple[str, int]]:
    """Every number of the page that leads on: its address, and the number."""
    cells = re.findall(r'<td><a href="([^"]+)">([\d,]+)<', page)
    tops = re.findall(r'<a href="([^"]+)">[^<]*</a></span><b>([\d,]+)</b>', page)
    return [(unescape(url), int(many.replace(",", ""))) for url, many in cells + tops]


OF_A_DECISION = {"view=all", "view=open", "behind/clock", "behind/finding", "behind/measure"}
OF_ANSWERS = {"view=all", "view=ended", "outcome=ACCEPTED", "outcome=REJECTED", "behind/answer", "behind/forwarded"}


@pytest.mark.parametrize(("made", "wanted"), [(House, OF_A_DECISION), (Life, OF_ANSWERS)])
def test_every_link_of_the_statistics_leads_to_as_many_as_it_says(
    app: Flask, made: type[House], wanted: set[str]
) -> None:
    house, kinds = made(app), set()
    officer = house.enter("officer")
    for narrowed in ("", f"?party={house.party}", f"?code={house.code}", "?channel=WEB"):
        for url, many in _leading(officer.get(f"/staff/statistics{narrowed}").get_data(as_text=True)):
            listed = re.search(r"([\d,]+) in all", officer.get(url).get_data(as_text=True))
            assert listed is not None, url
            assert int(listed[1].replace(",", "")) == many, url
            if "view=open" not in url:
                assert "what was counted last night" in officer.get(url).text, "both may differ, and the list says why"
            kinds |= set(re.findall(r"behind/\w+|view=\w+|outcome=\w+", url))
    assert kinds >= wanted


@pytest.mark.parametrize("made", [House, Life])
@pytest.mark.parametrize("role", policies_pages.ASIDE)
def test_figures_lead_nobody_to_complaints_that_he_may_not_read(app: Flask, made: type[House], role: str) -> None:
    house = made(app)
    with app.app_context(), transaction() as at:
        house.people[role] = account(at, "某人", role).id
    aside = house.enter(role)
    for url in ("/staff?view=all", "/staff?view=all&since=2020-01", "/staff/views/new?page=complaints"):
        assert aside.get(url).status_code in {403, 404}, url
    first = aside.get("/staff/statistics").text
    listed = [url for url, _many in _leading(first)]
    assert listed or made is Life
    pages = [first, *(aside.get(url).text for url in listed), aside.get("/staff/views").text]
    onward = {unescape(url) for page in pages for url in re.findall(r'<a[^>]* href="(/staff[^"]*)"', page)}
    wrong = {url: answer for url in onward if (answer := aside.get(url, follow_redirects=True).status_code) != 200}
    assert not wrong


def test_what_no_figure_is_kept_by_is_left_out_and_said_on_page_and_file(app: Flask) -> None:
    house = Life(app)
    officer, page = house.enter("officer"), "/staff/statistics"
    three = "Any two of company, kind of breach and channel are counted together, never all three. Left out here: "
    narrowed = {
        f"party={house.party}&code=V-C01": ("How complaints came in.", {"channels"}),
        f"party={house.party}&channel=WEB": ("By kind of breach.", {"codes", "measures", "measure_codes"}),
        "code=V-C01&channel=WEB": (
            "By institution; By collection firm.", {"institutions", "firms", "measures", "measure_codes"}
        ),
    }  # fmt: skip
    whole = set(re.findall(r'figure-card" id="(\w+)"', officer.get(page).text))
    for query, (titles, untold) in narrowed.items():
        text = officer.get(f"{page}?{query}").text
        assert three + titles in text, query
        assert whole - set(re.findall(r'figure-card" id="(\w+)"', text)) == untold, query
        assert all(officer.get(f"{page}/{key}.csv?{query}").status_code == 404 for key in untold), query
        sheet = load_workbook(io.BytesIO(officer.get(f"{page}/statistics.xlsx?{query}").get_data())).worksheets[-1]
        assert three + titles in {cell.value for line in sheet.iter_rows() for cell in line}, query
    dropped = "The channel that was chosen does not narrow this page."
    assert dropped in officer.get(f"{page}?party={house.party}&code=V-C01&channel=WEB").text
    assert all(dropped not in officer.get(f"{page}?{query}").text for query in narrowed)
    assert "三项中，至多两项可同时统计。此处不列：按机构；" in house.enter("officer", "zh").get(f"{page}?{query}").text


def test_tables_are_called_in_the_reader_s_language(house: House) -> None:
    said = {"zh": ("统计-", "按机构-"), "en": ("Statistics-", "By institution-")}
    for lang, names in said.items():
        reader = house.enter("officer", lang)
        for file, name in zip(("statistics.xlsx", "institutions.csv"), names, strict=True):
            assert name in unquote(reader.get(f"/staff/statistics/{file}").headers["Content-Disposition"])


def test_of_cases_nothing_is_counted_under_a_channel_and_limits_know_only_the_period(house: House) -> None:
    officer, page = house.enter("officer"), "/staff/statistics"
    text = officer.get(f"{page}?channel=WEB").text
    assert "A case has no channel: measures and findings are left out here." in text
    assert "behind/measure" not in text
    assert "behind/finding" not in text
    heads = officer.get(f"{page}/institutions.csv?channel=WEB").get_data().decode("utf-8-sig").splitlines()[0]
    assert "Measures" not in heads
    assert "Channel: " not in officer.get(f"{page}/behind/measure?channel=WEB").text
    coded = officer.get(f"{page}?code={house.code}").text
    assert "also if set aside since" not in coded, "by code only decisions that stand are counted"
    assert "only measures of decisions that stand are counted" in coded
    limits = officer.get(f"{page}/limits.csv").get_data()
    assert len(limits.splitlines()) > 1
    for query in (f"party={house.party}", f"code={house.code}", "channel=WEB"):
        assert officer.get(f"{page}/limits.csv?{query}").get_data() == limits, query


def test_what_is_listed_behind_a_figure_leads_on_to_the_matter(house: House) -> None:
    officer = house.enter("officer")
    page = officer.get("/staff/statistics/behind/measure?said=2").get_data(as_text=True)
    assert re.search(r'<td class="wide"><a href="/staff/\w+/\d+', page)
    assert "Warning interview</h1>" in page
    assert "What was counted" not in page
    every = officer.get("/staff/statistics/behind/measure").get_data(as_text=True)
    assert ">Warning interview</td>" in every
    assert vnu.errors({"one": page, "every": every}) == []
    assert officer.get("/staff/statistics/behind/measure?said=9").status_code == 404
    assert officer.get("/staff/statistics/behind/nothing").status_code == 404
    assert house.enter("panel").get("/staff/statistics/behind/measure?said=2").status_code == 403


def test_whoever_was_recused_from_a_case_does_not_count_it(house: House) -> None:
    def counted(settings: tuple[tuple[str, str], ...], role: str = "zilu_staff") -> int:
        with house.app.app_context():
            read_as(session(), Reader(role, settings))
            asked = queries.months(session(), Chosen((NOW - timedelta(days=400)).date().replace(day=1), NOW.date()))
            return sum(many for (_month, what, _said), many in asked.items() if what == "MEASURE")

    mine = (("zilu.account", str(house.people["officer"])),)
    assert counted(mine) == 1
    with house.app.app_context(), transaction() as at:
        at.add(Recusal(**_recusal(house)))
    assert counted(mine) == 0
    assert counted((("zilu.account", str(house.people["head"])),)) == 1


def _recusal(house: House) -> dict[str, object]:
    said = {"part": "officer", "how": "DECLARED", "ground": "SHARES", "facts": "持有股权", "state": "GRANTED"}
    return {**said, "case_id": house.case, "account_id": house.people["officer"], "asked_at": NOW, "decided_at": NOW}


def test_a_company_reads_its_own_figures_and_nobody_elses(house: House) -> None:
    for who, mine in (("lead", True), ("firm", False)):
        with house.app.app_context():
            number = house.party if mine else house.firm
            read_as(session(), Reader("zilu_party", (("zilu.party", str(number)),)))
            found = session().scalars(select(Figure)).all()
            assert {each.party_id for each in found} <= {number}
            assert {each.what for each in found} <= {"FORWARDED", "ANSWER", "MEASURE", "SET_ASIDE"}
            assert bool(found) is mine
        for lang, title in (("zh", "历史趋势"), ("en", "History and trend")):
            page = house.enter(who, lang).get(f"/portal/history?party={house.party}")
            assert page.status_code == 200
            assert title in page.get_data(as_text=True)
    lead, firm = house.enter("lead"), house.enter("firm")
    with house.app.app_context():
        read_as(session(), Reader("zilu_party", (("zilu.party", str(house.party)),)))
        begun = min(session().scalars(select(Figure.month)))
    offered = re.findall(
        r'<option value="(\d{4}-\d\d)"', lead.get("/portal/history?since=2026-11").get_data(as_text=True)
    )
    assert min(offered) == f"{begun:%Y-%m}", "no month before anything was counted"
    own = list(csv.reader(io.StringIO(lead.get("/portal/history/measures.csv").get_data().decode("utf-8-sig"))))
    assert "Warning interview" in own[0]
    turned = "/portal/history/own.csv?since=2026-11&until=2025-01"
    lines = lead.get(turned).get_data().decode("utf-8-sig").splitlines()
    assert (lines[1][:7], lines[-1][:7]) == ("2025-01", "2026-11"), "a period said from its end is turned round"
    others = firm.get(f"/portal/history/own.csv?party={house.party}").get_data().decode("utf-8-sig")
    assert all(line[1:] == ["0", "0"] for line in list(csv.reader(io.StringIO(others)))[1:])
    assert lead.get("/portal/history/history.xlsx").status_code == 200


def test_a_correction_of_a_closed_month_is_no_counting_of_the_open_ones(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        first = at.scalars(select(FigureMonth).order_by(FigureMonth.month)).first()
        assert first is not None
        first.counted_at = NOW + timedelta(days=3)
    said = re.compile(r"Open months were last counted at ([^<]+?)\.")
    pages = (house.enter("officer").get("/staff/statistics").text, house.enter("lead").get("/portal/history").text)
    staff, company = (said.findall(page) for page in pages)
    assert staff == company != []


def test_of_closed_months_alone_nobody_reads_when_the_open_ones_were_counted(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        shut = at.scalars(select(FigureMonth.month).where(FigureMonth.closed_at.is_not(None))).first()
    assert shut is not None
    span = f"?since={shut:%Y-%m}&until={shut:%Y-%m}"
    for who, page in (("officer", "/staff/statistics"), ("lead", "/portal/history")):
        assert "Open months were last counted" not in house.enter(who).get(f"{page}{span}").text


def test_the_head_corrects_a_closed_month_with_a_reason_that_everybody_reads(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        closed = at.scalars(select(FigureMonth).where(FigureMonth.closed_at.is_not(None))).first()
        assert closed is not None
        said = f"{closed.month:%Y-%m}"
        at.scalars(select(Figure).where(Figure.month == closed.month).order_by(Figure.id)).all()[0].many += 1
    head, officer = house.enter("head"), house.enter("officer")
    assert officer.get(f"/staff/statistics/months/{said}/correct").status_code == 403
    assert head.post(f"/staff/statistics/months/{said}/correct", data={"key": "c1"}).status_code == 422
    done = head.post(f"/staff/statistics/months/{said}/correct", data={"key": "c2", "reason": "复核后更正"})
    assert done.status_code == 303
    assert "复核后更正" in officer.get(done.headers["Location"]).get_data(as_text=True)
    assert "复核后更正" in officer.get("/staff/statistics").get_data(as_text=True)


def test_a_correction_says_in_words_what_it_changed_and_when_not_all_of_it_is_listed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, chinese = house.people["officer"], house.enter("officer", "zh")
    told = {
        ("RECEIVED", ""): "收到投诉",
        ("ENDED", "ACCEPTED"): "已接受答复",
        ("ANSWER", "IN_TIME"): "按期答复",
        ("CLOCK", "K01/KEPT"): "投诉受理审查：按期",
        ("MEASURE", "2"): "警示约谈",
        ("FINDING", "ESTABLISHED"): "成立",
        ("TRACK", "OPENED"): "当月立案",
        ("STAY", "complaint/RECEIVED/15"): "投诉：受理审查，1.5日",
        ("DONE", str(officer)): "经办",
    }
    with house.app.app_context(), transaction() as at:
        month = min(at.scalars(select(FigureMonth.month)))
        by = {"month": month, "revision": 1}
        at.add(FigureRevision(**by, at=NOW, by=officer, reason="x", changed=len(told)))
        at.flush()
        for what, said in told:
            one = {"what": what, "said": said, "channel": "WEB", "party_id": house.party, "code": house.code}
            at.add(FigureChange(**by, **one, before=0, after=1))
        told["DONE", str(officer)] = at.get_one(Account, officer).name
    page = f"/staff/statistics/months/{month:%Y-%m}/corrections/1"
    rows = [re.findall(r"<td>(.*?)</td>", row) for row in chinese.get(page).text.split("<tr>")]
    rows = [row for row in rows if row]
    assert len(rows) == len(told)
    for (what, said), word in told.items():
        assert any(word in row[:2] for row in rows), (what, said, rows)
    assert {row[5] for row in rows} == {BAD_NAME}
    assert not [cell for row in rows for cell in (*row[:2], row[4]) if re.search(r"[A-Z_]{2,}|^\d+$", cell)]
    assert "仅列出" not in chinese.get(page).text
    monkeypatch.setattr(queries, "MOST", 3)
    assert "仅列出其中前3项。" in chinese.get(page).text


def test_a_period_that_cannot_be_read_is_said_and_what_was_chosen_stays(house: House) -> None:
    head, page = house.enter("head"), "/staff/statistics"
    said = head.get(f"{page}?since=2026-11&until=2026-01").text
    assert "The first month is after the last one. Shown are the months from 2026-01 to 2026-11." in said
    since = re.search(r'<select id="filter-since".*?</select>', said, re.DOTALL)
    assert since is not None
    assert '<option value="2026-11" selected>' in since[0]
    assert "“abc” could not be read as a month." in unescape(head.get(f"{page}?since=abc").text)
    assert "2001-01 is not one of the last 60 months." in head.get(f"{page}?since=2001-01").text
    assert "Shown are" not in head.get(f"{page}?since=2026-01&until=2026-11").text
    chinese = house.enter("firm", "zh").get("/portal/history?since=2026-11&until=2026-01").text
    assert "起始月份晚于截止月份。" in chinese


@pytest.mark.parametrize("width", [320, 390])
def test_the_months_do_not_widen_the_page_of_a_phone(house: House, width: int) -> None:
    head = house.enter("head")

    def answer(route: Route) -> None:
        found = head.get(route.request.url.removeprefix("http://localhost"))
        route.fulfill(status=found.status_code, body=found.get_data(), content_type=found.content_type)

    with browser.chromium() as begun:
        page = begun.new_page(viewport={"width": width, "height": 844})
        page.route("**/*", answer)
        page.goto("http://localhost/staff/statistics/months")
        assert page.locator("main tbody .hidden").count()
        assert page.evaluate("document.scrollingElement.scrollWidth") == width


def test_what_is_published_names_nobody_and_hides_small_cells(house: House, client: FlaskClient) -> None:
    for lang, title in (("zh", "开放数据"), ("en", "Open data")):
        assert title in client.get(f"/open-data?lang={lang}").get_data(as_text=True)
    with house.app.app_context():
        read_as(session(), Reader("zilu_public"))
        cells = session().scalars(select(OpenCell)).all()
        assert cells
        assert all(each.many is None or each.many >= 3 for each in cells)
        session().rollback()
    found = json.loads(client.get("/open-data/measures.json").get_data())
    assert found["licence"]
    assert {row["result"] for row in found["rows"]} == {"L2", "ALL"}
    assert all(row["count"] is None and row["suppressed"] for row in found["rows"])
    last = found["rows"][-1]["month"]
    single = json.loads(client.get(f"/open-data/measures.json?month={last}&lang=en").get_data())
    assert {each["month"] for part in ("rows", "months") for each in single[part]} == {last}
    assert single["publisher"].isascii(), "in the language of its title and licence"
    saved = client.get(f"/open-data/measures.csv?month={last}").headers["Content-Disposition"]
    assert f"measures-{last}.csv" in saved, "no two months are saved under one name"
    lines = list(csv.DictReader(io.StringIO(client.get("/open-data/complaints.csv").get_data().decode("utf-8-sig"))))
    assert set(found["rows"][0]) == {"month", "company", "code", "result", "count", "suppressed"}
    assert all(set(line) == set(found["rows"][0]) for line in lines)
    answer = client.get("/open-data/measures.csv")
    assert {line.split(",")[-1] for line in answer.text.splitlines()[1:]} == {"true"}, "as the fields are described"
    assert BAD_NAME not in answer.get_data(as_text=True)
    assert client.get("/open-data/measures.csv", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/open-data/secrets.csv").status_code == 404
    for month in ("2026-13", "2020-01", "2026-12"):
        for file in ("measures.csv", "complaints.json"):
            assert client.get(f"/open-data/{file}?month={month}").status_code == 404, "an empty file says: none"


def test_months_published_under_another_threshold_say_theirs(house: House, client: FlaskClient) -> None:
    own = "Months that were published while another number was set:"
    assert own not in client.get("/open-data?lang=en").text
    with house.app.app_context(), transaction() as at:
        opened = queries.opened(at)
        opened[-1].least, last = opened[-1].least + 4, f"{opened[-1].month:%Y-%m}"
        now = opened[0].least
        settings.setting(at, "SMALL_CELL").value = 9
    text = client.get("/open-data?lang=en").text
    assert f"fewer than {now} people is hidden" in text, "that of the months that are there, not the one set since"
    assert own in text
    assert f"<li>{last}: fewer than {now + 4} people</li>" in text
    assert f"<li>{last}：少于{now + 4}人</li>" in client.get("/open-data?lang=zh").text


def test_pages_stand_when_nothing_was_counted(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        jobs.count("2026-12-01")
        with transaction() as at:
            jobs.nightly(at, NOW)
            jobs.nightly(at, NOW)
        assert outbox.run_all() <= 1
    assert "No month has been published yet." in client.get("/open-data?lang=en").get_data(as_text=True)
    assert json.loads(client.get("/open-data/complaints.json").get_data())["rows"] == []
