"""The tables of statistics, put together from what was counted: for the page of staff, for a company, for a report."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from casework import labels as casework_labels
from casework.clauses import FINDINGS
from core import charts
from core.charts import Series
from core.words import LazyString, _, _l, joined
from figures import labels, queries, tables
from figures.queries import Chosen, Months
from figures.tables import Behind, Row, Table
from registry.models import Party
from sanctions.levels import LEVELS

MACHINES: Final = {
    "complaint": casework_labels.COMPLAINT,
    "forwarding": casework_labels.FORWARDING,
    "track": casework_labels.TRACK,
}
KINDS: Final = (("institutions", "INSTITUTION", _l("By institution")), ("firms", "FIRM", _l("By collection firm")))
OF_A_LIMIT: Final = (_l("Time limit"), "")
"""Earlier versions counted what a time limit went through as a state of what it limits; no table shows it."""
BY_CODE, BY_CHANNEL = _l("By kind of breach"), _l("How complaints came in")


@dataclass(frozen=True)
class View:
    """Everything that the tables are made from."""

    session: Session
    chosen: Chosen
    now: datetime
    lang: str
    behind: Behind
    company: Callable[[Party], str]
    """What a company is called."""
    limit: int = queries.FIRST
    ordered: bool = True
    """Whether measures are told by company: not where people read who were recused from a case."""

    @property
    def months(self) -> list[date]:
        """The months that were chosen."""
        return tables.span(self.chosen.first, self.chosen.last)


def levels() -> dict[str, str]:
    """Measures by their level, in words."""
    return {str(number): str(level.word) for number, level in LEVELS.items()}


def outcomes() -> dict[str, str]:
    """How complaints end, in words."""
    return {key: str(word) for key, word in labels.OUTCOME.items()}


def behind_words(what: str) -> dict[str, str]:
    """What can be said of events that are listed behind a figure, in words; the empty word stands for all of them."""
    of: dict[str, dict[str, str]] = {
        "FORWARDED": {"": str(labels.FORWARDED)},
        "ANSWER": dict(zip(tables.HOW_ANSWERED, map(str, (labels.IN_TIME, labels.LATE, labels.MISSED)), strict=True)),
        "MEASURE": {"": str(labels.MEASURES)} | levels(),
        "SET_ASIDE": {"": str(labels.SET_ASIDE)} | levels(),
        "FINDING": {each: str(casework_labels.FINDING[each][0]) for each in FINDINGS},
        "CLOCK": {
            f"{key}/{how}": f"{word}{_(': ')}{told}"
            for key, word in labels.CLOCK.items()
            for how, told in (("KEPT", _("Kept")), ("MISSED", _("Not kept")))
        },
    }
    return of.get(what, {})


def said_words(what: str) -> dict[str, str]:
    """All that is said of one kind of figure, in words; of all of them together nothing."""
    if what == "ENDED":
        return outcomes()
    if what == "TRACK":
        return {key: str(word) for key, word in labels.OF_TRACK.items()}
    return {said: word for said, word in behind_words(what).items() if said}


def whole(view: View) -> list[Table]:
    """Every table of the page that can be told of what was chosen, in its order."""
    counted = queries.months(view.session, view.chosen)
    untold = _untold(view.chosen)
    found = [
        *of_complaints(view, counted),
        *of_cases(view, counted),
        *_companies(view),
        stays(view),
        workload(view),
    ]
    return [each for each in found if each.key not in untold]


def left_out(chosen: Chosen) -> list[str]:
    """Which tables, and which measures, cannot be told of what was chosen, and why."""
    found = []
    if titles := [str(title) for title in _untold_of_three(chosen).values()]:
        said = str(_("; ")).join(titles)
        found.append(
            str(
                _(
                    "Any two of company, kind of breach and channel are counted together, never all three. "
                    "Left out here: %(tables)s.",
                    tables=said,
                )
            )
        )
    if chosen.channel:
        found.append(str(_("A case has no channel: measures and findings are left out here.")))
    elif chosen.code:
        found.append(str(_("By kind of breach only measures of decisions that stand are counted, none set aside.")))
    return found


def _untold(chosen: Chosen) -> set[str]:
    of_cases = {"measures", "measure_codes"} if chosen.channel else set()
    return {*_untold_of_three(chosen), *of_cases}


def _untold_of_three(chosen: Chosen) -> dict[str, LazyString]:
    """No figure is kept by company, code and channel at once: where two of them are chosen, what tells of the third."""
    if chosen.code and chosen.channel:
        return {key: title for key, _kind, title in KINDS}
    if chosen.party is not None and chosen.channel:
        return {"codes": BY_CODE}
    return {"channels": BY_CHANNEL} if chosen.party is not None and chosen.code else {}


def of_complaints(view: View, counted: Months) -> list[Table]:
    """What came in, how old it is, how it was answered and how it ended."""
    shut = {each.month: each.closed_at is not None for each in queries.counted_months(view.session)}
    return [
        tables.by_month(counted, view.months, shut, view.behind, of_cases=not view.chosen.channel),
        _channels(view),
        ages(view),
        tables.answers(counted, view.months, behind=view.behind),
        limits(view),
        tables.spread(
            "outcomes",
            _l("How complaints ended"),
            view.months,
            outcomes(),
            lambda month, word: counted.get((month, "ENDED", word), 0),
            lambda month, word: view.behind.complaints(view="ended", month=month, outcome=word),
        ),
    ]


def of_cases(view: View, counted: Months) -> list[Table]:
    """What was ordered, and what was alleged and found, by code."""
    found = queries.by_code(view.session, view.chosen)
    return [measures(view, counted), *by_code(view, found)]


def measures(view: View, counted: Months) -> Table:
    """Measures by month and level; apart from them what was set aside, of which each had counted among them."""
    words = levels() | {"ASIDE": str(labels.SET_ASIDE)}

    def number(month: date, word: str) -> int:
        if word == "ASIDE":
            return tables.total(counted, month, "SET_ASIDE")
        return counted.get((month, "MEASURE", word), 0)

    def behind(month: date, word: str) -> str:
        what = ("SET_ASIDE",) if word == "ASIDE" else ("MEASURE", word)
        return view.behind.events(*what, month=month)

    title = _l("Measures by month")
    return tables.spread("measures", title, view.months, words, number, behind, unit=labels.MEASURES, apart="ASIDE")


def by_code(view: View, found: Mapping[tuple[str, str, str], int]) -> list[Table]:
    """Complaints and findings by code; measures by code and level."""
    names = {code: each.name(view.lang) for code, each in queries.codes(view.session).items()}
    codes = [code for code in names if any(key[0] == code for key in found)]
    rows, ordered = [], []
    words = levels()
    for code in codes:
        received = found.get((code, "RECEIVED", ""), 0)
        ended = sum(many for (of, what, _said), many in found.items() if of == code and what == "ENDED")
        head = f"{code} {names[code]}"
        findings = [None if view.chosen.channel else found.get((code, "FINDING", each), 0) for each in FINDINGS]
        urls = [view.behind.complaints(view=each, code=code) for each in ("all", "ended")]
        urls += [view.behind.events("FINDING", each, code=code) for each in FINDINGS]
        rows.append(Row(head, [received, ended, *findings], urls))
        by_level = [found.get((code, "MEASURE", level), 0) for level in words]
        if any(by_level):
            ordered.append(Row(head, by_level, [view.behind.events("MEASURE", each, code=code) for each in words]))
    finding = [str(casework_labels.FINDING[each][0]) for each in FINDINGS]
    heads = (_l("Kind of breach"), labels.RECEIVED, labels.ENDED, *finding)
    return [
        tables.make("codes", BY_CODE, heads, rows, chart=_of_codes(codes, rows)),
        tables.make(
            "measure_codes", _l("Measures by kind of breach"), (_l("Kind of breach"), *words.values()), ordered
        ),
    ]


def _of_codes(codes: Sequence[str], rows: Sequence[Row]) -> charts.Chart | None:
    largest = sorted(zip(codes, rows, strict=True), key=lambda pair: -int(pair[1].cells[0] or 0))[: charts.MOST_LABELS]
    if not largest:
        return None
    title = BY_CODE
    series = [Series(str(labels.RECEIVED), [int(row.cells[0] or 0) for _code, row in largest], "blue")]
    short = [code.removeprefix("V-") for code, _row in largest]
    told = tables.said(title, series, short)
    return charts.grouped("codes", str(title), told, short, series, unit=str(labels.RECEIVED))


def _channels(view: View) -> Table:
    counted = queries.channels(view.session, view.chosen)
    words = {key: str(word) for key, (word, _colour) in casework_labels.CHANNEL.items()}
    return tables.spread(
        "channels",
        BY_CHANNEL,
        view.months,
        words,
        lambda month, word: counted.get((month, word), 0),
        lambda month, word: view.behind.complaints(view="all", month=month, channel=word),
    )


def ages(view: View) -> Table:
    """What is open now, by age."""
    found = queries.ages(view.session, view.chosen, view.now)
    words = {key: str(word) for key, word in labels.AGE.items()}
    rows = [Row(word, [found[key]], [view.behind.complaints(view="open", age=key)]) for key, word in words.items()]
    title = _l("Age of open complaints")
    series = [Series(str(_("Open matters")), [found[key] for key in words], "orange")]
    short = list(words)
    chart = charts.grouped(
        "ages",
        str(title),
        tables.said(title, series, tables.heads_of(rows)),
        tables.heads_of(rows),
        series,
        under=short,
        unit=str(_("Complaints, by days since they came in")),
    )
    return tables.make("ages", title, (_l("Age"), _l("Open complaints")), rows, chart=chart, sums=True)


def limits(view: View) -> Table:
    """How the association kept its own time limits; only the period narrows it."""
    counted = queries.limits(view.session, view.chosen)
    rows = []
    for key, word in labels.CLOCK.items():
        kept, missed = (counted.get(f"{key}/{how}", 0) for how in ("KEPT", "MISSED"))
        if kept or missed:
            urls = [view.behind.events("CLOCK", f"{key}/{how}") for how in ("KEPT", "MISSED")]
            rows.append(Row(str(word), [kept, missed, tables.share(kept, kept + missed)], urls))
    heads = (_l("Time limit"), _l("Kept"), _l("Not kept"), _l("Kept, per cent"))
    return _of_period(view, tables.make("limits", _l("The association's own time limits"), heads, rows))


def _of_period(view: View, table: Table) -> Table:
    """A table that shows the same whatever else was chosen says so."""
    chosen = view.chosen.party or view.chosen.code or view.chosen.channel
    return replace(table, meaning=joined(table.meaning, labels.OF_THE_PERIOD)) if chosen else table


def _companies(view: View) -> list[Table]:
    found = queries.by_company(view.session, view.chosen, view.limit)
    return [_of_kind(view, key, title, found.get(kind, [])) for key, kind, title in KINDS]


def _of_kind(view: View, key: str, title: LazyString, found: Sequence[tuple[Party, Counter[str]]]) -> Table:
    ordered = view.ordered and not view.chosen.channel
    rows = []
    for party, counted in found:
        in_time, late, missed = (counted[each] for each in ("IN_TIME", "LATE", "MISSED"))
        cells: list[tables.Value] = [counted["RECEIVED"], counted["ENDED"], in_time, late, missed]
        cells.append(tables.share(in_time, in_time + missed))
        if ordered:
            cells.append(counted["MEASURE"])
        urls = [view.behind.complaints(view=each, party=party.id) for each in ("all", "ended")]
        urls += [view.behind.events("ANSWER", how, party=party.id) for how in tables.HOW_ANSWERED]
        urls += ["", view.behind.events("MEASURE", party=party.id)]
        rows.append(Row(view.company(party), cells, urls, view.behind.company(party.id)))
    words = (labels.RECEIVED, labels.ENDED, labels.IN_TIME, labels.LATE, labels.MISSED, labels.SHARE)
    heads = (_l("Company"), *words, *([labels.MEASURES] if ordered else []))
    return tables.make(key, title, heads, rows)


def stays(view: View) -> Table:
    """How long things stay in each state, in the order in which they go through them."""
    found = {(each.machine, each.state): each for each in queries.stays(view.session, view.chosen)}
    rows = []
    for machine, states in MACHINES.items():
        for state, (word, _colour) in states.items():
            if each := found.get((machine, state)):
                rows.append(Row(_state(machine, word), [each.many, each.median, each.ninetieth]))
    heads = (_l("State"), _l("Left it"), _l("Median, days"), _l("90th percentile, days"))
    return _of_period(view, tables.make("stays", labels.STAYS, heads, rows))


def _state(machine: str, word: LazyString) -> str:
    return f"{labels.MACHINE[machine]}{_(': ')}{word}"


def stay_word(said: str) -> str:
    """A state and the days that something had been in it, as a correction says them."""
    machine, state, tenths = said.split("/")
    word, _colour = MACHINES[machine].get(state, OF_A_LIMIT)
    return str(_("%(state)s, %(days)s days", state=_state(machine, word), days=charts.shown(int(tenths) / 10)))


def workload(view: View) -> Table:
    """What each person has to do."""
    rows = []
    for each in queries.workload(view.session, view.chosen):
        officer = str(each.account) if each.account is not None else "none"
        url = view.behind.complaints(view="open", officer=officer, party=None, code="", channel="")  # of everything
        rows.append(Row(each.name or str(_("Nobody yet")), [each.complaints, each.tracks, each.ended], [url]))
    heads = (_l("Person"), _l("Open complaints"), _l("Investigations"), _l("Complaints that the person ended"))
    return tables.make("workload", _l("Workload"), heads, rows, sums=True)


def own(view: View) -> list[Table]:
    """What a company sees of itself: put before it, answered, ordered."""
    counted = queries.months(view.session, view.chosen)
    return [
        _own_months(view, counted),
        tables.answers(counted, view.months, _l("Your answers")),
        measures(view, counted),
    ]


def _own_months(view: View, counted: Months) -> Table:
    shut = {each.month: each.closed_at is not None for each in queries.counted_months(view.session)}
    rows = [
        Row(
            tables.month_word(month),
            [counted.get((month, "FORWARDED", ""), 0), tables.total(counted, month, "MEASURE")],
            closed=shut.get(month, False),
        )
        for month in view.months
    ]
    title = _l("Complaints put before you")
    series = [Series(str(title), [int(row.cells[0] or 0) for row in rows], "blue")]
    chart = charts.grouped(
        "own",
        str(title),
        tables.said(title, series, tables.heads_of(rows)),
        tables.heads_of(rows),
        series,
        under=tables.shorts(view.months),
        unit=str(tables.COMPLAINTS),
    )
    heads = (_l("Month"), title, _l("Measures that took effect"))
    return tables.make("own", title, heads, rows, chart=chart, sums=True)
