"""What officers and respondents fill in while measures are carried out: plans, records, results."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class InterviewPlan:
    """When and where a warning interview takes place, and who holds it."""

    at: datetime
    place: str
    interviewers: tuple[int, ...]
    """Accounts; two at least."""


@dataclass(frozen=True)
class TrainingPlan:
    """When and where a training takes place."""

    dates: str
    place: str


@dataclass(frozen=True)
class InterviewRecord:
    """What happened at a warning interview."""

    started_at: datetime
    ended_at: datetime
    attendees: tuple[Mapping[str, str], ...]
    """name, position, identity_checked (last four signs only), authority of each."""
    rights_told: bool
    entries: tuple[Mapping[str, str], ...]
    """question and answer pairs."""
    commitments: tuple[Mapping[str, str], ...] = ()
    """commitment and due."""
    recording: str = ""
    """SHA-256 of the recording, where there is one."""


Result = tuple[bool, int | None]
"""Whether somebody attended, and the mark of the test."""


@dataclass(frozen=True)
class Person:
    """Somebody enrolled in a training."""

    name: str
    position: str = field(default="")
