"""Sentences that wait for their reader: English msgids, translated when shown."""

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import ngettext as _n
from flask_babel.speaklater import LazyString as _Waiting
from markupsafe import escape


class LazyString(_Waiting):  # type: ignore[misc]
    """A sentence translated when it is read; in a page its values are escaped like any other text."""

    @property
    def msgid(self) -> str:
        """The sentence before its values stand in it: what is alike in sentences of one kind."""
        return str(self._args[0])

    def __html__(self) -> str:
        """As markup: Flask-Babel's own would let a value bring its tags along."""
        return escape(str(self))


def _l(text: str, **values: object) -> LazyString:
    """Mark a sentence for translation at the moment somebody reads it."""
    return LazyString(_, text, **values)


def kept_in_both(english: str, chinese: str) -> LazyString:
    """A text that people keep in both languages, read in the reader's; what is missing in one is read in the other."""
    return LazyString(_of_reader, english, chinese)


def _of_reader(english: str, chinese: str) -> str:
    return (chinese or english) if str(get_locale()).startswith("zh") else (english or chinese)


__all__ = ["LazyString", "_", "_l", "_n", "kept_in_both"]
