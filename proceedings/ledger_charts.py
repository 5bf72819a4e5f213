"""Charts of a ledger: complaints, breaches, measures and answers, one bar for each of thirty-six months."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from core import charts
from core.charts import Chart, Series
from core.words import _

YEAR, WHOLE = 12, 36
TONES = {"ESTABLISHED": "red", "LATE": "orange", "NONE": "red", "IN_TIME": "green", "MEASURE": "purple"}
"""The colour of each kind; complaints are blue."""


def drawn(
    key: str,
    title: str,
    kinds: Iterable[tuple[str, str]],
    found: Mapping[str, Counter[date]],
    months: Sequence[date],
    *,
    unit: str,
) -> Chart:
    """These kinds, each with its word, stacked month by month; the last twelve months are shaded."""
    series = [Series(word, [found[kind][month] for month in months], TONES.get(kind, "blue")) for kind, word in kinds]
    said = _("; ").join(f"{each.word}{_(': ')}{sum(int(number or 0) for number in each.values)}" for each in series)
    labels = [f"{month:%Y-%m}" for month in months]
    under = [str(month.year) if month.month == 1 else "" for month in months]
    return charts.stacked(key, title, said, labels, series, under=under, last=YEAR, unit=unit)
