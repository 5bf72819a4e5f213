"""Settlements: terms on which a person and the companies complained about agree, proposed and confirmed by each."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import holds, noting, policies, tasks
from casework.complaints import as_said, as_the_person, pressed
from casework.models import Complaint, Settlement
from casework.policies_complaints import AGREED
from casework.states import COMPLAINT
from core.actors import Actor
from core.characters import tidy
from core.clock import day_of
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.machine import NOT_POSSIBLE, Ask
from core.outbox import later
from core.plainly import in_words
from core.words import LazyString, _l
from notices import dossiers
from registry import notifications
from registry.policies import leads

SAY_TERMS = _l("Write what both sides agree on.")
SAME_TERMS = _l("These terms stand there already, and who agreed to them has agreed: write others, or agree to these.")
AGREED_SAID = _l("The complainant has agreed to these terms already.")
OTHER_TERMS = _l("Other terms were proposed since you opened this page. Read them first.")
TERMS_CHANGED = _l("The terms were changed in the meantime. Read them again before you agree.")
OTHER_TERMS_KEPT = _l("Other terms were proposed since you opened this page. Read them first; yours stand below.")


@dataclass(frozen=True)
class Said:
    """How a person said to the staff what they enter: on which day, and in writing, by telephone or in person."""

    on: date | None
    how: str


def propose(  # noqa: PLR0913 - each value is named
    session: Session,
    complaint: Complaint,
    terms: str,
    *,
    warned: bool = False,
    read: int | None = None,
    said: Said | None = None,
    actor: Actor,
    now: datetime,
    day: date | None = None,
) -> Settlement:
    """Propose new terms: whoever proposes them agrees to them; every earlier agreement is void.

    The person reads a company's terms at once, so the company has `warned` itself as before an answer (V-I01, F13).
    `read` is the turn of the terms that stood beside, none being 0: nobody undoes what nobody has read.
    `day` is that of what a company sent on paper; `said` is what staff enter for the person.
    """
    holds.hold(session, complaint)
    actor, said = _for_the_person(session, complaint, actor, said, now)
    _may_settle(complaint, actor)
    found = _terms_held(session, complaint)
    if read is not None and read != (found.turn if found is not None else 0):
        raise Changed(OTHER_TERMS, kept=OTHER_TERMS_KEPT)
    if not terms.strip():
        raise BadInput("terms", SAY_TERMS)
    if found is not None and tidy(found.terms, lines=True) == tidy(terms, lines=True):
        raise BadInput("terms", SAME_TERMS)
    if not (warned or policies.is_own(actor, complaint) or policies.is_debtors(complaint)):
        raise BadInput("warned", policies.NO_DEBT)
    if found is None:
        found = Settlement(complaint_id=complaint.id)
        session.add(found)
    else:
        found.former = found.terms
    found.terms, found.proposed_at, found.came_on = terms.strip(), now, day
    found.complainant_at, found.refused_at, found.confirmed, complaint.pressure = None, None, {}, None
    _says(found, None)
    _agree(found, complaint, actor, now, day, said)
    session.flush()
    noting.of_complaint(session, complaint, "settlement.proposed", actor, now, _how(day, said))
    subject = ("complaint", complaint.id, complaint.ref)
    key = f"settlement:{complaint.id}:{now:%Y%m%d%H%M%S}"
    tasks.put(session, "settlement", subject, role="officer", now=now, key=key)
    later(session, "casework.tell_of_terms", key=f"terms:{complaint.id}:{now:%Y%m%d%H%M%S}", settlement_id=found.id)
    return found


def confirm(
    session: Session,
    complaint: Complaint,
    *,
    terms: str,
    pressure: bool | None = None,
    said: Said | None = None,
    actor: Actor,
    now: datetime,
    day: date | None = None,
) -> bool:
    """One side agrees to the terms it read; when all have, the complaint is settled (row C19). True when it is."""
    holds.hold(session, complaint)
    actor, said = _for_the_person(session, complaint, actor, said, now)
    _may_settle(complaint, actor)
    found = _terms_read(session, complaint, terms)
    if found.complainant_at is None:
        _answers(found, said)
    if policies.is_own(actor, complaint):
        if pressure is None:
            raise BadInput("pressure", _l("Answer whether anybody pressed you."))
        complaint.pressure = pressure
        if pressure:
            pressed(session, complaint, on=(said.on if said is not None else None) or day_of(now), now=now)
    _agree(found, complaint, actor, now, day, said)
    session.flush()
    open_points = found.complainant_at is None, complaint.pressure is None, not found.confirmed
    if any(open_points) or policies.waited_for(complaint, found):
        noting.of_complaint(session, complaint, "settlement.confirmed", actor, now, _how(day, said))
        return False
    noted = _how(day, said)
    dossiers.move(Ask(session, complaint, actor, {"journal": noted} if noted else {}, now), COMPLAINT, "settle")
    return True


def refuse(
    session: Session,
    complaint: Complaint,
    *,
    terms: str | None = None,
    read: int | None = None,
    said: Said | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """The person says no to the terms it read; the complaint goes on, and whoever agreed to them is told.

    They are the `terms` of the page, or those of the turn that staff have `read`.
    """
    holds.hold(session, complaint)
    actor, said = _for_the_person(session, complaint, actor, said, now)
    if not policies.is_own(actor, complaint):
        raise NotAllowed(_l("Only the two sides can agree on terms."))
    _may_settle(complaint, actor)
    found = _terms_read(session, complaint, terms, read)
    if found.complainant_at is not None:
        raise NotNow(AGREED_SAID if said is not None else _l("You have agreed to these terms already."))
    if found.refused_at is not None:
        return
    _answers(found, said)
    found.refused_at = now
    _says(found, said)
    session.flush()
    noting.of_complaint(session, complaint, "settlement.refused", actor, now, _how(None, said))
    for each in complaint.forwardings:
        if each.state != "CLOSED" and found.agreed_on(each.party_id) is not None:
            key = f"terms_refused:{found.id}:{found.turn}"
            notifications.tell_party(session, each.party_id, "answered", key=key, now=now)


def _for_the_person(
    session: Session, complaint: Complaint, actor: Actor, said: Said | None, now: datetime
) -> tuple[Actor, Said | None]:
    """Who speaks; staff who speak for the person say when and how the person told them, nobody else does."""
    speaks = as_the_person(session, complaint, actor)
    if policies.is_own(actor, complaint) or not policies.is_own(speaks, complaint):
        return speaks, None
    if said is None or said.on is None or said.on > day_of(now):
        raise BadInput("said_on", _l("Say on which day the person said so, today at the latest."))
    if said.how not in AGREED:
        raise BadInput("said_how", _l("Say how the person said so: in writing, by telephone or in person."))
    return speaks, said


def _answers(found: Settlement, said: Said | None) -> None:
    """Nobody answers terms before they were proposed."""
    if said is not None and said.on is not None and said.on < found.day:
        raise BadInput(
            "said_on",
            _l("These terms were proposed on %(day)s: nobody answered them before.", day=in_words(found.day)),
        )


def _terms_read(session: Session, complaint: Complaint, terms: str | None, read: int | None = None) -> Settlement:
    """The present terms, if they are those that were read."""
    found = _terms_held(session, complaint)
    if found is None:
        raise NotNow(_l("No terms were proposed."))
    if terms is None and read != found.turn:
        raise Changed(OTHER_TERMS)
    if terms is not None and not _are(found, terms):
        raise NotNow(TERMS_CHANGED)
    return found


def _are(found: Settlement, terms: str) -> bool:
    """Whether these are the terms that stand there; browsers send other line ends."""
    return tidy(found.terms, lines=True) == tidy(terms, lines=True)


def changed_since(found: Settlement | None, *, terms: str | None = None, read: int | None = None) -> list[LazyString]:
    """What a page says that comes back, with the present terms in it, where others were read: by words or by turn."""
    if terms is not None:
        return [TERMS_CHANGED] if found is not None and not _are(found, terms) else []
    turn = found.turn if found is not None else 0
    return [OTHER_TERMS_KEPT] if read not in {None, turn} else []


def _terms_held(session: Session, complaint: Complaint) -> Settlement | None:
    """The present terms, also where a page has read earlier ones."""
    mine = select(Settlement).where(Settlement.complaint_id == complaint.id).with_for_update()
    return session.scalar(mine, execution_options={"populate_existing": True})


def _how(day: date | None, said: Said | None) -> dict[str, Any] | None:
    """What the journal adds: the day of a company's paper, or when and how the person told the staff."""
    if said is not None and said.on is not None:
        return {"said_on": said.on.isoformat(), "said_how": said.how}
    return None if day is None else {"on_paper": day.isoformat()}


def settle_if_agreed(session: Session, complaint: Complaint, *, now: datetime) -> None:
    """Settle on terms to which all agreed but one company, if that one has been let off (row C19)."""
    ask = Ask(session, complaint, as_said(complaint), {}, now)
    still_asked = any(each.state != "CLOSED" for each in complaint.forwardings)
    if still_asked and not COMPLAINT.refusals(ask, "settle"):
        dossiers.move(ask, COMPLAINT, "settle")


def _may_settle(complaint: Complaint, actor: Actor) -> None:
    own = policies.is_own(actor, complaint)
    open_with = {f.party_id for f in complaint.forwardings if f.state != "CLOSED"}
    theirs = any(leads(actor, each) for each in open_with)
    if not (own or theirs):
        raise NotAllowed(_l("Only the two sides can agree on terms."))
    if COMPLAINT.row(complaint.state, "settle") is None:
        raise NotNow(NOT_POSSIBLE)


def _says(terms: Settlement, said: Said | None) -> None:
    terms.said_on, terms.said_how = (said.on, said.how) if said is not None else (None, None)


def _agree(
    terms: Settlement, complaint: Complaint, actor: Actor, now: datetime, day: date | None, said: Said | None
) -> None:
    if policies.is_own(actor, complaint):
        terms.complainant_at, terms.refused_at = now, None
        _says(terms, said)
    else:
        terms.confirmed = {**terms.confirmed, str(actor.party_id): (day or now).isoformat()}
