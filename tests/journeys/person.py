"""Somebody at a browser: signs in, fills forms, presses buttons, waits for what comes later, and is looked after."""

import json
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, Response

from tests.journeys import cast
from tests.site import ROOT, Site

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "test-results" / "journeys"
WANTED = bool(os.environ.get("ZILU_PICTURES"))
"""A picture of a whole page is a third of a second of a processor: it is drawn where it is asked for."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
"""A window of a phone, for a thumb."""
PATIENCE = 240
"""Seconds until what jobs and clocks make must stand on a page."""
BRINGS_AXE = f"window.bringAxe = () => window.axe || window.eval({json.dumps(AXE.read_text('utf-8'))})"
"""Said once to each window: to hand over 650 KB for every page anew costs as much as what is done with them."""
FIND = """async tags => { bringAxe();
  const asked = {preload: {assets: ['media']}, resultTypes: ['violations'], runOnly: {type: 'tag', values: tags}};
  return (await axe.run(asked)).violations
    .map(v => v.id + ' ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')); }"""
"""No rule of these reads the style sheets, which axe would go through otherwise."""
WRONG = 400
SESSION = "zilu"
_wallet: dict[tuple[str, str], list[Any]] = {}
"""Open sessions by site and mail: a second factor counts once, and most journeys are not about signing in."""
REFUSED = re.compile(r"status of 4\d\d")


@dataclass
class Person:
    """Somebody at a browser of their own."""

    page: Page
    site: Site
    lang: str = "zh"
    mail: str = ""
    status: int = 0
    """What the last page answered with."""
    complaints: list[str] = field(default_factory=list)
    """What the browser's console complained about."""
    _has_axe: bool = False

    def __post_init__(self) -> None:
        """Remember what the browser complains about."""
        self.page.on("response", self._answered)
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))

    def _answered(self, response: Response) -> None:
        if response.frame == self.page.main_frame and response.request.is_navigation_request():
            self.status = response.status

    def _told(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not REFUSED.search(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def go(self, path: str, status: int = 200) -> "Person":
        """Open an address of the site."""
        self.page.goto(path if path.startswith("http") else self.site.address + path)
        assert self.status == status, (self.status, path, self.site.log("web"))
        return self

    def sign_in(self, mail: str = "", *, fresh: bool = False) -> "Person":
        """Be signed in: as before where a session is still open, else by mail, password and second factor."""
        self.mail = mail or self.mail
        key = (self.site.address, self.mail)
        if key in _wallet and not fresh:
            self.page.context.add_cookies(_wallet[key])
        self.page.goto(f"{self.site.address}/account/home")
        self.type_in()
        _wallet[key] = [each for each in self.page.context.cookies() if each["name"] == SESSION]  # type: ignore[misc]
        return self

    def type_in(self) -> None:
        """What is asked on the pages of signing in."""
        if not self.page.locator("input[name=password]").count():
            return
        self.send(mail=self.mail, password=cast.PASSWORD)
        if self.page.locator("#demonstration-code").count():
            self.send(code=self.page.locator("#demonstration-code").inner_text())
        assert "/sign-in" not in self.page.url, self.page.locator("main").inner_text()

    def form(self, action: str = "", holding: str = "") -> Locator:
        """The form of the page that is sent there, and holds this field."""
        found = self.page.locator(f"main form[action$='{action}']" if action else "main form")
        return found.filter(has=self.page.locator(f"[name='{holding}']")).first if holding else found.first

    def send(
        self,
        action: str = "",
        *,
        press: str = "",
        right: bool = True,
        holding: str = "",
        **fields: Any,
    ) -> "Person":
        """Fill a form and send it; `right` says whether the site shall take it."""
        form = self.form(action, holding or next(iter(fields), ""))
        self.fill(form, **fields)
        self.press(form, press)
        assert (self.status < WRONG) is right, (self.status, self.page.url, self.reads())
        return self

    def reads(self) -> str:
        """What stands on the page."""
        return self.page.locator("main").inner_text()[:3000]

    def press(self, form: Locator, value: str = "") -> None:
        """Press a form's button; what it leads to is there when this ends."""
        here = "button[type=submit]:not([formtarget])"  # not what is only looked at, beside the page
        button = form.locator(f"{here}[value='{value}']" if value else here).last
        self.open_around(button)
        needed = form.locator("[data-needed]:visible")
        lacks = needed.evaluate_all("all => all.some(each => !each.value.trim())")
        lacks = lacks or form.locator("[data-tick-needed]:not(:has(input[type=checkbox]:checked))").count()
        asks = button.get_attribute("data-confirm") and not lacks
        with self.page.expect_navigation():
            button.click()
            if asks:
                self.page.click("dialog .button-primary")

    def open_around(self, thing: Locator) -> None:
        """Unfold what hides it."""
        thing.evaluate("it => { for (let e = it; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true }")

    def fill(self, form: Locator, **fields: Any) -> None:
        """Write, choose and tick, each field by its name."""
        for name, value in fields.items():
            control = form.locator(f"[name='{name}']")
            self.open_around(control.first)
            kind = control.first.evaluate("it => it.tagName === 'INPUT' ? it.type : it.tagName")
            if kind in {"radio", "checkbox"}:
                self._tick(form, name, value)
            elif kind == "SELECT":
                control.select_option(value)
            elif kind == "file":
                control.first.set_input_files(value)
            else:
                control.first.fill(str(value))

    def _tick(self, form: Locator, name: str, value: Any) -> None:
        wanted = [value] if not isinstance(value, Sequence) or isinstance(value, str) else value
        for box in form.locator(f"[name='{name}']").all():
            chosen = box.get_attribute("value") in map(str, wanted) or value is True
            radio = box.get_attribute("type") == "radio"  # it is left by choosing another one
            if chosen != box.is_checked() and (chosen or not radio):
                box.set_checked(chosen)

    def follow(self, words: str, where: str = "main") -> "Person":
        """Follow the first link with these words."""
        link = self.page.locator(where).get_by_role("link", name=words).first
        self.open_around(link)
        with self.page.expect_navigation():
            link.click()
        assert self.status < WRONG, (self.status, self.page.url)
        return self

    def says(self, words: str) -> None:
        """The page holds these words."""
        self.page.get_by_text(words).first.wait_for()

    def until(self, selector: str, path: str = "") -> Locator:
        """Look at the page again until it holds this: documents and clocks need a moment."""
        if path:
            self.go(path)
        until = time.monotonic() + PATIENCE
        while not self.page.locator(selector).count():
            assert time.monotonic() < until, (selector, self.page.url, self.reads())
            self.page.wait_for_timeout(300)
            self.page.reload()
        return self.page.locator(selector).first

    def until_answered(self, path: str, status: int) -> None:
        """Go there again until it answers so."""
        until = time.monotonic() + PATIENCE
        while True:
            self.page.goto(self.site.address + path)
            if self.status == status:
                return
            assert time.monotonic() < until, (path, self.status)
            self.page.wait_for_timeout(300)

    def until_gone(self, path: str, words: str) -> None:
        """Go there again until it does not say so any more."""
        until = time.monotonic() + PATIENCE
        self.page.goto(self.site.address + path)
        while words in self.page.content():
            assert time.monotonic() < until, (path, words)
            self.page.wait_for_timeout(300)
            self.page.goto(self.site.address + path)

    def picture(self, name: str) -> None:
        """Keep what the person sees, where somebody wants to look at it."""
        if WANTED:
            self.keep(name)

    def keep(self, name: str) -> None:
        """Keep what the person sees."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    def barriers(self) -> list[str]:
        """What axe finds on this page, whose window gets axe only when it is asked."""
        if not self._has_axe:
            self.page.add_init_script(BRINGS_AXE)
            self.page.evaluate(BRINGS_AXE)
            self._has_axe = True
        found: list[str] = self.page.evaluate(FIND, RULES)
        return found

    def no_barrier(self) -> None:
        """Axe finds nothing on this page."""
        found = self.barriers()
        assert not found, (self.page.url, found)
