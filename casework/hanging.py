"""What hangs on tracks: rooms above say which of their things have documents, clocks and a journal of their own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseFile
from casework.models_recusals import Recusal

Subject = tuple[str, int]
"""A thing as the journal, time limits, tasks and documents name it."""
Find = Callable[[Session, Sequence[int]], Iterable[int]]


@dataclass(frozen=True)
class Kind:
    """One kind of things that hang on tracks."""

    find: Find
    """Its numbers, of these tracks."""
    in_file: bool
    """Whether its documents are in the track's file."""


_KINDS: dict[str, Kind] = {}


def hangs(name: str, *, in_file: bool) -> Callable[[Find], Find]:
    """Register who finds the things of a kind; its name is that of its machine."""

    def register(find: Find) -> Find:
        _KINDS[name] = Kind(find, in_file)
        return find

    return register


def file_of(session: Session, tracks: Iterable[int]) -> list[Subject]:
    """Whose documents belong to the file: the tracks themselves, and what hangs on them and is kept in it."""
    return _of(session, list(tracks), [name for name, kind in _KINDS.items() if kind.in_file])


def of_tracks(session: Session, tracks: Iterable[int]) -> list[Subject]:
    """The tracks themselves, and all that hangs on them."""
    return _of(session, list(tracks), list(_KINDS))


def of_case(session: Session, case: CaseFile) -> list[Subject]:
    """The case, the recusals asked for in it, its tracks and all that hangs on them; none of its complaints."""
    asked = session.scalars(select(Recusal.id).where(Recusal.case_id == case.id).order_by(Recusal.id))
    recusals = [("recusal", number) for number in asked]
    return [("case", case.id), *recusals, *of_tracks(session, (each.id for each in case.tracks))]


def _of(session: Session, tracks: list[int], names: Iterable[str]) -> list[Subject]:
    more = ((name, number) for name in names for number in _KINDS[name].find(session, tracks))
    return [*(("track", number) for number in tracks), *more]
