"""Steering a life along its course: which thing is followed, and who does what next so that the row is walked."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from bench.lives import courses, deciding, ending, executing, outside, publishing, recusing, reviewing
from bench.lives.courses import Stage
from bench.lives.driver import ACTS, Life
from bench.lives.inside import DEEDS
from bench.lives.outside import Nothing
from bench.lives.papers import PAPER
from core.machine import Machine, Row
from sanctions.policies_reissues import AWAITED

TRIES = 70
"""After so many steps towards one row it is given up, and the next one is tried."""
OFTEN = {"vote": 9, "vote_on_motion": 9, "correct_text": 3, "serve": 3, "until": 3, "draw": 2, "find": 2}
"""So often one act is done for one thing in one state before something else is tried, or time passes; else once."""
STUCK = 4
"""After so many waits that led nowhere a longer way is taken as well."""
STILL = 8
"""After so many waits in one state it is given up: a firm that nothing binds never comes to a proposal."""
LONGEST = 70
"""No more days are waited for at once."""
Candidate = tuple[str, Callable[[], object]]
REVIEWED = (reviewing.decide, reviewing.vote, reviewing.draw, reviewing.own_motion)
COMPANIONS: dict[str, tuple[Callable[..., Any], ...]] = {
    "C29": (outside.ask_recheck,),
    "C30": (outside.ask_recheck,),
    "S38": (executing.report, executing.enrol, executing.record, executing.sign_record, executing.train),
    "S28": (deciding.settle_motion, deciding.vote_on_motion, deciding.put_harsher, deciding.collect),
    "S57": (deciding.settle_motion, deciding.vote_on_motion, deciding.put_harsher, deciding.collect),
    "S58": (deciding.settle_motion, deciding.vote_on_motion, deciding.put_return),
    "F16": (outside.ask_time,),
    "S70": (deciding.ask_restoration,),
    "S71": (deciding.ask_restoration,),
    "S65": REVIEWED,
    "S66": REVIEWED,
    "S78": REVIEWED,
    "S62": (executing.record, executing.sign_record),
    "S67": (executing.bind,),
    "B06": (publishing.propose_correction,),
    "B04": (publishing.clean,),
}
"""By row: what is done before it, where its own event does not say so."""
VOIDED = {
    "C28": ("D02",),
    "F18": ("D05b", "D07b"),
    "P09": ("D33",),
    "S74": ("D18",),
    "S68": tuple(kind for kinds in AWAITED.values() for kind in kinds),
}
"""By row: which document has to be void before it."""
AVOIDS: dict[str, set[str]] = {
    "S43": {"record"},
    "S79": {"record"},
    "S39": {"report"},
    "S44": {"train", "enrol_for"},
    "C30": {"accept_reply", "settle", "withdraw"},
    "S75": {"record", "train"},
    "S73": {"record", "train"},
    **{row: {"decide", "vote"} for row in ("S28", "S57", "S58", "S70", "S71")},
}
ALIASES = {"propose_major": "propose_minor", "harsher_major": "harsher_minor"}
"""One form for two events: what is proposed tells which."""
WAITED = {"window_closed": ("K14", "K15", "K16")}
FORWARDED = {"all_released": "F13", "all_returned": "F07", "unanswered": "F11", "case_ended": "F11"}
"""By event of a complaint: the row that its forwardings are brought to first."""
CREATED: dict[str, tuple[Callable[..., Any], ...]] = {
    "stop_contact": (outside.stop,),
    "review": (reviewing.own_motion, reviewing.ask),
    "recusal": (recusing.ask, recusing.declare),
}
"""By machine: the acts on something else by which there is a thing of it."""
FROM = {"stop_contact": "complaint", "review": "track", "recusal": "track"}


class Steered:
    """Steers a life to one row after the other."""

    def __init__(self, life: Life, goals: list[str]) -> None:
        self.life, self._goals = life, list(goals)
        self._stages: list[Stage] = []
        self._left, self._number, self._stuck = 0, 0, 0
        self._anew = False
        self._where, self._still = ("", 0, ""), 0
        self._begun = Counter[str]()
        self._tried = Counter[tuple[str, int, str, str]]()

    def step(self) -> None:
        """One step towards the row that is wanted now; somebody at random acts where all are done."""
        stage = self._stage()
        if stage is None:
            self.life.somebody_acts()
            return
        self.life.bent, machine = stage.bent, Machine.all[stage.machine]
        self._left -= 1
        number = self._followed(machine, stage)
        if number is None:
            self._create(stage)
        else:
            self._bring_on(machine, number, stage.row)

    def _stage(self) -> Stage | None:
        """The stage that is not reached yet."""
        walked = self.life.watch.walked
        while self._stages and (walked[self._stages[0].row] > self._begun[self._stages[0].row] or self._left <= 0):
            self._stages = self._stages[1:] if self._left > 0 else []
            self._number = self._stuck = 0
            if self._stages and self._stages[0].again:
                self._begun, self._anew, self._left = Counter(walked), True, TRIES
        while not self._stages and self._goals:
            self._stages, self._left = courses.stages(self._goals.pop(0)), TRIES
            self._begun, self._number, self._stuck = Counter(walked), 0, 0
        return self._stages[0] if self._stages else None

    def _followed(self, machine: Machine, stage: Stage) -> int | None:
        """The thing that is nearest to the row; the one followed so far where it is still on the way."""
        far = courses.distances(machine.name, stage.row)
        found = {number: state for _m, number, state in self.life.things(machine.name) if state in far}
        if self._number in found:
            return self._number
        if machine.name == "track" and not self._number and (self._left == TRIES or self._anew):
            self._anew = False
            return None  # a course begins with a case of its own leaning
        near = sorted(found, key=lambda number: (far[found[number]], -number))
        self._number = near[0] if near else 0
        return self._number or None

    def _create(self, stage: Stage) -> None:
        """Something begins, of which the row can be walked."""
        life, base = self.life, FROM.get(stage.machine)
        for machine, number, _state in reversed(life.things(base) if base else []):
            for act in CREATED[stage.machine]:
                if life.attempt(f"{stage.machine}: {act.__name__}", life.act, machine, number, act):
                    return
        life.begin(complaint=stage.machine in {"complaint", "forwarding", "stop_contact", "service"})

    def _bring_on(self, machine: Machine, number: int, goal: str) -> bool:
        """One step of one thing towards a row."""
        state = self.life.state(machine, number)
        rows = courses.onward(machine, state, goal, wide=self._stuck > STUCK)
        for name, do in self._candidates(machine, number, rows, state, goal):
            tried = (machine.name, number, state, name)
            if self._tried[tried] >= OFTEN.get(name, 1):
                continue
            if self.life.attempt(f"{machine.name} {number} {state} to {goal}: {name}", do):
                self._tried[tried] += 1
                return True
        self._tried.clear()
        self._stuck += 1
        here = (machine.name, number, state)
        self._where, self._still = here, self._still + 1 if here == self._where else 1
        if self._still > STILL:
            self._left, self._still = 0, 0
            return False
        self.life.wait(min(LONGEST, self.life.next_end((machine.name, number)) or self.life.dice.choice((1, 2, 4))))
        return False

    def _candidates(self, machine: Machine, number: int, rows: list[Row], state: str, goal: str) -> Iterator[Candidate]:
        """What could be done, the likeliest first."""
        subject, life = (machine.name, number), self.life
        for draft in life.approvals.of(*subject):
            yield f"draft {draft}", lambda draft=draft: life.approvals.through(life.world, draft)
        for row in rows:
            if row.id in VOIDED and row.id == goal:
                yield f"void for {row.id}", lambda kinds=VOIDED[row.id]: self._void(subject, kinds)
            for act in COMPANIONS.get(row.id, ()):
                yield act.__name__, lambda act=act: self.life.act(machine, number, act)
            yield from self._of_row(machine, number, row, goal)
        for act in ending.MORE.get((machine.name, state), ()):
            if act.__name__.strip("_") not in AVOIDS.get(goal, ()):
                yield act.__name__, lambda act=act: self.life.act(machine, number, act)
        yield from self._around(machine, number, state)
        yield "serve", lambda: self._serve(subject)
        yield "until", lambda: self._until(subject)

    def _of_row(self, machine: Machine, number: int, row: Row, goal: str) -> Iterator[Candidate]:
        subject, life = (machine.name, number), self.life
        deed = DEEDS.get(machine.name, {}).get(ALIASES.get(row.event, row.event))
        if deed is not None and deed.event not in AVOIDS.get(goal, ()):
            yield row.event, lambda: life.act(machine, number, deed, well=True)
        acts = [act for needed, act in ACTS.get(machine.name, ()) if needed == row.event]
        for act in life.dice.sample(acts, len(acts)):
            if act.__name__.strip("_") not in AVOIDS.get(goal, ()):
                yield act.__name__, lambda act=act: life.act(machine, number, act)
        if machine.name == "service":
            yield row.event, lambda: self._paper(number, row)
        if row.event.startswith("served"):
            yield "serve", lambda: self._serve(subject)
        if row.event.endswith("_expired"):
            yield row.event, lambda: self._wait_for(subject, row.event.partition("_")[0])
        if row.event in WAITED:
            yield row.event, lambda: self._wait_for(subject, *WAITED[row.event])
        if row.event == "lead_ended":
            yield from self._lead(number)
        if row.event in FORWARDED and machine.name == "complaint":
            yield from self._forwardings(number, FORWARDED[row.event])

    def _lead(self, complaint: int) -> Iterator[Candidate]:
        """The leading complaint is withdrawn."""
        table = Machine.all["complaint"]
        for lead, _state in self._listed(f"SELECT lead_id, state FROM complaint WHERE id = {complaint}"):
            yield "lead", lambda lead=lead: self.life.act(table, lead, outside.withdraw)

    def _forwardings(self, complaint: int, goal: str) -> Iterator[Candidate]:
        """What belongs to a complaint is brought on first: its forwardings, and the tracks of its cases."""
        wanted = f"SELECT id, state FROM forwarding WHERE complaint_id = {complaint} ORDER BY id"
        table = Machine.all["forwarding"]
        for number, state in self._listed(wanted):
            if state in courses.distances("forwarding", goal):
                yield f"forwarding {number}", lambda number=number: self._bring_on(table, number, goal)
            else:
                yield f"forwarding {number}", lambda number=number: self.life.turn_of_staff(table, number)
        wanted = (
            "SELECT t.id, t.state FROM case_track t JOIN case_complaint c ON c.case_id = t.case_id "
            f"WHERE c.complaint_id = {complaint} ORDER BY t.id"
        )
        track = Machine.all["track"]
        for number, state in self._listed(wanted):
            if state not in track.ends:
                yield f"track {number}", lambda number=number: self.life.turn_of_staff(track, number)

    def _around(self, machine: Machine, number: int, state: str) -> Iterator[Candidate]:
        """What has a life of its own beside: a recusal that waits, a publication of the track."""
        if machine.name not in {"track", "review"}:
            return
        track = f"(SELECT track_id FROM review WHERE id = {number})" if machine.name == "review" else str(number)
        mine = f"SELECT id, state FROM recusal WHERE state = 'ASKED' AND case_id = (SELECT case_id FROM case_track WHERE id = {track})"  # noqa: E501
        for found, _state in self._listed(mine):
            yield "recusal", lambda found=found: self.life.turn_of_staff(Machine.all["recusal"], found)
        if state != "EXECUTING":
            return
        mine = (
            f"SELECT id, state FROM publication WHERE track_id = {track} AND state IN ('DRAFT', 'REDACTED', 'APPROVED')"
        )
        table = Machine.all["publication"]
        for found, _state in self._listed(mine):
            yield "publication", lambda found=found: self.life.turn_of_staff(table, found)
            yield "clean", lambda found=found: self.life.act(table, found, publishing.clean)

    def _paper(self, number: int, row: Row) -> None:
        if row.event in {*PAPER, "open", "ask_paper", "bounce"}:
            self.life.papers.go(self.life.world, number, row.event)
        else:
            raise Nothing

    def _void(self, subject: tuple[str, int], kinds: tuple[str, ...]) -> None:
        if not self.life.papers.void(self.life.world, subject, kinds):
            raise Nothing

    def _serve(self, subject: tuple[str, int]) -> None:
        if not self.life.papers.serve(self.life.world, subject):
            raise Nothing

    def _wait_for(self, subject: tuple[str, int], *keys: str) -> None:
        days = self.life.next_end(subject, *keys)
        if days is None:
            raise Nothing
        self.life.wait(days)

    def _until(self, subject: tuple[str, int]) -> None:
        """A hearing or an interview takes place on its day."""
        if subject[0] != "track":
            raise Nothing
        wanted = (
            f"SELECT at, '' FROM hearing WHERE track_id = {subject[1]} AND at IS NOT NULL AND started_at IS NULL "
            "UNION ALL SELECT i.at, '' FROM interview i JOIN measure m ON m.id = i.measure_id "
            f"WHERE m.track_id = {subject[1]} AND i.recorded_at IS NULL"
        )
        days: list[datetime] = [at for at, _nothing in self._listed(wanted) if at > self.life.present.now]
        if not days:
            raise Nothing
        self.life.wait((min(days) - self.life.present.now).total_seconds() / 86400 + 0.1)

    def _listed(self, wanted: str) -> list[Any]:
        return list(self.life.eye.rows(wanted))
