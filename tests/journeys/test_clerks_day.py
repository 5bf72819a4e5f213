"""An intake clerk's day: what fits is chosen and shared, sorted, gone through, done to many, undone and brought in."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from casework import cases
from tests.builders_cases import actor
from tests.journeys import backstage, cast, scenes
from tests.journeys.backstage import behind
from tests.journeys.conftest import Ask
from tests.journeys.person import Person
from tests.journeys.test_kills import all_done
from tests.site import Site

People = Callable[..., Person]
BEGAN = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
"""Nine in the morning of a day on which nobody else's journey receives anything."""
DAY = "2026-10-12"
MANY, ON_A_PAGE = 52, 50
"""So many came to the counter that day: two more than one page of the queue holds; the first two have an officer."""
COUNTER = [f"TS2026-K{place:05d}" for place in range(MANY)]
LETTERS = ["TS2026-KLETT1", "TS2026-KLETT2"]
THAT_DAY = f"/staff?view=open&since={DAY}&until={DAY}"
FACTS = "10月9日至12日，催收人员每天多次致电投诉人的同事，告知其欠款。"
CASES = ["潮汐灯一案", "潮汐灯二案", "潮汐灯三案"]
REGISTER = [
    ["收到日期", "业务", "陈述", "机构", "编号"],
    ["2025-03-01", "催收", "每天来电十余次。", "北岸小额贷款", "N1"],
    ["2025-03-02", "催收", "催收人员致电投诉人的单位。", "北岸小额贷款", "N2"],
    ["03/17/2025", "催收", "日期的写法不同。", "", "N3"],
    ["2025-03-04", "", "没有业务。", "", "N4"],
]
MEANT = {f"column_{place}": said for place, said in enumerate(("received_on", "product", "facts", "company", "number"))}


@pytest.fixture(scope="module", autouse=True)
def desk(site: Site) -> None:
    """What lies there in the morning: complaints of one day, and three cases of an officer."""
    with behind(site) as stage, stage.at(BEGAN) as people:
        for place, ref in enumerate(COUNTER):
            officer = people.second.id if place < MANY - ON_A_PAGE else None
            lies(people, ref, timedelta(minutes=place), channel="COUNTER", officer_id=officer)
        for place, ref in enumerate(LETTERS):
            lies(people, ref, timedelta(hours=3 + place), channel="LETTER")
        about = {"source": "MEDIA", "parties": [people.lender], "lead": FACTS, "actor": actor(people.officer)}
        for place, title in enumerate(CASES):
            cases.open(people.session, [], title=title, now=BEGAN + timedelta(days=place), **about)


def lies(people: backstage.People, ref: str, after: timedelta, **facts: Any) -> None:
    """A complaint that nobody has read, without the letter that says it came in."""
    made = people.complaint("RECEIVED")
    said = {"ref": ref, "received_at": BEGAN + after, "facts": FACTS, "masked_facts": None, **facts}
    for name, value in said.items():
        setattr(made, name, value)


@pytest.fixture
def intake(person: People) -> Person:
    return person().sign_in(cast.mail("intake"))


def refs(who: Person) -> list[str]:
    """The complaints of the queue before somebody, in its order."""
    boxes = who.page.locator("table.queue [name=ids]")
    return [str(each) for each in boxes.evaluate_all("all => all.map(each => each.value)")]


def chips(who: Person) -> list[str]:
    return [text.partition(" ×")[0] for text in who.page.locator(".chips li:has([aria-hidden])").all_inner_texts()]


def go_by(who: Person, thing: Locator | str) -> None:
    """Click something that leads elsewhere, or press its key."""
    with who.page.expect_navigation():
        if isinstance(thing, str):
            who.page.keyboard.press(thing)
        else:
            thing.click()


def answer(who: Person, name: str, words: str) -> str:
    """What a list sends for the answer with these words."""
    return who.page.locator(f"main [name='{name}'] option", has_text=words).get_attribute("value") or ""


def do_to_many(who: Person, words: str, which: str) -> None:
    """What stands under the queue: those ticked, or all that match; and what is done to them."""
    who.page.select_option("#bulk-which", which)
    go_by(who, who.page.locator(".bulk button", has_text=words))


def done(who: Person) -> Person:
    """Watch a long job to its end: the page looks by itself."""
    expect(who.page.locator(".page-head [data-state]")).to_have_attribute("data-state", "DONE")
    return who


@contextmanager
def nobody_works(site: Site) -> Iterator[None]:
    """For a while long jobs wait their turn: there is time to think better of one."""
    site.kill("worker")
    try:
        yield
    finally:
        site.start("worker")


def saved(who: Person, link: Locator) -> str:
    """The text of a file that a link hands over."""
    with who.page.expect_download() as coming:
        link.click()
    return coming.value.path().read_text("utf-8-sig")


def test_what_was_filtered_loses_a_chip_and_is_saved_for_a_colleague(person: People, intake: Person) -> None:
    intake.go("/staff?view=open").send(holding="since", since=DAY, until=DAY, channel="COUNTER")
    assert chips(intake) == ["来件方式：来访", f"登记日期自：{DAY}", f"登记日期至：{DAY}"]
    intake.says(f"共 {MANY} 件")
    intake.no_barrier()
    intake.follow("来件方式")
    assert len(chips(intake)) == 2
    intake.says(f"共 {MANY + len(LETTERS)} 件")
    intake.follow("保存当前筛选", where="body").send(name="10月12日收到的", shared=True)
    intake.says("已保存，列于左侧。")
    colleague = person().sign_in(cast.mail("officer")).go("/staff")
    colleague.follow("10月12日收到的", where="body")
    assert (chips(colleague), refs(colleague)) == (chips(intake), refs(intake))
    assert colleague.page.url == intake.page.url, "the address alone, sent by a message, shows the same"


def test_the_server_sorts_and_each_complaint_leads_to_the_ones_beside_it(intake: Person) -> None:
    intake.go(f"{THAT_DAY}&channel=COUNTER")
    for said in ("ascending", "descending"):
        intake.follow("登记", where="table.queue thead")
        assert intake.page.locator("th[aria-sort]").get_attribute("aria-sort") == said
        assert intake.page.locator("th[aria-sort]").inner_text().startswith("登记")
    newest = COUNTER[::-1]
    assert refs(intake) == newest[:ON_A_PAGE]
    listed = intake.page.url
    go_by(intake, intake.page.locator("tr", has_text=newest[ON_A_PAGE - 1]).locator("a.queue-link"))
    intake.follow("下一件")
    intake.says(newest[ON_A_PAGE])
    go_by(intake, "j")
    intake.says(newest[ON_A_PAGE + 1])
    assert not intake.page.locator(".beside [rel=next]").count(), "it is the last of the view"
    go_by(intake, "k")
    intake.says(newest[ON_A_PAGE])
    intake.follow("返回列表")
    assert sorted(intake.page.url.split("&")) == sorted(listed.split("&"))
    intake.follow("下一页")
    assert refs(intake) == newest[ON_A_PAGE:]


def test_a_case_leads_to_the_ones_beside_it(person: People) -> None:
    officer = person().sign_in(cast.mail("officer")).go("/staff/cases?view=open&text=潮汐灯")
    officer.follow("登记", where="table.queue thead")
    assert officer.page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    assert officer.page.locator("a.queue-link").all_inner_texts() == CASES
    officer.follow(CASES[0])
    assert not officer.page.locator(".beside [rel=prev]").count()
    officer.follow("下一案")
    officer.says(CASES[1])
    go_by(officer, "j")
    assert CASES[2] in officer.page.locator("h1").inner_text()
    assert not officer.page.locator(".beside [rel=next]").count()
    officer.follow("上一案")
    assert CASES[1] in officer.page.locator("h1").inner_text()


def test_several_ticked_are_forwarded_but_for_what_nobody_read(person: People, intake: Person, ask: Ask) -> None:
    scenes.confirmed(person().sign_in("lead@yunqi.example"))  # else the letter waits on paper for whoever serves it
    intake.go(f"{THAT_DAY}&channel=LETTER")
    for ref in LETTERS:
        intake.page.check(f"[name=ids][value='{ref}']")
    do_to_many(intake, "受理并转办", "ticked")
    intake.send(holding="step")
    intake.says("其中2项不予办理")
    assert intake.page.locator("#reasons li").all_inner_texts() == ["尚无人审阅脱敏文本。 2"]
    assert not intake.form("/start").count()
    intake.follow("审阅尚无人审阅的脱敏文本")
    first = intake.page.locator(".card", has_text=LETTERS[0])
    assert FACTS in first.locator("textarea").input_value()
    first.locator("[type=checkbox]").check()
    intake.press(intake.page.locator("main form", has=first))
    intake.send("/again")
    intake.says("已选2项；其中1项不予办理")
    intake.no_barrier()
    intake.send("/start")
    done(intake)
    intake.says("已完结2项，共2项")
    asked = "SELECT state FROM complaint WHERE ref IN (:first, :second) ORDER BY ref"
    assert ask(asked, first=LETTERS[0], second=LETTERS[1]) == [("FORWARDED",), ("RECEIVED",)]


def test_all_that_match_are_assigned_watched_and_taken_back(intake: Person) -> None:
    intake.go(f"{THAT_DAY}&channel=COUNTER")
    do_to_many(intake, "指派", "all")
    intake.says(f"全部{MANY}件符合条件的投诉（包括其他各页）")
    intake.send(officer=answer(intake, "officer", "许宁"))
    intake.says(f"已选{MANY}项；其中2项不予办理")
    assert intake.page.locator("#reasons li").all_inner_texts() == ["该件已由此人经办。 2"]
    intake.send("/start")
    assert intake.page.locator("#progress progress").get_attribute("max") == str(MANY)
    done(intake).picture("many-at-once.zh")
    table = list(csv.reader(io.StringIO(saved(intake, intake.page.get_by_role("link", name="CSV")))))
    assert [row[0] for row in table[1:]] == COUNTER[:2]
    given = f"{THAT_DAY}&channel=COUNTER&officer=none"
    work = intake.page.url
    intake.go(given).says("没有符合筛选条件的投诉")
    intake.go(work).send("/undo")
    intake.says(f"将办理{ON_A_PAGE}项")
    intake.send("/start")
    done(intake).go(given).says(f"共 {ON_A_PAGE} 件")


def test_an_assignment_is_undone_and_an_ending_taken_back_in_its_minutes(intake: Person, ask: Ask) -> None:
    intake.go(f"/staff/complaints/{LETTERS[1]}")
    officer = intake.page.locator("p.meta b")
    intake.send("/assign", **{"assign-officer": answer(intake, "assign-officer", "许宁")})
    assert officer.inner_text() == "许宁"
    intake.send("/undo")
    assert officer.inner_text() == "—"
    intake.send("/do/reject", **{"reject-reason": "OUT_OF_SCOPE", "reject-why": "属于贷款审批争议。"})
    intake.says("尚未发出")
    assert not intake.page.locator("[name='reject-why']").count(), "nothing else is done with it meanwhile"
    intake.send("/take-back")
    assert intake.page.locator("[name='reject-why']").count()
    assert not ask(
        "SELECT d.id FROM document d JOIN complaint c ON c.id = d.subject_id AND d.subject_kind = 'complaint' "
        "WHERE c.ref = :ref", ref=LETTERS[1],
    )  # fmt: skip


def test_a_register_is_tried_stopped_and_brought_in(person: People, site: Site, ask: Ask) -> None:
    head = person().sign_in(cast.mail("head")).go("/staff/import")
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(REGISTER)
    head.send(files={"name": "north.csv", "mimeType": "text/csv", "buffer": lines.getvalue().encode("utf-8-sig")})
    head.send(source="clerk-north", date_form="%Y-%m-%d", in_scope="催收", **MEANT)
    head.says("将导入")
    assert head.page.locator("#found .figures b").all_inner_texts() == ["4", "2", "0", "2"]
    head.no_barrier()
    rejects = list(csv.reader(io.StringIO(saved(head, head.page.get_by_role("link", name="不能导入的行.csv")))))
    assert [row[-1] for row in rejects[1:]] == ["N3", "N4"]
    all_done(ask)
    with nobody_works(site):
        head.send("/start")
        head.says("已完结2项，共4项")
        head.send("/cancel")
        expect(head.page.locator(".page-head [data-state]")).to_have_attribute("data-state", "CANCELLED")
        assert not ask("SELECT id FROM complaint WHERE source = 'clerk-north'")
    head.send("/go-on")
    done(head).follow("CLERK-NORTH-N1")
    head.says("每天来电十余次。")


def test_colours_and_rows_stay_as_one_left_them(intake: Person) -> None:
    for words in ("深色界面", "紧凑行距"):
        intake.go("/staff").page.locator(".menu-right > summary").click()
        intake.page.get_by_role("button", name=words).click()
    chosen = "html[data-theme=dark] body.compact"
    for path in ("/staff", "/staff/cases"):
        assert intake.go(path).page.locator(chosen).count() == 1, path
    intake.page.set_viewport_size({"width": 390, "height": 844})
    title = intake.go("/staff?view=open").page.locator(".title-line a").first.bounding_box()
    assert title is not None
    assert title["width"] > 280, "on a phone compact rows use its width"
    later = intake.page.context.new_page()
    later.goto(f"{intake.site.address}/staff/statistics")
    assert later.locator(chosen).count() == 1
    later.close()
