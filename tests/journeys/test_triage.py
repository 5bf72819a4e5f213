"""Triage by the keyboard: a plain complaint from its opening to its forwarding in a few keys and in ninety seconds."""

from collections.abc import Callable
from typing import Any

from tests.journeys import cast, pace, scenes
from tests.journeys.conftest import Ask
from tests.journeys.person import Person

People = Callable[..., Person]
KEYS, PAGES, SECONDS = 12, 2, 90
DECISIONS = 3
"""What is decided: that it is the association's matter, before whom it is put, and that the copy names nobody."""
READ = ("h1", "#facts", "#companies", "#codes", "#evidence")
"""What a clerk reads of a plain complaint, beside the form."""


def test_a_plain_complaint_is_forwarded_in_a_few_keys_and_ninety_seconds(person: People, ask: Ask) -> None:
    intake = person().sign_in(cast.mail("intake"))
    ref, _code = scenes.by_telephone(intake)
    intake.go("/staff?view=acceptance&sort=-received")
    pressed: list[str] = []
    loaded: list[str] = []
    intake.page.on("load", lambda page: loaded.append(page.url))
    read = pace.characters(intake.page.locator("table.queue tbody tr").first.inner_text())

    def press(key: str) -> Any:
        pressed.append(key)
        intake.page.keyboard.press(key)

    press("j")
    press("Enter")
    intake.page.wait_for_url(f"**/staff/complaints/{ref}*")
    form = intake.form("/do/accept")
    copy = form.locator("[name='accept-masked_facts']").input_value()
    assert copy
    read += pace.characters(copy) + pace.read_by_eye(form)
    read += sum(
        pace.characters(each) for part in READ for each in intake.page.locator(f"main {part}").all_inner_texts()
    )
    press("a")
    assert intake.page.evaluate("document.activeElement.type") == "submit"
    with intake.page.expect_navigation():
        press("Enter")
    assert not intake.page.locator(".error-summary").count()
    assert not intake.page.locator("[name='accept-masked_facts']").count()
    assert ask("SELECT state FROM complaint WHERE ref = :ref", ref=ref) == [("FORWARDED",)]
    assert len(pressed) <= KEYS
    assert len(loaded) <= PAGES, loaded
    taken = pace.seconds(choices=DECISIONS, keys=len(pressed), read=read, pages=len(loaded))
    assert taken <= SECONDS, f"{taken:.0f} seconds: {len(pressed)} keys, {read} characters read"


def test_a_respondent_is_written_by_a_name_and_suggested_while_one_types(person: People, ask: Ask) -> None:
    intake = person().sign_in(cast.mail("intake"))
    ref, _code = scenes.by_telephone(intake, company="说不清的一家")
    form = intake.go(f"/staff/complaints/{ref}").form("/do/accept")
    field = form.locator("[name='accept-other']")
    with intake.page.expect_response("**/staff/companies?q=*"):
        field.press_sequentially(cast.APP)
    offered = form.locator("datalist option").first
    offered.wait_for(state="attached")
    assert (offered.get_attribute("value"), offered.text_content()) == (cast.LENDER, cast.APP)
    intake.press(form)
    assert ask("SELECT state FROM complaint WHERE ref = :ref", ref=ref) == [("FORWARDED",)]


def test_without_scripts_half_a_name_is_answered_by_a_radio(person: People, ask: Ask) -> None:
    intake = person().sign_in(cast.mail("intake"))
    ref, _code = scenes.by_telephone(intake, company="说不清的一家")
    plain = person(java_script_enabled=False)
    plain.page.context.add_cookies(intake.page.context.cookies())
    form = plain.go(f"/staff/complaints/{ref}").form("/do/accept")
    form.locator("[name='accept-other']").fill(cast.LENDER[:2])
    with plain.page.expect_navigation():
        form.locator("button[type=submit]").first.click()
    form = plain.form("/do/accept")
    assert "请从相近的单位中选择" in form.inner_text()
    form.get_by_role("radio", name=cast.LENDER).check()
    with plain.page.expect_navigation():
        form.locator("button[type=submit]").first.click()
    assert ask("SELECT state FROM complaint WHERE ref = :ref", ref=ref) == [("FORWARDED",)]


def test_whoever_writes_another_company_beside_those_of_the_matter_has_chosen_it(person: People, ask: Ask) -> None:
    intake = person().sign_in(cast.mail("intake"))
    ref, _code = scenes.by_telephone(intake)
    form = intake.go(f"/staff/stop-contacts/new/{ref}").form(holding="party")
    radios = form.locator("[name='party'][type=radio]")
    chosen = [radios.nth(place).is_checked() for place in range(radios.count())]
    assert (chosen[0], chosen[-1]) == (True, False)
    form.locator("[name='party'][type=text]").press_sequentially(cast.FIRM)
    assert radios.last.is_checked()
    intake.no_barrier()
    intake.send(holding="party", number="13800138000", own=True)
    asked = "SELECT p.name_zh FROM stop_contact s JOIN party p ON p.id = s.party_id ORDER BY s.id DESC LIMIT 1"
    assert ask(asked) == [(cast.FIRM,)]
