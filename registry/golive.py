"""The go-live check: what is not confirmed, verified or loaded yet, which acts that blocks, and their refusal."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Refused, Unavailable
from core.machine import Ask, Machine, Row
from core.words import _l
from registry import calendar, settings
from registry.clock_kinds import KINDS
from registry.models_clocks import CalendarYear, YearSource
from registry.models_rulebook import Provision, ViolationCite
from registry.models_settings import Setting
from registry.seeds_settings import ASSOCIATION

DOCUMENTS: Final = "documents"
"""Every row that makes a document."""
SIMILAR: Final = "similar"
"""To suggest or open a case for how many complain alike; what is grave enough needs no number."""
ENDED_AS_LAID_DOWN: Final = ("C01", "C05", "C06", "C10", "C13", "C19", "C20", "C29", "C30")
"""How long an end may be looked at again stands on its notice; whoever comes in can also withdraw."""
ON_DOCUMENTS: Final = (*(f"ASSOCIATION.{key}" for key in ASSOCIATION), "SERIES.word", "APPROVAL_CHAIN", "SEAL_MODE")
RESTS_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "REAL_NAME_REQUIRED": ("complaint.C01",),
    "COMPLAINTS_PER_PERSON_PER_DAY": ("complaint.C01",),
    "RECHECK_DAYS": tuple(f"complaint.{row}" for row in ENDED_AS_LAID_DOWN),
    "SIMILAR_COUNT": (SIMILAR,),
    "SIMILAR_DAYS": (SIMILAR,),
    "LIMITATION_YEARS": ("track.S02", "track.S04"),
    "PORTAL_SERVICE": (DOCUMENTS,),
    "TIER_WORD.minor": ("track.S15", "track.S25"),
    "TIER_WORD.major": ("track.S16", "track.S26"),
    "PANEL_MINOR": ("draw",),
    "PANEL_MAJOR": ("draw",),
    "PANEL_OUTSIDE": ("draw",),
    "RECUSAL_MONTHS": ("draw",),
    **dict.fromkeys(("QUORUM_LEAST", "QUORUM_ABSENT", "MAJORITY_MINOR", "MAJORITY_MAJOR"), ("draw",)),
    **dict.fromkeys(
        (
            "CALLS_INTERACTIVE_PER_DAY",
            "CALLS_NOTICE_PER_DAY",
            "CALLS_UNANSWERED_PER_DAY",
            "CALL_EFFECTIVE_SECONDS",
        ),
        ("counts",),
    ),
    "HEARING_NOTICE_WD": ("track.S55", "track.S74"),
    "HEARING_PERSONS": ("track.S55", "track.S74"),
    "COLLECTION_HOURS": ("service.V15",),
    "RESTORATION_DAYS": ("track.S23", "track.S70", "track.S71", "track.S72", "review.R01"),
    "INTERVIEW_NOTICE_WD": ("track.S37", "track.S43"),
    "INTERVIEW_HOURS": ("track.S37", "track.S43"),
    **dict.fromkeys(
        (
            "LADDER_BASE",
            "LADDER_OTHERS",
            "LADDER_FACTORS",
            "LADDER_BANDS",
            "LADDER_FLOORS",
            "LADDER_REPEAT",
            "LADDER_CLOSE",
            "REPEAT_MONTHS",
            "SUCCESSOR_PRIORS",
        ),
        ("track.S15", "track.S16", "track.S47"),
    ),
    **{f"MEASURE_BASIS.L{level}": (f"measure.{level}",) for level in range(1, 8)},
    **dict.fromkeys(ON_DOCUMENTS, (DOCUMENTS,)),
}
"""Which acts rest on a setting, as machine and row; those on clocks are read off the tables themselves."""
ENTRIES: Final[Mapping[str, tuple[str, ...]]] = {
    "complaint.C07": ("complaint", "forwarding"),
    "track.S02": ("track",),
    "track.S04": ("track",),
}
"""Acts after which others act in their turn: every clock of these lives is laid down before, so nobody is stranded."""
STARTING: Final = ("start", "arm", "extend")


@dataclass(frozen=True)
class Item:
    """One line of the check: what is missing, and which acts it blocks (machine and row, or a word)."""

    kind: str
    """setting, provision, year, or what another room adds: chain, seal, wording."""
    key: str
    id: int | None
    blocks: tuple[str, ...]


def acts_of_clock(key: str) -> tuple[str, ...]:
    """The rows that start, arm or extend a clock, and those that open the way to them."""
    own = [
        f"{machine.name}.{row.id}"
        for machine in Machine.all.values()
        for row in machine.rows.values()
        if any(key in row.clocks(what) for what in STARTING)
    ]
    opened = [entry for entry, lives in ENTRIES.items() if any(act.split(".")[0] in lives for act in own)]
    return tuple(dict.fromkeys([*own, *(entry for entry in opened if _runs(entry))]))


def _runs(act: str) -> bool:
    machine, _, row = act.partition(".")
    return machine in Machine.all and row in Machine.all[machine].rows


def acts_of(key: str) -> tuple[str, ...]:
    """The acts that rest on a setting; none where nothing is refused for want of it."""
    clock = key.partition(".")[0]
    if clock in KINDS:
        return acts_of_clock(clock)
    return tuple(act for act in RESTS_ON.get(key, ()) if "." not in act or act.startswith("measure.") or _runs(act))


def keys_of(machine: str, row: Row) -> set[str]:
    """The settings on which a row rests."""
    act = f"{machine}.{row.id}"
    rows = [row]
    for life in ENTRIES.get(act, ()):
        rows += list(Machine.all[life].rows.values()) if life in Machine.all else []
    clocks = {key for each in rows for what in STARTING for key in each.clocks(what)}
    named = {key for key, acts in RESTS_ON.items() if act in acts or (DOCUMENTS in acts and row.documents)}
    return named | {f"{key}{more}" for key in clocks for more in ("", ".extend", ".again", ".least", ".most")}


def unconfirmed_of(session: Session, keys: Iterable[str]) -> list[str]:
    """Which of these settings nobody has confirmed, or have no value."""
    asked = select(Setting.key, Setting.value, Setting.confirmed_at).where(Setting.key.in_(list(keys)))
    return sorted(key for key, value, at in session.execute(asked) if at is None or value in (None, ""))


def gate(ask: Ask, row: Row) -> Iterator[Refused]:
    """In production nobody does what rests on something unconfirmed; what follows by itself is not held up."""
    if ask.fired_by is not None or ask.actor.has("system") or settings.is_demonstration(ask.session):
        return
    missing = unconfirmed_of(ask.session, keys_of(ask.machine, row))
    if missing:
        yield refusal(missing)


def refused(session: Session, *keys: str) -> Iterator[Refused]:
    """The same for acts that are no rows of a table."""
    if settings.is_demonstration(session):
        return
    missing = unconfirmed_of(session, keys)
    if missing:
        yield refusal(missing)


def refusal(keys: Iterable[str]) -> Unavailable:
    """What the person reads."""
    return Unavailable(
        _l(
            "This can't be done before the association has confirmed what it rests on (go-live check): %(keys)s.",
            keys=", ".join(keys),
        ),
    )


def check(session: Session, today: date) -> list[Item]:
    """Everything that is still missing: settings, provisions, calendar years, and what other rooms need."""
    more = [item for ask in _more for item in ask(session)]
    return [*_settings(session), *_provisions(session), *_years(session, today), *more]


_more: list[Callable[[Session], Iterable[Item]]] = []


def also(ask: Callable[[Session], Iterable[Item]]) -> None:
    """Register what another room needs before it can work."""
    if ask not in _more:
        _more.append(ask)


def _settings(session: Session) -> Iterator[Item]:
    for row in settings.unconfirmed(session):
        yield Item("setting", row.key, row.id, acts_of(row.key))


def _provisions(session: Session) -> Iterator[Item]:
    codes: dict[int, list[str]] = {}
    cited = select(ViolationCite.provision_id, ViolationCite.violation_code).order_by(ViolationCite.violation_code)
    for number, code in session.execute(cited):
        codes.setdefault(number, []).append(code)
    unverified = select(Provision).where(Provision.verified_at.is_(None))
    for each in session.scalars(unverified.order_by(Provision.instrument_id, Provision.clause, Provision.id)):
        yield Item("provision", each.cited(), each.id, tuple(codes.get(each.id, ())))


def _years(session: Session, today: date) -> Iterator[Item]:
    known = {each.year: each for each in session.scalars(select(CalendarYear))}
    missing = calendar.missing_year(session, today)
    for year in sorted({today.year, *([missing] if missing else [])}):
        if year not in known or known[year].source is YearSource.ESTIMATE:
            yield Item("year", str(year), None, ("expiry",))
