"""Saved views as a reader sees them: their own and the shared ones."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, String, bindparam, select
from sqlalchemy.orm import Session

from casework.models_queue import SavedView
from core.planned import Written

SHOWN = 40
"""How many are in the left column; a page of their own has all."""
ORDER = (SavedView.shared, SavedView.name, SavedView.id)


def saved(session: Session, page: str) -> Sequence[SavedView]:
    """All views of a page that this reader may use, by name."""
    asked = select(SavedView).where(SavedView.page == page)
    return session.scalars(asked.order_by(*ORDER)).all()


def names(session: Session, page: str, me: int | None) -> Sequence[Any]:
    """The first views, for the column on the left, the reader's own before others'.

    Each with number, name, page, query, and whether it is shared.
    """
    return NAMES.rows(session, page=page, me=me)


NAMES: Final = Written(
    lambda: (
        select(SavedView.id, SavedView.name, SavedView.page, SavedView.query, SavedView.shared)
        .where(SavedView.page == bindparam("page", None, String()))
        .order_by(SavedView.owner_id != bindparam("me", None, BigInteger()), *ORDER)
        .limit(SHOWN)
    )
)


def view(session: Session, number: int) -> SavedView | None:
    """The view of this number."""
    return session.scalar(select(SavedView).where(SavedView.id == number))
