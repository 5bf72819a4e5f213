"""How staff alone end what was begun: which deeds they try first, and what belongs to no form."""

from collections.abc import Callable, Iterator
from typing import Any

from bench.lives import deciding, executing, publishing, recusing, reviewing, tracks, working, writing
from bench.lives.eye import Eye
from bench.lives.inside import DEEDS
from core.machine import Machine
from desk.deeds import Deed

TO_THE_END = {
    "complaint": ("accept", "reject", "refer_out", "close", "reissue"),
    "forwarding": ("release", "send_back", "accept_return", "insist", "refuse_time", "retract", "reissue"),
    "stop_contact": ("relay", "decline", "reissue"),
    "track": (
        *("decline", "resume", "report", "propose_minor", "propose_reminder", "write_to_principal"),
        *("propose_none", "schedule_hearing", "held", "absent"),
        *("reschedule", "decide_admitted", "execute", "hold_interview", "interview_missed"),
        *("interview_refused", "reissue", "pass", "fail_first", "fail_second", "refuse_admission", "close_unexecuted"),
    ),
    "review": (),
    "publication": ("publish_public", "publish_members", "approve", "submit", "drop", "correct"),
}
MORE: dict[tuple[str, str], tuple[Callable[..., Any], ...]] = {
    ("complaint", "NEED_INFO"): (writing.read,),
    ("complaint", "RELEASED"): (writing.read,),
    ("track", "SCREENING"): (tracks.allege,),
    ("track", "INVESTIGATING"): (tracks.find, tracks.allege, recusing.reassign),
    ("track", "REVIEWING"): (tracks.have_found_anew,),
    ("track", "PRE_NOTICE"): (deciding.draw,),
    ("track", "ADMITTED"): (tracks.sign_admission,),
    ("track", "HEARING_ASKED"): (deciding.draw,),
    ("track", "HEARING_SET"): (deciding.draw,),
    ("track", "DELIBERATION"): (
        *(deciding.draw, deciding.settle_motion, deciding.vote_on_motion, deciding.return_what_rests),
        *(deciding.decide, deciding.vote, deciding.refuse_restoration),
    ),
    ("track", "IN_REVIEW"): (reviewing.draw, reviewing.decide, reviewing.vote),
    ("track", "EXECUTING"): (
        *(executing.refuse_time, executing.record, executing.move_interview, executing.enrol_for, executing.train),
    ),
    ("track", "VERIFYING"): (executing.verify,),
    ("publication", "DRAFT"): (publishing.follow_decision,),
    ("publication", "REDACTED"): (publishing.follow_decision, publishing.send_back),
    ("publication", "APPROVED"): (publishing.follow_decision, publishing.reopen),
    ("recusal", "ASKED"): (recusing.refuse, recusing.grant),
    ("review", "OPEN"): (reviewing.draw, reviewing.decide, reviewing.vote),
}
"""By machine and state: what staff do that is no deed of a page's table."""
ONLY_AFTER = {
    "reissue": (
        "SELECT EXISTS (SELECT FROM document WHERE subject_kind = '{}' AND subject_id = :number "
        "AND void_at IS NOT NULL)"
    ),
    "retract": "SELECT EXISTS (SELECT FROM party p JOIN {} f ON f.party_id = p.id WHERE f.id = :number "
    "AND p.ceased_on IS NOT NULL)",
    "refuse_time": "SELECT time_asked_at IS NOT NULL FROM {} WHERE id = :number",
}
"""By event: what has happened before, where staff think of it at all; at random they try it any time."""
LONGEST_PAUSE = 4
ROUNDS = 200
"""So often staff have a turn at the end before it counts as a dead end."""


def moves(machine: Machine, state: str) -> Iterator[Deed]:
    """What staff would do to bring it to its end now, the likeliest first."""
    for event in TO_THE_END.get(machine.name, ()):
        deed = DEEDS.get(machine.name, {}).get(event)
        if deed is not None and machine.row(state, event) is not None:
            yield deed


def thought_of(eye: Eye, machine: Machine, number: int, event: str) -> bool:
    """Whether what this deed answers has happened: a form that is opened for nothing costs as much as any."""
    asked = ONLY_AFTER.get(event)
    return asked is None or bool(eye.one(asked.format(machine.name), number=number))


class Pauses:
    """Where everything was refused, staff come back after a while: two, three, at most four rounds later."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, int, str], tuple[int, int]] = {}

    def waits(self, round_: int, what: tuple[str, int, str]) -> bool:
        """Whether it is left alone in this round."""
        return self._until.get(what, (0, 0))[0] > round_

    def note(self, round_: int, what: tuple[str, int, str], *, able: bool) -> None:
        """How it went."""
        long = 0 if able else min(LONGEST_PAUSE, self._until.get(what, (0, 1))[1] + 1)
        self._until[what] = (round_ + long, long)

    def end(self) -> None:
        """Nobody could do anything: time passes, and everything is tried again."""
        self._until = {what: (0, long) for what, (_round, long) in self._until.items()}


def end(life: Any) -> int:
    """Staff have a turn with everything that has not ended, then the next clock ends; how many turns it took."""
    turns, pauses = 0, Pauses()
    for round_ in range(ROUNDS):
        left = life.left()
        drafts = life.approvals.waiting()
        if not left and not drafts:
            life.check(whole=True)
            return turns
        moved = False
        for machine, number, state in left:
            if machine.name == "service" or pauses.waits(round_, (machine.name, number, state)):
                continue
            able = life.turn_of_staff(machine, number)
            pauses.note(round_, (machine.name, number, state), able=able)
            moved = able or moved
            turns += 1
        if drafts:
            moved = life.attempt("drafts end", life.approvals.end, life.world) or moved
        if not moved:
            pauses.end()
        life.papers.render(late=False)
        life.attempt("papers end", life.papers.deliver, life.world)
        life.attempt("work ends", working.work_off, life)
        life.check()
        life.wait(1 if moved else life.next_end() or 5)
        life.check()
    left = life.left()
    stuck = ", ".join(f"{machine.name} {number} {state}" for machine, number, state in left)
    pasts = (life.past(machine, number) for machine, number, _state in left)
    life.fail("\n".join((f"these never come to an end: {stuck}", *pasts)))
    return turns
