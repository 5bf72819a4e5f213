"""Reads of motions: the one before a panel, and one member's own vote on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.masking import masked
from casework.models_cases import CaseTrack, Evidence
from sanctions.models_resolutions import Motion, MotionVote
from sanctions.policies_resolutions import open_motion


@dataclass(frozen=True)
class Before:
    """A motion as one member sees it."""

    motion: Motion
    evidence: Sequence[str]
    """What each piece shows; no member knows who complains, so only numbers are hidden."""
    vote: MotionVote | None
    own: bool
    """Whether this member put it."""


def before(session: Session, track: CaseTrack, member_id: int) -> Before | None:
    """The motion before the panel, with this member's vote."""
    motion = open_motion(session, track)
    if motion is None:
        return None
    rests_on = select(Evidence.shows).where(Evidence.id.in_(motion.evidence)).order_by(Evidence.id)
    found = [masked(each or "") for each in session.scalars(rests_on)]
    mine = select(MotionVote).where(MotionVote.motion_id == motion.id, MotionVote.member_id == member_id)
    return Before(motion, found, session.scalar(mine), motion.moved_by == member_id)
