"""Tracks up to the report: filed or declined by the head, explained by the respondent, reported by the investigator."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from casework import holds, noting, recusals, telling
from casework import policies_tracks as policies
from casework.models_cases import BETWEEN_PARTS, CaseTrack
from casework.policies_recusals import changes_hands, unfit_to_investigate
from casework.states import FILED_BY, TRACK
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, raise_first
from core.machine import SAME, Ask
from core.words import _l
from notices import dossiers, serving
from registry.models_accounts import Account


def file(
    session: Session,
    track: CaseTrack,
    *,
    investigator: Account,
    opinion: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """The head approves the filing and names who investigates; the respondent is told (row S02)."""
    holds.same(track, version)
    facts = {"investigator": investigator, "opinion": opinion.strip() or "同意立案。"}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "file")


def decline(
    session: Session, track: CaseTrack, *, reasons: str, actor: Actor, version: int | None, now: datetime
) -> None:
    """The head does not file; the complainants are told why (row S03)."""
    holds.same(track, version)
    dossiers.move(Ask(session, track, actor, {"reasons": reasons}, now), TRACK, "decline")


def explain(session: Session, track: CaseTrack, *, text: str, actor: Actor, now: datetime) -> None:
    """The respondent explains; whoever explains has received the filing notice (row S06)."""
    raise_first(policies.by_its_lead(actor, track))
    if not text.strip():
        raise BadInput("text", policies.EXPLAIN)
    serving.answer(session, "track", track.id, actor=actor, now=now, kinds=FILED_BY)
    dossiers.move(Ask(session, track, actor, {"text": text}, now), TRACK, "explain")


IN_THE_REPORT = {
    "course": _l("Say what was done: it stands in the report."),
    "conclusion": _l("Say what the inquiry found: it stands in the report."),
    "proposal": _l("Say what is proposed: it stands in the report."),
}


def report(  # noqa: PLR0913
    session: Session,
    track: CaseTrack,
    *,
    course: str,
    conclusion: str,
    proposal: str,
    handling: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """The investigator reports: what was done, what was found, what is proposed (row S12)."""
    holds.same(track, version)
    said = {"course": course, "conclusion": conclusion, "proposal": proposal, "handling": handling}
    for field, missing in IN_THE_REPORT.items():
        if not said[field].strip():
            raise BadInput(field, missing)
    facts = {name: text.strip() for name, text in said.items()}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "report")


def reassign(
    session: Session,
    track: CaseTrack,
    investigator: Account,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Give the investigation to somebody else; the head does."""
    if not policies.may_reassign(actor):
        raise NotAllowed
    holds.same(track, version)
    if "investigator" not in investigator.role_words or not investigator.works:
        raise BadInput("investigator", policies.NAME_INVESTIGATOR)
    for refusal in (*unfit_to_investigate(session, track, investigator, day_of(now)), *changes_hands(session, track)):
        raise refusal
    former, track.investigator_id = track.investigator_id, investigator.id
    session.flush()
    recusals.replaced(session, track.case, actor=actor, now=now)
    telling.of_assignment(session, "investigation_assigned", track.id, investigator.id, actor=actor, now=now)
    told = {"track": track.ref, "former": former, "investigator": investigator.id}
    noting.of_case(session, track.case, "reassign", actor, now, **told)


@TRACK.effect(*(row.id for row in TRACK.rows.values() if row.target in {SAME, *row.sources}))
def another_version(ask: Ask) -> None:
    """Make another version when staff leave the state as it is, so that whoever waited for the track is told."""
    if ask.by_staff and ask.fired_by is None:
        flag_modified(ask.it, "state")


@TRACK.effect("S02")
def note_filing(ask: Ask) -> None:
    """Keep who files and who investigates, and tell the latter."""
    number = ask.facts["investigator"].id
    ask.it.filed_by, ask.it.investigator_id = ask.actor.id, number
    telling.of_assignment(ask.session, "investigation_assigned", ask.it.id, number, actor=ask.actor, now=ask.now)


@TRACK.effect("S03", last=True)
def note_decline(ask: Ask) -> None:
    """Keep why it was declined, and that it ended today."""
    ask.it.reasons, ask.it.ended_on = ask.facts["reasons"].strip(), ask.on


@TRACK.effect("S06")
def note_explanation(ask: Ask) -> None:
    """Keep the explanation; a later one goes below the earlier one, and each is in time or late by itself."""
    track: CaseTrack = ask.it
    said: Any = ask.facts["text"].strip()
    late = policies.is_late(ask.session, track, "K12", ask.on)
    track.explained_late = track.explained_late or (not track.explained_at and late)
    before = [_kept(each.at, each.came_on, len(each.text), late=each.late) for each in track.explained]
    track.explanation = BETWEEN_PARTS.join((track.explanation, said)) if track.explanation else said
    track.explained_at, track.no_answer = track.explained_at or ask.now, False
    track.explained_parts = [*before, _kept(ask.now, ask.day, len(said), late=late)]


def _kept(at: datetime, came_on: date | None, size: int, *, late: bool) -> dict[str, Any]:
    part = {"at": at.isoformat(), "late": late, "size": size}
    return part if came_on is None else part | {"came_on": came_on.isoformat()}


@TRACK.effect("S07")
def note_silence(ask: Ask) -> None:
    """Mark that the time ended without an explanation."""
    ask.it.no_answer = True


@TRACK.effect("S12")
def note_report(ask: Ask) -> None:
    """Keep what the investigator concludes and proposes."""
    ask.it.report = f"{ask.facts['conclusion']}\n\n{ask.facts['proposal']}"
