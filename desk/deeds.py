"""Deeds: what staff can do with a thing, each with its words, form and verb; pages show and run them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import changes
from casework.forms_staff import PlainForm, opened
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import NOT_POSSIBLE, Ask, Machine
from core.words import LazyString, joined
from desk.forms_rows import RowForm, with_sent
from notices import dossiers

Thing = Any
"""What the deed is done with: a complaint, a forwarding, a track, a case."""
StaffForms = Any
Do = Callable[[Session, Thing, StaffForms, Actor, datetime], object]


def _no_choices(_session: Session, _thing: Thing, _form: StaffForms) -> None:
    """The form needs nothing looked up."""


def _no_facts(_session: Session, _thing: Thing) -> dict[str, Any]:
    return {}


def _as_oneself(actor: Actor, _thing: Thing) -> Actor:
    return actor


def _never(_session: Session, _thing: Thing) -> bool:
    return False


def _nothing_more(_session: Session, _thing: Thing) -> str:
    return ""


@dataclass(frozen=True)
class Deed:
    """One thing that can be done: the page asks the machine about it, the verb carries it out."""

    event: str
    title: LazyString
    button: LazyString
    do: Do
    form: Callable[[Session, Thing], Any] | type[Any] = PlainForm
    note: LazyString | str = ""
    said: LazyString = field(kw_only=True)
    """What was done, as the page says it afterwards."""
    confirm: LazyString | str = ""
    offer: Callable[[Session, Thing, StaffForms], None] = _no_choices
    facts: Callable[[Session, Thing], dict[str, Any]] = _no_facts
    speaks: Callable[[Actor, Thing], Actor] = _as_oneself
    quiet: bool = False
    """Not shown while it can't be done: why not would interest nobody."""
    early: Callable[[Session, Thing], bool] = _never
    """Whether it can be done though no row is there yet: doing it notes first what brings the thing that far."""
    counts: Callable[[Session, Thing], str] = _nothing_more
    """How what was done counts, said beside that it was."""
    aside: bool = False
    """Seldom done: offered, but never as the next step."""
    undo: bool = False
    """Done a few minutes later, so that its person can take it back: its letter ends the matter for somebody."""
    puts: bool = False
    """It only puts something before those who vote: nothing is issued yet, so nothing can be looked at."""
    inline: bool = False
    """Its form is on the thing's own page."""

    @property
    def wordless(self) -> bool:
        """Whether a button without a form is enough."""
        return self.form is PlainForm


def told(session: Session, deed: Deed, thing: Thing) -> str:
    """What the page says once it was done."""
    return joined(deed.said, deed.counts(session, thing))


def table(*every: Deed) -> dict[str, Deed]:
    """Deeds by their event, in the order in which they are offered."""
    return {deed.event: deed for deed in every}


def still_open(
    drafts: Iterable[Any], machine: Machine, every: Mapping[str, Deed], thing: Thing, url: Callable[[str], str]
) -> list[Any]:
    """Texts of colleagues without those in the form of a step that the thing has behind it."""
    every_one = list(drafts)
    gone = behind(every_one, machine, every, thing, url)
    return [each for each in every_one if each not in gone]


def behind(
    drafts: Iterable[Any], machine: Machine, every: Mapping[str, Deed], thing: Thing, url: Callable[[str], str]
) -> list[Any]:
    """Texts in the form of a step that the thing has behind it."""
    over = [
        each for each in every.values() if each.event in machine.events and not machine.row(thing.state, each.event)
    ]
    paths, parts = {url(each.event) for each in over}, [f"#{prefix_of(each)}-" for each in over if each.inline]
    return [each for each in drafts if each.path in paths or any(part in each.place for part in parts)]


def prefix_of(deed: Deed) -> str:
    """What the names of its fields begin with: several forms stand on one page."""
    return deed.event if deed.inline else ""


def form_of(session: Session, deed: Deed, thing: Thing, sent: Mapping[str, Any] | None = None) -> StaffForms:
    """The form of a deed with its choices; filled with what was sent before, if the deed is done again."""
    kind = deed.form if isinstance(deed.form, type) else deed.form(session, thing)
    if sent is not None and issubclass(kind, RowForm):
        kind = with_sent(kind, sent)
    form = opened(kind, thing, prefix=prefix_of(deed), sent=sent)
    deed.offer(session, thing, form)
    return form


def refusals(
    session: Session,
    machine: Machine,
    deed: Deed,
    thing: Thing,
    actor: Actor,
    now: datetime,
) -> list[Refused] | None:
    """Why a deed cannot be done now, wrong input aside; None if it is out of the question for this reader."""
    row = machine.row(thing.state, deed.event)
    if row is None:
        return [] if deed.early(session, thing) and deed.speaks(actor, thing) is not actor else None
    who = deed.speaks(actor, thing)
    if not row.is_for(who):
        return None
    found = machine.refusals(Ask(session, thing, who, deed.facts(session, thing), now), deed.event)
    return [each for each in found if not isinstance(each, BadInput)]


def closed(session: Session, machine: Machine, deed: Deed, thing: Thing, actor: Actor, now: datetime) -> Refused | None:
    """Why the form of a deed does not open: nobody should fill in what would be refused whatever it says."""
    found = refusals(session, machine, deed, thing, actor, now)
    if found is not None:
        return next(iter(found), None)
    if machine.row(thing.state, deed.event) is not None:
        return NotAllowed()
    return changes.over(thing, machine, deed.event) or NotNow(NOT_POSSIBLE)


def steps(
    session: Session,
    machine: Machine,
    every: Iterable[Deed],
    thing: Thing,
    *,
    actor: Actor,
    now: datetime,
    url: Callable[[str], str],
) -> list[dict[str, Any]]:
    """What this reader can do next with a thing, and why some of it is impossible now."""
    found = []
    for deed in every:
        refused = refusals(session, machine, deed, thing, actor, now)
        if refused is None or (refused and deed.quiet):
            continue
        found.append(
            {
                "event": deed.event,
                "title": deed.title,
                "note": deed.note,
                "button": deed.button,
                "url": url(deed.event),
                "method": "post" if deed.wordless else "get",
                "confirm": deed.confirm,
                "version": thing.version,
                "refused": refused,
                "aside": deed.aside,
                "look": deed.wordless and dossiers.issues(machine, thing.state, deed.event),
            },
        )
    return sorted(found, key=lambda step: bool(step["refused"]))
