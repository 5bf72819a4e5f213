"""What settings and higher rooms tell the clocks: lengths, who may see one, and who acts when it ends or moves."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.at_hand import Brought
from core.machine import Ask
from core.registered import Registered
from registry import settings, settings_known
from registry.clock_kinds import KINDS
from registry.counting import Unit
from registry.models_clocks import Clock


@dataclass(frozen=True)
class Terms:
    """What the association laid down for a kind of clock; copied onto each clock (R10)."""

    length: int
    unit: Unit
    basis: str
    extend_to: tuple[int, ...] = ()
    again: int | None = None


Audience = tuple[int | None, int | None]
"""The party and the complaint that may see a clock."""
Acting = Callable[[Session, Clock], None]
Holding = Callable[[Session, Clock], bool]
Alerting = Callable[[Session, Clock, str], None]
Moving = Callable[[Session, Clock, date | None], None]
Bringing = Callable[[Brought, Collection[Clock]], None]
Early = Callable[[Session, Clock, date, datetime], None]
Overtaken = Callable[[Ask, str, tuple[str, int]], None]


def laid_down(session: Session, key: str) -> Terms:
    """What the settings say of a kind of clock; production refuses a length that nobody has confirmed."""
    kind, known = KINDS[key], settings_known.known(session).rows
    if key not in known:
        return Terms(kind.length, kind.unit, kind.basis, kind.extend_to, kind.again)
    settings.require(session, *(each for each in (key, f"{key}.extend", f"{key}.again") if each in known))
    length = settings.said(session, key)
    steps = settings.said(session, f"{key}.extend").value if f"{key}.extend" in known else []
    again = settings.said(session, f"{key}.again").value if f"{key}.again" in known else None
    return Terms(int(length.value), Unit(length.unit or kind.unit), length.basis, tuple(steps), again)


def _never_served(_session: Session, _document_id: int) -> date | None:
    return None


@dataclass
class Hooks:
    """What was registered."""

    terms: Callable[[Session, str], Terms] = laid_down
    served: Callable[[Session, int], date | None] = _never_served
    audiences: dict[str, Callable[[Session, int, str], Audience]] = field(default_factory=dict)
    expiries: Registered[tuple[Acting, frozenset[str]]] = field(default_factory=Registered)
    holds: Registered[Holding] = field(default_factory=Registered)
    alerts: Registered[Alerting] = field(default_factory=Registered)
    moves: Registered[Moving] = field(default_factory=Registered)
    brings: Registered[Bringing] = field(default_factory=Registered)
    earlies: Registered[Early] = field(default_factory=Registered)
    overtaken: Registered[Overtaken] = field(default_factory=Registered)


HOOKS = Hooks()


def served_from(function: Callable[[Session, int], date | None]) -> None:
    """Register who knows on which day a document was served, if it was."""
    HOOKS.served = function


def seen_by(subject_type: str, function: Callable[[Session, int, str], Audience]) -> None:
    """Register which party and which complaint may see the clock of a key on a subject of that type."""
    HOOKS.audiences[subject_type] = function


def on_expiry(function: Acting, *subject_types: str) -> Acting:
    """Register who acts when a clock expires; on subjects of any type where none is named.

    It holds its subject, then the clock (`clock_sweep.hold`), which says so where the expiry waits.
    """
    HOOKS.expiries.add((function, frozenset(subject_types)))
    return function


on_hold = HOOKS.holds.add
"""Register who says that an expiry waits: a request made in time has not been decided yet."""
on_alert = HOOKS.alerts.add
"""Register who tells staff that a clock started without a date ("undated") or passed an estimate ("estimate")."""
on_moved = HOOKS.moves.add
"""Register who tells the parties that a clock's date moved, or became certain, and what it was."""
on_early = HOOKS.earlies.add
"""Register who is told of a clock that expired before the day which a corrected calendar gives it."""
on_bring = HOOKS.brings.add
"""Register who brings what the expiries of these clocks will ask for, locked in the order of every move."""
on_overtaken = HOOKS.overtaken.add
"""Register who is told of a move that stops a kind of clock of which staff were alerted before (key, subject)."""
