"""Whether a recusal asked on a track waits for its decision: until then nobody decides on it."""

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core.errors import NotNow, Refused
from core.words import _l

Asking = Callable[[Session, CaseTrack], bool]
ASKED: list[Asking] = []
"""Who knows of recusals asked and not yet decided."""


def asked_by(function: Asking) -> Asking:
    """Register who knows whether a recusal waits on a track."""
    if function not in ASKED:
        ASKED.append(function)
    return function


def no_recusal_is_open(session: Session, track: CaseTrack) -> Iterator[Refused]:
    """A recusal asked is decided first (S22, S28, S54)."""
    if any(is_open(session, track) for is_open in ASKED):
        yield NotNow(_l("A recusal has been asked and is not decided yet."))
