"""What must hold of contact events, and whose breach of the daily counters it is."""

from collections.abc import Iterator
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import contact_counts as counts
from casework import policies_tracks as policies
from casework.models_cases import Allegation, CaseFile, CaseTrack
from casework.states import TRACK
from core import clock
from core.actors import Actor
from core.errors import NotNow, Refused
from core.machine import Ask
from core.plainly import in_words
from core.words import _l
from registry.models import Engagement, Party, PartyKind

WHICH_COMPANY = _l("Say which company made contact.")
OF_ANOTHER_CASE = _l("This evidence does not belong to the case.")
WHY_OUT = _l("Say why it is taken out.")


def takes_events(case: CaseFile) -> bool:
    """Whether a contact can still be entered: until every track has its report."""
    return any(track.state in policies.BEFORE_REPORT for track in case.tracks)


def may_enter(actor: Actor, case: CaseFile) -> bool:
    """Whether somebody enters contacts: whoever keeps the file, while something can still be added to it."""
    return policies.may_work_on(actor) and takes_events(case)


QUIET = time(22), time(8)
"""The hours in which nobody is collected from without having agreed to it (V-T01)."""


def in_quiet_hours(at: datetime) -> bool:
    """Whether a moment is in the quiet hours, in the association's zone."""
    begin, end = QUIET
    return not end <= clock.local(at).time() < begin


def counter_of(code: str) -> counts.Counter | None:
    """The daily counter that decides about this kind of violation, if one does."""
    return counts.CODES.get(code)


def heirs_in(session: Session, case: CaseFile) -> dict[int, int]:
    """For each company whose conduct it is, the one that answers for it on a track of the case."""
    found = ((policies.acted(session, track), track.party_id) for track in case.tracks)
    return {former: party_id for former, party_id in found if former is not None}


def counted(session: Session, case: CaseFile) -> counts.Counted:
    """The daily counts of a case; a company's include those of the companies for which it answers."""
    return counts.of_case(session, case, heirs_in(session, case))


def institutions_own(session: Session, track: CaseTrack, code: str) -> counts.Attribution | None:
    """What the counts say, if a firm is on the track and only the sum over several companies was over the limit."""
    if counter_of(code) is None or track.party.kind is PartyKind.INSTITUTION:
        return None
    found = _attribution(session, track, code, policies.bound_until(session, track))
    return found if found is not None and found.institutions_own else None


def _attribution(session: Session, track: CaseTrack, code: str, last: date | None) -> counts.Attribution | None:
    return counts.attribution(session, track, code, heirs_in(session, track.case), last)


def _was_over(track: CaseTrack, found: counts.Attribution | None) -> bool:
    if found is None:
        return False
    return bool(found.table.over if track.party.kind is PartyKind.INSTITUTION else found.alone)


def after_it_left(session: Session, track: CaseTrack, code: str) -> Iterator[Refused]:
    """A company that left while the conduct went on does not answer for days over the limit after that (I-11)."""
    last = policies.bound_until(session, track) if counter_of(code) is not None else None
    if last is None or _was_over(track, _attribution(session, track, code, last)):
        return
    if _was_over(track, _attribution(session, track, code, None)):
        yield NotNow(
            _l(
                "By the calls known this company was over the number allowed only after %(day)s, and it answers for "
                "nothing later: %(code)s is not established.",
                day=in_words(last),
                code=code,
            ),
        )


def committed_by(session: Session, track: CaseTrack, code: str) -> Iterator[Refused]:
    """A breach that no single firm committed is the institution's (domain 1.3): no firm answers for the sum."""
    yield from after_it_left(session, track, code)
    found = institutions_own(session, track, code)
    if found is not None:
        institution: Party = found.table.institution
        yield NotNow(
            _l(
                "This company by itself was never over %(most)s calls a day; only the sum over %(name)s and all its "
                "firms was. %(code)s is the institution's breach and is established on its track.",
                most=found.table.most,
                name=institution.name_zh,
                code=code,
            ),
        )


@TRACK.guard("S12")
def each_answers_for_its_own(ask: Ask) -> Iterator[Refused]:
    """The report establishes against a firm only what that firm did by itself."""
    track: CaseTrack = ask.it
    for allegation in track.allegations:
        if allegation.finding == "ESTABLISHED":
            yield from committed_by(ask.session, track, allegation.code)


@TRACK.guard("S28", "S57")
def not_by_the_panel_either(ask: Ask) -> Iterator[Refused]:
    """A panel with new facts does not turn the sum into a firm's breach either."""
    about: Allegation | None = ask.facts.get("allegation")
    if about is not None:
        yield from committed_by(ask.session, ask.it, about.code)


def callers(session: Session, case: CaseFile) -> list[tuple[int, int | None]]:
    """Who may have made contact, and for whom: companies on tracks, their institutions, every firm these engaged.

    Also the predecessors of companies on tracks, and their firms, since those made the calls.
    """
    concerned = [*(each.party for each in case.tracks), *(_acted(session, each) for each in case.tracks)]
    institutions = {each.id: each for each in counts.institutions_of(session, case, heirs_in(session, case))}
    institutions |= {each.id: each for each in concerned if each.kind is PartyKind.INSTITUTION}
    found: dict[tuple[int, int | None], None] = dict.fromkeys((number, None) for number in institutions)
    for institution in institutions:
        mine = select(Engagement.firm_id).where(Engagement.institution_id == institution)
        found |= dict.fromkeys((firm, institution) for firm in session.scalars(mine.order_by(Engagement.firm_id)))
    named = {party for party, _principal in found}
    return [*found, *((number, None) for number in dict.fromkeys(each.id for each in concerned) if number not in named)]


def _acted(session: Session, track: CaseTrack) -> Party:
    return session.get_one(Party, policies.whose(session, track))
