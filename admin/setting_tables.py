"""Settings of several values in words: as one line in a list, and on their own page as the table people edit."""

from dataclasses import dataclass, replace

from admin.forms_ladder import MEASURES
from admin.forms_seal_modes import MODES
from admin.forms_shaped import is_extension, kinds_of, nth
from admin.records import Related
from core.labels import state_label
from core.plainly import titled
from core.words import _, _l, _n, language
from notices.papers import period_text
from registry.seeds_settings import SERIES_WORDS
from registry.settings_shapes import LEVELS, SEVERITIES
from sanctions.ladder_factors import FACTORS

UNITS = {
    "WD": _l("working days"),
    "CD": _l("natural days"),
    "MONTH": _l("months"),
    "months": _l("months"),
    "years": _l("years"),
    "members": _l("members"),
    "persons": _l("persons"),
    "share": _l("share, such as 2/3"),
    "points": _l("points"),
    "complaints": _l("complaints"),
    "calls": _l("calls"),
    "seconds": _l("seconds"),
    "minutes": _l("minutes"),
    "days": _l("natural days"),
    "level": _l("measures"),
    "steps": _l("steps"),
    "text": _l("text"),
    "yes/no": _l("yes or no"),
    "on/off": _l("on or off"),
    "HH:MM": _l("time of day"),
    "HH:MM-HH:MM": _l("hours of the day"),
    "electronic, physical": _l("one of two"),
    "OPENED_OR_DEEMED, ARRIVAL": _l("one of two"),
}
SERVICE = {
    "OPENED_OR_DEEMED": _l("When it is opened, or when it counts as served"),
    "ARRIVAL": _l("When it arrives"),
}
CHAIN, MODE = "APPROVAL_CHAIN", "SEAL_MODE"
COUNTED = {
    "years": lambda many: _n("%(num)d year", "%(num)d years", many),
    "members": lambda many: _n("%(num)d member", "%(num)d members", many),
    "persons": lambda many: _n("%(num)d person", "%(num)d persons", many),
    "points": lambda many: _n("%(num)d point", "%(num)d points", many),
    "complaints": lambda many: _n("%(num)d complaint", "%(num)d complaints", many),
    "calls": lambda many: _n("%(num)d call", "%(num)d calls", many),
    "seconds": lambda many: _n("%(num)d second", "%(num)d seconds", many),
    "minutes": lambda many: _n("%(num)d minute", "%(num)d minutes", many),
}
PERIODS = {"WD": "WD", "CD": "CD", "days": "CD", "MONTH": "MONTH", "months": "MONTH"}
"""Units that are counted, each in its words; all others only say what kind of value it is."""
MOST = 160
"""So many characters of a table stand in a list."""


@dataclass(frozen=True)
class Valued:
    """A value that does not stand in its setting any more, or not yet, to be said as that is."""

    key: str
    unit: str
    value: object


def in_force(row):
    """Give the value that counts until another one is confirmed; None where there is none, or it is the general one."""
    return Valued(row.key, row.unit, row.in_force["value"]) if row.in_force else None


def until_confirmed(row):
    """Say what counts until a value is confirmed; nothing where it counts itself, or nothing does."""
    if row.in_force == {}:
        return _("As for every other kind")
    counts = in_force(row)
    return measured(counts) if counts else None


def listed(value, row):
    """Say a value, and what counts until it is confirmed."""
    before = until_confirmed(row)
    return _("%(value)s (until this is confirmed: %(before)s)", value=value, before=before) if before else value


def tables_of(row):
    """The tables of a setting of several values: as it was laid down last, and as it counts until then."""
    counts = in_force(row)
    before = table_of(counts) if counts else None
    now = replace(before, title=_l("Counts until this is confirmed")) if before else None
    return [table for table in (table_of(row), now) if table]


def said(row):
    """The value of a setting in one line."""
    value, general = row.value, row.key.partition(".")[0]
    if value is None:
        return _("Not laid down yet")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if general == CHAIN:
        return steps_of(value)
    if general in (MODE, "PORTAL_SERVICE"):
        return (dict(MODES) | SERVICE).get(value, value)
    table = table_of(row)
    if table is None:
        return str(value)
    if is_extension(row.key):
        lines = [f"{extension}{_(': ')}{total} {unit}" for extension, total, unit in table.rows]
    else:
        lines = [" · ".join(str(cell) for cell in cells if cell != "") for cells in table.rows]
    line = _("; ").join(lines)
    return line if len(line) <= MOST else f"{line[:MOST]}…"


def measured(row):
    """The value of a setting with its unit, where it is a number of something."""
    if isinstance(row.value, int) and not isinstance(row.value, bool):
        if row.unit in PERIODS:
            return period_text(row.value, PERIODS[row.unit], language())
        if row.unit in COUNTED:
            return str(COUNTED[row.unit](row.value))
    return said(row)


def governs(row):
    """What a setting governs, as a line of its own."""
    return titled((row.meaning if language() == "en" else row.meaning_zh) or row.key)


def steps_of(value):
    """Say a chain in words."""
    found = []
    for each in value or ["sign"]:
        step, _colon, role = str(each).partition(":")
        who = state_label("role", role).text if role else _("whoever does it")
        found.append(_("%(step)s (%(who)s)", step=state_label("approval_step", step).text, who=who))
    return " → ".join(str(each) for each in found)


def table_of(row):
    """The table of a setting of several values, as its form has it; nothing for one value."""
    if row.value is None:
        return None
    if is_extension(row.key):
        unit = UNITS.get(row.unit, row.unit)
        rows = [[nth(place), total, unit] for place, total in enumerate(row.value, 1)]
        return Related(_l("Extensions"), (_l("Extension"), _l("Total length then"), _l("Unit")), rows)
    made = TABLES.get(row.key)
    return made(row.value) if made else None


def _series(value):
    rows = [[word, kinds_of(series)] for series, word in zip(SERIES_WORDS, value, strict=True)]
    return Related(_l("Type words"), (_l("Type word"), _l("Documents with these numbers")), rows)


def _base(value):
    rows = [[f"S{each}", value[each]] for each in SEVERITIES]
    return Related(_l("Points by severity"), (_l("Severity"), _l("Points")), rows)


def _factors(value):
    names = sorted(value, key=lambda name: (name[0], int(name[1:])))
    rows = [[FACTORS[name].word, _points_of(name, value[name])] for name in names]
    return Related(_l("Factors"), (_l("Factor"), _l("Points")), rows)


def _points_of(name, value):
    """A number, two of them, or steps: in words."""
    if not isinstance(value, list):
        return f"{value:+d}" if value else "0"
    if name in PAIRS:
        return _("; ").join(f"{words}{_(': ')}{points:+d}" for words, points in zip(PAIRS[name], value, strict=True))
    return _("; ").join(STEPS[name](least, f"{points:+d}") for least, points in value)


PAIRS = {
    "A3": (_l("After one earlier measure"), _l("After two or more")),
    "M2": (_l("Before the case was filed"), _l("Before the advance notice")),
}
STEPS = {
    "A1": lambda least, points: _("from %(least)s persons: %(points)s", least=least, points=points),
    "A2": lambda least, points: _("from %(least)s months: %(points)s", least=least, points=points),
    "A10": lambda least, points: _("from %(least)s acts: %(points)s", least=least, points=points),
}


def _bands(value):
    ends = [least - 1 for least, _levels in value[1:]]
    words = dict(MEASURES)
    rows = [
        [least, "—" if last is None else last, " + ".join(str(words[level]) for level in levels)]
        for (least, levels), last in zip(value, [*ends, None], strict=True)
    ]
    return Related(_l("Bands"), (_l("From (points)"), _l("To (points)"), _l("Measures")), rows)


def _floors(value):
    words = dict(MEASURES)
    rows = [[FLOORS[name], words[LEVELS[level]]] for name, level in value.items()]
    return Related(_l("Floors"), (_l("Circumstance"), _l("Measure at least")), rows)


FLOORS = {
    "S5": _l("A violation of severity 5 is established"),
    "A4": FACTORS["A4"].word,
    "A5": FACTORS["A5"].word,
}


def _named(title, **labels):
    """A table of numbers under the labels of their form."""

    def table(value):
        rows = [[labels[name], each] for name, each in value.items()]
        return Related(title, (_l("What"), _l("Value")), rows)

    return table


TABLES = {
    "SERIES.word": _series,
    "LADDER_BASE": _base,
    "LADDER_FACTORS": _factors,
    "LADDER_BANDS": _bands,
    "LADDER_FLOORS": _floors,
    "LADDER_OTHERS": _named(
        _l("Other established violations"),
        points=_l("Points for each other established violation"),
        most=_l("So many count at most"),
    ),
    "LADDER_REPEAT": _named(
        _l("The same violation again"),
        measures=_l("So many earlier measures for the same violation"),
        months=_l("Within so many months"),
        bands=_l("Raise it by so many bands"),
    ),
}
