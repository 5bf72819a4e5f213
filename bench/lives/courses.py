"""Courses: a life is steered to one row of a table, so that rows deep inside the procedure are walked as well."""

from collections import deque
from dataclasses import dataclass
from functools import cache

from bench.lives.outside import Bent
from core.machine import SAME, Machine, Row

MACHINES = ("complaint", "forwarding", "stop_contact", "track", "service", "recusal", "publication", "review")
FAR = 99
QUASHED = ("S35", "S65", "R04")
"""After these another case of the same company is brought to its proposal: what was quashed must not count there."""
AFTER = {
    "forwarding": "C07",
    "publication": "S37",
    "review": "S29",
    "recusal": "S12",
    "S79": "S43",
    "F14": "C14",
    "F15": "C20",
    "C24": "C23",
    "C25": "C23",
}
"""By machine or row: the row that is walked before, so that there is a thing of it that can."""
MAJOR = Bent(tier="major", finding="ESTABLISHED", vote="PROPOSED")
MINOR = Bent(tier="minor", finding="ESTABLISHED", vote="PROPOSED")
MIDDLE = Bent(tier="middle", finding="ESTABLISHED", vote="PROPOSED")
BEFORE = frozenset({"S01", "S02", "S03", "S05", "S06", "S07", "S08", "S09", "S10", "S11", "S12", "S13", "S45", "S46"})
LEANINGS: dict[str, Bent] = {
    **dict.fromkeys(("S16", "S20", "S22", "S23", "S24", "S26", "S55", "S56", "S74", "S57", "S71"), MAJOR),
    **dict.fromkeys(("S30", "S31", "S32", "S59", "S60", "S64", "S72"), MAJOR),
    **dict.fromkeys(("S33",), Bent("major", "ESTABLISHED", "PROPOSED", "UPHOLD")),
    **dict.fromkeys(("S34",), Bent("major", "ESTABLISHED", "PROPOSED", "VARY")),
    **dict.fromkeys(("S35",), Bent("major", "ESTABLISHED", "PROPOSED", "QUASH")),
    **dict.fromkeys(("S36",), Bent("major", "ESTABLISHED", "PROPOSED", "REMIT")),
    "S80": Bent("major", "ESTABLISHED", "PROPOSED", more=frozenset({"immediate"})),
    "S28": Bent("minor", "ESTABLISHED", "PROPOSED", more=frozenset({"interview"})),
    "S78": Bent("minor", "ESTABLISHED", "PROPOSED", "VARY"),
    "S65": Bent("minor", "ESTABLISHED", "PROPOSED", "QUASH"),
    "S66": Bent("minor", "ESTABLISHED", "PROPOSED", "REMIT"),
    "S27": Bent("minor", "ESTABLISHED", "NONE"),
    **dict.fromkeys(("S63", "S44", "S73"), MIDDLE),
    "S79": Bent("middle", "ESTABLISHED", "PROPOSED", more=frozenset({"interview"})),
    "S14": Bent("minor", "NOT_ESTABLISHED"),
    "S47": Bent("light", "ESTABLISHED"),
    "S04": Bent(outside=True),
    "S48": Bent(finding="ESTABLISHED", outside=True),
    "S41": Bent("minor", "ESTABLISHED", "PROPOSED", more=frozenset({"failing"})),
    "S42": Bent("minor", "ESTABLISHED", "PROPOSED", more=frozenset({"failing"})),
    "S40": Bent("minor", "ESTABLISHED", "PROPOSED", more=frozenset({"passing"})),
    "R02": Bent("minor", "ESTABLISHED", "PROPOSED", "UPHOLD"),
    "R03": Bent("minor", "ESTABLISHED", "PROPOSED", "VARY"),
    "R04": Bent("minor", "ESTABLISHED", "PROPOSED", "QUASH"),
    "R05": Bent("minor", "ESTABLISHED", "PROPOSED", "REMIT"),
    "C17": Bent(tier="major", more=frozenset({"reachable"})),
    "C06": Bent(more=frozenset({"unreachable"})),
}
"""What must lean which way, so that a row can be reached (S28: where all of L1 to L3 are announced nothing minor is
harsher)."""


@dataclass(frozen=True)
class Stage:
    """One row to be walked, in its machine, and which way things lean meanwhile."""

    machine: str
    row: str
    bent: Bent
    again: bool = False
    """Walked once more, by something new that comes after what was walked before."""


@cache
def rows() -> dict[str, str]:
    """Every row that a life can be steered to, with its machine."""
    return {row: name for name in MACHINES for row in Machine.all[name].rows}


def stages(goal: str) -> list[Stage]:
    """What is walked first, and then the row itself."""
    machine = rows()[goal]
    bent = LEANINGS.get(goal)
    if bent is None:
        bent = MAJOR if machine == "publication" else Bent() if machine == "track" and goal in BEFORE else MINOR
    if machine not in {"track", "publication", "review", "recusal"}:
        bent = LEANINGS.get(goal, Bent(more=frozenset({"reachable"})))
    first = AFTER.get(goal) or AFTER.get(machine)
    begun = [Stage(rows()[first], first, bent)] if first and goal != first else []
    later = [Stage("track", "S15", MINOR, again=True)] if goal in QUASHED else []
    return [*begun, Stage(machine, goal, bent), *later]


@cache
def distances(machine: str, goal: str) -> dict[str, int]:
    """From each state, over how many rows the goal is reached; no way leads through an end or where it never does."""
    table = Machine.all[machine]
    found = dict.fromkeys(table.rows[goal].sources, 0)
    waiting = deque(found)
    while waiting:
        state = waiting.popleft()
        for row in table.rows.values():
            for source in row.sources:
                if row.target == state and source not in found and source not in table.ends:
                    found[source] = found[state] + 1
                    waiting.append(source)
    return found


def onward(machine: Machine, state: str, goal: str, *, wide: bool = False) -> list[Row]:
    """The rows from a state that bring it nearer to the goal, or wide: from which it is still reached at all."""
    far = distances(machine.name, goal)
    here = far.get(state, FAR)
    if wide:
        return [row for row in machine.rows_from(state) if row.id == goal or row.target in far]
    if not here:
        return [row for row in machine.rows_from(state) if row.id == goal]
    return [row for row in machine.rows_from(state) if row.target != SAME and far.get(row.target, FAR) < here]
