"""The state machine: lives as tables of rows, with the guards, effects and finders that rooms register."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Protocol

from sqlalchemy.orm import Session

from core import journal
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.registered import Registered
from core.words import LazyString, _l

SAME = "SAME"
"""As a target: the thing stays in its state."""
ANY = "*"
"""In `fires`: the machine whose row made the document that was served, whichever that is."""
NOT_POSSIBLE = _l("This is not possible in the present state.")
OUTSIDE = frozenset({"public", "portal"})


@dataclass(frozen=True)
class Row:
    """One move: from which states, by which event, to which state, and what comes with it.

    Fields that name several things separate them by a comma or a plus: `source` states, `who` roles, `doc` kinds of
    documents, `fires` events as machine.event, and `start` to `extend` the keys of clocks. The target SAME keeps the
    state.
    """

    id: str
    source: str
    event: str
    target: str
    who: str = ""
    start: str = ""
    arm: str = ""
    stop: str = ""
    pause: str = ""
    resume: str = ""
    extend: str = ""
    doc: str = ""
    fires: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The states this row may start from."""
        return _split(self.source)

    @property
    def roles(self) -> tuple[str, ...]:
        """Who may do it."""
        return _split(self.who)

    def is_for(self, actor: Actor) -> bool:
        """Whether somebody holds a role that may do it."""
        return actor.has(*self.roles)

    @property
    def documents(self) -> tuple[str, ...]:
        """The kinds of documents the row makes."""
        return _split(self.doc)

    @property
    def fired(self) -> tuple[tuple[str, str], ...]:
        """The events of machines that follow, as (machine, event)."""
        return tuple((name.split(".")[0], name.split(".")[1]) for name in _split(self.fires))

    def clocks(self, what: str) -> tuple[str, ...]:
        """The keys of the clocks that the row starts, arms, stops, pauses, resumes or extends."""
        return _split(getattr(self, what))


@cache
def _split(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.replace("+", ",").split(",") if word.strip())


@dataclass
class Ask:
    """One request to move a thing: who asks, with which facts, at what time, on which day it counts (R13)."""

    session: Session
    it: Any
    actor: Actor
    facts: dict[str, Any]
    now: datetime
    day: date | None = None
    fired_by: "Ask | None" = None
    machine: str = ""
    row: Row | None = None
    fresh: bool = False
    """Whether the thing begins with this row: nothing can hang on it yet."""
    papers: dict[str, list[Any]] = field(default_factory=dict)
    """Documents made by this row, by kind."""
    dossier: Any = None
    """The dossier of the whole move; kept on the root."""

    @property
    def on(self) -> date:
        """The day of the event: day 0 of the clocks it starts."""
        return self.day or day_of(self.now)

    @property
    def by_staff(self) -> bool:
        """Whether an official asks; then outward documents wait in a dossier."""
        return self.actor.audience == "staff"

    @property
    def from_outside(self) -> bool:
        """Whether somebody of the public or of a company asks, who knows nothing of how the house is run."""
        return self.actor.audience in OUTSIDE

    @property
    def root(self) -> "Ask":
        """The ask that a person or the sweep made, from which this one was fired."""
        return self.fired_by.root if self.fired_by else self


Guard = Callable[[Ask], Iterable[Refused]]
Gate = Callable[[Ask, Row], Iterable[Refused]]
Effect = Callable[[Ask], None]
Finder = Callable[[Ask], Iterable[Any]]


def filled(ask: Ask, name: str, otherwise: LazyString) -> Iterator[Refused]:
    """Refuse a fact that is given but empty; where none is given yet, somebody only looks whether the move is open."""
    if name in ask.facts and not str(ask.facts[name] or "").strip():
        yield BadInput(name, otherwise)


class Keeper(Protocol):
    """Who keeps the clocks; registered from a higher room."""

    def at_hand(self, ask: Ask, keys: Collection[str], subject: tuple[str, int]) -> AbstractContextManager[object]:
        """Look up all clocks that a row is about to move, once, for as long as this lasts."""

    def start(self, ask: Ask, key: str, subject: tuple[str, int]) -> object:
        """Count from the day of the event."""

    def arm(self, ask: Ask, key: str, subject: tuple[str, int], document_ids: list[int]) -> object:
        """Create it, to be started by the service of a document (R12)."""

    def stop(self, ask: Ask, key: str, subject: tuple[str, int]) -> object:
        """End it, armed, running or paused; nothing where there is none."""

    def pause(self, ask: Ask, key: str, subject: tuple[str, int]) -> object:
        """Keep the days that are left (R5)."""

    def resume(self, ask: Ask, key: str, subject: tuple[str, int]) -> object:
        """Go on with them from the next day."""

    def extend(self, ask: Ask, key: str, subject: tuple[str, int]) -> object:
        """Count again from the original start, to the longer length (R6)."""


class Papers(Protocol):
    """Who makes the documents of a row; registered from a higher room."""

    def make(self, ask: Ask, row: Row) -> None:
        """Make the row's documents and put them in ask.papers."""

    def moved(self, ask: Ask) -> None:
        """A thing moved, with documents or without: what waits for approval may have become impossible."""

    def arms(self, ask: Ask, key: str) -> list[int]:
        """The documents whose service starts this clock; empty where the row made none of them."""

    def served(self, ask: Ask) -> None:
        """A document was served: start what it armed, and tell the thing whose row made it (`*.served`)."""

    def finish(self, ask: Ask) -> None:
        """A move and all that followed from it is done: issue what the system made on the way."""


@dataclass
class _Hooks:
    keeper: Keeper | None = None
    papers: Papers | None = None
    gates: Registered[Gate] = field(default_factory=Registered)


_hooks = _Hooks()


def on_clocks(keeper: Keeper) -> None:
    """Register who keeps the clocks."""
    _hooks.keeper = keeper


def on_papers(papers: Papers) -> None:
    """Register who makes the documents."""
    _hooks.papers = papers


on_gate = _hooks.gates.add
"""Register a question asked before every row of every machine."""


class Machine:
    """One life as a table. Only `carry_out` assigns a state."""

    all: ClassVar[dict[str, "Machine"]] = {}

    def __init__(self, name: str, *rows: Row, initial: str = "NEW", ends: Iterable[str] = ()) -> None:
        self.name = name
        self.rows = {row.id: row for row in rows}
        self.initial = initial
        self.ends = frozenset(ends)
        self.guards: dict[str, list[Guard]] = {}
        self.effects: dict[str, list[Effect]] = {}
        self.last_effects: dict[str, list[Effect]] = {}
        self.finders: dict[str, Finder] = {}
        self.model: type[Any] | None = None
        self._moves: dict[tuple[str, str], Row] = {}
        for row in rows:
            for source in row.sources:
                if (source, row.event) in self._moves:
                    message = f"{name}: two rows for {row.event} from {source}"
                    raise ValueError(message)
                self._moves[source, row.event] = row
        Machine.all[name] = self

    @property
    def states(self) -> frozenset[str]:
        """Every state a row leads from or to."""
        named = {state for row in self.rows.values() for state in (*row.sources, row.target)}
        return frozenset(named - {SAME})

    @property
    def events(self) -> frozenset[str]:
        """Every event that has a row."""
        return frozenset(row.event for row in self.rows.values())

    def states_for(self, event: str) -> tuple[str, ...]:
        """From which states something can happen, in the order of the table."""
        return tuple(dict.fromkeys(state for row in self.rows.values() if row.event == event for state in row.sources))

    def lives(self, model: type[Any]) -> type[Any]:
        """Register the table whose rows live by this machine."""
        self.model = model
        return model

    def thing(self, session: Session, number: int) -> Any:  # noqa: ANN401 - the model the room registered
        """The thing of that number, locked so that two moves of it follow one another."""
        if self.model is None:
            message = f"{self.name} has no table"
            raise LookupError(message)
        return session.get_one(self.model, number, with_for_update=True)

    def guard(self, *row_ids: str) -> Callable[[Guard], Guard]:
        """Register a question that yields refusals, asked before these rows."""
        return self._registrar(self.guards, row_ids)

    def effect(self, *row_ids: str, last: bool = False) -> Callable[[Effect], Effect]:
        """Register what sets the facts of these rows, together with the state.

        Facts that the database holds against the new state come `last`: a question that another effect asks would
        bring them there before it.
        """
        return self._registrar(self.last_effects if last else self.effects, row_ids)

    def found_from(self, *machines: str) -> Callable[[Finder], Finder]:
        """Register which things of this machine an event fired by those machines reaches."""

        def register(finder: Finder) -> Finder:
            for machine in machines:
                self.finders[machine] = finder
            return finder

        return register

    def _registrar(self, table: dict[str, list[Any]], row_ids: Iterable[str]) -> Callable[[Any], Any]:
        unknown = set(row_ids) - set(self.rows)
        if unknown:
            message = f"{self.name} has no rows {sorted(unknown)}"
            raise ValueError(message)

        def register(function: Any) -> Any:  # noqa: ANN401 - a guard or an effect, unchanged
            for row_id in row_ids:
                if function not in table.setdefault(row_id, []):
                    table[row_id].append(function)
            return function

        return register

    def row(self, state: str, event: str) -> Row | None:
        """The row for this event from this state, if there is one."""
        return self._moves.get((state, event))

    def rows_from(self, state: str) -> Iterator[Row]:
        """Every row that starts in this state."""
        return (row for (source, _event), row in self._moves.items() if source == state)

    def refusals(self, ask: Ask, event: str) -> list[Refused]:
        """Why this may not be done now, in the reader's words; empty where it may."""
        row = self.row(ask.it.state, event)
        if row is None:
            return [NotNow(NOT_POSSIBLE)]
        ask.machine, ask.row = self.name, row
        if not row.is_for(ask.actor):
            return [NotAllowed()]
        return [*self.gated(ask, row), *(refusal for guard in self.guards.get(row.id, ()) for refusal in guard(ask))]

    def gated(self, ask: Ask, row: Row) -> list[Refused]:
        """What the house itself lacks for a row, whatever it is asked of: known before anybody begins."""
        ask.machine, ask.row = self.name, row
        return [refusal for gate in _hooks.gates for refusal in gate(ask, row)]

    def carry_out(self, ask: Ask, event: str) -> Row:
        """Move the thing: guards, effects, state, journal, documents, clocks, then what follows from it."""
        for refusal in self.refusals(ask, event):
            raise refusal
        return self.go_on(ask, event)

    def try_out(self, ask: Ask, event: str) -> list[Refused]:
        """Move the thing if nothing refuses it; the refusals, none if it moved."""
        refused = self.refusals(ask, event)
        if not refused:
            self.go_on(ask, event)
        return refused

    def go_on(self, ask: Ask, event: str) -> Row:
        """Move the thing after `refusals` of the same ask said that nothing refuses it, with nothing done since."""
        row = self.row(ask.it.state, event)
        if row is None or ask.row is not row:
            message = f"{self.name}.{event} was not asked for"
            raise RuntimeError(message)
        before = ask.it.state
        for effect in (*self.effects.get(row.id, ()), *self.last_effects.get(row.id, ())):
            effect(ask)
        if row.target != SAME:
            ask.it.state = row.target
        ask.fresh = ask.it not in ask.session
        if ask.fresh:
            ask.session.add(ask.it)
        ask.session.flush()
        journal.write(
            ask.session,
            subject=(self.name, ask.it.id),
            row=row.id,
            ref=str(ask.it.ref),
            actor=ask.root.actor if ask.fired_by else ask.actor,
            now=ask.now,
            states=(before, ask.it.state),
            changes=ask.facts.get("journal"),
            begins=ask.fresh,
        )
        self._papers(ask, row)
        self._clocks(ask, row)
        for machine, fired in row.fired:
            if machine == ANY:
                if _hooks.papers is not None:
                    _hooks.papers.served(ask)
            else:
                fire(ask, machine, fired)
        if ask.fired_by is None and _hooks.papers is not None:
            _hooks.papers.finish(ask)
        return row

    def _papers(self, ask: Ask, row: Row) -> None:
        if _hooks.papers is None:
            return
        _hooks.papers.moved(ask)
        if row.documents:
            _hooks.papers.make(ask, row)

    def _clocks(self, ask: Ask, row: Row) -> None:
        if _hooks.keeper is None:
            return
        subject = (self.name, ask.it.id)
        moves = ("stop", "pause", "resume", "extend", "start")
        keys = {key for what in (*moves, "arm") for key in row.clocks(what)}
        if not keys:
            return
        with _hooks.keeper.at_hand(ask, keys, subject):
            for what in moves:
                for key in row.clocks(what):
                    getattr(_hooks.keeper, what)(ask, key, subject)
            for key in row.clocks("arm"):
                if _hooks.papers is not None and (documents := _hooks.papers.arms(ask, key)):
                    _hooks.keeper.arm(ask, key, subject, documents)


def fire(ask: Ask, machine: str, event: str) -> None:
    """Carry an event into another machine; where it has no row, or a guard refuses, only the journal says so."""
    target = Machine.all[machine]
    finder = target.finders.get(ask.machine)
    if finder is None:
        message = f"{machine} does not know what {ask.machine} reaches"
        raise LookupError(message)
    asked = replace(ask, facts=dict(ask.facts), actor=SYSTEM, fired_by=ask, papers={}, row=None)
    asked.facts["event"] = event
    asked.facts.pop("journal", None)
    for thing in list(finder(asked)):
        follow = replace(asked, it=thing, facts=dict(asked.facts), papers={})
        refused = target.try_out(follow, event)
        if refused and thing.id is not None:
            journal.write(
                ask.session,
                subject=(machine, thing.id),
                row=f"-{event}",
                ref=str(thing.ref),
                actor=SYSTEM,
                now=ask.now,
                states=(thing.state, thing.state),
                changes={"refused": [type(refusal).__name__ for refusal in refused]},
            )


def check_wiring() -> None:
    """Refuse to start while a fired event is unknown, or nobody says what it reaches."""
    wrong = []
    for source in Machine.all.values():
        for row in source.rows.values():
            for machine, event in row.fired:
                if machine == ANY:
                    continue
                target = Machine.all.get(machine)
                if target is None or event not in target.events:
                    wrong.append(f"{row.id} fires {machine}.{event}, which has no row")
                elif source.name not in target.finders:
                    wrong.append(f"{row.id} fires {machine}.{event}, but {machine} has no finder from {source.name}")
    if wrong:
        raise LookupError("; ".join(wrong))
