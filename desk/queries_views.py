"""Saved views as a reader sees them: one's own and the shared ones."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import String, bindparam, select
from sqlalchemy.orm import Session

from casework.models_queue import SavedView
from core.planned import Written

SHOWN = 40
ORDER = (SavedView.shared, SavedView.name, SavedView.id)


def saved(session: Session, page: str) -> Sequence[SavedView]:
    """Those of a page that this reader may use, by name."""
    asked = select(SavedView).where(SavedView.page == page)
    return session.scalars(asked.order_by(*ORDER).limit(SHOWN)).all()


def names(session: Session, page: str) -> Sequence[Any]:
    """The same as what the column on the left says of them: number, name, page, query, whether it is shared."""
    return NAMES.rows(session, page=page)


NAMES: Final = Written(
    lambda: (
        select(SavedView.id, SavedView.name, SavedView.page, SavedView.query, SavedView.shared)
        .where(SavedView.page == bindparam("page", None, String()))
        .order_by(*ORDER)
        .limit(SHOWN)
    )
)


def view(session: Session, number: int) -> SavedView | None:
    """One of them."""
    return session.scalar(select(SavedView).where(SavedView.id == number))
