"""The page of a company for staff: its ledger over twelve and thirty-six months, and what is behind each number."""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import clauses, policies_pages
from casework.masking import introduced, masker
from core import clock
from core.charts import months_until
from core.db import session
from core.web import blueprint
from core.words import _l, language
from proceedings import ledger_charts, queries_ledgers
from proceedings.queries_ledgers import ANSWERS, COMPLAINT, MEASURE, WHATS, Line
from registry import lineage, policies, settings, successions
from registry.models import AliasKind, Party
from sanctions.levels import LEVELS

bp = blueprint("proceedings_parties", __name__, audience="staff", prefix="/staff/parties")

WORDS = {
    COMPLAINT: _l("Complaints"),
    "ESTABLISHED": _l("Breaches established"),
    "NOT_ESTABLISHED": _l("Breaches not established"),
    "UNPROVEN": _l("Breaches left unproven"),
    MEASURE: _l("Measures in force"),
    "IN_TIME": _l("Answered in time"),
    "LATE": _l("Answered late"),
    "NONE": _l("Overdue and not answered"),
}
CHARTS = (
    (COMPLAINT, _l("Complaints"), (COMPLAINT,), _l("Complaints a month")),
    ("ESTABLISHED", _l("Breaches established"), ("ESTABLISHED",), _l("Breaches a month")),
    (MEASURE, _l("Measures in force"), (MEASURE,), _l("Measures a month")),
    ("IN_TIME", _l("Answers: in time, late, none"), ANSWERS, _l("Answers a month")),
)
"""Key and title of each chart, what it stacks, and what its scale counts."""
SHARED = (COMPLAINT, "ESTABLISHED", MEASURE, *ANSWERS)
LONGEST = 18
"""Digits of a key that the database can hold."""


@bp.before_request
def only_readers() -> None:
    """Only whoever reads complaints and cases; nobody who was only drawn for a panel."""
    if not policies_pages.may_read_complaints(g.me):
        abort(403)


def link(number: int) -> str:
    """Where staff read about a company; empty for those who may not."""
    readers = g.me.audience == "staff" and policies_pages.may_read_complaints(g.me)
    return url_for("proceedings_parties.show", number=number) if readers else ""


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """Figures, charts, and the companies it works with."""
    it, at, months = _party(number), session(), months_until(clock.today(), ledger_charts.WHOLE)
    if it.merged_into_id is not None:
        return redirect(url_for(".show", number=it.merged_into_id))
    found = queries_ledgers.months(at, it.id, months[0])
    sums = _sums(found, months)
    charts = [
        ledger_charts.drawn(
            key, str(title), [(each, str(WORDS[each])) for each in kinds], found, months, unit=str(unit)
        )
        for key, title, kinds, unit in CHARTS
    ]
    return render_template(
        "proceedings/party.html",
        party=it,
        months=months,
        found=found,
        sums=sums,
        charts=charts,
        words=WORDS,
        pairs=queries_ledgers.pairs(at, it, months[-12], months[0]),
        shared=SHARED,
        bases=queries_ledgers.bases(at, it.id),
        **_lineage(at, it, months),
    )


def _sums(found: Mapping[str, Counter[date]], months: Sequence[date]) -> dict[int, dict[str, int]]:
    return {span: {what: sum(found[what][month] for month in months[-span:]) for what in WHATS} for span in (12, 36)}


def _lineage(at: Session, it: Party, months: Sequence[date]) -> dict[str, Any]:
    """Its names by day, what was merged into it, its successor, and what its predecessors bring along."""
    names, origins = list(it.aliases), lineage.origins(at, it.id)
    theirs = {each.id: queries_ledgers.months(at, each.predecessor_id, months[0]) for each in origins}
    return {
        "former": lineage.former_names(at, it),
        "others": [each for each in names if each.kind is not AliasKind.FORMER],
        "merges": lineage.merges(at, it.id),
        "successors": lineage.successions(at, it.id),
        "origins": origins,
        "origin_sums": {number: _sums(each, months) for number, each in theirs.items()},
        "priors_count": settings.value(at, "SUCCESSOR_PRIORS"),
        "still_open": len(successions.open_matters(at, it.id)) if it.ceased_on else 0,
        "may_join": policies.may_join_parties(g.me),
    }


@bp.get("/<int:number>/<what>")
def behind(number: int, what: str) -> ResponseReturnValue:
    """The complaints and cases behind one number."""
    it = _party(number)
    if what.upper() not in WHATS:
        abort(404)
    first, last = _span()
    other = request.args.get("with", "")
    beside = _party(int(other)) if other.isascii() and other.isdigit() and len(other) <= LONGEST else None
    found = queries_ledgers.behind(session(), it.id, [what.upper()], first, last, beside.id if beside else 0)
    return render_template(
        "proceedings/party_lines.html",
        party=it,
        beside=beside,
        title=WORDS[what.upper()],
        first=first,
        last=last,
        lines=found.lines,
        said=_said(found.lines),
        whole=found.whole,
    )


def _span() -> tuple[date, date]:
    """The month that was asked for, or the last twelve or thirty-six."""
    asked = request.args.get("month", "")
    if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", asked, re.ASCII):
        first = date.fromisoformat(f"{asked}-01")
        return first, first.replace(day=monthrange(first.year, first.month)[1])
    span = ledger_charts.YEAR if request.args.get("months") == "12" else ledger_charts.WHOLE
    return months_until(clock.today(), span)[0], clock.today()


def _said(lines: list[Line]) -> dict[Line, str]:
    """What each line says besides its number: the breach found, the measure ordered, the product, masked."""
    codes = sorted({line.said for line in lines if line.what in clauses.FINDINGS})
    names = clauses.coded_names(session(), codes, language())
    words = dict(zip(codes, names, strict=True))
    words |= {str(level): str(each.word) for level, each in LEVELS.items()}
    hide = masker([*queries_ledgers.told_in(session(), lines), *introduced("\n".join(line.said for line in lines))])
    return {line: words.get(line.said) or hide(line.said) for line in lines}


def _party(number: int) -> Party:
    if len(str(number)) > LONGEST:
        abort(404)
    return queries_ledgers.party(session(), number) or abort(404)
