"""Whose papers stand in a track's file beside its own: rooms above say so, for this one knows tracks alone."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy.orm import Session

Subject = tuple[str, int]
Belongs = Callable[[Session, Sequence[int]], Iterable[Subject]]

_BELONGING: list[Belongs] = []


def belongs(function: Belongs) -> Belongs:
    """Register who knows of things whose papers belong to tracks."""
    if function not in _BELONGING:
        _BELONGING.append(function)
    return function


def of_tracks(session: Session, tracks: Iterable[int]) -> list[Subject]:
    """The tracks themselves, and what belongs to them."""
    numbers = list(tracks)
    own: list[Subject] = [("track", number) for number in numbers]
    return [*own, *(subject for function in _BELONGING for subject in function(session, numbers))]
