"""The staff's journeys: by telephone, two at one desk, signed out while writing, wrong files and days, on paper."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys import cast, scenes
from tests.journeys.person import PHONE, Person

People = Callable[..., Person]
Ask = Callable[..., list[Any]]
NOTE = "已电话联系投诉人，请其保留通话录音，本周内补充提交。"


@pytest.fixture
def intake(person: People) -> Person:
    return person().sign_in(cast.mail("intake"))


def test_a_complaint_by_telephone_and_messages_both_ways(person: People, intake: Person) -> None:
    ref, code = scenes.typed_in(intake)
    caller = person()
    caller.go("/track/").send(code=code.lower())
    assert ref in caller.reads()
    caller.send("/track/worse", **{"x-said": "他们今天又打来了。"})
    intake.go(f"/staff/complaints/{ref}")
    intake.says("他们今天又打来了。")
    intake.send("/messages", **{"message-body": "请保存通话记录，并在本页补充。"})
    caller.go("/track/complaint").says("请保存通话记录，并在本页补充。")
    proof = {"name": "录音截图.png", "mimeType": "image/png", "buffer": scenes.picture()}
    caller.send("/track/files", **{"f-files": proof, "f-shared": True})
    intake.go(f"/staff/complaints/{ref}").says("录音截图.png")
    assert not intake.complaints


def test_the_second_of_two_officers_reads_who_was_first_and_keeps_the_text(person: People, intake: Person) -> None:
    ref, _code = scenes.by_telephone(intake)
    other = person().sign_in(cast.mail("officer"))
    colleague = person().sign_in(cast.mail("intake"))
    colleague.go(f"/staff/complaints/{ref}")
    intake.go(f"/staff/complaints/{ref}")
    intake.send("/do/ask_info", **{"ask_info-missing": "请提供来电号码"})
    colleague.send(
        "/do/reject",
        right=False,
        **{"reject-reason": "OUT_OF_SCOPE", "reject-why": "属于贷款审批争议，不涉及催收行为。"},
    )
    assert colleague.status == 409
    told = colleague.page.locator(".error-summary").inner_text()
    assert "林晚" in told
    assert "要求投诉人补正" in told, told
    assert colleague.page.locator("[data-kept='reject-why']").inner_text().startswith("属于贷款审批争议")
    colleague.no_barrier()
    colleague.picture("two-at-one-desk.zh")
    other.go(f"/staff/complaints/{ref}").says("请提供来电号码")


def test_an_expired_session_brings_the_text_back(person: People, intake: Person) -> None:
    ref, _code = scenes.by_telephone(intake)
    intake.go(f"/staff/complaints/{ref}")
    intake.fill(intake.form("/notes"), **{"note-text": NOTE})
    elsewhere = person().sign_in(cast.mail("intake"), fresh=True)
    elsewhere.go("/account/").send("/account/sessions/end")
    intake.press(intake.form("/notes"))
    assert "/sign-in" in intake.page.url
    intake.type_in()
    assert intake.page.url.endswith(ref)
    assert intake.page.locator("[name='note-text']").input_value() == NOTE
    intake.send("/notes", **{"note-text": NOTE})
    intake.says(NOTE)


def test_wrong_input_is_named_beside_its_field_and_nothing_is_lost(intake: Person) -> None:
    intake.go("/staff/complaints/new")
    said = {**scenes.PHONED, "value": cast.LENDER, "conduct_to": "2099-01-01"}
    intake.send(right=False, **said)
    intake.no_barrier()
    assert intake.page.locator("#conduct_to-error").count() == 1
    assert intake.page.locator("[name=facts]").input_value() == scenes.FACTS
    intake.send(right=False, conduct_to="2026-11-10", facts="太短")
    assert intake.page.locator("#facts-error").count() == 1
    intake.send(facts=scenes.FACTS)
    assert intake.page.locator("[data-receipt-code]").count() == 1


def test_a_file_that_is_not_what_its_name_says_is_refused(intake: Person) -> None:
    ref, _code = scenes.by_telephone(intake)
    intake.go(f"/staff/complaints/{ref}")
    trap = {"name": "截图.png", "mimeType": "image/png", "buffer": b"MZ" + b"\0" * 4000}
    intake.send("/evidence", right=False, **{"evidence-files": trap})
    assert intake.page.locator("#evidence-files-error, [id^='evidence-files'].error").count() >= 1
    intake.go(f"/staff/complaints/{ref}")
    program = {"name": "tool.exe", "mimeType": "application/octet-stream", "buffer": b"MZ" + b"\0" * 4000}
    intake.send("/evidence", right=False, **{"evidence-files": program})
    assert "tool.exe" in intake.page.locator(".error-summary").inner_text()


def test_who_is_unknown_or_suspended_is_not_written_to(intake: Person) -> None:
    ref, _code = scenes.by_telephone(intake, "没听说过的公司")
    intake.go(f"/staff/complaints/{ref}")
    assert not intake.page.locator("[name='accept-respondents']").count()
    intake.says("未匹配")
    ref, _code = scenes.by_telephone(intake, cast.SUSPENDED)
    intake.go(f"/staff/complaints/{ref}")
    assert not intake.page.locator("[name='accept-respondents']").count()
    intake.send("/do/accept", right=False, **{"accept-other": cast.SUSPENDED})
    assert "请至少选择一家" in intake.page.locator(".error-summary").inner_text()
    intake.says("已停用")


def test_without_a_confirmed_address_a_letter_goes_on_paper(person: People, intake: Person, ask: Ask) -> None:
    ref, _code = scenes.forwarded(intake, cast.ON_PAPER, drawn=True)
    officer = person().sign_in(cast.mail("officer"))
    row = f"tr:has-text('转办函'):has-text('{cast.ON_PAPER}'):has-text('待送达')"
    letter = officer.until(f"{row} a.queue-link", "/staff/notices/")
    with officer.page.expect_navigation():
        letter.click()
    officer.no_barrier()
    officer.send(step="hand_over", served_on="2026-11-25", receiver="", right=False)
    officer.send(step="hand_over", served_on="2026-11-25", receiver="前台 江月，行政主管")
    number = int(officer.page.url.rsplit("/", 1)[1].partition("?")[0])
    served = ask("SELECT state, served_how FROM service WHERE document_id = :number", number=number)
    assert [(row.state, row.served_how) for row in served] == [("SERVED", "IN_PERSON")]
    intake.go(f"/staff/complaints/{ref}").says("至2026年12月10日24时止")


def test_the_language_is_switched_and_stays(intake: Person) -> None:
    ref, _code = scenes.by_telephone(intake)
    intake.go(f"/staff/complaints/{ref}").follow("English", where="header")
    intake.says("Acceptance check")
    assert intake.page.locator("html").get_attribute("lang") == "en"
    intake.go("/staff?view=acceptance").says("Acceptance check")
    intake.follow("中文", where="header")
    intake.says("受理审查")


def test_a_search_by_number_leads_straight_there(intake: Person) -> None:
    ref, _code = scenes.by_telephone(intake)
    intake.go(f"/staff/search?q={ref}")
    assert intake.page.url.endswith(ref)


def test_keys_move_through_the_queue(intake: Person) -> None:
    scenes.by_telephone(intake)
    intake.go("/staff?view=acceptance")
    intake.page.keyboard.press("j")
    with intake.page.expect_navigation():
        intake.page.keyboard.press("Enter")
    assert "/staff/complaints/" in intake.page.url


def test_on_a_phone_what_is_done_with_ticked_rows_stays_in_sight(person: People) -> None:
    intake = person(**PHONE).sign_in(cast.mail("intake"))
    scenes.by_telephone(intake)
    page = intake.go("/staff?view=all").page
    page.locator("form table").first.evaluate("it => { it.style.marginBottom = '2000px'; }")
    page.locator("tbody input[type=checkbox]").first.check()
    bar = page.locator(".bulk-on").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] <= page.viewport_size["height"] + 1
    assert bar["height"] < 80


def test_an_identity_is_revealed_on_a_click_that_is_noted(intake: Person, ask: Ask) -> None:
    ref, _code = scenes.by_telephone(intake)
    intake.go(f"/staff/complaints/{ref}")
    assert "沈若禾" not in intake.page.locator("#complainant").inner_text()
    intake.page.locator("form[action$='/reveal'] button").click()
    intake.page.locator("#person", has_text="沈若禾").wait_for()
    noted = ask("SELECT j.row FROM journal j JOIN complaint c ON c.id = j.subject_id AND j.subject_kind = 'complaint' "
                "WHERE c.ref = :ref", ref=ref)  # fmt: skip
    assert "identity.revealed" in {row.row for row in noted}
