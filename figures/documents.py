"""The printed report of a month: its contents as plain data, and the archive file (PDF/A-3a) that is made of them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

import pikepdf
from flask_babel import force_locale, format_date
from sqlalchemy.orm import Session

from core import charts, clock, plainly
from core.clock import midnight
from core.words import LOCALES, _, joined
from figures import counted, queries, sections, tables
from figures.queries import Chosen
from figures.tables import Behind, Table, shown
from printing import fonts, pdf, templates
from printing.press import PRESS
from registry import settings

MONTHS: Final = 12
"""So many months a report looks back on."""
COMPANIES: Final = 30
"""So many of each kind a report lists, and says how many there are."""
MONTH_WORD: Final = {"zh": "yyyy年M月", "en": "MMMM yyyy"}


@dataclass(frozen=True)
class Contents:
    """Everything that stands in a report."""

    lang: str
    month: date
    revision: int
    """How often the figures had been corrected when they were read."""
    title: str
    association: str
    kind: str
    about: str
    """What the report tells."""
    facts: Sequence[tuple[str, str]]
    heads: Sequence[str]
    figures: Sequence[tuple[str, Sequence[str]]]
    """The few that stand first: of the month, of the one before, of the year up to it."""
    units: str
    parts: Sequence[tuple[str, Sequence[Table]]]
    definitions: str
    total: str
    """What the line of sums is called."""
    nothing: str
    """What stands where there are no figures."""
    made_at: datetime
    mark: str


def contents(session: Session, month: date, lang: str) -> Contents:
    """What the report of a month says, in one language."""
    with force_locale(LOCALES[lang]):
        names = settings.association(session)
        it = queries.month(session, month)
        revision = it.revision if it else 0
        closed = it.closed_at if it else None
        state = (
            _("closed on %(day)s", day=plainly.day(clock.day_of(closed), "long"))
            if closed
            else _("not closed yet: preliminary")
        )
        now, said = clock.now(), format_date(month, MONTH_WORD[lang])
        before = charts.months_until(month, 2)[0]
        return Contents(
            lang=lang,
            month=month,
            revision=revision,
            title=str(_("Monthly report of complaints and measures, %(month)s", month=said)),
            association=(names["name_en"] if lang == "en" else "") or names["name_zh"],
            kind=str(_("Internal document: not for publication")),
            about=str(
                _(
                    "How many complaints came in and ended in %(month)s, how companies answered them, which measures "
                    "took effect, and whether the association kept its own time limits. The twelve months up to then "
                    "come first, for comparison.",
                    month=said,
                )
            ),
            facts=[
                (str(_("Month")), said),
                (str(_("Figures")), str(state)),
                (str(_("Corrections made")), str(revision)),
                (str(_("Drawn up on")), plainly.day(clock.day_of(now), "long")),
            ],
            heads=[str(_("Key figures")), said, format_date(before, MONTH_WORD[lang]), str(_("Twelve months"))],
            figures=_key_figures(session, month, before),
            units=str(
                _(
                    "Complaints and measures are counted one by one. Answered in time: per cent of the answers that "
                    "were given in time and the time limits that were missed."
                )
            ),
            parts=_parts(session, month, lang),
            definitions=str(_("What is counted")),
            total=str(_("In all")),
            nothing=str(_("Nothing was counted in this period.")),
            made_at=now,
            mark=str(_("DEMONSTRATION · NOT A REAL DOCUMENT")) if settings.is_demonstration(session) else "",
        )


def _key_figures(session: Session, month: date, before: date) -> list[tuple[str, list[str]]]:
    """Each of the month, of the one before it, and of the twelve months up to it."""
    year = charts.months_until(month, MONTHS)
    found = queries.months(session, Chosen(year[0], month))

    def in_time(months: Sequence[date]) -> str:
        kept, missed = (sum(found.get((each, "ANSWER", said), 0) for each in months) for said in ("IN_TIME", "MISSED"))
        share = tables.share(kept, kept + missed)
        return f"{share} %" if share is not None else "—"

    def received(months: Sequence[date]) -> str:
        return charts.shown(sum(found.get((each, "RECEIVED", ""), 0) for each in months))

    def counted_in(months: Sequence[date], what: str) -> str:
        return charts.shown(sum(tables.total(found, each, what) for each in months))

    spans = ([month], [before], year)
    return [
        (
            str(_("Complaints received")),
            [received(each) for each in spans],
        ),
        (str(_("Complaints ended")), [counted_in(each, "ENDED") for each in spans]),
        (str(_("Answered in time")), [in_time(each) for each in spans]),
        (str(_("Measures that took effect")), [counted_in(each, "MEASURE") for each in spans]),
    ]


def _parts(session: Session, month: date, lang: str) -> list[tuple[str, list[Table]]]:
    first = charts.months_until(month, MONTHS)[0]

    def view(since: date) -> sections.View:
        chosen = Chosen(since, month)
        now = midnight(counted.next_month(month))
        return sections.View(
            session, chosen, now, lang, Behind(), lambda party: party.name(lang), limit=queries.MOST, ordered=False
        )

    year, only = sections.whole(view(first)), sections.whole(view(month))
    lately = [each for each in year if each.key in {"months", "channels", "answers", "outcomes", "measures"}]
    wanted = ("codes", "measure_codes", "limits", "institutions", "firms", "stays")
    here = [_cut(each) for key in wanted for each in only if each.key == key and each.rows]
    return [(str(_("The last twelve months")), lately), (str(_("The month by itself")), here)]


def _cut(table: Table) -> Table:
    if table.key not in {key for key, _kind, _title in sections.KINDS} or len(table.rows) <= COMPANIES:
        return table
    cut = _("Listed are the first %(shown)s of %(count)s companies.", shown=COMPANIES, count=len(table.rows))
    return replace(table, rows=table.rows[:COMPANIES], meaning=joined(cut, table.meaning))


def _stylesheets(lang: str) -> tuple[str, ...]:
    names = ("fonts", "english") if lang == "en" else ("fonts", "page", "report")
    return templates.stylesheets(*(f"layouts/{name}" for name in (*names, "demonstration")), "figures/figures")


def html_of(report: Contents) -> str:
    """The report as a page."""
    page = templates.template("figures/report.html").render(it=report, shown=shown)
    return fonts.printable(page)


def pdf_of(report: Contents) -> bytes:
    """The report as an archive file; the same contents give the same bytes."""
    return pdf.render(html_of(report), created=report.made_at, stylesheets=_stylesheets(report.lang))


def made(report: Contents) -> tuple[bytes, int]:
    """As ``pdf_of``, on the press, with the number of its pages."""
    fonts.require()
    content = PRESS.make(pdf_of, report)
    with pikepdf.open(io.BytesIO(content)) as opened:
        return content, len(opened.pages)
