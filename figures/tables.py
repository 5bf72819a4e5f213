"""Figures as tables in the reader's language, each with its chart: one and the same for page, export and print."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from flask_babel import format_date

from core import charts
from core.charts import Chart, Series
from core.words import LazyString, _, _l, bracketed
from figures import labels
from figures.counted import next_month
from figures.queries import Months

Value = int | float | str | None
TONES: Final = ("blue", "orange", "turquoise", "purple", "green", "red", "yellow")
"""By kinds, in their order."""
OTHERS: Final = "grey"
COMPLAINTS: Final = _l("Complaints")
PER_CENT: Final = 100
MOST_SERIES: Final = 5
ANSWERS: Final = _l("Answers of companies")
HOW_ANSWERED: Final = ("IN_TIME", "LATE", "MISSED")


def shown(value: Value) -> str:
    """A number of a table; a dash where there is none. Fractions stand below each other, whole ones too."""
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return value if isinstance(value, str) else charts.shown(value)


@dataclass(frozen=True)
class Row:
    """One line: what it is about, and its numbers, each perhaps with an address of what stands behind it."""

    head: str
    cells: Sequence[Value]
    urls: Sequence[str] = ()
    url: str = ""
    closed: bool = True
    """Whether its numbers stay as they are."""

    def link(self, place: int) -> str:
        """Where one number leads."""
        return self.urls[place] if place < len(self.urls) else ""


@dataclass(frozen=True)
class Table:
    """One table with its chart and what it counts."""

    key: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Row]
    chart: Chart | None = None
    meaning: str = ""
    sums: bool = False
    """Whether the numbers of its columns may be added up."""
    apart: bool = False
    """Whether its last column is no part of what the others add up to."""
    shares: tuple[int, int, int] | None = None
    """Which column is a share, and of which two: the first in per cent of both."""

    @property
    def foot(self) -> list[Value]:
        """The sums of the columns; a share is that of the sums."""
        if not self.sums or len(self.rows) < 2:  # noqa: PLR2004 - one row is its own sum
            return []
        columns = list(zip(*(row.cells for row in self.rows), strict=True))
        sums: list[Value] = [sum(each) if all(isinstance(cell, int) for cell in each) else None for each in columns]
        if self.shares is not None:
            place, part, rest = self.shares
            some, others = sums[part], sums[rest]
            sums[place] = share(some, some + others) if isinstance(some, int) and isinstance(others, int) else None
        return sums


@dataclass(frozen=True)
class Behind:
    """Addresses of what stands behind numbers; a report on paper has none."""

    complaints: Callable[..., str] = field(default=lambda **_said: "")
    events: Callable[..., str] = field(default=lambda *_what, **_said: "")
    company: Callable[[int], str] = field(default=lambda _number: "")


NOTHING_BEHIND: Final = Behind()


def month_word(month: date) -> str:
    """A month as a row is called."""
    return f"{month:%Y-%m}"


def span(first: date, last: date) -> list[date]:
    """The months from one to another, both included."""
    months = [first]
    while months[-1] < last:
        months.append(next_month(months[-1]))
    return months


def shorts(months: Sequence[date]) -> list[str]:
    """The words under a chart by month, of too many only some: below the first of each year that year."""
    every, year, words = charts.every_so_many(len(months)), 0, []
    for place, month in enumerate(months):
        shown = place % every == 0
        word = str(format_date(month, "MMM")) if shown else ""
        words.append(f"{word}\n{month:%Y}" if shown and month.year != year else word)
        year = month.year if shown else year
    return words


def share(part: int, whole: int) -> float | None:
    """A share in per cent with one decimal; none of nothing."""
    return round(part * PER_CENT / whole, 1) if whole else None


def make(key: str, title: LazyString, heads: Iterable[Any], rows: Sequence[Row], **more: Any) -> Table:  # noqa: ANN401
    """A table with the meaning that belongs to its key."""
    said = labels.MEANING.get(key)
    return Table(key, str(title), [str(each) for each in heads], rows, meaning=str(said) if said else "", **more)


def said(title: LazyString, series: Sequence[Series], labels_: Sequence[str]) -> str:
    """What a chart shows, in a sentence: the highest number of each series, and when."""
    parts = []
    for each in series:
        known = [(value, place) for place, value in enumerate(each.values) if value]
        if known:
            most, place = max(known, key=lambda pair: pair[0])
            parts.append(
                str(
                    _(
                        "%(word)s: highest %(number)s (%(when)s)",
                        word=each.word,
                        number=charts.shown(most),
                        when=labels_[place],
                    )
                )
            )
    return f"{title}{_(': ')}{_('; ').join(parts)}" if parts else str(title)


def by_month(
    counted: Months, months: Sequence[date], shut: Mapping[date, bool], behind: Behind, *, of_cases: bool = True
) -> Table:
    """What came in and what ended, with what was put before companies and ordered."""
    rows = []
    for month in months:
        received, ended = counted.get((month, "RECEIVED", ""), 0), total(counted, month, "ENDED")
        forwarded = counted.get((month, "FORWARDED", ""), 0)
        ordered = total(counted, month, "MEASURE") if of_cases else None
        urls = [behind.complaints(view=each, month=month) for each in ("all", "ended")]
        urls += [behind.events(each, month=month) for each in ("FORWARDED", "MEASURE")]
        rows.append(Row(month_word(month), [received, ended, forwarded, ordered], urls, closed=shut.get(month, False)))
    series = [
        Series(str(labels.RECEIVED), [row.cells[0] for row in rows], "blue"),  # type: ignore[misc]
        Series(str(labels.ENDED), [row.cells[1] for row in rows], "turquoise"),  # type: ignore[misc]
    ]
    title = _l("Received and ended by month")
    chart = charts.grouped(
        "months",
        str(title),
        said(title, series, heads_of(rows)),
        heads_of(rows),
        series,
        under=shorts(months),
        unit=str(COMPLAINTS),
    )
    heads = (_l("Month"), labels.RECEIVED, labels.ENDED, labels.FORWARDED, labels.MEASURES)
    return make("months", title, heads, rows, chart=chart, sums=True)


def heads_of(rows: Sequence[Row]) -> list[str]:
    """What the rows are called."""
    return [row.head for row in rows]


def total(counted: Months, month: date, what: str) -> int:
    """All of one kind in a month, whatever is said of it."""
    return sum(many for (when, which, _said), many in counted.items() if when == month and which == what)


def spread(
    key: str,
    title: LazyString,
    months: Sequence[date],
    words: Mapping[str, str],
    number: Callable[[date, str], int],
    behind: Callable[[date, str], str] = lambda _month, _word: "",
    *,
    unit: LazyString = COMPLAINTS,
    apart: str = "",
) -> Table:
    """Months by what is said: a column for each word that occurs, stacked in the chart but for one that is apart."""
    there = [word for word in words if any(number(month, word) for month in months)]
    rows = [
        Row(month_word(month), [number(month, word) for word in there], [behind(month, word) for word in there])
        for month in (months if there else ())
    ]
    tones = {word: TONES[place % len(TONES)] for place, word in enumerate(words)}
    parts = [(words[word], tones[word]) for word in there if word != apart]
    series = _stacked(rows, parts)
    chart = charts.stacked(
        key,
        str(title),
        said(title, series, heads_of(rows)),
        heads_of(rows),
        series,
        under=shorts(months),
        unit=str(unit),
    )
    heads = (_l("Month"), *(words[word] for word in there))
    return make(key, title, heads, rows, chart=chart if parts else None, sums=True, apart=apart in there)


def _stacked(rows: Sequence[Row], words: Sequence[tuple[str, str]]) -> list[Series]:
    """The largest series of a chart in the order of their kinds, each in its colour; what more there is becomes one."""
    columns = [[int(row.cells[place] or 0) for row in rows] for place in range(len(words))]
    order = sorted(range(len(words)), key=lambda place: -sum(columns[place]))
    kept = sorted(order if len(order) <= MOST_SERIES else order[: MOST_SERIES - 1])
    series = [Series(words[place][0], columns[place], words[place][1]) for place in kept]
    rest = [place for place in order if place not in kept]
    if rest:
        other = [sum(columns[place][line] for place in rest) for line in range(len(rows))]
        names = str(_(", ")).join(words[place][0] for place in sorted(rest))
        series.append(Series(f"{_('Others')}{bracketed(names)}", other, OTHERS))
    return series


def answers(
    counted: Months, months: Sequence[date], title: LazyString = ANSWERS, *, behind: Behind = NOTHING_BEHIND
) -> Table:
    """How companies answered, and the share that came in time."""
    rows = []
    for month in months:
        in_time, late, missed = (counted.get((month, "ANSWER", how), 0) for how in HOW_ANSWERED)
        urls = [behind.events("ANSWER", how, month=month) for how in HOW_ANSWERED]
        rows.append(Row(month_word(month), [in_time, late, missed, share(in_time, in_time + missed)], urls))
    series = [Series(str(labels.SHARE), [row.cells[3] for row in rows], "blue")]  # type: ignore[misc]
    chart = charts.lined(
        "answers",
        str(title),
        said(title, series, heads_of(rows)),
        heads_of(rows),
        series,
        under=shorts(months),
        most=PER_CENT,
        unit=str(_("per cent")),
    )
    heads = (_l("Month"), labels.IN_TIME, labels.LATE, labels.MISSED, str(labels.SHARE))
    return make("answers", title, heads, rows, chart=chart, sums=True, shares=(3, 0, 2))
