"""Triage by the keyboard: a plain complaint from its opening to its forwarding in a few keys and two pages."""

from collections.abc import Callable
from typing import Any

from tests.journeys import cast, scenes
from tests.journeys.person import Person

People = Callable[..., Person]
KEYS, PAGES = 12, 2


def test_a_plain_complaint_is_forwarded_in_a_few_keys(person: People) -> None:
    intake = person().sign_in(cast.mail("intake"))
    ref, _code = scenes.by_telephone(intake)
    intake.go("/staff?view=acceptance&sort=-received")
    pressed: list[str] = []
    loaded: list[str] = []
    intake.page.on("load", lambda page: loaded.append(page.url))

    def press(key: str) -> Any:
        pressed.append(key)
        intake.page.keyboard.press(key)

    press("j")
    press("Enter")
    intake.page.wait_for_url(f"**/staff/complaints/{ref}*")
    assert intake.page.locator("[name='accept-masked_facts']").input_value()
    press("a")
    assert intake.page.evaluate("document.activeElement.type") == "submit"
    with intake.page.expect_navigation():
        press("Enter")
    assert not intake.page.locator(".error-summary").count()
    assert not intake.page.locator("[name='accept-masked_facts']").count()
    assert len(pressed) <= KEYS
    assert len(loaded) <= PAGES, loaded
