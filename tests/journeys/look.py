"""A close look at one page: both languages, widths, weight, noise, words left in English; each flaw is a line."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import CDPSession

from tests.journeys.person import PICTURES, RULES, Person

WIDE, PHONE, NARROW = 1440, 390, 320
MOST_BYTES = 60 * 1024
ENGLISH_LEFT = re.compile(r"[A-Z][a-z']+(?: [a-z'’]+){2,}")
"""A sentence in English: nothing that a page in Chinese says of itself."""
FIND = """async ([tags, colours]) => (await axe.run({resultTypes: ['violations'], runOnly: {type: 'tag', values: tags},
  rules: {'color-contrast': {enabled: colours}}})).violations
  .map(v => v.id + ' ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | '))"""
TEXT = """() => { const copy = document.body.cloneNode(true);
  const foreign = '[lang=en], script, noscript, style, textarea, option, code, .language';
  copy.querySelectorAll(foreign).forEach(e => e.remove());
  return copy.textContent.replace(/\\s+/g, ' '); }"""


@dataclass
class Looker:
    """Looks at pages and remembers what is wrong with them."""

    flaws: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    bytes: dict[str, int] = field(default_factory=dict)

    def at(self, person: Person, name: str, path: str = "", status: int = 200) -> None:
        """Look at this address, or at the page that is open, in both languages."""
        if name in self.seen:
            return
        self.seen.add(name)
        address = person.site.address + path if path else person.page.url
        said = len(person.complaints)
        for lang in ("zh", "en"):
            self._say(person, lang)
            weight = Weight(person) if lang == "zh" else None
            person.page.goto(address)
            if person.status != status:
                self.flaws.append(f"{name}.{lang}: answers {person.status}")
                break
            if weight is not None:
                self._weighed(name, weight.taken())
            self._look(person, f"{name}.{lang}", lang)
        self._say(person, person.lang)
        self.flaws += [f"{name}: {each}" for each in person.complaints[said:]]
        if not path:
            person.page.goto(address)

    def take(self, other: "Looker") -> None:
        """Take over what another one saw."""
        self.flaws += other.flaws
        self.seen |= other.seen
        self.bytes |= other.bytes

    def _say(self, person: Person, lang: str) -> None:
        person.page.context.add_cookies([{"name": "lang", "value": lang, "url": person.site.address}])

    def _weighed(self, name: str, size: int) -> None:
        self.bytes[name] = size
        if size > MOST_BYTES:
            self.flaws.append(f"{name}: {size / 1024:.0f} KB transferred")

    def _look(self, person: Person, name: str, lang: str) -> None:
        page = person.page
        if lang == "zh":
            self.flaws += [f"{name}: in English: {left}" for left in set(ENGLISH_LEFT.findall(page.evaluate(TEXT)))]
        for width in (WIDE, PHONE):
            page.set_viewport_size({"width": width, "height": 900 if width == WIDE else 844})
            colours = width == WIDE  # they are the same at any width
            self.flaws += [f"{name} at {width}: {found}" for found in page.evaluate(FIND, [RULES, colours])]
            if lang == "zh" or width == WIDE:
                PICTURES.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=PICTURES / f"{name}.{width}.jpg", type="jpeg", quality=80, full_page=True)
        page.set_viewport_size({"width": NARROW, "height": 640})
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        if wide > NARROW:
            self.flaws.append(f"{name}: {wide} wide at {NARROW}")
        page.set_viewport_size({"width": WIDE, "height": 900})


class Weight:
    """Counts what the first visit to a page transfers: without the browser's cache."""

    def __init__(self, person: Person) -> None:
        """Begin."""
        self._talk: CDPSession = person.page.context.new_cdp_session(person.page)
        self._sizes: list[float] = []
        self._talk.send("Network.enable")
        self._talk.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self._talk.on("Network.loadingFinished", lambda said: self._sizes.append(said["encodedDataLength"]))

    def taken(self) -> int:
        """End, and say how much it was."""
        self._talk.send("Network.setCacheDisabled", {"cacheDisabled": False})
        self._talk.detach()
        return int(sum(self._sizes))
