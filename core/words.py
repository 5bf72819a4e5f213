"""Sentences that wait for their reader: English msgids, translated when shown."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n
from flask_babel.speaklater import LazyString

__all__ = ["LazyString", "_", "_l", "_n"]
