"""Corrections of what is published: it follows a served correction of its decision, or one more passage is left out.

One person proposes. Another puts the text in place or refuses it; before that, its author can take it back.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import tasks
from casework.holds import same
from core.actors import SYSTEM, Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from core.words import _l
from sanctions import policies_publications as policies
from sanctions import served
from sanctions.bulletins import move, note
from sanctions.models_corrections import TextCorrection
from sanctions.models_publications import BulletinCorrection, Publication, PublicationText, Redaction
from sanctions.states import PUBLICATION

PROPOSED = ("proposed_by", "wrong", "right", "left_out_for", "covered", "covered_by", "covered_for")
"""What a text holds only while it waits for a second person."""
CORRECTED = "text_corrected"
"""The task by which a publisher hears that the decision was corrected."""
WAITS, REFUSED = "bulletin_correction", "bulletin_correction_refused"
tasks.KINDS[WAITS] = _l("A correction of a publication waits for a second person: %(ref)s.")
tasks.KINDS[REFUSED] = _l("A correction of a publication was refused: read why, %(ref)s.")


def follow(
    session: Session, publication: Publication, *, reason: str, actor: Actor, version: int | None, now: datetime
) -> PublicationText:
    """Let the text follow the next correction of its decision whose notice (D40) was served."""
    text = _open_to(publication, actor, version)
    found = policies.next_correction(session, publication, text)
    if found is None:
        raise BadInput(
            "what", _l("No served notice of correction changes this text: have the decision corrected first.")
        )
    body, correction = found
    about = {
        "wrong": served.redacted(correction.wrong, publication.redactions),
        "right": served.redacted(correction.corrected, publication.redactions),
    }
    return _propose(session, publication, text, body, about, reason or correction.reason, actor, now, correction)


def leave_out(
    session: Session,
    publication: Publication,
    *,
    passage: str,
    instead: str = "",
    reason: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> PublicationText:
    """Leave one more passage out of what is published."""
    text = _open_to(publication, actor, version)
    if not passage.strip():
        raise BadInput("wrong", policies.COPY_PASSAGE)
    if passage not in text.body:
        raise BadInput("wrong", policies.NO_PASSAGE)
    if not reason.strip():
        raise BadInput("reason", _l("Give the reason."))
    right = policies.in_its_place(session, publication, instead, field="right")
    policies.whole(text.body, passage, right, "wrong")
    about = {"wrong": passage, "right": right, "left_out_for": reason.strip()}
    return _propose(session, publication, text, text.body.replace(passage, right), about, reason, actor, now)


def follow_covered(
    session: Session,
    publication: Publication,
    *,
    passage: str,
    instead: str = "",
    reason: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> PublicationText:
    """Follow a correction that changed something left out: a person says what of it is left out now."""
    text = _open_to(publication, actor, version)
    found = policies.covered_correction(session, publication, text)
    if found is None:
        raise BadInput("what", _l("No served notice of correction changes something that is left out of this text."))
    before, correction = found
    if not passage.strip() or passage not in correction.corrected:
        raise BadInput("wrong", _l("This passage does not stand in the corrected text: copy it exactly."))
    if not reason.strip():
        raise BadInput("reason", _l("Give the reason."))
    mark = Redaction(
        passage=passage,
        instead=policies.in_its_place(session, publication, instead, field="right"),
        reason=reason.strip(),
    )
    policies.whole(correction.corrected, passage, mark.instead, "wrong")
    marks = publication.redactions
    body = served.followed(text.body, before, correction, marks, [mark])
    about = {
        "wrong": served.redacted(correction.wrong, marks),
        "right": served.redacted(correction.corrected, [mark, *marks]),
        "covered": mark.passage,
        "covered_by": mark.instead,
        "covered_for": mark.reason,
    }
    return _propose(session, publication, text, body, about, reason, actor, now, correction)


def _open_to(publication: Publication, actor: Actor, version: int | None) -> PublicationText:
    """The text that stands; refuses whoever may not correct, and what cannot be corrected now."""
    same(publication, version)
    if not policies.may_publish(actor):
        raise NotAllowed
    if publication.state != "PUBLISHED":
        raise NotNow(_l("Only what is published can be corrected."))
    if policies.proposed_correction(publication) is not None:
        raise NotNow(_l("A correction already waits for a second person."))
    text = policies.text_now(publication)
    if text is None:
        raise NotNow(_l("There is no text to publish."))
    return text


def _propose(  # noqa: PLR0913 - each value is named
    session: Session,
    publication: Publication,
    text: PublicationText,
    body: str,
    about: dict[str, str],
    reason: str,
    actor: Actor,
    now: datetime,
    follows: TextCorrection | None = None,
) -> PublicationText:
    for refusal in policies.personal(session, publication, reason, "reason"):
        raise refusal
    proposed = PublicationText(
        no=len(publication.texts) + 1,
        title=text.title,
        summary={**text.summary, **about, "proposed_by": str(actor.id)},
        body=body,
        note=reason.strip(),
        shown=False,
        at=now,
        correction_id=max(follows.id if follows is not None else 0, text.correction_id or 0) or None,
    )
    publication.texts.append(proposed)
    waits = BulletinCorrection(text=proposed, proposed_by=actor.id, proposed_at=now)
    publication.corrections.append(waits)
    publication.version += 1  # whoever read an earlier proposal does not decide on its successor
    session.flush()
    _task(session, publication, waits, WAITS, now)
    note(session, publication, "propose_correction", actor, now, text=proposed.no)
    return proposed


def correct(session: Session, publication: Publication, *, actor: Actor, version: int | None, now: datetime) -> None:
    """Put the corrected text in place, as a second person; the old one is kept inside (row B06)."""
    move(session, publication, "correct", actor, version, now)


def refuse(
    session: Session, publication: Publication, *, reasons: str, actor: Actor, version: int | None, now: datetime
) -> BulletinCorrection:
    """Say, as another person, why it is not put in place; what is published stays, and another can be proposed."""
    same(publication, version)
    for refusal in policies.refusing_refusals(session, publication, actor):
        raise refusal
    if not reasons.strip():
        raise BadInput("reasons", _l("Give the reason."))
    ended = _end(session, publication, "REFUSED", actor, now, reasons.strip())
    note(session, publication, "refuse_correction", actor, now, text=ended.text.no)
    _task(session, publication, ended, REFUSED, now)
    return ended


def take_back(
    session: Session, publication: Publication, *, actor: Actor, version: int | None, now: datetime
) -> BulletinCorrection:
    """Take the proposal back before it is decided, as its author."""
    same(publication, version)
    for refusal in policies.taking_back_refusals(session, publication, actor):
        raise refusal
    ended = _end(session, publication, "TAKEN_BACK", actor, now)
    note(session, publication, "take_back_correction", actor, now, text=ended.text.no)
    return ended


def _end(
    session: Session, publication: Publication, outcome: str, actor: Actor, now: datetime, reasons: str = ""
) -> BulletinCorrection:
    waits = policies.waiting_correction(publication)
    if waits is not None:
        session.refresh(waits, with_for_update=True)
    if waits is None or waits.ended_at is not None:  # somebody else has just decided
        raise NotNow(policies.NO_CORRECTION)
    waits.outcome, waits.ended_by, waits.ended_at, waits.reasons = outcome, actor.id, now, reasons
    tasks.settle(session, ("publication", publication.id), (WAITS,), actor=actor, now=now)
    session.flush()
    return waits


def _task(session: Session, publication: Publication, it: BulletinCorrection, kind: str, now: datetime) -> None:
    """Raise a task for publishers; a new waiting proposal closes what was said about a refused one."""
    subject = ("publication", publication.id, publication.ref)
    if kind == WAITS:
        tasks.settle(session, subject[:2], (REFUSED,), actor=SYSTEM, now=now)
    but = it.proposed_by if kind == WAITS else it.ended_by
    tasks.put(session, kind, subject, role="publisher", now=now, key=f"{kind}:{it.id}", but=but)


@PUBLICATION.effect("B07", "B08", "B09", "B11")
def over_with_it(ask: Ask) -> None:
    """End a correction that waits: what is no longer published, or never will be, is not corrected either.

    What takes a draft's place may still be corrected.
    """
    if ask.facts.get("replaced"):
        return
    if policies.waiting_correction(ask.it) is not None:
        _end(ask.session, ask.it, "LAPSED", SYSTEM, ask.now)
    _nothing_to_correct(ask, CORRECTED, REFUSED)


@PUBLICATION.effect("B06")
def replace_text(ask: Ask) -> None:
    """Show the corrected text with its note and time; keep the old one."""
    publication: Publication = ask.it
    proposed = policies.proposed_correction(publication)
    if proposed is None:
        return
    for each in publication.texts:
        each.shown = False
    said = dict(proposed.summary)
    if "left_out_for" in said:
        mark = Redaction(passage=said["wrong"], instead=said["right"], reason=said["left_out_for"])
        publication.redactions.append(mark)
        ask.session.flush()
        proposed.redaction_id = mark.id
    if "covered" in said:
        mark = Redaction(passage=said["covered"], instead=said["covered_by"], reason=said["covered_for"])
        publication.redactions.append(mark)
        ask.session.flush()
    _end(ask.session, publication, "PLACED", ask.actor, ask.now)
    ask.facts["correction"] = said, proposed.note
    proposed.summary = {name: word for name, word in said.items() if name not in PROPOSED}
    proposed.shown, proposed.at = True, ask.now
    ask.session.flush()
    follows = policies.next_correction, policies.covered_correction
    if all(found(ask.session, publication, proposed) is None for found in follows):
        _nothing_to_correct(ask, CORRECTED)


def _nothing_to_correct(ask: Ask, *kinds: str) -> None:
    """Close what the publisher was asked for: it is done, or nobody's any more."""
    with ask.session.no_autoflush:  # the end and its state are written together, or the table refuses
        for subject in (("publication", ask.it.id), ("track", ask.it.track_id)):
            tasks.settle(ask.session, subject, kinds, actor=ask.actor, now=ask.now)
