"""Gets evidence that no browser can play or show a copy that browsers can, whoever hands it in."""

from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.orm import Session, object_session

from casework.models_cases import Evidence
from core import clock
from core.db import before_the_end
from filestore import copying

_NEW: Final = "evidence without a player"


@event.listens_for(Evidence, "after_insert")
def _remember(_mapper: object, _connection: object, it: Any) -> None:  # noqa: ANN401 - the event's signature
    at = object_session(it)
    if at is not None and it.media_type in copying.HARD:
        at.info.setdefault(_NEW, set()).add(it.sha256)


@before_the_end
def ask(session: Session) -> None:
    """Ask for copies of the files that this transaction has brought."""
    for sha256 in sorted(session.info.pop(_NEW, ())):
        copying.want(session, sha256, clock.now())
