"""What looks at the pages sees what is wrong: the keyboard's way round, and the checker of HTML."""

import pytest
from playwright.sync_api import Browser

from tests import vnu
from tests.journeys import keyboard

TRAP = (
    "<input id=t><button>never</button>"
    "<script>t.addEventListener('keydown', e => { if (e.key === 'Tab') e.preventDefault(); })</script>"
)
PLAIN = "<button>a</button><input type=radio name=r><input type=radio name=r><input type=date>"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<button style='outline: none'>unseen</button>", 'focus is not seen on button "unseen"'),
        (TRAP, 'Tab does not reach button "never"'),
        (
            "<div style='position: fixed; inset: 0; z-index: 1'></div><button>under</button>",
            'with the focus is covered: button "under"',
        ),
    ],
)
def test_somebody_without_a_mouse_would_stumble_here(browser_: Browser, body: str, found: str) -> None:
    page = browser_.new_page()
    page.set_content(f"<a href='#'>first</a>{body}<a href='#'>last</a>")
    assert found in keyboard.flaws(page)


def test_nobody_stumbles_over_a_date_a_choice_and_what_is_folded(browser_: Browser) -> None:
    page = browser_.new_page()
    page.set_content(f"{PLAIN}<details><summary>more</summary><a href='#'>inside</a></details>")
    assert not keyboard.flaws(page)


def test_invalid_html_is_found_under_the_name_of_its_page() -> None:
    good = "<!DOCTYPE html><html lang='en'><title>t</title><p>words"
    bad = good + "<time>soon</time><p id='twice'><p id='twice'>"
    found = vnu.errors({"good": good, "bad": bad})
    assert len(found) == 2
    assert all(each.startswith("bad: line 1: ") for each in found)
