"""Sentences that wait for their reader: English msgids, translated when shown."""

import re
from typing import Any, Literal, TypeAlias

from flask import g
from flask.globals import _cv_app
from flask_babel import force_locale, get_locale, get_translations
from flask_babel.speaklater import LazyString as _Waiting
from markupsafe import escape

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
_TWO_STOPS = re.compile(r"\b((?:Ltd|Inc|Corp|Co)\.)\.(?=\s|<|$)")


def catalogue() -> Any:  # noqa: ANN401 - Babel's own, which has no types
    """All sentences in the reader's language; looked up once for a page, and again if another language is forced."""
    try:  # a page asks for it some hundred times; by the names of Flask each would look for the context twice
        found = _cv_app.get().g._flask_babel.babel_translations  # noqa: SLF001 - where Flask-Babel forgets it too
    except (AttributeError, LookupError):
        found = None
    if found is None:
        found = get_translations()
        if g:
            g._flask_babel.babel_translations = found  # noqa: SLF001
    return found


def locale() -> Any:  # noqa: ANN401 - Babel's own, which has no types
    """The reader's locale, or None; kept, since a page asks for it with every sentence."""
    try:
        found = _cv_app.get().g._flask_babel.babel_locale  # noqa: SLF001 - where Flask-Babel keeps it
    except (AttributeError, LookupError):
        found = None
    return get_locale() if found is None else found


def language() -> Literal["zh", "en"]:
    """The reader's language as the address bar says it: `zh` or `en`."""
    mine = locale()
    return "en" if mine is not None and mine.language == "en" else "zh"


def gap() -> str:
    """What stands between two sentences, or behind a colon: the wide signs of Chinese leave room by themselves."""
    return " " if language() == "en" else ""


def bracketed(said: object) -> str:
    """Words in brackets behind others, with the room between; those of Chinese are wide, and leave it themselves."""
    words = said if hasattr(said, "__html__") else str(said)
    return " (" + words + ")" if language() == "en" else "（" + words + "）"  # type: ignore[operator]


def joined(*said: object) -> str:
    """Sentences one after the other, as the reader's language has it; what is empty is left out."""
    return gap().join(text for each in said if (text := str(each or "")))


def _(text: str, **values: object) -> str:
    """A sentence in the reader's language."""
    found: str = catalogue().ugettext(text)
    return one_stop(found % values) if values else found


def one_stop(said: str) -> str:
    """The sentence with one stop where a name ends it with the full stop of a short form ("Co., Ltd.")."""
    return type(said)(_TWO_STOPS.sub(r"\1", said)) if ".." in said else said


def _n(one: str, many: str, num: int, **values: object) -> str:
    """A sentence that counts, in the reader's language, with thousands marked as wherever a number stands."""
    found: str = catalogue().ungettext(one, many, num)
    return one_stop(found.replace("%(num)d", "%(num)s") % {"num": f"{num:,}", **values})


class LazyString(_Waiting):  # type: ignore[misc]
    """A sentence translated when it is read; in a page its values are escaped like any other text."""

    @property
    def msgid(self) -> str:
        """The sentence before its values stand in it: what is alike in sentences of one kind."""
        return str(self._args[0])

    def __html__(self) -> str:
        """As markup: Flask-Babel's own would let a value bring its tags along."""
        return escape(str(self))


Words: TypeAlias = str | LazyString


def _l(text: str, **values: object) -> LazyString:
    """Mark a sentence for translation at the moment somebody reads it."""
    return LazyString(_, text, **values)


def in_both(message: object) -> dict[str, str]:
    """A sentence in each language, for what is told later and to whoever reads it then."""
    said = {}
    for short, name in LOCALES.items():
        with force_locale(name):
            said[short] = str(message)
    return said


def kept_in_both(english: str, chinese: str) -> LazyString:
    """A text that people keep in both languages, read in the reader's; what is missing in one is read in the other."""
    return LazyString(_of_reader, english, chinese)


def _of_reader(english: str, chinese: str) -> str:
    return (chinese or english) if str(locale()).startswith("zh") else (english or chinese)


__all__ = [
    "LOCALES",
    "LazyString",
    "Words",
    "_",
    "_l",
    "_n",
    "bracketed",
    "catalogue",
    "gap",
    "in_both",
    "joined",
    "kept_in_both",
    "language",
    "locale",
    "one_stop",
]
