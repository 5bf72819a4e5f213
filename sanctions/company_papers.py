"""What this room adds to the ZIP of a company's own papers: its statements, and its reports of corrections."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.company_archives import Asked, Entry, part
from casework.models_cases import CaseTrack
from core.clock import day_of
from core.words import _
from sanctions.models import Measure, RectificationItem, Statement


@part
def statements(session: Session, asked: Asked) -> Iterator[Entry]:
    """What the company said to measures proposed."""
    mine = select(Statement, CaseTrack.ref).join(CaseTrack, CaseTrack.id == Statement.track_id)
    for it, ref in session.execute(mine.where(CaseTrack.party_id == asked.party_id).order_by(Statement.id)):
        what = str(_("Your statement"))
        yield Entry(ref, what, day_of(it.stated_at), f"{ref} {what} {it.id}.txt", text=it.body)


@part
def reports(session: Session, asked: Asked) -> Iterator[Entry]:
    """What the company reported on each problem of a rectification order."""
    mine = select(RectificationItem, CaseTrack.ref).join(Measure, Measure.id == RectificationItem.measure_id)
    mine = mine.join(CaseTrack, CaseTrack.id == Measure.track_id).where(CaseTrack.party_id == asked.party_id)
    for it, ref in session.execute(
        mine.where(RectificationItem.reported_at.is_not(None)).order_by(RectificationItem.id)
    ):
        if it.reported_at is None:
            continue
        what = str(_("Report of the corrections"))
        problem = f"{_('Problem %(no)s', no=it.no)}{_(': ')}{it.problem}"
        lines = (problem, it.correction, it.report or "", f"{_('Signed by')}{_(': ')}{it.signed_by or ''}")
        yield Entry(ref, what, day_of(it.reported_at), f"{ref} {what} {it.no}.txt", text="\n\n".join(lines))
