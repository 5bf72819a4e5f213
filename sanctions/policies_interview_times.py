"""What must hold when a respondent proposes another time for its interview, and when an officer takes it."""

from collections.abc import Iterator
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import party_requests
from casework.models import Task
from casework.models_cases import CaseTrack
from core import clock
from core.clock import day_of
from core.errors import BadInput, NotNow, Refused
from core.plainly import in_words
from core.words import _l
from notices import queries as notices
from registry import calendar, golive, settings
from registry.clock_moves import certain_end, live
from registry.counting import Unit
from sanctions import rounds
from sanctions.models_measures import Interview

KEY = "K23"
SUMMONS, NOTICE = "D23b", "INTERVIEW_NOTICE_WD"
TELL = "tell_time"
"""The task to tell a company by letter which time of its interview counts."""
golive.rests_on((NOTICE, "INTERVIEW_HOURS"), "track.S37", "track.S43")


def proposing(held: Interview, now: datetime) -> Iterator[Refused]:
    """Before the interview, one proposal at a time, and one for each time that the association sets."""
    if held.recorded_at is not None or held.at <= now:
        yield NotNow(_l("The time of the interview has come; another one can no longer be proposed."))
    elif held.proposed_at is not None:
        yield NotNow(_l("You have proposed another time already; the association answers it."))
    elif held.proposal_refused_because is not None:
        yield NotNow(_l("Another time was refused: the time that counts now stays."))
    elif _moved(held):
        yield NotNow(
            _l("It takes place at the time you proposed; another can be asked for once for each time that is set.")
        )


def is_untold(session: Session, track: CaseTrack) -> bool:
    """Whether the company reads nothing in the portal, and an officer has still to tell it which time counts."""
    mine = select(Task.id).where(Task.subject_kind == "track", Task.subject_id == track.id, Task.kind == TELL)
    return session.scalar(mine.where(Task.done_at.is_(None)).limit(1)) is not None


def _moved(held: Interview) -> bool:
    """Whether the time that counts was proposed by the respondent."""
    kept = party_requests.told(held.proposals)
    return any(each.how == party_requests.GIVEN and each.wanted == held.at for each in kept)


def confirming(held: Interview, now: datetime) -> Iterator[Refused]:
    """Before the interview, and not while another time is proposed."""
    if held.recorded_at is not None or held.at <= now:
        yield NotNow(_l("The time of the interview has come; that you come can no longer be confirmed."))
    elif held.proposed_at is not None:
        yield NotNow(_l("You have proposed another time already; the association answers it."))


def times(
    session: Session, track: CaseTrack, held: Interview, at: datetime, now: datetime, *, estimated: bool = False
) -> Iterator[Refused]:
    """Within office hours, not on a day that is certainly free, after the notice and within the period.

    What only an estimate says refuses no proposal: an officer answers each one, and counts the notice with `estimated`
    days.
    """
    day = day_of(at)
    if at <= now:
        yield BadInput("at", _l("Propose a time that is still to come."))
    elif at == held.at:
        yield BadInput("at", _l("That is the time that counts now."))
    else:
        yield from in_office_hours(session, at)
    served = rounds.served_on(session, track, SUMMONS)
    if served is not None:
        yield from too_early(session, at, served, given_notice(session, track), estimated=estimated)
    last = certain_end(live(session, KEY, ("track", track.id)))
    if last is not None and day > last:
        yield BadInput("at", _l("The interview takes place by %(day)s at the latest.", day=in_words(last)))


def too_early(session: Session, at: datetime, since: date, notice: int, *, estimated: bool = True) -> Iterator[Refused]:
    """Refuse a time that does not leave the working days laid down after a summons of that day.

    Without `estimated`, only days of a published calendar count. If the calendar does not reach so far, nothing is
    refused: nobody knows that it is too early, and the record asks once the days are known.
    """
    counted = calendar.deadline(session, since, notice, Unit.WD)
    earliest = counted.due_on if estimated or not counted.provisional else None
    if earliest is not None and day_of(at) <= earliest:
        yield BadInput("at", _l("The interview is more than %(days)s working days after the summons.", days=notice))


def given_notice(session: Session, track: CaseTrack) -> int:
    """How many working days must lie between the summons that is out and its interview: as when it was made.

    Where none is out, as the setting says today.
    """
    said = notices.laid_down_in(rounds.document(session, track, SUMMONS), NOTICE)
    return settings.days(session, NOTICE) if said is None else int(said)


def limits(session: Session, track: CaseTrack) -> tuple[str, str, date | None]:
    """Within which hours and until which day another time can be; the day only where it is certain."""
    opens, closes = settings.value(session, "INTERVIEW_HOURS").split("-")
    return opens, closes, certain_end(live(session, KEY, ("track", track.id)))


def in_office_hours(session: Session, at: datetime) -> Iterator[Refused]:
    """The time is within office hours, and not on a day that is certainly free."""
    rests = calendar.is_certainly_free(session, day_of(at))
    hours = settings.value(session, "INTERVIEW_HOURS").split("-")
    opens, closes = (time.fromisoformat(each) for each in hours)
    if rests or not opens <= clock.local(at).time() <= closes:
        yield BadInput(
            "at",
            _l(
                "Interviews take place on working days, between %(opens)s and %(closes)s.",
                opens=hours[0],
                closes=hours[1],
            ),
        )
