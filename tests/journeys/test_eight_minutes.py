"""The promise at the start of the form, eight minutes: a complaint on a phone, every touch and key counted as time."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.journeys import pace
from tests.journeys.person import Person
from tests.journeys.test_public import PHONE

MINUTES = 8
"""Somebody who reads every word aloud (255 characters a minute) and looks for each key takes twelve."""
FACTS = (
    "11月3日到20日，云栖借的催收人员每天给我的同事和主管打电话，一天最多6次，告诉他们我欠了1万2千元没还。"
    "11月18日晚上9点多又打给我母亲，说再不还就到家里来。我已经要求他们只联系我本人，对方仍然继续。"
)
STEPS = 6
MOST_TOUCHES, MOST_FIELDS = 30, 10


@dataclass
class Hand:
    """A hand and two eyes: what they do on each page of the form, and how long it takes them."""

    person: Person
    touches: int = 0
    keys: int = 0
    fields: int = 0
    read: int = 0
    pages: int = 0

    def reads(self) -> None:
        """All that stands on the page, once, unless it is folded; a list of choices is part of it."""
        assert self.person.page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["viewport"]["width"]  # type: ignore[index]
        self.pages += 1
        self.read += pace.read_by_eye(self.person.page.locator("main"))

    def touch(self, selector: str) -> None:
        """Touch what stands there, which is large enough for a thumb."""
        thing = self.person.page.locator(selector).first
        thing.scroll_into_view_if_needed()
        self.touches += 1
        thing.tap()

    def types(self, selector: str, text: str) -> None:
        """Touch a field and write."""
        self.touch(selector)
        self.fields += 1
        self.keys += sum(1 if each.isascii() else pace.KEYS_OF_A_CHARACTER for each in text)
        self.person.page.locator(selector).first.fill(text)

    def goes_on(self) -> None:
        """Touch the button that leads to the next page, and read that."""
        with self.person.page.expect_navigation():
            self.touch("main form button[type=submit].button-primary, main a.button-primary")
        assert not self.person.page.locator(".error-summary").count()
        if self.pages <= STEPS:
            self.person.says(f"第 {self.pages} 步，共 {STEPS} 步")
        self.reads()

    @property
    def seconds(self) -> float:
        """How long all this takes."""
        return pace.seconds(choices=self.touches, keys=self.keys, read=self.read, pages=self.pages)


def test_a_complaint_on_a_phone_takes_no_longer_than_it_says(person: Callable[..., Person]) -> None:
    somebody = person("zh", **PHONE)
    hand = Hand(somebody)
    somebody.go("/complain")
    somebody.says("约八分钟")
    hand.reads()
    hand.goes_on()
    hand.touch("input[name=role][value=DEBTOR]")
    hand.goes_on()
    hand.touch("input[name=how][value=APP]")
    hand.types("input[name=value]", "云栖借")
    hand.goes_on()
    hand.touch("input[name=codes][value='V-C04']")
    hand.touch("input[name=codes][value='V-C01']")
    hand.types("input[name=conduct_from]", "2026-11-03")
    hand.types("input[name=conduct_to]", "2026-11-20")
    hand.types("textarea[name=facts]", FACTS)
    hand.goes_on()
    hand.goes_on()
    hand.types("input[name=name]", "沈若禾")
    hand.types("input[name=contact]", "13912345678")
    hand.touch("input[name=consent]")
    hand.goes_on()
    hand.goes_on()
    assert somebody.page.locator("[data-receipt-code]").count() == 1
    told = f"{hand.seconds / 60:.1f} minutes: {hand.touches} touches, {hand.keys} keys, {hand.read} characters read"
    assert hand.seconds <= MINUTES * 60, told
    assert hand.touches <= MOST_TOUCHES, told
    assert hand.fields <= MOST_FIELDS, told
