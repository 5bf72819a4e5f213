"""Refusals as tables: who asks for what on which scene, and the sentence that this person reads in both languages."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from flask_babel import force_locale
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.db import attempt
from core.machine import Ask, Machine
from core.settings import ROOT
from registry.models_accounts import Account

MODEL = json.loads((ROOT / "tests" / "data" / "model.json").read_text("utf-8"))["machines"]
ENGLISH, CHINESE = "en", "zh_Hans_CN"


class Stage(Protocol):
    """Where a scene is set: people by their names, and the thing that is to move."""

    session: Session
    now: datetime
    it: Any


@dataclass(frozen=True)
class Refusal:
    """A row, the sentence that is read (`*` for what differs), who asks, with which facts, and what happened before."""

    row: str
    sentence: str
    who: Any = SYSTEM
    """An actor, the name of one or of an account of the stage, or what finds the actor there."""
    facts: Any = field(default_factory=dict)
    """The facts of the ask, or what finds them on the stage."""
    before: Callable[[Any], object] | None = None
    """What happened before; taken back when the refusal was read."""
    days: int = 0
    """How many days after the day of the scene it is asked."""

    def asker(self, stage: Stage) -> Actor:
        """Who asks."""
        found = self.who(stage) if callable(self.who) else self.who
        found = getattr(stage, found) if isinstance(found, str) else found
        if isinstance(found, Account):
            return Actor(found.id, found.role_words, found.party_id, found.name, found.audience.value)
        assert isinstance(found, Actor)
        return found


def refused(machine: Machine, stage: Stage, each: Refusal, day: int = 0) -> list[str]:
    """What is wrong with a refusal of the table; nothing where it is refused with its sentence in both languages."""
    with attempt(stage.session), kept(stage):
        if each.before is not None:
            each.before(stage)
            stage.session.flush()
        event, now = machine.rows[each.row].event, stage.now + timedelta(days=day + each.days)
        facts = each.facts(stage) if callable(each.facts) else each.facts
        ask = Ask(stage.session, stage.it, each.asker(stage), facts, now)
        return unread(machine, each.row, each.sentence, ask, event)


def unread(machine: Machine, row: str, sentence: str, ask: Ask, event: str) -> list[str]:
    """What keeps the person who asks from reading the sentence in either language."""
    found = machine.row(ask.it.state, event)
    if found is None or found.id != row:
        return [f"{row}: no such row from {ask.it.state}"]
    english, chinese = (read(machine, ask, event, locale) for locale in (ENGLISH, CHINESE))
    return [f"{row}: {wrong}" for wrong in differing(sentence, english, chinese)]


@contextmanager
def kept(stage: Stage) -> Iterator[None]:
    """The thing of the scene stays what it was, whatever a refusal put in its place."""
    thing = stage.it
    unsaved = {name: value for name, value in vars(thing).items() if name[0] != "_"} if thing.id is None else {}
    try:
        yield
    finally:
        stage.it = thing
        for name, value in unsaved.items():
            setattr(thing, name, value)


def read(machine: Machine, ask: Ask, event: str, locale: str) -> list[str]:
    """Why it may not be done, as it is read in a language."""
    with force_locale(locale):
        return [str(one) for one in machine.refusals(replace(ask, facts=dict(ask.facts)), event)]


def differing(sentence: str, english: Sequence[str], chinese: Sequence[str]) -> list[str]:
    """What keeps a reader of either language from reading the sentence."""
    wanted = re.compile(re.escape(sentence).replace(r"\*", ".+"))
    place = next((at for at, one in enumerate(english) if wanted.fullmatch(one)), None)
    if place is None:
        return [f"not {sentence!r} but {list(english)}"]
    spoken = chinese[place]
    if spoken == english[place] or not re.search(r"[\u4e00-\u9fff]", spoken) or re.search(r"[a-z]{3,}", spoken):
        return [f"{spoken!r} is no Chinese for {sentence!r}"]
    return []


@dataclass(frozen=True)
class Asked:
    """A refusal with a thing of its own: what tells the thing, the event, who asks, and with which facts."""

    row: str
    sentence: str
    about: Callable[[Any], tuple[Any, str, Actor, dict[str, Any]]]
    days: int = 0


def all_asked(machine: Machine, stage: Any, table: Iterable[Asked]) -> None:
    """Each of them, one after the other; what is done for one is taken back before the next."""
    wrong = []
    for each in table:
        with attempt(stage.session):
            it, event, actor, facts = each.about(stage)
            ask = Ask(stage.session, it, actor, facts, stage.now + timedelta(days=each.days))
            wrong += unread(machine, each.row, each.sentence, ask, event)
    assert not wrong, "\n".join(wrong)


@dataclass(frozen=True)
class Scene:
    """A thing brought as far as several refusals need it; asked so many days after the beginning."""

    name: str
    thing: Callable[[Any], Any]
    refusals: Sequence[Refusal]
    day: int = 0


def all_refused(machine: Machine, stage: Stage, scene: Scene) -> None:
    """Each refusal of a scene, one after the other, on one stage."""
    stage.it = scene.thing(stage)
    wrong = [said for each in scene.refusals for said in refused(machine, stage, each, scene.day)]
    assert not wrong, "\n".join(wrong)


def rows_of(scenes: Iterable[Scene]) -> set[str]:
    """The rows that scenes refuse."""
    return {each.row for scene in scenes for each in scene.refusals}


def guarded(name: str) -> set[str]:
    """The rows of a machine that have a guard in the model."""
    return {row["id"] for row in MODEL[name]["rows"] if (row["guard"] or "-") != "-"}
