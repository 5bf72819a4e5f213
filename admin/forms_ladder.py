"""Forms of the back office for the ladder: points, bands and floors as rows, each checked in words."""

import itertools
from typing import ClassVar

from admin.forms_rules import BASIS_HINT
from core.forms import LongText, ManyOf, OneOf, Whole
from core.words import _, _l
from desk.forms_rows import RowForm, Rows, with_rows
from registry.settings_shapes import LEVELS as NAMES
from registry.settings_shapes import SEVERITIES, SINGLE, STEPS
from sanctions.ladder_factors import FACTORS
from sanctions.levels import LEVELS, label

MOST_POINTS = 1000
READ, SAID = _l("Read from the file."), _l("Said by the adjudication unit, with reasons.")
ADDED, TAKEN_OFF = _l("Points added"), _l("Points taken off")
STARTS = {"A1": _l("From so many persons"), "A2": _l("From so many months"), "A10": _l("From so many acts")}
MEASURES = [("L0", _l("No measure")), *((label(n), each.word) for n, each in LEVELS.items())]
MAJOR = {"L4", "L5"}


def _points(text):
    return Whole(text, least=0, most=MOST_POINTS)


def _wrong(field, words):
    field.errors = [*field.errors, str(words)]
    return False


def _wrong_end(row, after):
    """What is wrong with the end of a band, given the band after it, if there is one; empty where nothing is."""
    begin, end = row["least"].data, row["last"].data
    if after is None:
        return _("The last band has no upper end: leave this empty.") if end is not None else ""
    following = after["least"].data
    if end is None:
        return _("Say where this band ends; only the last one has no upper end.")
    if end < begin:
        return _("This band ends before it begins.")
    if following <= end:
        return _("Scores from %(first)s to %(last)s would lie in two bands.", first=following, last=end)
    if following > end + 1:
        return _("Scores from %(first)s to %(last)s would lie in no band.", first=end + 1, last=following - 1)
    return ""


class LadderForm(RowForm):
    """A setting of the ladder: its fields in groups, what it rests on, and the value that is kept."""

    drafted = True
    basis = LongText(_l("What it rests on"), most=1000, rows=3, hint=BASIS_HINT)

    @classmethod
    def of(cls, _value):
        """Make the form with as many rows as the value has."""
        return cls

    def take(self, value):
        """Begin with what is laid down."""
        for name, each in value.items():
            self[name].data = each

    def value(self):
        """Give the value as it is kept."""
        return {name: self[name].data for name in self.names()}

    def names(self):
        """Name the fields that hold the value."""
        return [name for name in self._fields if name not in {"basis", "key", "version", "csrf_token"}]

    def groups(self):
        """List the rows: title, where it is read, fields, and what asks for one more row."""
        return [{"title": "", "source": "", "fields": [self[name] for name in self.names()], "rows": ()}]


class BaseForm(LadderForm):
    """Points by severity."""

    def take(self, value):
        """Begin with what is laid down."""
        super().take({f"S{each}": value[each] for each in SEVERITIES})

    def value(self):
        """Points under each severity."""
        return {each: self[f"S{each}"].data for each in SEVERITIES}

    def validate(self, extra_validators=None):
        """Never fewer points for a graver violation."""
        right = super().validate(extra_validators=extra_validators)
        for lighter, graver in itertools.pairwise(SEVERITIES):
            less, more = self[f"S{lighter}"].data, self[f"S{graver}"].data
            if None not in (less, more) and more < less:
                right = _wrong(self[f"S{graver}"], _("A graver violation can't score fewer points than a lighter one."))
        return right


for _each in SEVERITIES:
    setattr(BaseForm, f"S{_each}", _points(_l("Points at severity %(severity)s", severity=_each)))


class FactorsForm(LadderForm):
    """Points of each factor; what mitigates is written without its sign."""

    A3_first, A3_more = _points(_l("After one earlier measure")), _points(_l("After two or more"))
    M2_filing, M2_notice = _points(_l("Before the case was filed")), _points(_l("Before the advance notice"))
    ROWS: ClassVar = tuple(
        Rows(
            name,
            {
                "least": lambda name=name: Whole(STARTS[name], most=10**6, required=False),
                "points": lambda: Whole(ADDED, most=MOST_POINTS, required=False),
            },
            needs=("least", "points"),
            most=9,
        )
        for name in STEPS
    )

    @classmethod
    def of(cls, value):
        """As many steps as there are."""
        return with_rows(cls, **{name: len(value[name]) for name in STEPS})

    def take(self, value):
        """Begin with what is laid down."""
        super().take({name: abs(value[name]) for name in SINGLE})
        self.A3_first.data, self.A3_more.data = value["A3"]
        self.M2_filing.data, self.M2_notice.data = (abs(each) for each in value["M2"])
        for name in STEPS:
            self.put(name, [{"least": least, "points": points} for least, points in value[name]])

    def value(self):
        """Give numbers, pairs and steps, with the sign of each."""
        found = {name: self[name].data * (-1 if name.startswith("M") else 1) for name in SINGLE}
        found |= {name: [[row["least"], row["points"]] for row in self.given(name)] for name in STEPS}
        found["A3"] = [self.A3_first.data, self.A3_more.data]
        found["M2"] = [-self.M2_filing.data, -self.M2_notice.data]
        return {name: found[name] for name in FACTORS if name in found}

    def validate(self, extra_validators=None):
        """At least one step, each above the one before."""
        right = super().validate(extra_validators=extra_validators)
        return all([right, *(self._in_order(name) for name in STEPS)])

    def _in_order(self, name):
        begun = [row["least"] for row in self.rows(name) if row["least"].data is not None]
        if not begun:
            return _wrong(self.rows(name)[0]["least"], _("Lay down at least one step."))
        right = True
        for before, after in itertools.pairwise(begun):
            if after.data <= before.data:
                right = _wrong(after, _("Each step begins above the one before it (%(before)s).", before=before.data))
        return right

    def groups(self):
        """List each factor, with where it is read."""
        pairs = {"A3": (self.A3_first, self.A3_more), "M2": (self.M2_filing, self.M2_notice)}
        known = [name for name in FACTORS if name in {*SINGLE, *STEPS, *pairs}]
        return [
            {
                "title": FACTORS[name].word,
                "source": SAID if FACTORS[name].judged else READ,
                "fields": pairs.get(name) or ((self[name],) if name in SINGLE else ()),
                "rows": self.rows(name) if name in STEPS else (),
                "more": name,
            }
            for name in sorted(known, key=lambda name: (name[0], int(name[1:])))
        ]


for _each in SINGLE:
    setattr(FactorsForm, _each, _points(TAKEN_OFF if _each.startswith("M") else ADDED))


class BandsForm(LadderForm):
    """Which measures a score leads to: from, to, measures; without gap or overlap."""

    ROWS: ClassVar = (
        Rows(
            "band",
            {
                "least": lambda: Whole(_l("From (points)"), most=MOST_POINTS, required=False),
                "last": lambda: Whole(_l("To (points)"), most=MOST_POINTS, required=False),
                "measures": lambda: ManyOf(_l("Measures"), MEASURES, required=False),
            },
            needs=("least", "measures"),
            most=12,
        ),
    )

    @classmethod
    def of(cls, value):
        """As many bands as there are."""
        return with_rows(cls, band=len(value))

    def take(self, value):
        """Begin with what is laid down; a band ends where the next begins."""
        ends = [least - 1 for least, _levels in value[1:]]
        rows = zip(value, [*ends, None], strict=True)
        self.put("band", [{"least": least, "last": last, "measures": levels} for (least, levels), last in rows])

    def value(self):
        """Give the bands as they are kept: where each begins, with its measures."""
        return [
            [row["least"], sorted(row["measures"], key=lambda each: (each not in MAJOR, each))]
            for row in self.given("band")
        ]

    def validate(self, extra_validators=None):
        """From zero on without gap or overlap; of the major measures only one."""
        right = super().validate(extra_validators=extra_validators)
        rows = [row for row in self.rows("band") if row["least"].data is not None]
        if not rows:
            return _wrong(self.rows("band")[0]["least"], _("Lay down at least one band."))
        return all([right, self._joined(rows), *(self._fits(row["measures"]) for row in rows)])

    def _joined(self, rows):
        right = rows[0]["least"].data == 0 or _wrong(rows[0]["least"], _("The first band begins at 0."))
        for row, after in zip(rows, [*rows[1:], None], strict=True):
            if not row["last"].errors and (words := _wrong_end(row, after)):
                right = _wrong(row["last"], words)
        return right

    def _fits(self, field):
        chosen = set(field.data or ())
        if chosen >= MAJOR:
            return _wrong(field, _("One act gets only one of the two major measures."))
        if "L0" in chosen and len(chosen) > 1:
            return _wrong(field, _("No measure (L0) can't stand beside a measure."))
        return True

    def groups(self):
        """List the bands; the button stands under the last."""
        rows = self.rows("band")
        return [
            {
                "title": _("Band %(number)s", number=number),
                "source": "",
                "fields": (),
                "rows": [row],
                "more": "band" if number == len(rows) else "",
            }
            for number, row in enumerate(rows, 1)
        ]


class FloorsForm(LadderForm):
    """The least measure where a circumstance counts."""

    S5 = OneOf(_l("Where a violation of severity 5 is established: at least"), look="select")
    A4 = OneOf(_l("Where A4 counts (obstruction): at least"), look="select")
    A5 = OneOf(_l("Where A5 counts (retaliation): at least"), look="select")

    def __init__(self, *given, **named):
        """Offer the measures."""
        super().__init__(*given, **named)
        for name in self.names():
            self[name].choices = [(NAMES.index(key), word) for key, word in MEASURES[1:]]

    def take(self, value):
        """Begin with what is laid down."""
        super().take({name: str(level) for name, level in value.items()})

    def value(self):
        """Give the levels by their numbers."""
        return {name: int(self[name].data) for name in self.names()}


class OthersForm(LadderForm):
    """What every other established code adds."""

    points = _points(_l("Points for each other established violation"))
    most = Whole(_l("So many count at most"), most=100)


class RepeatForm(LadderForm):
    """When the same violation again is a higher band."""

    measures = Whole(_l("So many earlier measures for the same violation"), least=1, most=20)
    months = Whole(_l("Within so many months"), least=1, most=240)
    bands = Whole(_l("Raise it by so many bands"), least=1, most=10)


FORMS = {
    "LADDER_BASE": BaseForm,
    "LADDER_FACTORS": FactorsForm,
    "LADDER_BANDS": BandsForm,
    "LADDER_FLOORS": FloorsForm,
    "LADDER_OTHERS": OthersForm,
    "LADDER_REPEAT": RepeatForm,
}
"""The settings of the ladder that have several values; the others are numbers."""
