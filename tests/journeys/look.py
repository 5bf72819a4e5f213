"""A close look at one page: languages, colours, widths, keyboard, weight, noise, words left; each flaw is a line."""

import os
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import product
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from zlib import crc32

from playwright.sync_api import Page, Response, ViewportSize

from tests.journeys import keyboard
from tests.journeys.person import Person

WIDE, PHONE, NARROW = 1440, 390, 320
HEIGHTS = {WIDE: 900, PHONE: 844, NARROW: 640}
MOST_BYTES = 60 * 1024
SIGN_IN = "/sign-in"
KEPT = os.environ.get("ZILU_PICTURES", "")
"""Where `./zilu pictures --all` wants a picture of every page in both languages, on a desk and a phone."""
RETRIES = 3
"""A server may close a connection that rested just as it is taken up again; browsers ask anew by themselves."""
ENGLISH_LEFT = re.compile(r"[A-Z][a-z']+(?: [a-z'’]+){2,}")
"""A sentence in English: nothing that a page in Chinese says of itself."""
ALONE = """it => [...it.parentElement.childNodes].every(
    one => one.nodeName === 'A' || one.nodeName === 'BUTTON' || !one.textContent.replace('·', '').trim())"""
"""Whether a link stands for itself, or beside others of its kind, and not in a sentence."""
SMALL = f"""() => !document.querySelector('.public-head') ? [] :
  [...document.querySelectorAll('main a.button, main button, main summary, main select, '
    + 'main input:not([type=hidden]), nav a'),
   ...[...document.querySelectorAll('main p > a:not(.button), main li > a')].filter({ALONE})]
  .map(it => [it, (it.closest('.choice') || (it.matches('[type=checkbox], [type=radio]') && it.closest('label')) || it)
    .getBoundingClientRect()])
  .filter(([it, box]) => it.tabIndex >= 0 && it.checkVisibility({{visibilityProperty: true}}))
  .filter(([it, box]) => box.height > 0 && box.height < 44)
  .slice(0, 3).map(([it, box]) => it.tagName.toLowerCase() + ' ' + (it.name || it.textContent.trim().slice(0, 30))
    + ' is ' + Math.round(box.height) + ' high')"""
"""What a thumb misses on a page for the public."""
WIDTHS = """() => { const menu = document.querySelector('.top-nav');
  return [document.scrollingElement.scrollWidth, menu !== null && menu.scrollWidth > menu.clientWidth + 1]; }"""
TEXT = """html => { const copy = new DOMParser().parseFromString(html, 'text/html').body;
  const foreign = '[lang=en], script, noscript, style, textarea, option, code, .language';
  copy.querySelectorAll(foreign).forEach(e => e.remove());
  return copy.textContent.replace(/\\s+/g, ' '); }"""


class Sight(NamedTuple):
    """How somebody may see a page."""

    lang: str
    colours: str
    width: int


SIGHTS = [Sight(*each) for each in product(("zh", "en"), ("light", "dark"), (WIDE, PHONE))]


def sight_of(name: str) -> Sight:
    """Of all ways to see this page one, the next page's being another."""
    return SIGHTS[crc32(name.encode()) % len(SIGHTS)]


@dataclass
class Looker:
    """Looks at pages and remembers what is wrong with them."""

    whole: bool = False
    """Whether each page is seen in all ways, not only in one of them."""
    flaws: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    bytes: dict[str, int] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    """The HTML of each page."""
    addresses: set[str] = field(default_factory=set)
    """Where the pages are."""
    colours: dict[Page, str] = field(default_factory=dict)
    """In which colours a window was looked at last."""

    def at(self, person: Person, name: str, path: str = "", status: int = 200) -> None:
        """Look at this address, or at the page that is open, in one way or in all."""
        if name in self.seen:
            return
        self.seen.add(name)
        address = person.site.address + path if path else person.page.url
        self.addresses.add(urlsplit(address).path)
        said = len(person.complaints)
        ways = self._ways(name)
        langs = {sight.lang for sight in ways} | ({"zh", "en"} if KEPT else set())
        for lang in sorted(langs, key=person.lang.__eq__):  # last in the person's own, in which all goes on
            self._say(person, lang)
            weight = Weight(person) if lang == min(langs, key="zh".__ne__) else None
            answer = person.page.goto(address)
            if answer is None or person.status != status:
                self.flaws.append(f"{name}.{lang}: answers {person.status}")
                break
            if SIGN_IN in person.page.url and SIGN_IN not in address:
                self.flaws.append(f"{name}.{lang}: asks to sign in, so nobody has looked at it")
                break
            if weight is not None:
                self._weighed(name, weight.taken())
                self.written[name] = answer.text()
            self._look(person, name, [sight for sight in ways if sight.lang == lang], lang)
        self._read(person, name, address, status, langs)
        self._say(person, person.lang)
        if not path and person.lang not in langs:
            person.page.goto(address)
        self.flaws += [f"{name}: {each}" for each in person.complaints[said:]]

    def take(self, other: "Looker") -> None:
        """Take over what another one saw."""
        self.flaws += other.flaws
        self.seen |= other.seen
        self.addresses |= other.addresses
        self.bytes |= other.bytes
        self.written |= other.written

    def _read(self, person: Person, name: str, address: str, status: int, langs: set[str]) -> None:
        """What the page in Chinese says in English, in whichever language it was looked at."""
        if langs == {"zh"} and name in self.written:
            written = self.written[name]
        else:
            self._say(person, "zh")
            answer = person.page.request.get(address, max_retries=RETRIES)
            if answer.status != status or (SIGN_IN in answer.url and SIGN_IN not in address):
                self.flaws.append(f"{name}.zh: answers {answer.status} at {answer.url}")
            written = answer.text()
        left = set(ENGLISH_LEFT.findall(person.page.evaluate(TEXT, written)))
        self.flaws += [f"{name}: in English: {each}" for each in left]

    def _ways(self, name: str) -> list[Sight]:
        return SIGHTS if self.whole else [sight_of(name)]

    def _say(self, person: Person, lang: str) -> None:
        person.page.context.add_cookies([{"name": "lang", "value": lang, "url": person.site.address}])

    def _weighed(self, name: str, size: int) -> None:
        self.bytes[name] = size
        if size > MOST_BYTES:
            self.flaws.append(f"{name}: {size / 1024:.0f} KB transferred")

    def _look(self, person: Person, name: str, ways: list[Sight], lang: str) -> None:
        page = person.page
        for width in HEIGHTS:
            self._see(person, Sight(lang, "light", width))
            needed, cut = page.evaluate(WIDTHS)
            if width == WIDE and cut:
                self.flaws.append(f"{name}.{lang}: the menu in the head is cut")
            if needed > width:
                self.flaws.append(f"{name}.{lang}: {needed} wide at {width}")
            if width == PHONE:
                self.flaws += [f"{name}.{lang}: {small}" for small in page.evaluate(SMALL)]
        for sight in ways:
            self._see(person, sight)
            where = f"{name}.{lang} in {sight.colours} at {sight.width}"
            self.flaws += [f"{where}: {found}" for found in person.barriers()]
        for sight in SIGHTS if KEPT else ():
            if sight.lang == lang and sight.colours == "light":
                self._see(person, sight)
                width = "desk" if sight.width == WIDE else "phone"
                page.screenshot(path=Path(KEPT, f"{name}.{lang}.{width}.png"), full_page=True)
        for sight in ways:
            self._see(person, sight)
            where = f"{name}.{lang} in {sight.colours} at {sight.width}"
            self.flaws += [f"{where}: {found}" for found in keyboard.flaws(page)]
        self._see(person, Sight(lang, "light", WIDE))

    def _see(self, person: Person, sight: Sight) -> None:
        """So it is seen from now on; what is so already is not asked of the browser again."""
        page, size = person.page, ViewportSize(width=sight.width, height=HEIGHTS[sight.width])
        if self.colours.get(page) != sight.colours:
            page.emulate_media(color_scheme=sight.colours)  # type: ignore[arg-type]
            self.colours[page] = sight.colours
        if page.viewport_size != size:
            page.set_viewport_size(size)


class Weight:
    """Counts what the first visit to a page transfers: what the browser has of earlier visits as well."""

    def __init__(self, person: Person) -> None:
        """Begin."""
        self._page = person.page
        self._answers: list[Response] = []
        self._page.on("response", self._came)

    def _came(self, answer: Response) -> None:
        self._answers.append(answer)

    def taken(self) -> int:
        """End, and say how much it was."""
        self._page.remove_listener("response", self._came)
        return sum(map(_size, self._answers))


def _size(answer: Response) -> int:
    """Head and body as they are sent; a browser that has the file already still knows with what head it came."""
    head = f"HTTP/1.1 {answer.status} {answer.status_text}\r\n\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
    nothing = answer.status == HTTPStatus.NO_CONTENT
    return len(head) + (0 if nothing else int(answer.headers["content-length"]))
