"""A clerical error in a document of a track is corrected by a notice of its own; the document itself stays (S77)."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import tasks
from casework.models_cases import CaseTrack
from casework.policies_tracks import same
from casework.states import TRACK
from core.actors import Actor
from core.machine import Ask
from core.words import _l
from notices import dossiers
from notices.models import Document
from sanctions import rounds

tasks.KINDS["text_corrected"] = _l("A document behind a publication was corrected: correct the publication, %(ref)s.")


def correct(  # noqa: PLR0913 - each value is named
    session: Session,
    track: CaseTrack,
    *,
    document: Document | None,
    wrong: str,
    right: str,
    reason: str,
    agreed_by: int | None,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """The head has a clerical error corrected, as the deciding body agreed (row S77)."""
    same(track, version)
    facts = {
        "document": document,
        "wrong": wrong.strip(),
        "right": right.strip(),
        "reason": reason.strip(),
        "agreed_by": agreed_by,
        "journal": {"document": document.ref if document else None, "agreed_by": agreed_by},
    }
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "correct_text")


@TRACK.effect("S77")
def tell_publisher(ask: Ask) -> None:
    """A publication shows the same text: whoever publishes looks whether it holds the error."""
    publication = rounds.publication(ask.session, ask.it)
    document: Document = ask.facts["document"]
    if document.kind == "D20" and publication is not None and publication.state not in {"DROPPED", "EXPIRED"}:
        key = f"text_corrected:{document.id}:{ask.now.isoformat()}"
        subject = ("track", ask.it.id, ask.it.ref)
        tasks.put(ask.session, "text_corrected", subject, role="publisher", now=ask.now, key=key)
