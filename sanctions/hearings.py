"""Hearings: asked for and waived by the respondent, set by the secretary, adjourned, held or missed, signed."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import noting, tasks
from casework.holds import same
from casework.inquiries import on_paper
from casework.models_cases import CaseTrack
from casework.policies_tracks import by_its_lead
from casework.states import TRACK
from core.actors import Actor
from core.errors import BadInput, NotNow, Refused, raise_first
from core.machine import Ask
from core.words import _l
from notices import dossiers, serving
from registry import notifications
from sanctions import queries_hearings, replacing, rounds
from sanctions.models_hearings import Hearing
from sanctions.policies_hearings import GIVES_UP, SAY_WISHES
from sanctions.sittings import Absence, HearingPlan, HearingRecord

NAMED_ANEW = "named_anew"
tasks.KINDS[NAMED_ANEW] = _l("A member was drawn after the hearing notice: send a new one that says who, %(ref)s.")


def ask_for(
    session: Session,
    track: CaseTrack,
    *,
    wishes: str,
    actor: Actor,
    now: datetime,
    day: date | None = None,
    had_on: date | None = None,
) -> Hearing:
    """The respondent asks to be heard (row S20); whoever asks has received the advance notice.

    `day` is the day of what came on paper, which the association had on `had_on`.
    """
    raise_first(by_its_lead(actor, track))
    if not wishes.strip():
        raise BadInput("wishes", SAY_WISHES)
    serving.answer(session, "track", track.id, actor=actor, now=now, day=day, kinds=("D17",))
    ask = Ask(session, track, actor, {"wishes": wishes.strip(), **on_paper(day, now, had_on)}, now, day=day)
    dossiers.move(ask, TRACK, "ask_hearing")
    asked: Hearing = ask.facts["hearing"]
    return asked


def schedule(
    session: Session, track: CaseTrack, *, plan: HearingPlan, actor: Actor, version: int | None, now: datetime
) -> None:
    """The secretary sets the day and the respondent is told (row S55), or sets it anew if that failed (S74)."""
    same(track, version)
    event = "reschedule" if track.state == "HEARING_SET" else "schedule_hearing"
    dossiers.move(Ask(session, track, actor, {"plan": plan}, now), TRACK, event)


def waive(
    session: Session,
    track: CaseTrack,
    *,
    confirmed: bool,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
    day: date | None = None,
) -> None:
    """The respondent waives the hearing in writing (row S56); its time for a statement runs on.

    `seen` is the round in which the page was opened, `day` that of what came on paper.
    """
    raise_first(by_its_lead(actor, track))
    if not confirmed:
        raise BadInput("confirmed", GIVES_UP)
    rounds.read_in(session, track, seen)
    serving.answer(session, "track", track.id, actor=actor, now=now, day=day, kinds=("D18",))
    facts = {"confirmed": confirmed, "came_on": day, **on_paper(day, now)}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "waive_hearing")


def adjourn(
    session: Session, track: CaseTrack, *, reasons: str, actor: Actor, version: int | None, now: datetime
) -> None:
    """The panel adjourns the hearing, once (row S24)."""
    same(track, version)
    dossiers.move(Ask(session, track, actor, {"reasons": reasons.strip()}, now), TRACK, "adjourn")


def hold(
    session: Session, track: CaseTrack, *, record: HearingRecord, actor: Actor, version: int | None, now: datetime
) -> None:
    """Put the hearing on record (row S22); the minutes then wait for the respondent's signature."""
    same(track, version)
    _put_down(Ask(session, track, actor, {"record": record}, now), "held")


def miss(
    session: Session, track: CaseTrack, *, absence: Absence, actor: Actor, version: int | None, now: datetime
) -> None:
    """Nobody came (row S23): without a good reason the panel goes on, otherwise the respondent's time can run again."""
    same(track, version)
    _put_down(Ask(session, track, actor, {"absence": absence}, now), "absent")


def _put_down(ask: Ask, event: str) -> None:
    """Carry the row out, and keep its minutes where the respondent can read them."""
    dossiers.move(ask, TRACK, event)
    found: Hearing = ask.facts["hearing"]
    paper = ask.papers["D19"][0]
    found.minutes, found.minutes_sha256 = paper.paper["paper"], paper.paper_sha256
    ask.session.flush()
    if found.to_sign:
        key = f"to_sign:hearing:{found.id}"
        notifications.tell_party(ask.session, ask.it.party_id, "to_sign", key=key, now=ask.now)


def sign_refusals(session: Session, track: CaseTrack, actor: Actor) -> list[Refused]:
    """Why the minutes cannot be signed now."""
    if out := list(by_its_lead(actor, track)):
        return out
    found = queries_hearings.hearing(session, track)
    if found is None or not found.minutes or found.absent:
        return [NotNow(_l("There are no minutes to sign."))]
    if not found.to_sign:
        return [NotNow(_l("The minutes are signed already, or their signature was refused."))]
    return []


def sign(
    session: Session, track: CaseTrack, *, signed_by: str, corrections: str, actor: Actor, now: datetime
) -> Hearing:
    """The respondent signs the minutes in the portal, as they stand; what it reads differently is kept beside them."""
    found = queries_hearings.hearing(session, track)
    if found is not None:
        session.refresh(found, with_for_update=True)
    for refusal in sign_refusals(session, track, actor):
        raise refusal
    if found is None:
        raise NotNow(_l("There are no minutes to sign."))
    if not signed_by.strip():
        raise BadInput("signed_by", _l("Say who signs the minutes."))
    found.signed_by, found.signed_at, found.signed_account = signed_by.strip(), now, actor.id
    found.signed_sha256, found.corrections = found.minutes_sha256, corrections.strip() or found.corrections
    session.flush()
    noting.of_case(session, track.case, "sign_minutes", actor, now, track=track.ref, sha256=found.minutes_sha256)
    return found


def _of(ask: Ask) -> Hearing:
    found = queries_hearings.hearing(ask.session, ask.it)
    if found is None:
        raise NotNow(_l("No hearing was asked for."))
    return found


@TRACK.effect("S20")
def note_asking(ask: Ask) -> None:
    """Begin a hearing, with what it is wanted for."""
    track: CaseTrack = ask.it
    asked = Hearing(
        track_id=track.id,
        round=track.round,
        asked_at=ask.now,
        came_on=ask.day,
        asked_by=ask.actor.id,
        wishes=ask.facts["wishes"],
    )
    ask.session.add(asked)
    ask.session.flush()
    ask.facts["hearing"] = asked


@TRACK.effect("S55", "S74")
def note_day(ask: Ask) -> None:
    """Keep when, where and about what it is held."""
    found, plan = _of(ask), ask.facts["plan"]
    ask.facts["hearing"], ask.facts["before"] = found, found.at
    found.at, found.place, found.agenda, found.set_by = plan.at, plan.place.strip(), list(plan.agenda), ask.actor.id


@TRACK.effect(*(row.id for row in TRACK.rows.values() if "HEARING_SET" in row.sources and row.target != "SAME"))
def names_nobody_anew(ask: Ask) -> None:
    """Close the task for a notice with the new members: it went out, or there is no hearing to come."""
    tasks.settle(ask.session, ("track", ask.it.id), (NAMED_ANEW,), actor=ask.actor, now=ask.now)


@TRACK.effect("S56")
def note_waiver(ask: Ask) -> None:
    """Keep that the hearing was waived."""
    found = _of(ask)
    found.waived_at, found.waived_came_on = ask.now, ask.facts.get("came_on")


@TRACK.effect("S24")
def note_adjournment(ask: Ask) -> None:
    """Keep that it is put off, and why; the day is open again."""
    found = _of(ask)
    found.adjourned_at, found.adjourned_because = ask.now, ask.facts["reasons"]
    found.at = found.place = None
    replacing.put_off(ask)


@TRACK.effect("S22")
def note_hearing(ask: Ask) -> None:
    """Keep what the minutes say, and who signed them on paper or refused to."""
    found = _of(ask)
    record: HearingRecord = ask.facts["record"]
    found.started_at, found.ended_at = record.started_at, record.ended_at
    found.record = _plain(record)
    found.corrections = record.corrections.strip() or None
    if record.signed_by.strip():
        found.signed_by, found.signed_at = record.signed_by.strip(), ask.now
    if record.refused_because.strip():
        found.refused_because, found.second_id = record.refused_because.strip(), record.second_id
    ask.facts["hearing"] = found


@TRACK.effect("S23")
def note_absence(ask: Ask) -> None:
    """Keep that nobody came."""
    found = _of(ask)
    absence: Absence = ask.facts["absence"]
    found.started_at, found.absent = absence.started_at, True
    found.record = {"present": list(absence.present), "situation": absence.situation.strip()}
    if absence.good_reason and absence.obstacle_ends is not None:
        found.record["obstacle_ends"] = absence.obstacle_ends.isoformat()
    ask.facts["hearing"] = found


def _plain(record: HearingRecord) -> dict[str, Any]:
    left_out = {"started_at", "ended_at", "signed_by", "refused_because", "second_id"}
    said = {name: value for name, value in asdict(record).items() if name not in left_out}
    for name in ("attendees", "entries"):
        said[name] = [dict(each) for each in said[name]]
    return {**said, "present": list(record.present)}
