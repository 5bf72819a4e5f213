"""Evidence that came late: after the advance notice, on which its respondent is heard, or after the end of a track."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseComplaint, CaseFile, CaseTrack, Evidence
from casework.showable import showable
from core.clock import day_of
from core.words import LazyString, _l
from notices import queries as notices
from notices.sentences import listed

NOTICE = "D17"
OPEN_AGAIN = ("INVESTIGATING", "SUSPENDED", "REVIEWING")
"""Where a case is that was sent back: the next notice names what findings cite by then."""
COLLECTED = "EVIDENCE"
"""The purpose of what may count against a company: its own papers, and records of what was held, come in time."""


@dataclass(frozen=True)
class Past:
    """A track that takes in no more evidence: since when, and whether it has ended."""

    track: CaseTrack
    since: datetime | None
    ended_on: date | None

    def missed(self, came: datetime, lang: str) -> LazyString | None:
        """Why no decision on this track rests on what came then: after the end, or after the advance notice."""
        name = self.track.party.name(lang)
        if self.ended_on is not None and day_of(came) > self.ended_on:
            return _l("came after the end of the track on %(company)s", company=name)
        if self.since is not None and came > self.since:
            return _l("came after the advance notice to %(company)s, which does not name it", company=name)
        return None


def past(session: Session, case: CaseFile) -> list[Past]:
    """The tracks of a case whose advance notice of this round is issued, or that have ended."""
    found = (Past(each, _announced(session, each), each.ended_on) for each in case.tracks)
    return [each for each in found if each.since is not None or each.ended_on is not None]


def _announced(session: Session, track: CaseTrack) -> datetime | None:
    """When the advance notice of this round was first issued."""
    if not track.proposed_level or track.state in OPEN_AGAIN:
        return None
    made = notices.documents_of(session, [("track", track.id)])
    return min((each.issued_at for each in made if each.kind == NOTICE and each.round == track.round), default=None)


def told(session: Session, case: CaseFile, lang: str) -> Iterator[LazyString]:
    """What whoever adds evidence has to know of tracks that are past it."""
    every = past(session, case)
    over, heard = ([it for it in every if (it.ended_on is not None) is ended] for ended in (True, False))
    if over:
        yield _l(
            "For %(companies)s the track has ended: nothing decided there rests on what is added now.",
            companies=_named(over, lang),
        )
    if heard:
        yield _l(
            "The advance notice to %(companies)s is issued: no decision rests on what is added now, unless the panel "
            "sends the case back or announces anew, and the company is heard on it.",
            companies=_named(heard, lang),
        )


def _named(some: Iterable[Past], lang: str) -> str:
    names = [each.track.party.name(lang) for each in some]
    if lang.startswith("zh"):
        return listed((f"“{name}”" for name in names), lang)
    return " and ".join(part for part in (listed(names[:-1], lang), names[-1]) if part)


def marks(session: Session, case: CaseFile, every: Iterable[Evidence], lang: str) -> dict[int, list[LazyString]]:
    """Of pieces that came too late for tracks which they concern, why, one for each track; by their numbers."""
    found: dict[int, list[LazyString]] = {}
    over = past(session, case)
    rests = select(CaseComplaint).where(CaseComplaint.case_id == case.id)
    brought = {each.complaint_id: each.since for each in session.scalars(rests)} if over else {}
    pieces = [*every]
    for each in over:
        for it in _concerning(pieces, each.track):
            if (why := each.missed(_came(it, brought), lang)) is not None:
                found.setdefault(it.id, []).append(why)
    return found


def _came(it: Evidence, brought: Mapping[int, datetime | None]) -> datetime:
    """Since when it is evidence of the case: of a complaint that was attached later, since then."""
    attached = brought.get(it.complaint_id or 0) if it.case_id is None else None
    return max(it.since, attached or it.since)


def _concerning(every: list[Evidence], track: CaseTrack) -> Iterator[Evidence]:
    answers = showable((it for it in every if it.taken_over), track)
    for it in every:
        its = it.track_id in {None, track.id} and it.given_by != "RESPONDENT" and it.purpose == COLLECTED
        if it in answers or (its and not it.taken_over):
            yield it
