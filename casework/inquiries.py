"""The investigation: a question to a firm outside the rules, more time, suspension, referral, questioning, answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session, object_session

from casework import evidence, policies_inquiry, tasks, tracks
from casework.holds import same
from casework.models_cases import CaseTrack
from casework.policies_recusals import takes_no_part
from casework.policies_tracks import basis_of
from casework.questioning import Questioning
from casework.states import FILED_BY, TRACK
from core.actors import Actor
from core.clock import day_of, today
from core.errors import BadInput, NotAllowed, raise_first
from core.machine import Ask
from core.words import _l
from filestore import files
from notices import dossiers, serving
from registry.models_accounts import Account


@dataclass(frozen=True)
class Referral:
    """What is passed on to which authority, and what the association goes on with."""

    authority: str
    facts: str
    suspected: str
    own_handling: str = ""
    scope: str = ""
    evidence: tuple[int, ...] = ()


def ask_outsider(
    session: Session,
    track: CaseTrack,
    *,
    investigator: Account,
    asked: Sequence[str],
    opinion: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """The head has a firm outside the rules asked; it owes no answer (row S04)."""
    same(track, version)
    facts = {
        "investigator": investigator,
        "asked": [line for line in asked if line.strip()],
        "opinion": opinion.strip() or "同意发函问询。",
    }
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "ask_outsider")


def extend(
    session: Session,
    track: CaseTrack,
    *,
    reasons: str,
    actor: Actor,
    version: int | None,
    now: datetime,
    to: int | None = None,
) -> None:
    """The head gives the investigation more time: so many days in total, from its start (row S08)."""
    same(track, version)
    facts: dict[str, Any] = {"reasons": reasons, "journal": {"why": reasons.strip()}}
    if to is not None:
        facts["to"] = to
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "extend")


def suspend(
    session: Session, track: CaseTrack, *, cause: str, reasons: str, actor: Actor, version: int | None, now: datetime
) -> None:
    """The investigation waits for another case or the end of force majeure; its clocks stand still (row S09)."""
    same(track, version)
    facts = {"cause": cause, "reasons": reasons, "journal": {"cause": cause, "why": reasons.strip()}}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "suspend")


def resume(
    session: Session, track: CaseTrack, *, ended: bool, reasons: str, actor: Actor, version: int | None, now: datetime
) -> None:
    """The cause has ended: the investigation goes on, and what was left of its time counts on (row S10)."""
    same(track, version)
    facts = {"ended": ended, "reasons": reasons, "journal": {"why": reasons.strip()}}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "resume")


def refer_all(
    session: Session,
    track: CaseTrack,
    referral: Referral,
    *,
    nothing_left: bool,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """The whole matter is an authority's: the track ends here (row S11)."""
    same(track, version)
    facts = {**_referred(referral), "nothing_left": nothing_left}
    facts.pop("scope")
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "refer_all")


def refer_part(
    session: Session, track: CaseTrack, referral: Referral, *, actor: Actor, version: int | None, now: datetime
) -> None:
    """An authority is competent for a part; the case goes on with the rest (row S46)."""
    same(track, version)
    dossiers.move(Ask(session, track, actor, _referred(referral), now), TRACK, "refer_part")


def _referred(referral: Referral) -> dict[str, Any]:
    journal = {"authority": referral.authority.strip(), "scope": referral.scope.strip()}
    return vars(referral) | {"journal": journal}


def question(
    session: Session, track: CaseTrack, *, record: Questioning, actor: Actor, version: int | None, now: datetime
) -> None:
    """Put on record what the investigator and a second officer asked somebody (row S45)."""
    same(track, version)
    facts = {"record": record, "journal": {"officers": sorted(record.officers)}}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "question")


def on_paper(day: date | None, now: datetime, had_on: date | None = None) -> dict[str, Any]:
    """What the journal keeps of an act of a company that was sent on paper on that day.

    What the association then has time for counts from when it had it, whenever it was entered: it could do nothing
    about what was in the post, and has no more time for what lay about.
    """
    if day is None:
        return {}
    arrived = {"arrived_on": had_on.isoformat()} if had_on is not None else {}
    return {"journal": {"on_paper": day.isoformat(), **arrived}, "from_day": had_on or day_of(now)}


def signed_text(text: str, signed_by: str) -> str:
    """What a company wrote on paper, with who signed it."""
    return f"{text.strip()}\n（书面提交，{signed_by.strip()}签署）"


def speaking(actor: Actor, track: CaseTrack) -> Actor:
    """The actor as that company, if staff enter what it sent on paper; the journal keeps the account.

    Whoever takes no part in the case stays oneself, and is offered no form.
    """
    session = object_session(track)
    if session is None or not policies_inquiry.takes_part(session, actor, track):
        return actor
    return replace(actor, roles=frozenset({"respondent", "lead"}), audience="portal", party_id=track.party_id)


def enter_answer(  # noqa: PLR0913 - each value is named
    session: Session,
    track: CaseTrack,
    *,
    text: str,
    signed_by: str,
    received_on: date,
    scans: Sequence[tuple[files.Readable, str | None]],
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Enter an answer or explanation that came on paper, as of the day it was handed over or posted (row S06).

    The filing notice that it answers had arrived by then, though nobody noted it.
    """
    same(track, version)
    raise_first(takes_no_part(session, actor, track.case_id, today()))
    if not policies_inquiry.may_enter_answer(session, actor, track, received_on):
        raise NotAllowed(_l("This company answers in the portal itself."))
    asked_on = policies_inquiry.since(session, track, FILED_BY)
    written(asked_on, text=text, signed_by=signed_by, received_on=received_on, now=now)
    company = speaking(actor, track)
    serving.answer(session, "track", track.id, actor=company, now=now, day=received_on, kinds=FILED_BY)
    facts = {"text": signed_text(text, signed_by), **on_paper(received_on, now)}
    dossiers.move(Ask(session, track, company, facts, now, day=received_on), TRACK, "explain")
    for stream, name in scans:
        evidence.hand_in(session, track, stream, name, purpose="EXPLANATION", actor=company, now=now)


def written(
    asked_on: date | None,
    *,
    text: str,
    signed_by: str,
    received_on: date,
    now: datetime,
    had_on: date | None = None,
) -> None:
    """Refuse what says nothing, or that nobody signed, or of a day before that of the letter that it answers."""
    dated(asked_on, received_on, now, had_on)
    if not text.strip():
        raise BadInput("text", _l("Write down what the company wrote."))
    if not signed_by.strip():
        raise BadInput("signed_by", _l("Say who signed it."))


def dated(asked_on: date | None, received_on: date, now: datetime, had_on: date | None = None) -> None:
    """Refuse what was sent before the letter that it answers was issued, or is to be sent yet, or came before that."""
    if received_on > day_of(now) or (asked_on is not None and received_on < asked_on):
        raise BadInput("received_on", _l("The day of handing over or posting lies between the day of issue and today."))
    if had_on is not None and not received_on <= had_on <= day_of(now):
        raise BadInput("arrived_on", _l("It arrived between the day of handing over or posting and today."))


TRACK.effect("S04")(tracks.note_filing)


@TRACK.effect("S02", "S04", "S15", "S16", "S47")
def note_basis(ask: Ask) -> None:
    """Keep what bound the company on the day of the conduct, as known now: the register may have been put right since.

    An end without a breach (S14) ends what it was filed as.
    """
    ask.it.basis = basis_of(ask.session, ask.it)


@TRACK.effect("S08")
def note_extension(ask: Ask) -> None:
    """Keep when more time was given."""
    ask.it.extended_on = ask.on


@TRACK.effect("S09")
def note_suspension(ask: Ask) -> None:
    """Keep what is waited for."""
    ask.it.suspended_because = ask.facts["reasons"].strip()


@TRACK.effect("S10")
def note_resumption(ask: Ask) -> None:
    """Forget what was waited for."""
    ask.it.suspended_because = None


@TRACK.effect("S11", last=True)
def note_end_by_referral(ask: Ask) -> None:
    """Keep that it ended today, and which authority has it now."""
    ask.it.reasons, ask.it.ended_on, ask.it.suspended_because = ask.facts["facts"].strip(), ask.on, None


@TRACK.effect("S11", "S46")
def settle_question_of_referral(ask: Ask) -> None:
    """Close the task: the head has decided on a referral."""
    with ask.session.no_autoflush:  # the end and its state are written together, or the table refuses
        tasks.settle(ask.session, ("track", ask.it.id), ("refer_authority",), actor=ask.actor, now=ask.now)
