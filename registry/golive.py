"""The go-live check: what is not confirmed, verified or loaded yet, which acts that blocks, and their refusal."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.errors import Refused, Unavailable
from core.machine import Ask, Machine, Row
from core.registered import Registered
from core.words import _, _l
from registry import calendar, queries, settings, settings_known
from registry.clock_kinds import KINDS
from registry.models_clocks import CalendarYear, YearSource
from registry.models_rulebook import Provision, ViolationCite
from registry.seeds_settings import ASSOCIATION

DOCUMENTS: Final = "documents"
"""Every row that makes a document."""
RESTS: dict[str, tuple[str, ...]] = {}
"""Which acts rest on a setting, as machine and row, or a word; those on clocks are read off the tables themselves."""
LIVES: dict[str, tuple[str, ...]] = {}
"""Acts after which others act in their turn, with the lives of which every clock is laid down before."""
STARTING: Final = ("start", "arm", "extend")
WORKING: Final = (
    "intake", "officer", "investigator", "head", "reviewer", "secretary", "panel", "review body", "publisher",
)  # fmt: skip
"""Roles without which something waits for nobody; the council and who stamps by hand are not needed everywhere."""
NOT_YET: Final = _l("The association can't take this here at the moment. Try again later, or call the association.")
"""What people from outside read: keys of settings tell them nothing."""


@dataclass(frozen=True)
class Item:
    """One line of the check: what is missing, and which acts it blocks (machine and row, or a word)."""

    kind: str
    """setting, provision, year, role, or what another room adds: chain, seal, wording."""
    key: str
    id: int | None
    blocks: tuple[str, ...]


def rests_on(keys: Iterable[str], *acts: str) -> None:
    """Register which acts rest on these settings: a row as `track.S15`, or a word for what is no row."""
    for key in keys:
        RESTS[key] = tuple(dict.fromkeys((*RESTS.get(key, ()), *acts)))


def begins(act: str, *lives: str) -> None:
    """Register after which act others act in their turn in these lives, so that nobody is stranded."""
    LIVES[act] = lives


rests_on((f"ASSOCIATION.{key}" for key in ASSOCIATION), DOCUMENTS)


def acts_of_clock(key: str) -> tuple[str, ...]:
    """The rows that start, arm or extend a clock, and those that open the way to them."""
    own = [
        f"{machine.name}.{row.id}"
        for machine in Machine.all.values()
        for row in machine.rows.values()
        if any(key in row.clocks(what) for what in STARTING)
    ]
    opened = [entry for entry, lives in LIVES.items() if any(act.split(".")[0] in lives for act in own)]
    return tuple(dict.fromkeys([*own, *opened]))


def acts_of(key: str) -> tuple[str, ...]:
    """The acts that rest on a setting; none where nothing is refused for want of it."""
    clock = key.partition(".")[0]
    return acts_of_clock(clock) if clock in KINDS else RESTS.get(key, ())


def keys_of(machine: str, row: Row) -> set[str]:
    """The settings on which a row rests."""
    act = f"{machine}.{row.id}"
    rows = [row, *(each for life in LIVES.get(act, ()) for each in Machine.all[life].rows.values())]
    clocks = {key for each in rows for what in STARTING for key in each.clocks(what)}
    named = {key for key, acts in RESTS.items() if act in acts or (DOCUMENTS in acts and row.documents)}
    return named | {f"{key}{more}" for key in clocks for more in ("", ".extend", ".again", ".least", ".most")}


def unconfirmed_of(session: Session, keys: Iterable[str]) -> list[str]:
    """Which of these settings nobody has confirmed, or have no value."""
    rows = settings_known.known(session).rows
    asked = (rows[key] for key in keys if key in rows)
    return sorted(row.key for row in asked if not row.is_confirmed or row.value in (None, ""))


def gate(ask: Ask, row: Row) -> Iterator[Refused]:
    """In production nobody does what rests on something unconfirmed; what follows by itself is not held up."""
    if ask.fired_by is not None or ask.actor.has("system") or settings.is_demonstration(ask.session):
        return
    missing = unconfirmed_of(ask.session, keys_of(ask.machine, row))
    if missing:
        yield Unavailable(NOT_YET) if ask.from_outside else refusal(missing)


def refused(session: Session, act: str) -> Iterator[Refused]:
    """In production nobody does an act that is no row of a table while something on which it rests is unconfirmed."""
    if settings.is_demonstration(session):
        return
    missing = unconfirmed_of(session, (key for key, acts in RESTS.items() if act in acts))
    if missing:
        yield refusal(missing)


def refusal(keys: Iterable[str]) -> Unavailable:
    """What the person reads."""
    return Unavailable(
        _l(
            "This can't be done before the association has confirmed what it rests on (go-live check): %(keys)s.",
            keys=str(_(", ")).join(keys),
        ),
    )


def check(session: Session, today: date) -> list[Item]:
    """Everything that is still missing: settings, provisions, calendar years, people, and what other rooms need."""
    more = [item for ask in _more for item in ask(session)]
    roles = [Item("role", role, None, ()) for role in queries.unheld(session, WORKING)]
    return [*_settings(session), *_provisions(session), *_years(session, today), *roles, *more]


_more = Registered[Callable[[Session], Iterable[Item]]]()
also = _more.add
"""Register what another room needs before it can work."""


def _settings(session: Session) -> Iterator[Item]:
    found = settings.unconfirmed(session)
    missing = set(unconfirmed_of(session, (row.key for row in found)))
    for row in found:
        yield Item("setting", row.key, row.id, acts_of(row.key) if row.key in missing else ())


def _provisions(session: Session) -> Iterator[Item]:
    codes: dict[int, list[str]] = {}
    cited = select(ViolationCite.provision_id, ViolationCite.violation_code).order_by(ViolationCite.violation_code)
    for number, code in session.execute(cited):
        codes.setdefault(number, []).append(code)
    unverified = select(Provision).where(Provision.verified_at.is_(None)).options(joinedload(Provision.instrument))
    for each in session.scalars(unverified.order_by(Provision.instrument_id, Provision.clause, Provision.id)):
        yield Item("provision", each.cited(), each.id, tuple(codes.get(each.id, ())))


def _years(session: Session, today: date) -> Iterator[Item]:
    known = {each.year: each for each in session.scalars(select(CalendarYear))}
    missing = calendar.missing_year(session, today)
    for year in sorted({today.year, *([missing] if missing else [])}):
        if year not in known or known[year].source is YearSource.ESTIMATE:
            yield Item("year", str(year), None, ("expiry",))
