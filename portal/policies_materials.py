"""What must hold when an institution asks its firm for material, and when the firm answers."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from casework.models import Forwarding
from casework.models_cases import CaseTrack
from casework.states import FORWARDING, TRACK
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.plainly import day
from core.words import _l
from portal.models_materials import MaterialRequest
from registry import lineage
from registry.clock_moves import certain_end
from registry.models import Engagement, Party, PartyKind
from registry.models_clocks import Clock, ClockState
from registry.policies import LEAD_SUBMITS, leads

OWN_PERIODS = ("K03", "K30", "K04", "K12")
"""Within which an institution answers or explains."""
Matter = Forwarding | CaseTrack


def kind_of(matter: Matter) -> str:
    """The name of a matter's kind in requests."""
    return "forwarding" if isinstance(matter, Forwarding) else "track"


def matter_of(session: Session, kind: str, number: int) -> Matter | None:
    """The matter behind a request, read as the system."""
    return session.get(Forwarding, number) if kind == "forwarding" else session.get(CaseTrack, number)


def matters_of(session: Session, found: Iterable[MaterialRequest]) -> dict[tuple[str, int], Matter]:
    """The matters behind several requests, with one statement for each kind."""
    numbers: dict[str, set[int]] = {}
    for each in found:
        numbers.setdefault(each.subject_kind, set()).add(each.subject_id)
    matters: dict[tuple[str, int], Matter] = {}
    for kind, some in numbers.items():
        model: Any = Forwarding if kind == "forwarding" else CaseTrack
        matters |= {(kind, each.id): each for each in session.scalars(select(model).where(model.id.in_(some)))}
    return matters


def goes_on(matter: Matter) -> bool:
    """Whether the institution can still say something in its matter."""
    if isinstance(matter, Forwarding):
        return FORWARDING.row(matter.state, "answer") is not None
    return TRACK.row(matter.state, "explain") is not None


def answered_since(matter: Matter, it: MaterialRequest) -> bool:
    """Whether the institution answered after asking: an answer that is sent back has another day, so it asks anew."""
    if not isinstance(matter, Forwarding) or not matter.round:
        return False
    return any(each.submitted_at >= it.asked_at for each in matter.answers)


def has_gone_on(matter: Matter, it: MaterialRequest) -> bool:
    """Whether the matter has ended or been answered without it."""
    return not goes_on(matter) or answered_since(matter, it)


def own_periods(session: Session, matter: Matter) -> Sequence[Clock]:
    """The clocks within which the institution answers, running or waiting for the letter; the first to end leads."""
    return periods_of(session, [matter]).get((kind_of(matter), matter.id), [])


def periods_of(session: Session, matters: Iterable[Matter]) -> dict[tuple[str, int], list[Clock]]:
    """The same of several matters, asked at once."""
    about = [(kind_of(each), each.id) for each in matters]
    if not about:
        return {}
    mine = select(Clock).where(tuple_(Clock.subject_type, Clock.subject_id).in_(about))
    mine = mine.where(Clock.key.in_(OWN_PERIODS), Clock.state != ClockState.ENDED)
    found: dict[tuple[str, int], list[Clock]] = {}
    for each in session.scalars(mine.order_by(Clock.due_on.asc().nulls_last(), Clock.id)):
        found.setdefault((each.subject_type, each.subject_id), []).append(each)
    return found


def own_day(periods: Sequence[Clock]) -> date | None:
    """The day on which the institution certainly must answer; an estimated day bars nothing."""
    return min(filter(None, map(certain_end, periods)), default=None)


def engaged(session: Session, institution_id: int) -> Sequence[Party]:
    """Firms that collect or collected for the institution, or for one that it succeeded."""
    whose = [institution_id, *(each.id for each in lineage.predecessors(session, institution_id))]
    firms = select(Engagement.firm_id).where(Engagement.institution_id.in_(whose))
    asked = select(Party).where(Party.id.in_(firms), Party.kind == PartyKind.FIRM, Party.merged_into_id.is_(None))
    return session.scalars(asked.order_by(Party.sort_zh, Party.id)).all()


def own_firms(session: Session, institution_id: int) -> Sequence[Party]:
    """Firms that it can ask: those that still exist, and the successors of those that do not."""
    found = engaged(session, institution_id)
    going_on = (lineage.heirs(session, each.id) if each.ceased_on is not None else [each] for each in found)
    firms = {each.id: each for some in going_on for each in some if each.kind is PartyKind.FIRM}
    return sorted(firms.values(), key=lambda each: (each.sort_zh, each.id))


def asking(session: Session, matter: Matter, actor: Actor, today: date) -> Iterator[Refused]:
    """The lead of the institution asks: within its own period, or for an answer that is taken late."""
    if not leads(actor, matter.party_id):
        yield NotAllowed(_l("Only an authorised person of your company can ask its firm."))
    if not goes_on(matter):
        yield NotNow(_l("This matter no longer waits for you; nothing needs to be asked for it."))
        return
    periods = own_periods(session, matter)
    last = own_day(periods)
    if periods and not any(each.day0 for each in periods):
        yield NotNow(_l("Open the letter first: your own period gives the latest day for your firm."))
    elif last is not None and (last - today).days < 1:
        yield NotNow(_l("Your own period leaves no day for your firm."))


def day_problems(session: Session, matter: Matter, due: date, today: date) -> Iterator[Refused]:
    """The day is still to come, and before the institution's own."""
    last = own_day(own_periods(session, matter))
    if due < today:
        yield BadInput("due_on", _l("The day has passed."))
    elif last is not None and due >= last:
        yield BadInput("due_on", _l("Choose a day before %(day)s.", day=day(last, "long")))


def answering(session: Session, it: MaterialRequest, actor: Actor) -> Iterator[Refused]:
    """The lead of the firm answers, while the request is open and its matter goes on."""
    if not leads(actor, it.firm_id):
        yield NotAllowed(LEAD_SUBMITS)
    yield from still_wanted(session, it)


def still_wanted(session: Session, it: MaterialRequest) -> Iterator[Refused]:
    """It is still wanted; asked and answered as the system, since the firm does not see the matter behind it."""
    matter = matter_of(session, it.subject_kind, it.subject_id)
    if it.state == "WITHDRAWN":
        yield NotNow(_l("The institution took its request back; no answer is needed any more."))
    elif it.state == "ANSWERED":
        yield NotNow(_l("Your company has answered already."))
    elif matter is None or has_gone_on(matter, it):
        yield NotNow(_l("The matter behind this has ended or been answered; no answer is needed any more."))


def is_wanted(session: Session, it: MaterialRequest) -> bool:
    """Whether an answer is still needed."""
    return next(still_wanted(session, it), None) is None
