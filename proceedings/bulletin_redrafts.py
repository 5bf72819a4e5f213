"""A draft follows its corrected decision, or leaves out whom the scan did not know: it is drafted and checked anew."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import tasks
from casework.holds import same
from core.actors import SYSTEM, Actor
from core.machine import Ask
from sanctions import bulletins
from sanctions import policies_publications as policies
from sanctions.models_publications import Publication, Redaction
from sanctions.states import PUBLICATION

REPLACED = "决定书已经更正，按更正后的文本重新拟稿。"
NAMED = "核准后发现文本含有个人信息，重新拟稿并予以隐去。"


def follow(
    session: Session, publication: Publication, *, actor: Actor, version: int | None, now: datetime
) -> Publication:
    """Let a draft read as its decision does now; returns the draft that does.

    One that was handed in or approved is given up (row B09) and drafted anew (B01) with the same redactions: nobody has
    checked the text as it reads now, and no row undoes an approval.
    """
    same(publication, version)
    for refusal in policies.following_refusals(session, publication, actor):
        raise refusal
    found = publication if publication.state == "DRAFT" else _anew(session, publication, REPLACED, now)
    tasks.settle(session, ("track", found.track_id), ("text_corrected",), actor=actor, now=now)
    return _written(session, found, publication, "follow_decision", actor, now)


def reopen(
    session: Session, publication: Publication, *, actor: Actor, version: int | None, now: datetime
) -> Publication:
    """Draft anew what was approved before the scan knew somebody in it (B09, B01); returns the new draft."""
    same(publication, version)
    for refusal in policies.reopening_refusals(session, publication, actor):
        raise refusal
    return _written(session, _anew(session, publication, NAMED, now), publication, "reopen", actor, now)


def _written(
    session: Session, found: Publication, before: Publication, what: str, actor: Actor, now: datetime
) -> Publication:
    bulletins.write_again(session, found)
    found.note_author(actor.id)
    session.flush()
    bulletins.note(session, found, what, actor, now, instead_of=before.ref)
    return found


def _anew(session: Session, before: Publication, why: str, now: datetime) -> Publication:
    PUBLICATION.carry_out(Ask(session, before, SYSTEM, {"reason": why, "replaced": True}, now), "drop")
    made: Publication
    (made,) = bulletins.of_track(Ask(session, before.track, SYSTEM, {"event": "draft"}, now))
    PUBLICATION.carry_out(Ask(session, made, SYSTEM, {}, now), "draft")
    there = {each.passage for each in made.redactions}
    for each in before.redactions:
        if each.passage not in there:
            same = {"passage": each.passage, "instead": each.instead, "reason": each.reason}
            made.redactions.append(Redaction(**same, correction_id=each.correction_id))
    made.authors = list(before.authors)  # with the same redactions
    session.flush()
    return made
