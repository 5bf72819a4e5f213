"""No notice or decision cites what is unverified, or was not in force on the day of the conduct (I-09)."""

from collections.abc import Iterator

from casework.policies_tracks import citable
from casework.states import TRACK
from core.errors import Refused
from core.machine import Ask

ASKED_ELSEWHERE = ("S15", "S16", "S25", "S26")
"""Their own guards ask."""
AGAIN = "reissue"
"""The same operative words, which were asked about before."""
CITING = tuple(
    row.id
    for row in TRACK.rows.values()
    if {"D17", "D20"} & set(row.documents) and row.event != AGAIN and row.id not in ASKED_ELSEWHERE
)


@TRACK.guard(*CITING)
def only_what_can_be_cited(ask: Ask) -> Iterator[Refused]:
    """Each provision was in force on the day of the conduct; in production it was also verified."""
    yield from citable(ask.session, ask.it)
