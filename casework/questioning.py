"""The record of a questioning as plain data: who was asked by whom, when, under which rights, and what was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Questioning:
    """One questioning, as its record D29 keeps it; of an identity document the last four characters only."""

    started_at: datetime
    ended_at: datetime
    place: str
    officers: tuple[int, ...]
    person: str
    position: str
    identity_checked: str
    rights_told: bool
    recusal: str
    """NONE where nobody is to be recused, ASKED where the person asked for it; empty before it was asked."""
    entries: tuple[Mapping[str, str], ...]
    corrections: str = ""
    recording: str = ""
    """The digest of the recording, if there is one."""
    signed_by: str = ""
    refused_because: str = ""
    witness_id: int | None = None
