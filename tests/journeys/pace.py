"""How long people take for what a journey counts: the same figures for every promise of minutes or seconds."""

from playwright.sync_api import Locator

READ = 450 / 60
"""Characters a second, in silence; readers of Chinese were measured at 580 a minute (Sun, Morita and Stark, 1985)."""
KEY = 0.33
"""Seconds for a key on a phone: 36 words a minute, the mean of 37,000 people (Palin and others, 2019)."""
KEYS_OF_A_CHARACTER = 4
"""Three letters of its sound and the choice, without the phrases that an input method completes."""
TOUCH = 2.0
"""Seconds to find something on the screen, move there and touch it; or to look for what is next and decide."""
PAGE = 1.5
"""Seconds that a page takes to come on a slow network: they are counted, and not the moods of the machine."""


def characters(text: str) -> int:
    """What there is to read of a text."""
    return len("".join(text.split()))


def read_by_eye(part: Locator) -> int:
    """What there is to read of a part of a page for whoever looks: words for those who listen are passed over."""
    for_listening = sum(characters(each) for each in part.locator(".hidden:visible").all_inner_texts())
    return characters(part.inner_text()) - for_listening


def seconds(*, choices: int, keys: int, read: int, pages: int) -> float:
    """How long all this takes."""
    return choices * TOUCH + keys * KEY + read / READ + pages * PAGE
