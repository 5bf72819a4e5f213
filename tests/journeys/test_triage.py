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
