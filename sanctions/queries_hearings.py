"""Reads of hearings: that of the round, its notice, and whether the notice was served early enough."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core.at_hand import once
from core.clock import day_of
from notices import queries as notices
from notices.models import Document
from registry import settings
from sanctions import rounds
from sanctions.models_hearings import Hearing

NOTICE = "HEARING_NOTICE_WD"


def hearing(session: Session, track: CaseTrack) -> Hearing | None:
    """The last hearing of the round."""
    mine = select(Hearing).where(Hearing.track_id == track.id, Hearing.round == track.round)
    last = mine.order_by(Hearing.id.desc()).limit(1)
    return once(session, ("hearing", track.id, track.round), lambda: session.scalar(last))


def hearings(session: Session, track: CaseTrack) -> Sequence[Hearing]:
    """Every hearing of the track, in order."""
    return session.scalars(select(Hearing).where(Hearing.track_id == track.id).order_by(Hearing.id)).all()


def heard(session: Session, track: CaseTrack) -> bool:
    """Whether the respondent came to a hearing of the round, where it stated its view by word of mouth."""
    found = hearing(session, track)
    return found is not None and found.started_at is not None and not found.absent


def notice_days(session: Session) -> int:
    """How many working days must lie between the service of the notice and the hearing, by the settings of today."""
    return settings.days(session, NOTICE)


def letter(session: Session, track: CaseTrack) -> Document | None:
    """The last hearing notice of the round, void or not."""
    return once(session, ("hearing notice", track.id, track.round), lambda: _letter(session, track))


def _letter(session: Session, track: CaseTrack) -> Document | None:
    return notices.last_document(session, ["D18"], "track", track.id, track.round, even_void=True)


def told(session: Session, track: CaseTrack) -> bool:
    """Whether the respondent may read the day of the hearing: once its notice was served."""
    return once(session, ("hearing told", track.id, track.round), lambda: _told(session, track))


def _told(session: Session, track: CaseTrack) -> bool:
    found = letter(session, track)
    return found is not None and notices.served_on(session, found.id) is not None


def is_off(track: CaseTrack, hearing: Hearing) -> bool:
    """Whether the announced day no longer holds: adjourned, waived, or the case went on without the hearing."""
    had_a_day = hearing.at is not None or hearing.adjourned_at is not None
    return had_a_day and hearing.started_at is None and track.state != "HEARING_SET"


def moves(session: Session, track: CaseTrack, hearing: Hearing) -> int:
    """How often it was set anew, adjourned or called off: calendars take the entry with the higher number."""
    off = int(hearing.adjourned_at is not None) + int(is_off(track, hearing) and hearing.at is not None)
    mine = select(func.count()).select_from(Document).where(Document.subject_kind == "track")
    mine = mine.where(Document.subject_id == track.id, Document.kind == "D18", Document.round == track.round)
    return max((session.scalar(mine) or 0) - 1, 0) + off


def given(session: Session, found: Document) -> int:
    """The working days laid down between notice and hearing when the notice was made; a later setting is not for it."""
    said = notices.laid_down_in(found, NOTICE)
    return notice_days(session) if said is None else int(said)


def leaves_time(session: Session, served: date, held: date, days: int) -> bool:
    """Whether a notice served on one day leaves so many working days before a hearing on the other."""
    last = rounds.working_day_after(session, served, days)
    return last is not None and held > last


def served_in_time(session: Session, track: CaseTrack, held: date) -> bool:
    """Whether the hearing notice was served early enough."""
    found = letter(session, track)
    if found is None or found.void_at is not None:
        return False
    served = notices.served_on(session, found.id)
    return served is not None and leaves_time(session, served, held, given(session, found))


def can_be_served_in_time(session: Session, track: CaseTrack, held: date, today: date) -> bool:
    """Whether the notice was served early enough, or will be if it is served today."""
    found = letter(session, track)
    if found is None or found.void_at is not None:
        return False
    served = notices.served_on(session, found.id)
    return leaves_time(session, served or today, held, given(session, found))


def names_all(session: Session, track: CaseTrack) -> bool:
    """Whether the notice names everybody who sits: not whom was drawn since, for a seat that was free again."""
    found, panel = letter(session, track), rounds.panel(session, track)
    if found is None or panel is None:
        return True
    later = [each for each in panel.redraws if datetime.fromisoformat(each["at"]) > found.issued_at]
    return {each.account_id for each in rounds.sitting(panel)}.isdisjoint(
        number for each in later for number in each["drawn"]
    )


def named_on(session: Session, track: CaseTrack) -> date | None:
    """On which day a notice told the respondent everybody who sits; None if none did, or a void one."""
    found = letter(session, track)
    if found is None or found.void_at is not None or not names_all(session, track):
        return None
    served = notices.served_on(session, found.id)
    taken = track.taken_over_on
    return served if served is None or taken is None or served > taken else None  # else another company was told


def excused_until(hearing: Hearing | None) -> date | None:
    """If it was missed for a good reason, the day on which the obstacle ended or is expected to end."""
    said = (hearing.record or {}).get("obstacle_ends") if hearing is not None and hearing.absent else None
    return date.fromisoformat(said) if said else None


def held_on(hearing: Hearing) -> date | None:
    """The day it is set for, in the association's zone."""
    return day_of(hearing.at) if hearing.at else None
