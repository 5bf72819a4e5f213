"""One life of an association: random steps under watch, steered or not, and the end that staff alone bring about."""

import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import event

from bench.lives import (
    bundling,
    calling,
    deciding,
    ending,
    executing,
    importing,
    inside,
    jobs,
    materials,
    office,
    outside,
    publishing,
    recusing,
    register,
    reviewing,
    telephones,
    tracks,
    wordings,
    working,
    writing,
)
from bench.lives.approving import Approvals
from bench.lives.eye import Eye
from bench.lives.outside import Act, Bent, Scene
from bench.lives.papers import Papers
from bench.lives.watching import Watch
from bench.lives.world import BEGAN, People, Present, know_year
from core.clock import day_of
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import Changed, Refused
from core.machine import Machine
from notices.models import Dossier
from registry import clock_sweep

LIVING = ("complaint", "forwarding", "stop_contact", "track", "publication", "review", "recusal")
ACTS: dict[str, tuple[tuple[str, Act], ...]] = {
    **outside.OUTSIDE,
    "complaint": (*outside.OUTSIDE["complaint"], *writing.ACTS, *telephones.ACTS),
    "forwarding": (*outside.OUTSIDE["forwarding"], *(("answer", deed) for deed in materials.DEEDS)),
    "track": (
        *tracks.ACTS,
        *calling.ACTS,
        *bundling.ACTS,
        *deciding.ACTS,
        *executing.ACTS,
        *reviewing.TRACK_ACTS,
        *recusing.TRACK_ACTS,
        *(("explain", deed) for deed in materials.DEEDS),
    ),
    "review": reviewing.ACTS,
    "recusal": recusing.ACTS,
    "publication": publishing.ACTS,
}
"""By machine: the event that must have a row from the present state, and what people do that is no deed of a page."""
ALONE = (
    *register.ALONE,
    *office.ALONE,
    *publishing.ALONE,
    *importing.ALONE,
    *jobs.ALONE,
    *telephones.ALONE,
    *wordings.ALONE,
)
"""What happens beside everybody's matters."""
DRAFTS = 0.5
"""How often a draft that waits comes before a document on its way."""
SIGNED = 0.45
"""How often a draft goes through its chain at once."""
TAIL = 24
SELDOM = 0.2
"""How often somebody does what ends a life early, beside what does not."""
LATE = 0.1
"""How often a document is rendered only later."""


class Broken(AssertionError):  # noqa: N818 - what the house calls it
    """Something that must hold does not, or a verb fell over; the message has the last steps."""


class Life:
    """One association, its complaints and all that follows from them."""

    def __init__(self, world: People, present: Present, dice: random.Random) -> None:
        self.world, self.present, self.dice = world, present, dice
        self.bent = Bent()
        self.tail: deque[str] = deque(maxlen=TAIL)
        self.known = BEGAN.year
        self.done, self.refused = Counter[str](), Counter[str]()
        self.eye = Eye()
        world.look(self.eye)
        self.watch = Watch(self.eye)
        self.papers = Papers(present, dice, self.eye)
        self.approvals = Approvals(present, dice, self.eye)
        event.listen(session(), "before_commit", lambda at: at.info.pop("later", None))  # nobody works the queue
        event.listen(session(), "after_commit", self._committed)
        self._commits, self._looked = 0, (-1, day_of(BEGAN))

    def begin(self, *, complaint: bool) -> bool:
        """Something new comes in."""
        begin = telephones.complain if complaint else tracks.open_case
        return self.attempt(begin.__name__, self._begin, begin)

    def wait(self, days: float) -> None:
        """Time passes, the notices of years come out, mostly in time, and the sweep of the morning runs."""
        self.present.wait(days)
        self._say(f"wait {days:g}")
        while (self.present.now + timedelta(days=self.dice.choice((-60, 0, 40, 400)))).year > self.known:
            self.known += 1
            with transaction() as at:
                know_year(at, self.known, self.present.now)
        for swept in clock_sweep.sweep(self.present.now):
            if not swept.done:
                self.fail(f"the sweep fell over clock {swept.clock_id} ({swept.key})")
        self.attempt("morning", working.morning, self)

    def check(self, *, whole: bool = False) -> None:
        """Everything that must hold; where nothing was written since the last look on the same day, it still does."""
        here = (self._commits, day_of(self.present.now))
        if here == self._looked and not whole:
            return
        self._looked = here
        at = session()
        read_as(at, SYSTEM_READER)
        broken = self.watch.broken(at, self.present.now, whole=whole)
        at.rollback()
        if broken:
            self.fail("; ".join(broken[:5]))

    def _committed(self, _at: Any) -> None:
        self._commits += 1

    def things(self, *names: str, unfinished: bool = False) -> list[tuple[Machine, int, str]]:
        """What lives, by machine, number and state."""
        wanted = []
        for name in names or LIVING:
            ends = ",".join(f"'{state}'" for state in sorted(Machine.all[name].ends))
            beyond = f" AND state NOT IN ({ends})" if unfinished else ""
            table = Machine.all[name].model.__tablename__  # type: ignore[union-attr]
            where = f"state NOT IN ('HISTORIC', 'STAYED', 'NEW'){beyond}"
            wanted.append(f"SELECT '{name}' AS name, id, state FROM {table} WHERE {where}")
        found = self.eye.rows(" UNION ALL ".join(wanted) + " ORDER BY name, id")
        return [(Machine.all[name], number, state) for name, number, state in found]

    def somebody_acts(self) -> None:
        """Somebody at random does something at random with something that is there."""
        found = self.things(unfinished=self.dice.random() < 0.85)
        if not found:
            self.begin(complaint=True)
            return
        kind = self.dice.choice(sorted({machine.name for machine, _number, _state in found}))
        machine, number, _state = self.dice.choice([each for each in found if each[0].name == kind])
        it = self.thing(machine, number)
        acts: list[tuple[str, Any]] = [(f"staff {deed.event}", deed) for deed in inside.offered(machine, it)]
        for needed, act in ACTS.get(machine.name, ()):
            if not needed or machine.row(it.state, needed) is not None:
                acts.append((act.__name__, act))
        session().rollback()
        if acts:
            name, act = self.dice.choices(acts, [self._weight(machine, it, name) for name, _act in acts])[0]
            self.attempt(f"{machine.name} {number} {it.state}: {name}", self.act, machine, number, act)

    def the_house_changes(self) -> None:
        """Something is told to the register, or changes in the association's own house."""
        acts = {act.__name__: act for act in ALONE}
        name = self.dice.choices(list(acts), [1 / (1 + self.done[each]) for each in acts])[0]
        if self.attempt(name, self._begin, acts[name]):
            self.world.look(self.eye)

    def the_worker_works(self) -> None:
        """Some of the later work that was asked for is done."""
        self.attempt("work", working.work, self)

    def papers_go_on(self) -> None:
        """One document goes a step on, or a draft of one."""
        if self.dice.random() < DRAFTS and self.approvals.waiting():
            self.attempt("draft", self.approvals.step, self.world)
        else:
            self.attempt("papers", self.papers.step, self.world)

    def _weight(self, machine: Machine, it: Any, name: str) -> float:
        """What was never done yet comes first; what ends a life early comes seldom."""
        row = machine.row(it.state, name.removeprefix("staff "))
        last = row is not None and row.target in machine.ends
        return (SELDOM if last else 1) / (1 + self.done[name])

    def act(self, machine: Machine, number: int, act: Any, *, well: bool = False) -> None:
        """Let somebody do it: a deed of a page, or an act beside."""
        if not isinstance(act, inside.deeds.Deed):
            with transaction() as at:
                made = act(self.scene(at), machine.thing(at, number))
                draft = made.id if isinstance(made, Dossier) else None
            self._signed(draft)
            return
        it = self.thing(machine, number)
        actor = inside.somebody(self.world, machine, act, it, self.dice, well=well)
        summoned = "interview" in self.bent.more and act.event.startswith("propose_m")
        said = {"measures": ["1", "2"]} if summoned else {}
        draft = inside.do(act, machine, it, actor, self.present, self.dice, well=well, **said)
        self._signed(draft)

    def _signed(self, draft: int | None) -> None:
        """A draft that waits may go through its chain at once."""
        if draft is not None and self.dice.random() < SIGNED:
            self.approvals.through(self.world, draft)

    def scene(self, at: Any) -> Scene:
        """Who is there now."""
        return Scene(at, self.world, self.dice, self.present.now, self.bent)

    def tell(self, act: Callable[[Scene], object]) -> None:
        """Something changes in the house."""
        self.attempt(act.__name__, self._begin, act)

    def _begin(self, begin: Callable[[Scene], object]) -> None:
        with transaction() as at:
            begin(self.scene(at))

    def thing(self, machine: Machine, number: int) -> Any:
        """One thing as it stands."""
        at = session()
        read_as(at, SYSTEM_READER)
        model: Any = machine.model
        return at.get_one(model, number, populate_existing=True)

    def state(self, machine: Machine, number: int) -> str:
        """The state that one thing is in."""
        table = machine.model.__tablename__  # type: ignore[union-attr]
        return str(self.eye.one(f"SELECT state FROM {table} WHERE id = :number", number=number))

    def attempt(self, what: str, do: Any, *given: Any, **said: Any) -> bool:
        """Do it; a refusal is an answer, anything else is a failure."""
        short = what.rpartition(": ")[2] or what
        try:
            came = do(*given, **said)
            self.present.now += timedelta(minutes=self.dice.randint(1, 90))
            self.papers.render(late=self.dice.random() < LATE)
        except Refused as refused:
            session().rollback()
            if isinstance(refused, Changed) and refused.__cause__ is not None:
                self._say(f"{what} - CHANGED {str(refused.__cause__)[:700]}")
                raise Broken(self.story("somebody else changed it, where nobody else was")) from refused
            self._say(f"{what} - refused: {type(refused).__name__} {refused}")
            self.refused[f"{short}: {refused}"] += 1
            return False
        except Broken:
            raise
        except Exception as error:  # whatever a verb falls over is a failure of the house
            self._say(f"{what} - FELL OVER")
            raise Broken(self.story(f"{type(error).__name__}: {error}")) from error
        self._say(what if came in (None, True) else f"{what} {came}")
        self.done[short] += 1
        return came is not False

    def end(self) -> int:
        """Complainants and respondents are silent; staff and the sweep alone bring everything to its end."""
        self.bent = Bent()
        return ending.end(self)

    def turn_of_staff(self, machine: Machine, number: int) -> bool:
        """Staff do the likeliest that brings it nearer to its end."""
        return any(
            self.attempt(f"{machine.name} {number}: ending {name}", do) for name, do in self._endings(machine, number)
        )

    def _endings(self, machine: Machine, number: int) -> Iterator[tuple[str, Any]]:
        state = self.state(machine, number)
        for deed in ending.moves(machine, state):
            if ending.thought_of(self.eye, machine, number, deed.event):
                yield f"{state} {deed.event}", lambda deed=deed: self.act(machine, number, deed, well=True)
        for act in ending.MORE.get((machine.name, state), ()):
            yield f"{state} {act.__name__}", lambda act=act: self.act(machine, number, act)

    def next_end(self, subject: tuple[str, int] | None = None, *keys: str) -> float | None:
        """After how many days the next running clock ends, of a thing or of all."""
        wanted = "SELECT min(due_on) FROM clock WHERE state = 'RUNNING'"
        given: dict[str, Any] = {}
        if subject is not None:
            wanted += " AND subject_type = :kind AND subject_id = :number"
            given = {"kind": subject[0], "number": subject[1]}
        if keys:
            wanted += " AND key = ANY(:keys)"
            given["keys"] = list(keys)
        due = self.eye.one(wanted, **given)
        return None if due is None else max(0.5, (due - self.present.now.date()).days + 1)

    def left(self) -> list[tuple[Machine, int, str]]:
        """What has not ended, documents on their way among it."""
        return self.things(*LIVING, "service", unfinished=True)

    def _say(self, what: str) -> None:
        self.tail.append(f"{self.present.now:%Y-%m-%d %H:%M} {what}")

    def close(self) -> None:
        """Nothing more is looked at."""
        self.eye.close()

    def story(self, why: str) -> str:
        """What went wrong, and what happened last."""
        return "\n".join((why, "the last steps:", *self.tail))

    def past(self, machine: Machine, number: int) -> str:
        """How something came to where it stands, and what clocks it has: what a life that does not end is asked."""
        asked = {"kind": machine.name, "number": number}
        moved = self.eye.rows(
            "SELECT to_char(at, 'YYYY-MM-DD HH24:MI'), row, actor, before, after FROM journal "
            "WHERE subject_kind = :kind AND subject_id = :number ORDER BY seq",
            **asked,
        )
        clocks = self.eye.rows(
            "SELECT key, state, how, armed_on, awaits, day0, due_on, provisional, days_left, ended_at FROM clock "
            "WHERE subject_type = :kind AND subject_id = :number ORDER BY id",
            **asked,
        )
        lines = ("  " + " ".join(str(each) for each in row) for row in (*moved, *clocks))
        return "\n".join((f"{machine.name} {number}:", *lines))

    def fail(self, why: str) -> None:
        """Something that must hold does not."""
        raise Broken(self.story(why))


def quiet() -> None:
    """Say nothing of failed renderings and the like; a bench's last line is its result."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
