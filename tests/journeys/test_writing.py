"""Journeys of writing: through a crash, in Chinese, offline, with a colleague, and two people on one form."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys import cast, scenes
from tests.journeys.person import Person

People = Callable[..., Person]
Ask = Callable[..., list[Any]]
NOTE = "已电话联系投诉人，请其保留通话录音。"
TO_PERSON = "我们已停止拨打您单位的电话。"


@pytest.fixture
def intake(person: People) -> Person:
    return person().sign_in(cast.mail("intake"))


def note(writer: Person) -> Locator:
    return writer.page.locator("[name='note-text']")


def line(writer: Person) -> Locator:
    """What the page says of the note's draft."""
    return writer.form("/notes").locator("[data-draft-line]")


def test_a_note_survives_a_crash_and_is_not_saved_in_the_middle_of_a_chinese_word(
    person: People, intake: Person
) -> None:
    ref, _code = scenes.by_telephone(intake)
    intake.go(f"/staff/complaints/{ref}")
    note(intake).focus()
    keys = intake.page.context.new_cdp_session(intake.page)
    keys.send("Input.imeSetComposition", {"text": "yidianhua", "selectionStart": 9, "selectionEnd": 9})
    intake.page.wait_for_timeout(2600)
    assert not line(intake).inner_text(), "half a word is no text"
    keys.send("Input.insertText", {"text": NOTE})
    expect(line(intake)).to_contain_text("草稿已自动保存")
    intake.page.close(run_before_unload=False)
    again = person().sign_in(cast.mail("intake"), fresh=True).go(f"/staff/complaints/{ref}")
    assert note(again).input_value() == NOTE
    again.says("的文字已保留，尚未提交")
    again.no_barrier()
    drop = again.form("/notes").get_by_role("button", name="丢弃")
    drop.click()
    again.says("丢弃后文字无法恢复")
    again.page.get_by_role("button", name="取消").click()
    assert note(again).input_value() == NOTE, "whoever pressed it by mistake lost nothing"
    drop.click()
    with again.page.expect_navigation():
        again.page.get_by_role("button", name="确认").click()
    assert not note(again).input_value()
    assert not again.complaints


def test_what_was_typed_a_moment_ago_stands_there_after_the_page_was_pressed_elsewhere(intake: Person) -> None:
    ref, _code = scenes.by_telephone(intake)
    intake.go(f"/staff/complaints/{ref}")
    copy = intake.page.locator("[name='accept-masked_facts']")
    copy.fill(copy.input_value() + "邻居也接到电话。")
    note(intake).press_sequentially(NOTE)
    with intake.page.expect_navigation():
        intake.page.get_by_role("button", name="显示原文").click()
    intake.says("当前显示未遮蔽内容；本次查看已记录。")
    assert note(intake).input_value() == NOTE
    assert copy.input_value().endswith("邻居也接到电话。")
    note(intake).fill(NOTE + "另约明日回访。")
    intake.send("/messages", right=False, **{"message-body": ""})
    assert note(intake).input_value() == NOTE + "另约明日回访。"
    intake.send("/notes", **{"note-text": NOTE})
    assert not note(intake).input_value(), "what was handed in is no draft any more"
    assert not intake.complaints


def test_a_copy_corrected_among_many_is_there_again_after_the_page_was_closed(person: People, intake: Person) -> None:
    ref, _code = scenes.by_telephone(intake)
    intake.go(f"/staff/complaints/many/forward?ids={ref}").send()
    address = f"/staff/complaints/many/copies/{intake.page.url.rpartition('/')[2]}"
    copy = intake.go(address).page.locator("textarea").first
    copy.fill("多次致电投诉人的邻居。")
    expect(intake.page.locator("[data-draft-line]")).to_contain_text("草稿已自动保存")
    intake.no_barrier()
    intake.page.close(run_before_unload=False)
    again = person().sign_in(cast.mail("intake"), fresh=True).go(address)
    assert again.page.locator("textarea").first.input_value() == "多次致电投诉人的邻居。"
    again.says("的文字已保留，尚未提交")
    assert not again.complaints


def test_nothing_is_said_to_be_saved_where_nothing_was_written(intake: Person, ask: Ask) -> None:
    ref, _code = scenes.by_telephone(intake)
    intake.go(f"/staff/complaints/{ref}")
    note(intake).press_sequentially("a")
    note(intake).press("Backspace")
    intake.page.wait_for_timeout(2600)
    assert not line(intake).inner_text()
    note(intake).fill(NOTE)
    expect(line(intake)).to_contain_text("草稿已自动保存")
    note(intake).fill("")
    expect(line(intake)).to_have_text("")
    intake.go(f"/staff/complaints/{ref}")
    assert not intake.form("/notes").get_by_role("button", name="丢弃").count(), "an empty text does not come back"
    note(intake).fill(NOTE)
    expect(line(intake)).to_contain_text("草稿已自动保存")
    intake.go(f"/staff/complaints/{ref}")
    note(intake).fill("")
    expect(line(intake)).to_have_text("")
    intake.page.wait_for_timeout(2600)
    assert not ask("SELECT 1 FROM draft WHERE place LIKE :place", place=f"%{ref}%")


def test_what_cannot_be_saved_is_said_quietly_and_saved_once_the_network_is_back(intake: Person) -> None:
    ref, _code = scenes.by_telephone(intake)
    intake.go(f"/staff/complaints/{ref}")
    note(intake).fill("第一段。")
    expect(line(intake)).to_contain_text("草稿已自动保存")
    intake.page.context.set_offline(True)
    note(intake).fill("第一段。第二段。")
    expect(line(intake)).to_contain_text("未保存，上次保存于")
    intake.page.context.set_offline(False)
    expect(line(intake)).to_contain_text("草稿已自动保存")
    intake.go(f"/staff/complaints/{ref}")
    assert note(intake).input_value() == "第一段。第二段。"


def test_colleagues_see_each_other_and_one_goes_on_with_the_other_s_text(person: People, intake: Person) -> None:
    ref, _code = scenes.by_telephone(intake)
    officer = person().sign_in(cast.mail("officer"))
    intake.go(f"/staff/complaints/{ref}")
    note(intake).fill(NOTE)
    expect(line(intake)).to_contain_text("草稿已自动保存")
    officer.go(f"/staff/complaints/{ref}").says("林晚正在填写")
    officer.no_barrier()
    officer.picture("presence.zh")
    with officer.page.expect_navigation():
        officer.form("/notes").get_by_role("button", name="接手").click()
    assert note(officer).input_value() == NOTE
    note(intake).fill(NOTE + "还有一句。")
    expect(line(intake)).to_contain_text("周砚已接手这段文字")
    officer.send("/notes", **{"note-text": NOTE})
    intake.go(f"/staff/complaints/{ref}").says("周砚正在查看")
    intake.says(NOTE)
    assert not intake.complaints
    assert not officer.complaints


def test_of_two_corrections_at_once_the_second_chooses(person: People, intake: Person, ask: Ask) -> None:
    ref, _code = scenes.by_telephone(intake)
    officer = person().sign_in(cast.mail("officer"))
    for each in (intake, officer):
        each.go(f"/staff/complaints/{ref}")
    choices = dict(
        intake.page.locator("[name='assign-officer'] option").evaluate_all("all => all.map(o => [o.text, o.value])")
    )
    intake.send("/assign", **{"assign-officer": choices["林晚"]})
    officer.send("/assign", right=False, **{"assign-officer": choices["许宁"]})
    two = officer.page.locator(".crossing")
    assert two.locator("[data-mine]").inner_text() == "许宁"
    assert two.locator("[data-theirs]").inner_text() == "林晚"
    officer.no_barrier()
    officer.picture("two-versions.zh")
    officer.send("/assign", **{"pick-assign-officer": "mine"})
    found = ask("SELECT a.name FROM complaint c JOIN account a ON a.id = c.officer_id WHERE c.ref = :ref", ref=ref)
    assert [each.name for each in found] == ["许宁"]


def test_two_colleagues_of_a_company_choose_point_by_point_and_go_on(person: People, intake: Person, ask: Ask) -> None:
    lead = scenes.confirmed(person().sign_in("lead@yunqi.example"))
    member = person().sign_in("member@yunqi.example")
    ref, _code = scenes.forwarded(intake)
    asked = "SELECT f.id FROM forwarding f JOIN complaint c ON c.id = f.complaint_id WHERE c.ref = :ref"
    address = f"/portal/forwardings/{ask(asked, ref=ref)[0].id}/answer"
    member.go(address)
    lead.go(address).says("吴桐正在查看")
    member.send(press="save", outcome="EXPLAINED", to_association="吴桐核查的结果。", to_complainant=TO_PERSON)
    lead.send(
        press="save", right=False, outcome="EXPLAINED", to_association="陈立核查的结果。", to_complainant="陈立的答复。"
    )
    lead.says("有2项内容存在两个版本")
    two = lead.page.locator(".crossing")
    assert two.locator("[data-theirs='to_association']").inner_text() == "吴桐核查的结果。"
    assert not two.locator("[data-theirs='outcome']").count(), "what is the same is not asked"
    lead.no_barrier()
    lead.picture("two-versions-of-an-answer.zh")
    lead.send(press="save", **{"pick-to_complainant": "theirs"})
    lead.go(address)
    assert lead.page.locator("[name=to_association]").input_value() == "陈立核查的结果。"
    assert lead.page.locator("[name=to_complainant]").input_value() == TO_PERSON
