"""Which evidence a respondent can be shown: findings rest on nothing else (S12)."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from casework.models import Forwarding
from casework.models_cases import REFUSED_CONTACT, CaseTrack, Evidence
from registry import lineage

PASSED_ON = "case_track.party_id"
"""The name under which it is noted that a track was passed on to a successor."""


def is_showable(evidence: Evidence, track: CaseTrack) -> bool:
    """Whether the respondent can be shown it, as a finding needs (S12): not others' files or files without consent."""
    return bool(showable([evidence], track))


def showable(every: Iterable[Evidence], track: CaseTrack) -> list[Evidence]:
    """Those that the respondent can be shown; asks as often for many as for one."""
    given = list(every)
    others = [each for each in given if each.given_by == "RESPONDENT" and each.party_id != track.party_id]
    has = _answers_it_has(others, track) if others else []
    return [each for each in given if _concerns(each, track) and (each not in others or each in has)]


def _concerns(evidence: Evidence, track: CaseTrack) -> bool:
    if evidence.given_by == "COMPLAINANT":
        return evidence.shared and _belongs(evidence, track)
    if evidence.given_by == "RESPONDENT":
        return track.lead_code != REFUSED_CONTACT or evidence.forwarding_id is None
    return evidence.track_id is None or evidence.track_id == track.id


def _answers_it_has(others: list[Evidence], track: CaseTrack) -> list[Evidence]:
    """What others answered to letters that it has by now, where it reads it, or while they had the track.

    Of a track that goes on beside (I-12), only what a finding cites came with it.
    """
    session = object_session(track)
    if session is None:
        return []
    asked = {each.complaint_id for each in others if each.taken_over}
    letters = select(Forwarding.id).where(Forwarding.complaint_id.in_(asked), Forwarding.party_id == track.party_id)
    has = set(session.scalars(letters)) if asked else set()
    before = lineage.holders(session, PASSED_ON, track.id)
    came = [each for each in others if each.party_id in before]
    gone = formers(session, track) if came else ()
    came = [each for each in came if each.party_id in gone or any(each in it.evidence for it in track.allegations)]
    return [each for each in others if each in came or (each.taken_over and each.forwarding_id in has)]


def formers(session: Session, track: CaseTrack) -> tuple[int, ...]:
    """The companies, gone by now, whose files the respondent has because the track was passed on to it."""
    return tuple(lineage.holders(session, PASSED_ON, track.id, gone=True))


def _belongs(evidence: Evidence, track: CaseTrack) -> bool:
    """Evidence of a contact after refusal belongs to that case alone, and nothing else to it (I-20)."""
    if track.lead_code == REFUSED_CONTACT:
        return evidence.case_id == track.case_id
    return evidence.case_id in {None, track.case_id}
