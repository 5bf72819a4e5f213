"""Statistics for staff: the page, its exports, the months with their corrections and reports."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import labels as casework_labels
from casework import policies_pages
from core import charts, clock, keyset
from core.chips import Filter, chips_of
from core.db import session, transaction
from core.web import blueprint
from core.words import _, language
from desk.choices import company_filter, company_named, company_of, unknown_company
from desk.company_addresses import COMPANY, without
from figures import (
    asking,
    exports,
    forms,
    jobs,
    labels,
    months,
    policies,
    queries,
    queries_behind,
    reports,
    sections,
    tables,
)
from figures.models import FigureChange
from figures.queries import Chosen
from figures.tables import Behind
from filestore.downloads import served
from notices.queries import LINKS

bp = blueprint("figures_staff", __name__, audience="staff", prefix="/staff/statistics")

OF_COMPLAINTS = ("complaint", "forwarding", "stop_contact")
"""Kinds whose pages only readers of complaints open."""


@bp.before_request
def only_readers() -> None:
    """Figures are read by those who work on files."""
    if not policies.may_read(g.me):
        abort(403)


def _view(asked: Chosen, limit: int = queries.FIRST) -> sections.View:
    behind = Behind(
        lambda **wanted: asking.complaints(asked, **wanted),
        lambda *what, **wanted: asking.events(asked, *what, **wanted),
        LINKS["party"],
    )
    lang = language()
    return sections.View(session(), asked, clock.now(), lang, behind, lambda party: party.name(lang), limit=limit)


@bp.get("")
def show() -> ResponseReturnValue:
    """Every table with its chart, for a period and the filters of the address."""
    asked = asking.chosen()
    company = company_of(session(), asked.party)
    if (meant := company_named(words=True)) is not None:
        return redirect(_address(".show", asked, **meant))
    filters = _filters(asked, company)
    counted = queries.counted_months(session())
    found = sections.whole(_view(asked)) if counted else []
    return render_template(
        "figures/statistics.html",
        asked=asked,
        tables=found,
        counted=counted,
        figures=_figures(asked) if counted else [],
        filters=filters,
        chips=_chips(filters, asked),
        address=_address,
        said=asking.said(asked),
        misread=[*asking.misread(asked), *unknown_company()],
        left_out=_left_out(asked) if counted else [],
        counted_at=queries.counted_at(counted, asked),
        revisions=queries.revisions(session(), asked.first, asked.last),
        first=queries.FIRST,
    )


def _left_out(asked: Chosen) -> list[str]:
    dropped = (
        [str(_("The channel that was chosen does not narrow this page."))] if asking.channel_dropped(asked) else []
    )
    return [*sections.left_out(asked), *dropped]


def _address(endpoint: str, asked: Chosen, **other: Any) -> str:  # noqa: ANN401 - values of an address
    return url_for(endpoint, **asking.said(asked, **other))


def _figures(asked: Chosen) -> list[tuple[Any, str, str | None]]:
    found = queries.months(session(), asked)
    spanned = tables.span(asked.first, asked.last)
    received = sum(found.get((month, "RECEIVED", ""), 0) for month in spanned)
    ended, ordered = (sum(tables.total(found, month, what) for month in spanned) for what in ("ENDED", "MEASURE"))
    in_time, missed = (sum(found.get((each, "ANSWER", how), 0) for each in spanned) for how in ("IN_TIME", "MISSED"))
    share = tables.share(in_time, in_time + missed)
    return [
        (_("Complaints received"), charts.shown(received), asking.complaints(asked, view="all")),
        (_("Complaints ended"), charts.shown(ended), asking.complaints(asked, view="ended")),
        (_("Answered in time"), f"{share} %" if share is not None else "—", None),
        (
            _("Measures that took effect") if asked.code else _("Measures that took effect, also if set aside since"),
            charts.shown(ordered) if not asked.channel else "—",
            asking.events(asked, "MEASURE") if not asked.channel else None,
        ),
    ]


def _filters(asked: Chosen, company: str) -> list[Filter]:
    at, lang, every = session(), language(), ("", _("All"))
    spans = [tables.month_word(each) for each in charts.months_until(clock.today(), asking.MOST)][::-1]
    codes = [(code, f"{code} {each.name(lang)}") for code, each in queries.codes(at).items()]
    span = [(word, word) for word in spans]
    return [
        ("since", _("From month"), span, asking.typed("since", asked.first)),
        ("until", _("To month"), span, asking.typed("until", asked.last)),
        company_filter(company, asked.party),
        ("code", _("Alleged"), [every, *codes], asked.code),
        ("channel", _("Channel"), [every, *casework_labels.choices(casework_labels.CHANNEL)], asked.channel),
    ]


def _chips(filters: Sequence[Filter], asked: Chosen) -> list[tuple[str, str]]:
    read = [each for each in filters[2:] if each[0] != COMPANY or asked.party is not None]
    return chips_of(read, lambda name: _address(".show", asked, **without(name)))


@bp.get("/behind/<what>")
def behind(what: str) -> ResponseReturnValue:
    """One by one, what a figure counts that no queue lists."""
    asked, kind, said = asking.chosen(), what.upper(), request.args.get("said", "")
    words = sections.behind_words(kind)
    if said not in words:
        abort(404)
    asked = queries_behind.known(kind, asked)
    found = queries_behind.behind(session(), kind, said, asked)
    shut = () if policies_pages.may_read_complaints(g.me) else OF_COMPLAINTS
    known = LINKS.keys() - shut
    links = [LINKS[each.kind](each.thing.id) if each.kind in known else "" for each in found.events]
    return render_template(
        "figures/behind.html",
        title=words[said],
        asked=asking.said(asked),
        chips=[words for words, _url in _chips(_filters(asked, company_of(session(), asked.party)), asked)],
        found=found,
        lines=list(zip(found.events, links, strict=True)),
        words=words,
        back=_address(".show", asked),
    )


@bp.get("/<key>.csv")
def csv(key: str) -> ResponseReturnValue:
    """One table, whole, as CSV."""
    asked = asking.chosen()
    found = {each.key: each for each in sections.whole(_view(asked, queries.MOST))}
    table = found.get(key) or abort(404)
    return exports.csv_file(table, _name(asked, table.title))


@bp.get("/statistics.xlsx")
def xlsx() -> ResponseReturnValue:
    """Every table as a workbook."""
    asked = asking.chosen()
    found = sections.whole(_view(asked, queries.MOST))
    return exports.xlsx_file(found, _name(asked, _("Statistics")), _left_out(asked))


def _name(asked: Chosen, title: str) -> str:
    return f"{title}-{tables.month_word(asked.first)}-{tables.month_word(asked.last)}"


@bp.post("/count")
def count() -> ResponseReturnValue:
    """Count the open months now; otherwise they are counted every night."""
    with transaction(once=request.form.get("key")) as at:
        jobs.at_once(at, clock.now())
    flash(_("The open months are being counted. Look again in a minute."))
    return redirect(url_for(".show"), 303)


@bp.get("/months")
def every_month() -> ResponseReturnValue:
    """Which months are closed, what was corrected, and the reports that were made."""
    at = session()
    part = queries.reports(at, keyset.place_of(request.args))
    return render_template(
        "figures/months.html",
        months=queries.counted_months(at),
        published={each.month for each in queries.opened(at)},
        reports=[row[0] for row in part.rows],
        part=part,
        may_correct=policies.may_correct(g.me),
        month_word=tables.month_word,
    )


def _month(said: str) -> date:
    month = asking.month_of(said) or abort(404)
    return month if queries.month(session(), month) else abort(404)


@bp.route("/months/<said>/correct", methods=["GET", "POST"])
def correct(said: str) -> ResponseReturnValue:
    """Count a closed month anew, with a reason that stays."""
    month = _month(said)
    form = forms.CorrectForm()
    if not policies.may_correct(g.me):
        abort(403)
    if not form.validate_on_submit():
        page = render_template("figures/correct.html", said=said, form=form)
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        made = months.correct(at, month, actor=g.me, reason=form.reason.data or "", now=clock.now())
        changed = made.changed
    flash(_("The month was counted anew; %(count)s figures are others now.", count=changed))
    return redirect(url_for(".changes", said=said, revision=made.revision), 303)


@bp.get("/months/<said>/corrections/<int:revision>")
def changes(said: str, revision: int) -> ResponseReturnValue:
    """What one correction changed, figure by figure."""
    month, at = _month(said), session()
    found = [each for each in queries.revisions(at, month, month) if each[0].revision == revision]
    if not found:
        abort(404)
    lines = queries.changes(at, month, revision)
    return render_template(
        "figures/changes.html",
        said=said,
        revision=found[0],
        lines=_lines(lines),
        cut=len(lines) if len(lines) < found[0][0].changed and len(lines) == queries.MOST else 0,
    )


def _lines(changes: Sequence[FigureChange]) -> list[list[Any]]:
    """What was changed, in words."""
    companies, people = queries.named(session(), changes)
    lang, whole = language(), str(_("All"))
    said = {what: sections.said_words(what) for what in labels.WHAT} | {"DONE": people}
    channels = {key: str(word) for key, (word, _colour) in casework_labels.CHANNEL.items()}
    codes = {code: f"{code} {each.name(lang)}" for code, each in queries.codes(session()).items()}
    return [
        [
            labels.WHAT.get(each.what, each.what),
            sections.stay_word(each.said) if each.what == months.STAY else said[each.what].get(each.said, each.said),
            each.before,
            each.after,
            channels.get(each.channel, each.channel) or whole,
            companies[each.party_id].name(lang) if each.party_id in companies else whole,
            codes.get(each.code, each.code) or whole,
        ]
        for each in changes
    ]


@bp.post("/months/<said>/report")
def ask_report(said: str) -> ResponseReturnValue:
    """Have the report of a month made."""
    month = _month(said)
    with transaction(once=request.form.get("key")) as at:
        reports.ask(at, month, lang=request.form.get("lang", ""), actor=g.me, now=clock.now())
    flash(_("The report is being made. It appears below."))
    return redirect(url_for(".every_month", _anchor="reports"), 303)


@bp.get("/reports/<int:number>.pdf")
def report(number: int) -> ResponseReturnValue:
    """A report that was made."""
    it = queries.report(session(), number) or abort(404)
    if it.sha256 is None:
        abort(404)
    return served(it.sha256, f"report-{it.month:%Y-%m}-{it.lang}.pdf", "application/pdf", inline=True)
