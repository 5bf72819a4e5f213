"""What is filled in about a hearing: when and about what it is, what happened, and who signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class HearingPlan:
    """When and where a hearing is held, and its order of business."""

    at: datetime
    place: str
    agenda: tuple[str, ...]
    materials: tuple[str, ...] = ()
    """What the respondent should bring."""


@dataclass(frozen=True)
class HearingRecord:
    """What happened at a hearing that was held."""

    started_at: datetime
    ended_at: datetime
    present: tuple[int, ...]
    """The members of the panel who sat: rows of the panel."""
    attendees: tuple[Mapping[str, str], ...]
    """name, position, identity_checked (last four signs only), authority of each."""
    rights_told: bool
    recusal_answer: str
    """What was answered when the respondent was asked whether it challenges anybody."""
    entries: tuple[Mapping[str, str], ...]
    """question (or matter) and answer pairs."""
    closing: str = ""
    """The respondent's last words."""
    corrections: str = ""
    recording: str = ""
    """SHA-256 of the recording, where there is one."""
    shorter_notice: str = ""
    """Who agreed, in writing, to a notice shorter than the rules ask."""
    signed_by: str = ""
    """Who signed on paper; if nobody did, the minutes wait for signatures in the portal."""
    refused_because: str = ""
    second_id: int | None = None
    """Who witnessed a refusal to sign."""


@dataclass(frozen=True)
class Absence:
    """What is put on record if nobody came to a hearing."""

    started_at: datetime
    present: tuple[int, ...]
    situation: str
    good_reason: bool
    """Whether a good reason was given: then the hearing is adjourned, once; the second time its time runs again."""
    obstacle_ends: date | None = None
    """When the good reason ended, or is expected to end."""
