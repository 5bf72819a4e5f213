"""A draft whose decision was corrected since follows it; what somebody had looked at is drafted and looked at anew."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import tasks
from casework.policies_tracks import same
from core.actors import SYSTEM, Actor
from core.machine import Ask
from sanctions import bulletins
from sanctions import policies_publications as policies
from sanctions.models import Publication, Redaction
from sanctions.states import PUBLICATION

REPLACED = "决定书已经更正，按更正后的文本重新拟稿。"


def follow(
    session: Session, publication: Publication, *, actor: Actor, version: int | None, now: datetime
) -> Publication:
    """A draft reads as its decision does now; tells which draft that is.

    One that was handed in or approved is given up (row B09) and drafted anew (B01), with what was left out: nobody
    has looked at the text as it reads now, and no row leads back from an approval.
    """
    same(publication, version)
    for refusal in policies.following_refusals(session, publication, actor):
        raise refusal
    found = publication
    if publication.state != "DRAFT":
        facts = {"reason": REPLACED, "replaced": True}
        PUBLICATION.carry_out(Ask(session, publication, SYSTEM, facts, now), "drop")
        found = _anew(session, publication, now)
    bulletins.write_again(session, found)
    found.redacted_by = actor.id
    tasks.settle(session, ("track", found.track_id), ("text_corrected",), actor=actor, now=now)
    session.flush()
    bulletins.note(session, found, "follow_decision", actor, now, instead_of=publication.ref)
    return found


def _anew(session: Session, before: Publication, now: datetime) -> Publication:
    made: Publication
    (made,) = bulletins.of_track(Ask(session, before.track, SYSTEM, {"event": "draft"}, now))
    PUBLICATION.carry_out(Ask(session, made, SYSTEM, {}, now), "draft")
    there = {each.passage for each in made.redactions}
    for each in before.redactions:
        if each.passage not in there:
            made.redactions.append(Redaction(passage=each.passage, instead=each.instead, reason=each.reason))
    session.flush()
    return made
