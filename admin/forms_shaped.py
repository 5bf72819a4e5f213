"""Forms of the back office for other settings of several values: lengths after extensions, words of series."""

import itertools
from typing import ClassVar

from admin.forms_ladder import LadderForm
from core.forms import Text, Whole
from core.words import _, _l, language
from desk.forms_rows import Rows, with_rows
from notices.kinds import KINDS
from registry.seeds_settings import SERIES_WORDS
from registry.settings_bounds import MOST_DAYS
from registry.settings_shapes import EXTEND, TYPE_WORD

TOTAL = _l("Total length then")


def _wrong(field, words):
    field.errors = [*field.errors, str(words)]
    return False


class ExtendForm(LadderForm):
    """How long a time limit is in all after each extension."""

    ROWS: ClassVar = (
        Rows(
            "step", {"total": lambda: Whole(TOTAL, least=1, most=MOST_DAYS, required=False)}, needs=("total",), most=5
        ),
    )
    length: ClassVar[int] = 0
    """Of the time limit itself, before any extension."""

    @classmethod
    def of(cls, value, length=0):
        """As many rows as there are extensions."""
        made = with_rows(cls, step=len(value))
        made.length = length
        return made

    def take(self, value):
        """Begin with what is laid down."""
        self.put("step", [{"total": total} for total in value])

    def value(self):
        """Give the lengths, in their order."""
        return [row["total"] for row in self.given("step")]

    def validate(self, extra_validators=None):
        """Each longer than the one before, the first longer than the time limit itself."""
        right = super().validate(extra_validators=extra_validators)
        fields = [row["total"] for row in self.rows("step") if row["total"].data is not None]
        if not fields:
            return right and _wrong(self.rows("step")[0]["total"], _("Lay down at least one extension."))
        if fields[0].data <= self.length:
            right = _wrong(fields[0], _("Longer than the time limit without extension (%(days)s).", days=self.length))
        for before, after in itertools.pairwise(fields):
            if after.data <= before.data:
                right = _wrong(
                    after, _("Each extension is longer than the one before it (%(days)s).", days=before.data)
                )
        return right

    def groups(self):
        """List the extensions; the button stands under the last."""
        rows = self.rows("step")
        return [
            {
                "title": nth(place),
                "source": "",
                "fields": (),
                "rows": [row],
                "more": "step" if place == len(rows) else "",
            }
            for place, row in enumerate(rows, 1)
        ]


def nth(place):
    """Name an extension by its place."""
    return _("Extension %(number)s", number=place)


class SeriesForm(LadderForm):
    """The type word of each series of numbers."""

    def take(self, value):
        """Begin with what is laid down."""
        super().take(dict(zip(self.names(), value, strict=True)))

    def value(self):
        """Give the words in the order of the series."""
        return [(self[name].data or "").strip() for name in self.names()]

    def names(self):
        """Name the fields by their place: words may change."""
        return [f"word_{place}" for place in range(1, len(SERIES_WORDS) + 1)]

    def validate(self, extra_validators=None):
        """Chinese characters, each word only once."""
        right = super().validate(extra_validators=extra_validators)
        seen = {}
        for name in self.names():
            word = (self[name].data or "").strip()
            if word and not TYPE_WORD.fullmatch(word):
                right = _wrong(self[name], _("One to four Chinese characters."))
            elif word in seen:
                right = _wrong(self[name], _("Another series has this word already: numbers would be mixed up."))
            seen[word] = name
        return right

    def groups(self):
        """List the series with the documents that carry their numbers."""
        return [
            {"title": kinds_of(series), "source": "", "fields": [self[name]], "rows": ()}
            for series, name in zip(SERIES_WORDS, self.names(), strict=True)
        ]


for _place in range(1, len(SERIES_WORDS) + 1):
    setattr(SeriesForm, f"word_{_place}", Text(_l("Type word"), most=4))


def kinds_of(series):
    """Name the documents of a series."""
    found = (each.zh if language() == "zh" else each.en for each in KINDS.values() if each.series == series)
    return ("、" if language() == "zh" else ", ").join(dict.fromkeys(found)) or series


def is_extension(key):
    """Whether a setting says how long a time limit is after each extension."""
    return key.endswith(EXTEND)
