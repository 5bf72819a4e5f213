"""How staff alone end what was begun: which deeds they try first, and what belongs to no form."""

from collections.abc import Callable, Iterator
from typing import Any

from bench.lives import tracks
from bench.lives.inside import DEEDS
from casework.deeds import Deed
from core.machine import Machine

TO_THE_END = {
    "complaint": ("accept", "reject", "refer_out", "close"),
    "forwarding": ("release", "send_back", "accept_return", "insist", "refuse_time", "reissue"),
    "stop_contact": ("relay", "decline", "reissue"),
    "track": (
        *("decline", "resume", "report", "propose_minor", "propose_none", "schedule_hearing", "held", "absent"),
        *("reschedule", "decide_admitted", "refuse_admission", "execute", "hold_interview", "interview_missed"),
        *("interview_refused", "reissue", "pass", "fail_first", "fail_second", "close_unexecuted"),
    ),
    "review": (),
    "publication": ("publish_public", "publish_members", "approve", "submit", "drop", "correct"),
}
ONWARD = ("file", "escalate")
MORE: dict[tuple[str, str], tuple[Callable[..., Any], ...]] = {
    ("track", "INVESTIGATING"): (tracks.find, tracks.allege),
    ("track", "ADMITTED"): (tracks.sign_admission,),
    ("track", "HEARING_ASKED"): (tracks.draw,),
    ("track", "HEARING_SET"): (tracks.draw,),
    ("track", "DELIBERATION"): (tracks.draw, tracks.decide, tracks.vote),
    ("track", "EXECUTING"): (tracks.record, tracks.train),
    ("track", "VERIFYING"): (tracks.verify,),
    ("review", "OPEN"): (tracks.draw_body, tracks.decide_review, tracks.vote_on_review),
}
"""By machine and state: what is no deed of a page's table."""


def moves(machine: Machine, it: Any, *, onward: bool = False) -> Iterator[Deed]:  # noqa: ANN401 - any thing
    """What staff would do with it now, the likeliest first; while lives go on they file what an end declines."""
    for event in (*(ONWARD if onward else ()), *TO_THE_END[machine.name]):
        deed = DEEDS.get(machine.name, {}).get(event)
        if deed is not None and machine.row(it.state, event) is not None:
            yield deed
