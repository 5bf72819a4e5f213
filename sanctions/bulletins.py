"""Circulars and bulletins: drafted from the served decision, redacted, checked by a second person, published."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clauses
from casework.holds import same
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import journal
from core.actors import SYSTEM, Actor
from core.characters import LETTERS
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from core.words import _l
from notices import dossiers
from registry import settings
from registry.clock_moves import live
from sanctions import ladder_history, ladder_sheets, policies_reviews, rounds, served, terms
from sanctions import policies_publications as policies
from sanctions.documents_publications import CHANGED
from sanctions.levels import FIRST_MAJOR, LEVELS, SCOPES
from sanctions.models_decisions import Decision
from sanctions.models_publications import Publication, PublicationText, Redaction
from sanctions.states import PUBLICATION

SLUG_LENGTH = 8
INSIDE = "内部案号"
BEFORE = "此前措施未公开"
WITHDRAWN = ("number", "respondent", "issuer", "measures")
"""What a notice of withdrawal keeps of its bulletin; the measures, so that the same selections find it."""


@PUBLICATION.found_from("track")
def of_track(ask: Ask) -> list[Publication]:
    """For "draft" a new publication, if the decision orders L4 or L5; for other events the one that exists."""
    track: CaseTrack = ask.it
    there = rounds.publication(ask.session, track)
    if ask.facts["event"] != "draft":
        return [there] if there else []
    decision = rounds.decision(ask.session, track)
    if (
        (there is not None and there.state not in {"WITHDRAWN", "DROPPED"})
        or decision is None
        or decision.level < FIRST_MAJOR
    ):
        return []
    return [
        Publication(
            track_id=track.id,
            decision_id=decision.id,
            party_id=track.party_id,
            scope=SCOPES[decision.level],
            state="NEW",
            slug=_slug(ask.session, ask.on.year),
            authors=[],
            codes=[each.code for each in clauses.established(track)],
            level=decision.level,
        ),
    ]


def _slug(session: Session, year: int) -> str:
    """The permanent part of the address: the year and letters that nobody can guess from another address."""
    while True:
        slug = f"{year}-{''.join(secrets.choice(LETTERS) for _ in range(SLUG_LENGTH)).lower()}"
        if session.scalar(select(Publication.id).where(Publication.slug == slug)) is None:
            return slug


@TRACK.found_from("publication")
def track_of(ask: Ask) -> list[CaseTrack]:
    """The track whose decision is published."""
    return [ask.session.get_one(CaseTrack, ask.it.track_id, with_for_update=True)]


@PUBLICATION.effect("B01")
def draft_from_decision(ask: Ask) -> None:
    """Draft the first text: the served decision, word for word, without what is never public in it.

    That is what was ordered in earlier cases, and the numbers of cases.
    """
    publication: Publication = ask.it
    track = ask.session.get_one(CaseTrack, publication.track_id)
    document = served.decision_document(ask.session, track)
    if document is None:
        return
    ask.session.add(publication)
    said, follows = served.texts(ask.session, document)[-1]
    rest, by = said, follows.id if follows is not None else None
    sheet = ladder_sheets.kept(rounds.proposal(ask.session, track))
    before = ladder_history.as_told(ask.session, sheet.history if sheet is not None else ())
    for told, _after in ladder_sheets.told_before(before):
        if told in rest:
            gone = Redaction(passage=told, instead=served.LEFT_OUT, reason=BEFORE, correction_id=by)
            publication.redactions.append(gone)
            rest = rest.replace(told, served.LEFT_OUT)
    for ref in served.case_refs(rest):
        inside = Redaction(passage=ref, instead=served.LEFT_OUT, reason=INSIDE, correction_id=by)
        publication.redactions.append(inside)
    paper = document.frozen
    text = PublicationText(
        no=1,
        title=_title(track, publication.level),
        summary=_summary(ask.session, track, publication),
        body=served.redacted(said, publication.redactions),
        shown=False,
        at=ask.now,
        correction_id=by,
    )
    publication.texts.append(text)
    ask.facts["journal"] = {"decision": document.number, "title": paper.title}


def _title(track: CaseTrack, level: int) -> str:
    word = "公开通报批评" if level > FIRST_MAJOR else "通报批评"
    return f"关于对{track.party.name_zh}予以{word}的{'公告' if level > FIRST_MAJOR else '通报'}"


def _summary(session: Session, track: CaseTrack, publication: Publication) -> dict[str, str]:
    document = served.decision_document(session, track)
    decision = rounds.decision(session, track)
    return {
        "decision_number": (document.number if document else None) or "",
        "decision_date": document.issued_on.isoformat() if document else "",
        "respondent": track.party.name_zh,
        "uscc": track.party.uscc,
        "violations": "；".join(clauses.violation_names(session, publication.codes)),
        "provisions": "；".join(served.provisions(session, track)),
        "measures": "、".join(LEVELS[level].zh for level in (decision.measures if decision else [])),
        "issuer": str(settings.value(session, "ASSOCIATION.name_zh") or ""),
    }


def redact(
    session: Session,
    publication: Publication,
    *,
    passage: str,
    instead: str,
    reason: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> Redaction:
    """Leave a passage out of the draft, with a reason; from then on the author cannot approve the draft."""
    same(publication, version)
    if not policies.may_redact(actor, publication):
        raise _not_redactable(actor)
    text = policies.text_now(publication)
    if text is None or not passage.strip() or passage not in text.body:
        raise BadInput("passage", policies.NO_PASSAGE)
    if passage not in policies.decision_text(session, publication):
        raise BadInput("passage", _l("Part of this passage was left out already: put that back first."))
    if not reason.strip():
        raise BadInput("reason", _l("Say why it is left out."))
    said = policies.in_its_place(session, publication, instead)
    policies.whole(text.body, passage, said)
    mark = Redaction(passage=passage, instead=said, reason=reason.strip(), correction_id=text.correction_id)
    publication.redactions.append(mark)
    publication.note_author(actor.id)
    session.flush()
    write_again(session, publication)
    note(session, publication, "redact", actor, now, redaction=mark.id)
    return mark


def unredact(
    session: Session,
    publication: Publication,
    redaction: Redaction,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Put a passage back."""
    same(publication, version)
    if not policies.may_redact(actor, publication):
        raise _not_redactable(actor)
    publication.redactions.remove(redaction)
    session.delete(redaction)
    publication.note_author(actor.id)
    session.flush()
    write_again(session, publication)
    note(session, publication, "unredact", actor, now)


def _not_redactable(actor: Actor) -> NotAllowed | NotNow:
    return NotNow(_l("Only a draft is redacted.")) if policies.may_publish(actor) else NotAllowed()


def write_again(session: Session, publication: Publication) -> None:
    """Write the draft again from the decision as it reads now, without what is left out."""
    document = served.decision_document(session, publication.track)
    text = policies.text_now(publication)
    if document is not None and text is not None:
        said, follows = served.texts(session, document)[-1]
        text.body = served.redacted(said, publication.redactions)
        text.correction_id = follows.id if follows is not None else None
        publication.version += 1  # whoever read it before, or hands it in meanwhile, is refused
    session.flush()


def submit(session: Session, publication: Publication, *, actor: Actor, version: int | None, now: datetime) -> None:
    """Hand the redacted draft over to be checked (row B02)."""
    move(session, publication, "submit", actor, version, now)


def return_(
    session: Session,
    publication: Publication,
    *,
    comments: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Send it back with comments (row B03)."""
    move(session, publication, "return_draft", actor, version, now, comments=comments.strip())


def approve(session: Session, publication: Publication, *, actor: Actor, version: int | None, now: datetime) -> None:
    """A second person approves it, having found nothing personal in it (row B04)."""
    move(session, publication, "approve", actor, version, now)


def publish(session: Session, publication: Publication, *, actor: Actor, version: int | None, now: datetime) -> None:
    """Publish it: a circular to members (B05), public criticism to everybody (B10)."""
    event = "publish_members" if publication.scope == "MEMBERS" else "publish_public"
    decision, level = session.get_one(Decision, publication.decision_id), publication.level
    shown = terms.of_level(decision.terms, level).get("shown")
    lengths = {LEVELS[level].clock: int(shown)} if shown else {}
    ask = move(session, publication, event, actor, version, now, lengths=lengths)
    made = [document for kind in ("D23e", "D23f") for document in ask.papers.get(kind, ())]
    text = policies.text_now(publication)
    if made and text is not None:
        publication.document_id = made[0].id
        since = decision.effective_on
        text.summary = {
            **text.summary,
            "shown_until": _shown_until(session, publication),
            "in_force_since": since.isoformat() if since else "",
            **policies_reviews.told_of(session, decision),
        }
    session.flush()


def _shown_until(session: Session, publication: Publication) -> str:
    """The last day on which it is shown; empty where the calendar does not reach that far."""
    clock = live(session, LEVELS[publication.level].clock, ("publication", publication.id))
    return clock.due_on.isoformat() if clock is not None and clock.due_on is not None else ""


def withdraw(
    session: Session,
    publication: Publication,
    *,
    reason: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Withdraw it at once; a notice of equal prominence stands in its place for a time (row B07)."""
    move(session, publication, "withdraw", actor, version, now, reason=reason.strip())


def drop(
    session: Session,
    publication: Publication,
    *,
    reason: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Give up a draft because the measure is gone (row B09)."""
    move(session, publication, "drop", actor, version, now, reason=reason.strip())


def move(
    session: Session,
    publication: Publication,
    event: str,
    actor: Actor,
    version: int | None,
    now: datetime,
    **facts: Any,  # noqa: ANN401 - facts of the move
) -> Ask:
    """Carry out a move, unless somebody else has changed the publication meanwhile."""
    same(publication, version)
    ask = Ask(session, publication, actor, facts, now)
    dossiers.move(ask, PUBLICATION, event)
    return ask


@PUBLICATION.effect("B02")
def note_author(ask: Ask) -> None:
    """Add whoever hands the text over to its authors, who answer for its redactions."""
    ask.it.note_author(ask.actor.id)


@PUBLICATION.effect("B03")
def note_comments(ask: Ask) -> None:
    """Keep what is to be changed."""
    ask.it.comments = ask.facts["comments"]


@PUBLICATION.effect("B04")
def note_approval(ask: Ask) -> None:
    """Keep who checked it."""
    ask.it.approved_by = ask.actor.id


@PUBLICATION.effect("B05", "B10", last=True)
def show(ask: Ask) -> None:
    """Show it from now on, in the text that was approved."""
    publication: Publication = ask.it
    text, found = policies.text_now(publication), policies.to_publish(ask.session, publication)
    if text is not None and found is not None:
        text.shown, text.at, text.correction_id = True, ask.now, found[1]
        ask.session.flush()  # before the publication itself: the database checks that the text follows its decision
    publication.published_at = ask.now


@PUBLICATION.effect("B07")
def show_withdrawal(ask: Ask) -> None:
    """Remove its text at once; what is shown says that it was withdrawn, and why."""
    publication: Publication = ask.it
    reason = ask.facts.get("reason") or CHANGED[0]
    publication.withdrawn_at, publication.withdrawn_because = ask.now, reason
    before = policies.text_now(publication)
    for each in publication.texts:
        each.shown = False
    title, summary = (before.title, before.summary) if before else ("", {})
    publication.texts.append(
        PublicationText(
            no=len(publication.texts) + 1,
            title=f"关于撤回《{title}》的公告",
            summary={name: summary[name] for name in WITHDRAWN if name in summary},
            body=f"本协会此前发布的《{title}》现予撤回，自即日起不再有效，请停止引用、转载。\n\n撤回理由：{reason.rstrip('。')}。",
            note=reason,
            shown=True,
            at=ask.now,
        ),
    )


@PUBLICATION.effect("B08", "B11")
def take_down(ask: Ask) -> None:
    """Take it down: the address stays and says that its time is over, and the text is kept inside."""
    ask.it.ended_at = ask.now
    for each in ask.it.texts:
        each.shown = False


@PUBLICATION.effect("B09")
def note_drop(ask: Ask) -> None:
    """Keep why the draft was given up."""
    ask.it.withdrawn_because = ask.facts.get("reason") or CHANGED[0]


def end_withdrawal(session: Session, publication: Publication, now: datetime) -> None:
    """End the notice of withdrawal, which has been shown long enough (K33)."""
    publication.ended_at = now
    for each in publication.texts:
        each.shown = False
    session.flush()
    note(session, publication, "taken_down", SYSTEM, now)


def note(
    session: Session, publication: Publication, what: str, actor: Actor, now: datetime, **changes: int | str | None
) -> None:
    """Journal what is no move; refuses whoever takes no part in the case."""
    for refusal in policies.impartial(session, publication, actor, day_of(now)):
        raise refusal
    about = journal.Subject("publication", publication.id, publication.ref)
    journal.note(session, about, what, actor, now, (publication.state, publication.state), changes)
