"""The head's and the officer's day: what is urgent, how a date came, a draft approved, a file made and taken along."""

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pdfplumber
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Route, expect

from casework import intake as coming_in
from casework import tracks
from casework.intake import Company
from casework.models_cases import CaseTrack
from core.actors import NOBODY
from core.clock import ZONE
from registry import settings
from tests.builders import submission
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.journeys import cast
from tests.journeys.backstage import Backstage, behind
from tests.journeys.conftest import DATABASE, Ask, asking, running
from tests.journeys.person import PATIENCE, PHONE, Person
from tests.site import Site

NAMED = "收到投诉，当日不计入期限"
"""From which event a check of acceptance counts."""

CAME = {
    13: "对方每天多次致电我的同事，打听我的住址。",
    16: "催收人员冒充法院工作人员，威胁上门拘留我。",
    18: "还款以后仍然收到催款短信，客服不予答复。",
    20: "深夜十一点半接到催收电话，家里老人受到惊吓。",
    25: "有人在业主群公布了我的照片和欠款金额。",
}
"""What came in on which day of November and is the officer's: five working days are for its acceptance."""
FILED = NOW - timedelta(days=5)
MISSING = "请补充11月10日来电的通话录音。"
CHAIN = ["check:reviewer", "sign:head"]
HALF_A_MINUTE = 31_000
TEN_SECONDS = 10_000
"""Milliseconds until a page asks again who is there."""

People = Callable[..., Person]


@dataclass(frozen=True)
class Morning:
    """What lies on the desks."""

    backstage: Backstage
    refs: list[str]
    case: int
    track: int
    ref: str


@pytest.fixture(scope="module")
def site(peopled: str) -> Iterator[Site]:
    """A site of its own: what waits for whom is counted, and a chain of approval laid down."""
    with running(peopled, database=f"{DATABASE}_day") as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def morning(site: Site) -> Iterator[Morning]:
    """The officer's complaints and a colleague's, a case filed, and a letter that two others approve."""
    with behind(site) as backstage:
        refs = [_received(backstage, "officer", day) for day in CAME]
        _received(backstage, "officer2", 12)
        with backstage.at(FILED) as people:
            people.confirm()
            track = people.filed("V-I02")
            laid = settings.lay_down(
                people.session,
                "APPROVAL_CHAIN.D02",
                CHAIN,
                like="APPROVAL_CHAIN",
                meaning=("steps of approval of D02", "补正通知书的审批步骤"),
                basis="秘书长办公会纪要〔2026〕3号",
                actor=cast.KEEPER,
                now=FILED,
            )
            settings.confirm(people.session, laid, actor=cast.KEEPER, version=None, now=FILED)
            made = Morning(backstage, refs, track.case_id, track.id, track.case.ref)
        yield made


def _received(backstage: Backstage, officer: str, day: int) -> str:
    """The number of a complaint that came in that day and is somebody's."""
    with backstage.at(datetime(2026, 11, day, 10, tzinfo=ZONE)) as people:
        said = submission(
            companies=[Company("INSTITUTION", "NAME", cast.LENDER)],
            contact=f"{officer}.{day}@example.invalid",
            facts=CAME.get(day, "对方要求我向亲友借款还债，并留下他们的号码。"),
        )
        it, _code = coming_in.submit(people.session, said, key=said.contact, actor=NOBODY, now=people.now)
        it.officer_id = people.who(cast.mail(officer)).id  # as it was given before that was asked
        return it.ref


@pytest.fixture(scope="module")
def reported(morning: Morning, site: Site) -> Morning:
    """Its notice was set and sealed, the lender explained, and the investigator reports."""
    with asking(site) as ask:
        until = time.monotonic() + PATIENCE
        while left := ask("SELECT id FROM document WHERE pdf_sha256 IS NULL"):
            assert time.monotonic() < until, (left, site.log("worker"))
            time.sleep(0.1)
    with morning.backstage.at(FILED) as people:
        track = people.session.get_one(CaseTrack, morning.track)
        people.serve(track, "D11b")
        tracks.explain(people.session, track, text="情况说明", actor=actor(people.lead), now=people.later(1))
        people.found(track, people.later(2))
    return morning


def test_the_day_begins_with_what_is_most_urgent_and_its_date_is_computed_day_by_day(
    person: People, morning: Morning
) -> None:
    officer = person().sign_in(cast.mail("officer"))
    assert officer.page.url.endswith("/staff"), "my work comes first"
    heads = [" ".join(each.split()) for each in officer.page.locator("tr.group").all_inner_texts()]
    assert heads == ["已逾期 2", "今日到期 1", "未来3日 1", "以后或者无期限 1"]
    listed = re.findall(r"TS2026-\w{6}", officer.reads())
    assert listed == morning.refs, "the most urgent first, and nothing of a colleague's"
    officer.picture("my-work.zh")
    officer.follow("最紧急的一件")
    assert morning.refs[0] in officer.page.url
    officer.page.locator(".clock-over summary").first.click()
    officer.follow("另页查看全部计算过程")
    rows = [each.locator("td").all_inner_texts() for each in officer.page.locator("#days tbody tr").all()]
    assert [row[2] for row in rows] == ["", "", "", "1", "2", "3", "4", "5"]
    assert [row[1].strip() for row in rows][:3] == [
        NAMED,
        *["周末，不计入"] * 2,
    ]
    officer.says("工作日")
    officer.no_barrier()
    officer.picture("clock.zh")
    assert not officer.complaints


def test_a_moment_is_typed_and_read_in_beijing_time_wherever_somebody_sits(
    person: People, ask: Ask, morning: Morning
) -> None:
    officer = person(timezone_id="America/New_York").sign_in(cast.mail("officer"))
    officer.go(f"/staff/cases/{morning.case}/contacts").follow("登记一次联系…")
    officer.says("所有时间均为北京时间（Asia/Shanghai）。")
    said = {"at": "2026-11-10 21:30", "kind": "CALL_INTERACTIVE", "answer": "SPOKEN"}
    officer.send(**{name: _option(officer, name, 1) for name in ("whose", "by")}, **said)
    assert "21:30" in officer.page.locator("#contacts").inner_text()
    assert [row.at for row in ask("SELECT at FROM contact_event")] == [datetime(2026, 11, 10, 13, 30, tzinfo=UTC)]


def _option(writer: Person, name: str, place: int) -> str:
    return str(writer.page.locator(f"[name={name}] option").nth(place).get_attribute("value"))


def test_two_at_one_complaint_see_each_other_come_write_and_go(person: People, morning: Morning) -> None:
    page = f"/staff/complaints/{morning.refs[1]}"
    officer, head = person(), person()
    officer.page.clock.install()
    officer.sign_in(cast.mail("officer")).go(page)
    head.sign_in(cast.mail("head")).go(page).says("周砚正在查看")
    line = officer.page.locator("[data-presence]")
    assert line.is_hidden(), "nobody else was there"
    officer.page.clock.fast_forward(HALF_A_MINUTE)
    expect(line).to_have_text("方秉正正在查看")
    with head.page.expect_response("**/presence/**writes=1"):
        head.page.locator("[name='note-text']").press_sequentially("请")
    officer.page.clock.fast_forward(HALF_A_MINUTE)
    expect(line).to_have_text("方秉正正在填写")
    officer.picture("who-is-here.zh")
    head.go("/staff")
    officer.page.clock.fast_forward(TEN_SECONDS)
    expect(line).to_be_hidden(timeout=TEN_SECONDS)


def test_a_letter_is_seen_as_a_draft_approved_by_two_others_and_numbered_once(
    person: People, ask: Ask, morning: Morning
) -> None:
    letters, page = "SELECT number FROM document WHERE kind = 'D02'", f"/staff/complaints/{morning.refs[2]}"
    intake, reviewer, head = (person("en", **PHONE).sign_in(cast.mail(who)) for who in ("intake", "reviewer", "head"))
    form = intake.go(page).form("/do/ask_info")
    intake.fill(form, **{"ask_info-missing": MISSING})
    draft = _looked_at(intake, form)
    assert MISSING in "".join(draft)
    assert all("草稿" in each for each in draft)
    intake.press(form)
    intake.picture("letter-waits.en.phone")
    intake.follow("Look at the draft")
    intake.says("In approval")
    assert not intake.page.locator("form[action$='/sign'], form[action$='/approve']").count()
    where = intake.page.url
    reviewer.go("/staff/approvals").follow("", where="tbody")
    reviewer.says(MISSING)
    reviewer.no_barrier()
    reviewer.picture("draft-to-approve.en.phone")
    reviewer.send("/approve", **{"approve-said": "核对无误。"})
    assert not ask(letters), "nothing is numbered before the last of the chain has signed"
    head.go(where).no_barrier()
    head.picture("draft-to-sign.en.phone")
    again = Person(head.page.context.new_page(), head.site).go(where)
    head.send("/sign", **{"sign-said": "同意印发。"})
    again.send("/sign", right=False, **{"sign-said": "同意印发。"})
    (letter,) = ask(letters)
    intake.go(page).says(letter.number)
    assert not [*intake.complaints, *reviewer.complaints, *head.complaints]


def _looked_at(writer: Person, form: Locator) -> list[str]:
    """What stands on each page of the documents that a form would issue, which a tab of their own shows."""
    shown: list[bytes] = []

    def keep(route: Route) -> None:
        answer = route.fetch()
        assert answer.headers["content-type"] == "application/pdf", answer.text()
        shown.append(answer.body())
        route.fulfill(response=answer)

    context, where = writer.page.context, str(form.get_attribute("action"))
    context.route(f"**{where}", keep)
    with context.expect_event("response", lambda answer: answer.url.endswith(where)), context.expect_page():
        form.locator("button[name=look]").click()
    context.unroute(f"**{where}")
    with pdfplumber.open(io.BytesIO(shown[0])) as document:
        return [re.sub(r"\s", "", page.extract_text()) for page in document.pages]


def test_measures_are_suggested_with_reasons_and_clauses_and_a_judgment_is_counted_at_once(
    person: People, reported: Morning
) -> None:
    reviewer = person().sign_in(cast.mail("reviewer"))
    reviewer.go(f"/staff/tracks/{reported.track}").follow("提出")
    ticked = reviewer.page.locator("[name=measures]:checked")
    assert [each.get_attribute("value") for each in ticked.all()] == ["1", "3", "4"]
    table = reviewer.page.locator("#suggestion table.score")
    assert "V-I02" in table.inner_text()
    assert table.locator("tfoot td").inner_text() == "75"
    reviewer.page.locator("#findings summary").first.click()
    clauses = reviewer.page.locator("#findings details li").all_inner_texts()
    assert "《中华人民共和国个人信息保护法》第25条" in clauses
    reviewer.no_barrier()
    reviewer.picture("suggested.zh")
    form = reviewer.form(holding="measures")
    reviewer.fill(form, M4="yes", M4_reason="主动提供全部录音。")
    reviewer.press(form, "score")
    assert table.locator("tfoot td").inner_text() == "70"
    assert "主动提供全部录音。" in table.inner_text()
    reviewer.send(right=False, measures=[1])
    assert reviewer.page.locator("#departure-error").count() == 1, "a departure from it needs reasons"
    assert not reviewer.complaints


def test_the_head_takes_the_journal_of_a_case_along(person: People, reported: Morning) -> None:
    head = person().sign_in(cast.mail("head")).go(f"/staff/cases/{reported.case}")
    heads, *rows = csv.reader(io.StringIO(_taken(head, "CSV").decode("utf-8-sig")))
    assert heads[:3] == ["时间", "办理人", "办理事项"]
    assert {row[3] for row in rows} >= {"case", "track", "service"}
    assert {"方秉正", "程未央", cast.LENDER} <= {row[1] for row in rows}
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert rows[-1][1:3] == ["方秉正", "下载了本案日志"]
    sheet = load_workbook(io.BytesIO(_taken(head, "XLSX"))).active
    assert sheet.max_row == 1 + len(rows) + 1, "the second download is noted as well"


def test_the_file_of_a_case_is_made_watched_and_taken_as_one_pdf(
    person: People, ask: Ask, reported: Morning, site: Site
) -> None:
    officer = person().sign_in(cast.mail("officer")).go(f"/staff/tracks/{reported.track}/bundles")
    main = officer.page.locator(f"#bundle-main-{reported.track}")
    assert "尚未制作" in main.inner_text()
    with site.held("worker"):
        officer.press(main.locator("form"))
        assert main.locator("progress").count()
    main.get_by_role("link", name="下载").wait_for()
    expect(main).to_contain_text("此后没有新增材料")
    assert "正在制作" not in officer.reads(), "nothing of the page is left behind"
    officer.no_barrier()
    officer.picture("bundle.zh")
    notice = ask("SELECT number FROM document WHERE kind = 'D11b'")[0].number
    with pdfplumber.open(io.BytesIO(_taken(officer, "下载"))) as document:
        pages = [re.sub(r"\s", "", page.extract_text()) for page in document.pages]
    assert f"{len(pages)}页" in re.sub(r"\s", "", main.inner_text())
    assert reported.ref in pages[0]
    assert notice in "".join(pages), "the letters are in it"
    assert "通话记录" in "".join(pages), "and the evidence"
    assert not officer.complaints


def _taken(reader: Person, words: str) -> bytes:
    """The file behind the first link with these words."""
    with reader.page.expect_download() as taken:
        reader.page.locator("main").get_by_role("link", name=words, exact=True).first.click()
    return Path(taken.value.path()).read_bytes()
