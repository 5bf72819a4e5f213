"""Saved views as a reader sees them: one's own and the shared ones."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_queue import SavedView

SHOWN = 40


def saved(session: Session, page: str) -> Sequence[SavedView]:
    """Those of a page that this reader may use, by name."""
    asked = select(SavedView).where(SavedView.page == page)
    return session.scalars(asked.order_by(SavedView.shared, SavedView.name, SavedView.id).limit(SHOWN)).all()


def view(session: Session, number: int) -> SavedView | None:
    """One of them."""
    return session.scalar(select(SavedView).where(SavedView.id == number))
