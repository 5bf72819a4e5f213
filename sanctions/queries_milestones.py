"""Steps of rectification plans, as whoever reads them may."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from sanctions.models_measures import RectificationItem
from sanctions.models_milestones import Milestone


def of(session: Session, items: Sequence[RectificationItem]) -> Sequence[Milestone]:
    """The steps for these problems, the earliest first."""
    mine = select(Milestone).where(Milestone.item_id.in_([each.id for each in items]))
    return session.scalars(mine.order_by(Milestone.due_on, Milestone.id)).all()
