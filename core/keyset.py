"""Pages of a list by key: on from one of its rows, or back to it, however long the list is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, tuple_
from sqlalchemy.orm import Session

SIZE = 50
DIGITS = 18
"""Of the number of a row, as an address says it."""


@dataclass(frozen=True)
class Place:
    """Where in a list: after a row, before one, or at its beginning."""

    after: int | None = None
    before: int | None = None


BEGINNING = Place()


@dataclass(frozen=True)
class Part:
    """One page: its rows, and the numbers of those that the pages before and after it begin from, where there are."""

    rows: list[Any]
    before: int | None
    after: int | None

    @property
    def whole(self) -> bool:
        """Whether this page is all there is."""
        return self.before is None and self.after is None


def place_of(args: Mapping[str, str]) -> Place:
    """The place that an address names; what makes no sense is the beginning."""
    after, before = (number_of(args.get(name, "")) for name in ("after", "before"))
    return Place(None if before is not None else after, before)


def part(
    session: Session,
    every: Any,  # noqa: ANN401 - a select of whatever the list shows
    wanted: Sequence[ColumnElement[bool]],
    keys: Sequence[Any],
    place: Place = BEGINNING,
    *,
    down: bool = False,
    options: Sequence[Any] = (),
) -> Part:
    """The rows of `every` that are wanted, in the order of their keys, of which the last is the row's number.

    The row that names the place need not be wanted any more: whoever dealt with it goes on from where it stood.
    """
    number, back = place.after or place.before, place.before is not None
    here: Any = None
    if number is not None:
        stood = every.with_only_columns(*keys, maintain_column_froms=True).where(keys[-1] == number)
        here = session.execute(stood).first()
    found, falls = every.where(*wanted), down is not (back and here is not None)
    if here is not None:
        found = found.where(tuple_(*keys) < tuple_(*here) if falls else tuple_(*keys) > tuple_(*here))
    found = found.order_by(*(key.desc() if falls else key.asc() for key in keys))
    numbered = found.add_columns(keys[-1].label("its_number")).options(*options)
    rows = list(session.execute(numbered.limit(SIZE + 1)))
    more, rows = len(rows) > SIZE, rows[:SIZE]
    if here is None:
        earlier, later = False, more
    elif back:
        rows.reverse()
        earlier, later = more, True
    else:
        earlier, later = True, more
    if not rows:
        return Part([], None, None)
    return Part(rows, rows[0].its_number if earlier else None, rows[-1].its_number if later else None)


def number_of(said: str) -> int | None:
    """The number of a row as an address says it; none where no row can have it."""
    return int(said) if said.isdecimal() and len(said) <= DIGITS else None
