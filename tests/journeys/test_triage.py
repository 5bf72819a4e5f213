"""Triage by the keyboard: a plain complaint from its opening to its forwarding in a few keys and little time."""

import time
from collections.abc import Callable
from typing import Any

from tests.journeys import cast, scenes
from tests.journeys.person import Person

People = Callable[..., Person]
KEYS, SECONDS = 12, 90


def test_a_plain_complaint_is_forwarded_in_a_few_keys(person: People) -> None:
    intake = person().sign_in(cast.mail("intake"))
    ref, _code = scenes.by_telephone(intake)
    intake.go("/staff?view=acceptance&sort=-received")
    pressed: list[str] = []

    def press(key: str) -> Any:
        pressed.append(key)
        intake.page.keyboard.press(key)

    began = time.monotonic()
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
    assert time.monotonic() - began < SECONDS
