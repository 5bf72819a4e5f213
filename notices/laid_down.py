"""What pages say about lengths and numbers that are settings: read when the page is, never written in its text."""

from fractions import Fraction
from typing import Final

from core.db import session
from core.words import LazyString, language
from notices.papers import Lang, period_text
from registry import settings

SHARES: Final[dict[Fraction, tuple[str, str]]] = {
    Fraction(1, 2): ("half", "二分之一"),
    Fraction(2, 3): ("two thirds", "三分之二"),
    Fraction(3, 4): ("three quarters", "四分之三"),
    Fraction(3, 5): ("three fifths", "五分之三"),
    Fraction(4, 5): ("four fifths", "五分之四"),
}
"""Shares with words of their own; any other is given in digits."""


def period_of(key: str) -> LazyString:
    """A length with its unit, in the reader's language: 5 working days."""
    return LazyString(_period, key)


def number_of(key: str) -> LazyString:
    """A number: 5."""
    return LazyString(_number, key)


def share_of(key: str) -> LazyString:
    """A share, in the reader's language: two thirds."""
    return LazyString(_share, key)


def share_text(share: Fraction, lang: Lang) -> str:
    """A share in words, as in two thirds or 三分之二; as 5/7 if there are no words for it."""
    english, chinese = SHARES.get(share, (str(share), str(share)))
    return english if lang == "en" else chinese


def _period(key: str) -> str:
    found = settings.said(session(), key)
    return period_text(int(found.value), found.unit, language())


def _number(key: str) -> str:
    return str(settings.value(session(), key))


def _share(key: str) -> str:
    return share_text(Fraction(str(settings.value(session(), key))), language())
