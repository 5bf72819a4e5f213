"""Sentences in both languages of documents: the pair is beside the code that uses it, and one is said."""

from collections.abc import Iterable
from typing import Final, TypeAlias

from core.machine import Ask
from notices.papers import Lang
from registry.models import Party

Pair: TypeAlias = tuple[str, str]
"""The same in Chinese and in English, with the same places for values."""
AUTHENTIC: Final = "the authentic text"
"""The fact by which a builder is asked for the Chinese text, whatever language its recipient is written to in."""


def say(pair: Pair, lang: str, **values: object) -> str:
    """One sentence in a language, with its values in place."""
    return pair[lang.startswith("en")].format(**values)


def counted(number: int, word: str) -> str:
    """An English number of things: 1 person, 3 persons."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def listed(items: Iterable[str], lang: str) -> str:
    """Short things in a list: 甲、乙, or A, B."""
    return (", " if lang.startswith("en") else "、").join(items)


def joined_up(clauses: Iterable[str], lang: str) -> str:
    """Half sentences in a row."""
    return ("; " if lang.startswith("en") else "；").join(clauses)


def written_in(ask: Ask, party: Party) -> Lang:
    """The language of a document to a company: its own choice, but Chinese if the authentic text is asked for."""
    return "zh" if ask.facts.get(AUTHENTIC) else party.lang
