"""What must hold when a respondent proposes another time for its interview, and when an officer takes it."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core import clock
from core.clock import day_of
from core.errors import BadInput, NotNow, Refused
from core.words import _l
from registry import calendar, settings
from registry.clock_moves import live
from registry.counting import Unit
from sanctions import rounds
from sanctions.models import Interview

OPENS, CLOSES = time(8), time(18)
"""The hours in which the association holds interviews."""
KEY = "K23"
ONE = timedelta(days=1)


def proposing(held: Interview, now: datetime) -> Iterator[Refused]:
    """Before the interview, one proposal at a time, and once for each summons."""
    if held.recorded_at is not None or held.at <= now:
        yield NotNow(_l("The time of the interview has come; another one can no longer be proposed."))
    elif held.proposed_at is not None:
        yield NotNow(_l("You have proposed another time already; the association answers it."))
    elif held.proposal_refused_because is not None:
        yield NotNow(_l("Another time was refused: the interview takes place as summoned."))


def times(session: Session, track: CaseTrack, held: Interview, at: datetime, now: datetime) -> Iterator[Refused]:
    """A working day, in office hours, with the notice after service, within the period for the interview."""
    day, local = day_of(at), clock.local(at).time()
    if at <= now:
        yield BadInput("at", _l("Propose a time that is still to come."))
    elif at == held.at:
        yield BadInput("at", _l("That is the time of the summons."))
    elif calendar.deadline(session, day - ONE, 1, Unit.WD).due_on != day or not OPENS <= local <= CLOSES:
        yield BadInput("at", _l("Interviews take place on working days, between 8:00 and 18:00."))
    served = rounds.served_on(session, track, "D23b")
    notice = int(settings.value(session, "INTERVIEW_NOTICE_WD"))
    earliest = rounds.working_day_after(session, served, notice) if served else None
    if served is not None and (earliest is None or day <= earliest):
        yield BadInput("at", _l("The interview is at least %(days)s working days after the summons.", days=notice))
    period = live(session, KEY, ("track", track.id))
    if period is not None and period.due_on is not None and day > period.due_on:
        last = f"{period.due_on:%Y-%m-%d}"
        yield BadInput("at", _l("The interview takes place by %(day)s at the latest.", day=last))
