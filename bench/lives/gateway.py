"""The gateway of random lives: takes a text message, refuses it or is away, and asks whether it may go out now."""

import random
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.lives.readings import Found
from core import clock, texts
from core.db import session
from core.texts import TextMessage
from core.texts_gateway import Text
from registry import notifications, text_numbers

ONCE = "a text message is handed over once"
BY_DAY = "no news comes to a telephone at night"
OWN = "news goes only to a number that was confirmed and not given up"
NAMES = (ONCE, BY_DAY, OWN)
AWAY, NEVER = 0.25, 0.05
"""How often it is away, and how often a number never gets anything."""


class Gateway:
    """Takes most of what is handed to it."""

    def __init__(self, dice: random.Random) -> None:
        self._dice, self._taken = dice, set[str]()
        self.found: list[Found] = []

    def take(self, text: Text) -> bool:
        """Take it, mostly; what does not hold at this moment is seen by the next look."""
        chance = self._dice.random()
        if chance < AWAY:
            raise ConnectionRefusedError
        if chance < AWAY + NEVER:
            return False
        self.found += self._looked_at(text)
        self._taken.add(text.id)
        return True

    def _looked_at(self, text: Text) -> Iterator[Found]:
        yield ONCE, text.id, text.id in self._taken
        if text.kind != texts.NEWS:
            return
        at, now = session(), clock.now()
        yield BY_DAY, f"{now}", notifications.awake(at, now) != now
        unsent = select(TextMessage).where(TextMessage.sent_at.is_(None), TextMessage.refused_at.is_(None))
        mine = [each for each in at.scalars(unsent) if (each.to, each.words) == (text.to, text.words)]
        yield OWN, f"{[each.key for each in mine]}", not any(_is_of(at, each) for each in mine)
        at.rollback()


def _is_of(at: Session, text: TextMessage) -> bool:
    told, whose, *_rest = text.key.split(":")
    return text_numbers.confirmed(at, (text_numbers.WRITTEN_TO[told], int(whose))) == text.to
