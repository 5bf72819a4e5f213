"""Text messages in random lives: numbers confirmed, given up, changed and put right; who is told in which way."""

import re
from contextlib import suppress

from sqlalchemy import select

from bench.lives import outside
from bench.lives.filling import NUMBERS
from bench.lives.outside import Act, Nothing, Scene, person_of
from casework import complainant_texts, putting_right
from casework.models import Complaint
from core import texts
from core.errors import NotNow
from core.texts import TextMessage
from registry import notifications, text_numbers
from registry.events import of_audience
from registry.models_accounts import Account
from registry.models_notifications import DAILY, MAIL, TEXT

WANTED = 0.6
"""How often whoever leaves a mobile number wants text messages."""

OF_ACCOUNTS = ("13700001111", "13700002222", "13700003333")
"""Numbers of people with accounts: of the others nothing is left once the years are over."""


def _code(scene: Scene, number: str) -> str:
    """What stands in the newest message with a code to a number; now and then somebody mistypes it."""
    codes = select(TextMessage).where(TextMessage.kind == texts.CODE).order_by(TextMessage.id.desc())
    for each in scene.at.scalars(codes):
        if each.to == texts.number_of(number) and (found := re.search(r"\d{6}", each.words)) is not None:
            return found[0] if scene.dice.random() < 0.8 else "000000"
    raise Nothing


def complain(scene: Scene) -> None:
    """Somebody complains, and may want text messages from the beginning."""
    it = outside.complain(scene)
    if complainant_texts.is_offered(it) and scene.dice.random() < WANTED:
        with suppress(NotNow):  # the number has had its codes for today
            text_me(scene, it)


def text_me(scene: Scene, it: Complaint) -> None:
    """The person wants text messages, and enters the code, perhaps a wrong one."""
    by = person_of(it)
    complainant_texts.ask_with(scene.at, it, now=scene.now)
    contact = it.complainant.contact if it.complainant else None
    complainant_texts.confirm(scene.at, it, _code(scene, contact or ""), actor=by, now=scene.now)


def text_me_no_more(scene: Scene, it: Complaint) -> None:
    """The person wants none any more."""
    complainant_texts.end(scene.at, it, actor=person_of(it), now=scene.now)


def mishear(scene: Scene, it: Complaint) -> None:
    """Staff misheard the number, and put it right."""
    said = {"why": scene.says(), "contact": scene.dice.choice(NUMBERS), "actor": scene.one("intake", "officer")}
    putting_right.person(scene.at, it, **said, now=scene.now)  # type: ignore[arg-type]


def choose_ways(scene: Scene) -> None:
    """Somebody with an account confirms a number, gives it up, or is told in another way, still of everything."""
    person = scene.at.get_one(Account, scene.dice.choice([*scene.world.staff, *scene.world.contacts]).id)
    subject, number = ("account", person.id), scene.dice.choice(OF_ACCOUNTS)
    what = scene.dice.choice(("number", "number", "ways", "end"))
    if what == "number":
        text_numbers.ask(scene.at, subject, number, language=person.language, now=scene.now)
        text_numbers.confirm(scene.at, subject, _code(scene, number), now=scene.now)
    elif what == "end":
        text_numbers.end(scene.at, subject)
        return
    way = TEXT if text_numbers.confirmed(scene.at, subject) is not None else MAIL
    wanted = {name: scene.dice.choice((way, way, DAILY)) for name in of_audience(person.audience.value)}
    notifications.choose(scene.at, person, wanted)


ACTS: tuple[tuple[str, Act], ...] = (("", text_me), ("", text_me), ("", text_me_no_more), ("", mishear))
"""On complaints, in whatever state."""
ALONE = (choose_ways,)
"""What people with accounts choose."""
