"""Steps of rectification plans, as whoever reads them may; and those of a company that wait."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core.words import _l
from portal.queries_waiting import Waiting, source
from sanctions import queries
from sanctions.models_measures import Measure, RectificationItem
from sanctions.models_milestones import Milestone

PLAN = "proceedings_portal_milestones.plan"


def of(session: Session, items: Sequence[RectificationItem]) -> Sequence[Milestone]:
    """The steps for these problems, the earliest first."""
    mine = select(Milestone).where(Milestone.item_id.in_([each.id for each in items]))
    return session.scalars(mine.order_by(Milestone.due_on, Milestone.id)).all()


@source
def steps(session: Session, party_id: int) -> Iterator[Waiting]:
    """The next step of each plan that is not done."""
    found = session.execute(
        select(CaseTrack, Milestone)
        .join(Measure, Measure.track_id == CaseTrack.id)
        .join(RectificationItem, RectificationItem.measure_id == Measure.id)
        .join(Milestone, Milestone.item_id == RectificationItem.id)
        .where(CaseTrack.party_id == party_id, CaseTrack.state == "EXECUTING", Measure.state == "ORDERED")
        .where(queries.of_last_decision(), Milestone.done_on.is_(None), Milestone.attempt == Measure.attempt)
        .order_by(CaseTrack.id, Milestone.due_on, Milestone.id),
    )
    told = set[int]()
    for track, step in found:
        if track.id in told:
            continue
        told.add(track.id)
        yield Waiting(_l("A step of your rectification plan"), track.ref, PLAN, track.id, step.due_on, note=step.text)
